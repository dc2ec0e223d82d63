//! What the reader must be told about the document itself.

use jiff::civil::Date;
use serde_json::Value;

use super::absence::{entries, withholds};
use super::arrange::Arranged;
use super::section::{ABOUT_ANOTHER, Judged};
use super::titles::{ALERTS, ALLERGIES, DIRECTIVES, MEDICINES};
use super::{Notice, SectionState, Severity, patient};
use crate::fhir::{Document, Subject, absent_reason, codings, has_code, items, modifiers, text};

/// All notices, the loudest first.
pub(super) fn notices(document: &Document, arranged: &Arranged<'_>, judged: &[Judged<'_>], today: Date) -> Vec<Notice> {
    let mut list = List(Vec::new());
    list.unread(document, arranged);
    list.sections(judged);
    list.people(document, arranged, judged);
    list.composition(document, arranged, today);
    list.labels(document);
    list.entries(document, judged);
    list.0.sort_by_key(|n| n.severity);
    list.0
}

struct List(Vec<Notice>);

impl List {
    fn add(&mut self, severity: Severity, code: &str, text: String) {
        self.0.push(Notice { severity, code: code.to_owned(), text });
    }

    // Once, and without saying what kind of thing it is: the banner must not betray what it covers.
    fn withheld(&mut self) {
        if self.0.iter().all(|notice| notice.code != "withheld") {
            let text = "Some information is not shown. Ask the patient.";
            self.add(Severity::Warning, "withheld", text.to_owned());
        }
    }

    fn unread(&mut self, document: &Document, arranged: &Arranged<'_>) {
        if document.composition().is_null() {
            self.add(
                Severity::Danger,
                "incomplete",
                "The table of contents of this document could not be read: what is shown may be in the wrong place."
                    .to_owned(),
            );
        }
        if !arranged.unread.is_empty() {
            let mut kinds: Vec<&str> = arranged
                .unread
                .iter()
                .map(|e| document.entries()[*e].resource_type.as_str())
                .map(|t| if t.is_empty() { "of unknown kind" } else { t })
                .collect();
            kinds.sort_unstable();
            kinds.dedup();
            let count = entries(arranged.unread.len());
            self.add(
                Severity::Danger,
                "incomplete",
                format!(
                    "This record is incomplete: {count} could not be read ({}). The raw text is at the end.",
                    kinds.join(", ")
                ),
            );
        }
    }

    fn sections(&mut self, judged: &[Judged<'_>]) {
        for shelf in judged.iter().map(|j| &j.shelf).filter(|s| !s.missing.is_empty()) {
            let vital = [ALLERGIES, MEDICINES, DIRECTIVES, ALERTS].contains(&shelf.code.as_str());
            let severity = if vital { Severity::Danger } else { Severity::Warning };
            self.add(
                severity,
                "incomplete",
                format!("{}: {} named there and not in the document.", shelf.title, entries(shelf.missing.len())),
            );
        }
        let of = |state: SectionState| {
            let empty = judged.iter().filter(move |j| j.shelf.facts.is_empty() && j.shelf.missing.is_empty());
            empty.filter(move |j| j.verdict.state == state).map(|j| j.shelf.title.as_str()).collect::<Vec<_>>()
        };
        let text_only = of(SectionState::Unreadable);
        if judged.iter().any(|j| withholds(&j.shelf)) {
            self.withheld();
        }
        if !text_only.is_empty() {
            self.add(
                Severity::Warning,
                "narrative-only",
                format!("Only as text, nothing coded, so read the text: {}.", text_only.join(", ")),
            );
        }
    }

    fn people(&mut self, document: &Document, arranged: &Arranged<'_>, judged: &[Judged<'_>]) {
        match document.subject() {
            Subject::None => self.add(
                Severity::Danger,
                "no-patient",
                "This document does not say whom it is about. Do not rely on it.".to_owned(),
            ),
            Subject::Unclear => self.add(
                Severity::Danger,
                "subject-unclear",
                "This document names several people and does not say whom it is about. Do not rely on it.".to_owned(),
            ),
            Subject::Patient(_, person) => self.person(person),
        }
        if document.of_type("Patient").count() > 1 {
            let apart = judged.iter().any(|j| j.shelf.title == ABOUT_ANOTHER);
            let severity = if apart { Severity::Danger } else { Severity::Warning };
            let more = match (arranged.others.is_empty(), apart) {
                (true, _) => "They seem to be the same person.",
                (false, true) => "What is about somebody else is kept apart at the end.",
                (false, false) => "Nothing in it is marked as being about somebody else.",
            };
            self.add(severity, "several-patients", format!("This document holds several Patient records. {more}"));
        }
    }

    fn person(&mut self, person: &Value) {
        let died = [text(&person["deceasedDateTime"]), text(&person["deceasedBoolean"])]
            .into_iter()
            .find(|d| !d.is_empty() && d != "false");
        if let Some(died) = died {
            let when = if died == "true" { String::new() } else { format!(" on {died}") };
            self.add(Severity::Danger, "deceased", format!("This record says that the person has died{when}."));
        }
        if text(&person["active"]).eq_ignore_ascii_case("false") {
            let told = "The sender no longer uses this person's record. Ask for the current one.";
            self.add(Severity::Warning, "inactive-person", told.to_owned());
        }
        if is_masked(person) {
            self.withheld();
        }
        self.modified(person, "what it says of the person");
        let names = patient::other_names(person);
        if !names.is_empty() {
            self.add(Severity::Info, "other-names", format!("Also recorded as {}.", names.join("; ")));
        }
        if items(&person["link"]).iter().any(|l| l["type"] == "replaced-by") {
            self.add(
                Severity::Warning,
                "replaced",
                "The sender has replaced this person's record by another one.".to_owned(),
            );
        }
    }

    // A modifier that nobody here knows may turn whatever it stands in into its opposite.
    fn modified(&mut self, value: &Value, what: &str) {
        if !modifiers(value).is_empty() {
            let told = format!("The sender marked {what} in a way that changes its meaning. Read the source.");
            self.add(Severity::Danger, "modified", told);
        }
    }

    fn composition(&mut self, document: &Document, arranged: &Arranged<'_>, today: Date) {
        let composition = document.composition();
        self.modified(document.bundle(), "this document");
        self.modified(composition, "the table of contents of this document");
        match text(&composition["status"]).as_str() {
            "preliminary" => self.add(
                Severity::Warning,
                "preliminary",
                "This document is preliminary: its author has not finished it.".to_owned(),
            ),
            "amended" => {
                self.add(Severity::Info, "amended", "This document was changed after it was first issued.".to_owned())
            }
            "entered-in-error" => self.add(
                Severity::Danger,
                "entered-in-error",
                "The sender says that this document was made in error. Do not rely on it.".to_owned(),
            ),
            _ => {}
        }
        if arranged.more_documents > 0 {
            self.add(
                Severity::Warning,
                "several-documents",
                format!(
                    "This bundle holds {} more document(s). All of them are shown together.",
                    arranged.more_documents
                ),
            );
        }
        let by_the_person = items(&composition["author"]).into_iter().any(|a| {
            let author = document.resolve(document.composition_index(), a).resource();
            author.is_some_and(|r| matches!(text(&r["resourceType"]).as_str(), "Patient" | "RelatedPerson"))
        });
        if by_the_person {
            self.add(
                Severity::Info,
                "patient-reported",
                "This document was written by the patient or a relative, not by a clinician.".to_owned(),
            );
        }
        let bundle = document.bundle();
        let dates = [&composition["date"], &bundle["timestamp"], &bundle["meta"]["lastUpdated"]];
        let days = dates.into_iter().map(|date| text(date).chars().take(10).collect::<String>());
        // One day of grace: it may be tomorrow where the sender is.
        let limit = today.tomorrow().unwrap_or(today);
        if let Some(day) = days.into_iter().find(|day| day.parse::<Date>().is_ok_and(|made| made > limit)) {
            self.add(
                Severity::Warning,
                "future-date",
                format!("This document is dated in the future ({day}): do not rely on its dates."),
            );
        }
        if !composition.is_null() && !has_code(&composition["type"], "60591-5") {
            self.add(
                Severity::Info,
                "not-a-summary",
                "The sender does not call this document a patient summary.".to_owned(),
            );
        }
    }

    fn labels(&mut self, document: &Document) {
        let of = |value: &Value| {
            [&value["meta"]["security"], &value["meta"]["tag"]]
                .into_iter()
                .flat_map(items)
                .flat_map(codings)
                .map(|c| c.code.into_owned())
                .collect::<Vec<_>>()
        };
        let whole =
            [of(document.bundle()), of(document.composition()), vec![text(&document.composition()["confidentiality"])]]
                .concat();
        let any_entry = || {
            document
                .entries()
                .iter()
                .filter_map(|e| e.resource.as_ref().ok())
                .any(|r| of(r).iter().any(|c| is_redaction(c)))
        };
        if whole.iter().any(|c| is_redaction(c)) || any_entry() {
            self.withheld();
        }
        if whole.iter().any(|c| matches!(c.as_str(), "R" | "V")) {
            self.add(
                Severity::Info,
                "restricted",
                "This document is marked as restricted: do not share what you do not need to.".to_owned(),
            );
        }
    }

    fn entries(&mut self, document: &Document, judged: &[Judged<'_>]) {
        let facts = || judged.iter().flat_map(|j| &j.shelf.facts);
        let unlisted = facts()
            .filter(|f| {
                !f.item.listed_in_section && !matches!(f.item.resource_type.as_str(), "RelatedPerson" | "CareTeam")
            })
            .count();
        if unlisted > 0 {
            self.add(
                Severity::Info,
                "not-listed",
                format!("{} in this document that no section of the summary lists.", entries(unlisted)),
            );
        }
        if judged.iter().any(Judged::is_contradicted) {
            self.add(Severity::Warning, "contradiction", "This document says that there are no allergies and also lists some, or parts of it could not be read. Go by what is listed.".to_owned());
        }
        if document.entries().iter().any(|e| !e.repeated.is_empty()) {
            self.add(
                Severity::Warning,
                "contradiction",
                "An entry of this document gives the same field twice with different values. Read its source."
                    .to_owned(),
            );
        }
    }
}

// The name or the date of birth is there and may not be shown.
fn is_masked(person: &Value) -> bool {
    let names = items(&person["name"]);
    let masked = |parent: &Value, field: &str| absent_reason(parent, field) == Some("withheld");
    masked(person, "birthDate")
        || masked(person, "name")
        || names.iter().any(|n| masked(n, "family") || masked(n, "given") || masked(n, "text"))
}

fn is_redaction(code: &str) -> bool {
    matches!(code, "REDACTED" | "MASKED" | "ABSTRED" | "PSEUDED" | "SUBSETTED")
}
