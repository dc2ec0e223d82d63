//! Vital signs: what is asked, what is asked back, and the score with its parts.

use shared::measure::{Celsius, LitresPerMinute, MillimolesPerLitre, MmHg, PerMinute, Percent};
use shared::note::Content;
use shared::vitals::{
    Acvpu, Air, News2, Pressure, Question, Reading, Response, Scale, Sign, Unsuited, Vitals, news2, questions,
};

use super::fields::Asking;
use super::options::{AIR, AWAKE, SCALE, SUITS};
use super::read::Reader;
use super::{Answers, Ask, Field, Input};
use crate::i18n::Lang;

/// The field in which somebody says that unusual readings are meant so: what they were asked then.
const SURE: &str = "sure";

pub(super) fn fields(ask: Asking<'_>) -> Vec<Field> {
    let number = |id, key, unit, decimals| ask.field(id, key, Input::Number { unit, decimals });
    let mut asked = vec![
        number("breathing", "vital-breathing", "/min", 0),
        number("saturation", "vital-saturation", "%", 0),
        ask.choice("air", "vital-air", AIR),
    ];
    if ask.answers.get("air") == "oxygen" {
        asked.push(number("flow", "vital-flow", "L/min", 1));
    }
    asked.extend([
        number("systolic", "vital-systolic", "mmHg", 0),
        number("diastolic", "vital-diastolic", "mmHg", 0),
        number("pulse", "vital-pulse", "/min", 0),
        ask.choice("awake", "vital-awake", AWAKE),
        number("temperature", "vital-temperature", "°C", 1),
        number("glucose", "vital-glucose", "mmol/L", 1),
        ask.hinted(ask.choice("scale", "vital-scale", SCALE), "hint-scale"),
        ask.choice("suits", "vital-suits", SUITS),
    ]);
    asked.extend(ask.when());
    asked.push(ask.text("field-words-optional"));
    asked
}

fn read(r: Reader<'_>) -> Result<Vitals, Ask> {
    let a = r.answers;
    let flow = r.number("flow", LitresPerMinute::parse);
    Ok(Vitals {
        breathing: r.number("breathing", PerMinute::parse)?,
        saturation: r.number("saturation", Percent::parse)?,
        air: match a.get("air") {
            "room" => Some(Air::Room),
            "oxygen" => Some(Air::Oxygen(flow?)),
            _ => None,
        },
        pressure: match (r.number("systolic", MmHg::parse)?, r.number("diastolic", MmHg::parse)?) {
            (Some(systolic), diastolic) => Some(Pressure { systolic, diastolic }),
            (None, Some(_)) => return Err(r.ask("systolic", "ask-systolic")),
            (None, None) => None,
        },
        pulse: r.number("pulse", PerMinute::parse)?,
        awake: AWAKE.iter().position(|(code, _)| *code == a.get("awake")).map(|at| Acvpu::ALL[at]),
        temperature: r.number("temperature", Celsius::parse)?,
        glucose: r.number("glucose", MillimolesPerLitre::parse)?,
        scale: if a.get("scale") == "2" { Scale::Two } else { Scale::One },
        unsuited: match a.get("suits") {
            "child" => Some(Unsuited::Child),
            "pregnant" => Some(Unsuited::Pregnant),
            _ => None,
        },
    })
}

pub(super) fn content(r: Reader<'_>) -> Result<Content, Ask> {
    let vitals = read(r)?;
    if vitals.is_empty() {
        return Err(r.ask("breathing", "ask-write"));
    }
    let (asked, at) = (questions(&vitals), r.time()?);
    if asked.is_empty() || r.answers.get(SURE) == meant(&vitals) {
        return Ok(Content::Vitals { at, vitals });
    }
    Err(r.ask(SURE, "ask-sure"))
}

/// The answers that a set was read from; what was asked back about it was answered then.
pub(super) fn again(answers: &mut Answers, vitals: &Vitals) {
    let mut set = |field: &str, said: Option<String>| answers.set(field, &said.unwrap_or_default());
    set("breathing", vitals.breathing.map(|it| it.to_string()));
    set("saturation", vitals.saturation.map(|it| it.to_string()));
    set("air", vitals.air.map(|air| if air == Air::Room { "room" } else { "oxygen" }.to_owned()));
    if let Some(Air::Oxygen(flow)) = vitals.air {
        set("flow", flow.map(|it| it.to_string()));
    }
    set("systolic", vitals.pressure.map(|p| p.systolic.to_string()));
    set("diastolic", vitals.pressure.and_then(|p| p.diastolic).map(|it| it.to_string()));
    set("pulse", vitals.pulse.map(|it| it.to_string()));
    let awake = vitals.awake.and_then(|a| Acvpu::ALL.iter().position(|known| *known == a));
    set("awake", awake.map(|at| AWAKE[at].0.to_owned()));
    set("temperature", vitals.temperature.map(|it| it.to_string()));
    set("glucose", vitals.glucose.map(|it| it.to_string()));
    set("scale", (vitals.scale == Scale::Two).then(|| "2".to_owned()));
    let unsuited = vitals.unsuited.map(|who| if who == Unsuited::Child { "child" } else { "pregnant" }.to_owned());
    set("suits", unsuited);
    set(SURE, Some(meant(vitals)));
}

// What is asked about, with the numbers: said of one set, it says nothing of another.
fn meant(vitals: &Vitals) -> String {
    serde_json::to_string(vitals).unwrap_or_default()
}

/// What to ask back about the readings, in words, and the answer that says they are meant so.
pub fn asked_back(answers: &Answers, lang: Lang, now: jiff::Timestamp) -> Option<(Vec<String>, String, bool)> {
    let vitals = read(Reader { answers, lang, now }).ok()?;
    let words: Vec<String> = questions(&vitals).into_iter().map(|asked| question(lang, asked)).collect();
    let meant = meant(&vitals);
    let said = answers.get(SURE) == meant;
    (!words.is_empty()).then_some((words, meant, said))
}

fn question(lang: Lang, asked: Question) -> String {
    match asked {
        Question::PressuresExchanged => lang.t("ask-pressures"),
        Question::Unusual { reading, usual } => {
            let (key, decimals) = match reading {
                Reading::Breathing => ("vital-breathing", 0),
                Reading::Saturation => ("vital-saturation", 0),
                Reading::OxygenFlow => ("vital-flow", 1),
                Reading::Systolic => ("vital-systolic", 0),
                Reading::Diastolic => ("vital-diastolic", 0),
                Reading::Pulse => ("vital-pulse", 0),
                Reading::Temperature => ("vital-temperature", 1),
                Reading::Glucose => ("vital-glucose", 1),
            };
            let show =
                |steps: u32| if decimals == 0 { steps.to_string() } else { format!("{}.{}", steps / 10, steps % 10) };
            let (low, high) = (show(usual.0), show(usual.1));
            lang.with("ask-unusual", [("what", lang.t(key).into()), ("low", low.into()), ("high", high.into())])
        }
    }
}

/// The score as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    /// `total`, `incomplete` or `not-for`, and how urgent a total is: `low`, `low-medium`, `medium`, `high`.
    pub state: (&'static str, &'static str),
    /// The total; `None` unless all parts were taken.
    pub total: Option<u8>,
    /// What it means, or what is missing.
    pub words: String,
    /// Each part in words, with its score; `None` where it was not taken.
    pub parts: Vec<(String, Option<u8>)>,
}

/// The score of what is in the form now. A reading that cannot be read counts as not taken.
pub fn news(answers: &Answers, lang: Lang, now: jiff::Timestamp) -> News {
    let mut readable = answers.clone();
    loop {
        match read(Reader { answers: &readable, lang, now }) {
            Ok(vitals) => return score(lang, &vitals),
            // The diastolic alone is no part of the score.
            Err(ask) if ask.field == "systolic" && readable.get("systolic").trim().is_empty() => {
                readable.set("diastolic", "")
            }
            Err(ask) => readable.set(&ask.field, ""),
        }
    }
}

pub(super) fn score(lang: Lang, vitals: &Vitals) -> News {
    let named =
        |parts: &[(Sign, Option<u8>)]| parts.iter().map(|(sign, score)| (self::sign(lang, *sign), *score)).collect();
    match news2(vitals) {
        News2::Total { total, response: urgency, parts } => {
            let (name, words) = response(lang, urgency);
            News { state: ("total", name), total: Some(total), words, parts: named(&parts) }
        }
        News2::Incomplete { parts, missing } => {
            let missing: Vec<String> = missing.into_iter().map(|sign| self::sign(lang, sign)).collect();
            let words = lang.with("news-incomplete", [("missing", missing.join(", ").into())]);
            News { state: ("incomplete", ""), total: None, words, parts: named(&parts) }
        }
        News2::NotFor(who) => {
            let key = if who == Unsuited::Child { "news-not-child" } else { "news-not-pregnant" };
            News { state: ("not-for", ""), total: None, words: lang.t(key), parts: Vec::new() }
        }
    }
}

/// How urgent a total is: its name in the page and its words.
pub fn response(lang: Lang, response: Response) -> (&'static str, String) {
    match response {
        Response::Low => ("low", lang.t("news-low")),
        Response::LowMedium => ("low-medium", lang.t("news-low-medium")),
        Response::Medium => ("medium", lang.t("news-medium")),
        Response::High => ("high", lang.t("news-high")),
    }
}

fn sign(lang: Lang, sign: Sign) -> String {
    lang.t(match sign {
        Sign::Breathing => "vital-breathing",
        Sign::SaturationOne => "vital-saturation",
        Sign::SaturationTwo => "vital-saturation-two",
        Sign::Air => "vital-air",
        Sign::Systolic => "vital-systolic",
        Sign::Pulse => "vital-pulse",
        Sign::Awake => "vital-awake",
        Sign::Temperature => "vital-temperature",
    })
}
