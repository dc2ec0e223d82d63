//! Resources that say that there is nothing of their kind, that nothing is known, or that something is withheld.

use super::super::Status;
use super::super::draft::Draft;
use super::super::negative::Absence;
use super::super::phrases::is_negative_phrase;
use crate::fhir::modifiers;

/// Makes a statement of absence out of the draft. `doubtful` is what the type itself says against it: any doubt, and
/// it is only words. `things` stands in a sentence: "medicines".
pub(super) fn make(draft: &mut Draft<'_>, told: Absence, things: &str, doubtful: bool) {
    let counts = matches!(told, Absence::None | Absence::Scoped);
    let told = if counts && (doubtful || is_in_doubt(draft)) { Absence::FreeText } else { told };
    let own = std::mem::take(&mut draft.text);
    draft.absence = Some(told);
    draft.text = words(told, things, &own);
    let shown = draft.text == own || own.contains("http") || is_negative_phrase(&own);
    if told == Absence::FreeText || !shown {
        draft.part("in the record's words", &own.to_lowercase());
    }
    draft.read_the_source |= told == Absence::FreeText;
    if matches!(draft.status, Status::EnteredInError | Status::Refuted) {
        return;
    }
    draft.status = if matches!(told, Absence::None | Absence::Scoped) { Status::Negative } else { Status::Unknown };
}

// A modifier nobody knows, or a field that is given twice, may turn the statement into its opposite.
fn is_in_doubt(draft: &Draft<'_>) -> bool {
    let entry = draft.place.document.entries().get(draft.place.entry);
    !modifiers(draft.place.resource).is_empty() || entry.is_some_and(|e| !e.repeated.is_empty())
}

fn words(absence: Absence, things: &str, own: &str) -> String {
    // Only the words on allergies are so often read as "none" that they are always the same.
    let has_own = !own.is_empty() && !own.contains("http") && things != "allergies";
    match absence {
        Absence::None | Absence::NoInformation | Absence::NotAsked if has_own => own.to_owned(),
        Absence::None => format!("No known {things}"),
        Absence::Scoped if own.contains("no-known-") => {
            let scope = own.split("no-known-").nth(1).and_then(|s| s.split('-').next()).unwrap_or_default();
            format!("No known {scope} {things}")
        }
        Absence::Scoped if !own.contains("http") => own.to_owned(),
        Absence::Scoped => format!("No known {things} of one kind: {own}"),
        Absence::NoInformation => format!("No information about {things}"),
        Absence::NotAsked => format!("Not asked about {things}"),
        Absence::Withheld => format!("Information about {things} is withheld"),
        Absence::FreeText => format!("Uncoded statement about the absence of {things}"),
    }
}
