//! People around the person: relatives, key workers, teams.

use super::super::Status;
use super::super::draft::Draft;
use super::super::people::{human_name, relations, telecoms, with_brackets};
use super::code_of;
use crate::fhir::{concept_text, period_text, text};

pub(super) fn read(draft: &mut Draft<'_>) {
    let it = draft.place.resource;
    if it["resourceType"] == "CareTeam" {
        return team(draft);
    }
    let relations = relations(&it["relationship"]);
    draft.text = with_brackets(&human_name(it), &relations);
    draft.part("", &telecoms(it).join(", "));
    draft.date("valid", &period_text(&it["period"]));
    draft.status = if text(&it["active"]).eq_ignore_ascii_case("false") { Status::Inactive } else { Status::Active };
}

fn team(draft: &mut Draft<'_>) {
    let it = draft.place.resource;
    draft.text = [text(&it["name"]), concept_text(&it["category"])]
        .into_iter()
        .find(|t| !t.is_empty())
        .unwrap_or_else(|| "Care team".to_owned());
    for participant in draft.some(&it["participant"], 12) {
        draft.part(&concept_text(&participant["role"]), &draft.place.name(&participant["member"]));
    }
    draft.part("", &telecoms(it).join(", "));
    draft.status = match code_of(&it["status"]).as_str() {
        "active" => Status::Active,
        "inactive" | "suspended" => Status::Inactive,
        "entered-in-error" => Status::EnteredInError,
        _ => Status::Unknown,
    };
}
