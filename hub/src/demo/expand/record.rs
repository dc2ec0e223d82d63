//! What all resources of a record share: ids, source, labels, who and when.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::demo::DemoError;
use crate::demo::format::{Fact, Person};
use crate::demo::sources::Sources;
use crate::demo::when::when;
use crate::ips::REDACTED_AS;

/// The record of one person in the making.
pub(in crate::demo) struct Record<'a> {
    pub(super) sources: &'a Sources,
    pub(super) person: &'a Person,
    pub(super) now: Timestamp,
    pub(super) made: Vec<Value>,
    counts: BTreeMap<&'static str, usize>,
}

/// Extension with the day by which a decision is to be looked at again.
pub(super) const REVIEW: &str = "https://doorstep.example/StructureDefinition/review-date";

/// Numbers that systems give their entries, by which one entry in two documents is known as one.
const ENTRY: &str = "https://doorstep.example/NamingSystem/source-entry";

impl<'a> Record<'a> {
    pub(super) fn new(sources: &'a Sources, person: &'a Person, now: Timestamp) -> Self {
        Self { sources, person, now, made: Vec::new(), counts: BTreeMap::new() }
    }

    pub(super) fn patient_id(&self) -> String {
        crate::demo::key(&self.person.slug)
    }

    pub(super) fn subject(&self) -> Value {
        json!({"reference": format!("Patient/{}", self.patient_id())})
    }

    /// An id such as `demo-okafor-allergy-2`.
    pub(super) fn id(&mut self, kind: &'static str) -> String {
        let count = self.counts.entry(kind).or_default();
        *count += 1;
        format!("{}-{kind}-{count}", crate::demo::key(&self.person.slug))
    }

    /// A resource with its id, source and labels.
    pub(super) fn start(&mut self, resource: &str, kind: &'static str, fact: &Fact) -> Result<Value, DemoError> {
        let mut made =
            json!({"resourceType": resource, "id": self.id(kind), "meta": {"source": self.source(&fact.by)?}});
        if !fact.labels.is_empty() {
            made["meta"]["security"] = fact.labels.iter().map(|code| label(code)).collect();
        }
        if let Some(id) = &fact.id {
            made["identifier"] = json!([{"system": ENTRY, "value": id}]);
        }
        if let Some(words) = &fact.redacted_as {
            made["extension"] = json!([{"url": REDACTED_AS, "valueString": words}]);
        }
        Ok(made)
    }

    /// The system a fact came from.
    pub(super) fn source(&self, by: &str) -> Result<String, DemoError> {
        let ods = if by == "patient" { "app" } else { &self.sources.org_of(by)?.1.ods };
        Ok(format!("https://doorstep.example/sources/{ods}"))
    }

    /// Who recorded it, as a reference with a name.
    pub(super) fn who(&self, fact: &Fact) -> Result<Value, DemoError> {
        if fact.by == "patient" {
            return Ok(json!({"reference": format!("Patient/{}", self.patient_id()), "display": "The patient"}));
        }
        self.sources.in_role(&fact.by)
    }

    /// A date of the file as FHIR writes it.
    pub(super) fn when(&self, written: &str) -> Result<String, DemoError> {
        when(written, self.now)
    }

    /// The concept of a fact.
    pub(super) fn what(&self, fact: &Fact) -> Result<Value, DemoError> {
        self.sources.concept(fact.is.as_deref(), fact.r#as.as_deref())
    }

    /// The day by which a fact is to be looked at again: R4 has no element for it on an Observation.
    pub(super) fn review(&self, made: &mut Value, fact: &Fact) -> Result<(), DemoError> {
        let Some(until) = &fact.until else { return Ok(()) };
        let day = self.when(until)?;
        push(made, "extension", json!({"url": REVIEW, "valueDate": day}));
        Ok(())
    }

    /// Notes of a fact, where the resource has `note`.
    pub(super) fn note(&self, made: &mut Value, fact: &Fact) {
        if let Some(note) = &fact.note {
            push(made, "note", json!({"text": note}));
        }
    }
}

/// Adds to an array that may not be there yet.
pub(super) fn push(made: &mut Value, field: &str, item: Value) {
    match made[field].as_array_mut() {
        Some(list) => list.push(item),
        None => made[field] = json!([item]),
    }
}

/// One security label.
pub(in crate::demo) fn label(code: &str) -> Value {
    let system = if ["N", "R", "V"].contains(&code) { "v3-Confidentiality" } else { "v3-ActCode" };
    json!({"system": format!("http://terminology.hl7.org/CodeSystem/{system}"), "code": code})
}

/// A concept of an HL7 code system.
pub(super) fn hl7(system: &str, code: &str) -> Value {
    json!({"coding": [{"system": format!("http://terminology.hl7.org/CodeSystem/{system}"), "code": code}]})
}
