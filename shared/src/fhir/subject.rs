//! Whose document it is.
//!
//! With an NHS number on both sides the number decides, and a contradicting date of birth still refuses. People
//! without one (visitors, imported documents) are tied by the Patient's id or by a business identifier that both
//! sides carry with its system, and neither name nor date of birth may contradict.

use serde_json::Value;

use super::concept::concept_text;
use super::lens::{items, text};
use super::{Document, Target};
use crate::identity::{Demographics, NhsNumber};

/// The Patient that the Composition is about.
#[derive(Clone, Copy)]
pub enum Subject<'a> {
    /// Found: its entry (none when it is contained in the Composition) and the resource.
    Patient(Option<usize>, &'a Value),
    /// Several Patients, and the Composition points to none of them.
    Unclear,
    /// No readable Patient.
    None,
}

/// Why a document may not be shown for the person who was asked for. Holds nothing of either.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WrongPerson {
    /// The document has no Patient that can be read.
    #[error("The document does not say whom it is about, so it is not shown. Ask the sender.")]
    NoPatient,
    /// Several Patients, and the Composition points to none of them.
    #[error("The document names several people and does not say whom it is about, so it is not shown. Ask the sender.")]
    SubjectUnclear,
    /// Another NHS number.
    #[error("The document is about a person with another NHS number, so it is not shown. Check whom you asked for.")]
    AnotherNhsNumber,
    /// Another date of birth.
    #[error("The document is about a person with another date of birth, so it is not shown. Check whom you asked for.")]
    AnotherBirthDate,
    /// Another family name, and no NHS number that would explain it.
    #[error("The document is about a person of another name, so it is not shown. Check whom you asked for.")]
    AnotherName,
    /// Neither an NHS number, nor the id, nor a business identifier in common.
    #[error("Nothing in the document proves that it is about this person, so it is not shown. Ask the sender.")]
    NothingInCommon,
}

impl Document {
    /// The Patient that the Composition is about. A subject that points nowhere means the only Patient there is.
    pub fn subject(&self) -> Subject<'_> {
        let reference = items(&self.composition()["subject"]).into_iter().next();
        match reference.map(|r| self.resolve(self.composition_index(), r)) {
            Some(Target::Entry(at, patient)) if patient["resourceType"] == "Patient" => {
                Subject::Patient(Some(at), patient)
            }
            Some(Target::Contained(patient)) if patient["resourceType"] == "Patient" => Subject::Patient(None, patient),
            Some(Target::Unreadable(_)) => Subject::None,
            _ => self.only_patient(),
        }
    }

    fn only_patient(&self) -> Subject<'_> {
        let mut patients = self.of_type("Patient");
        match (patients.next(), patients.next()) {
            (None, _) => Subject::None,
            (Some(_), Some(_)) => Subject::Unclear,
            (Some(at), None) if self.resource(at).is_null() => Subject::None,
            (Some(at), None) => Subject::Patient(Some(at), self.resource(at)),
        }
    }
}

/// Whether the document is about the person who was asked for. To be called before anything of it is stored or shown.
///
/// # Errors
/// See [`WrongPerson`].
pub fn check_subject(document: &Document, expected: &Demographics) -> Result<(), WrongPerson> {
    let patient = match document.subject() {
        Subject::Patient(_, patient) => patient,
        Subject::Unclear => return Err(WrongPerson::SubjectUnclear),
        Subject::None => return Err(WrongPerson::NoPatient),
    };
    let numbers = nhs_numbers(patient);
    if contradicts(&text(&patient["birthDate"]), expected.birth_date.reveal()) {
        return Err(WrongPerson::AnotherBirthDate);
    }
    match expected.nhs_number {
        Some(number) if numbers.contains(&number) => Ok(()),
        Some(_) if !numbers.is_empty() => Err(WrongPerson::AnotherNhsNumber),
        Some(_) => same_name(patient, expected).and_then(|()| same_id(patient, expected)),
        None => same_name(patient, expected)
            .and_then(|()| same_id(patient, expected).or_else(|e| same_identifier(patient, expected).ok_or(e))),
    }
}

fn same_id(patient: &Value, expected: &Demographics) -> Result<(), WrongPerson> {
    let id = text(&patient["id"]);
    (!id.is_empty() && id == expected.patient.as_str()).then_some(()).ok_or(WrongPerson::NothingInCommon)
}

// An identifier without its system is no proof: `123` is somebody in every hospital.
fn same_identifier(patient: &Value, expected: &Demographics) -> Option<()> {
    let theirs = identifiers(patient);
    let ours = expected.identifiers.reveal().iter().map(|i| squeezed(i)).filter(|i| !i.starts_with('|'));
    ours.into_iter().any(|i| theirs.iter().any(|t| squeezed(t) == i)).then_some(())
}

/// All business identifiers of a Patient as `system|value`, cleaned of what the eye cannot see.
pub(crate) fn identifiers(patient: &Value) -> Vec<String> {
    items(&patient["identifier"])
        .into_iter()
        .map(|i| (text(&i["system"]), text(&i["value"])))
        .filter(|(_, value)| !value.is_empty())
        .map(|(system, value)| format!("{system}|{value}"))
        .collect()
}

fn squeezed(identifier: &str) -> String {
    identifier.chars().filter(|c| !c.is_whitespace()).collect()
}

/// The valid NHS numbers of a Patient, those in use first, under any of the systems there are; padding and invisible
/// characters are ignored.
pub(crate) fn nhs_numbers(patient: &Value) -> Vec<NhsNumber> {
    let (old, current): (Vec<&Value>, Vec<&Value>) =
        items(&patient["identifier"]).into_iter().partition(|i| i["use"] == "old");
    current
        .into_iter()
        .chain(old)
        .filter(|i| is_nhs_system(&text(&i["system"])) || concept_text(&i["type"]).eq_ignore_ascii_case("nhs number"))
        .filter_map(|i| {
            let digits: String = text(&i["value"]).chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
            NhsNumber::parse(&digits).ok()
        })
        .collect()
}

fn is_nhs_system(system: &str) -> bool {
    system == NhsNumber::SYSTEM
        || ["/Id/nhs-number", "/id/nhs-number", "2.16.840.1.113883.2.1.4.1"].iter().any(|end| system.ends_with(end))
}

// Partial dates contradict only in what both of them say.
fn contradicts(theirs: &str, ours: &str) -> bool {
    let (theirs, ours) = (theirs.split('T').next().unwrap_or_default(), ours.split('T').next().unwrap_or_default());
    !theirs.is_empty() && !ours.is_empty() && !theirs.starts_with(ours) && !ours.starts_with(theirs)
}

fn same_name(patient: &Value, expected: &Demographics) -> Result<(), WrongPerson> {
    let expected = letters(expected.family.reveal());
    let names: Vec<String> = items(&patient["name"]).into_iter().flat_map(family_words).collect();
    let agrees = expected.is_empty()
        || names.is_empty()
        || names.iter().any(|n| n.contains(&expected) || expected.contains(n.as_str()));
    agrees.then_some(()).ok_or(WrongPerson::AnotherName)
}

fn family_words(name: &Value) -> Option<String> {
    let family = text(&name["family"]);
    let whole = if family.is_empty() { text(&name["text"]) } else { family };
    Some(letters(&whole)).filter(|w| !w.is_empty())
}

// `O'Brien`, `OBRIEN` and `O’Brien` are one name, and so are Müller, Muller and Mueller's first spelling.
fn letters(name: &str) -> String {
    name.chars().flat_map(char::to_lowercase).map(unaccented).filter(|c| c.is_alphanumeric()).collect()
}

const fn unaccented(c: char) -> char {
    match c {
        'à'..='å' | 'ā' | 'ă' | 'ą' => 'a',
        'ç' | 'ć' | 'č' => 'c',
        'è'..='ë' | 'ē' | 'ę' | 'ě' => 'e',
        'ì'..='ï' | 'ī' | 'ı' => 'i',
        'ñ' | 'ń' | 'ň' => 'n',
        'ò'..='ö' | 'ø' | 'ō' | 'ő' => 'o',
        'ù'..='ü' | 'ū' | 'ů' | 'ű' => 'u',
        'ý' | 'ÿ' => 'y',
        'š' | 'ś' | 'ş' | 'ș' => 's',
        'ž' | 'ź' | 'ż' => 'z',
        'ł' => 'l',
        'ğ' => 'g',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const NUMBER: &str = "9434765919";

    fn document(subject: Value, patients: &[Value]) -> Document {
        let mut entries = vec![json!({"resource": {"resourceType": "Composition", "subject": subject}})];
        entries.extend(patients.iter().map(|p| json!({"resource": p})));
        let bundle = json!({"resourceType": "Bundle", "type": "document", "entry": entries});
        Document::read(bundle.to_string().as_bytes()).unwrap()
    }

    fn patient(id: &str, more: Value) -> Value {
        let mut patient = json!({"resourceType": "Patient", "id": id});
        patient.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        patient
    }

    fn expected(more: Value) -> Demographics {
        Demographics::from_fhir(&patient("p1", more)).unwrap()
    }

    fn number(value: &str) -> Value {
        json!({"identifier": [{"system": NhsNumber::SYSTEM, "value": value}]})
    }

    fn check(subject: Value, patients: &[Value], expected: &Demographics) -> Result<(), WrongPerson> {
        check_subject(&document(subject, patients), expected)
    }

    #[test]
    fn the_same_nhs_number_is_accepted_padded_or_with_invisible_characters() {
        let asked = expected(number(NUMBER));
        for written in [NUMBER, " 943 476 5919 ", "943\u{200b}4765919", "943-476-5919"] {
            assert_eq!(
                check(json!({"reference": "Patient/x"}), &[patient("x", number(written))], &asked),
                Ok(()),
                "{written}"
            );
        }
    }

    #[test]
    fn a_document_of_another_nhs_number_is_refused_whatever_else_agrees() {
        let asked = expected(number(NUMBER));
        let other = patient("p1", number("9876543210"));
        assert_eq!(check(json!({"reference": "Patient/p1"}), &[other], &asked), Err(WrongPerson::AnotherNhsNumber));
    }

    #[test]
    fn the_subject_counts_when_there_are_several_patients() {
        let asked = expected(number(NUMBER));
        let people = [patient("mother", number(NUMBER)), patient("baby", number("9876543210"))];
        assert_eq!(check(json!({"reference": "Patient/baby"}), &people, &asked), Err(WrongPerson::AnotherNhsNumber));
        assert_eq!(check(json!({"reference": "Patient/mother"}), &people, &asked), Ok(()));
        assert_eq!(check(json!({"reference": "Patient/nobody"}), &people, &asked), Err(WrongPerson::SubjectUnclear));
        assert_eq!(check(json!(null), &[], &asked), Err(WrongPerson::NoPatient));
    }

    #[test]
    fn without_an_nhs_number_the_id_must_be_the_one_asked_for_and_nothing_may_contradict() {
        let mut facts = number(NUMBER);
        facts["name"] = json!([{"family": "O'Brien"}]);
        facts["birthDate"] = json!("1950-03-01");
        let asked = expected(facts);
        let ask = |id: &str, facts: Value| {
            check(json!({"reference": format!("Patient/{id}")}), &[patient(id, facts)], &asked)
        };
        assert_eq!(ask("p1", json!({"name": [{"family": "OBRIEN"}], "birthDate": "1950"})), Ok(()));
        assert_eq!(ask("p1", json!({})), Ok(()));
        assert_eq!(ask("p2", json!({"name": [{"family": "OBRIEN"}]})), Err(WrongPerson::NothingInCommon));
        assert_eq!(ask("p1", json!({"name": [{"family": "Smith"}]})), Err(WrongPerson::AnotherName));
        assert_eq!(ask("p1", json!({"birthDate": "1950-04"})), Err(WrongPerson::AnotherBirthDate));
    }

    #[test]
    fn a_contradicting_date_of_birth_refuses_even_with_the_same_number() {
        let mut facts = number(NUMBER);
        facts["birthDate"] = json!("1950-03-01");
        let asked = expected(facts.clone());
        facts["birthDate"] = json!("1951");
        assert_eq!(
            check(json!({"reference": "Patient/x"}), &[patient("x", facts)], &asked),
            Err(WrongPerson::AnotherBirthDate)
        );
    }

    #[test]
    fn a_document_from_abroad_is_tied_by_an_identifier_with_its_system() {
        let asked = expected(
            json!({"identifier": [{"system": "urn:oid:2.16.840.1.113883.2.4.6.3", "value": "574687583"}, {"value": "7"}]}),
        );
        let with = |identifier: Value| {
            check(json!({"reference": "Patient/nl"}), &[patient("nl", json!({"identifier": [identifier]}))], &asked)
        };
        assert_eq!(with(json!({"system": "urn:oid:2.16.840.1.113883.2.4.6.3", "value": "574687583\u{200b}"})), Ok(()));
        assert_eq!(with(json!({"system": "urn:other", "value": "574687583"})), Err(WrongPerson::NothingInCommon));
        assert_eq!(with(json!({"value": "7"})), Err(WrongPerson::NothingInCommon));
    }

    #[test]
    fn refusals_hold_nothing_of_the_person() {
        let asked = expected(json!({"name": [{"family": "Secretname"}], "birthDate": "1950-03-01"}));
        let refused = check(json!(null), &[patient("p1", json!({"birthDate": "1960"}))], &asked);
        assert!(refused.is_err_and(|e| !format!("{e:?} {e}").contains("19") && !e.to_string().contains("Secret")));
    }
}
