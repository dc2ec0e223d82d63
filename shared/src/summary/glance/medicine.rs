//! Medicines that can kill in the next hour, what must not be given, and what is kept in the house just in case.

use super::super::{Glance, GlanceKind, Status};
use super::critical::{CLASSES, Class, class_of};
use super::words::{bare_name, prose, sentences, untagged};
use super::{Seen, joined, together};
use crate::fhir::{choice_text, text};

const MEDICINES: [&str; 5] =
    ["MedicationStatement", "MedicationRequest", "MedicationAdministration", "MedicationDispense", "MedicationOrder"];
const JUST_IN_CASE: [&str; 6] =
    ["just in case", "just-in-case", "anticipatory", "end of life symptom", "jic box", "jic medic"];
/// More classes than this of the second rank share one line.
const SINGLE: usize = 1;

pub(super) fn lines(facts: &[Seen<'_, '_>]) -> Vec<Glance> {
    let mut kept: Vec<Seen<'_, '_>> = Vec::new();
    let mut lines: Vec<Glance> = Vec::new();
    let mut classes: Vec<(&Class, Vec<Seen<'_, '_>>)> = CLASSES.iter().map(|c| (c, Vec::new())).collect();
    for seen in facts {
        if is_kept(*seen) {
            kept.push(*seen);
        } else if is_forbidden(*seen) {
            lines.push(seen.line(GlanceKind::CriticalMedicine, true));
        } else if let Some(class) =
            is_taken(*seen).then(|| class_of(seen.fact.lower(), &seen.fact.item.codes)).flatten()
        {
            classes.iter_mut().filter(|(c, _)| c.label == class.label).for_each(|(_, all)| all.push(*seen));
        }
    }
    classes.retain(|(_, all)| !all.is_empty());
    lines.extend(critical(&classes));
    lines.extend(just_in_case(&kept));
    lines
}

fn is_medicine(seen: Seen<'_, '_>) -> bool {
    MEDICINES.contains(&seen.fact.item.resource_type.as_str()) && seen.fact.absence.is_none()
}

fn is_on_hold(seen: Seen<'_, '_>) -> bool {
    seen.fact.item.status == Status::Inactive && seen.fact.lower().contains("on hold")
}

/// Whether it is, or tells of, what lies ready in the house.
pub(super) fn is_kept(seen: Seen<'_, '_>) -> bool {
    let (item, lower) = (&seen.fact.item, seen.fact.lower());
    JUST_IN_CASE.iter().any(|w| lower.contains(w))
        && (seen.fact.holds() || is_medicine(seen) && is_on_hold(seen))
        && seen.fact.absence.is_none()
        && item.resource_type != "Condition"
        && item.status != Status::NotToBeGiven
}

// An order not to give that was itself stopped or cancelled forbids nothing any more; the section still shows it.
fn is_forbidden(seen: Seen<'_, '_>) -> bool {
    is_medicine(seen)
        && seen.fact.item.status == Status::NotToBeGiven
        && matches!(text(&seen.fact.resource["status"]).as_str(), "" | "active" | "on-hold" | "unknown")
}

fn is_taken(seen: Seen<'_, '_>) -> bool {
    is_medicine(seen) && (seen.fact.holds() || is_on_hold(seen)) && seen.fact.item.status != Status::NotToBeGiven
}

// A class of the first rank has its line; of the others several share one.
fn critical(classes: &[(&Class, Vec<Seen<'_, '_>>)]) -> Vec<Glance> {
    let (first, second): (Vec<_>, Vec<_>) = classes.iter().partition(|(c, _)| c.first);
    let mut lines: Vec<Glance> = first.iter().flat_map(|(class, all)| of_class(class, all)).collect();
    if second.len() <= SINGLE {
        lines.extend(second.iter().flat_map(|(class, all)| of_class(class, all)));
    } else {
        lines.extend(also_critical(&second));
    }
    lines
}

fn of_class(class: &Class, all: &[Seen<'_, '_>]) -> Vec<Glance> {
    let (apart, others): (Vec<_>, Vec<_>) = all.iter().copied().partition(|s| s.stands_alone());
    let alone = apart.into_iter().map(|s| vec![s]);
    let groups = alone.chain(Some(others).filter(|o| !o.is_empty()));
    groups.filter_map(|group| of_group(class, &group)).collect()
}

fn of_group(class: &Class, group: &[Seen<'_, '_>]) -> Option<Glance> {
    let mut names: Vec<String> = group.iter().map(|s| named(*s)).collect();
    names.dedup_by_key(|n| n.to_lowercase());
    let names = names.join("; ");
    let repeats = names.to_lowercase().starts_with(&class.label.to_lowercase());
    let text = if repeats { names } else { format!("{}: {names}", class.label) };
    let said = group.iter().flat_map(|s| notes(*s, class));
    let said: Vec<&str> = said.collect();
    let detail = joined(&[super::doubt(group), class.danger, &prose(&said)]);
    together(GlanceKind::CriticalMedicine, group, text, detail, false)
}

// How much is taken stands in the section; for a rescue medicine the dose is the point of the line.
fn notes<'a>(seen: Seen<'a, '_>, class: &Class) -> Vec<&'a str> {
    let parts = seen.fact.item.detail.split("; ");
    let dose = parts.clone().find(|_| class.rescue).filter(|p| !is_state(p));
    dose.into_iter().chain(parts.filter_map(|p| p.strip_prefix("note: "))).collect()
}

fn is_state(part: &str) -> bool {
    ["on hold", "unknown", "completed", "coded as: ", "for: "].iter().any(|w| part.starts_with(w))
}

fn named(seen: Seen<'_, '_>) -> String {
    format!("{}{}", untagged(&seen.fact.item.text), state(seen))
}

// What is not simply taken, or is in doubt, says so beside its name.
fn state(seen: Seen<'_, '_>) -> &'static str {
    let lower = seen.fact.item.detail.to_lowercase();
    match text(&seen.fact.resource["status"]).as_str() {
        _ if seen.is_doubtful() => seen.doubt_behind(),
        "on-hold" => " (on hold)",
        "unknown" => " (not known whether taken)",
        _ if lower.contains("not ordered") => " (planned, not ordered)",
        _ => "",
    }
}

fn also_critical(classes: &[&(&Class, Vec<Seen<'_, '_>>)]) -> Option<Glance> {
    let names = classes.iter().flat_map(|(c, all)| {
        let label = c.label.to_lowercase();
        all.iter().map(move |s| {
            let name = named(*s);
            if name.to_lowercase().contains(&label) { name } else { format!("{name} ({label})") }
        })
    });
    let text = format!("Also critical: {}", names.collect::<Vec<_>>().join("; "));
    let all: Vec<Seen<'_, '_>> = classes.iter().flat_map(|(_, all)| all.iter().copied()).collect();
    together(GlanceKind::CriticalMedicine, &all, text, String::new(), false)
}

// One line: which, and where they are.
fn just_in_case(kept: &[Seen<'_, '_>]) -> Option<Glance> {
    let (medicines, places): (Vec<_>, Vec<_>) = kept.iter().copied().partition(|s| is_medicine(*s));
    let mut names: Vec<String> =
        medicines.iter().map(|s| format!("{}{}", bare_name(&s.fact.item.text), state(*s))).collect();
    names.dedup_by_key(|n| n.to_lowercase());
    let values: Vec<String> = places.iter().map(|s| choice_text(s.fact.resource, "value")).collect();
    let said: Vec<&str> = places
        .iter()
        .zip(&values)
        .flat_map(|(s, v)| if v.is_empty() { sentences(&s.fact.item.text) } else { sentences(v) })
        .collect();
    let repeats = |s: &str| names.iter().filter(|n| s.to_lowercase().contains(&first_word(n))).count() > 1;
    let said: Vec<&str> = said.into_iter().filter(|s| !repeats(s)).collect();
    let all: Vec<Seen<'_, '_>> = medicines.iter().chain(&places).copied().collect();
    let (text, detail) = match (names.is_empty(), said.is_empty()) {
        (false, true) => (format!("Just in case: {}", names.join(", ")), "where they are is not recorded".to_owned()),
        (false, false) => (format!("Just in case: {}", names.join(", ")), prose(&said)),
        (true, _) => (format!("Just in case: {}", prose(&said)), String::new()),
    };
    together(GlanceKind::JustInCase, &all, text, detail, false)
}

fn first_word(name: &str) -> String {
    name.split(' ').next().unwrap_or_default().to_lowercase()
}
