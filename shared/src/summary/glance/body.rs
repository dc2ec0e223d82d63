//! What is in the body: devices, a pregnancy.

use jiff::civil::Date;

use super::super::{Glance, GlanceKind};
use super::{Seen, joined};
use crate::fhir::choice_text;

// Implants and aids that change what a crew does, by the words of a device, a procedure or a problem.
const DEVICES: [&str; 30] = [
    "pacemaker",
    "defibrillator",
    "icd in situ",
    "resynchroni",
    "loop recorder",
    "ventricular assist",
    "lvad",
    "shunt",
    "tracheostom",
    "laryngectom",
    "gastrostom",
    "peg tube",
    "peg feed",
    "nasogastric",
    "picc",
    "hickman",
    "portacath",
    "port-a-cath",
    "central venous",
    "insulin pump",
    "syringe driver",
    "syringe pump",
    "prosthetic valve",
    "mechanical valve",
    "heart valve replacement",
    "fistula for dialysis",
    "arteriovenous fistula",
    "home ventilat",
    "catheter in situ",
    "nerve stimulator",
];

pub(super) fn lines(seen: Seen<'_, '_>, today: Date) -> Vec<Glance> {
    [device(seen), pregnancy(seen, today)].into_iter().flatten().collect()
}

fn device(seen: Seen<'_, '_>) -> Option<Glance> {
    let item = &seen.fact.item;
    let lower = item.text.to_lowercase();
    if seen.fact.absence.is_some() || !seen.fact.holds() {
        return None;
    }
    let counts = match item.resource_type.as_str() {
        "DeviceUseStatement" | "Device" => true,
        "Procedure" | "Condition" => {
            DEVICES.iter().any(|d| lower.contains(d))
                && !["remov", "check", "family", "assessment"].iter().any(|w| lower.contains(w))
        }
        _ => false,
    };
    counts.then(|| seen.line(GlanceKind::Device, false))
}

const PREGNANT: [&str; 3] = ["LA15173-0", "77386006", "102874004"];
const DUE: [&str; 3] = ["11778-8", "11779-6", "11780-4"];

fn pregnancy(seen: Seen<'_, '_>, today: Date) -> Option<Glance> {
    let item = &seen.fact.item;
    if !seen.fact.holds() {
        return None;
    }
    let is_status = seen.fact.has_code("82810-3") || PREGNANT.iter().any(|c| seen.fact.has_code(c));
    let value = choice_text(seen.fact.resource, "value").to_lowercase();
    let negated = ["not pregnant", "no", "negative", "possible"].contains(&value.as_str()) || value.starts_with("not ");
    let is_due = DUE.iter().any(|c| seen.fact.has_code(c));
    let says_so =
        (is_status && !negated && (value.contains("pregnan") || PREGNANT.iter().any(|c| seen.fact.has_code(c))))
            || is_due;
    if !matches!(item.resource_type.as_str(), "Observation" | "Condition") || !says_so {
        return None;
    }
    let mut line = seen.valued(GlanceKind::Pregnancy, false);
    if is_old(&seen.fact.when, today) {
        line.detail = joined(&["recorded more than ten months ago: ask", &line.detail]);
    } else {
        line.alert = true;
    }
    Some(line)
}

fn is_old(when: &str, today: Date) -> bool {
    let day: String = when.chars().take(10).collect();
    day.parse::<Date>().is_ok_and(|d| (today - d).get_days() > 300)
}
