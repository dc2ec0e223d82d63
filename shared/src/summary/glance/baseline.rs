//! How the person usually is: how to talk with them, then figures (frailty, function, oxygen target), then words.

use super::super::{Glance, GlanceKind};
use super::safety::{has_category, is_entry};
use super::words::{headline, title};
use super::{Seen, joined, together};
use crate::fhir::{Document, Subject, choice_text, concept_text, items, text};

const WORDS: [&str; 27] = [
    "frailty",
    "rockwood",
    "akps",
    "karnofsky",
    "performance status",
    "barthel",
    "oxygen saturation target",
    "target oxygen saturation",
    "spo2 target",
    "target saturation",
    "target spo2",
    "88-92",
    "88–92",
    "88 - 92",
    "scale 2",
    "baseline",
    "usual ",
    "cognition",
    "cognitive function",
    "mobility",
    "communication",
    "hearing",
    "interpreter",
    "phase of illness",
    "nonverbal",
    "non-verbal",
    "lacks capacity",
];
const CODES: [&str; 3] = ["89243-0", "763264000", "445414007"];
const FRAILTY: [&str; 2] = ["89243-0", "763264000"];
/// A value of at most this many characters is a figure: several share a line.
const FIGURE: usize = 24;
/// What of the words stands before the rest.
const HEADLINE: usize = 140;
/// More than this are counted, not told: the section has them.
const MOST: usize = 4;

/// `persons` are the lines on what the Patient itself tells.
pub(super) fn lines(facts: &[Seen<'_, '_>], persons: Vec<Glance>) -> Vec<Glance> {
    let all: Vec<Seen<'_, '_>> = facts.iter().copied().filter(|s| is_one(*s)).collect();
    let (talk, rest): (Vec<_>, Vec<_>) = all.into_iter().partition(|s| is_adjustment(*s));
    let (figures, words): (Vec<_>, Vec<_>) = rest.into_iter().partition(|s| is_figure(*s));
    let said: Vec<&str> = talk.iter().map(|s| s.fact.lower_text()).collect();
    let unsaid = persons.into_iter().filter(|l| !said.iter().any(|s| repeats(s, &l.text.to_lowercase())));
    let mut lines: Vec<Glance> = talk.iter().map(|s| adjustment(*s)).collect();
    lines.extend(unsaid);
    lines.extend(row(&figures, "; "));
    lines.extend(row(&words, ". "));
    lines
}

/// Whether a fact tells how the person usually is.
pub(super) fn is_one(seen: Seen<'_, '_>) -> bool {
    let item = &seen.fact.item;
    let kind = item.resource_type.as_str();
    if !seen.fact.holds()
        || seen.fact.absence.is_some()
        || !matches!(kind, "Observation" | "Flag" | "Condition" | "ClinicalImpression" | "Goal" | "CarePlan")
        || (kind == "Flag" && is_entry(seen))
    {
        return false;
    }
    let lower = seen.fact.lower_text();
    is_adjustment(seen) || CODES.iter().any(|c| seen.fact.has_code(c)) || WORDS.iter().any(|w| lower.contains(w))
}

fn is_adjustment(seen: Seen<'_, '_>) -> bool {
    let (item, words) = (&seen.fact.item, seen.fact.lower_text());
    let by_words = || ["interpreter", "non-verbal", "nonverbal"].iter().any(|w| words.contains(w));
    item.resource_type == "Flag"
        && (has_category(seen, "RA") || item.detail.to_lowercase().contains("reasonable adjustment") || by_words())
}

// "Speaks Arabic: interpreter needed" beside "Interpreter needed: Arabic. Do not use the husband for consent."
fn repeats(said: &str, line: &str) -> bool {
    let language = line.strip_prefix("speaks ").and_then(|l| l.split(':').next()).unwrap_or("interpreter");
    said.contains(language)
}

fn adjustment(seen: Seen<'_, '_>) -> Glance {
    let mut line = seen.line(GlanceKind::Baseline, false);
    let parts = line.detail.split("; ").filter(|p| !p.to_lowercase().contains("reasonable adjustment"));
    line.detail = parts.collect::<Vec<_>>().join("; ");
    line
}

fn is_figure(seen: Seen<'_, '_>) -> bool {
    let value = choice_text(seen.fact.resource, "value");
    !value.is_empty() && value.chars().count() <= FIGURE
}

// Several facts in a row: the first in the line, the next behind it, the rest counted.
fn row(facts: &[Seen<'_, '_>], between: &str) -> Option<Glance> {
    let told: Vec<String> = facts.iter().take(MOST).map(|s| words(*s)).collect();
    let told: Vec<&str> = told.iter().map(|t| t.trim_end_matches('.')).collect();
    let (first, rest) = if between == "; " { (told.join(between), String::new()) } else { headline(&told, HEADLINE) };
    let more = facts.len().saturating_sub(MOST);
    let more = if more > 0 { format!("{more} more in the sections") } else { String::new() };
    let line = together(GlanceKind::Baseline, facts, first, joined(&[&rest, &more]), false)?;
    // Alone, a fact keeps its notes.
    Some(if let [one] = facts { Glance { text: line.text, ..one.valued(GlanceKind::Baseline, false) } } else { line })
}

fn words(seen: Seen<'_, '_>) -> String {
    let line = seen.valued(GlanceKind::Baseline, false);
    let value = choice_text(seen.fact.resource, "value");
    let is_scale = FRAILTY.iter().any(|c| seen.fact.has_code(c)) && value.parse::<u8>().is_ok_and(|v| v <= 9);
    let doubt = seen.doubt_behind();
    if is_scale { format!("Frailty {value} of 9 (Rockwood){doubt}") } else { format!("{}{doubt}", title(&line.text)) }
}

/// What the Patient itself tells: the language, and whether an interpreter is needed.
pub(super) fn of_person(document: &Document) -> Vec<Glance> {
    let Subject::Patient(_, person) = document.subject() else { return Vec::new() };
    let interpreter = items(&person["extension"]).into_iter().any(|e| {
        text(&e["url"]).to_lowercase().contains("interpreter") && choice_text(e, "value") == "yes"
            || items(&e["extension"])
                .iter()
                .any(|i| text(&i["url"]).to_lowercase().contains("interpreter") && choice_text(i, "value") == "yes")
    });
    let languages = items(&person["communication"]).into_iter().filter(|c| !is_english(&c["language"]));
    let preferred = languages.clone().find(|c| c["preferred"] == true).or_else(|| languages.clone().next());
    let name = preferred.map(|c| concept_text(&c["language"])).filter(|n| !n.is_empty());
    let speaks_english = items(&person["communication"]).iter().any(|c| is_english(&c["language"]));
    let name = name.map(|n| plainly(&n));
    let text = match (name, interpreter) {
        (Some(language), true) => format!("Speaks {language}: interpreter needed"),
        (Some(language), false) if !speaks_english => format!("Speaks {language}"),
        (None, true) => "Interpreter needed".to_owned(),
        _ => return Vec::new(),
    };
    vec![super::plain(GlanceKind::Baseline, &text, "")]
}

// "Greek, Modern (1453-)", "German (Region=Switzerland)": what is in the brackets of a code list tells a crew nothing.
fn plainly(language: &str) -> String {
    match language.split_once(" (") {
        Some((name, rest)) if rest.contains(|c: char| c.is_ascii_digit() || c == '=') => name.to_owned(),
        _ => language.to_owned(),
    }
}

fn is_english(language: &serde_json::Value) -> bool {
    let words = concept_text(language).to_lowercase();
    words.starts_with("english")
        || words == "en"
        || words.starts_with("en-")
        || crate::fhir::codings(language).iter().any(|c| c.code == "en" || c.code.starts_with("en-"))
}
