//! Every kind of event as an AuditEvent: its shape, and that what is written is what is read.

use jiff::Timestamp;
use serde_json::Value;
use shared::audit::{Act, Actor, Event, Line, Observer, canonical};
use shared::consent::{Outcome, Purpose};
use shared::identity::{DeviceId, LeaseId, PatientId, Role, StaffId};
use uuid::Uuid;

const ACTS: [Act; 13] = [
    Act::Read,
    Act::Search,
    Act::Decide,
    Act::BreakGlassStart,
    Act::BreakGlassStop,
    Act::Note,
    Act::Export,
    Act::SignIn,
    Act::UnlockFailed,
    Act::LeaseEnded,
    Act::Notify,
    Act::AccountRead,
    Act::AccountReceived,
];

fn event(act: Act) -> Event {
    let hub = Observer::Hub(DeviceId::new(Uuid::from_u128(1)));
    let actor =
        Actor { staff: StaffId::new("s-1"), role: Some(Role::EmergencyClinician), organisation: "AMB1".to_owned() };
    Event {
        client: Some(DeviceId::new(Uuid::from_u128(2))),
        actor: Some(actor),
        patient: Some(PatientId::new("p1")),
        purpose: Some(Purpose::EmergencyTreatment),
        outcome: Some(Outcome::Permit),
        data: Some("Condition/c1".to_owned()),
        lease: Some(LeaseId::new(Uuid::from_u128(3))),
        request: Some("r-1".to_owned()),
        ..Event::new(Uuid::from_u128(4), Timestamp::UNIX_EPOCH, act, "some-action", hub)
    }
}

fn codes(list: &Value) -> Vec<&str> {
    list.as_array().into_iter().flatten().filter_map(|coding| coding["code"].as_str()).collect()
}

fn agents(made: &Value) -> Vec<&str> {
    made["agent"].as_array().into_iter().flatten().filter_map(|a| a["type"]["coding"][0]["code"].as_str()).collect()
}

#[test]
fn every_kind_has_what_an_audit_event_must_have_and_can_be_chained() {
    for act in ACTS {
        let made = event(act).to_fhir();
        for must in ["resourceType", "type", "recorded", "agent", "source"] {
            assert!(!made[must].is_null(), "{act:?} {must}");
        }
        assert!(made["agent"].as_array().is_some_and(|all| all.iter().all(|agent| agent["requestor"].is_boolean())));
        assert!(made["source"]["observer"].is_object(), "{act:?}");
        assert!(canonical(&made).is_ok(), "{act:?}");
    }
}

#[test]
fn what_is_written_is_what_a_person_reads() {
    for act in ACTS {
        let line = Line::of(&event(act).to_fhir());
        let expected = Line {
            at: Some(Timestamp::UNIX_EPOCH),
            staff: "s-1".to_owned(),
            role: "emergency".to_owned(),
            organisation: "AMB1".to_owned(),
            patient: "p1".to_owned(),
            action: "some-action".to_owned(),
            purpose: "ETREAT".to_owned(),
            outcome: if act == Act::UnlockFailed { "4" } else { "0" }.to_owned(),
            reason: String::new(),
        };
        assert_eq!(line, expected, "{act:?}");
    }
    assert_eq!(Line::of(&serde_json::json!({"agent": "?", "entity": [3]})), Line::default());
}

#[test]
fn the_shapes_are_those_of_the_profiles() {
    let made = |act| event(act).to_fhir();
    let profile =
        |made: &Value| made["meta"]["profile"][0].as_str().map(|p| p.rsplit('.').next().unwrap_or_default().to_owned());
    assert_eq!(agents(&made(Act::Read)), ["110152", "110153", "IRCP"], "what is read flows to the client");
    assert_eq!(agents(&made(Act::Search)), ["110153", "110152", "IRCP"], "a question flows to the server");
    assert_eq!(agents(&made(Act::Note)), ["110153", "110152", "AUT"]);
    assert_eq!(profile(&made(Act::Read)).as_deref(), Some("PatientRead"));
    assert_eq!(profile(&made(Act::Note)).as_deref(), Some("PatientCreate"));
    assert_eq!(codes(&made(Act::BreakGlassStart)["subtype"]), ["110127", "1", "5"]);
    assert_eq!(codes(&made(Act::BreakGlassStop)["subtype"]), ["110138"]);
    let offline = Event { observer: Observer::Device(DeviceId::new(Uuid::nil())), client: None, ..event(Act::Read) };
    assert_eq!(offline.to_fhir()["source"]["type"][0]["code"], "1", "seen by a user device");
    let nobody = Event { actor: None, ..event(Act::Read) };
    assert_eq!(profile(&nobody.to_fhir()), None, "it does not claim what it has not");
}

#[test]
fn a_decision_names_the_consents_and_nothing_else_beside_the_person() {
    let refused = Event {
        outcome: Some(Outcome::Deny),
        reason: Some("emergency-denied".to_owned()),
        consents: vec!["Consent/c1".to_owned()],
        ..event(Act::Decide)
    };
    let made = refused.to_fhir();
    let named: Vec<_> =
        made["entity"].as_array().into_iter().flatten().map(|e| e["what"]["reference"].as_str()).collect();
    assert_eq!(named, [Some("Patient/p1"), Some("Consent/c1")]);
    assert_eq!((&made["outcome"], &made["outcomeDesc"]), (&"8".into(), &"emergency-denied".into()));
    assert_eq!(agents(&made), ["110150", "IRCP", "PROV", "authserver"]);
    assert_eq!(Line::of(&made).action, "decision");
    assert_eq!(codes(&event(Act::Decide).to_fhir()["subtype"]), ["AuthZ-Role"], "no consent on file");
}
