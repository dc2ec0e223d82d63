//! Limits of treatment beside resuscitation: ceilings, refusals, plans.

use jiff::civil::Date;

use super::super::overdue;
use super::super::{Glance, GlanceKind};
use super::cpr::{is_paper, is_said_elsewhere, review, shorter};
use super::words::{headline, prose, sentences, title};
use super::{Seen, joined, sources, together};
use crate::fhir::choice_text;

/// The ceilings themselves are read whole; what a form adds stands behind them.
const HEADLINE: usize = 160;
/// More plans than this share a line.
const PLANS: usize = 2;

/// Lines on `plans`, and on what the `forms` of a decision say beside it.
pub(super) fn lines(plans: &[Seen<'_, '_>], forms: &[Seen<'_, '_>], today: Date) -> Vec<Glance> {
    let (ceilings, others): (Vec<_>, Vec<_>) = plans.iter().copied().partition(|s| is_ceiling(*s));
    let (refusals, plans): (Vec<_>, Vec<_>) = others.into_iter().partition(|s| is_refusal(*s));
    let mut lines: Vec<Glance> = refusals.iter().filter_map(|s| refusal(*s)).collect();
    if !ceilings.is_empty() {
        let said: Vec<&str> = ceilings.iter().flat_map(|s| told(*s)).collect();
        let behind: Vec<Seen<'_, '_>> = forms.iter().chain(&plans).copied().collect();
        lines.extend(limit("Ceilings", &ceilings, &said, &behind, today));
        return lines;
    }
    let said: Vec<&str> = forms.iter().flat_map(|s| told(*s)).collect();
    if !said.is_empty() {
        lines.extend(limit("The form says", forms, &said, &[], today));
    }
    lines.extend(planned(&plans, today));
    lines
}

/// Whether an entry limits treatment in so many words.
pub(super) fn is_ceiling(seen: Seen<'_, '_>) -> bool {
    let lower = seen.fact.lower_text();
    let words = ["ceiling", "intubat", "not for hospital", "not for ventilation", "not for escalation"];
    seen.fact.item.resource_type != "DocumentReference" && words.iter().any(|w| lower.contains(w))
        || seen.fact.has_code("735324008")
}

fn is_refusal(seen: Seen<'_, '_>) -> bool {
    let lower = seen.fact.lower_text();
    ["refus", "advance decision", "adrt"].iter().any(|w| lower.contains(w))
}

fn limit(what: &str, group: &[Seen<'_, '_>], said: &[&str], behind: &[Seen<'_, '_>], today: Date) -> Option<Glance> {
    let (first, rest) = headline(said, HEADLINE);
    let text = if first.is_empty() { title(&group.first()?.fact.item.text) } else { format!("{what}: {first}") };
    let more: Vec<&str> = behind.iter().flat_map(|s| told(*s)).collect();
    let all: Vec<Seen<'_, '_>> = group.iter().chain(behind).copied().collect();
    let (late, _) = review(group.iter().find_map(|s| overdue::of(s.fact)).as_deref(), today);
    let late = if late.is_empty() { "" } else { "review OVERDUE, verify the form" };
    let mut line =
        together(GlanceKind::Cpr, &all, text, joined(&[super::doubt(&all), late, &rest, &prose(&more)]), false)?;
    line.age = group.first()?.fact.when.clone();
    line.source = sources(&group.first()?.fact.item);
    Some(line)
}

// What an entry says, without the place of the paper, the review and the decision, which stand elsewhere.
fn told<'a>(seen: Seen<'a, '_>) -> Vec<&'a str> {
    let item = &seen.fact.item;
    let value = choice_text(seen.fact.resource, "value");
    let detail = sentences(&item.detail).into_iter().filter(|s| !is_said_elsewhere(s) && !is_paper(s));
    let own =
        matches!(item.resource_type.as_str(), "Flag" | "Goal" | "ServiceRequest" | "Condition") || value.is_empty();
    let is_document = matches!(item.resource_type.as_str(), "DocumentReference" | "CarePlan" | "Consent");
    let own = if own && !is_document { sentences(&item.text) } else { Vec::new() };
    own.into_iter().chain(detail).filter(|s| *s != item.text).collect()
}

// Where the form is, in few words; empty when it does not say.
fn paper(seen: Seen<'_, '_>) -> String {
    sentences(&seen.fact.item.detail).into_iter().find(|s| is_paper(s)).map(shorter).unwrap_or_default()
}

// Refusals bind whoever reads them: each keeps its line and is loud.
fn refusal(seen: Seen<'_, '_>) -> Option<Glance> {
    let said = told(seen);
    let (first, rest) = headline(&said, HEADLINE);
    let mut line = seen.line(GlanceKind::Cpr, true);
    if !first.is_empty() {
        line.text =
            format!("{}: {first}", line.text.replace("Advance decision to refuse treatment", "Advance decision"));
    }
    line.detail = joined(&[seen.doubt(), &paper(seen), &rest, seen.unlisted()]);
    Some(line)
}

fn planned(plans: &[Seen<'_, '_>], today: Date) -> Vec<Glance> {
    if plans.len() <= PLANS {
        return plans.iter().filter_map(|s| plan(*s, today)).collect();
    }
    let names: Vec<String> = plans.iter().map(|s| title(&s.fact.item.text)).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let text = format!("{} plans: {}", plans.len(), prose(&names).replace(". ", "; "));
    together(GlanceKind::Cpr, plans, text, String::new(), false).into_iter().collect()
}

fn plan(seen: Seen<'_, '_>, today: Date) -> Option<Glance> {
    let mut line = seen.valued(GlanceKind::Cpr, false);
    line.text = title(&line.text);
    let (late, _) = review(overdue::of(seen.fact).as_deref(), today);
    let said = told(seen);
    // A title that tells nothing may hang over a page that does.
    let page = sentences(&seen.fact.item.detail).into_iter().find(|s| s.starts_with("attached: "));
    let page = page.filter(|p| said.is_empty() && !p.ends_with(&seen.fact.item.text)).unwrap_or_default();
    line.detail = joined(&[seen.doubt(), &late, &paper(seen), &prose(&said), page, seen.unlisted()]);
    Some(line)
}
