//! What must hold for every input there is.

use jiff::civil::{Date, date};
use proptest::prelude::*;
use serde_json::{Value, json};
use shared::fhir::{Document, check_subject};
use shared::identity::{Demographics, Role};
use shared::summary::{Narrative, SectionState, Summary, summarise};

const TODAY: Date = date(2026, 11, 22);
const SNOMED: &str = "http://snomed.info/sct";
const ABSENT: &str = "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips";

fn summary_of(bytes: &[u8]) -> Option<Summary> {
    let document = Document::read(bytes).ok()?;
    let summary = summarise(&document, Role::EmergencyClinician, TODAY);
    for entry in 0..document.entries().len() {
        let item = summary.sections.iter().flat_map(|s| &s.items).any(|i| i.entry == entry);
        let other = summary.unread.iter().any(|u| u.entry == entry) || summary.context.iter().any(|c| c.entry == entry);
        assert!(item || other, "entry {entry} is lost");
    }
    Some(summary)
}

/// Any JSON, with names and words that FHIR readers look for.
fn any_json() -> impl Strategy<Value = Value> {
    let word = prop_oneof![
        Just("AllergyIntolerance".to_owned()),
        Just("Observation".to_owned()),
        Just("Composition".to_owned()),
        Just("Patient".to_owned()),
        Just("active".to_owned()),
        Just("entered-in-error".to_owned()),
        Just("true".to_owned()),
        Just("#a".to_owned()),
        Just("Patient/a".to_owned()),
        Just("48765-2".to_owned()),
        Just("2016-10".to_owned()),
        Just("No known allergies".to_owned()),
        ".{0,12}",
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        word.prop_map(Value::from)
    ];
    let name = prop_oneof![
        Just("resourceType"),
        Just("entry"),
        Just("resource"),
        Just("section"),
        Just("code"),
        Just("coding"),
        Just("text"),
        Just("div"),
        Just("reference"),
        Just("subject"),
        Just("status"),
        Just("display"),
        Just("system"),
        Just("extension"),
        Just("modifierExtension"),
        Just("contained"),
        Just("id"),
        Just("fullUrl"),
        Just("_birthDate"),
        Just("valueQuantity"),
        Just("reaction"),
        Just("name"),
        Just("identifier"),
        Just("dosage"),
        Just("category"),
    ];
    leaf.prop_recursive(5, 60, 6, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            proptest::collection::vec((name.clone(), inner), 0..7)
                .prop_map(|m| Value::Object(m.into_iter().map(|(n, v)| (n.to_owned(), v)).collect())),
        ]
    })
}

fn resource_type() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(vec![
        "AllergyIntolerance",
        "MedicationRequest",
        "MedicationStatement",
        "Observation",
        "Condition",
        "Flag",
        "Consent",
        "DocumentReference",
        "Goal",
        "CarePlan",
        "Immunization",
        "Procedure",
        "DeviceUseStatement",
        "Device",
        "DiagnosticReport",
        "Patient",
        "Composition",
        "RelatedPerson",
        "Encounter",
        "Anything",
    ])
}

/// An allergy entry of every kind that has misled a reader, and whether it is a coded statement of none.
fn allergy() -> impl Strategy<Value = (Value, bool, bool)> {
    let codes = vec![
        (json!({"coding": [{"system": SNOMED, "code": "716186003", "display": "No known allergy"}]}), true, false),
        (
            json!({"coding": [{"system": ABSENT, "code": "no-known-allergies"}], "text": "No known allergies"}),
            true,
            false,
        ),
        (json!({"text": "No known allergies"}), false, false),
        (json!({"text": "NO  KNOWN\tALLERGIES"}), false, false),
        (json!({"text": "Patient says: no known allergies"}), false, false),
        (json!({"coding": [{"system": "urn:local", "code": "1", "display": "No Known Allergies"}]}), false, false),
        (
            json!({"coding": [{"system": SNOMED, "code": "409137002", "display": "No known drug allergy"}]}),
            false,
            false,
        ),
        (json!({"coding": [{"system": ABSENT, "code": "no-known-food-allergies"}]}), false, false),
        (json!({"coding": [{"system": ABSENT, "code": "no-allergy-info"}]}), false, false),
        (json!({"coding": [{"system": SNOMED, "code": "1631000175102"}]}), false, false),
        (json!({"text": "Penicillin"}), false, true),
        (json!({"coding": [{"system": SNOMED, "code": "91936005"}]}), false, true),
        (json!({"coding": [{"system": "urn:x", "display": "Latex"}]}), false, true),
    ];
    let verification = proptest::sample::select(vec!["", "confirmed", "unconfirmed", "refuted", "entered-in-error"]);
    let clinical = proptest::sample::select(vec!["", "active", "inactive", "resolved"]);
    (proptest::sample::select(codes), verification, clinical, any::<bool>()).prop_map(
        |((code, none, real), verification, clinical, modified)| {
            let mut it = json!({"resourceType": "AllergyIntolerance", "code": code});
            for (field, status) in [("verificationStatus", verification), ("clinicalStatus", clinical)] {
                if !status.is_empty() {
                    it[field] = json!({"coding": [{"code": status}]});
                }
            }
            if modified {
                it["modifierExtension"] = json!([{"url": "urn:unknown"}]);
            }
            let stands = !matches!(verification, "refuted" | "entered-in-error");
            (it, none && stands && !modified && matches!(clinical, "" | "active"), real && stands)
        },
    )
}

fn section_words() -> impl Strategy<Value = Value> {
    let reason = proptest::sample::select(vec!["", "nilknown", "notasked", "withheld", "unavailable"]);
    let title = proptest::sample::select(vec!["Allergies", "No known allergies", ""]);
    (reason, title, any::<bool>()).prop_map(|(reason, title, coded)| {
        let mut section = json!({"title": title, "text": {"div": "<div>No known allergies</div>"}});
        if coded {
            section["code"] = json!({"coding": [{"code": "48765-2"}]});
        }
        if !reason.is_empty() {
            section["emptyReason"] = json!({"coding": [{"code": reason}], "text": "No known allergies"});
        }
        section
    })
}

/// All that a reader reads but the sender's narrative and raw text.
fn words(summary: &Summary) -> String {
    let mut shown = summary.clone();
    shown.sections.iter_mut().for_each(|s| s.narrative = Narrative::default());
    shown.unread.iter_mut().for_each(|u| u.raw.clear());
    serde_json::to_string(&shown).unwrap_or_default().to_lowercase()
}

proptest! {
    #[test]
    fn any_bytes_are_answered(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = summary_of(&bytes);
    }

    #[test]
    fn any_json_is_answered(json in any_json()) {
        let _ = summary_of(json.to_string().as_bytes());
    }

    #[test]
    fn any_resources_in_a_bundle_are_answered_and_accounted_for(kinds in proptest::collection::vec((resource_type(), any_json()), 0..6), section in any_json()) {
        let mut entries = vec![json!({"resource": {"resourceType": "Composition", "section": section, "subject": {"reference": "Patient/a"}}})];
        for (kind, body) in kinds {
            let mut resource = if body.is_object() { body } else { json!({"code": body}) };
            resource["resourceType"] = json!(kind);
            entries.push(json!({"resource": resource}));
        }
        let bundle = json!({"resourceType": "Bundle", "entry": entries});
        prop_assert!(summary_of(bundle.to_string().as_bytes()).is_some());
    }

    #[test]
    fn a_document_cut_anywhere_is_refused_not_half_shown(at in 0usize..400) {
        let whole = json!({"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Composition", "title": "é".repeat(30)}}, {"resource": {"resourceType": "Flag", "code": {"text": "x".repeat(300)}}}]}).to_string();
        prop_assume!(at < whole.len());
        prop_assert!(Document::read(&whole.as_bytes()[..at]).is_err());
    }

    #[test]
    fn no_known_allergies_is_only_read_where_it_is_coded_and_nothing_contradicts(
        allergies in proptest::collection::vec((allergy(), any::<bool>()), 0..4), mut section in section_words()
    ) {
        let listed: Vec<Value> = allergies.iter().enumerate().filter(|(_, (_, listed))| *listed).map(|(i, _)| json!({"reference": format!("AllergyIntolerance/{i}")})).collect();
        section["entry"] = json!(listed);
        let mut entries = vec![json!({"resource": {"resourceType": "Composition", "section": [section]}})];
        for (i, ((allergy, ..), _)) in allergies.iter().enumerate() {
            let mut allergy = allergy.clone();
            allergy["id"] = json!(i.to_string());
            entries.push(json!({"resource": allergy}));
        }
        let bundle = json!({"resourceType": "Bundle", "entry": entries});
        let summary = summary_of(bundle.to_string().as_bytes()).ok_or_else(|| TestCaseError::fail("a document"))?;
        let (coded, real) = (allergies.iter().any(|((_, none, _), _)| *none), allergies.iter().any(|((.., real), _)| *real));
        if !coded || real {
            prop_assert!(!words(&summary).contains("no known allergies"), "{}", words(&summary));
            prop_assert!(summary.sections.iter().all(|s| s.code != "48765-2" || s.state != SectionState::NoneKnown));
        }
        for (i, ((it, _, real), _)) in allergies.iter().enumerate() {
            let shown = summary.sections.iter().any(|s| s.code == "48765-2" && s.items.iter().any(|item| item.entry == i + 1));
            let hidden = *real && !shown;
            prop_assert!(!hidden, "{it} is hidden");
        }
    }

    #[test]
    fn nobody_is_shown_another_persons_document(asked in any_json(), theirs in any_json()) {
        let person = |body: Value| { let mut p = if body.is_object() { body } else { json!({"name": body}) }; p["resourceType"] = json!("Patient"); p };
        let (mut asked, mut theirs) = (person(asked), person(theirs));
        asked["id"] = json!("a");
        asked["identifier"] = json!([{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": "9434765919"}]);
        theirs["identifier"] = json!([{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": "9876543210"}]);
        let bundle = json!({"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Composition", "subject": {"reference": "Patient/a"}}}, {"resource": theirs}]});
        let document = Document::read(bundle.to_string().as_bytes()).map_err(|e| TestCaseError::fail(e.to_string()))?;
        let asked = Demographics::from_fhir(&asked).map_err(|e| TestCaseError::fail(e.to_string()))?;
        prop_assert!(check_subject(&document, &asked).is_err());
    }
}
