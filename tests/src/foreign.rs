//! A record service whose people sign in elsewhere: it knows who they are, takes a token only with a proof of the device
//! it is used by, and has nothing else.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::Result;
use jiff::Timestamp;
use keys::dpop;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// The service. Ends with the value.
pub struct ForeignService {
    /// Its FHIR base.
    pub base: String,
    seen: Arc<Mutex<Vec<String>>>,
    accepting: JoinHandle<()>,
}

impl ForeignService {
    /// Starts one whose sign-in service is at `provider` and is said to call itself `issuer`.
    ///
    /// # Errors
    /// When there is no free port.
    pub async fn start(provider: &str, issuer: &str) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let base = format!("http://{}/fhir", listener.local_addr()?);
        let smart = json!({"issuer": issuer, "authorization_endpoint": format!("{provider}/auth"),
            "token_endpoint": format!("{provider}/token"), "code_challenge_methods_supported": ["S256"],
            "capabilities": ["sso-openid-connect", "client-public", "permission-v2"]});
        let seen = Arc::<Mutex<Vec<String>>>::default();
        let (tokens, own) = (Arc::clone(&seen), base.clone());
        let accepting = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, own.clone(), smart.clone(), Arc::clone(&tokens)));
            }
        });
        Ok(Self { base, seen, accepting })
    }

    /// The different tokens that were used with a good proof, in order.
    pub fn tokens(&self) -> Vec<String> {
        locked(&self.seen).clone()
    }
}

impl Drop for ForeignService {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

fn locked(tokens: &Mutex<Vec<String>>) -> MutexGuard<'_, Vec<String>> {
    tokens.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn serve(mut stream: TcpStream, base: String, smart: Value, tokens: Arc<Mutex<Vec<String>>>) -> Result<()> {
    let mut bytes = vec![0; 32 * 1024];
    let count = stream.read(&mut bytes).await?;
    let request = String::from_utf8_lossy(&bytes[..count]).into_owned();
    let mut words = request.split(' ');
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let (status, value) = match target.strip_prefix("/fhir").unwrap_or(target) {
        "/.well-known/smart-configuration" => ("200 OK", smart),
        "/metadata" => ("200 OK", json!({"resourceType": "CapabilityStatement", "fhirVersion": "4.0.1", "rest": []})),
        path if target.starts_with("/fhir/") => match proven(&request, method, &format!("{base}{path}")) {
            Some(token) => {
                let mut seen = locked(&tokens);
                if seen.last() != Some(&token) {
                    seen.push(token);
                }
                record(path)
            }
            None => ("401 Unauthorized", json!({})),
        },
        _ => ("404 Not Found", json!({})),
    };
    let (date, body) = (Timestamp::now().strftime("%a, %d %b %Y %H:%M:%S GMT"), value.to_string());
    let answer = format!(
        "HTTP/1.1 {status}\r\nDate: {date}\r\nContent-Type: application/fhir+json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    Ok(stream.write_all(answer.as_bytes()).await?)
}

/// The token of a request, when the device proved that it may use it.
fn proven(request: &str, method: &str, address: &str) -> Option<String> {
    let header = |name: &str| {
        let mut lines = request.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.to_owned())
    };
    let token = header("authorization")?.strip_prefix("DPoP ")?.to_owned();
    let asked = dpop::Request { method, address, token: Some(&token), nonce: None };
    dpop::check(&header("dpop")?, &asked, Timestamp::now()).ok().map(|_| token)
}

fn record(path: &str) -> (&'static str, Value) {
    let role = json!({"resourceType": "PractitionerRole", "id": "r1", "practitioner": {"reference": "Practitioner/rao"},
        "organization": {"reference": "Organization/o1"}, "code": [{"text": "Paramedic",
        "coding": [{"system": "http://snomed.info/sct", "code": "397897005"}]}]});
    let found = |entry: Option<&Value>| {
        let entries: Vec<_> = entry.into_iter().map(|resource| json!({"resource": resource})).collect();
        ("200 OK", json!({"resourceType": "Bundle", "type": "searchset", "entry": entries}))
    };
    match path.split('?').next().unwrap_or_default() {
        "/Practitioner/rao" => {
            ("200 OK", json!({"resourceType": "Practitioner", "id": "rao", "name": [{"text": "Asha Rao"}]}))
        }
        "/PractitionerRole" if path.contains("rao") => found(Some(&role)),
        "/PractitionerRole" | "/Appointment" => found(None),
        "/Organization/o1" => ("200 OK", json!({"resourceType": "Organization", "id": "o1", "name": "North Crew"})),
        _ => ("404 Not Found", json!({"resourceType": "OperationOutcome", "issue": []})),
    }
}
