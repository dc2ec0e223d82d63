//! Medicines that can kill in the next hour, what must not be given, and what is kept in the house just in case.

use super::super::{Glance, GlanceKind, Status};
use super::critical::class_of;
use super::{Seen, joined};
use crate::fhir::text;

const MEDICINES: [&str; 5] =
    ["MedicationStatement", "MedicationRequest", "MedicationAdministration", "MedicationDispense", "MedicationOrder"];
const JUST_IN_CASE: [&str; 6] =
    ["just in case", "just-in-case", "anticipatory", "end of life symptom", "jic box", "jic medic"];

pub(super) fn lines(seen: Seen<'_, '_>) -> Vec<Glance> {
    let item = &seen.fact.item;
    let lower = seen.fact.lower();
    let is_medicine = MEDICINES.contains(&item.resource_type.as_str());
    let kept = JUST_IN_CASE.iter().any(|w| lower.contains(w));
    if !is_medicine {
        let other = kept && seen.fact.holds() && item.resource_type != "Condition";
        return other.then(|| seen.line(GlanceKind::JustInCase, false)).into_iter().collect();
    }
    let on_hold = item.status == Status::Inactive && lower.contains("on hold");
    if seen.fact.absence.is_some() || !(seen.fact.holds() || on_hold) {
        return Vec::new();
    }
    if kept && item.status != Status::NotToBeGiven {
        return vec![seen.line(GlanceKind::JustInCase, false)];
    }
    critical(seen, lower).into_iter().collect()
}

fn critical(seen: Seen<'_, '_>, lower: &str) -> Option<Glance> {
    let forbidden = seen.fact.item.status == Status::NotToBeGiven;
    // An order not to give that was itself stopped or cancelled forbids nothing any more; the section still shows it.
    if forbidden && !matches!(text(&seen.fact.resource["status"]).as_str(), "" | "active" | "on-hold" | "unknown") {
        return None;
    }
    let class = class_of(lower, &seen.fact.item.codes);
    let mut line = seen.line(GlanceKind::CriticalMedicine, forbidden);
    if let Some(class) = class.filter(|_| !forbidden) {
        line.text = format!("{}: {}", class.label, line.text);
        line.detail = joined(&[class.danger, &line.detail]);
    }
    (forbidden || class.is_some()).then_some(line)
}
