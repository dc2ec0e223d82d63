//! Flags, documents, records kept elsewhere, contacts with services.

use serde_json::{Value, json};
use shared::identity::{NhsNumber, Organisation};

use super::record::Record;
use crate::demo::DemoError;
use crate::demo::format::Fact;
use crate::demo::when::as_instant;
use crate::ips::RECORD_ITEM;

const SNOMED: &str = "http://snomed.info/sct";
/// Categories of flags as English booking and referral messages name them, and the words for our own kinds of flag.
const CATEGORIES: &str = "https://fhir.nhs.uk/CodeSystem/flag-categories-bars";
const FLAGS: [(&str, &str, &str); 12] = [
    ("violence", "SS", "Scene safety: risk of violence"),
    ("weapons", "SS", "Scene safety: weapons"),
    ("dog", "SS", "Scene safety: dog"),
    ("oxygen", "SS", "Scene safety: oxygen in the house"),
    ("hazard", "SS", "Scene safety"),
    ("access", "SS", "Access"),
    ("safeguarding", "SG", "Safeguarding"),
    ("adjustment", "RA", "Reasonable adjustment"),
    ("infection", "IR", "Infection risk"),
    ("respect", "RT", "ReSPECT form in place"),
    ("care", "RC", "Special patient note"),
    ("emergency-plan", "RC", "Emergency plan"),
];
const DOCUMENTS: [(&str, &str, &str); 4] = [
    ("respect", "1382601000000107", "ReSPECT (Recommended Summary Plan for Emergency Care and Treatment) form"),
    ("escalation", "735324008", "Treatment escalation plan"),
    ("advance-care-plan", "736366004", "Advanced care plan"),
    ("end-of-life-plan", "736373009", "End of life care plan"),
];

impl Record<'_> {
    pub(super) fn flag(&mut self, fact: &Fact) -> Result<(), DemoError> {
        let kind = fact.is.as_deref().unwrap_or_default();
        let unknown = || DemoError::Code(format!("flag {kind}"));
        let (code, category, title) = FLAGS.iter().find(|(code, ..)| *code == kind).ok_or_else(unknown)?;
        let mut made = self.start("Flag", "flag", fact)?;
        made["status"] = json!(fact.status.as_deref().unwrap_or("active"));
        made["category"] = json!([{"coding": [{"system": CATEGORIES, "code": category}], "text": title}]);
        made["code"] = json!({
            "coding": [{"system": "https://doorstep.example/CodeSystem/flag-kind", "code": code}],
            "text": fact.r#as.as_deref().unwrap_or(title)
        });
        made["subject"] = self.subject();
        made["period"] = json!({"start": self.when(&fact.on)?});
        if let Some(until) = &fact.until {
            made["period"]["end"] = json!(self.when(until)?);
        }
        made["author"] = self.who(fact)?;
        self.made.push(made);
        Ok(())
    }

    pub(super) fn document(&mut self, fact: &Fact) -> Result<(), DemoError> {
        let mut made = self.start("DocumentReference", "document", fact)?;
        made["status"] = json!(fact.status.as_deref().unwrap_or("current"));
        made["docStatus"] = json!("final");
        made["type"] = document_type(fact.is.as_deref().unwrap_or_default())?;
        made["category"] = json!([care_plan_category()]);
        made["subject"] = self.subject();
        made["date"] = json!(as_instant(&self.when(&fact.on)?));
        made["author"] = json!([self.who(fact)?]);
        made["custodian"] = self.custodian(&fact.by)?;
        let words = [fact.r#as.clone(), fact.note.clone(), fact.r#where.as_ref().map(|w| format!("The paper is {w}."))];
        made["description"] = json!(words.into_iter().flatten().collect::<Vec<_>>().join(" "));
        let title = made["type"]["text"].clone();
        made["content"] = json!([{"attachment": {"contentType": "application/pdf", "title": title}}]);
        if let Some(until) = &fact.until {
            made["context"] = json!({"period": {"start": self.when(&fact.on)?, "end": self.when(until)?}});
        }
        self.made.push(made);
        Ok(())
    }

    /// A pointer to a record that another region keeps; `by` is somebody of the organisation that keeps it.
    pub(super) fn elsewhere(&mut self, fact: &Fact) -> Result<(), DemoError> {
        let (_, org) = self.sources.org_of(&fact.by)?;
        let (ods, name) = (org.ods.clone(), org.name.clone());
        let mut made = self.start("DocumentReference", "pointer", fact)?;
        made["status"] = json!("current");
        made["type"] = json!({
            "coding": [
                {"system": SNOMED, "code": "824321000000109", "display": "Summary record"},
                {"system": "http://loinc.org", "code": "60591-5", "display": "Patient summary Document"}
            ],
            "text": "Summary record kept elsewhere"
        });
        made["category"] = json!([care_plan_category()]);
        made["subject"] = self.subject();
        made["subject"]["identifier"] = json!({"system": NhsNumber::SYSTEM, "value": self.person.nhs});
        made["date"] = json!(as_instant(&self.when(&fact.on)?));
        made["author"] = json!([{"identifier": {"system": Organisation::SYSTEM, "value": ods}, "display": name}]);
        made["custodian"] = self.custodian(&fact.by)?;
        made["description"] = json!(fact.r#as.clone().unwrap_or_default());
        let url = format!("https://{}.example/fhir/Patient/{}/$summary", ods.to_lowercase(), self.patient_id());
        made["content"] = json!([{"attachment": {"contentType": "application/fhir+json", "url": url}}]);
        self.made.push(made);
        Ok(())
    }

    fn custodian(&self, by: &str) -> Result<Value, DemoError> {
        let key = if by == "patient" { &self.person.gp } else { self.sources.org_of(by)?.0 };
        let org = self.sources.org(key)?;
        Ok(json!({
            "reference": format!("Organization/{key}"),
            "identifier": {"system": Organisation::SYSTEM, "value": org.ods},
            "display": org.name
        }))
    }

    pub(super) fn contact_with(&mut self, fact: &Fact) -> Result<(), DemoError> {
        let mut made = self.start("Encounter", "contact", fact)?;
        let class = fact.is.as_deref().unwrap_or("AMB");
        made["status"] = json!(fact.status.as_deref().unwrap_or("finished"));
        made["class"] = json!({"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": class});
        made["type"] = json!([{"text": fact.r#as.clone().unwrap_or_default()}]);
        made["subject"] = self.subject();
        made["period"] =
            json!({"start": self.when(&fact.on)?, "end": self.when(fact.until.as_deref().unwrap_or(&fact.on))?});
        made["participant"] = json!([{"individual": self.who(fact)?}]);
        made["serviceProvider"] = self.custodian(&fact.by)?;
        if let Some(note) = &fact.note {
            made["reasonCode"] = json!([{"text": note}]);
        }
        self.made.push(made);
        Ok(())
    }
}

fn document_type(kind: &str) -> Result<Value, DemoError> {
    let ours = |code: &str, words: &str| json!({"coding": [{"system": RECORD_ITEM, "code": code}], "text": words});
    match kind {
        "power-of-attorney" => Ok(ours(kind, "Lasting power of attorney for health and welfare")),
        "advance-decision" => Ok(ours(kind, "Advance decision to refuse treatment")),
        _ => DOCUMENTS
            .iter()
            .find(|(key, ..)| *key == kind)
            .map(|(_, code, words)| json!({"coding": [{"system": SNOMED, "code": code, "display": words}], "text": words}))
            .ok_or_else(|| DemoError::Code(format!("document {kind}"))),
    }
}

fn care_plan_category() -> Value {
    json!({"coding": [{"system": SNOMED, "code": "734163000", "display": "Care plan"}]})
}
