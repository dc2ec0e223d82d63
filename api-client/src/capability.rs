//! `GET metadata`: what kind of server this is.

use reqwest::Method;
use serde_json::Value;

use crate::{Answer, Client, Error};

/// What the app needs to know of a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capability {
    /// It decides on consent (`$consent-decision`). Any other FHIR R4 server does not.
    pub decides_on_consent: bool,
    /// It makes documents (`$summary`).
    pub summary: bool,
    /// It signs the leases it gives and says what became of them (`$lease-status`).
    pub signs_leases: bool,
    /// It tells authors what became of their notes (`$receipts`).
    pub receipts: bool,
}

impl Client {
    /// Reads the CapabilityStatement. Needs no token.
    ///
    /// # Errors
    /// [`Error::NotFhir`] when there is none of FHIR R4.
    pub async fn capability(&self) -> Result<Answer<Capability>, Error> {
        let request = self.request(Method::GET, self.at(&["metadata"])?)?;
        self.fhir(request, &["CapabilityStatement"]).await?.try_map(|statement| {
            let version = statement["fhirVersion"].as_str().unwrap_or_default();
            if !version.starts_with("4.0") {
                return Err(Error::NotFhir("FHIR R4 (4.0)"));
            }
            let names = operations(&statement);
            let has = |name| names.contains(&name);
            Ok(Capability {
                decides_on_consent: has("consent-decision"),
                summary: has("summary"),
                signs_leases: has("lease-status"),
                receipts: has("receipts"),
            })
        })
    }
}

// Some servers list an operation with the type it belongs to, others for the whole; some with its `$`.
fn operations(statement: &Value) -> Vec<&str> {
    let rest = || statement["rest"].as_array().into_iter().flatten();
    let of_types = rest()
        .flat_map(|r| r["resource"].as_array().into_iter().flatten())
        .filter(|r| r["type"] == "Patient")
        .flat_map(|r| r["operation"].as_array().into_iter().flatten());
    let of_all = rest().flat_map(|r| r["operation"].as_array().into_iter().flatten());
    of_types.chain(of_all).filter_map(|o| o["name"].as_str()).map(|n| n.trim_start_matches('$')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_server::{TestServer, json_answer};

    #[tokio::test]
    async fn our_hub_is_told_from_any_other_server() {
        let script = [
            r#"{"resourceType":"CapabilityStatement","fhirVersion":"4.0.1","rest":[{"resource":[{"type":"Patient","operation":[{"name":"summary"},{"name":"consent-decision"}]}],"operation":[{"name":"lease-status"},{"name":"receipts"}]}]}"#,
            r#"{"resourceType":"CapabilityStatement","fhirVersion":"4.0.1","rest":[{"operation":[{"name":"$summary"}]}]}"#,
            r#"{"resourceType":"CapabilityStatement","fhirVersion":"5.0.0"}"#,
            r#"{"resourceType":"CapabilityStatement","fhirVersion":"4.0.1"}"#,
        ];
        let server = TestServer::start(script.map(json_answer).to_vec()).await;
        let client = server.client();
        assert_eq!(
            client.capability().await.unwrap().value,
            Capability { decides_on_consent: true, summary: true, signs_leases: true, receipts: true }
        );
        assert_eq!(
            client.capability().await.unwrap().value,
            Capability { decides_on_consent: false, summary: true, signs_leases: false, receipts: false }
        );
        assert!(matches!(client.capability().await, Err(Error::NotFhir(_))));
        assert_eq!(
            client.capability().await.unwrap().value,
            Capability { decides_on_consent: false, summary: false, signs_leases: false, receipts: false }
        );
    }
}
