//! Allergies, problems, medicines, procedures, vaccines, devices.

use serde_json::{Value, json};

use super::record::{Record, hl7};
use crate::demo::DemoError;
use crate::demo::format::Fact;
use crate::ips::RECORD_ITEM;

/// Prefix of the reason of medicines that lie in the house for the last days of life.
const JUST_IN_CASE: &str = "just-in-case";
const ABSENT: &str = "http://hl7.org/fhir/StructureDefinition/data-absent-reason";

impl Record<'_> {
    pub(super) fn allergy(&mut self, fact: &Fact) -> Result<(), DemoError> {
        let mut made = self.start("AllergyIntolerance", "allergy", fact)?;
        stand(&mut made, fact.status.as_deref(), "allergyintolerance");
        let none_known = fact.is.as_deref().is_some_and(|is| is.starts_with("no-known-"));
        if !none_known {
            let low = fact.critical.as_deref() == Some("low");
            made["type"] = json!(if low { "intolerance" } else { "allergy" });
            made["category"] = json!([fact.category.as_deref().unwrap_or("medication")]);
        }
        if let Some(criticality) = &fact.critical {
            made["criticality"] = json!(criticality);
        }
        made["code"] = self.what(fact)?;
        made["patient"] = self.subject();
        if let Some(since) = &fact.since {
            made["onsetDateTime"] = json!(self.when(since)?);
        }
        made["recordedDate"] = json!(self.when(&fact.on)?);
        made["recorder"] = self.who(fact)?;
        if let Some(reaction) = &fact.reaction {
            let mut how = json!({"manifestation": [self.sources.concept_or_text(reaction)]});
            if let Some(severity) = &fact.severity {
                how["severity"] = json!(severity);
            }
            made["reaction"] = json!([how]);
        }
        self.note(&mut made, fact);
        self.made.push(made);
        Ok(())
    }

    pub(super) fn problem(&mut self, fact: &Fact) -> Result<(), DemoError> {
        let mut made = self.start("Condition", "problem", fact)?;
        stand(&mut made, fact.status.as_deref(), "condition");
        made["category"] = json!([hl7("condition-category", "problem-list-item")]);
        made["code"] = self.what(fact)?;
        made["subject"] = self.subject();
        if let Some(since) = &fact.since {
            made["onsetDateTime"] = json!(self.when(since)?);
        }
        if let Some(until) = &fact.until {
            made["abatementDateTime"] = json!(self.when(until)?);
        }
        made["recordedDate"] = json!(self.when(&fact.on)?);
        made["recorder"] = self.who(fact)?;
        self.note(&mut made, fact);
        self.made.push(made);
        Ok(())
    }

    pub(super) fn medicine(&mut self, fact: &Fact) -> Result<(), DemoError> {
        let made = if fact.reported { self.reported_medicine(fact) } else { self.prescribed_medicine(fact) }?;
        self.made.push(made);
        Ok(())
    }

    fn prescribed_medicine(&mut self, fact: &Fact) -> Result<Value, DemoError> {
        let mut made = self.start("MedicationRequest", "medicine", fact)?;
        made["status"] = json!(fact.status.as_deref().unwrap_or("active"));
        made["intent"] = json!("order");
        self.medicine_and_reason(&mut made, fact)?;
        made["authoredOn"] = json!(self.when(&fact.on)?);
        made["requester"] = self.who(fact)?;
        if let Some(dose) = &fact.dose {
            made["dosageInstruction"] = json!([{"text": dose}]);
        }
        if let Some(until) = &fact.until {
            made["dispenseRequest"] = json!({"validityPeriod": {"end": self.when(until)?}});
        }
        self.note(&mut made, fact);
        Ok(made)
    }

    fn reported_medicine(&mut self, fact: &Fact) -> Result<Value, DemoError> {
        let mut made = self.start("MedicationStatement", "medicine", fact)?;
        made["status"] = json!(fact.status.as_deref().unwrap_or("active"));
        self.medicine_and_reason(&mut made, fact)?;
        let mut period = json!({});
        for (field, date) in [("start", &fact.since), ("end", &fact.until)] {
            if let Some(date) = date {
                period[field] = json!(self.when(date)?);
            }
        }
        if period.as_object().is_some_and(|p| !p.is_empty()) {
            made["effectivePeriod"] = period;
        } else {
            // IPS wants it said that nobody knows since when.
            made["_effectiveDateTime"] = json!({"extension": [{"url": ABSENT, "valueCode": "unknown"}]});
        }
        made["dateAsserted"] = json!(self.when(&fact.on)?);
        made["informationSource"] = self.who(fact)?;
        if let Some(dose) = &fact.dose {
            made["dosage"] = json!([{"text": dose}]);
        }
        self.note(&mut made, fact);
        Ok(made)
    }

    fn medicine_and_reason(&self, made: &mut Value, fact: &Fact) -> Result<(), DemoError> {
        made["medicationCodeableConcept"] = self.what(fact)?;
        made["subject"] = self.subject();
        let Some(reason) = &fact.r#for else { return Ok(()) };
        let indication = reason.strip_prefix(JUST_IN_CASE).map(|rest| rest.trim_start_matches([':', ' ']));
        if indication.is_some() {
            let category =
                json!({"coding": [{"system": RECORD_ITEM, "code": JUST_IN_CASE}], "text": "Just-in-case medicine"});
            // One for a request, but a statement has a single category.
            made["category"] = if made["resourceType"] == "MedicationRequest" { json!([category]) } else { category };
        }
        made["reasonCode"] = json!([{"text": indication.unwrap_or(reason)}]);
        Ok(())
    }

    pub(super) fn procedure(&mut self, fact: &Fact) -> Result<(), DemoError> {
        let mut made = self.start("Procedure", "procedure", fact)?;
        made["status"] = json!(fact.status.as_deref().unwrap_or("completed"));
        made["code"] = self.what(fact)?;
        made["subject"] = self.subject();
        made["performedDateTime"] = json!(self.when(fact.since.as_deref().unwrap_or(&fact.on))?);
        made["recorder"] = self.who(fact)?;
        self.note(&mut made, fact);
        self.made.push(made);
        Ok(())
    }

    pub(super) fn vaccine(&mut self, fact: &Fact) -> Result<(), DemoError> {
        let mut made = self.start("Immunization", "vaccine", fact)?;
        made["status"] = json!(fact.status.as_deref().unwrap_or("completed"));
        made["vaccineCode"] = self.what(fact)?;
        made["patient"] = self.subject();
        made["occurrenceDateTime"] = json!(self.when(&fact.on)?);
        made["primarySource"] = json!(true);
        made["performer"] = json!([{"actor": self.who(fact)?}]);
        self.note(&mut made, fact);
        self.made.push(made);
        Ok(())
    }

    pub(super) fn device(&mut self, fact: &Fact) -> Result<(), DemoError> {
        let mut device = self.start("Device", "device", fact)?;
        let what = self.what(fact)?;
        device["status"] = json!("active");
        device["type"] = what.clone();
        device["patient"] = self.subject();
        let mut used = self.start("DeviceUseStatement", "device-use", fact)?;
        used["status"] = json!(fact.status.as_deref().unwrap_or("active"));
        used["subject"] = self.subject();
        used["timingDateTime"] = json!(self.when(fact.since.as_deref().unwrap_or(&fact.on))?);
        used["recordedOn"] = json!(self.when(&fact.on)?);
        used["source"] = self.who(fact)?;
        used["device"] = json!({"reference": format!("Device/{}", device["id"].as_str().unwrap_or_default()), "display": what["text"]});
        self.note(&mut used, fact);
        self.made.extend([device, used]);
        Ok(())
    }
}

/// `clinicalStatus` and `verificationStatus`. An entry made in error has only the second (R4 ait-2, con-5).
fn stand(made: &mut Value, status: Option<&str>, family: &str) {
    let (clinical, verification) = match status {
        None => (Some("active"), "confirmed"),
        Some("entered-in-error") => (None, "entered-in-error"),
        Some("refuted") => (Some("inactive"), "refuted"),
        Some(doubtful @ ("unconfirmed" | "provisional" | "differential")) => (Some("active"), doubtful),
        Some(clinical) => (Some(clinical), "confirmed"),
    };
    if let Some(clinical) = clinical {
        let system = if family == "condition" { "condition-clinical" } else { "allergyintolerance-clinical" };
        made["clinicalStatus"] = hl7(system, clinical);
    }
    let system = if family == "condition" { "condition-ver-status" } else { "allergyintolerance-verification" };
    made["verificationStatus"] = hl7(system, verification);
}
