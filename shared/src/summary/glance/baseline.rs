//! How the person usually is: frailty, function, oxygen target, cognition, communication, adjustments.

use super::super::{Glance, GlanceKind};
use super::Seen;
use super::safety::has_category;
use crate::fhir::{Document, Subject, choice_text, concept_text, items, text};

const WORDS: [&str; 27] = [
    "frailty",
    "rockwood",
    "akps",
    "karnofsky",
    "performance status",
    "barthel",
    "oxygen saturation target",
    "target oxygen saturation",
    "spo2 target",
    "target saturation",
    "target spo2",
    "88-92",
    "88–92",
    "88 - 92",
    "scale 2",
    "baseline",
    "usual ",
    "cognition",
    "cognitive function",
    "mobility",
    "communication",
    "hearing",
    "interpreter",
    "phase of illness",
    "nonverbal",
    "non-verbal",
    "lacks capacity",
];
const CODES: [&str; 3] = ["89243-0", "763264000", "445414007"];

pub(super) fn lines(seen: Seen<'_, '_>) -> Vec<Glance> {
    let fact = seen.fact;
    let item = &fact.item;
    let kind = item.resource_type.as_str();
    if !fact.holds()
        || !matches!(kind, "Observation" | "Flag" | "Condition" | "ClinicalImpression" | "Goal" | "CarePlan")
    {
        return Vec::new();
    }
    let lower = item.text.to_lowercase();
    let adjustment =
        kind == "Flag" && (has_category(seen, "RA") || item.detail.to_lowercase().contains("reasonable adjustment"));
    if !(adjustment || CODES.iter().any(|c| fact.has_code(c)) || WORDS.iter().any(|w| lower.contains(w))) {
        return Vec::new();
    }
    vec![seen.valued(GlanceKind::Baseline, false)]
}

/// What the Patient itself tells: the language, and whether an interpreter is needed.
pub(super) fn of_person(document: &Document) -> Vec<Glance> {
    let Subject::Patient(_, person) = document.subject() else { return Vec::new() };
    let interpreter = items(&person["extension"]).into_iter().any(|e| {
        text(&e["url"]).to_lowercase().contains("interpreter") && choice_text(e, "value") == "yes"
            || items(&e["extension"])
                .iter()
                .any(|i| text(&i["url"]).to_lowercase().contains("interpreter") && choice_text(i, "value") == "yes")
    });
    let languages = items(&person["communication"]).into_iter().filter(|c| !is_english(&c["language"]));
    let preferred = languages.clone().find(|c| c["preferred"] == true).or_else(|| languages.clone().next());
    let name = preferred.map(|c| concept_text(&c["language"])).filter(|n| !n.is_empty());
    let speaks_english = items(&person["communication"]).iter().any(|c| is_english(&c["language"]));
    let text = match (name, interpreter) {
        (Some(language), true) => format!("Speaks {language}: interpreter needed"),
        (Some(language), false) if !speaks_english => format!("Speaks {language}"),
        (None, true) => "Interpreter needed".to_owned(),
        _ => return Vec::new(),
    };
    vec![super::plain(GlanceKind::Baseline, &text, "")]
}

fn is_english(language: &serde_json::Value) -> bool {
    let words = concept_text(language).to_lowercase();
    words.starts_with("english")
        || words == "en"
        || words.starts_with("en-")
        || crate::fhir::codings(language).iter().any(|c| c.code == "en" || c.code.starts_with("en-"))
}
