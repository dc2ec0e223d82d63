//! Phase of illness, AKPS and IPOS. No published code was found for them, so they have codes of our own and their full
//! names; scores are kept as given, and nothing is summed that was not assessed.
//!
//! Phase: Palliative Care Outcomes Collaboration. AKPS: Abernethy et al. 2005, 0 to 100 in tens. IPOS: 0 to 4 for each
//! item, staff and patient versions (Murtagh et al. 2019).

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::goal::codes;
use crate::measure::UCUM;
use crate::note::observation::{Category, absent, observation};
use crate::note::wire::{Part, list, our_code, ours};
use crate::note::{Note, NoteError};
use crate::sensitive::Sensitive;

codes! {
    /// Phase of illness, assessed at each change.
    Phase {
        /// The plan works, nothing new.
        Stable = "stable",
        /// Something new or worse needs an urgent change of plan.
        Unstable = "unstable",
        /// Slowly worse, as expected.
        Deteriorating = "deteriorating",
        /// Death is likely within days.
        Dying = "dying",
        /// Has died.
        Deceased = "deceased",
    }
}

/// Australia-modified Karnofsky Performance Status.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Akps(u8);

impl Akps {
    /// From the score.
    ///
    /// # Errors
    /// The score, when it is not one of 0, 10 … 100. Nothing is rounded to the nearest.
    pub const fn new(score: u8) -> Result<Self, NotAScore> {
        if score > 100 || !score.is_multiple_of(10) { Err(NotAScore(score)) } else { Ok(Self(score)) }
    }

    /// 0, 10 … 100.
    pub const fn score(self) -> u8 {
        self.0
    }
}

/// No score of the scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0} is not on the scale")]
pub struct NotAScore(pub u8);

impl TryFrom<u8> for Akps {
    type Error = NotAScore;

    fn try_from(score: u8) -> Result<Self, NotAScore> {
        Self::new(score)
    }
}

impl From<Akps> for u8 {
    fn from(akps: Akps) -> Self {
        akps.0
    }
}

codes! {
    /// The items of IPOS, in its order.
    IposItem {
        /// Pain.
        Pain = "pain",
        /// Shortness of breath.
        Breath = "breath",
        /// Weakness or lack of energy.
        Weakness = "weakness",
        /// Nausea.
        Nausea = "nausea",
        /// Vomiting.
        Vomiting = "vomiting",
        /// Poor appetite.
        Appetite = "appetite",
        /// Constipation.
        Constipation = "constipation",
        /// Sore or dry mouth.
        Mouth = "mouth",
        /// Drowsiness.
        Drowsiness = "drowsiness",
        /// Poor mobility.
        Mobility = "mobility",
        /// Anxiety of the person.
        Anxiety = "anxiety",
        /// Anxiety of family and friends.
        FamilyAnxiety = "family-anxiety",
        /// Low mood.
        Depression = "depression",
        /// At peace.
        Peace = "peace",
        /// Able to share feelings.
        Sharing = "sharing",
        /// Had the information that was wanted.
        Information = "information",
        /// Practical matters.
        Practical = "practical",
    }
}
codes! {
    /// Who filled it in.
    Completed {
        /// The person.
        Person = "person",
        /// The person with help.
        PersonWithHelp = "person-with-help",
        /// Staff, for the person.
        Staff = "staff",
    }
}

/// An answer to one item.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Score {
    /// 0 (best) to 4 (worst).
    Is(Grade),
    /// It could not be assessed; that is no zero.
    CannotAssess,
}

/// 0 to 4.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Grade(u8);

impl TryFrom<u8> for Grade {
    type Error = NotAScore;

    fn try_from(score: u8) -> Result<Self, NotAScore> {
        if score > 4 { Err(NotAScore(score)) } else { Ok(Self(score)) }
    }
}

impl From<Grade> for u8 {
    fn from(grade: Grade) -> Self {
        grade.0
    }
}

impl Score {
    /// From a number.
    ///
    /// # Errors
    /// [`NotAScore`] above 4.
    pub fn of(score: u8) -> Result<Self, NotAScore> {
        Grade::try_from(score).map(Self::Is)
    }
}

/// Integrated Palliative care Outcome Scale. An item that is not in the list was not asked.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ipos {
    /// Who filled it in.
    pub completed: Completed,
    /// Each item at most once.
    pub items: Vec<(IposItem, Score)>,
    /// Other symptoms, named by the person, at most three.
    pub others: Vec<(Sensitive<String>, Score)>,
}

crate::measure::quiet!(Akps, Score, Grade, Ipos);

const PHASE: &str = "phase-of-illness";
const AKPS: &str = "akps";
const IPOS: &str = "ipos";

pub(crate) fn phase_parts(note: &Note, phase: Phase) -> Vec<Part> {
    let mut made = survey(note, ours(PHASE, "Phase of illness"));
    made["valueCodeableConcept"] = ours(phase.code(), phase.code());
    vec![Part { name: None, resource: made }]
}

pub(crate) fn akps_parts(note: &Note, akps: Akps) -> Vec<Part> {
    let mut made = survey(note, ours(AKPS, "Australia-modified Karnofsky Performance Status (AKPS)"));
    made["valueQuantity"] = json!({"value": akps.0, "unit": "score", "system": UCUM, "code": "{score}"});
    vec![Part { name: None, resource: made }]
}

pub(crate) fn ipos_parts(note: &Note, ipos: &Ipos) -> Vec<Part> {
    let mut made = survey(note, ours(IPOS, "Integrated Palliative care Outcome Scale (IPOS)"));
    let by = json!({"code": ours("completed-by", "Filled in by"),
        "valueCodeableConcept": ours(ipos.completed.code(), ipos.completed.code())});
    let items = ipos.items.iter().map(|(item, score)| component(ours(item.code(), item.code()), *score));
    let others = ipos.others.iter().map(|(name, score)| component(ours("other-symptom", name.reveal()), *score));
    made["component"] = [by].into_iter().chain(items).chain(others).collect();
    vec![Part { name: None, resource: made }]
}

fn survey(note: &Note, code: Value) -> Value {
    observation(note, None, Category::Survey, code, &note.authored.to_string())
}

fn component(code: Value, score: Score) -> Value {
    match score {
        Score::Is(grade) => json!({"code": code, "valueInteger": grade.0}),
        Score::CannotAssess => json!({"code": code, "dataAbsentReason": absent("unknown", "Cannot assess")}),
    }
}

pub(crate) fn read_phase(made: &Value) -> Result<Phase, NoteError> {
    let code = our_code(&made["valueCodeableConcept"]);
    code.and_then(Phase::from_code).ok_or(NoteError::Missing("a known phase"))
}

pub(crate) fn read_akps(made: &Value) -> Result<Akps, NoteError> {
    let score = made["valueQuantity"]["value"].as_u64().and_then(|score| u8::try_from(score).ok());
    score.and_then(|score| Akps::new(score).ok()).ok_or(NoteError::Missing("a score of the scale"))
}

pub(crate) fn read_ipos(made: &Value) -> Result<Ipos, NoteError> {
    let (mut completed, mut items, mut others) = (None, Vec::new(), Vec::new());
    for component in list(made, "component") {
        let code = our_code(&component["code"]).ok_or(NoteError::Missing("a known item"))?;
        match code {
            "completed-by" => completed = our_code(&component["valueCodeableConcept"]).and_then(Completed::from_code),
            "other-symptom" => {
                let name = component["code"]["text"].as_str().unwrap_or_default();
                others.push((name.to_owned().into(), read_score(component)?));
            }
            code => {
                let item = IposItem::from_code(code).ok_or(NoteError::Missing("a known item"))?;
                items.push((item, read_score(component)?));
            }
        }
    }
    Ok(Ipos { completed: completed.ok_or(NoteError::Missing("who filled it in"))?, items, others })
}

fn read_score(component: &Value) -> Result<Score, NoteError> {
    if !component["dataAbsentReason"].is_null() {
        return Ok(Score::CannotAssess);
    }
    let score = component["valueInteger"].as_u64().and_then(|score| u8::try_from(score).ok());
    score.and_then(|score| Score::of(score).ok()).ok_or(NoteError::Missing("a score of the scale"))
}
