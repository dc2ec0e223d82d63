//! What one line says: statuses, words, values, dates.

use serde_json::json;

use super::super::Status;
use super::*;

fn one(resource: Value) -> Item {
    let summary = read(&bundle(&[section("zz", std::slice::from_ref(&resource))], &[resource]));
    summary.sections.into_iter().flat_map(|s| s.items).next().unwrap()
}

fn medicine(more: Value) -> Item {
    one(with(
        json!({"resourceType": "MedicationRequest", "id": "m", "medicationCodeableConcept": {"text": "Warfarin"}}),
        more,
    ))
}

#[test]
fn a_medicine_that_is_not_taken_never_reads_as_one_that_is() {
    for (status, expected) in [
        ("active", Status::Active),
        ("completed", Status::Inactive),
        ("on-hold", Status::Inactive),
        ("stopped", Status::Stopped),
        ("cancelled", Status::Stopped),
        ("entered-in-error", Status::EnteredInError),
        ("unknown", Status::Unknown),
        ("draft", Status::Unknown),
        ("something-new", Status::Unknown),
    ] {
        assert_eq!(medicine(json!({"status": status})).status, expected, "{status}");
    }
    assert_eq!(medicine(json!({})).status, Status::Unknown);
}

#[test]
fn do_not_perform_turns_the_line_into_its_opposite() {
    for flag in [json!(true), json!("true")] {
        let item = medicine(json!({"status": "active", "doNotPerform": flag}));
        assert_eq!((item.status, item.text.as_str()), (Status::NotToBeGiven, "DO NOT GIVE: Warfarin"));
    }
    let order = one(
        json!({"resourceType": "ServiceRequest", "id": "s", "status": "active", "intent": "order", "doNotPerform": true, "code": {"text": "Intubation"}}),
    );
    assert_eq!((order.status, order.text.as_str()), (Status::NotToBeGiven, "DO NOT DO: Intubation"));
}

#[test]
fn a_modifier_nobody_knows_sends_the_reader_to_the_source() {
    let item = medicine(
        json!({"status": "active", "modifierExtension": [{"url": "http://x.example/therapy-stopped-for-good", "valueBoolean": true}]}),
    );
    assert!(item.read_the_source && item.detail.contains("therapy-stopped-for-good"));
    assert_eq!(item.status, Status::Unknown);
    let nested = medicine(
        json!({"status": "active", "dosageInstruction": [{"text": "1", "modifierExtension": [{"url": "urn:y"}]}]}),
    );
    assert!(nested.read_the_source);
}

#[test]
fn allergies_and_problems_keep_their_two_statuses_apart() {
    let status = |kind: &str, clinical: &str, verification: &str| {
        one(json!({"resourceType": kind, "id": "a", "code": {"text": "Penicillin"}, "clinicalStatus": coded("x", clinical), "verificationStatus": coded("x", verification)})).status
    };
    for kind in ["AllergyIntolerance", "Condition"] {
        assert_eq!(status(kind, "active", "entered-in-error"), Status::EnteredInError);
        assert_eq!(status(kind, "active", "refuted"), Status::Refuted);
        assert_eq!(status(kind, "active", "confirmed"), Status::Active);
        assert_eq!(status(kind, "resolved", "confirmed"), Status::Inactive);
        assert_eq!(status(kind, "inactive", ""), Status::Inactive);
        assert_eq!(status(kind, "zzz", ""), Status::Unknown);
    }
    assert_eq!(status("Condition", "remission", "confirmed"), Status::Inactive);
    assert_eq!(status("Condition", "relapse", "confirmed"), Status::Active);
}

#[test]
fn what_was_not_given_or_not_done_says_so_in_its_first_words() {
    let vaccine = one(
        json!({"resourceType": "Immunization", "id": "i", "status": "not-done", "vaccineCode": {"text": "Influenza"}, "statusReason": {"text": "Refused"}}),
    );
    assert_eq!(
        (vaccine.status, vaccine.text.as_str(), vaccine.detail.as_str()),
        (Status::Negative, "Not given: Influenza", "reason: Refused")
    );
    let procedure = one(
        json!({"resourceType": "Procedure", "id": "p", "status": "not-done", "code": {"text": "Pacemaker insertion"}}),
    );
    assert_eq!(procedure.text, "Not done: Pacemaker insertion");
}

#[test]
fn no_line_is_blank_whatever_is_missing() {
    let text = |resource: Value| one(resource).text;
    assert_eq!(text(allergy("a", coded("urn:oid:1.2", "X7"))), "X7 (urn:oid:1.2)");
    assert_eq!(text(allergy("a", json!({"coding": [{"display": "Penicillin"}]}))), "Penicillin");
    let by_reaction = one(with(allergy("a", json!({})), json!({"reaction": [{"substance": {"text": "Amoxicillin"}}]})));
    assert_eq!(by_reaction.text, "Amoxicillin");
    assert_eq!(
        text(json!({"resourceType": "AllergyIntolerance", "id": "a", "text": {"div": "<div>Bee <b>stings</b></div>"}})),
        "Bee stings"
    );
    let bare = one(json!({"resourceType": "AllergyIntolerance", "id": "a"}));
    assert!(bare.read_the_source && bare.text == "Allergy intolerance without a name: read the source");
    let masked = json!({"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "masked"}]});
    assert_eq!(text(allergy("a", masked)), "Information about allergies is withheld");
}

#[test]
fn a_substance_that_differs_from_the_code_is_shown_beside_it() {
    let item = one(with(
        allergy("a", json!({"text": "Penicillin"})),
        json!({"reaction": [{"substance": {"text": "Amoxicillin"}, "manifestation": [{"text": "Rash"}], "severity": "severe"}]}),
    ));
    assert!(item.detail.contains("substance: Amoxicillin") && item.detail.contains("Rash (severe)"), "{}", item.detail);
}

#[test]
fn old_shapes_are_read() {
    let item = one(
        json!({"resourceType": "AllergyIntolerance", "id": "a", "clinicalStatus": "active", "verificationStatus": "confirmed",
        "code": {"coding": [[{"system": SCT, "code": "1", "display": "Penicillin"}]]}, "assertedDate": "2015", "note": {"text": "told by mother"}}),
    );
    assert_eq!((item.text.as_str(), item.status), ("Penicillin", Status::Active));
    assert!(item.dates.contains(&"recorded 2015".to_owned()) && item.detail.contains("told by mother"));
}

#[test]
fn numbers_and_dates_stay_as_written() {
    let text = r#"{"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Composition"}}, {"resource": {"resourceType": "Observation", "status": "final",
        "code": {"text": "INR"}, "effectiveDateTime": "2016-10", "valueQuantity": {"value": 2.40, "unit": "ratio"}}}]}"#;
    let summary = summarise(&Document::read(text.as_bytes()).unwrap(), Role::EmergencyClinician, TODAY);
    let item = item(&summary, "INR");
    assert_eq!((item.detail.as_str(), item.dates.as_slice()), ("2.40 ratio", &["observed 2016-10".to_owned()][..]));
}

#[test]
fn a_field_given_twice_shows_both_values() {
    let text = r#"{"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Composition", "status": "final"}},
        {"resource": {"resourceType": "AllergyIntolerance", "code": {"text": "Penicillin"}, "criticality": "high", "criticality": "low"}}]}"#;
    let summary = summarise(&Document::read(text.as_bytes()).unwrap(), Role::EmergencyClinician, TODAY);
    let item = item(&summary, "Penicillin");
    assert!(item.read_the_source && item.detail.contains("criticality = \"high\""), "{}", item.detail);
    assert!(notice(&summary, "contradiction"));
}

#[test]
fn medicines_are_found_where_references_lead() {
    let request = json!({"resourceType": "MedicationStatement", "id": "m", "status": "active", "medicationReference": {"reference": "Medication/x"}, "dosage": [{"text": "1 at night"}]});
    let medication = json!({"resourceType": "Medication", "id": "x", "code": {"text": "Apixaban 5 mg"}});
    let summary =
        read(&bundle(&[section(MEDICINES, std::slice::from_ref(&request))], &[request.clone(), medication.clone()]));
    assert_eq!((item(&summary, "Apixaban").detail.as_str(), summary.context.len()), ("1 at night", 3));

    let contained =
        with(request.clone(), json!({"contained": [medication], "medicationReference": {"reference": "#x"}}));
    assert_eq!(one(contained).text, "Apixaban 5 mg");
    let gone = one(request);
    assert!(gone.read_the_source && gone.text == "A medicine that is not in the document (Medication/x)");
}

#[test]
fn doses_are_told_with_or_without_a_sentence_of_the_sender() {
    let dose = |dosage: Value| medicine(json!({"status": "active", "dosageInstruction": dosage})).detail;
    assert_eq!(dose(json!([{"text": "2 puffs", "asNeededBoolean": true}])), "2 puffs, as needed");
    let built = dose(
        json!([{"doseAndRate": [{"doseQuantity": {"value": 5, "unit": "mg"}}], "route": {"text": "oral"}, "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}}}]),
    );
    assert_eq!(built, "5 mg, oral, 1 × per 1 day(s)");
}

#[test]
fn a_type_nobody_knows_is_shown_by_what_it_holds() {
    let item = one(
        json!({"resourceType": "MoonPhase", "id": "x", "name": "Waxing", "status": "shiny", "phaseOfIt": {"text": "first quarter"}, "deep": [{"a": {"b": "inside"}}], "text": {"div": "<p>Seen at night</p>"}}),
    );
    assert_eq!(item.text, "Moon phase: Waxing");
    for words in ["shiny", "phase of it: first quarter", "inside", "Seen at night"] {
        assert!(item.detail.contains(words), "{words} in {}", item.detail);
    }
    assert!(item.read_the_source);
}

#[test]
fn who_says_so_is_named() {
    let role = json!({"resourceType": "PractitionerRole", "id": "r", "practitioner": {"reference": "Practitioner/d"}, "organization": {"display": "Test Surgery"}});
    let doctor = json!({"resourceType": "Practitioner", "id": "d", "name": [{"prefix": ["Dr"], "given": ["Bea"], "family": "Low"}]});
    let pen =
        with(allergy("a", json!({"text": "Penicillin"})), json!({"recorder": {"reference": "PractitionerRole/r"}}));
    let told = with(allergy("b", json!({"text": "Latex"})), json!({"asserter": {"reference": "Patient/p"}}));
    let summary = read(&bundle(&[section(ALLERGIES, &[pen.clone(), told.clone()])], &[pen, told, role, doctor]));
    assert_eq!(item(&summary, "Penicillin").source, "Dr Bea Low, Test Surgery");
    assert_eq!(item(&summary, "Latex").source, "the patient");
}

#[test]
fn whoever_is_only_an_address_is_said_not_to_be_named() {
    let of =
        |recorder: Value| one(with(allergy("a", json!({"text": "Bee stings"})), json!({"recorder": recorder}))).source;
    assert_eq!(of(json!({"reference": "Practitioner/8d1"})), "Practitioner, not named in this document");
    assert_eq!(of(json!({"reference": "PractitionerRole/8d1"})), "Practitioner role, not named in this document");
    assert_eq!(of(json!({"reference": "urn:uuid:8d1"})), "Somebody, not named in this document");
    assert_eq!(of(json!({"reference": "Practitioner/8d1", "display": "Dr Ada Byron"})), "Dr Ada Byron");
    assert_eq!(of(json!({"display": "Dr Ada Byron"})), "Dr Ada Byron");
}
