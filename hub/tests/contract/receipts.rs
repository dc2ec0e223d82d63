//! What the author of a note is told of it: when it was received, and in which role it was seen first. No names.

use serde_json::{Value, json};
use shared::identity::NoteId;
use shared::note::{Content, Note};
use uuid::Uuid;

use crate::kinds::{by, of, samples, sent};
use crate::world::{Session, World};

async fn receipts(world: &World, who: &Session, notes: &[&Note]) -> Value {
    let asked: Vec<Value> =
        notes.iter().map(|note| json!({"name": "note", "valueString": note.id.to_string()})).collect();
    let answer = world.post(who, "/fhir/$receipts", &json!({"resourceType": "Parameters", "parameter": asked})).await;
    assert_eq!(answer.status, 200, "{}", answer.json());
    answer.json()
}

/// The roles of the first note that is told of.
fn roles(answer: &Value) -> Vec<&str> {
    let parts = answer["parameter"][0]["part"].as_array().unwrap().iter().filter(|part| part["name"] == "seen");
    parts.map(|part| part["part"][0]["valueCode"].as_str().unwrap()).collect()
}

fn fresh(who: &str, sample: Note) -> Note {
    Note { id: NoteId::new(Uuid::now_v7()), ..by(who, sample) }
}

#[tokio::test]
async fn an_author_learns_when_it_was_received_and_in_which_roles_it_was_seen() {
    let world = World::new().await;
    let (nurse, crew, carer) =
        (world.sign_in("nurse").await, world.sign_in("crew").await, world.sign_in("carer").await);
    let words = fresh("nurse", samples::note(1, "The dressing was changed.", Content::default()));
    let signs = fresh("nurse", of(|it| matches!(it, Content::Vitals { .. })));
    for note in [&words, &signs] {
        assert_eq!(world.post(&nurse, "/fhir", &sent(note)).await.status, 200);
    }
    let first = receipts(&world, &nurse, &[&words, &words]).await;
    assert_eq!(first["parameter"].as_array().unwrap().len(), 1, "once, however often it was asked");
    let part = &first["parameter"][0]["part"];
    assert_eq!((&part[0]["valueString"], part[1]["name"].as_str()), (&json!(words.id.to_string()), Some("received")));
    assert!(roles(&first).is_empty());

    // Its author reading it back is nobody having seen it; a refused read neither.
    let grant = world.grant(&nurse, "p1", "CAREMGT", "care_team").await;
    let list = "/fhir/DocumentReference?patient=p1";
    assert_eq!(world.with_grant(&nurse, list, &grant).await.status, 200);
    assert_eq!(world.get(&crew, list).await.status, 403);
    assert!(roles(&receipts(&world, &nurse, &[&words]).await).is_empty());

    let theirs = world.grant(&crew, "p1", "ETREAT", "care_team").await;
    for _ in 0..2 {
        assert_eq!(world.with_grant(&crew, list, &theirs).await.status, 200);
    }
    let seen = receipts(&world, &nurse, &[&words]).await;
    assert_eq!(roles(&seen), ["emergency"]);
    assert_eq!(receipts(&world, &nurse, &[&words]).await, seen, "the first time stays");
    assert!(!seen.to_string().contains("crew"), "{seen}");
    assert!(roles(&receipts(&world, &nurse, &[&signs]).await).is_empty(), "only the notes were looked at");
    assert_eq!(world.with_grant(&crew, "/fhir/Patient/p1/$summary", &theirs).await.status, 200);
    assert_eq!(roles(&receipts(&world, &nurse, &[&signs]).await), ["emergency"], "in the summary");

    // Nothing of what others wrote, and nothing of what is not here, alike.
    for note in [&words, &fresh("nurse", samples::note(1, "Never sent.", Content::default()))] {
        assert_eq!(receipts(&world, &carer, &[note]).await, json!({"resourceType": "Parameters"}));
    }
    let report = world.hub.store.access_report("p1").await.unwrap();
    assert!(report.iter().any(|line| line.action == "receipts" && line.staff.as_deref() == Some("nurse")));
    assert!(!report.iter().any(|line| line.action == "receipts" && line.staff.as_deref() == Some("carer")));
    world.post(&nurse, "/fhir/$receipts", &json!({"resourceType": "Bundle"})).await.is_problem(400, "invalid");
}

#[tokio::test]
async fn a_note_on_the_next_page_was_not_seen() {
    let world = World::new().await;
    let (nurse, carer) = (world.sign_in("nurse").await, world.sign_in("carer").await);
    let notes: Vec<Note> =
        ["One.", "Two."].map(|text| fresh("nurse", samples::note(1, text, Content::default()))).into();
    for note in &notes {
        world.post(&nurse, "/fhir", &sent(note)).await;
    }
    let grant = world.grant(&carer, "p1", "CAREMGT", "care_team").await;
    world.with_grant(&carer, "/fhir/DocumentReference?patient=p1&_count=1", &grant).await;
    assert_eq!(roles(&receipts(&world, &nurse, &[&notes[0]]).await).len(), 1);
    assert!(roles(&receipts(&world, &nurse, &[&notes[1]]).await).is_empty());
}
