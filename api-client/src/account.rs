//! `POST AuditEvent`: hand over a batch of the device's own account.

use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use serde_json::Value;

use crate::transport::FHIR_JSON;
use crate::{Answer, Client, Error};

impl Client {
    /// Hands a batch of AuditEvents over. `Ok` means that each of them is stored, now or before: only then may the
    /// device forget them.
    ///
    /// # Errors
    /// 409 as [`Error::Refused`] when the batch does not follow what the service has of this device.
    /// [`Error::NotFhir`] when the answer is not one for each entry.
    pub async fn hand_over(&self, batch: &Value) -> Result<Answer<()>, Error> {
        let sent = batch["entry"].as_array().map_or(0, Vec::len);
        let request = self.request(Method::POST, self.at(&["AuditEvent"])?)?.header(CONTENT_TYPE, FHIR_JSON);
        self.fhir(request.body(batch.to_string()), &["Bundle"]).await?.try_map(|answer| {
            let answers = answer["entry"].as_array().filter(|_| answer["type"] == "batch-response");
            let stored = |one: &Value| {
                one["response"]["status"].as_str().is_some_and(|it| it.starts_with("200") || it.starts_with("201"))
            };
            let all = answers.is_some_and(|answers| answers.len() == sent && answers.iter().all(stored));
            if all { Ok(()) } else { Err(Error::NotFhir("an answer for each event")) }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_server::{TestServer, json_answer};
    use serde_json::json;

    #[tokio::test]
    async fn only_an_answer_for_each_event_counts() {
        let of = |kind: &str, statuses: &[&str]| {
            let entries: Vec<_> = statuses.iter().map(|it| json!({"response": {"status": it}})).collect();
            json_answer(&json!({"resourceType": "Bundle", "type": kind, "entry": entries}).to_string())
        };
        let good = of("batch-response", &["201 Created", "200 OK"]);
        let bad = [
            of("batch-response", &["201 Created"]),
            of("batch-response", &["201 Created", "400 Bad Request"]),
            of("searchset", &["201 Created", "201 Created"]),
        ];
        let server = TestServer::start([vec![good], bad.to_vec()].concat()).await;
        let batch = json!({"resourceType": "Bundle", "type": "batch", "entry": [{}, {}]});
        assert!(server.client().hand_over(&batch).await.is_ok());
        for _ in 0..3 {
            assert!(matches!(server.client().hand_over(&batch).await, Err(Error::NotFhir(_))));
        }
        assert!(server.requests()[0].starts_with("POST /fhir/AuditEvent HTTP/1.1"));
    }
}
