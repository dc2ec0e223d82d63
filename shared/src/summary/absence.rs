//! What a section says when it lists nothing: none known, not recorded, withheld, could not be read, not provided.
//! Each is a different fact, and only a coded statement says that there is nothing.

use super::SectionState;
use super::arrange::Shelf;
use super::draft::Fact;
use super::negative::Absence;
use super::titles::{ALLERGIES, MEDICINES, things};
use crate::fhir::{codings, concept_text, text};

/// What the whole document tells that a section alone does not.
#[derive(Clone, Copy, Default)]
pub(super) struct Around<'a> {
    /// Allergies anywhere in the document.
    pub(super) allergies: usize,
    /// Entries that cannot be read and may be of any type.
    pub(super) unread_of_unknown_type: usize,
    /// Entries that cannot be read and are allergies.
    pub(super) unread_allergies: usize,
    /// Entries that cannot be read and are medicines.
    pub(super) unread_medicines: usize,
    /// `document of 2024-03-01 by Dr Ada Byron`.
    pub(super) document: &'a str,
}

/// The state of a section and the sentence that says so.
pub(super) struct Verdict {
    pub(super) state: SectionState,
    pub(super) statement: String,
    /// The list is known to lack something.
    pub(super) gaps: bool,
    /// What further sources say of this section, when several were merged.
    pub(super) others: Vec<SectionState>,
}

/// Whether a fact is an allergy, wherever it stands and of whatever type: also as a problem or an alert.
pub(super) fn is_allergy(fact: &Fact<'_>) -> bool {
    if !fact.stands() || fact.absence.is_some() {
        return false;
    }
    match fact.item.resource_type.as_str() {
        "AllergyIntolerance" => true,
        "Condition" | "Flag" | "Observation" => {
            let words = fact.item.text.to_lowercase();
            let names_one = ["allergy", "allergic to", "anaphyla"].iter().any(|w| words.contains(w));
            names_one
                && !["no known", "no allerg", "family", "screen", "risk of", "allergy test"]
                    .iter()
                    .any(|w| words.contains(w))
        }
        _ => false,
    }
}

/// Judges a section.
pub(super) fn judge(shelf: &Shelf<'_>, around: Around<'_>) -> Verdict {
    let what = things(&shelf.code);
    let of_this_kind = match shelf.code.as_str() {
        ALLERGIES => around.unread_allergies,
        MEDICINES => around.unread_medicines,
        _ => 0,
    };
    let lost = shelf.missing.len() + shelf.unreadable.max(of_this_kind);
    let names_something = shelf.facts.iter().any(|f| f.absence.is_none() && f.stands());
    if names_something {
        return Verdict::new(
            SectionState::Listed,
            [&missing_words(shelf, lost), withheld_words(shelf)].concat().trim().to_owned(),
        );
    }
    if lost > 0 {
        return Verdict::new(
            SectionState::Unreadable,
            format!("{}: could not be read. {}", capital(what), missing_words(shelf, lost)),
        );
    }
    if is_withheld(shelf) {
        return withheld(what);
    }
    match shelf.facts.iter().filter(|f| f.stands()).filter_map(|f| Some((f.absence?, f))).min_by_key(|(a, _)| *a) {
        Some((told, fact)) => stated(shelf, around, told, fact),
        None if shelf.facts.is_empty() => empty(shelf, what),
        None => Verdict::new(
            SectionState::NotRecorded,
            format!("{}: only entries that were refuted or made in error.", capital(what)),
        ),
    }
}

impl Verdict {
    pub(super) fn new(state: SectionState, statement: String) -> Self {
        let gaps = state == SectionState::Listed && !statement.is_empty();
        Self { state, statement, gaps, others: Vec::new() }
    }

    /// Whether any source says this of the section.
    pub(super) fn says(&self, state: SectionState) -> bool {
        self.state == state || self.others.contains(&state)
    }
}

fn stated(shelf: &Shelf<'_>, around: Around<'_>, told: Absence, fact: &Fact<'_>) -> Verdict {
    let what = things(&shelf.code);
    let is_allergies = shelf.code == ALLERGIES;
    match told {
        Absence::Withheld => withheld(what),
        Absence::None if is_allergies && around.allergies > 0 => Verdict::new(
            SectionState::Unreadable,
            "A statement that there are none is contradicted by an allergy elsewhere in this document.".to_owned(),
        ),
        Absence::None if around.unread_of_unknown_type > 0 => Verdict::new(
            SectionState::Unreadable,
            format!(
                "A statement of no {what} is recorded, but {} could not be read and may be one.",
                entries(around.unread_of_unknown_type)
            ),
        ),
        Absence::None => {
            let recorded = recorded(fact, around.document);
            let doubt =
                ["unconfirmed", "provisional", "differential"].into_iter().find(|d| fact.item.detail.contains(d));
            let doubt = doubt.map(|d| format!("{d}, ")).unwrap_or_default();
            Verdict::new(SectionState::NoneKnown, format!("No known {what} ({doubt}{recorded}{})", beside(shelf)))
        }
        Absence::Scoped => {
            let scopes: Vec<&str> = shelf
                .facts
                .iter()
                .filter(|f| f.absence == Some(told) && f.stands())
                .map(|f| f.item.text.as_str())
                .collect();
            Verdict::new(
                SectionState::NotRecorded,
                format!(
                    "{}: only stated in part ({}). Nothing is recorded on the rest. Ask.",
                    capital(what),
                    scopes.join("; ")
                ),
            )
        }
        Absence::NotAsked => Verdict::new(
            SectionState::NotRecorded,
            format!("{}: not recorded, nobody asked ({}).", capital(what), recorded(fact, around.document)),
        ),
        Absence::NoInformation => Verdict::new(
            SectionState::NotRecorded,
            format!("{}: not recorded, the sender has no information. Ask.", capital(what)),
        ),
        Absence::FreeText => Verdict::new(
            SectionState::NotRecorded,
            format!("{}: not recorded as a coded fact. Free text only, read it: {}", capital(what), fact.item.detail),
        ),
    }
}

/// `recorded 2024-03-01 by Dr Ada Byron`, saying what is not known and then what the document itself tells.
fn recorded(fact: &Fact<'_>, document: &str) -> String {
    match (fact.when.is_empty(), fact.item.source.is_empty()) {
        (false, false) => format!("recorded {} by {}", fact.when, fact.item.source),
        (false, true) => format!("recorded {}, by whom is not said; {document}", fact.when),
        (true, false) => format!("recorded by {}, when is not said; {document}", fact.item.source),
        (true, true) => format!("by whom and when is not said; {document}"),
    }
}

fn withheld(what: &str) -> Verdict {
    Verdict::new(SectionState::Withheld, format!("{}: withheld by the sender. There may be some. Ask.", capital(what)))
}

fn withheld_words(shelf: &Shelf<'_>) -> &'static str {
    if withholds(shelf) { " Some is withheld by the sender. Ask." } else { "" }
}

/// Whether the section says that something of it may not be shown, by its reason or by one of its entries.
pub(super) fn withholds(shelf: &Shelf<'_>) -> bool {
    is_withheld(shelf) || shelf.facts.iter().any(|f| f.absence == Some(Absence::Withheld) && f.stands())
}

// By its code, and where there is only a sentence, by its words.
fn is_withheld(shelf: &Shelf<'_>) -> bool {
    let all = codings(shelf.empty_reason);
    let said = [concept_text(shelf.empty_reason), text(&shelf.empty_reason["text"])].concat().to_lowercase();
    all.iter().any(|c| matches!(c.code.as_ref(), "withheld" | "masked" | "MSK"))
        || (all.iter().all(|c| c.code.is_empty()) && said.contains("withheld"))
}

// Both are said, and neither may hide the other.
fn beside(shelf: &Shelf<'_>) -> String {
    let unknown = |f: &&Fact<'_>| matches!(f.absence, Some(Absence::NoInformation | Absence::NotAsked)) && f.stands();
    match shelf.facts.iter().filter(unknown).count() {
        0 => String::new(),
        1 => "; 1 other entry says that there is no information".to_owned(),
        more => format!("; {more} other entries say that there is no information"),
    }
}

// `nilknown` is what systems without data are told to send: it is not a clinician's statement and never reads as one.
fn empty(shelf: &Shelf<'_>, what: &str) -> Verdict {
    let reason = codings(shelf.empty_reason).into_iter().map(|c| c.code).next().unwrap_or_default();
    let words = match reason.as_ref() {
        "nilknown" => "the sending system marked this empty, which no clinician signed. Ask",
        "notasked" | "not-asked" | "NASK" => "nobody asked",
        "asked-unknown" | "ASKU" => "asked, and not known",
        "asked-declined" => "asked, the person did not want to say",
        "temp-unknown" | "NAV" => "not known yet",
        "notstarted" => "not begun yet",
        "closed" => "no longer kept",
        "unavailable" | "not-applicable" | "unknown" | "unsupported" | "not-permitted" | "UNK" | "NI" | "NA"
        | "NAVU" => "the sender has no information",
        _ if !shelf.provided => {
            return Verdict::new(
                SectionState::NotProvided,
                format!("{}: this document has no section on them. Ask.", capital(what)),
            );
        }
        _ if reason.is_empty() && shelf.empty_reason.is_null() && !shelf.narrative.is_empty() => {
            return narrative_only(shelf, what);
        }
        _ => "the section is empty",
    };
    let own = text(&shelf.empty_reason["text"]);
    let own = if own.is_empty() { own } else { format!(" The sender's words: “{own}”") };
    Verdict::new(SectionState::NotRecorded, format!("{}: not recorded, {words}.{own}", capital(what)))
}

fn narrative_only(shelf: &Shelf<'_>, what: &str) -> Verdict {
    let words: String = shelf.narrative.plain().chars().take(200).collect();
    Verdict::new(
        SectionState::Unreadable,
        format!("{}: only as text that cannot be checked. Read it: “{words}”", capital(what)),
    )
}

fn missing_words(shelf: &Shelf<'_>, lost: usize) -> String {
    if lost == 0 {
        return String::new();
    }
    let named: Vec<&str> = shelf.missing.iter().map(String::as_str).filter(|m| !m.is_empty()).take(5).collect();
    let named = if named.is_empty() { String::new() } else { format!(" ({})", named.join(", ")) };
    format!("{} named here could not be read or is not in the document{named}.", entries(lost))
}

/// `1 entry`, `2 entries`.
pub(super) fn entries(count: usize) -> String {
    if count == 1 { "1 entry".to_owned() } else { format!("{count} entries") }
}

pub(super) fn capital(words: &str) -> String {
    let mut chars = words.chars();
    chars.next().map(|c| c.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
