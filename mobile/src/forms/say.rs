//! What a note says beside its free words, line by line.

use jiff::Timestamp;
use shared::care_plan::{Amount, Given, NotDone, Outcome, Score, Speaker, Wish};
use shared::note::{Amendment, Content};
use shared::vitals::{Acvpu, Air, Scale, Vitals};

use super::difference::changed;
use super::options::{
    ALERTS, AWAKE, COMPLETED, CPR, GRADES, IPOS, OUTCOME, PHASES, PLACES, SCALE, UNITS, WHY, WISH, word,
};
use super::vitals::score;
use super::{Form, title_of};
use crate::format::{clock, day};
use crate::i18n::Lang;

/// The kind of a note and what only this kind has, each line `label: value`.
pub fn say(lang: Lang, content: &Content, now: Timestamp) -> Vec<String> {
    let put = |key: &str, value: String| format!("{}: {value}", lang.t(key));
    let mut lines = vec![lang.t(title_of(&engine::form_of(content)))];
    match content {
        Content::Visit(visit) => {
            let Some(amends) = &visit.amends else { return Vec::new() };
            lines = vec![lang.t(match amends.how {
                Amendment::Appends => "amended-append",
                Amendment::Replaces { .. } => "amended-replace",
                Amendment::EnteredInError { .. } => "amended-error",
            })];
            lines.extend(amends.how.reason().map(|reason| put("field-amend-reason", reason.reveal().clone())));
        }
        Content::Vitals { at, vitals } => {
            lines.push(put("field-when", clock(lang, *at, now)));
            lines.extend(readings(lang, vitals));
        }
        Content::Change(change) => {
            lines.push(title(change.base()));
            lines.extend(changed(lang, change.base(), change.mine(), now));
        }
        Content::Action(action) => {
            lines.push(action.what.reveal().clone());
            lines.push(outcome(lang, action.outcome.as_ref(), now));
            lines.extend(action.due.map(|due| put("field-due", day(lang, due))));
        }
        Content::Preference(wish) => {
            lines.push(match &wish.wish {
                Wish::PlaceOfDeath(place) => put("wish-place", word(lang, PLACES, place.code())),
                Wish::Care => word(lang, WISH, "care"),
                Wish::Treatment => word(lang, WISH, "treatment"),
            });
            lines.push(match &wish.speaker {
                Speaker::Person => put("field-speaker", lang.t("speaker-person")),
                Speaker::Other(who) => put("field-speaker", who.reveal().clone()),
            });
            lines.push(lang.t(if wish.confirms.is_some() { "wish-confirmed" } else { "wish-not-confirmed" }));
        }
        Content::Cpr(cpr) => {
            lines.push(word(lang, CPR, cpr.decision.code()));
            lines.push(put("field-decided", day(lang, cpr.decided)));
            lines.push(put("field-decided-by", cpr.decided_by.reveal().clone()));
            lines.push(put("field-form-kept", cpr.form.kept.reveal().clone()));
            lines.extend(cpr.review.map(|review| put("field-review-on", day(lang, review))));
        }
        Content::Alert(alert) => {
            lines.push(word(lang, ALERTS, alert.kind.code()));
            lines.push(put("field-review-on", day(lang, alert.review)));
        }
        Content::Phase(phase) => lines.push(word(lang, PHASES, phase.code())),
        Content::Akps(akps) => lines.push(word(lang, super::options::AKPS, &akps.score().to_string())),
        Content::Ipos(ipos) => {
            lines.push(put("field-completed", word(lang, COMPLETED, ipos.completed.code())));
            lines.extend(
                ipos.items.iter().map(|(item, s)| format!("{}: {}", word(lang, IPOS, item.code()), grade(lang, *s))),
            );
            lines.extend(ipos.others.iter().map(|(name, s)| format!("{}: {}", name.reveal(), grade(lang, *s))));
        }
        Content::Stock(stock) => {
            if stock.lines.is_empty() {
                lines.push(lang.t("stock-none"));
            }
            for line in &stock.lines {
                let expires = line.expires.map(|it| format!(", {}", put("field-expires", day(lang, it))));
                let (name, left) = (line.drug.name.reveal(), amount(lang, &line.left));
                lines.push(format!("{name}: {left}{}", expires.unwrap_or_default()));
            }
            lines.extend(stock.kept.as_ref().map(|kept| put("field-kept", kept.reveal().clone())));
        }
        Content::Dose(dose) => {
            let much = dose.amount.as_ref().map(|a| format!(", {}", amount(lang, a))).unwrap_or_default();
            let route = dose.route.as_ref().map(|r| format!(", {r}")).unwrap_or_default();
            lines.push(format!("{}{much}{route}", dose.drug.name.reveal()));
            lines.push(match &dose.given {
                Given::Given => lang.t("dose-given"),
                Given::Not(not) => format!("{}: {}", lang.t("dose-not"), why(lang, not)),
            });
            lines.push(put("field-when", clock(lang, dose.at, now)));
        }
        _ => lines = vec![lang.t("form-unknown")],
    }
    lines
}

/// What a goal, task or alert of the record is called there.
pub(super) fn title(base: &serde_json::Value) -> String {
    let named = [&base["description"]["text"], &base["description"], &base["code"]["text"]];
    named.into_iter().find_map(serde_json::Value::as_str).unwrap_or_default().to_owned()
}

impl Form {
    /// What an edit is of, as the record calls it; what the note that is amended says, line by line.
    pub fn about(&self, lang: Lang, now: Timestamp) -> Option<String> {
        match self {
            Self::Edit(base) => Some(title(base)),
            Self::Amend(amending) => {
                let note = amending.of.as_ref()?;
                let words = Some(note.text.reveal().clone()).filter(|words| !words.is_empty());
                Some(words.into_iter().chain(say(lang, &note.content, now)).collect::<Vec<_>>().join("\n"))
            }
            _ => None,
        }
        .filter(|words| !words.is_empty())
    }
}

fn readings(lang: Lang, v: &Vitals) -> Vec<String> {
    let put = |key: &str, value: String| format!("{}: {value}", lang.t(key));
    let awake = v.awake.and_then(|a| Acvpu::ALL.iter().position(|known| *known == a));
    let mut lines = Vec::new();
    lines.extend(v.breathing.map(|it| put("vital-breathing", format!("{it}/min"))));
    lines.extend(v.saturation.map(|it| put("vital-saturation", format!("{it} %"))));
    lines.extend(v.air.map(|air| match air {
        Air::Room => put("vital-air", lang.t("air-room")),
        Air::Oxygen(None) => put("vital-air", lang.t("air-oxygen")),
        Air::Oxygen(Some(flow)) => put("vital-air", format!("{} {flow} L/min", lang.t("air-oxygen"))),
    }));
    lines.extend(v.pressure.map(|p| match p.diastolic {
        Some(low) => put("vital-pressure", format!("{}/{low} mmHg", p.systolic)),
        None => put("vital-pressure", format!("{} mmHg, {}", p.systolic, lang.t("vital-upper-only"))),
    }));
    lines.extend(v.pulse.map(|it| put("vital-pulse", format!("{it}/min"))));
    lines.extend(awake.map(|at| put("vital-awake", lang.t(AWAKE[at].1))));
    lines.extend(v.temperature.map(|it| put("vital-temperature", format!("{it} °C"))));
    lines.extend(v.glucose.map(|it| put("vital-glucose", format!("{it} mmol/L"))));
    if v.scale == Scale::Two {
        lines.push(put("vital-scale", word(lang, SCALE, "2")));
    }
    let news = score(lang, v);
    lines.push(match news.total {
        Some(total) => format!("NEWS2 {total}: {}", news.words),
        None => news.words,
    });
    lines
}

fn outcome(lang: Lang, outcome: Option<&Outcome>, now: Timestamp) -> String {
    match outcome {
        None => word(lang, OUTCOME, "new"),
        Some(Outcome::Started) => word(lang, OUTCOME, "started"),
        Some(Outcome::Done(at)) => format!("{}: {}", word(lang, OUTCOME, "done"), clock(lang, *at, now)),
        Some(Outcome::NotDone(not)) => format!("{}: {}", word(lang, OUTCOME, "not-done"), why(lang, not)),
    }
}

fn why(lang: Lang, not: &NotDone) -> String {
    let kind = word(lang, WHY, not.why.code());
    match not.words.reveal().as_str() {
        "" => kind,
        words => format!("{kind} – {words}"),
    }
}

fn amount(lang: Lang, amount: &Amount) -> String {
    format!("{} {}", amount.value.as_str(), word(lang, UNITS, amount.unit.code()))
}

fn grade(lang: Lang, score: Score) -> String {
    match score {
        Score::Is(grade) => word(lang, GRADES, &u8::from(grade).to_string()),
        Score::CannotAssess => word(lang, GRADES, "cannot"),
    }
}
