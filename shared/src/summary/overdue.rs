//! Whether the day has passed by which somebody was to look at a fact again.
//!
//! A date of review is found as an extension that names one, the end of the period of an alert, plan, consent or
//! document, the due date of a goal, or in words ("review by 2026-05-01"), which is how most senders write it.

use jiff::civil::Date;
use serde_json::Value;

use super::Item;
use super::age::is_past;
use super::draft::Fact;
use super::section::Judged;
use crate::fhir::{choice_text, items, text};

/// Kinds whose review matters to the next person at the door. A medicine that ran out or a contact that ended is told by
/// its status.
const REVIEWED: [&str; 9] = [
    "Flag",
    "Consent",
    "DocumentReference",
    "CarePlan",
    "Goal",
    "Observation",
    "ServiceRequest",
    "ClinicalImpression",
    "QuestionnaireResponse",
];

/// Marks every fact that holds and whose review is overdue.
pub(super) fn mark(judged: &mut [Judged<'_>], today: Date) {
    for fact in judged.iter_mut().flat_map(|j| &mut j.shelf.facts).filter(|f| f.holds()) {
        fact.item.review_overdue = due(fact.resource, &fact.item).is_some_and(|date| is_past(&date, today));
    }
}

/// The date by which a fact was to be looked at again, as written.
pub(super) fn of(fact: &Fact<'_>) -> Option<String> {
    due(fact.resource, &fact.item)
}

fn due(it: &Value, item: &Item) -> Option<String> {
    if !REVIEWED.contains(&item.resource_type.as_str()) {
        return None;
    }
    by_extension(it).or_else(|| by_period(it)).or_else(|| by_target(it)).or_else(|| in_words(&item.detail))
}

fn by_extension(it: &Value) -> Option<String> {
    items(&it["extension"])
        .into_iter()
        .flat_map(|e| std::iter::once(e).chain(items(&e["extension"])))
        .filter(|e| text(&e["url"]).to_lowercase().contains("review"))
        .map(|e| choice_text(e, "value"))
        .find(|date| date.starts_with(|c: char| c.is_ascii_digit()))
}

fn by_period(it: &Value) -> Option<String> {
    let ends: [&Value; 3] = [&it["provision"]["period"]["end"], &it["period"]["end"], &it["context"]["period"]["end"]];
    ends.into_iter().map(text).find(|date| !date.is_empty())
}

fn by_target(it: &Value) -> Option<String> {
    items(&it["target"]).into_iter().map(|t| text(&t["dueDate"])).find(|date| !date.is_empty())
}

// The first date written soon after the word: "Review by 2025-04-01", "to be reviewed 2025-04".
fn in_words(words: &str) -> Option<String> {
    let lower = words.to_lowercase();
    let after = lower.split_once("review")?.1;
    let near: String = after.chars().take(40).collect();
    near.split(|c: char| !(c.is_ascii_digit() || c == '-'))
        .map(|t| t.trim_matches('-'))
        .find(|t| t.len() >= 7 && t.contains('-') && t.as_bytes()[..4].iter().all(u8::is_ascii_digit))
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::{TODAY, bundle, coded, item, read};
    use super::*;

    #[test]
    fn a_review_date_is_found_in_words() {
        assert_eq!(in_words("Form in the hall. Review by 2025-04-01, GP"), Some("2025-04-01".to_owned()));
        assert_eq!(in_words("reviewed weekly since 12-3"), None);
    }

    #[test]
    fn a_review_is_found_wherever_a_sender_writes_it() {
        let past = "2026-11-21";
        for (name, resource) in [
            (
                "flag",
                json!({"resourceType": "Flag", "status": "active", "code": {"text": "It"}, "period": {"end": past}}),
            ),
            (
                "consent",
                json!({"resourceType": "Consent", "status": "active", "scope": {"text": "It"}, "provision": {"period": {"end": past}}}),
            ),
            ("plan", json!({"resourceType": "CarePlan", "status": "active", "title": "It", "period": {"end": past}})),
            (
                "document",
                json!({"resourceType": "DocumentReference", "status": "current", "type": {"text": "It"}, "context": {"period": {"end": past}}}),
            ),
            (
                "goal",
                json!({"resourceType": "Goal", "lifecycleStatus": "active", "description": {"text": "It"}, "target": [{"dueDate": past}]}),
            ),
            (
                "extension",
                json!({"resourceType": "Observation", "status": "final", "code": {"text": "It"}, "extension": [{"url": "urn:ReviewDate", "valueDate": past}]}),
            ),
            (
                "words",
                json!({"resourceType": "Observation", "status": "final", "code": {"text": "It"}, "note": [{"text": format!("Review by {past}.")}]}),
            ),
        ] {
            let on = |today: Date| {
                let document =
                    crate::fhir::Document::read(bundle(&[], std::slice::from_ref(&resource)).to_string().as_bytes())
                        .unwrap();
                let summary = super::super::summarise(&document, crate::identity::Role::EmergencyClinician, today);
                item(&summary, "It").review_overdue
            };
            assert!(on(TODAY) && !on(TODAY.yesterday().unwrap()), "{name}");
        }
    }

    #[test]
    fn what_no_longer_holds_or_is_no_plan_is_not_overdue() {
        for resource in [
            json!({"resourceType": "Flag", "status": "inactive", "code": {"text": "It"}, "period": {"end": "2020"}}),
            json!({"resourceType": "Goal", "lifecycleStatus": "completed", "description": {"text": "It"}, "target": [{"dueDate": "2020"}]}),
            json!({"resourceType": "Encounter", "status": "finished", "type": [{"text": "It"}], "period": {"end": "2020-01-01"}}),
            json!({"resourceType": "Condition", "code": {"text": "It"}, "clinicalStatus": coded("x", "active"), "note": [{"text": "Review 2020-01-01"}]}),
        ] {
            assert!(!item(&read(&bundle(&[], std::slice::from_ref(&resource))), "It").review_overdue, "{resource}");
        }
    }
}
