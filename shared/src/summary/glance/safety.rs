//! Alerts: what waits behind the door, and how to open it.
//!
//! Categories: NHS England Booking and Referral Standard, flag-categories-bars (SG safeguarding, SS scene safety,
//! RA reasonable adjustment, IR infection risk, RT resuscitation, RC other).

use jiff::civil::Date;

use super::super::age::is_past;
use super::super::gated::{MASK, is_about_entry};
use super::super::{Glance, GlanceKind};
use super::{Seen, joined};
use crate::fhir::{codings, concept_text, items, text};

pub(super) const BARS: &str = "flag-categories-bars";

/// Whether any category of the alert is this code of the Booking and Referral Standard.
pub(super) fn has_category(seen: Seen<'_, '_>, code: &str) -> bool {
    items(&seen.fact.resource["category"])
        .into_iter()
        .flat_map(codings)
        .any(|c| c.code == code && c.system.ends_with(BARS))
}

const DANGERS: [&str; 26] = [
    "violen",
    "aggress",
    "weapon",
    "knife",
    "knives",
    "gun",
    "firearm",
    "dog",
    "assault",
    "threat",
    "hostile",
    "abus",
    "hazard",
    "danger",
    "risk to staff",
    "two crew",
    "double crew",
    "do not attend alone",
    "police",
    "hoard",
    "fire risk",
    "smok",
    "oxygen",
    "asbestos",
    "infect",
    "drug use",
];

pub(super) fn lines(seen: Seen<'_, '_>, today: Date) -> Vec<Glance> {
    if seen.fact.item.resource_type != "Flag" || !seen.fact.holds() {
        return Vec::new();
    }
    let words = seen.fact.item.text.to_lowercase();
    let category = items(&seen.fact.resource["category"])
        .into_iter()
        .map(concept_text)
        .collect::<Vec<_>>()
        .join(" ")
        .to_lowercase();
    let entry = is_about_entry(&words) || category.contains("access") || !seen.fact.item.gated.is_empty();
    let danger = DANGERS.iter().any(|d| words.contains(d)) || (has_category(seen, "SS") && !entry);
    let elsewhere = has_category(seen, "RT") || has_category(seen, "RA") || category.contains("reasonable adjustment");
    let mut lines = Vec::new();
    if entry {
        lines.push(access(seen));
    }
    if danger || !(entry || elsewhere) {
        let mut line = seen.line(GlanceKind::Safety, danger || has_category(seen, "SG"));
        line.detail = joined(&[&line.detail, &age(seen, today)]);
        lines.push(line);
    }
    lines
}

// The code itself never stands here: screenshots, notifications and passers-by see the glance.
fn access(seen: Seen<'_, '_>) -> Glance {
    let mut line = seen.line(GlanceKind::Access, false);
    if !seen.fact.item.gated.is_empty() {
        line.detail = joined(&[&line.text, &line.detail]);
        let what = if line.text.to_lowercase().contains("key") { "Key safe" } else { "Entry" };
        line.text = format!("{what}: code held");
    }
    debug_assert!(seen.fact.item.gated.is_empty() || line.detail.contains(MASK));
    line
}

// Half of such notes are out of date; the reader must see it.
fn age(seen: Seen<'_, '_>, today: Date) -> String {
    let end = text(&seen.fact.resource["period"]["end"]);
    if is_past(&end, today) { format!("was to be reviewed by {end}: overdue") } else { String::new() }
}
