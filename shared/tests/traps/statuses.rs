//! Trap 5: entries that hold no more, never held, or say that something must not be.

use serde_json::{Value, json};

use super::corpus::real;
use super::fixture::*;

fn status_of(kind: &str, more: Value) -> String {
    str_of(&one(made(kind, "x", more))["status"]).to_owned()
}

fn medicine(kind: &str, more: Value) -> Value {
    made(kind, "x", with(json!({"medicationCodeableConcept": {"text": "Warfarin"}}), more))
}

#[test]
fn trap_05_a_medicine_has_the_status_that_was_written() {
    for (kind, status, expected) in [
        ("MedicationRequest", "active", "active"),
        ("MedicationRequest", "on-hold", "inactive"),
        ("MedicationRequest", "cancelled", "stopped"),
        ("MedicationRequest", "completed", "inactive"),
        ("MedicationRequest", "entered-in-error", "entered-in-error"),
        ("MedicationRequest", "stopped", "stopped"),
        ("MedicationRequest", "draft", "unknown"),
        ("MedicationRequest", "unknown", "unknown"),
        ("MedicationRequest", "ended", "unknown"),
        ("MedicationStatement", "active", "active"),
        ("MedicationStatement", "intended", "unknown"),
        ("MedicationStatement", "not-taken", "stopped"),
        ("MedicationStatement", "completed", "inactive"),
        ("MedicationStatement", "on-hold", "inactive"),
        ("MedicationStatement", "stopped", "stopped"),
        ("MedicationDispense", "preparation", "unknown"),
        ("MedicationDispense", "in-progress", "active"),
        ("MedicationDispense", "cancelled", "stopped"),
        ("MedicationDispense", "completed", "unknown"),
        ("MedicationDispense", "declined", "stopped"),
        ("MedicationAdministration", "in-progress", "active"),
        ("MedicationAdministration", "not-done", "stopped"),
        ("MedicationAdministration", "completed", "unknown"),
        ("MedicationAdministration", "stopped", "stopped"),
        ("MedicationAdministration", "entered-in-error", "entered-in-error"),
    ] {
        let item = one(medicine(kind, json!({"status": status})));
        assert_eq!(item["status"], expected, "{kind} {status}");
        if expected != "active" && expected != "entered-in-error" {
            assert!(said(&item).contains(&status.replace('-', " ")), "{kind} {status}: the word is shown: {item}");
        }
    }
}

#[test]
fn trap_05_medicines_that_are_over_are_not_on_the_glance() {
    for status in ["completed", "stopped", "cancelled", "entered-in-error"] {
        let seen = alone(MEDICINES, medicine("MedicationRequest", json!({"status": status})));
        assert!(seen.glance("critical-medicine").is_empty(), "{status}");
    }
    let held = alone(MEDICINES, medicine("MedicationRequest", json!({"status": "on-hold"})));
    assert!(held.glance("critical-medicine").iter().all(|g| said(g).contains("on hold")));
}

#[test]
fn trap_05_a_status_is_known_however_it_is_spelled() {
    for status in [
        json!("Stopped"),
        json!(" stopped "),
        json!("STOPPED"),
        json!({"coding": [{"code": "stopped"}]}),
        json!(["stopped"]),
    ] {
        assert_eq!(
            status_of("MedicationRequest", json!({"medicationCodeableConcept": {"text": "x"}, "status": status})),
            "stopped",
            "{status}"
        );
    }
    for verification in [
        json!("entered-in-error"),
        json!({"text": "Entered in Error"}),
        json!({"coding": [{"code": "ENTERED-IN-ERROR"}]}),
        json!({"coding": [{"system": "urn:local", "code": "17"}, {"code": "entered-in-error"}]}),
        json!({"coding": [{"code": "confirmed"}, {"code": "entered-in-error"}]}),
        json!([{"coding": [{"code": "entered-in-error"}]}]),
        json!({"coding": [{"display": "Entered in error"}]}),
    ] {
        for kind in ["AllergyIntolerance", "Condition"] {
            let more = json!({"code": {"text": "Penicillin"}, "clinicalStatus": coded("x", "active"), "verificationStatus": verification});
            assert_eq!(status_of(kind, more), "entered-in-error", "{kind} {verification}");
        }
    }
}

#[test]
fn trap_05_not_taken_never_hides_that_an_entry_was_an_error() {
    assert_eq!(
        status_of(
            "MedicationStatement",
            json!({"status": "entered-in-error", "taken": "n", "medicationCodeableConcept": {"text": "x"}})
        ),
        "entered-in-error"
    );
    assert_eq!(
        status_of(
            "MedicationStatement",
            json!({"status": "active", "taken": "n", "medicationCodeableConcept": {"text": "x"}})
        ),
        "stopped"
    );
}

#[test]
fn trap_05_do_not_perform_turns_every_order_into_its_opposite() {
    for flag in [json!(true), json!("true"), json!("True")] {
        let item = one(medicine("MedicationRequest", json!({"status": "active", "doNotPerform": flag})));
        assert_eq!(
            (&item["status"], &item["text"]),
            (&json!("not-to-be-given"), &json!("DO NOT GIVE: Warfarin")),
            "{flag}"
        );
    }
    for kind in ["ServiceRequest", "DeviceRequest", "NutritionOrder", "CommunicationRequest", "Whatever"] {
        let item =
            one(made(kind, "x", json!({"status": "active", "doNotPerform": true, "code": {"text": "Intubation"}})));
        assert_eq!(item["status"], "not-to-be-given", "{kind}");
        assert!(str_of(&item["text"]).starts_with("DO NOT"), "{item}");
    }
    let error = one(medicine("MedicationRequest", json!({"status": "entered-in-error", "doNotPerform": true})));
    assert_eq!(error["status"], "entered-in-error");
}

#[test]
fn trap_05_a_modifier_nobody_knows_marks_the_item_wherever_it_stands() {
    let stopped = json!([{"url": "http://x.example/therapy-definitively-stopped", "valueBoolean": true}]);
    let direct = medicine("MedicationRequest", json!({"status": "active", "modifierExtension": stopped}));
    let in_dose = medicine(
        "MedicationRequest",
        json!({"status": "active", "dosageInstruction": [{"text": "1", "modifierExtension": stopped}]}),
    );
    let contained = made(
        "MedicationRequest",
        "x",
        json!({"status": "active", "medicationReference": {"reference": "#m"},
        "contained": [{"resourceType": "Medication", "id": "m", "code": {"text": "Warfarin"}, "modifierExtension": stopped}]}),
    );
    for resource in [direct, in_dose, contained] {
        let item = one(resource.clone());
        assert_eq!((&item["status"], &item["read_the_source"]), (&json!("unknown"), &json!(true)), "{resource}");
        assert!(said(&item).contains("therapy-definitively-stopped"), "{item}");
    }
    for kind in [
        "AllergyIntolerance",
        "Condition",
        "Flag",
        "Consent",
        "Immunization",
        "Procedure",
        "Observation",
        "DeviceUseStatement",
        "Goal",
        "Unheard",
    ] {
        let item = one(made(
            kind,
            "x",
            json!({"status": "active", "code": {"text": "Thing"}, "clinicalStatus": "active", "modifierExtension": stopped}),
        ));
        assert!(item["read_the_source"] == true && item["status"] == "unknown", "{kind}: {item}");
    }
}

#[test]
fn trap_05_a_modifier_on_the_document_or_the_person_is_told() {
    for entry in [0, 1] {
        let mut document = bundle(&[], &[]);
        document["entry"][entry]["resource"]["modifierExtension"] = json!([{"url": "urn:x:not-for-use"}]);
        assert!(read(&document).notice("modified"), "{entry}");
    }
    let mut document = bundle(&[], &[]);
    document["implicitRules"] = json!("urn:x:rules");
    assert!(read(&document).notice("modified"));
    assert!(!read(&bundle(&[], &[])).notice("modified"));
}

#[test]
fn trap_05_the_record_of_the_medicine_itself_can_be_an_error() {
    let request = made(
        "MedicationRequest",
        "x",
        json!({"status": "active", "medicationReference": {"reference": "#m"},
        "contained": [{"resourceType": "Medication", "id": "m", "status": "entered-in-error", "code": {"text": "Warfarin"}}]}),
    );
    let item = one(request);
    assert!(
        item["status"] == "unknown" && item["read_the_source"] == true && said(&item).contains("entered in error"),
        "{item}"
    );
}

#[test]
fn trap_05_the_record_of_the_device_itself_can_be_an_error() {
    let inside =
        json!([{"resourceType": "Device", "id": "d", "status": "entered-in-error", "type": {"text": "Pacemaker"}}]);
    let item = one(made(
        "DeviceUseStatement",
        "x",
        json!({"status": "active", "device": {"reference": "#d"}, "contained": inside}),
    ));
    assert!(
        item["status"] == "unknown" && item["read_the_source"] == true && said(&item).contains("entered in error"),
        "{item}"
    );
}

#[test]
fn trap_05_what_was_not_given_or_not_done_says_so_first() {
    let vaccine = one(made(
        "Immunization",
        "x",
        json!({"status": "not-done", "vaccineCode": {"text": "Influenza"}, "statusReason": {"text": "Egg allergy"}}),
    ));
    assert_eq!((&vaccine["status"], &vaccine["text"]), (&json!("negative"), &json!("Not given: Influenza")));
    assert!(said(&vaccine).contains("Egg allergy"));
    let procedure = one(made("Procedure", "x", json!({"status": "not-done", "code": {"text": "Pacemaker insertion"}})));
    assert_eq!(
        (&procedure["status"], &procedure["text"]),
        (&json!("negative"), &json!("Not done: Pacemaker insertion"))
    );
    let seen = alone(
        PROCEDURES,
        made("Procedure", "x", json!({"status": "not-done", "code": {"text": "Pacemaker insertion"}})),
    );
    assert!(seen.glance("device").is_empty());
    for (status, expected) in [
        ("preparation", "unknown"),
        ("in-progress", "active"),
        ("on-hold", "inactive"),
        ("stopped", "stopped"),
        ("completed", "active"),
        ("entered-in-error", "entered-in-error"),
        ("unknown", "unknown"),
    ] {
        assert_eq!(status_of("Procedure", json!({"status": status, "code": {"text": "Stent"}})), expected, "{status}");
    }
    let weak = one(made(
        "Immunization",
        "x",
        json!({"status": "completed", "vaccineCode": {"text": "Tetanus"}, "isSubpotent": true}),
    ));
    assert!(said(&weak).contains("sub-potent"), "{weak}");
}

#[test]
fn trap_05_problems_and_allergies_keep_both_their_statuses() {
    for kind in ["AllergyIntolerance", "Condition"] {
        for (clinical, verification, expected) in [
            ("active", "confirmed", "active"),
            ("active", "unconfirmed", "active"),
            ("active", "refuted", "refuted"),
            ("active", "entered-in-error", "entered-in-error"),
            ("resolved", "confirmed", "inactive"),
            ("inactive", "confirmed", "inactive"),
            ("sleeping", "confirmed", "unknown"),
        ] {
            let more = json!({"code": {"text": "Thing"}, "clinicalStatus": coded("x", clinical), "verificationStatus": coded("x", verification)});
            let item = one(made(kind, "x", more));
            assert_eq!(item["status"], expected, "{kind} {clinical} {verification}");
            if !matches!(verification, "confirmed" | "refuted" | "entered-in-error") {
                assert!(said(&item).contains(verification));
            }
        }
        assert_eq!(status_of(kind, json!({"code": {"text": "Thing"}})), "unknown");
    }
    for (clinical, expected) in [("remission", "inactive"), ("recurrence", "active"), ("relapse", "active")] {
        assert_eq!(
            status_of("Condition", json!({"code": {"text": "x"}, "clinicalStatus": coded("x", clinical)})),
            expected
        );
    }
    assert_eq!(status_of("Condition", json!({"code": {"text": "x"}, "abatementDateTime": "2010"})), "inactive");
    for verification in ["differential", "provisional"] {
        let item = one(made(
            "Condition",
            "x",
            json!({"code": {"text": "x"}, "clinicalStatus": "active", "verificationStatus": coded("x", verification)}),
        ));
        assert!(said(&item).contains(verification));
    }
}

#[test]
fn trap_05_alerts_consents_goals_documents_and_plans_that_are_over_are_over() {
    for (kind, field, status, expected) in [
        ("Flag", "status", "active", "active"),
        ("Flag", "status", "inactive", "inactive"),
        ("Flag", "status", "entered-in-error", "entered-in-error"),
        ("Consent", "status", "active", "active"),
        ("Consent", "status", "inactive", "inactive"),
        ("Consent", "status", "rejected", "refuted"),
        ("Consent", "status", "draft", "unknown"),
        ("Consent", "status", "proposed", "unknown"),
        ("Consent", "status", "entered-in-error", "entered-in-error"),
        ("Goal", "lifecycleStatus", "active", "active"),
        ("Goal", "lifecycleStatus", "cancelled", "stopped"),
        ("Goal", "lifecycleStatus", "completed", "inactive"),
        ("Goal", "lifecycleStatus", "rejected", "refuted"),
        ("Goal", "lifecycleStatus", "on-hold", "inactive"),
        ("Goal", "lifecycleStatus", "entered-in-error", "entered-in-error"),
        ("DocumentReference", "status", "current", "active"),
        ("DocumentReference", "status", "superseded", "inactive"),
        ("DocumentReference", "docStatus", "entered-in-error", "entered-in-error"),
        ("CarePlan", "status", "revoked", "stopped"),
        ("CarePlan", "status", "completed", "inactive"),
        ("ServiceRequest", "status", "revoked", "stopped"),
        ("DeviceUseStatement", "status", "completed", "inactive"),
        ("DeviceUseStatement", "status", "stopped", "stopped"),
        ("DeviceUseStatement", "status", "entered-in-error", "entered-in-error"),
        ("Device", "status", "inactive", "inactive"),
        ("Observation", "status", "entered-in-error", "entered-in-error"),
        ("Observation", "status", "cancelled", "inactive"),
        ("Observation", "status", "unknown", "unknown"),
        ("DiagnosticReport", "status", "partial", "active"),
        ("DiagnosticReport", "status", "appended", "active"),
        ("DiagnosticReport", "status", "entered-in-error", "entered-in-error"),
        ("Encounter", "status", "cancelled", "stopped"),
        ("Encounter", "status", "planned", "unknown"),
        ("FamilyMemberHistory", "status", "entered-in-error", "entered-in-error"),
        ("ClinicalImpression", "status", "entered-in-error", "entered-in-error"),
        ("CareTeam", "status", "inactive", "inactive"),
    ] {
        let mut more = json!({"code": {"text": "DNACPR"}, "description": {"text": "DNACPR"}, "category": [{"text": "DNACPR"}], "type": {"text": "DNACPR"}, "title": "DNACPR"});
        more[field] = json!(status);
        assert_eq!(status_of(kind, more), expected, "{kind} {status}");
    }
}

#[test]
fn trap_05_nothing_that_is_over_or_wrong_looks_active_on_the_glance() {
    for (kind, more) in [
        ("Flag", json!({"status": "inactive", "code": {"text": "Violent dog"}})),
        ("Flag", json!({"status": "entered-in-error", "code": {"text": "Violent dog"}})),
        ("Consent", json!({"status": "inactive", "category": [coded("x", "dnr")]})),
        ("Consent", json!({"status": "rejected", "category": [coded("x", "dnr")]})),
        (
            "Observation",
            json!({"status": "entered-in-error", "code": coded(SCT, "304251008"), "valueCodeableConcept": coded(SCT, "450476008")}),
        ),
        ("Goal", json!({"lifecycleStatus": "cancelled", "description": {"text": "Do not resuscitate"}})),
        ("DocumentReference", json!({"status": "superseded", "type": {"text": "DNACPR form"}})),
        (
            "AllergyIntolerance",
            json!({"code": {"text": "Penicillin"}, "criticality": "high", "verificationStatus": coded("x", "refuted")}),
        ),
        (
            "AllergyIntolerance",
            json!({"code": {"text": "Penicillin"}, "criticality": "high", "verificationStatus": coded("x", "entered-in-error")}),
        ),
        ("DeviceUseStatement", json!({"status": "completed", "device": {"display": "Pacemaker"}})),
        (
            "Observation",
            json!({"status": "entered-in-error", "code": coded("http://loinc.org", "82810-3"), "valueCodeableConcept": {"text": "Pregnant"}}),
        ),
    ] {
        let seen = alone("zz", made(kind, "x", more.clone()));
        let lines = seen.0["glance"].as_array().unwrap();
        assert!(lines.iter().all(|g| g["item"].is_null() && g["alert"] == false), "{kind} {more}: {lines:#?}");
    }
}

#[test]
fn trap_05_in_the_corpus_do_not_perform_is_not_to_be_given() {
    for real in real(&["jddamore_IPSviewer/US_MEDITECH_ips_2.json", "jddamore_IPSviewer/US_MEDITECH_ips_3.json"]) {
        let forbidden: Vec<_> = real.seen.items().into_iter().filter(|i| i["status"] == "not-to-be-given").collect();
        assert!(forbidden.len() >= 2 && forbidden.iter().all(|i| str_of(&i["text"]).starts_with("DO NOT GIVE: ")));
        assert!(real.seen.glance("critical-medicine").iter().all(|g| !said(g).contains("stopped")));
    }
}

#[test]
fn trap_05_in_the_corpus_medicines_that_are_over_are_told_apart() {
    for (file, status, words) in [
        ("jddamore_IPSviewer/US_MEDITECH_ips_3.json", "not-to-be-given", "cancelled"),
        ("jddamore_IPSviewer/CA-IPS-Bundle1Example.json", "inactive", "completed"),
        ("HL7_fhir-ips@sushi/Bundle-bundle-ips-all-sections.json", "stopped", "stopped"),
        ("FHIR_fhir-test-cases/ips-link.json", "unknown", ""),
    ] {
        for real in real(&[file]) {
            let medicines =
                real.seen.items().into_iter().filter(|i| str_of(&i["resource_type"]).starts_with("Medication"));
            assert!(
                medicines.clone().any(|i| i["status"] == status && said(i).contains(words)),
                "{file}: {status} {words}"
            );
        }
    }
}

#[test]
fn trap_05_in_the_corpus_vaccines_not_given_and_procedures_not_done_say_so() {
    for real in real(&[
        "jddamore_IPSviewer/US_MEDITECH_ips_2.json",
        "jddamore_IPSviewer/US_Dynamic_Health_IT_Happy_Kid_FHIR_Bundle-IPS.json",
    ]) {
        let not_done = |r: &&Value| r["status"] == "not-done";
        for item in real
            .seen
            .items()
            .into_iter()
            .filter(|i| not_done(&real.document.resource(i["entry"].as_u64().unwrap() as usize)))
        {
            assert!(item["status"] == "negative" && str_of(&item["text"]).starts_with("Not "), "{item}");
        }
        assert!(real.seen.items().iter().any(|i| str_of(&i["text"]).starts_with("Not given: ")));
    }
}

#[test]
fn trap_05_in_the_corpus_problems_that_are_over_are_inactive() {
    for real in real(&[
        "HL7_fhir-ips@sushi/Bundle-IPS-examples-Bundle-01.json",
        "jddamore_IPSviewer/CH_HL7CH_Examples_01.json",
        "RACSEL_IPS-viewer/example1.json",
    ]) {
        let over = |r: &Value| {
            ["remission", "inactive", "resolved"].iter().any(|s| r["clinicalStatus"]["coding"][0]["code"] == **s)
        };
        let mut count = 0;
        for item in real
            .seen
            .items()
            .into_iter()
            .filter(|i| over(real.document.resource(i["entry"].as_u64().unwrap() as usize)))
        {
            count += 1;
            assert_eq!(item["status"], "inactive");
        }
        assert!(count > 0);
    }
}
