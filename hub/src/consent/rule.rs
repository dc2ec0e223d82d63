//! One Consent (IHE Privacy Consent on FHIR 1.1: root provision and one nested level), as it binds one asker.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::Value;
use shared::consent::{Choice, Purpose};

use super::actor::{Asker, Match};
use super::label::Exception;
use super::{Tier, label};

/// What one Consent says to the asker.
#[derive(Debug, Clone)]
pub(super) struct Rule {
    pub(super) tier: Tier,
    pub(super) choice: Choice,
    /// It names the asker, their organisation or team.
    pub(super) names_asker: bool,
    /// A nested word on break-glass, when there is one.
    pub(super) break_glass: Option<bool>,
    pub(super) exceptions: Vec<Exception>,
}

impl Rule {
    /// What a Consent that cannot be understood amounts to.
    pub(super) const fn refusal(tier: Tier) -> Self {
        Self { tier, choice: Choice::Deny, names_asker: false, break_glass: None, exceptions: Vec::new() }
    }
}

/// How far a Consent could be read.
#[derive(Debug)]
pub(super) enum Reading {
    /// No privacy consent, or not in force.
    NotForUs,
    Rule(Rule),
    /// In force, and not understood: a refusal for these tiers.
    Unreadable(Vec<Tier>),
}

/// Elements of a provision that narrow it in ways this hub does not enforce. A permit that carries one is no permit.
const NARROWING: [&str; 6] = ["action", "class", "code", "data", "dataPeriod", "modifierExtension"];

/// Reads one Consent.
pub(super) fn read(consent: &Value, asker: &Asker, now: Timestamp) -> Reading {
    match consent["status"].as_str() {
        Some("inactive" | "entered-in-error" | "rejected" | "draft" | "proposed") => return Reading::NotForUs,
        _ if !label::is_privacy_consent(consent) => return Reading::NotForUs,
        _ => {}
    }
    let tiers = tiers_of(consent);
    let [tier] = tiers[..] else {
        return Reading::Unreadable(if tiers.is_empty() { Tier::ALL[..3].to_vec() } else { tiers });
    };
    match span(&consent["provision"]["period"], now) {
        Span::Outside => return Reading::NotForUs,
        Span::Unreadable => return Reading::Unreadable(vec![tier]),
        Span::Within => {}
    }
    rule(consent, tier, asker, now).map_or_else(|| Reading::Unreadable(vec![tier]), Reading::Rule)
}

fn tiers_of(consent: &Value) -> Vec<Tier> {
    let codings = label::codings(&consent["category"]).filter(|coding| label::is_tier_system(coding));
    let codes: Vec<_> = codings.filter_map(|coding| coding["code"].as_str()).collect();
    Tier::ALL.into_iter().filter(|tier| codes.contains(&tier.code())).collect()
}

/// `None`: not understood.
fn rule(consent: &Value, tier: Tier, asker: &Asker, now: Timestamp) -> Option<Rule> {
    let known = consent["status"] == "active" && consent["modifierExtension"].is_null();
    let scoped = label::codings(&consent["scope"]).any(|c| c["code"] == "patient-privacy");
    let root = &consent["provision"];
    let choice = match root["type"].as_str() {
        Some("deny") if known && scoped => refused(root, asker),
        Some("permit") if known && scoped && tier != Tier::OptOut && is_plain_permit(root, tier) => {
            permitted(root, tier, asker)
        }
        _ => return None,
    };
    let names_asker = matches(root, asker).any(|m| m == Match::Asker);
    let mut rule = Rule { tier, choice, names_asker, break_glass: None, exceptions: Vec::new() };
    let nested = || root["provision"].as_array().into_iter().flatten();
    // Refusals last: where nested provisions contradict each other the refusal counts.
    for provision in nested().filter(|p| p["type"] == "permit").chain(nested().filter(|p| p["type"] != "permit")) {
        apply(provision, &mut rule, asker, now)?;
    }
    Some(rule)
}

fn is_plain_permit(provision: &Value, tier: Tier) -> bool {
    let purposes = codes(&provision["purpose"]);
    let exact = tier.purpose().is_some_and(|p| purposes.contains(&p.code()));
    // The emergency tier may name break-glass beside its own purpose; no tier may name another's.
    let only = purposes.iter().all(|code| {
        Some(*code) == tier.purpose().map(Purpose::code)
            || (tier == Tier::Emergency && *code == Purpose::BreakGlass.code())
    });
    let labels = codes(&provision["securityLabel"]);
    exact && only && (labels.is_empty() || labels.contains(&"N")) && !is_narrowed(provision)
}

fn is_narrowed(provision: &Value) -> bool {
    NARROWING.iter().any(|field| !provision[*field].is_null())
}

fn permitted(root: &Value, tier: Tier, asker: &Asker) -> Choice {
    let mut actors = matches(root, asker).peekable();
    match tier {
        // Emergency clinicians at large, unless organisations are listed; then the list says nothing of the others.
        Tier::Emergency if actors.peek().is_none() => Choice::Permit,
        Tier::Emergency if !actors.any(|m| m == Match::Asker) => Choice::None,
        // The other tiers: the decision itself asks whether the organisation is named.
        _ => Choice::Permit,
    }
}

fn refused(root: &Value, asker: &Asker) -> Choice {
    let mut actors = matches(root, asker).peekable();
    let for_others = actors.peek().is_some() && actors.all(|m| m == Match::Other);
    if for_others { Choice::None } else { Choice::Deny }
}

/// One nested provision. `None`: a refusal that cannot be carried out as it is meant.
fn apply(nested: &Value, rule: &mut Rule, asker: &Asker, now: Timestamp) -> Option<()> {
    let understood = !is_narrowed(nested) && nested["provision"].is_null();
    let mut actors = matches(nested, asker).peekable();
    let open_to_all = actors.peek().is_none();
    let found: Vec<_> = actors.collect();
    let in_time = span(&nested["period"], now);
    match nested["type"].as_str()? {
        "permit" => {
            let meant = open_to_all || found.contains(&Match::Asker);
            if understood && meant && in_time == Span::Within {
                permit_nested(nested, rule, !open_to_all);
            }
        }
        "deny" if !understood || in_time == Span::Unreadable => return None,
        "deny" => {
            let meant = open_to_all || found.iter().any(|m| *m != Match::Other);
            if meant && in_time == Span::Within {
                deny_nested(nested, rule);
            }
        }
        _ => return None,
    }
    Some(())
}

fn permit_nested(nested: &Value, rule: &mut Rule, names_asker: bool) {
    let (purposes, labels) = (codes(&nested["purpose"]), codes(&nested["securityLabel"]));
    let own = rule.tier.purpose().map(Purpose::code);
    let for_tier = purposes.is_empty() || purposes.iter().any(|code| Some(*code) == own);
    if labels.is_empty() && rule.tier == Tier::Emergency && purposes.contains(&Purpose::BreakGlass.code()) {
        rule.break_glass.get_or_insert(true);
    }
    match (labels.is_empty(), for_tier) {
        (false, true) => rule.exceptions.push(Exception::permit(&labels)),
        // "Nobody but these": the asker is one of these.
        (true, true) if names_asker && rule.tier != Tier::OptOut => {
            rule.choice = Choice::Permit;
            rule.names_asker = true;
        }
        _ => {}
    }
}

fn deny_nested(nested: &Value, rule: &mut Rule) {
    let (purposes, labels) = (codes(&nested["purpose"]), codes(&nested["securityLabel"]));
    let glass_only = !purposes.is_empty() && purposes.iter().all(|code| *code == Purpose::BreakGlass.code());
    match (labels.is_empty(), glass_only) {
        (false, _) => rule.exceptions.push(Exception::deny(&labels)),
        (true, true) => rule.break_glass = Some(false),
        (true, false) => rule.choice = Choice::Deny,
    }
}

fn matches<'a>(provision: &'a Value, asker: &'a Asker) -> impl Iterator<Item = Match> + 'a {
    provision["actor"].as_array().into_iter().flatten().map(|actor| {
        let recipient = actor["role"].is_null() || label::codings(&actor["role"]).any(|c| c["code"] == "IRCP");
        if recipient { asker.matches(&actor["reference"]) } else { Match::Unknown }
    })
}

fn codes(list: &Value) -> Vec<&str> {
    list.as_array().into_iter().flatten().filter_map(|coding| coding["code"].as_str()).collect()
}

/// Where a moment lies against a FHIR Period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Span {
    Within,
    Outside,
    Unreadable,
}

/// Places `now` in a Period. No period is always; an end given as a day includes that day (FHIR R4, Period).
pub(super) fn span(period: &Value, now: Timestamp) -> Span {
    let bound = |field: &str, end: bool| match &period[field] {
        Value::Null => Some(None),
        Value::String(text) => moment(text, end).map(Some),
        _ => None,
    };
    match (bound("start", false), bound("end", true)) {
        (Some(start), Some(end)) => {
            let within = start.is_none_or(|start| start <= now) && end.is_none_or(|end| now < end);
            if within { Span::Within } else { Span::Outside }
        }
        _ => Span::Unreadable,
    }
}

/// The first moment of a partial date, or with `end` the first moment after it.
fn moment(text: &str, end: bool) -> Option<Timestamp> {
    if text.contains('T') {
        return text.parse().ok();
    }
    let first: Date = match text.len() {
        4 => format!("{text}-01-01").parse().ok()?,
        7 => format!("{text}-01").parse().ok()?,
        _ => text.parse().ok()?,
    };
    let day = match (end, text.len()) {
        (false, _) => first,
        (true, 4) => first.last_of_year().tomorrow().ok()?,
        (true, 7) => first.last_of_month().tomorrow().ok()?,
        (true, _) => first.tomorrow().ok()?,
    };
    Some(day.to_zoned(TimeZone::UTC).ok()?.timestamp())
}
