//! Alerts: what waits behind the door, and how to open it.
//!
//! Categories: NHS England Booking and Referral Standard, flag-categories-bars (SG safeguarding, SS scene safety,
//! RA reasonable adjustment, IR infection risk, RT resuscitation, RC other).

use jiff::civil::Date;

use super::super::absence::is_allergy;
use super::super::age::{is_past, spoken};
use super::super::gated::{MASK, is_about_entry};
use super::super::overdue;
use super::super::{Glance, GlanceKind};
use super::decision::is_about;
use super::{Seen, baseline, contact, joined, medicine};
use crate::fhir::{codings, concept_text, items};

/// `Code ••••`, `code is now ••••`: a part of at most this many characters with a mask in it tells only that.
const MASKED: usize = 18;
const BARS: &str = "flag-categories-bars";

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

pub(super) fn lines(facts: &[Seen<'_, '_>], today: Date) -> Vec<Glance> {
    let flags = facts.iter().filter(|s| s.fact.item.resource_type == "Flag" && s.fact.holds());
    flags.flat_map(|s| of(*s, today)).collect()
}

/// Whether an alert is about getting in.
pub(super) fn is_entry(seen: Seen<'_, '_>) -> bool {
    is_about_entry(seen.fact.lower_text())
        || category(seen).to_lowercase().contains("access")
        || !seen.fact.item.gated.is_empty()
}

/// The categories of an alert in words.
pub(super) fn category(seen: Seen<'_, '_>) -> String {
    items(&seen.fact.resource["category"]).into_iter().map(concept_text).collect::<Vec<_>>().join(", ")
}

fn of(seen: Seen<'_, '_>, today: Date) -> Vec<Glance> {
    let words = seen.fact.lower_text();
    let entry = is_entry(seen);
    let danger = DANGERS.iter().any(|d| words.contains(d)) || (has_category(seen, "SS") && !entry);
    let elsewhere = has_category(seen, "RT")
        || has_category(seen, "RA")
        || category(seen).to_lowercase().contains("reasonable adjustment")
        || is_about(seen)
        || medicine::is_kept(seen)
        || is_allergy(seen.fact)
        || baseline::is_one(seen)
        || contact::is_one(seen);
    let mut lines = Vec::new();
    if entry {
        lines.push(access(seen, today));
    }
    if danger || !(entry || elsewhere) {
        let mut line = seen.line(GlanceKind::Safety, danger || has_category(seen, "SG"));
        line.detail = detail(seen, today);
        lines.push(line);
    }
    lines
}

// The category of an alert that says what to do costs a row and tells nothing; of a bare one it tells all.
fn detail(seen: Seen<'_, '_>, today: Date) -> String {
    let category = category(seen);
    let drop = if seen.fact.item.text.split(' ').count() > 2 { category.as_str() } else { "" };
    let line = seen.line(GlanceKind::Safety, false);
    let parts: Vec<&str> = line.detail.split("; ").filter(|p| drop.is_empty() || *p != drop).collect();
    joined(&[&late(seen, today), &parts.join("; ")])
}

// Half of such notes are out of date; the reader must see it.
fn late(seen: Seen<'_, '_>, today: Date) -> String {
    let due = overdue::of(seen.fact).filter(|end| is_past(end, today));
    due.map_or_else(String::new, |end| format!("review overdue since {}", spoken(&end)))
}

// The code itself never stands here: screenshots, notifications and passers-by see the glance.
fn access(seen: Seen<'_, '_>, today: Date) -> Glance {
    let mut line = seen.line(GlanceKind::Access, false);
    line.detail = detail(seen, today);
    if !seen.fact.item.gated.is_empty() {
        let what = if line.text.to_lowercase().contains("key") { "Key safe" } else { "Entry" };
        line.detail = joined(&[&place(&line.text, what), &line.detail]);
        line.text = format!("{what}: code held");
    }
    line
}

// "Key safe left of the door. Code ••••." behind "Key safe: code held" is "left of the door".
fn place(words: &str, what: &str) -> String {
    let tells_only_the_code = |p: &str| p.contains(MASK) && p.chars().count() <= MASKED;
    let kept = |words: &str, mark: char, between: &str| {
        let parts = words.split(mark).map(str::trim).filter(|p| !p.is_empty() && !tells_only_the_code(p));
        parts.collect::<Vec<_>>().join(between)
    };
    let told = words.split('.').map(|sentence| kept(sentence, ',', ", ")).collect::<Vec<_>>().join(".");
    let told = kept(&told, '.', ". ");
    let rest = told.strip_prefix(what).map_or(told.as_str(), str::trim_start);
    if rest.is_empty() { words.to_owned() } else { rest.to_owned() }
}
