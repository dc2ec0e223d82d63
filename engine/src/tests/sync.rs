//! Pulling: notes of colleagues and the work list.

use serde_json::{Value, json};
use shared::identity::{Role, StaffId};
use shared::note::Content;
use shared::place::Position;

use super::device::{Device, p, pin};
use super::hub::{Fault, Hub, note_by, staff};

fn appointment(id: &str, patient: &str, latitude: f64) -> Value {
    json!({"resourceType": "Appointment", "id": id, "status": "booked", "start": "2026-11-22T09:00:00Z",
        "contained": [{"resourceType": "Location", "id": "l", "address": {"text": "1 Quay"}, "position": {"latitude": latitude, "longitude": 0.0}}],
        "participant": [{"actor": {"reference": format!("Patient/{patient}"), "display": "ZANZIBAR, Quill"}}]})
}

#[tokio::test]
async fn notes_of_colleagues_come_page_by_page_and_once() {
    let hub = Hub::start().await;
    let device = Device::of(&hub, "nurse").await;
    let author = staff("carer", Role::DomiciliaryCarer);
    let now = hub.world().now();
    for n in 0..5 {
        hub.world().colleague_writes(note_by(&author, "p1", &format!("note {n}")), now);
    }
    device.hold("p1").await;
    loop {
        device.engine.sync_now();
        let before = hub.world().count("DocumentReference");
        device.until("another round", |_| hub.world().count("DocumentReference") > before).await;
        if device.engine.record(&p("p1")).await.unwrap().notes.len() == 5 {
            break;
        }
    }
    assert!(hub.world().requests.iter().any(|r| r.contains("\"page\": \"2\"")));

    // What comes again in the overlap is recognised; a new one and an unreadable one are told apart.
    let mut broken = note_by(&author, "p1", "x");
    broken["content"] = json!([]);
    let mut strange = note_by(&author, "p1", "x");
    strange["subject"]["reference"] = json!("Patient/p1");
    hub.world().colleague_writes(note_by(&author, "p1", "note 5"), now);
    hub.world().colleague_writes(broken, now);
    for _ in 0..3 {
        let before = hub.world().count("Appointment");
        device.engine.sync_now();
        device.until("another round", |_| hub.world().count("Appointment") > before).await;
    }
    let view = device.engine.record(&p("p1")).await.unwrap();
    assert_eq!((view.notes.len(), view.unreadable_notes), (6, 1));
    assert!(hub.world().requests.iter().any(|r| r.contains("_lastUpdated")), "the cursor was used");
}

#[tokio::test]
async fn pulled_notes_survive_a_restart_and_a_new_lease() {
    let hub = Hub::start().await;
    let device = Device::of(&hub, "crew").await;
    let now = hub.world().now();
    hub.world().colleague_writes(note_by(&staff("nurse", Role::CareTeamClinician), "p1", "Key safe 0000"), now);
    let person = device.hold("p1").await;
    wait_for_notes(&device, 1).await;
    hub.misbehave(|r| r.path.contains("DocumentReference").then_some(Fault::Status("500 Oops", "")));
    device.engine.open_record(&person, crate::Permission::Recorded).await.unwrap();
    assert_eq!(device.engine.record(&p("p1")).await.unwrap().notes.len(), 1, "carried to the new lease");
    let device = device.restart().await;
    hub.misbehave(|_| Some(Fault::DropBefore));
    device.engine.unlock(&StaffId::new("crew"), pin()).await.unwrap();
    assert_eq!(device.engine.record(&p("p1")).await.unwrap().notes.len(), 1);
}

pub(super) async fn wait_for_notes(device: &Device, count: usize) {
    for _ in 0..2400 {
        if device.engine.record(&p("p1")).await.unwrap().notes.len() == count {
            return;
        }
        device.engine.sync_now();
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("the notes never came");
}

#[tokio::test]
async fn a_note_about_somebody_else_is_never_shown_here() {
    let hub = Hub::start().await;
    let device = Device::of(&hub, "crew").await;
    let other = note_by(&staff("nurse", Role::CareTeamClinician), "p2", "About p2");
    let page = json!({"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": other}]});
    hub.misbehave(move |r| {
        r.path.contains("DocumentReference").then(|| Fault::Body("application/fhir+json", page.to_string()))
    });
    device.hold("p1").await;
    for _ in 0..2400 {
        let view = device.engine.record(&p("p1")).await.unwrap();
        assert!(view.notes.is_empty());
        if view.unreadable_notes == 1 {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("it was never counted");
}

#[tokio::test]
async fn a_grant_that_ended_is_said_and_what_is_held_stays() {
    let hub = Hub::start().await;
    let device = Device::of(&hub, "crew").await;
    hub.misbehave(|r| r.path.contains("DocumentReference").then_some(Fault::Status("403 Forbidden", "")));
    let person = device.hold("p1").await;
    device.until("told", |s| s.problems.iter().any(|p| p.code == "grant-ended")).await;
    assert!(device.engine.record(&p("p1")).await.unwrap().summary.is_some());
    let before = hub.world().count("DocumentReference");
    device.engine.sync_now();
    device.until("synced", |s| !s.sync.running).await;
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert_eq!(hub.world().count("DocumentReference"), before, "not asked again with it");
    hub.behave();
    device.engine.open_record(&person, crate::Permission::Recorded).await.unwrap();
    device.until("renewed", |s| s.problems.is_empty()).await;
}

#[tokio::test]
async fn the_work_list_is_nearest_first_and_there_without_signal() {
    let hub = Hub::start().await;
    hub.world().appointments =
        vec![appointment("far", "p1", 52.0), appointment("near", "p2", 51.1), json!({"resourceType": "Appointment"})];
    let device = Device::of(&hub, "nurse").await;
    device.engine.set_position(Position::new(51.0, 0.0)).await;
    let state = device.until("listed", |s| s.today.visits.len() == 2).await;
    assert_eq!(state.today.visits[0].visit.id.as_str(), "near");
    assert!(state.today.visits[0].metres.is_some_and(|m| (10_000.0..12_500.0).contains(&m)));
    assert_eq!((state.today.unreadable, state.today.heard.is_some()), (1, true));
    hub.misbehave(|_| Some(Fault::DropBefore));
    let device = device.restart().await;
    device.engine.unlock(&StaffId::new("nurse"), pin()).await.unwrap();
    assert_eq!(device.state().today.visits.len(), 2);
    assert_eq!(device.state().today.visits[0].metres, None, "the position was never stored");
    let id = device.engine.save_note(&p("p1"), "Seen".into(), Content::default()).await.unwrap();
    let item = device.state().outbox.iter().find(|i| i.note == id).cloned().unwrap();
    assert_eq!(item.patient_name.reveal(), "ZANZIBAR, Quill", "as the list names them");
}

#[tokio::test]
async fn what_others_write_in_other_forms_and_what_they_change_comes_too() {
    let hub = Hub::start().await;
    let device = Device::of(&hub, "nurse").await;
    device.hold("p1").await;
    let author = staff("crew", Role::EmergencyClinician);
    let now = hub.world().now();
    let note = shared::note::Note {
        id: shared::identity::NoteId::new(uuid::Uuid::now_v7()),
        patient: p("p1"),
        author,
        text: "Calmer".to_owned().into(),
        authored: now,
        received: None,
        content: shared::note::Content::Phase(shared::care_plan::Phase::ALL[0]),
    };
    let device_id = shared::identity::DeviceId::new(uuid::Uuid::nil());
    let sent = shared::note::to_transaction(&note, device_id, |_| String::new())["entry"][0]["resource"].clone();
    hub.world().colleague_writes(sent, now);
    let goal = |version: &str, status: &str| {
        json!({"resourceType": "Goal", "id": "g1", "meta": {"versionId": version, "lastUpdated": now.to_string()},
            "lifecycleStatus": status, "description": {"text": "Walk"}, "subject": {"reference": "Patient/p1"}})
    };
    hub.world().things = vec![goal("2", "active")];
    wait_for_notes(&device, 1).await;
    let view = device.engine.record(&p("p1")).await.unwrap();
    assert_eq!((view.notes[0].note.id, view.notes[0].note.text.reveal().as_str()), (note.id, "Calmer"));
    assert_eq!(view.things[0].reveal()["meta"]["versionId"], "2");
    hub.world().things = vec![goal("3", "completed")];
    for _ in 0..2400 {
        let view = device.engine.record(&p("p1")).await.unwrap();
        assert_eq!((view.things.len(), view.unreadable_notes), (1, 0));
        if view.things[0].reveal()["lifecycleStatus"] == "completed" {
            return;
        }
        device.engine.sync_now();
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("the change never came");
}

#[tokio::test]
async fn what_was_replaced_or_taken_back_stays_and_says_so() {
    use shared::note::{Amended, Amendment, Amends, Content, Standing, Visit};
    let hub = Hub::start().await;
    let device = Device::of(&hub, "nurse").await;
    let now = hub.world().now();
    let write = |text: &str, amends: Option<Amends>| {
        let note = shared::note::Note {
            id: shared::identity::NoteId::new(uuid::Uuid::now_v7()),
            patient: p("p1"),
            author: staff("crew", Role::EmergencyClinician),
            text: text.to_owned().into(),
            authored: jiff::Timestamp::now(),
            received: None,
            content: Content::Visit(Visit { amends, ..Visit::default() }),
        };
        let encode = |bytes: &[u8]| base64::Engine::encode(&base64::engine::general_purpose::STANDARD, bytes);
        let device = shared::identity::DeviceId::new(uuid::Uuid::nil());
        let sent = shared::note::to_transaction(&note, device, encode)["entry"][0]["resource"].clone();
        hub.world().colleague_writes(sent, now);
        note.id
    };
    let amends = |note, how| Some(Amends { note, kind: Amended::Document, how });
    let first = write("5 ml", None);
    let second = write("0.5 ml", amends(first, Amendment::Replaces { reason: "Wrong unit".to_owned().into() }));
    let wrong = write("Of somebody else", None);
    let back =
        write("Taken back", amends(wrong, Amendment::EnteredInError { reason: "Wrong person".to_owned().into() }));
    device.hold("p1").await;
    wait_for_notes(&device, 4).await;
    let view = device.engine.record(&p("p1")).await.unwrap();
    let shown: Vec<_> = view.notes.iter().map(|it| (it.note.id, it.depth, it.standing.clone())).collect();
    assert_eq!(
        shown,
        [
            (wrong, 0, Standing::EnteredInError(back)),
            (back, 1, Standing::Holds),
            (first, 0, Standing::Replaced(second)),
            (second, 1, Standing::Holds)
        ]
    );
}
