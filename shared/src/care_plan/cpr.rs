//! A decision on resuscitation, as a clinician reads it from the signed form. It cannot be taken over from what somebody
//! says, so it always points at the form and where that is.
//!
//! Codes: SNOMED CT as used by NHS England (EPaCCS).

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::goal::codes;
use crate::note::observation::{Category, observation};
use crate::note::wire::{Part, REVIEW_EXTENSION, SNOMED, code_of, concept, extension};
use crate::note::{Note, NoteError};
use crate::sensitive::Sensitive;

codes! {
    /// What is decided.
    Resuscitation {
        /// For attempted cardiopulmonary resuscitation.
        For = "450475007",
        /// Not for attempted cardiopulmonary resuscitation.
        NotFor = "450476008",
    }
}

/// A decision; only a clinician may record one (see [`crate::note::Note::check`]).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CprDecision {
    /// What is decided.
    pub decision: Resuscitation,
    /// The day of the decision, as the form says.
    pub decided: Date,
    /// Who decided, as the form says; never empty.
    pub decided_by: Sensitive<String>,
    /// When it is to be looked at again, where the form says.
    pub review: Option<Date>,
    /// The form.
    pub form: Form,
}

/// The form that holds; the record only tells of it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Form {
    /// Logical id of its DocumentReference, where the record has one.
    pub document: Option<String>,
    /// Where the paper is, in words; never empty.
    pub kept: Sensitive<String>,
}

crate::measure::quiet!(CprDecision, Form);

impl Resuscitation {
    const fn words(self) -> &'static str {
        match self {
            Self::For => "For attempted cardiopulmonary resuscitation",
            Self::NotFor => "Not for attempted cardiopulmonary resuscitation",
        }
    }
}

pub(crate) fn parts(note: &Note, cpr: &CprDecision) -> Vec<Part> {
    let code = concept(SNOMED, "304251008", "Resuscitation status");
    let mut made = observation(note, None, Category::Survey, code, &cpr.decided.to_string());
    made["valueCodeableConcept"] = concept(SNOMED, cpr.decision.code(), cpr.decision.words());
    made["derivedFrom"] = json!([pointer(&cpr.form)]);
    if let Some(all) = made["performer"].as_array_mut() {
        all.push(json!({"display": cpr.decided_by.reveal()}));
    }
    if let (Some(review), Some(all)) = (cpr.review, made["extension"].as_array_mut()) {
        all.push(json!({"url": REVIEW_EXTENSION, "valueDate": review.to_string()}));
    }
    vec![Part { name: None, resource: made }]
}

fn pointer(form: &Form) -> Value {
    let mut made = json!({"type": "DocumentReference", "display": form.kept.reveal()});
    if let Some(id) = &form.document {
        made["reference"] = json!(format!("DocumentReference/{id}"));
    }
    made
}

pub(crate) fn read(made: &Value) -> Result<CprDecision, NoteError> {
    let form = &made["derivedFrom"][0];
    let text = |value: &Value, what| value.as_str().map(str::to_owned).ok_or(NoteError::Missing(what));
    let decision = code_of(&made["valueCodeableConcept"], SNOMED).and_then(Resuscitation::from_code);
    let decided = made["effectiveDateTime"].as_str().and_then(|day| day.parse().ok());
    let review = extension(made, REVIEW_EXTENSION).and_then(|e| e["valueDate"].as_str());
    let id = form["reference"].as_str().and_then(|r| r.strip_prefix("DocumentReference/"));
    Ok(CprDecision {
        decision: decision.ok_or(NoteError::Missing("a known decision"))?,
        decided: decided.ok_or(NoteError::Missing("the day of the decision"))?,
        decided_by: text(&made["performer"][1]["display"], "who decided")?.into(),
        review: review
            .map(|day| day.parse().map_err(|_| NoteError::Missing("a readable day of review")))
            .transpose()?,
        form: Form { document: id.map(str::to_owned), kept: text(&form["display"], "the place of the form")?.into() },
    })
}
