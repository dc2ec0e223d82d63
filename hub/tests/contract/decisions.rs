use jiff::Timestamp;
use serde_json::json;
use shared::consent::{EmergencyNone, RecordState};
use shared::identity::PatientId;
use shared::lease::Lease;

use crate::world::{World, consent, parameter, patient, purpose, staff};

#[tokio::test]
async fn a_permit_comes_with_grant_lease_and_obligations() {
    let world = World::new().await;
    let session = world.sign_in("crew").await;
    let out = world.decide(&session, "p1", "ETREAT", "care_team").await.json();
    assert_eq!(parameter(&out, "decision"), "PERMIT");
    assert_eq!(parameter(&out, "reason"), "tier-emergency");
    assert_eq!(parameter(&out, "dataset"), "emergency");
    assert_eq!(parameter(&out, "residual"), "forbid R,V");
    assert_eq!(parameter(&out, "breakGlassAvailable"), "true");
    let duties: Vec<_> = out["parameter"].as_array().unwrap().iter().filter(|p| p["name"] == "obligation").collect();
    assert_eq!(duties.len(), 2, "audit and the length of the lease");
    let lease: Lease = serde_json::from_str(&parameter(&out, "lease")).unwrap();
    assert_eq!(lease.patient, PatientId::new("p1"));
    assert!(lease.not_after > Timestamp::now() && lease.shred_at > lease.not_after);
    assert!(parameter(&out, "grant").len() >= 43);
}

#[tokio::test]
async fn a_refusal_is_explained_and_opens_nothing() {
    let world = World::new().await;
    let session = world.sign_in("crew").await;
    let cases = [
        ("p1", "TREAT", "care_team", "role-not-permitted-for-purpose", "false"),
        ("p1", "HPAYMT", "care_team", "role-not-permitted-for-purpose", "false"),
        ("p1", "ETREAT", "none", "no-legitimate-relationship", "false"),
        ("p2", "ETREAT", "care_team", "emergency-denied-btg-available", "true"),
        ("p3", "ETREAT", "care_team", "ask-the-patient", "true"),
    ];
    for (patient, purpose, basis, reason, glass) in cases {
        let answer = world.decide(&session, patient, purpose, basis).await;
        let out = answer.json();
        assert_eq!(answer.status, 200);
        assert_eq!((parameter(&out, "decision"), parameter(&out, "reason")), ("DENY".to_owned(), reason.to_owned()));
        assert_eq!(parameter(&out, "breakGlassAvailable"), glass, "{reason}");
        assert!(parameter(&out, "grant").is_empty() && parameter(&out, "lease").is_empty());
    }
    let clerk = world.sign_in("clerk").await;
    let out = world.decide(&clerk, "p1", "CAREMGT", "care_team").await.json();
    assert_eq!(parameter(&out, "reason"), "role-not-permitted-for-purpose");
}

#[tokio::test]
async fn no_record_and_nobody_look_the_same() {
    let world = World::new().await;
    world.hub.store.insert_resource(patient("gone", "Gone", "1970-01-01", "9449304130")).await.unwrap();
    world.hub.store.set_record_state(&PatientId::new("gone"), RecordState::None).await.unwrap();
    let session = world.sign_in("crew").await;
    let known = world.decide(&session, "gone", "ETREAT", "care_team").await;
    let unknown = world.decide(&session, "never-heard-of", "ETREAT", "care_team").await;
    known.is_problem(404, "not-found");
    assert_eq!((known.status, &known.body), (unknown.status, &unknown.body));
    // Whoever declares no relationship is not told either way.
    for patient in ["gone", "never-heard-of", "p1"] {
        let out = world.decide(&session, patient, "ETREAT", "none").await.json();
        assert_eq!(parameter(&out, "reason"), "no-legitimate-relationship");
    }
}

#[tokio::test]
async fn break_glass_is_a_permit_of_one_hour_that_tells_the_privacy_officer() {
    let world = World::new().await;
    let session = world.sign_in("crew").await;
    let out = world.decide(&session, "p2", "BTG", "incapable").await.json();
    assert_eq!(parameter(&out, "reason"), "break-glass");
    let lease: Lease = serde_json::from_str(&parameter(&out, "lease")).unwrap();
    assert_eq!(lease.not_after.duration_since(lease.issued).as_secs(), 3600);
    let actions: Vec<_> = world.hub.store.access_report("p2").await.unwrap().into_iter().map(|l| l.action).collect();
    assert_eq!(actions, ["decision", "break-glass-start", "notify-privacy-officer", "notify-patient"]);
}

#[tokio::test]
async fn an_opt_out_closes_everything_and_a_locked_record_too() {
    let world = World::new().await;
    let session = world.sign_in("crew").await;
    world.hub.store.insert_resource(consent("out", "p1", "opt-out", json!({"type": "deny"}))).await.unwrap();
    world.hub.store.set_record_state(&PatientId::new("p3"), RecordState::Locked).await.unwrap();
    for patient in ["p1", "p3"] {
        for (purpose, basis) in [("ETREAT", "consent_now"), ("BTG", "incapable")] {
            let out = world.decide(&session, patient, purpose, basis).await.json();
            assert_eq!(parameter(&out, "reason"), "opt-out", "{patient} {purpose}");
        }
    }
}

#[tokio::test]
async fn what_the_patient_says_now_counts() {
    let world = World::new().await;
    let session = world.sign_in("crew").await;
    let body = json!({"resourceType": "Parameters", "parameter": [{"name": "purpose", "valueCode": "ETREAT"},
        {"name": "basis", "valueCode": "care_team"}, {"name": "patientRefused", "valueBoolean": true}]});
    let out = world.post(&session, "/fhir/Patient/p1/$consent-decision", &body).await.json();
    assert_eq!(parameter(&out, "reason"), "patient-refused-now");
    let out = world.decide(&session, "p3", "ETREAT", "consent_now").await.json();
    assert_eq!(parameter(&out, "reason"), "verbal-permission");
    let out = world.decide(&session, "p2", "ETREAT", "consent_now").await.json();
    assert_eq!(parameter(&out, "decision"), "DENY", "a spoken yes does not beat a standing no");
}

#[tokio::test]
async fn the_owners_setting_decides_where_nothing_is_recorded() {
    let world = World::empty(EmergencyNone::Implied).await;
    world.hub.store.insert_staff(&staff()[0]).await.unwrap();
    world.hub.store.insert_resource(patient("p3", "Nothing", "1960-01-02", "4010232137")).await.unwrap();
    let session = world.sign_in("crew").await;
    let out = world.decide(&session, "p3", "ETREAT", "care_team").await.json();
    assert_eq!(parameter(&out, "reason"), "implied-direct-care");
}

#[tokio::test]
async fn a_consent_nobody_understands_refuses() {
    let world = World::new().await;
    let session = world.sign_in("crew").await;
    let strange = json!({"type": "permit", "purpose": purpose("ETREAT"), "data": [{"meaning": "instance"}]});
    world.hub.store.insert_resource(consent("strange", "p3", "emergency", strange)).await.unwrap();
    let out = world.decide(&session, "p3", "ETREAT", "consent_now").await.json();
    assert_eq!(parameter(&out, "reason"), "emergency-denied");
}

#[tokio::test]
async fn parameters_that_cannot_be_read_are_refused() {
    let world = World::new().await;
    let session = world.sign_in("crew").await;
    let purpose = json!({"name": "purpose", "valueCode": "ETREAT"});
    let bodies = [
        json!({"resourceType": "Bundle"}),
        json!({"resourceType": "Parameters"}),
        json!({"resourceType": "Parameters", "parameter": [purpose, {"name": "basis", "valueCode": "because"}]}),
        json!({"resourceType": "Parameters", "parameter": [purpose, purpose]}),
        json!({"resourceType": "Parameters", "parameter": [purpose, {"name": "patientRefused", "valueBoolean": "no"}]}),
        json!({"resourceType": "Parameters", "parameter": [purpose, {"name": "reasonText", "valueString": "x".repeat(2001)}]}),
    ];
    for body in bodies {
        world.post(&session, "/fhir/Patient/p1/$consent-decision", &body).await.is_problem(400, "invalid");
    }
    assert!(world.hub.store.access_report("p1").await.unwrap().is_empty(), "nothing was decided");
}
