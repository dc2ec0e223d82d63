use super::*;
use crate::test_server::{TestServer, answer, json_answer};

fn lease_json(patient: &str) -> String {
    json!({"id": "00000000-0000-7000-8000-000000000001", "patient": patient, "purpose": "ETREAT", "dataset": "emergency",
        "residual": "forbid R,V", "issued": "2026-01-02T03:00:00Z", "check_after": "2026-01-02T03:15:00Z",
        "not_after": "2026-01-02T15:00:00Z", "shred_at": "2026-01-02T16:00:00Z"})
    .to_string()
}

fn decision(parameters: &[(&str, &str, &str)]) -> Vec<u8> {
    let list: Vec<_> = parameters.iter().map(|(name, kind, value)| json!({"name": name, *kind: value})).collect();
    json_answer(&json!({"resourceType": "Parameters", "parameter": list}).to_string())
}

fn asked(reason: Option<&str>) -> DecisionRequest {
    let reason = reason.map(|r| Sensitive::new(r.to_owned()));
    DecisionRequest { purpose: Purpose::EmergencyTreatment, basis: Basis::CareTeam, patient_refused: false, reason }
}

#[tokio::test]
async fn a_permit_brings_its_grant_and_lease() {
    let lease = lease_json("p1");
    let script = decision(&[
        ("decision", "valueCode", "PERMIT"),
        ("reason", "valueCode", "tier-emergency"),
        ("dataset", "valueString", "emergency"),
        ("residual", "valueString", "forbid R,V"),
        ("obligation", "valueCode", "audit"),
        ("obligation", "valueCode", "lease-12h"),
        ("grant", "valueString", "secret-grant"),
        ("lease", "valueString", &lease),
    ]);
    let server = TestServer::start(vec![script]).await;
    let decided =
        server.client().consent_decision(&PatientId::new("p1"), &asked(Some("unconscious"))).await.unwrap().value;
    assert_eq!(
        (decided.outcome, decided.reason, decided.obligations.len()),
        (Outcome::Permit, Reason::TierEmergency, 2)
    );
    assert!(decided.permit.is_some() && !format!("{decided:?}").contains("secret-grant"));
    let request = &server.requests()[0];
    assert!(request.starts_with("POST /fhir/Patient/p1/$consent-decision HTTP"), "{request}");
    assert!(request.contains(r#"{"name":"purpose","valueCode":"ETREAT"}"#) && request.contains("unconscious"));
}

#[tokio::test]
async fn a_denial_is_an_answer() {
    let script = decision(&[("decision", "valueCode", "DENY"), ("reason", "valueCode", "ask-the-patient")]);
    let server = TestServer::start(vec![script, answer("404 Not Found", "application/fhir+json", "", "{}")]).await;
    let (client, patient) = (server.client(), PatientId::new("p1"));
    let decided = client.consent_decision(&patient, &asked(None)).await.unwrap().value;
    assert_eq!((decided.outcome, decided.reason, decided.permit), (Outcome::Deny, Reason::AskThePatient, None));
    assert_eq!(client.consent_decision(&patient, &asked(None)).await.err().and_then(|e| e.status()), Some(404));
}

#[tokio::test]
async fn a_permit_that_is_not_understood_in_full_is_none() {
    let (mine, other) = (lease_json("p1"), lease_json("p2"));
    let backwards = mine.replace("2026-01-02T16", "2020-01-02T16");
    let permit = ("decision", "valueCode", "PERMIT");
    let reason = ("reason", "valueCode", "tier-emergency");
    let grant = ("grant", "valueString", "g");
    let script = vec![
        decision(&[permit, reason, grant]),
        decision(&[permit, reason, ("lease", "valueString", &mine)]),
        decision(&[permit, reason, grant, ("lease", "valueString", &other)]),
        decision(&[permit, reason, grant, ("lease", "valueString", &backwards)]),
        decision(&[permit, ("reason", "valueCode", "new-reason"), grant, ("lease", "valueString", &mine)]),
        decision(&[permit, reason, grant, ("lease", "valueString", &mine), ("obligation", "valueCode", "unheard-of")]),
        decision(&[("decision", "valueCode", "permit"), reason]),
        decision(&[]),
    ];
    let count = script.len();
    let server = TestServer::start(script).await;
    for _ in 0..count {
        let answer = server.client().consent_decision(&PatientId::new("p1"), &asked(None)).await;
        assert!(matches!(answer, Err(Error::NotFhir(_))));
    }
}
