//! What is in the body: devices, a pregnancy.

use jiff::civil::Date;

use super::super::age::{days, is_past, spoken};
use super::super::{Glance, GlanceKind};
use super::words::prose;
use super::{Seen, joined, together};
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

/// More devices of no special danger than this share a line.
const SINGLE: usize = 2;

pub(super) fn lines(facts: &[Seen<'_, '_>], today: Date) -> Vec<Glance> {
    let mut lines = devices(facts);
    lines.extend(pregnancy(facts, today));
    lines
}

// A device of the list has its line, whether it is told as a device, an operation or a problem; the others share one.
fn devices(facts: &[Seen<'_, '_>]) -> Vec<Glance> {
    let mut known: Vec<(&str, Vec<Seen<'_, '_>>)> = Vec::new();
    let mut others: Vec<Seen<'_, '_>> = Vec::new();
    for seen in facts.iter().filter(|s| s.fact.absence.is_none() && s.fact.holds()) {
        match word(*seen) {
            Some(word) if seen.stands_alone() => known.push((word, vec![*seen])),
            Some(word) => match known.iter_mut().find(|(w, all)| *w == word && !all.iter().any(|s| s.stands_alone())) {
                Some((_, all)) => all.push(*seen),
                None => known.push((word, vec![*seen])),
            },
            None if is_device(seen) => others.push(*seen),
            None => {}
        }
    }
    let mut lines: Vec<Glance> = known.iter().flat_map(|(_, all)| same_device(all)).collect();
    if others.len() <= SINGLE {
        lines.extend(others.iter().map(|s| on_body(*s)));
    } else {
        let names: Vec<String> = others.iter().map(|s| s.name()).collect();
        let text = format!("{} other devices: {}", others.len(), names.join(", "));
        lines.extend(together(GlanceKind::Device, &others, text, String::new(), false));
    }
    lines
}

// A device and the operation or the problem that tells of it are one; so are operations on one, the latest first.
fn same_device(all: &[Seen<'_, '_>]) -> Vec<Glance> {
    let (devices, mut others): (Vec<_>, Vec<_>) = all.iter().copied().partition(is_device);
    others.sort_by_key(|s| std::cmp::Reverse(s.fact.when.clone()));
    let mut kept: Vec<(Seen<'_, '_>, Glance)> = Vec::new();
    for seen in devices.iter().chain(&others).copied() {
        // Two pacemakers sent as two devices are two, one sent twice is one.
        let alike = |s: &Seen<'_, '_>| {
            let (one, two) = (&s.fact.item, &seen.fact.item);
            !is_device(&seen) || (&one.text, &one.detail) == (&two.text, &two.detail)
        };
        match kept.iter_mut().find(|(s, _)| alike(s)) {
            Some((_, line)) => line.also.push(seen.at),
            None => kept.push((seen, on_body(seen))),
        }
    }
    kept.into_iter().map(|(_, line)| line).collect()
}

fn is_device(seen: &Seen<'_, '_>) -> bool {
    matches!(seen.fact.item.resource_type.as_str(), "DeviceUseStatement" | "DeviceUsage" | "Device")
}

// Makers and serial numbers stand in the section.
fn on_body(seen: Seen<'_, '_>) -> Glance {
    let mut line = seen.line(GlanceKind::Device, false);
    let said = ["note: ", "at: ", "for: ", "the sender marked this", "restricted", "part of this entry"];
    let parts = seen.fact.item.detail.split("; ").filter(|p| said.iter().any(|w| p.starts_with(w)));
    let parts: Vec<&str> = parts.map(|p| p.strip_prefix("note: ").unwrap_or(p)).collect();
    let doubt = if line.detail.starts_with("read the source") { "read the source" } else { "" };
    line.detail = joined(&[doubt, &parts.join("; ")]);
    line
}

fn word(seen: Seen<'_, '_>) -> Option<&'static str> {
    let lower = seen.fact.lower_text();
    let found = DEVICES.into_iter().find(|d| lower.contains(d))?;
    match seen.fact.item.resource_type.as_str() {
        "DeviceUseStatement" | "DeviceUsage" | "Device" => Some(found),
        "Procedure" | "Condition" => {
            (!["remov", "check", "family", "assessment"].iter().any(|w| lower.contains(w))).then_some(found)
        }
        _ => None,
    }
}

const PREGNANT: [&str; 3] = ["LA15173-0", "77386006", "102874004"];
const DUE: [&str; 3] = ["11778-8", "11779-6", "11780-4"];

// One line: pregnant, and when the child is due.
fn pregnancy(facts: &[Seen<'_, '_>], today: Date) -> Option<Glance> {
    let (due, told): (Vec<_>, Vec<_>) =
        facts.iter().copied().filter(|s| says_pregnant(*s)).partition(|s| DUE.iter().any(|c| s.fact.has_code(c)));
    let all: Vec<Seen<'_, '_>> = told.iter().chain(&due).copied().collect();
    let date = due.first().map(|s| choice_text(s.fact.resource, "value")).unwrap_or_default();
    let over = is_past(&date, today);
    let old = all.iter().all(|s| days(&s.fact.when, today).is_some_and(|d| d > 300));
    let notes: Vec<&str> =
        all.iter().flat_map(|s| s.fact.item.detail.split("; ")).filter_map(|p| p.strip_prefix("note: ")).collect();
    let doubt = match (old, over) {
        (true, _) => "recorded more than ten months ago: ask",
        (_, true) => "the due date has passed: ask",
        _ => "",
    };
    let first = told.first().map_or_else(|| "Pregnant".to_owned(), |s| state(*s));
    let text = if date.is_empty() { first } else { format!("{first}, due {}", spoken(&date)) };
    let mut line = together(
        GlanceKind::Pregnancy,
        &all,
        text,
        joined(&[super::doubt(&all), doubt, &prose(&notes)]),
        doubt.is_empty(),
    )?;
    line.age = all.first()?.fact.when.clone();
    Some(line)
}

fn state(seen: Seen<'_, '_>) -> String {
    let value = choice_text(seen.fact.resource, "value");
    if value.to_lowercase().contains("pregnan") { value } else { seen.valued(GlanceKind::Pregnancy, false).text }
}

fn says_pregnant(seen: Seen<'_, '_>) -> bool {
    let kind = seen.fact.item.resource_type.as_str();
    if !seen.fact.holds() || !matches!(kind, "Observation" | "Condition") {
        return false;
    }
    let coded = PREGNANT.iter().any(|c| seen.fact.has_code(c));
    let value = choice_text(seen.fact.resource, "value").to_lowercase();
    let negated = ["not pregnant", "no", "negative", "possible"].contains(&value.as_str()) || value.starts_with("not ");
    let is_status = seen.fact.has_code("82810-3") || coded;
    (is_status && !negated && (value.contains("pregnan") || coded)) || DUE.iter().any(|c| seen.fact.has_code(c))
}
