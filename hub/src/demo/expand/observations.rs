//! CPR decisions, wishes and baseline, pregnancy, measurements, results, social history.

use serde_json::{Value, json};

use super::record::{Record, hl7};
use crate::demo::DemoError;
use crate::demo::format::Fact;
use crate::ips::RECORD_ITEM;

const UCUM: &str = "http://unitsofmeasure.org";
/// Kinds of `wishes` that are items of our own (see [`RECORD_ITEM`]), with the words that name them.
const ITEMS: [(&str, &str); 5] = [
    ("ceiling", "Ceiling of treatment"),
    ("preferred-place", "Preferred place of death"),
    ("just-in-case", "Just-in-case medicines"),
    ("oxygen-target", "Target oxygen saturation"),
    ("baseline", "Usual state"),
];

impl Record<'_> {
    fn observation(&mut self, kind: &'static str, code: Value, fact: &Fact) -> Result<Value, DemoError> {
        let mut made = self.start("Observation", kind, fact)?;
        made["status"] = json!(fact.status.as_deref().unwrap_or("final"));
        made["code"] = code;
        made["subject"] = self.subject();
        made["effectiveDateTime"] = json!(self.when(&fact.on)?);
        made["performer"] = json!([self.who(fact)?]);
        self.note(&mut made, fact);
        Ok(made)
    }

    /// A CPR decision; the form it is written on, when `where` says there is one.
    pub(super) fn cpr(&mut self, fact: &Fact) -> Result<(), DemoError> {
        let code = self.sources.concept(Some("resuscitation-status"), None)?;
        let mut made = self.observation("cpr", code, fact)?;
        made["valueCodeableConcept"] = self.what(fact)?;
        self.review(&mut made, fact)?;
        if let Some(place) = &fact.r#where {
            super::record::push(&mut made, "note", json!({"text": format!("The form is {place}.")}));
        }
        self.made.push(made);
        Ok(())
    }

    /// An item of our own, or a scored scale such as the Clinical Frailty Scale.
    pub(super) fn wish(&mut self, fact: &Fact) -> Result<(), DemoError> {
        let item = ITEMS.iter().find(|(code, _)| fact.is.as_deref() == Some(code));
        let code = match item {
            Some((code, words)) => json!({
                "coding": [{"system": RECORD_ITEM, "code": code}], "text": fact.r#as.as_deref().unwrap_or(words)
            }),
            None => self.what(fact)?,
        };
        let mut made = self.observation("wish", code, fact)?;
        if item.is_none() {
            made["category"] = json!([hl7("observation-category", "survey"), {"text": "Functional status"}]);
        }
        self.value(&mut made, fact);
        self.review(&mut made, fact)?;
        self.made.push(made);
        Ok(())
    }

    pub(super) fn pregnancy(&mut self, fact: &Fact) -> Result<(), DemoError> {
        let mut made = self.observation("pregnancy", self.what(fact)?, fact)?;
        match &fact.until {
            Some(due) => made["valueDateTime"] = json!(self.when(due)?),
            None => self.value(&mut made, fact),
        }
        self.made.push(made);
        Ok(())
    }

    pub(super) fn measure(&mut self, fact: &Fact) -> Result<(), DemoError> {
        let mut made = self.observation("measure", self.what(fact)?, fact)?;
        made["category"] = json!([hl7("observation-category", "vital-signs")]);
        match &fact.pair {
            Some((systolic, diastolic)) => {
                made["component"] = json!([
                    {"code": self.sources.concept(Some("systolic"), None)?, "valueQuantity": quantity(systolic, "mm[Hg]")},
                    {"code": self.sources.concept(Some("diastolic"), None)?, "valueQuantity": quantity(diastolic, "mm[Hg]")}
                ]);
            }
            None => self.value(&mut made, fact),
        }
        self.made.push(made);
        Ok(())
    }

    pub(super) fn result(&mut self, fact: &Fact) -> Result<(), DemoError> {
        self.of_category("result", "laboratory", fact)
    }

    pub(super) fn social(&mut self, fact: &Fact) -> Result<(), DemoError> {
        self.of_category("social", "social-history", fact)
    }

    fn of_category(&mut self, kind: &'static str, category: &str, fact: &Fact) -> Result<(), DemoError> {
        let mut made = self.observation(kind, self.what(fact)?, fact)?;
        made["category"] = json!([hl7("observation-category", category)]);
        self.value(&mut made, fact);
        self.made.push(made);
        Ok(())
    }

    fn value(&self, made: &mut Value, fact: &Fact) {
        let unit = fact.unit.as_deref();
        match (&fact.value, &fact.pair, &fact.says) {
            (Some(number), ..) => match unit {
                Some(unit) => made["valueQuantity"] = quantity(number, unit),
                None => made["valueInteger"] = json!(number),
            },
            (None, Some((low, high)), _) => {
                let unit = unit.unwrap_or("1");
                made["valueRange"] = json!({"low": quantity(low, unit), "high": quantity(high, unit)});
            }
            (None, None, Some(words)) => match self.sources.concept(Some(words), None) {
                Ok(concept) => made["valueCodeableConcept"] = concept,
                Err(_) => made["valueString"] = json!(words),
            },
            (None, None, None) => {}
        }
    }
}

fn quantity(number: &serde_json::Number, unit: &str) -> Value {
    json!({"value": number, "unit": spoken(unit), "system": UCUM, "code": unit})
}

fn spoken(unit: &str) -> &str {
    match unit {
        "mm[Hg]" => "mmHg",
        "Cel" => "°C",
        "umol/L" => "µmol/L",
        "mL/min/{1.73_m2}" => "mL/min/1.73 m²",
        "{INR}" => "INR",
        other => other,
    }
}
