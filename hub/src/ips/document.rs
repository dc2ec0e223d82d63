//! Assembly: Composition first, then the person, the author, the entries by section, then what they point to.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::{Value, json};
use shared::consent::{Dataset, Label};

use super::dataset::{Selection, select};
use super::labels::{carried_label, high_water, security, strip_labels};
use super::plumbing::{address, carried, close_references, provenance};
use super::redact::ALTERATION;
use super::section::Section;
use super::{BASE, narrative};

/// Id of the Device that is the author of every document: a summary is put together, nobody wrote it.
const AUTHOR: &str = "doorstep-hub";

/// The document of `patient` from `resources`, as `dataset` holds it at `now`.
///
/// `resources` may hold more than the person's record (organisations, staff, Provenance): what entries point to
/// comes along. They must be what the reader may see; very restricted ones are left out here a second time.
/// `withheld` are LOINC codes of sections from which something was withheld.
pub fn assemble(patient: &Value, resources: &[Value], withheld: &[&str], dataset: Dataset, now: Timestamp) -> Value {
    let open: Vec<Value> = resources.iter().filter(|r| carried_label(r) != Label::VeryRestricted).cloned().collect();
    let selection = select(&open, dataset, now);
    let label = high_water(selection.kept.iter().map(|(_, r)| *r));

    let mut entries = vec![patient.clone(), author()];
    entries.extend(selection.kept.iter().map(|(_, r)| (*r).clone()));
    let mut behind = provenance(&entries, &open);
    let mut pointing = entries.clone();
    pointing.extend(behind.iter().cloned());
    behind.splice(0..0, carried(&pointing, &open));
    entries.extend(behind);

    let present: BTreeSet<String> = entries.iter().map(address).collect();
    for entry in &mut entries {
        strip_labels(entry);
        close_references(entry, &present);
    }
    entries.insert(0, composition(patient, &open, &selection, dataset, now, label, withheld));
    bundle(patient, entries, now, label)
}

/// The document with the times of its making set to null: equal when the record behind is equal.
pub fn undated(document: &Value) -> Value {
    let mut still = document.clone();
    still["timestamp"] = Value::Null;
    still["identifier"] = Value::Null;
    for field in ["date", "event"] {
        still["entry"][0]["resource"][field] = Value::Null;
    }
    still
}

fn bundle(patient: &Value, entries: Vec<Value>, now: Timestamp, label: Label) -> Value {
    let entries: Vec<Value> =
        entries.into_iter().map(|r| json!({"fullUrl": format!("{BASE}/{}", address(&r)), "resource": r})).collect();
    let id = patient["id"].as_str().unwrap_or_default();
    json!({
        "resourceType": "Bundle",
        "meta": {"security": security(label)},
        "identifier": {
            "system": "https://doorstep.example/NamingSystem/summary",
            "value": format!("{id}-{}", now.as_millisecond())
        },
        "type": "document",
        "timestamp": now.to_string(),
        "entry": entries
    })
}

fn author() -> Value {
    json!({
        "resourceType": "Device",
        "id": AUTHOR,
        "deviceName": [{"name": "Doorstep shared care record", "type": "user-friendly-name"}],
        "type": {"text": "Shared care record server"}
    })
}

fn composition(
    patient: &Value,
    resources: &[Value],
    selection: &Selection<'_>,
    dataset: Dataset,
    now: Timestamp,
    label: Label,
    withheld: &[&str],
) -> Value {
    let sections: Vec<Value> =
        Section::ALL.into_iter().filter_map(|s| section(s, selection, resources, withheld)).collect();
    // Said of the whole: an empty section says `withheld` by itself, a section that is not empty must not.
    let hidden = withheld.iter().any(|code| !code.is_empty());
    let mut composition = json!({
        "resourceType": "Composition",
        "id": format!("{}-summary", patient["id"].as_str().unwrap_or_default()),
        "text": narrative::paragraphs(&preface(dataset, hidden)),
        "status": "final",
        "type": {"coding": [{"system": "http://loinc.org", "code": "60591-5", "display": "Patient summary Document"}]},
        "subject": {"reference": address(patient)},
        "date": now.to_string(),
        "author": [{"reference": format!("Device/{AUTHOR}"), "display": "Doorstep shared care record"}],
        "title": "Patient summary",
        "confidentiality": label.code(),
        "event": [{"period": {"end": now.to_string()}}],
        "section": sections
    });
    if hidden {
        composition["meta"] = json!({"tag": [{"system": ALTERATION, "code": "SUBSETTED"}]});
    }
    composition
}

fn preface(dataset: Dataset, hidden: bool) -> Vec<String> {
    let mut lines = vec!["This summary may be incomplete: it holds what services have shared.".to_owned()];
    if hidden {
        lines.push("Some information is not shown. Ask the patient.".to_owned());
    }
    lines.push(
        match dataset {
            Dataset::Emergency => "Emergency part of the record: immunisations, social history, past problems and contacts with services are not included.",
            Dataset::Visit => "Part of the record for visits at home: measurements, results and history are not included.",
            Dataset::SharedRecord => "Shared record without the care plan.",
            Dataset::CarePlan => "Shared record with the care plan.",
        }
        .to_owned(),
    );
    lines
}

pub(super) fn section(
    section: Section,
    selection: &Selection<'_>,
    resources: &[Value],
    withheld: &[&str],
) -> Option<Value> {
    let entries: Vec<&Value> = selection.kept.iter().filter(|(s, _)| *s == section).map(|(_, r)| *r).collect();
    let mut made = json!({"title": section.title()});
    made["code"] = match section.code() {
        "" => json!({"text": section.title()}),
        code => json!({"coding": [{"system": "http://loinc.org", "code": code}], "text": section.title()}),
    };
    if entries.is_empty() {
        let reason = reason_for_none(section, resources, withheld)?;
        made["text"] = narrative::paragraphs(&[reason.words().to_owned()]);
        made["emptyReason"] = reason.concept();
        return Some(made);
    }
    let lines: Vec<String> = entries.iter().map(|r| narrative::line(r)).collect();
    let cut = selection.cut.contains(&section);
    made["text"] = narrative::list(&lines, cut.then_some("Older entries exist and are not included."));
    made["entry"] = entries.iter().map(|r| json!({"reference": address(r)})).collect();
    Some(made)
}

/// Why a section has no entry. Never `nilknown`: that there is nothing is a clinician's statement, and such a
/// statement is an entry.
#[derive(Clone, Copy)]
enum NoEntry {
    Withheld,
    NotAsked,
    Unavailable,
}

fn reason_for_none(section: Section, resources: &[Value], withheld: &[&str]) -> Option<NoEntry> {
    if withheld.iter().any(|code| !code.is_empty() && *code == section.code()) {
        return Some(NoEntry::Withheld);
    }
    if not_asked(section, resources) {
        return Some(NoEntry::NotAsked);
    }
    section.is_required().then_some(NoEntry::Unavailable)
}

/// A List of this section that says that nobody asked: the only way FHIR has to store that.
fn not_asked(section: Section, resources: &[Value]) -> bool {
    let codings = |v: &Value| v["coding"].as_array().cloned().unwrap_or_default();
    resources.iter().filter(|r| r["resourceType"] == "List").any(|list| {
        let of_section = codings(&list["code"]).iter().any(|c| c["code"] == section.code());
        of_section && codings(&list["emptyReason"]).iter().any(|c| c["code"] == "notasked")
    })
}

impl NoEntry {
    const fn words(self) -> &'static str {
        match self {
            Self::Withheld => "Not shown. Ask the patient.",
            Self::NotAsked => "Nobody has asked. This does not mean that there are none.",
            Self::Unavailable => "Nothing recorded. This does not mean that there are none.",
        }
    }

    fn concept(self) -> Value {
        let code = match self {
            Self::Withheld => "withheld",
            Self::NotAsked => "notasked",
            Self::Unavailable => "unavailable",
        };
        json!({"coding": [{"system": "http://terminology.hl7.org/CodeSystem/list-empty-reason", "code": code}]})
    }
}
