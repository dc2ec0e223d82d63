//! Sections by their LOINC code (HL7 IPS 2.0, Composition-uv-ips): title in English, order, what they hold.

use super::phrases::speaks_of_allergies;

/// Allergies and intolerances.
pub(super) const ALLERGIES: &str = "48765-2";
/// Medication summary.
pub(super) const MEDICINES: &str = "10160-0";
/// Problems.
pub(super) const PROBLEMS: &str = "11450-4";
/// Advance directives.
pub(super) const DIRECTIVES: &str = "42348-3";
/// Alerts.
pub(super) const ALERTS: &str = "104605-1";

// In the order of the screen. The last column: titles by which senders without codes name the section.
const SECTIONS: [(&str, &str, &[&str]); 20] = [
    (ALLERGIES, "Allergies and intolerances", &["allergies", "allergies and intolerances", "allergy"]),
    (DIRECTIVES, "Advance directives", &["advance directives", "advance directive"]),
    (ALERTS, "Alerts", &["alerts", "flags"]),
    (MEDICINES, "Medicines", &["medication summary", "medications", "medication", "medicines", "current medications"]),
    (PROBLEMS, "Problems", &["problem list", "problems", "active problems", "conditions"]),
    ("46264-8", "Medical devices", &["medical devices", "devices"]),
    ("10162-6", "Pregnancy", &["pregnancy", "history of pregnancy"]),
    ("47420-5", "How the person usually is", &["functional status"]),
    ("8716-3", "Vital signs", &["vital signs"]),
    ("30954-2", "Results", &["results", "diagnostic results"]),
    ("47519-4", "Procedures", &["history of procedures", "procedures"]),
    ("11348-0", "Past problems", &["past problems", "history of illnesses", "past history of illnesses"]),
    ("11369-6", "Immunisations", &["immunizations", "immunisations"]),
    ("18776-5", "Plan of care", &["plan of care", "care plan"]),
    ("29762-2", "Social history", &["social history"]),
    ("81338-6", "The person's story", &["patient story"]),
    ("46240-8", "Contacts with services", &["encounters", "history of encounters"]),
    ("10157-6", "Family history", &["family history"]),
    ("51899-3", "Details", &[]),
    ("76437-3", "Payer", &[]),
];

/// The known sections as code and title, in the order of the screen.
pub(super) fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    SECTIONS.iter().map(|(code, title, _)| (*code, *title))
}

/// The title of a known section.
pub(super) fn title(code: &str) -> Option<&'static str> {
    SECTIONS.iter().find(|(c, ..)| *c == code).map(|(_, title, _)| *title)
}

/// Where a section stands on the screen; unknown ones at the end.
pub(super) fn rank(code: &str) -> usize {
    SECTIONS.iter().position(|(c, ..)| *c == code).unwrap_or(SECTIONS.len())
}

/// The code of a section that has a well-known title and no code. Allergies are known in many languages: a section on
/// them that nobody recognises would leave the reader with "no section on them".
pub(super) fn code_of_title(title: &str) -> Option<&'static str> {
    let lower = title.trim().to_lowercase();
    let known = SECTIONS.iter().find(|(_, _, titles)| titles.contains(&lower.as_str())).map(|(code, ..)| *code);
    known.or_else(|| speaks_of_allergies(&lower).then_some(ALLERGIES))
}

/// What a section holds, in the middle of a sentence.
pub(super) fn things(code: &str) -> &'static str {
    match code {
        ALLERGIES => "allergies",
        MEDICINES => "medicines",
        PROBLEMS => "problems",
        DIRECTIVES => "advance directives",
        ALERTS => "alerts",
        "46264-8" => "devices",
        "11369-6" => "immunisations",
        "47519-4" => "procedures",
        _ => "entries",
    }
}
