//! The person as the document names them.

use serde_json::Value;

use super::Patient;
use super::people::telecoms;
use crate::fhir::{absent_reason, identifiers, items, nhs_numbers, text};

/// Reads the Patient of the document.
pub(super) fn read(patient: &Value) -> Patient {
    Patient {
        name: name(patient),
        birth_date: text(&patient["birthDate"]),
        gender: text(&patient["gender"]),
        nhs_number: nhs_numbers(patient).first().map(ToString::to_string),
        identifiers: identifiers(patient),
        address: items(&patient["address"]).into_iter().map(address).find(|a| !a.is_empty()).unwrap_or_default(),
        telecom: telecoms(patient),
    }
}

fn name(patient: &Value) -> String {
    let all = items(&patient["name"]);
    let of_use = |wanted: &str| all.iter().find(|n| n["use"] == wanted && n["period"]["end"].is_null());
    let current = of_use("official")
        .or_else(|| of_use("usual"))
        .or_else(|| all.iter().find(|n| n["use"] != "old" && n["use"] != "maiden"));
    let written = current.or(all.first()).map(|n| surname_first(n)).unwrap_or_default();
    if !written.is_empty() {
        return written;
    }
    match absent_reason(patient, "name").or_else(|| all.first().and_then(|n| absent_reason(n, "family"))) {
        Some(reason) => format!("Name {reason}"),
        None => "Name not recorded".to_owned(),
    }
}

/// `SURNAME, Given Names` of a `HumanName`; its text when it has no parts.
pub(super) fn surname_first(name: &Value) -> String {
    let part =
        |field: &str| items(&name[field]).into_iter().map(text).filter(|t| !t.is_empty()).collect::<Vec<_>>().join(" ");
    let (family, given) = (part("family").to_uppercase(), part("given"));
    match (family.is_empty(), given.is_empty()) {
        (false, false) => format!("{family}, {given}"),
        (false, true) => family,
        (true, false) => given,
        (true, true) if name.is_object() => text(&name["text"]),
        (true, true) => text(name),
    }
}

fn address(address: &Value) -> String {
    let whole = text(&address["text"]);
    if !whole.is_empty() {
        return whole;
    }
    let mut parts: Vec<String> = items(&address["line"]).into_iter().map(text).collect();
    parts.extend(["city", "district", "state", "postalCode", "country"].iter().map(|f| text(&address[*f])));
    parts.retain(|p| !p.is_empty());
    parts.join(", ")
}

/// Whether two Patients are one person: an identifier with its system in common, or the same name and birth date.
pub(super) fn is_same(a: &Value, b: &Value) -> bool {
    let theirs = identifiers(b);
    let shared = identifiers(a).iter().take(50).any(|i| !i.starts_with('|') && theirs.contains(i));
    let (born, name_of) = (text(&a["birthDate"]), name(a));
    shared || (!born.is_empty() && born == text(&b["birthDate"]) && name_of.eq_ignore_ascii_case(&name(b)))
}

// The name in its own script, when its parts are given in Latin letters only.
fn in_another_script(name: &Value) -> String {
    let whole = if name.is_object() { text(&name["text"]) } else { String::new() };
    let foreign = |words: &str| words.chars().any(|c| c.is_alphabetic() && c > '\u{24f}');
    if foreign(&whole) && !foreign(&surname_first(name)) { whole } else { String::new() }
}

/// Other names by which the person is or was known.
pub(super) fn other_names(patient: &Value) -> Vec<String> {
    let shown = name(patient);
    let mut names: Vec<String> = items(&patient["name"])
        .into_iter()
        .flat_map(|n| [surname_first(n), in_another_script(n)])
        .filter(|n| !n.is_empty() && *n != shown)
        .collect();
    names.dedup();
    names.truncate(5);
    names
}
