//! An IPS document from the resources of one person.

use jiff::Timestamp;
use serde_json::{Value, json};
use shared::consent::Dataset;

/// The LOINC code of the section a resource belongs to; `None` for one that is only referred to
/// (Medication, Practitioner …).
pub fn section_of(_resource: &Value) -> Option<&'static str> {
    None
}

/// The document. `resources` are already filtered and redacted; `withheld` are the codes of sections that became
/// empty by that and had content.
pub fn assemble(patient: &Value, _resources: &[Value], _withheld: &[&str], _dataset: Dataset, now: Timestamp) -> Value {
    json!({"resourceType": "Bundle", "type": "document", "timestamp": now.to_string(), "entry": [{"resource": patient}]})
}
