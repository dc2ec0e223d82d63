//! Find, confirm, open, read.

use jiff::civil::date;
use shared::consent::Reason;
use shared::identity::NhsNumber;
use shared::lease::LeaseState;

use super::device::{Device, p};
use super::hub::{Fault, Hub, document, patient};
use crate::{FindQuery, OpenOutcome, Permission};

pub(super) fn by_number() -> FindQuery {
    FindQuery::NhsNumber(NhsNumber::parse("9434765919").unwrap())
}

#[tokio::test]
async fn a_person_is_found_and_nothing_of_it_is_kept() {
    let hub = Hub::start().await;
    let device = Device::of(&hub, "crew").await;
    let found = device.engine.find(by_number()).await.unwrap();
    assert_eq!(found.iter().map(|d| d.patient.as_str()).collect::<Vec<_>>(), ["p1"]);
    let query = FindQuery::NameAndBirthDate { family: "zanz".to_owned().into(), born: date(1940, 2, 3) };
    assert_eq!(device.engine.find(query).await.unwrap().len(), 2);
    assert!(device.state().held.is_empty());
}

#[tokio::test]
async fn an_answer_that_does_not_fit_the_question_is_none() {
    let hub = Hub::start().await;
    let device = Device::of(&hub, "crew").await;
    let everybody = serde_json::json!({"resourceType": "Bundle", "type": "searchset",
        "entry": [{"resource": patient("p2", "9434765870")}]});
    hub.misbehave(move |r| {
        (r.path == "/fhir/Patient").then(|| Fault::Body("application/fhir+json", everybody.to_string()))
    });
    assert!(device.engine.find(by_number()).await.unwrap().is_empty());
    let twins = serde_json::json!({"resourceType": "Bundle", "type": "searchset",
        "entry": [{"resource": patient("p1", "9434765919")}, {"resource": patient("p9", "9434765919")}]});
    hub.misbehave(move |r| {
        (r.path == "/fhir/Patient").then(|| Fault::Body("application/fhir+json", twins.to_string()))
    });
    assert_eq!(device.engine.find(by_number()).await.unwrap_err().code, "several-people");
}

#[tokio::test]
async fn a_record_is_opened_sealed_and_read_without_signal() {
    let hub = Hub::start().await;
    let device = Device::of(&hub, "crew").await;
    let person = device.hold("p1").await;
    let state = device.state();
    assert_eq!((state.held.len(), state.held[0].lease.state), (1, LeaseState::Fresh));
    hub.misbehave(|_| Some(Fault::DropBefore));
    let view = device.engine.record(&p("p1")).await.unwrap();
    assert_eq!(view.person, person);
    assert!(view.consent_checked && view.summary.is_some());
    assert_eq!(device.engine.person(&p("p1")).await.unwrap(), person, "from the vault");
    let raw = device.engine.source(&p("p1"), 0, 2).await.unwrap();
    assert!(raw.reveal().contains("Gout"));
    assert_eq!(device.engine.source(&p("p1"), 0, 99).await.unwrap_err().code, "no-such-entry");
    let request = hub.world().requests.iter().find(|r| r.contains("$consent-decision")).cloned().unwrap();
    assert!(request.contains("care_team") && request.contains("ETREAT"), "{request}");
}

#[tokio::test]
async fn the_patient_is_asked_and_what_they_say_decides() {
    let hub = Hub::start().await;
    hub.world().decisions.insert("p1".into(), "ask-the-patient");
    let device = Device::of(&hub, "crew").await;
    let person = device.person("p1").await;
    let open = |permission| device.engine.open_record(&person, permission);
    assert_eq!(open(Permission::Recorded).await.unwrap(), OpenOutcome::AskThePatient);
    assert!(device.state().held.is_empty());
    let refused = open(Permission::PatientRefuses).await.unwrap();
    assert!(matches!(refused, OpenOutcome::Refused { reason: Reason::RefusedNow, .. }));
    let cannot = Permission::PatientCannotSay { reason: "Unconscious".into() };
    assert_eq!(open(cannot).await.unwrap(), OpenOutcome::Opened);
    let request = hub.world().requests.iter().rfind(|r| r.contains("$consent-decision")).cloned().unwrap();
    assert!(request.contains("incapable") && request.contains("Unconscious"), "{request}");
    assert_eq!(open(Permission::PatientAgrees).await.unwrap(), OpenOutcome::Opened);
}

#[tokio::test]
async fn no_record_and_no_role_are_outcomes() {
    let hub = Hub::start().await;
    let crew = Device::of(&hub, "crew").await;
    let person = crew.person("p1").await;
    hub.world().decisions.remove("p1");
    assert_eq!(crew.engine.open_record(&person, Permission::Recorded).await.unwrap(), OpenOutcome::NoRecord);
    let desk = Device::of(&hub, "desk").await;
    let outcome = desk.engine.open_record(&person, Permission::Recorded).await.unwrap();
    assert!(matches!(outcome, OpenOutcome::Refused { reason: Reason::RoleNotPermitted, .. }));
}

#[tokio::test]
async fn a_standing_no_learned_later_destroys_the_copy() {
    let hub = Hub::start().await;
    let device = Device::of(&hub, "crew").await;
    let person = device.hold("p1").await;
    hub.world().decisions.insert("p1".into(), "ask-the-patient");
    device.engine.open_record(&person, Permission::Recorded).await.unwrap();
    assert_eq!(device.state().held.len(), 1, "being told to ask is no refusal");
    hub.world().decisions.insert("p1".into(), "opt-out");
    let outcome = device.engine.open_record(&person, Permission::Recorded).await.unwrap();
    assert!(matches!(outcome, OpenOutcome::Refused { reason: Reason::OptOut, .. }));
    assert!(device.state().held.is_empty());
    assert_eq!(device.engine.record(&p("p1")).await.err().map(|e| e.code), Some("not-held"));
}

#[tokio::test]
async fn opening_again_replaces_the_copy_and_its_lease() {
    let hub = Hub::start().await;
    let device = Device::of(&hub, "crew").await;
    let person = device.hold("p1").await;
    let newer = document(&patient("p1", "9434765919"), "Pneumonia");
    hub.world().documents.insert("p1".into(), newer);
    assert_eq!(device.engine.open_record(&person, Permission::Recorded).await.unwrap(), OpenOutcome::Opened);
    assert!(device.engine.source(&p("p1"), 0, 2).await.unwrap().reveal().contains("Pneumonia"));
    let vault = &device.engine.inner.open().unwrap().vault;
    let held = crate::store::Held::get(vault, &p("p1")).await.unwrap().unwrap();
    assert_eq!(held.replaces, None, "the old lease is shredded");
    assert_eq!(device.state().held.len(), 1);
}
