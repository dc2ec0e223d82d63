use serde_json::Value;
use shared::fhir::Document;
use shared::summary::{SectionState, Summary};

use super::all_values;

const ALLERGIES: &str = "48765-2";
const NEGATIVE_STEMS: [&str; 13] =
    ["no", "nil", "nk", "unknown", "denies", "absent", "neg", "test", "never", "without", "refut", "withheld", "not"];

/// "No known allergies" stands anywhere only when a document says so by a code, and no document lists one.
pub(super) fn none_known_is_coded_and_uncontradicted(made: &Summary, documents: &[&Document]) {
    let state = made.sections.iter().any(|s| s.code == ALLERGIES && s.state == SectionState::NoneKnown);
    if !state && !words(made).iter().any(|w| w.to_ascii_lowercase().contains("no known allerg")) {
        return;
    }
    let resources = || documents.iter().flat_map(|d| d.entries()).filter_map(|e| e.resource.as_ref().ok());
    assert!(resources().any(|r| contains(r, &is_statement)), "none known without a coded statement");
    let one_person = documents.iter().all(|d| d.of_type("Patient").count() <= 1);
    assert!(!one_person || !resources().any(is_surely_real), "none known beside a real allergy");
    let lost = documents.iter().flat_map(|d| d.entries()).any(|e| e.resource.is_err() && e.resource_type == KIND);
    assert!(!lost, "none known beside an allergy that could not be read");
}

const KIND: &str = "AllergyIntolerance";

fn words(made: &Summary) -> Vec<&String> {
    let mut all = vec![&made.author];
    all.extend(made.notices.iter().map(|n| &n.text));
    all.extend(made.glance.iter().flat_map(|l| [&l.text, &l.detail, &l.source, &l.disagreement]));
    for section in &made.sections {
        all.extend([&section.title, &section.statement]);
        all.extend(section.items.iter().flat_map(|i| [&i.text, &i.detail, &i.source, &i.disagreement]));
    }
    all.extend(made.context.iter().map(|c| &c.text));
    all
}

// The resource itself or one it contains.
fn contains(resource: &Value, test: &dyn Fn(&Value) -> bool) -> bool {
    test(resource) || all_values(&resource["contained"]).into_iter().any(test)
}

fn is_statement(resource: &Value) -> bool {
    let code = |v: &Value, name: &str| -> String {
        v[name].as_str().unwrap_or_default().chars().filter(char::is_ascii_graphic).collect()
    };
    let says_so = |v: &Value| {
        let (system, code) = (code(v, "system"), code(v, "code"));
        let snomed = system.contains("snomed.info/sct") || system.ends_with("2.16.840.1.113883.6.96");
        (snomed && code == "716186003") || (system.contains("absent-unknown-uv-ips") && code == "no-known-allergies")
    };
    resource["resourceType"] == KIND
        && !is_taken_back(resource)
        && all_values(&resource["code"]).into_iter().any(says_so)
}

fn is_taken_back(resource: &Value) -> bool {
    let status = resource["verificationStatus"].to_string();
    status.contains("entered-in-error") || status.contains("refuted")
}

// Words that name a thing and nothing beside them that could be read in another way.
fn is_surely_real(resource: &Value) -> bool {
    let code = &resource["code"];
    let lower = code["text"].as_str().unwrap_or_default().to_lowercase();
    let named = lower.chars().count() > 3 && lower.chars().all(|c| c.is_ascii_alphabetic() || c == ' ');
    resource["resourceType"] == KIND
        && named
        && lower.starts_with(|c: char| c.is_ascii_alphabetic())
        && !lower.split(' ').any(|w| NEGATIVE_STEMS.iter().any(|stem| w.starts_with(stem)))
        && code.as_object().is_some_and(|c| c.len() == 1)
        && resource["verificationStatus"].is_null()
}
