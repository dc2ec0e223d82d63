//! The Patient.

use serde_json::{Value, json};
use shared::identity::{NhsNumber, Organisation};

use super::record::Record;
use crate::demo::DemoError;
use crate::demo::format::{Contact, Language, OtherName};

const UK_CORE: &str = "https://fhir.hl7.org.uk";
const INTERPRETER: &str = "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired";

impl Record<'_> {
    /// The Patient resource.
    pub(super) fn patient(&self) -> Result<Value, DemoError> {
        let it = self.person;
        let gp = self.sources.org(&it.gp)?;
        let mut made = json!({
            "resourceType": "Patient",
            "id": self.patient_id(),
            "identifier": [self.nhs_number()],
            "name": names(it.family.as_deref(), &it.given, &it.also),
            "gender": it.sex,
            "birthDate": self.when(&it.born)?,
            "address": [{
                "use": "home", "line": [it.address.line], "city": "London", "postalCode": it.address.postcode,
                "text": format!("{}, London {}", it.address.line, it.address.postcode)
            }],
            "generalPractitioner": [{
                "reference": format!("Organization/{}", it.gp),
                "identifier": {"system": Organisation::SYSTEM, "value": gp.ods},
                "display": gp.name
            }]
        });
        if let Some(phone) = &it.phone {
            made["telecom"] = json!([{"system": "phone", "value": phone, "use": "home"}]);
        }
        if !it.contacts.is_empty() {
            made["contact"] = it.contacts.iter().map(contact).collect();
        }
        if !it.languages.is_empty() {
            made["communication"] = it.languages.iter().enumerate().map(|(at, l)| language(at, l)).collect();
        }
        if it.languages.iter().any(|l| l.interpreter) {
            made["extension"] = json!([{"url": INTERPRETER, "valueBoolean": true}]);
        }
        Ok(made)
    }

    fn nhs_number(&self) -> Value {
        let status = self.person.nhs_status.as_deref().unwrap_or("01");
        json!({
            "extension": [{
                "url": format!("{UK_CORE}/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus"),
                "valueCodeableConcept": {"coding": [{
                    "system": format!("{UK_CORE}/CodeSystem/UKCore-NHSNumberVerificationStatus"), "code": status
                }]}
            }],
            "system": NhsNumber::SYSTEM,
            "value": self.person.nhs
        })
    }
}

fn names(family: Option<&str>, given: &[String], also: &[OtherName]) -> Value {
    let official = name("official", family, given, None);
    let others = also.iter().map(|n| name(&n.r#use, n.family.as_deref(), &n.given, n.text.as_deref()));
    std::iter::once(official).chain(others).collect()
}

fn name(kind: &str, family: Option<&str>, given: &[String], text: Option<&str>) -> Value {
    let mut made = json!({"use": kind});
    if let Some(text) = text {
        made["text"] = json!(text);
    }
    if let Some(family) = family {
        made["family"] = json!(family);
    }
    if !given.is_empty() {
        made["given"] = json!(given);
    }
    made
}

fn contact(contact: &Contact) -> Value {
    let mut made = json!({"relationship": [{"text": contact.relation}], "name": {"text": contact.name}});
    if let Some(phone) = &contact.phone {
        made["telecom"] = json!([{"system": "phone", "value": phone}]);
    }
    made
}

fn language(at: usize, language: &Language) -> Value {
    json!({
        "language": {"coding": [{"system": "urn:ietf:bcp:47", "code": language.tag}], "text": language.name},
        "preferred": at == 0
    })
}
