//! Names of people and organisations, and who said something.

use serde_json::Value;

use super::kind::spaced;
use crate::fhir::{Document, Target, choice, codings, concept_text, items, text};

/// A resource and where it stands, so that its references can be followed.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) document: &'a Document,
    pub(super) entry: usize,
    pub(super) resource: &'a Value,
}

impl<'a> Place<'a> {
    pub(super) fn follow(self, reference: &'a Value) -> Target<'a> {
        self.document.resolve(self.entry, reference)
    }

    /// The name of what a Reference points to, else its display, else its address; empty when there is nothing.
    pub(super) fn name(self, reference: &'a Value) -> String {
        let named = self.follow(reference).resource().map(|r| self.name_of(r)).unwrap_or_default();
        if named.is_empty() { reference_words(reference) } else { named }
    }

    /// The names of all references of a field, joined.
    pub(super) fn names(self, references: &'a Value) -> String {
        let all: Vec<String> =
            items(references).into_iter().take(20).map(|r| self.name(r)).filter(|n| !n.is_empty()).collect();
        all.join(", ")
    }

    /// Who says so: the first of `fields` that names anybody, which may be a reference or an actor around one.
    pub(super) fn source(self, fields: &[&str]) -> String {
        fields.iter().map(|f| self.source_of(&self.resource[*f])).find(|s| !s.is_empty()).unwrap_or_default()
    }

    fn source_of(self, field: &'a Value) -> String {
        let names: Vec<String> = items(field)
            .into_iter()
            .take(5)
            .map(|one| if one["actor"].is_null() { one } else { &one["actor"] })
            .map(|one| if self.is_the_person(one) { "the patient".to_owned() } else { self.who(one) })
            .filter(|n| !n.is_empty())
            .collect();
        names.join(", ")
    }

    // An address is no name: a reader must see at once that nobody is named, not puzzle over a number.
    fn who(self, reference: &'a Value) -> String {
        let named = self.name(reference);
        let address = [&reference["reference"], reference].into_iter().map(text).find(|t| !t.is_empty());
        if named.is_empty() || address.as_ref() != Some(&named) {
            return named;
        }
        let found = self.follow(reference).resource().map(|r| text(&r["resourceType"])).filter(|t| !t.is_empty());
        let kind = found.or_else(|| named.split_once('/').map(|(kind, _)| kind.to_owned())).unwrap_or_default();
        let is_kind = kind.starts_with(|c: char| c.is_ascii_uppercase()) && kind.chars().all(char::is_alphanumeric);
        format!("{}, not named in this document", if is_kind { spaced(&kind) } else { "Somebody".to_owned() })
    }

    fn is_the_person(self, reference: &'a Value) -> bool {
        self.follow(reference).resource().is_some_and(|r| r["resourceType"] == "Patient")
    }

    fn name_of(self, resource: &'a Value) -> String {
        match resource["resourceType"].as_str().unwrap_or_default() {
            "PractitionerRole" => {
                let person = self.plain_name(&resource["practitioner"]);
                let organisation = self.plain_name(&resource["organization"]);
                let role = concept_text(&resource["code"]);
                let known: Vec<String> = [person, role, organisation].into_iter().filter(|t| !t.is_empty()).collect();
                known.join(", ")
            }
            "RelatedPerson" => with_brackets(&human_name(resource), &relations(&resource["relationship"])),
            _ => plain_name_of(resource),
        }
    }

    // One step only: what a role points to is named, never followed further.
    fn plain_name(self, reference: &'a Value) -> String {
        let named = self.follow(reference).resource().map(plain_name_of).unwrap_or_default();
        if named.is_empty() { text(&reference["display"]) } else { named }
    }
}

/// The name of a resource without following anything.
pub(super) fn plain_name_of(resource: &Value) -> String {
    match resource["resourceType"].as_str().unwrap_or_default() {
        "Patient" | "Practitioner" | "RelatedPerson" | "Person" => human_name(resource),
        "Organization" | "Location" | "HealthcareService" | "CareTeam" | "Endpoint" => text(&resource["name"]),
        "Device" => device_name(resource),
        _ => first_words(resource, &["code", "type", "vaccineCode", "title", "name", "description"]),
    }
}

/// The first of `fields` that has words.
pub(super) fn first_words(resource: &Value, fields: &[&str]) -> String {
    fields.iter().map(|f| concept_text(&resource[*f])).find(|t| !t.is_empty()).unwrap_or_default()
}

pub(super) fn device_name(device: &Value) -> String {
    let named = items(&device["deviceName"]).into_iter().map(|n| text(&n["name"])).find(|n| !n.is_empty());
    let kind = concept_text(&device["type"]);
    match named {
        Some(name) if kind.is_empty() || kind == name => name,
        Some(name) => with_brackets(&kind, &name),
        None if kind.is_empty() => first_words(device, &["modelNumber", "manufacturer"]),
        None => kind,
    }
}

/// How people are related, in words also for the usual codes that come without any (HL7 v3-RoleCode, v2-0131).
pub(super) fn relations(list: &Value) -> String {
    let one = |concept: &Value| {
        let words = concept_text(concept);
        let code = codings(concept).into_iter().map(|c| c.code).next().unwrap_or_default();
        if words.contains("http") || words == code { relation(&code).map_or(words, str::to_owned) } else { words }
    };
    items(list).into_iter().map(one).filter(|t| !t.is_empty()).collect::<Vec<_>>().join(", ")
}

fn relation(code: &str) -> Option<&'static str> {
    Some(match code {
        "MTH" | "NMTH" => "mother",
        "FTH" | "NFTH" => "father",
        "SON" | "NCHILD" | "CHILD" => "child",
        "DAU" | "DAUC" => "daughter",
        "SPS" => "spouse",
        "WIFE" => "wife",
        "HUSB" => "husband",
        "DOMPART" => "partner",
        "BRO" => "brother",
        "SIS" => "sister",
        "GRNDSON" | "GRNDDAU" | "GRNDCHILD" => "grandchild",
        "FRND" => "friend",
        "NBOR" => "neighbour",
        "N" => "next of kin",
        "C" => "emergency contact",
        "HPOWATT" => "attorney for health and welfare",
        _ => return None,
    })
}

/// What a Reference says without being followed: display, else identifier, else address.
pub(super) fn reference_words(reference: &Value) -> String {
    let inner = if reference["reference"].is_object() { &reference["reference"] } else { reference };
    [&inner["display"], &inner["identifier"]["value"], &inner["reference"], reference]
        .into_iter()
        .map(text)
        .find(|t| !t.is_empty())
        .unwrap_or_default()
}

/// `Dr Ada Byron`, in the order in which names are spoken; the current name before old ones.
pub(super) fn human_name(resource: &Value) -> String {
    let names = items(&resource["name"]);
    let current = names.iter().find(|n| n["use"] != "old" && n["use"] != "maiden").or(names.first());
    current.map(|n| spoken(n)).unwrap_or_default()
}

fn spoken(name: &Value) -> String {
    let whole = text(&name["text"]);
    if !whole.is_empty() || !name.is_object() {
        return if whole.is_empty() { text(name) } else { whole };
    }
    let part = |field: &str| items(&name[field]).into_iter().map(text).filter(|t| !t.is_empty()).collect::<Vec<_>>();
    [part("prefix"), part("given"), part("family"), part("suffix")].concat().join(" ")
}

/// Phone numbers and the like, `020 7946 0000 (home)`.
pub(super) fn telecoms(resource: &Value) -> Vec<String> {
    items(&resource["telecom"])
        .into_iter()
        .filter(|t| t["use"] != "old")
        .map(|t| with_brackets(&text(&t["value"]), &text(&t["use"])))
        .filter(|t| !t.is_empty())
        .collect()
}

pub(super) fn with_brackets(words: &str, more: &str) -> String {
    match (words.is_empty(), more.is_empty()) {
        (false, false) => format!("{words} ({more})"),
        (true, _) => more.to_owned(),
        (false, true) => words.to_owned(),
    }
}

/// The moment of a choice element: the date, or the start of its period.
pub(super) fn moment(resource: &Value, base: &str) -> String {
    match choice(resource, base) {
        Some(("Period", period)) => {
            [&period["start"], &period["end"]].into_iter().map(text).find(|t| !t.is_empty()).unwrap_or_default()
        }
        Some((_, value)) => text(value),
        None => text(&resource[base]),
    }
}
