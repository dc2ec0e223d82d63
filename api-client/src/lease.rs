//! Leases: the token that stands for one, whose signature to believe, and what became of those that were given.

use keys::KeySet;
use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use shared::identity::LeaseId;
use shared::lease::{HEADER, Lease};
use shared::sensitive::Sensitive;

use crate::transport::FHIR_JSON;
use crate::{Answer, Client, Error};

/// A lease as it was signed (RFC 7515). Nothing in it is believed until its signature was verified.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LeaseToken(Sensitive<String>);

impl LeaseToken {
    /// Wraps what the hub gave.
    pub fn new(token: impl Into<String>) -> Self {
        Self(Sensitive::new(token.into()))
    }

    /// For verifying.
    pub fn reveal(&self) -> &str {
        self.0.reveal()
    }

    /// The one beside a document.
    pub(crate) fn of(headers: &HeaderMap) -> Option<Self> {
        headers.get(HEADER)?.to_str().ok().map(Self::new)
    }
}

/// A lease as a permit brings it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GivenLease {
    /// Signed by the service.
    Signed(LeaseToken),
    /// By a service that signs none.
    Plain(Lease),
}

/// What became of a lease.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeaseStatus {
    /// It holds.
    Active,
    /// What it was given from is no longer so: destroy what is held under it.
    Revoked,
    /// The service does not know that it gave it to this person on this device: hide what is held under it. It may be
    /// over, or the service may have been restored from before it was given.
    Unknown,
}

impl Client {
    /// The keys this service signs with, from its own origin and nowhere else. Needs no token.
    ///
    /// # Errors
    /// [`Error::NotFhir`] when there are none that can be used.
    pub async fn key_set(&self) -> Result<Answer<KeySet>, Error> {
        let request = self.plain(Method::GET, self.at_origin(&[".well-known", "jwks.json"])?)?;
        self.json(request).await?.try_map(|set| KeySet::read(&set).map_err(|_| Error::NotFhir("a set of keys")))
    }

    /// Asks what became of leases, in the order asked.
    ///
    /// # Errors
    /// [`Error::NotFhir`] when the answer does not say it of each.
    pub async fn lease_status(&self, leases: &[LeaseId]) -> Result<Answer<Vec<LeaseStatus>>, Error> {
        let list: Vec<_> = leases.iter().map(|id| json!({"name": "lease", "valueString": id.to_string()})).collect();
        let body = json!({"resourceType": "Parameters", "parameter": list}).to_string();
        let post = self.request(Method::POST, self.at(&["$lease-status"])?)?.header(CONTENT_TYPE, FHIR_JSON).body(body);
        self.fhir(post, &["Parameters"]).await?.try_map(|answer| {
            let said = leases.iter().map(|id| status(&answer, *id)).collect::<Option<_>>();
            said.ok_or(Error::NotFhir("the status of each lease"))
        })
    }
}

fn status(answer: &Value, lease: LeaseId) -> Option<LeaseStatus> {
    let part = |p: &Value, name: &str| {
        let found = p["part"].as_array()?.iter().find(|part| part["name"] == *name)?;
        found["valueString"].as_str().or_else(|| found["valueCode"].as_str()).map(str::to_owned)
    };
    let id = lease.to_string();
    let mut all = answer["parameter"].as_array()?.iter();
    let mine = all.find(|p| p["name"] == "lease" && part(p, "id").as_deref() == Some(&id))?;
    match part(mine, "status")?.as_str() {
        "active" => Some(LeaseStatus::Active),
        "revoked" => Some(LeaseStatus::Revoked),
        "unknown" => Some(LeaseStatus::Unknown),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_server::{TestServer, json_answer};
    use keys::SigningKey;
    use uuid::Uuid;

    fn said(all: &[(&LeaseId, &str)]) -> Vec<u8> {
        let one = |(id, status): &(&LeaseId, &str)| {
            json!({"name": "lease", "part": [{"name": "id", "valueString": id.to_string()},
                {"name": "status", "valueCode": status}]})
        };
        let list: Vec<_> = all.iter().map(one).collect();
        json_answer(&json!({"resourceType": "Parameters", "parameter": list}).to_string())
    }

    #[tokio::test]
    async fn each_lease_has_its_answer_whatever_the_order() {
        let (a, b) = (LeaseId::new(Uuid::from_u128(1)), LeaseId::new(Uuid::from_u128(2)));
        let script = vec![
            said(&[(&b, "revoked"), (&a, "active")]),
            said(&[(&a, "active")]),
            said(&[(&a, "active"), (&b, "perhaps")]),
        ];
        let server = TestServer::start(script).await;
        let client = server.client();
        let all = client.lease_status(&[a, b]).await.unwrap().value;
        assert_eq!(all, [LeaseStatus::Active, LeaseStatus::Revoked]);
        for _ in 0..2 {
            assert!(matches!(client.lease_status(&[a, b]).await, Err(Error::NotFhir(_))), "half an answer is none");
        }
        assert!(server.requests()[0].starts_with("POST /fhir/$lease-status HTTP"), "{}", server.requests()[0]);
    }

    #[tokio::test]
    async fn keys_come_from_the_origin_of_the_service() {
        let key = SigningKey::generate().unwrap();
        let set = KeySet::of(&[&key]);
        let server = TestServer::start(vec![json_answer(&set.to_value().to_string()), json_answer("{}")]).await;
        let client = server.client();
        let found = client.key_set().await.unwrap().value;
        assert!(found.verify(&key.sign("x", &json!({})).unwrap(), Some("x")).is_ok());
        assert!(client.key_set().await.is_err());
        assert!(server.requests()[0].starts_with("GET /.well-known/jwks.json HTTP"), "{}", server.requests()[0]);
    }
}
