//! Every kind of note that is written at a door: taken once, whole, from those who may, and refused with words.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use shared::identity::{DeviceId, NoteId, PatientId};
use shared::note::{Content, Note, from_resources, to_transaction};
use uuid::Uuid;

use crate::world::{World, staff, uuid};

#[path = "../../../shared/examples/written/samples.rs"]
pub(crate) mod samples;

/// A sample as somebody of this world writes it about `p1`.
pub(crate) fn by(who: &str, sample: Note) -> Note {
    let author = staff().into_iter().find(|it| it.id.as_str() == who).unwrap();
    Note { author, patient: PatientId::new("p1"), ..sample }
}

pub(crate) fn sent(note: &Note) -> Value {
    to_transaction(note, DeviceId::new(Uuid::from_u128(1)), |bytes| STANDARD.encode(bytes))
}

/// The samples that make something new.
pub(crate) fn news() -> Vec<Note> {
    let all = samples::notes().unwrap().into_iter();
    all.filter(|note| !matches!(note.content, Content::Change(_))).collect()
}

pub(crate) fn of(fits: fn(&Content) -> bool) -> Note {
    news().into_iter().find(|note| fits(&note.content)).unwrap()
}

pub(crate) fn statuses(answer: &Value) -> Vec<&str> {
    answer["entry"].as_array().unwrap().iter().map(|it| it["response"]["status"].as_str().unwrap()).collect()
}

/// What the record has of a note.
pub(crate) async fn stored(world: &World, note: NoteId) -> Vec<Value> {
    let mine = |it: &Value| shared::note::belongs_to(it).is_some_and(|(id, _)| id == note);
    let all = world.hub.store.of_patient("p1").await.unwrap().into_iter().map(|it| it.resource);
    all.filter(mine).collect()
}

#[tokio::test]
async fn every_kind_of_note_is_taken_once_and_comes_back_as_it_was_written() {
    let world = World::new().await;
    let nurse = world.sign_in("nurse").await;
    for sample in news() {
        let note = by("nurse", sample);
        let transaction = sent(&note);
        let answer = world.post(&nurse, "/fhir", &transaction).await;
        assert_eq!(answer.status, 200, "{:?}: {}", note.content, answer.json());
        assert!(statuses(&answer.json()).iter().all(|it| *it == "201 Created"), "{:?}", note.content);
        let before = world.hub.store.of_patient("p1").await.unwrap().len();
        let again = world.post(&nurse, "/fhir", &transaction).await.json();
        assert!(statuses(&again).iter().all(|it| *it == "200 OK"), "{:?}: {again}", note.content);
        assert_eq!(world.hub.store.of_patient("p1").await.unwrap().len(), before, "{:?}", note.content);

        let resources = stored(&world, note.id).await;
        let read = from_resources(&resources.iter().collect::<Vec<_>>(), |text| STANDARD.decode(text).ok()).unwrap();
        assert!(read.received.is_some());
        assert!(Note { received: None, ..read } == note, "{:?} came back otherwise", note.content);
        let text = serde_json::to_string(&resources).unwrap();
        assert!(!text.contains("urn:uuid:"), "a pointer leads nowhere: {text}");
    }
}

#[tokio::test]
async fn what_is_not_as_it_was_written_is_refused_with_words_and_not_stored() {
    let world = World::new().await;
    let nurse = world.sign_in("nurse").await;
    let vitals = by("nurse", of(|it| matches!(it, Content::Vitals { .. })));
    let wish = by("nurse", of(|it| matches!(it, Content::Preference(_))));
    let before = world.hub.store.of_patient("p1").await.unwrap().len();
    type Change = fn(&mut Value);
    let changes: [(&Note, Change, u16); 9] = [
        (&vitals, |b| b["entry"][9]["resource"]["valueQuantity"]["value"] = json!(0), 422),
        (&vitals, |b| b["entry"][1]["resource"]["subject"]["reference"] = json!("Patient/p3"), 422),
        (&vitals, |b| b["entry"][1]["resource"]["modifierExtension"] = json!([{"url": "x"}]), 422),
        (&vitals, |b| b["entry"][1]["request"]["ifNoneExist"] = Value::Null, 422),
        (&vitals, |b| drop(b["entry"].as_array_mut().unwrap().remove(3)), 422),
        (&wish, |b| b["entry"][0]["resource"]["status"] = json!("final"), 422),
        (&wish, |b| b["entry"][0]["resource"]["code"] = json!({"text": "Something else"}), 422),
        (&wish, |b| b["entry"][0]["resource"]["subject"]["reference"] = json!("Patient/nobody"), 422),
        (&wish, |b| b["entry"][0]["fullUrl"] = json!("wish"), 400),
    ];
    for (at, (note, change, status)) in changes.into_iter().enumerate() {
        let mut transaction = sent(note);
        change(&mut transaction);
        let answer = world.post(&nurse, "/fhir", &transaction).await;
        assert_eq!(answer.status, status, "change {at}: {}", answer.json());
        assert!(answer.json()["issue"][0]["diagnostics"].as_str().unwrap().len() > 20, "change {at}");
    }
    let empty = Note { text: " ".to_owned().into(), ..wish.clone() };
    let answer = world.post(&nurse, "/fhir", &sent(&empty)).await;
    answer.is_problem(422, "business-rule");
    let words = answer.json()["issue"][0]["diagnostics"].to_string();
    assert!(words.contains("what was said, in words"), "{words}");
    assert_eq!(world.hub.store.of_patient("p1").await.unwrap().len(), before, "all or nothing");
}

#[tokio::test]
async fn only_a_clinician_decides_on_resuscitation_whatever_role_is_claimed() {
    let world = World::new().await;
    let carer = world.sign_in("carer").await;
    let decision = by("carer", of(|it| matches!(it, Content::Cpr(_))));
    let claimed = Note {
        author: shared::identity::Staff { role: shared::identity::Role::CareTeamClinician, ..decision.author.clone() },
        ..decision.clone()
    };
    for note in [&decision, &claimed] {
        let answer = world.post(&carer, "/fhir", &sent(note)).await;
        answer.is_problem(403, "forbidden");
        let words = answer.json()["issue"][0]["diagnostics"].to_string();
        assert!(words.contains("Ask one who has seen the form"), "{words}");
    }
    assert!(stored(&world, decision.id).await.is_empty());
    for who in ["nurse", "crew"] {
        let session = world.sign_in(who).await;
        let id = NoteId::new(Uuid::now_v7());
        let note = Note { id, ..by(who, of(|it| matches!(it, Content::Cpr(_)))) };
        assert_eq!(world.post(&session, "/fhir", &sent(&note)).await.status, 200, "{who}");
    }
    let report = world.hub.store.access_report("p1").await.unwrap();
    let by_whom = |action: &str| {
        report.iter().filter(|it| it.action == action).filter_map(|it| it.staff.as_deref()).collect::<Vec<_>>()
    };
    assert_eq!(by_whom("note"), ["nurse", "crew"], "each is in the account");
}

#[tokio::test]
async fn the_same_identifier_on_anything_else_is_a_conflict() {
    let world = World::new().await;
    let nurse = world.sign_in("nurse").await;
    let first = by("nurse", samples::note(1, "The visit was at noon.", Content::default()));
    assert_eq!(world.post(&nurse, "/fhir", &sent(&first)).await.status, 200);
    for other in news() {
        let other = Note { id: first.id, ..by("nurse", other) };
        let answer = world.post(&nurse, "/fhir", &sent(&other)).await;
        assert_eq!(answer.status, 409, "{:?}: {}", other.content, answer.json());
    }
    let mut labelled = sent(&first);
    labelled["entry"][0]["resource"]["meta"] = json!({"security": [{"code": "R"}]});
    world.post(&nurse, "/fhir", &labelled).await.is_problem(409, "duplicate");
    let again = world.post(&nurse, "/fhir", &sent(&first)).await.json();
    assert_eq!(statuses(&again), ["200 OK", "200 OK"]);
    assert_eq!(stored(&world, first.id).await.len(), 1);
}

#[tokio::test]
async fn a_provenance_points_at_every_part_of_one_note() {
    let world = World::new().await;
    let nurse = world.sign_in("nurse").await;
    let note = by("nurse", of(|it| matches!(it, Content::Vitals { .. })));
    let transaction = sent(&note);
    world.post(&nurse, "/fhir", &transaction).await;
    let all = world.hub.store.of_patient("p1").await.unwrap();
    let provenance: Vec<_> = all.iter().filter(|it| it.kind == "Provenance").collect();
    let parts = stored(&world, note.id).await;
    assert_eq!((provenance.len(), provenance[0].resource["target"].as_array().unwrap().len()), (1, parts.len()));
    for part in parts {
        let name = format!("{}/{}", part["resourceType"].as_str().unwrap(), part["id"].as_str().unwrap());
        assert!(provenance[0].resource["target"].to_string().contains(&name), "{name}");
    }
    // Of two notes in one transaction it is of one.
    let other = by(
        "nurse",
        Note { id: NoteId::new(uuid(77).parse().unwrap()), ..samples::note(1, "Two.", Content::default()) },
    );
    let mut both = sent(&other);
    let mut first = sent(&Note { id: NoteId::new(uuid(78).parse().unwrap()), ..other.clone() });
    let target = first["entry"][0]["fullUrl"].clone();
    both["entry"][1]["resource"]["target"].as_array_mut().unwrap().push(json!({"reference": target}));
    both["entry"].as_array_mut().unwrap().push(first["entry"][0].take());
    world.post(&nurse, "/fhir", &both).await.is_problem(422, "business-rule");
}
