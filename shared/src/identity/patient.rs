//! The few facts that tell one person from another.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{NhsNumber, PatientId};
use crate::sensitive::Sensitive;

/// What identifies a person on a list and in the identity bar. Read from a FHIR Patient.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Demographics {
    /// Logical id on the server that answered.
    pub patient: PatientId,
    /// NHS number, when there is one and it passes its check.
    pub nhs_number: Option<NhsNumber>,
    /// Whether the server says the number is traced and verified (UK Core status `01`).
    pub nhs_number_verified: bool,
    /// Family name as recorded; empty only when the record has none.
    pub family: Sensitive<String>,
    /// Given names joined by a space.
    pub given: Sensitive<String>,
    /// Date of birth as recorded: may be partial (`1931`, `1931-02`), empty when unknown.
    pub birth_date: Sensitive<String>,
    /// `male`, `female`, `other`, `unknown`, or empty.
    pub gender: Sensitive<String>,
    /// One line; empty when unknown.
    pub address: Sensitive<String>,
    /// All business identifiers as `system|value`: what ties a document from abroad to a person without an NHS number.
    #[serde(default)]
    pub identifiers: Sensitive<Vec<String>>,
}

/// Why a resource cannot be used as a person on a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DemographicsError {
    /// Another resource type, or none.
    #[error("the server answered something that is not a Patient")]
    NotAPatient,
    /// Without an id the record cannot be asked for.
    #[error("the server sent a Patient without an id")]
    NoId,
}

const VERIFICATION: &str = "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus";

impl Demographics {
    /// Reads a FHIR R4 Patient. Fields that are missing stay empty: the screen says "not recorded".
    ///
    /// # Errors
    /// See [`DemographicsError`].
    pub fn from_fhir(patient: &Value) -> Result<Self, DemographicsError> {
        if patient["resourceType"] != "Patient" {
            return Err(DemographicsError::NotAPatient);
        }
        let id = patient["id"].as_str().filter(|id| !id.is_empty()).ok_or(DemographicsError::NoId)?;
        let number = patient["identifier"]
            .as_array()
            .into_iter()
            .flatten()
            .find(|i| i["system"] == NhsNumber::SYSTEM && i["use"] != "old");
        let name = current(&patient["name"], &["official", "usual"]);
        let address = current(&patient["address"], &["home"]);
        Ok(Self {
            patient: PatientId::new(id),
            nhs_number: number.and_then(|i| NhsNumber::parse(i["value"].as_str()?).ok()),
            nhs_number_verified: number.is_some_and(is_verified),
            family: text(&name["family"]).into(),
            given: strings(&name["given"]).join(" ").into(),
            birth_date: text(&patient["birthDate"]).into(),
            gender: text(&patient["gender"]).into(),
            address: one_line(address).into(),
            identifiers: identifiers(patient).into(),
        })
    }

    /// `SURNAME, Given` as in the identity bar; what is missing is said.
    pub fn display_name(&self) -> String {
        let family = self.family.reveal().to_uppercase();
        match (family.is_empty(), self.given.reveal().is_empty()) {
            (false, false) => format!("{family}, {}", self.given.reveal()),
            (false, true) => family,
            (true, false) => self.given.reveal().clone(),
            (true, true) => "Name not recorded".to_owned(),
        }
    }

    /// Completed years on `today`, only from a full date of birth.
    pub fn age(&self, today: Date) -> Option<i16> {
        let born: Date = self.birth_date.reveal().parse().ok()?;
        let before_birthday = (today.month(), today.day()) < (born.month(), born.day());
        let years = today.year() - born.year() - i16::from(before_birthday);
        (years >= 0).then_some(years)
    }
}

fn current<'a>(list: &'a Value, uses: &[&str]) -> &'a Value {
    let all = || list.as_array().into_iter().flatten();
    uses.iter()
        .find_map(|wanted| all().find(|v| v["use"] == *wanted && v["period"]["end"].is_null()))
        .or_else(|| all().find(|v| v["use"] != "old" && v["use"] != "maiden"))
        .or_else(|| all().next())
        .unwrap_or(&Value::Null)
}

fn is_verified(identifier: &Value) -> bool {
    identifier["extension"].as_array().into_iter().flatten().any(|e| {
        e["url"] == VERIFICATION
            && e["valueCodeableConcept"]["coding"].as_array().into_iter().flatten().any(|c| c["code"] == "01")
    })
}

fn identifiers(patient: &Value) -> Vec<String> {
    let all = patient["identifier"].as_array().into_iter().flatten();
    all.filter(|i| !text(&i["value"]).is_empty())
        .map(|i| format!("{}|{}", text(&i["system"]), text(&i["value"])))
        .collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().trim().to_owned()
}

fn strings(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().map(text).filter(|s| !s.is_empty()).collect()
}

fn one_line(address: &Value) -> String {
    let whole = text(&address["text"]);
    if !whole.is_empty() {
        return whole;
    }
    let mut parts = strings(&address["line"]);
    parts.extend([text(&address["city"]), text(&address["postalCode"])].into_iter().filter(|s| !s.is_empty()));
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use serde_json::json;

    #[test]
    fn a_patient_is_read_and_what_is_missing_is_said() -> Result<(), DemographicsError> {
        let person = Demographics::from_fhir(&json!({
            "resourceType": "Patient", "id": "p1", "birthDate": "1938-11-23",
            "identifier": [{"system": NhsNumber::SYSTEM, "value": "9434765919", "extension": [{"url": VERIFICATION,
                "valueCodeableConcept": {"coding": [{"code": "01"}]}}]}],
            "name": [{"use": "maiden", "family": "Old"}, {"use": "official", "family": "Okafor", "given": ["Ngozi", "May"]}],
            "address": [{"line": ["1 Test Row"], "city": "London", "postalCode": "N1 0AA"}]
        }))?;
        assert_eq!(person.display_name(), "OKAFOR, Ngozi May");
        assert!(person.nhs_number_verified);
        assert_eq!(*person.identifiers.reveal(), [format!("{}|9434765919", NhsNumber::SYSTEM)]);
        assert_eq!(person.address.reveal(), "1 Test Row, London, N1 0AA");
        assert_eq!(person.age(date(2026, 11, 22)), Some(87));
        assert_eq!(person.age(date(2026, 11, 23)), Some(88));

        let bare = Demographics::from_fhir(&json!({"resourceType": "Patient", "id": "x", "birthDate": "1938"}))?;
        assert_eq!(bare.display_name(), "Name not recorded");
        assert_eq!(bare.age(date(2026, 11, 22)), None);
        Ok(())
    }

    #[test]
    fn what_is_no_patient_is_refused() {
        assert_eq!(Demographics::from_fhir(&json!([])), Err(DemographicsError::NotAPatient));
        assert_eq!(Demographics::from_fhir(&json!({"resourceType": "Patient"})), Err(DemographicsError::NoId));
    }
}
