//! Small documents of our own, and the summary as a program reads it.

use jiff::civil::{Date, date};
use serde_json::{Value, json};
use shared::fhir::Document;
use shared::identity::Role;
use shared::summary::summarise;

pub(crate) const TODAY: Date = date(2026, 11, 22);
pub(crate) const SCT: &str = "http://snomed.info/sct";
pub(crate) const IPS: &str = "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips";
pub(crate) const ABSENT: &str = "http://terminology.hl7.org/CodeSystem/data-absent-reason";
pub(crate) const REASON_URL: &str = "http://hl7.org/fhir/StructureDefinition/data-absent-reason";
pub(crate) const ALLERGIES: &str = "48765-2";
pub(crate) const MEDICINES: &str = "10160-0";
pub(crate) const PROBLEMS: &str = "11450-4";
pub(crate) const DIRECTIVES: &str = "42348-3";
pub(crate) const DEVICES: &str = "46264-8";
pub(crate) const PROCEDURES: &str = "47519-4";
pub(crate) const IMMUNISATIONS: &str = "11369-6";

/// A summary as JSON, as the example prints it.
pub(crate) struct Seen(pub(crate) Value);

impl Seen {
    pub(crate) fn of(document: &Document, role: Role) -> Self {
        Self(serde_json::to_value(summarise(document, role, TODAY)).unwrap())
    }

    pub(crate) fn sections(&self) -> &[Value] {
        self.0["sections"].as_array().unwrap()
    }

    pub(crate) fn section(&self, code: &str) -> &Value {
        self.sections().iter().find(|s| s["code"] == code).unwrap_or_else(|| panic!("no section {code}"))
    }

    pub(crate) fn titled(&self, title: &str) -> &Value {
        self.sections().iter().find(|s| s["title"] == title).unwrap_or_else(|| panic!("no section {title}"))
    }

    pub(crate) fn state(&self, code: &str) -> &str {
        str_of(&self.section(code)["state"])
    }

    pub(crate) fn statement(&self, code: &str) -> &str {
        str_of(&self.section(code)["statement"])
    }

    pub(crate) fn items(&self) -> Vec<&Value> {
        self.sections().iter().flat_map(|s| s["items"].as_array().unwrap()).collect()
    }

    pub(crate) fn items_of(&self, code: &str) -> &[Value] {
        self.section(code)["items"].as_array().unwrap()
    }

    /// The first item whose text holds these words.
    pub(crate) fn item(&self, words: &str) -> &Value {
        let found = self.items().into_iter().find(|i| str_of(&i["text"]).contains(words));
        found.unwrap_or_else(|| panic!("no item says {words}: {:#}", self.0["sections"]))
    }

    pub(crate) fn status(&self, words: &str) -> &str {
        str_of(&self.item(words)["status"])
    }

    pub(crate) fn glance(&self, kind: &str) -> Vec<&Value> {
        self.0["glance"].as_array().unwrap().iter().filter(|g| g["kind"] == kind).collect()
    }

    /// Whether a line of this kind holds these words, in its text or its detail.
    pub(crate) fn glances(&self, kind: &str, words: &str) -> bool {
        self.glance(kind).iter().any(|g| said(g).contains(words))
    }

    pub(crate) fn notice(&self, code: &str) -> bool {
        self.0["notices"].as_array().unwrap().iter().any(|n| n["code"] == code)
    }

    pub(crate) fn unread(&self) -> &[Value] {
        self.0["unread"].as_array().unwrap()
    }

    /// All that is read but the sender's own narrative and raw text, in lower case.
    pub(crate) fn all_words(&self) -> String {
        let mut copy = self.0.clone();
        for section in copy["sections"].as_array_mut().unwrap() {
            section["narrative"] = json!("");
        }
        for entry in copy["unread"].as_array_mut().unwrap() {
            entry["raw"] = json!("");
        }
        copy.to_string().to_lowercase()
    }

    pub(crate) fn says_none_known(&self) -> bool {
        self.all_words().contains("no known allergies") || self.state(ALLERGIES) == "none-known"
    }
}

pub(crate) fn str_of(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Text and detail of an item or a line of the glance.
pub(crate) fn said(it: &Value) -> String {
    format!("{}; {}", str_of(&it["text"]), str_of(&it["detail"]))
}

pub(crate) fn coded(system: &str, code: &str) -> Value {
    json!({"coding": [{"system": system, "code": code}]})
}

pub(crate) fn worded(text: &str) -> Value {
    json!({ "text": text })
}

/// A resource of a type with an id and more members.
pub(crate) fn made(kind: &str, id: &str, more: Value) -> Value {
    with(json!({"resourceType": kind, "id": id}), more)
}

pub(crate) fn allergy(id: &str, code: Value) -> Value {
    made("AllergyIntolerance", id, json!({"code": code, "patient": {"reference": "Patient/p"}}))
}

pub(crate) fn with(mut it: Value, more: Value) -> Value {
    if let (Some(it), Value::Object(more)) = (it.as_object_mut(), more) {
        it.extend(more);
    }
    it
}

/// A section that names all of `resources`.
pub(crate) fn section(code: &str, resources: &[Value]) -> Value {
    let reference = |r: &Value| json!({"reference": format!("{}/{}", str_of(&r["resourceType"]), str_of(&r["id"]))});
    json!({"title": "In the sender's words", "code": coded("http://loinc.org", code), "entry": resources.iter().map(reference).collect::<Vec<_>>()})
}

/// A document about the Patient `p`: first the Composition, then the Patient, then `resources`.
pub(crate) fn bundle(sections: &[Value], resources: &[Value]) -> Value {
    let composition = made(
        "Composition",
        "c",
        json!({"status": "final", "type": coded("http://loinc.org", "60591-5"), "date": "2026-10-01T09:00:00Z",
            "subject": {"reference": "Patient/p"}, "author": [{"display": "Dr Ada Byron"}], "section": sections}),
    );
    let patient =
        made("Patient", "p", json!({"name": [{"family": "Okafor", "given": ["Ngozi"]}], "birthDate": "1938-11-23"}));
    let entries: Vec<Value> =
        [composition, patient].iter().chain(resources).map(|r| json!({ "resource": r })).collect();
    json!({"resourceType": "Bundle", "type": "document", "entry": entries})
}

pub(crate) fn read(bundle: &Value) -> Seen {
    read_text(&bundle.to_string())
}

/// Reads a document as written and holds it to its accounts: every entry is told once, no line is blank.
pub(crate) fn read_text(text: &str) -> Seen {
    let document = Document::read(text.as_bytes()).unwrap();
    let seen = Seen::of(&document, Role::EmergencyClinician);
    accounts(&document, &seen, "");
    seen
}

/// One section of this code that lists the resource, and nothing else.
pub(crate) fn alone(code: &str, resource: Value) -> Seen {
    read(&bundle(&[section(code, std::slice::from_ref(&resource))], &[resource]))
}

/// The only item of a resource alone in a section.
pub(crate) fn one(resource: Value) -> Value {
    alone("zz", resource).section("zz")["items"][0].clone()
}

pub(crate) fn accounts(document: &Document, seen: &Seen, name: &str) {
    let entries = |list: &Value| -> Vec<usize> {
        list.as_array().into_iter().flatten().filter_map(|e| e["entry"].as_u64()?.try_into().ok()).collect()
    };
    let items: Vec<usize> = seen.sections().iter().flat_map(|s| entries(&s["items"])).collect();
    let (unread, context) = (entries(&seen.0["unread"]), entries(&seen.0["context"]));
    for entry in 0..document.entries().len() {
        let told = [items.contains(&entry), unread.contains(&entry), context.contains(&entry)];
        let count = told.iter().filter(|t| **t).count();
        assert!(
            count == 1 || (count == 2 && !document.resource(entry)["contained"].is_null()),
            "{name}: entry {entry}: {told:?}"
        );
    }
    let glance = seen.0["glance"].as_array().into_iter().flatten();
    assert!(seen.items().into_iter().chain(glance).all(|i| !str_of(&i["text"]).trim().is_empty()), "{name}: blank");
    assert!(seen.unread().is_empty() || seen.notice("incomplete"), "{name}: a loss that is not told");
    for kind in ["allergy", "cpr"] {
        assert!(!seen.glance(kind).is_empty(), "{name}: no line on {kind}");
    }
}
