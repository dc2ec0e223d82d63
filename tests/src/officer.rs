//! A privacy officer, as the record service sees one: with a token and a key of their own, and no app.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context, Result, ensure};
use api_client::Client;
use jiff::Timestamp;
use keys::{SigningKey, dpop};
use serde_json::Value;
use shared::audit::Line;
use shared::identity::{NhsNumber, PatientId};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::hub::TestHub;

/// Signed in, with the duty.
pub struct Officer {
    client: Client,
    key: Arc<SigningKey>,
    token: String,
    host: String,
    asked: AtomicUsize,
}

impl Officer {
    /// Gives the duty to the member of staff of this name and signs them in.
    ///
    /// # Errors
    /// When the hub does not know the name.
    pub async fn appointed(hub: &TestHub, name: &str) -> Result<Self> {
        let pin = hub.pin();
        let key = Arc::new(SigningKey::generate()?);
        let client = Client::new(&hub.base(), pin.as_ref().map(<[u8; 32]>::as_slice))?.with_device(Arc::clone(&key));
        let staff = client.staff_list().await?.value.into_iter().find(|staff| staff.name == name);
        let staff = staff.with_context(|| format!("no {name} on the staff"))?;
        hub.appoint(staff.id.as_str())?;
        let token = client.sign_in(&staff.id, None).await?.value;
        let (client, token) = (client.with_token(token.access.clone()), token.access.reveal().to_owned());
        Ok(Self { client, key, token, host: hub.address().to_string(), asked: Default::default() })
    }

    /// The person with this NHS number.
    ///
    /// # Errors
    /// When there is none.
    pub async fn patient(&self, number: &str) -> Result<PatientId> {
        let identifier = format!("{}|{number}", NhsNumber::SYSTEM);
        let found = self.client.search("Patient", &[("identifier", identifier.as_str())], None).await?;
        let person = found.resources.first().and_then(|it| it.reveal()["id"].as_str().map(PatientId::new));
        person.with_context(|| format!("nobody has the number {number}"))
    }

    /// What the account says was done with one record, by the hub and by devices, in the order it arrived.
    ///
    /// # Errors
    /// When the hub does not answer.
    pub async fn account(&self, patient: &PatientId) -> Result<Vec<Line>> {
        let found = self.client.search("AuditEvent", &[("patient", patient.as_str())], None).await?;
        Ok(found.resources.into_iter().map(|event| Line::of(&event.into_inner())).collect())
    }

    /// The queue, newest first, each alert as the officer reads it. Of a hub without TLS.
    ///
    /// # Errors
    /// When the hub does not answer.
    pub async fn alerts(&self) -> Result<Vec<Value>> {
        let list = self.get("/admin/alerts").await?;
        let mut all = Vec::new();
        for entry in list["entry"].as_array().into_iter().flatten() {
            let id = entry["resource"]["id"].as_str().context("an alert has an id")?;
            all.push(self.get(&format!("/admin/alerts/{id}")).await?);
        }
        Ok(all)
    }

    async fn get(&self, path: &str) -> Result<Value> {
        let (host, address) = (&self.host, format!("http://{}{path}", self.host));
        let number = self.asked.fetch_add(1, Ordering::SeqCst);
        let asked = dpop::Request { method: "GET", address: &address, token: Some(&self.token), nonce: None };
        let proof = dpop::proof(&self.key, &asked, &format!("officer-{number}"), Timestamp::now())?;
        let head = format!(
            "GET {path} HTTP/1.0\r\nHost: {host}\r\nAccept: application/fhir+json\r\nAuthorization: DPoP {}\r\nDPoP: {proof}\r\n\r\n",
            self.token
        );
        let mut stream = TcpStream::connect(host).await?;
        stream.write_all(head.as_bytes()).await?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await?;
        let answer = String::from_utf8_lossy(&answer);
        let (head, body) = answer.split_once("\r\n\r\n").context("half an answer")?;
        ensure!(head.contains(" 200 "), "{path}: {head}\n{body}");
        Ok(serde_json::from_str(body)?)
    }
}
