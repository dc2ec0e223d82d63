//! Medicines given or refused, and the count of the just-in-case medicines in the house.
//!
//! A medicine is named as it stands on the box or the chart; a dose is an amount in a unit, never a number alone
//! (FHIR R4 MedicationAdministration, invariant mad-1).

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::goal::codes;
use super::{NotDone, WhyNot};
use crate::measure::{Decimal, UCUM};
use crate::note::observation::{Category, observation};
use crate::note::wire::{Part, SNOMED, annotate, by_author, code_of, extension, head, instant, list, our_code, ours};
use crate::note::{Note, NoteError};
use crate::sensitive::Sensitive;

const EXPIRY: &str = "https://doorstep.example/StructureDefinition/expires";
const PLACE: &str = "https://doorstep.example/StructureDefinition/kept-in";

codes! {
    /// Units of a dose or a count, in UCUM.
    DoseUnit {
        /// Milligrams.
        Milligram = "mg",
        /// Micrograms.
        Microgram = "ug",
        /// Grams.
        Gram = "g",
        /// Millilitres.
        Millilitre = "mL",
        /// International units.
        Unit = "[iU]",
        /// Drops.
        Drop = "[drp]",
        /// Tablets or capsules.
        Tablet = "{tablet}",
        /// Puffs of an inhaler.
        Puff = "{puff}",
        /// Patches.
        Patch = "{patch}",
        /// Ampoules.
        Ampoule = "{ampoule}",
        /// Sachets.
        Sachet = "{sachet}",
        /// Suppositories.
        Suppository = "{suppository}",
    }
}

/// How much.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amount {
    /// The number, as written.
    pub value: Decimal,
    /// Of what.
    pub unit: DoseUnit,
}

/// A medicine.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drug {
    /// As it stands on the box or chart, with its strength; never empty.
    pub name: Sensitive<String>,
    /// Its code in dm+d or SNOMED CT, where it was chosen from a list.
    pub code: Option<String>,
}

/// What became of a dose.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Given {
    /// Given or seen to be taken.
    Given,
    /// Not given: refused, or for another reason.
    Not(NotDone),
}

/// A dose that was due or needed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dose {
    /// Of what.
    pub drug: Drug,
    /// What became of it.
    pub given: Given,
    /// How much, where it is known.
    pub amount: Option<Amount>,
    /// By what route, in words, where it was said; only beside an amount.
    pub route: Option<String>,
    /// The exact time at which it was given or refused.
    pub at: Timestamp,
    /// Logical id of the MedicationRequest it follows.
    pub request: Option<String>,
}

/// The just-in-case medicines, counted.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StockCheck {
    /// When.
    pub at: Timestamp,
    /// Where they are kept, in words.
    pub kept: Option<Sensitive<String>>,
    /// Each medicine; an empty list says that there were none.
    pub lines: Vec<StockLine>,
}

/// One medicine of the box.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StockLine {
    /// What.
    pub drug: Drug,
    /// How much is left; zero is a count.
    pub left: Amount,
    /// The last day it may be used.
    pub expires: Option<Date>,
}

crate::measure::quiet!(Amount, Drug, Given, Dose, StockCheck, StockLine);

impl Amount {
    fn quantity(&self) -> Value {
        let words = self.unit.code().trim_matches(['{', '}', '[', ']']);
        json!({"value": self.value.json(), "unit": words, "system": UCUM, "code": self.unit.code()})
    }

    fn read(quantity: &Value) -> Option<Self> {
        let unit = DoseUnit::from_code(quantity["code"].as_str().filter(|_| quantity["system"] == UCUM)?)?;
        Some(Self { value: Decimal::from_json(&quantity["value"])?, unit })
    }
}

impl Drug {
    fn concept(&self) -> Value {
        let mut made = json!({"text": self.name.reveal()});
        if let Some(code) = &self.code {
            made["coding"] = json!([{"system": SNOMED, "code": code}]);
        }
        made
    }

    fn read(concept: &Value) -> Result<Self, NoteError> {
        let name = concept["text"].as_str().ok_or(NoteError::Missing("the name of a medicine"))?;
        Ok(Self { name: name.to_owned().into(), code: code_of(concept, SNOMED).map(str::to_owned) })
    }
}

pub(crate) fn dose_parts(note: &Note, dose: &Dose) -> Vec<Part> {
    let mut made = head(note, "MedicationAdministration", None, "subject");
    made["status"] = json!(if dose.given == Given::Given { "completed" } else { "not-done" });
    if let Given::Not(not) = &dose.given {
        let words = not.words.reveal().as_str();
        made["statusReason"] = json!([ours(not.why.code(), if words.is_empty() { not.why.code() } else { words })]);
    }
    made["medicationCodeableConcept"] = dose.drug.concept();
    made["effectiveDateTime"] = json!(dose.at.to_string());
    made["performer"] = json!([{"actor": by_author(note)}]);
    if let Some(id) = &dose.request {
        made["request"] = json!({"reference": format!("MedicationRequest/{id}")});
    }
    if let Some(amount) = &dose.amount {
        made["dosage"] = json!({"dose": amount.quantity()});
        if let Some(route) = &dose.route {
            made["dosage"]["route"] = json!({"text": route});
        }
    }
    annotate(note, &mut made);
    vec![Part { name: None, resource: made }]
}

pub(crate) fn read_dose(made: &Value) -> Result<Dose, NoteError> {
    let given = match made["status"].as_str() {
        Some("completed") => Given::Given,
        Some("not-done") => {
            let reason = &made["statusReason"][0];
            let why = our_code(reason).and_then(WhyNot::from_code).ok_or(NoteError::Missing("a known reason"))?;
            let words = reason["text"].as_str().filter(|words| *words != why.code()).unwrap_or_default();
            Given::Not(NotDone { why, words: words.to_owned().into() })
        }
        _ => return Err(NoteError::Missing("what became of the dose")),
    };
    let amount = match &made["dosage"]["dose"] {
        Value::Null => None,
        quantity => Some(Amount::read(quantity).ok_or(NoteError::Missing("a readable dose"))?),
    };
    let request = made["request"]["reference"].as_str().and_then(|r| r.strip_prefix("MedicationRequest/"));
    Ok(Dose {
        drug: Drug::read(&made["medicationCodeableConcept"])?,
        given,
        amount,
        route: made["dosage"]["route"]["text"].as_str().map(str::to_owned),
        at: instant(&made["effectiveDateTime"]).ok_or(NoteError::Missing("the time of the dose"))?,
        request: request.map(str::to_owned),
    })
}

pub(crate) fn stock_parts(note: &Note, check: &StockCheck) -> Vec<Part> {
    let code = ours("just-in-case", "Just-in-case medicines, counted");
    let mut made = observation(note, None, Category::Survey, code, &check.at.to_string());
    if let (Some(kept), Some(all)) = (&check.kept, made["extension"].as_array_mut()) {
        all.push(json!({"url": PLACE, "valueString": kept.reveal()}));
    }
    if check.lines.is_empty() {
        made["valueCodeableConcept"] = ours("none-there", "None there");
    } else {
        made["component"] = check.lines.iter().map(line).collect();
    }
    vec![Part { name: None, resource: made }]
}

fn line(line: &StockLine) -> Value {
    let mut made = json!({"code": line.drug.concept(), "valueQuantity": line.left.quantity()});
    if let Some(day) = line.expires {
        made["extension"] = json!([{"url": EXPIRY, "valueDate": day.to_string()}]);
    }
    made
}

pub(crate) fn read_stock(made: &Value) -> Result<StockCheck, NoteError> {
    let read = |component: &Value| {
        let day = extension(component, EXPIRY).map(|e| e["valueDate"].as_str().and_then(|day| day.parse().ok()));
        Ok(StockLine {
            drug: Drug::read(&component["code"])?,
            left: Amount::read(&component["valueQuantity"]).ok_or(NoteError::Missing("a readable count"))?,
            expires: day.map(|day| day.ok_or(NoteError::Missing("a readable day"))).transpose()?,
        })
    };
    let kept = extension(made, PLACE).and_then(|e| e["valueString"].as_str());
    Ok(StockCheck {
        at: instant(&made["effectiveDateTime"]).ok_or(NoteError::Missing("the time of the count"))?,
        kept: kept.map(|kept| kept.to_owned().into()),
        lines: list(made, "component").map(read).collect::<Result<_, NoteError>>()?,
    })
}
