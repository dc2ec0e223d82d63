//! `GET DocumentReference?patient=…&type=http://loinc.org|60591-5`: where the further documents of a person are
//! (IHE MHD ITI-67, and the shape of the National Record Locator).

use serde::{Deserialize, Serialize};
use serde_json::Value;
use shared::identity::PatientId;
use shared::sensitive::Sensitive;

use crate::{Client, Error, Grant, url};

/// Patient summary document (LOINC).
const SUMMARY: &str = "60591-5";
/// More documents than any person has; what is beyond is told, not fetched.
pub const MOST_DOCUMENTS: usize = 24;

/// A document of this service, by its address under the base. Only such a one is ever asked for: token and grant go
/// nowhere else.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Place(String);

/// One further document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pointer {
    /// `Discharge summary, Northgate Vale Hospital`; never empty. Who keeps a record about whom is health data.
    pub name: Sensitive<String>,
    /// When it was made, as written; empty when it does not say.
    pub date: String,
    /// Where it is; `None` when it is held elsewhere, or in a form that this app does not read.
    pub place: Option<Place>,
}

/// The further documents of a person.
#[derive(Debug, Clone, Default)]
pub struct Documents {
    /// Each once, in the server's order.
    pub pointers: Vec<Pointer>,
    /// The server says that its list may be incomplete, or it is longer than is read here.
    pub incomplete: bool,
}

impl Client {
    /// Asks which further documents there are, to the last page. `None` when the server has no such search: any FHIR
    /// server that keeps one record for each person.
    ///
    /// # Errors
    /// 403 under a grant, when the hub refuses now what it permitted before; and what can come between.
    pub async fn documents(&self, patient: &PatientId, grant: Option<&Grant>) -> Result<Option<Documents>, Error> {
        let of_type = format!("http://loinc.org|{SUMMARY}");
        let about = url::id(patient.as_str())?;
        match self.search("DocumentReference", &[("patient", about), ("type", &of_type)], grant).await {
            Ok(page) => {
                let mut documents = Documents { incomplete: !page.issues.is_empty(), ..Documents::default() };
                for resource in &page.resources {
                    let Some(found) = self.pointer(resource.reveal(), patient) else { continue };
                    if found.place.is_none() || !documents.has(&found.place) {
                        documents.pointers.push(found);
                    }
                }
                documents.incomplete |= documents.pointers.len() > MOST_DOCUMENTS;
                documents.pointers.truncate(MOST_DOCUMENTS);
                Ok(Some(documents))
            }
            Err(error) => match error.status() {
                Some(400 | 404 | 405 | 410 | 422 | 501) => Ok(None),
                Some(403) if grant.is_none() => Ok(None),
                _ => Err(error),
            },
        }
    }

    /// Reads a DocumentReference. `None` for what is none of a summary of this person that holds now: a server that
    /// does not know a parameter may have ignored it.
    fn pointer(&self, resource: &Value, patient: &PatientId) -> Option<Pointer> {
        let mut codings = list(&resource["type"]["coding"]);
        let about = resource["subject"]["reference"].as_str().and_then(|r| r.rsplit('/').next());
        let fits = codings.any(|coding| coding["code"] == SUMMARY)
            && resource["status"] == "current"
            && about.is_none_or(|id| id == patient.as_str());
        if !fits {
            return None;
        }
        let attachments = || list(&resource["content"]).map(|content| &content["attachment"]);
        let readable = |a: &&Value| a["contentType"].as_str().is_none_or(|kind| kind.contains("json"));
        let address = attachments().filter(readable).find_map(|a| a["url"].as_str());
        let own = |place: &Place| place.kind() == "Patient";
        let place = address.and_then(|address| self.place(address));
        if place.as_ref().is_some_and(own) {
            // The summary itself, which is asked for by its own name.
            return None;
        }
        let title = attachments().find_map(|a| words(&a["title"])).or_else(|| words(&resource["description"]));
        let author = list(&resource["author"]).find_map(|a| words(&a["display"]));
        let keeper = words(&resource["custodian"]["display"]).or(author);
        let parts: Vec<&str> = title.into_iter().chain(keeper).collect();
        let name = if parts.is_empty() { "A source without a name".to_owned() } else { parts.join(", ") };
        let date = resource["date"].as_str().unwrap_or_default().to_owned();
        Some(Pointer { name: name.into(), date, place })
    }

    /// The place of an address, when it is under the base: `{type}/{id}`, or the operation of a person.
    fn place(&self, address: &str) -> Option<Place> {
        let url = self.base.join(address).ok()?;
        let under = url::same_origin(&url, &self.base) && url.query().is_none() && url.fragment().is_none();
        let rest = url.path().strip_prefix(self.base.path()).filter(|_| under && url.username().is_empty())?;
        Place::read(rest)
    }
}

impl Documents {
    fn has(&self, place: &Option<Place>) -> bool {
        self.pointers.iter().any(|pointer| pointer.place == *place)
    }
}

impl Place {
    fn read(path: &str) -> Option<Self> {
        let mut parts = path.split('/');
        let (kind, id, rest) = (parts.next()?, parts.next()?, parts.next());
        let known = match rest {
            None => ["Bundle", "Binary", "Composition"].contains(&kind),
            Some(operation) => kind == "Patient" && operation == "$summary",
        };
        (known && parts.next().is_none() && url::id(id).is_ok()).then(|| Self(format!("{kind}/{id}")))
    }

    /// `Bundle`.
    pub fn kind(&self) -> &str {
        self.0.split('/').next().unwrap_or_default()
    }

    /// The logical id.
    pub fn id(&self) -> &str {
        self.0.split('/').nth(1).unwrap_or_default()
    }
}

impl TryFrom<String> for Place {
    type Error = Error;

    fn try_from(path: String) -> Result<Self, Error> {
        Self::read(&path).ok_or(Error::UnusableId)
    }
}

impl From<Place> for String {
    fn from(place: Place) -> Self {
        place.0
    }
}

/// Letters only, bounded: it stands on a screen beside others.
fn words(value: &Value) -> Option<&str> {
    let text = value.as_str()?.trim();
    let end = text.char_indices().nth(120).map_or(text.len(), |(at, _)| at);
    let text = &text[..end];
    (!text.is_empty() && !text.contains(char::is_control)).then_some(text)
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::test_server::{TestServer, answer, json_answer};
    use serde_json::json;

    pub(crate) fn pointer(url: &str) -> Value {
        json!({"resourceType": "DocumentReference", "status": "current", "subject": {"reference": "Patient/p1"},
            "type": {"coding": [{"system": "http://loinc.org", "code": "60591-5"}]}, "date": "2026-01-02",
            "custodian": {"display": "Far Hospice"},
            "content": [{"attachment": {"contentType": "application/fhir+json", "url": url, "title": "Letter"}}]})
    }

    pub(crate) fn searchset(resources: &[Value]) -> String {
        let entries: Vec<_> = resources.iter().map(|resource| json!({"resource": resource})).collect();
        json!({"resourceType": "Bundle", "type": "searchset", "entry": entries}).to_string()
    }

    async fn found(resources: &[Value]) -> Vec<Pointer> {
        let server = TestServer::start(vec![json_answer(&searchset(resources))]).await;
        let found = server.client().documents(&PatientId::new("p1"), None).await.unwrap().unwrap();
        assert!(server.requests()[0].contains("patient=p1&type=http%3A%2F%2Floinc.org%7C60591-5"));
        found.pointers
    }

    #[tokio::test]
    async fn a_document_is_followed_under_the_base_and_nowhere_else() {
        let places: Vec<_> = found(&[pointer("Bundle/b1"), pointer("Binary/x")]).await;
        let ids: Vec<_> = places.iter().map(|p| p.place.as_ref().unwrap().id()).collect();
        assert_eq!(ids, ["b1", "x"]);
        assert_eq!(places[0].name.reveal(), "Letter, Far Hospice");
        for elsewhere in [
            "https://far.example/fhir/Bundle/b1",
            "http://127.0.0.1:1/fhir/Bundle/b1",
            "//far.example/fhir/Bundle/b1",
            "http://user@127.0.0.1/fhir/Bundle/b1",
            "../Bundle/b1",
            "Bundle/b1?x=1",
            "Bundle/../../auth/token",
            "Bundle/b1/extra",
            "Patient/p2",
            "Bundle/",
            "javascript:alert(1)",
            "",
        ] {
            let told = found(&[pointer(elsewhere)]).await;
            assert_eq!(told.len(), 1, "{elsewhere} is told");
            assert_eq!(told[0].place, None, "{elsewhere} is not asked for");
        }
    }

    #[tokio::test]
    async fn what_is_no_pointer_to_a_summary_of_this_person_is_left_out() {
        let changed = |at: &str, to: Value| {
            let mut it = pointer("Bundle/b1");
            *it.pointer_mut(at).unwrap() = to;
            it
        };
        let none = [
            changed("/status", json!("entered-in-error")),
            changed("/type/coding/0/code", json!("11506-3")),
            changed("/subject/reference", json!("Patient/p2")),
            pointer("Patient/p1/$summary"),
        ];
        assert!(found(&none).await.is_empty());
        let told = found(&[
            changed("/content/0/attachment/contentType", json!("application/pdf")),
            changed("/content", json!([])),
        ])
        .await;
        assert!(told.len() == 2 && told.iter().all(|p| p.place.is_none()), "told, and not asked for");
        let twice = found(&[pointer("Bundle/b1"), pointer("Bundle/b1")]).await;
        assert_eq!(twice.len(), 1);
        let many: Vec<_> = (0..60).map(|n| pointer(&format!("Bundle/b{n}"))).collect();
        assert_eq!(found(&many).await.len(), MOST_DOCUMENTS);
    }

    #[tokio::test]
    async fn a_server_without_the_search_has_no_further_documents_and_a_refusal_is_told() {
        let refusals = ["400 Bad Request", "404 Not Found", "405 Method Not Allowed", "403 Forbidden", "403 Forbidden"];
        let script = refusals.map(|status| answer(status, "application/fhir+json", "", "{}")).to_vec();
        let server = TestServer::start(script).await;
        let (client, patient) = (server.client(), PatientId::new("p1"));
        for _ in 0..4 {
            assert!(client.documents(&patient, None).await.unwrap().is_none());
        }
        let refused = client.documents(&patient, Some(&Grant::new("g"))).await;
        assert_eq!(refused.unwrap_err().status(), Some(403), "under a grant it is the hub's answer");
    }
}
