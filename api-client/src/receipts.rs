//! `POST {base}/$receipts`: what became of one's own notes.

use std::collections::HashMap;

use jiff::Timestamp;
use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use serde_json::{Value, json};
use shared::identity::NoteId;

use crate::transport::FHIR_JSON;
use crate::{Answer, Client, Error};

/// What the service says of a note.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NoteReceipt {
    /// When it came into the record, by the server's clock.
    pub received: Option<Timestamp>,
    /// Code of a role that it was shown to, and the first time by the server's clock; one for each role.
    pub seen: Vec<(String, Timestamp)>,
}

impl Client {
    /// The most notes that may be asked about at once.
    pub const MOST_RECEIPTS: usize = 200;

    /// Asks about notes of whoever is signed in. One that is not in the answer is not in the record, or is not theirs.
    ///
    /// # Errors
    /// [`Error::NotFhir`] when a part of the answer cannot be read: then nothing follows from what is not in it.
    pub async fn receipts(&self, notes: &[NoteId]) -> Result<Answer<HashMap<NoteId, NoteReceipt>>, Error> {
        let asked: Vec<_> = notes.iter().map(|note| json!({"name": "note", "valueString": note.to_string()})).collect();
        let body = json!({"resourceType": "Parameters", "parameter": asked}).to_string();
        let request = self.request(Method::POST, self.at(&["$receipts"])?)?.header(CONTENT_TYPE, FHIR_JSON);
        self.fhir(request.body(body), &["Parameters"]).await?.try_map(|answer| {
            let told = match &answer["parameter"] {
                Value::Null => &[],
                Value::Array(all) => all.as_slice(),
                _ => return Err(UNREADABLE),
            };
            told.iter().map(|one| note(one).ok_or(UNREADABLE)).collect()
        })
    }
}

const UNREADABLE: Error = Error::NotFhir("the receipts of notes");

fn note(one: &Value) -> Option<(NoteId, NoteReceipt)> {
    let parts = one["part"].as_array().filter(|_| one["name"] == "note")?;
    let (mut id, mut receipt) = (None, NoteReceipt::default());
    for part in parts {
        match part["name"].as_str()? {
            "identifier" => id = Some(NoteId::new(part["valueString"].as_str()?.parse().ok()?)),
            "received" => receipt.received = Some(instant(&part["valueInstant"])?),
            "seen" => receipt.seen.push(seen(part)?),
            // What a later version of the service adds.
            _ => {}
        }
    }
    Some((id?, receipt))
}

fn seen(part: &Value) -> Option<(String, Timestamp)> {
    let named = |name: &str| part["part"].as_array()?.iter().find(|it| it["name"] == name);
    Some((named("role")?["valueCode"].as_str()?.to_owned(), instant(&named("when")?["valueInstant"])?))
}

fn instant(value: &Value) -> Option<Timestamp> {
    value.as_str()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_server::{TestServer, json_answer};

    const ID: &str = "01920000-0000-7000-8000-000000000001";

    fn answer(parameter: &Value) -> Vec<u8> {
        json_answer(&json!({"resourceType": "Parameters", "parameter": parameter}).to_string())
    }

    #[tokio::test]
    async fn what_is_told_is_read_and_what_cannot_be_read_says_nothing_about_the_rest() {
        let at = "2026-01-02T03:04:05Z";
        let seen = json!({"name": "seen", "part": [{"name": "role", "valueCode": "emergency"},
            {"name": "when", "valueInstant": at}]});
        let good = json!([{"name": "note", "part": [{"name": "identifier", "valueString": ID},
            {"name": "received", "valueInstant": at}, seen, {"name": "later", "valueString": "?"}]}]);
        let bad = [
            json!([{"name": "note", "part": [{"name": "identifier", "valueString": "not an id"}]}]),
            json!([{"name": "note", "part": [{"name": "received", "valueInstant": at}]}]),
            json!([{"name": "note", "part": [{"name": "identifier", "valueString": ID},
                {"name": "received", "valueInstant": "yesterday"}]}]),
            json!([{"name": "another"}]),
            json!({"name": "note"}),
        ];
        let none = json_answer(r#"{"resourceType":"Parameters"}"#);
        let mut script = vec![answer(&good), none];
        script.extend(bad.iter().map(answer));
        let server = TestServer::start(script).await;
        let (client, note) = (server.client(), NoteId::new(ID.parse().unwrap()));
        let at: Timestamp = at.parse().unwrap();
        let told = client.receipts(&[note]).await.unwrap().value;
        let receipt = NoteReceipt { received: Some(at), seen: vec![("emergency".to_owned(), at)] };
        assert_eq!(told, HashMap::from([(note, receipt)]));
        assert!(client.receipts(&[note]).await.unwrap().value.is_empty());
        for _ in &bad {
            assert!(matches!(client.receipts(&[note]).await, Err(Error::NotFhir(_))));
        }
        let first = &server.requests()[0];
        assert!(first.starts_with("POST /fhir/$receipts HTTP/1.1") && first.contains(ID), "{first}");
    }
}
