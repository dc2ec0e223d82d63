//! Whether an entry is about resuscitation or limits of treatment, and what it decides.
//!
//! A decision may be an Observation, Consent, document, goal, order, alert, or words in an extension.
//! Codes: SNOMED CT as used by NHS England (EPaCCS, ReSPECT) and HL7 IPS examples; HL7 consentcategorycodes; LOINC.

use super::super::Status;
use super::Seen;
use super::safety::has_category;

const NOT_FOR: [&str; 4] = ["450476008", "304253006", "143021000119109", "dnr"];
const FOR: [&str; 2] = ["450475007", "304252001"];
// Resuscitation status, ReSPECT, treatment escalation, end-of-life and advance care plans, advance decisions, POLST.
const ABOUT: [&str; 21] = [
    "304251008",
    "439569004",
    "365870005",
    "1382601000000107",
    "735324008",
    "736373009",
    "736366004",
    "861421000000109",
    "887701000000100",
    "425392003",
    "310305009",
    "acd",
    "polst",
    "hcd",
    "emrgonly",
    "75779-9",
    "100822-6",
    "100821-8",
    "84095-9",
    "75320-2",
    "86533-7",
];
const RESUSCITATION: [&str; 10] = [
    "resuscit",
    "dnacpr",
    "dnar",
    "dnr",
    "cpr",
    "respect form",
    "respect plan",
    "summary plan for emergency",
    "polst",
    "molst",
];
const LIMITS: [&str; 15] = [
    "do not attempt cpr",
    "advance decision",
    "advance directive",
    "advance care",
    "advanced care",
    "adrt",
    "treatment escalation",
    "ceiling of",
    "not for hospital",
    "not for intubation",
    "do not intubate",
    "not for ventilation",
    "not for escalation",
    "life-sustaining",
    "living will",
];
const PLANS: [&str; 6] = [
    "dnacpr",
    "respect form",
    "respect plan",
    "summary plan for emergency care",
    "polst",
    "emergency health care plan",
];

/// What a decision says.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Decision {
    NotFor,
    For,
}

/// Whether an entry belongs among the lines on resuscitation and limits.
pub(super) fn is_about(seen: Seen<'_, '_>) -> bool {
    let fact = seen.fact;
    let kind = fact.item.resource_type.as_str();
    if !fact.holds()
        || fact.absence.is_some()
        || matches!(kind, "AllergyIntolerance" | "Immunization" | "RelatedPerson" | "Encounter" | "FamilyMemberHistory")
    {
        return fact.item.status == Status::NotToBeGiven && names_it(seen);
    }
    // "Cardiac arrest, successful resuscitation" is history: a problem or a procedure counts when it decides.
    if matches!(kind, "Condition" | "Procedure" | "DiagnosticReport") || kind.starts_with("Medication") {
        return decision(seen).is_some() || has(&LIMITS, fact.lower());
    }
    ABOUT.iter().chain(&NOT_FOR).chain(&FOR).any(|c| fact.has_code(c)) || has_category(seen, "RT") || names_it(seen)
}

fn has(words: &[&str], lower: &str) -> bool {
    words.iter().any(|w| lower.contains(w))
}

fn names_it(seen: Seen<'_, '_>) -> bool {
    let lower = seen.fact.lower();
    let item = &seen.fact.item;
    let words = || [&item.text, &item.detail].into_iter().flat_map(|t| t.split(|c: char| !c.is_alphanumeric()));
    let is_named = lower.contains("resuscit")
        || has(&PLANS, lower)
        || has(&LIMITS, lower)
        || words().any(|word| matches!(word, "CPR" | "DNR" | "DNAR" | "MOLST" | "ReSPECT" | "TEP"));
    let is_course = || has(&["training", "course", "taught"], lower);
    is_named && !is_course()
}

/// Whether it is about resuscitation itself, decided or not.
pub(super) fn speaks_of_it(seen: Seen<'_, '_>) -> bool {
    ["304251008", "439569004", "365870005", "1382601000000107", "75779-9", "100822-6"]
        .iter()
        .any(|c| seen.fact.has_code(c))
        || has_category(seen, "RT")
        || has(&RESUSCITATION, seen.fact.lower())
}

/// What an entry decides; `None` for a plan or a text that decides nothing plainly.
pub(super) fn decision(seen: Seen<'_, '_>) -> Option<Decision> {
    let fact = seen.fact;
    // "Do not resuscitate: no" is a sentence nobody should decide by a code.
    if fact.resource["valueBoolean"] == false
        || fact.item.detail.to_lowercase().starts_with("no;")
        || fact.item.detail.eq_ignore_ascii_case("no")
    {
        return None;
    }
    if NOT_FOR.iter().any(|c| fact.has_code(c)) {
        return Some(Decision::NotFor);
    }
    if FOR.iter().any(|c| fact.has_code(c)) {
        return Some(Decision::For);
    }
    in_words(fact.lower())
}

/// Whether a fact decides for resuscitation (true) or against it; `None` when it decides neither.
pub(super) fn decides(seen: Seen<'_, '_>) -> Option<bool> {
    let decided = if is_about(seen) { decision(seen) } else { None };
    decided.map(|d| d == Decision::For)
}

/// What words in lower case decide.
pub(super) fn in_words(lower: &str) -> Option<Decision> {
    let against = [
        "not for resuscitation",
        "not for attempted",
        "not for cpr",
        "do not resuscitate",
        "do not attempt",
        "dnacpr",
        "dnar",
        "not to be resuscitated",
        "no cpr",
        "not for cardiopulmonary",
        "do not do: cardiopulmonary",
        "deny: cardiopulmonary",
        "deny: resuscitation",
        "deny: cpr",
        "deny: attempt",
        "dnr",
    ];
    let wish = [
        "for attempted cardio",
        "for attempted cpr",
        "for attempted resus",
        "for full resus",
        "for resuscitation",
        "for cpr",
        "full code",
        "attempt cpr",
        "cpr should be attempted",
    ];
    if has(&against, lower) {
        return (!has(&["no dnacpr", "no dnar", "dnacpr: no", "revoked", "cancelled"], lower))
            .then_some(Decision::NotFor);
    }
    has(&wish, lower).then_some(Decision::For)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_decide_only_when_they_are_plain() {
        assert!(in_words("dnacpr in place") == Some(Decision::NotFor));
        assert!(in_words("not for attempted cardiopulmonary resuscitation") == Some(Decision::NotFor));
        assert!(in_words("for attempted cardiopulmonary resuscitation") == Some(Decision::For));
        assert!(
            in_words("no dnacpr in place").is_none() && in_words("thoughts on cardiopulmonary resuscitation").is_none()
        );
    }
}
