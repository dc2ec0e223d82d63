//! `POST {base}` with a transaction: all of it or nothing.

use jiff::Timestamp;
use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use serde_json::Value;

use crate::outcome::Issue;
use crate::transport::FHIR_JSON;
use crate::{Answer, Client, Error};

/// What came of one entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryAnswer {
    /// Status of the entry; 0 when the server gave none that can be read.
    pub status: u16,
    /// Where it is.
    pub location: Option<String>,
    /// When the server stored it, by its clock.
    pub last_modified: Option<Timestamp>,
    /// What it said about it.
    pub issue: Option<Issue>,
}

impl Client {
    /// Sends a transaction. The answer has exactly one entry for each one sent, in their order (FHIR R4
    /// §3.1.0.11.2): a server that answers fewer has not said what became of the others.
    ///
    /// # Errors
    /// [`Error::NotFhir`] when the answer is not the answer to this transaction: nothing may be taken as
    /// accepted then.
    pub async fn transaction(&self, bundle: &Value) -> Result<Answer<Vec<EntryAnswer>>, Error> {
        let sent = bundle["entry"].as_array().map_or(0, Vec::len);
        let request = self.request(Method::POST, self.base_without_slash()?)?.header(CONTENT_TYPE, FHIR_JSON);
        self.fhir(request.body(bundle.to_string()), &["Bundle"]).await?.try_map(|answer| {
            if answer["type"] != "transaction-response" {
                return Err(Error::NotFhir("a transaction-response"));
            }
            let entries: Vec<_> = answer["entry"].as_array().into_iter().flatten().map(entry).collect();
            if entries.len() == sent { Ok(entries) } else { Err(Error::NotFhir("one entry for each one sent")) }
        })
    }

    fn base_without_slash(&self) -> Result<reqwest::Url, Error> {
        self.at(&[])
    }
}

impl EntryAnswer {
    /// The answers of a transaction-response with at least one.
    pub(crate) fn all(answer: &Value) -> Option<Vec<Self>> {
        let entries: Vec<_> = answer["entry"].as_array()?.iter().map(entry).collect();
        (answer["type"] == "transaction-response" && !entries.is_empty()).then_some(entries)
    }
}

fn entry(entry: &Value) -> EntryAnswer {
    let response = &entry["response"];
    EntryAnswer {
        status: response["status"].as_str().and_then(status).unwrap_or_default(),
        location: response["location"].as_str().map(str::to_owned),
        last_modified: response["lastModified"].as_str().and_then(|t| t.parse().ok()),
        issue: Issue::all(&response["outcome"]).into_iter().next(),
    }
}

// "201 Created": three digits, then the end or a space.
fn status(text: &str) -> Option<u16> {
    let digits = text.split(' ').next().filter(|d| d.len() == 3)?;
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_server::{TestServer, json_answer};
    use serde_json::json;

    #[tokio::test]
    async fn each_entry_has_its_own_answer_or_there_is_none() {
        let good = json!({"resourceType": "Bundle", "type": "transaction-response", "entry": [
            {"response": {"status": "201 Created", "location": "DocumentReference/1/_history/1", "lastModified": "2026-01-02T03:04:05Z"}},
            {"response": {"status": "odd"}}]});
        let short = json!({"resourceType": "Bundle", "type": "transaction-response", "entry": [{"response": {"status": "201"}}]});
        let other = json!({"resourceType": "Bundle", "type": "searchset", "entry": [{}, {}]});
        let script = [good, short, other].map(|body| json_answer(&body.to_string()));
        let server = TestServer::start(script.to_vec()).await;
        let bundle = json!({"resourceType": "Bundle", "type": "transaction", "entry": [{}, {}]});
        let entries = server.client().transaction(&bundle).await.unwrap().value;
        assert_eq!((entries[0].status, entries[1].status), (201, 0));
        assert!(entries[0].last_modified.is_some());
        for _ in 0..2 {
            assert!(matches!(server.client().transaction(&bundle).await, Err(Error::NotFhir(_))));
        }
        assert!(server.requests()[0].starts_with("POST /fhir HTTP/1.1"));
    }
}
