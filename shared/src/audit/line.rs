//! What a person reads of an AuditEvent: who, what, what for, when, and what was answered.

use jiff::Timestamp;
use serde_json::Value;

use super::fhir::{ACTION, DCM, REST};

/// One line of the account. What an event does not say is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line {
    /// When; `None` for an event that does not say.
    pub at: Option<Timestamp>,
    /// Who: the id of the member of staff.
    pub staff: String,
    /// Their role.
    pub role: String,
    /// ODS code of their organisation.
    pub organisation: String,
    /// Whose record: the id of the Patient.
    pub patient: String,
    /// What exactly.
    pub action: String,
    /// Purpose of use.
    pub purpose: String,
    /// FHIR outcome: `0` done, `4` or more refused.
    pub outcome: String,
    /// Why.
    pub reason: String,
}

impl Line {
    /// Reads an AuditEvent, of this project or of another.
    pub fn of(event: &Value) -> Self {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let person = list(&event["agent"]).find(|agent| agent["requestor"] == true).unwrap_or(&Value::Null);
        let purpose =
            &list(&person["purposeOfUse"]).chain(list(&event["purposeOfEvent"])).next().unwrap_or(&Value::Null);
        Self {
            at: event["recorded"].as_str().and_then(|at| at.parse().ok()),
            staff: text(&person["who"]["identifier"]["value"]),
            role: text(&person["role"][0]["coding"][0]["code"]),
            organisation: organisation(event, person),
            patient: patient(event),
            action: action(event),
            purpose: text(&purpose["coding"][0]["code"]),
            outcome: text(&event["outcome"]),
            reason: text(&event["outcomeDesc"]),
        }
    }
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn organisation(event: &Value, person: &Value) -> String {
    let of = |agent: &&Value| agent["type"]["coding"][0]["code"] == "PROV";
    let provider = list(&event["agent"]).find(of).map(|agent| &agent["who"]);
    let found =
        [Some(&person["location"]), provider].into_iter().flatten().find_map(|it| it["identifier"]["value"].as_str());
    found.unwrap_or_default().to_owned()
}

fn patient(event: &Value) -> String {
    let person = |entity: &&Value| entity["type"]["code"] == "1" && entity["role"]["code"] == "1";
    let reference = list(&event["entity"]).filter(person).find_map(|entity| entity["what"]["reference"].as_str());
    reference.and_then(|it| it.rsplit_once("Patient/")).map(|(_, id)| id.to_owned()).unwrap_or_default()
}

fn action(event: &Value) -> String {
    let details = list(&event["entity"]).flat_map(|entity| list(&entity["detail"]));
    let own = details.into_iter().find(|detail| detail["type"] == "action").and_then(|d| d["valueString"].as_str());
    own.map_or_else(|| by_type(event), str::to_owned)
}

/// The words for an event that names its action by codes alone.
fn by_type(event: &Value) -> String {
    let subtype = &event["subtype"][0];
    let code = subtype["code"].as_str().unwrap_or_default();
    match (subtype["system"].as_str().unwrap_or_default(), code) {
        (DCM, "110127") => "break-glass-start",
        (DCM, "110138") => "break-glass-stop",
        (_, "AuthZ-Consent" | "AuthZ-Role") => "decision",
        (REST | ACTION, code) => code,
        _ => event["type"]["code"].as_str().unwrap_or_default(),
    }
    .to_owned()
}
