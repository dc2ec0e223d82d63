//! What later notes make of earlier ones, in whatever order they arrive.

use serde_json::{Value, json};
use shared::identity::NoteId;
use shared::note::{Amended, Amendment, Amends, Content, Note, Template, Visit};
use uuid::Uuid;

use crate::kinds::{by, of, samples, sent, stored};
use crate::world::{World, consent};

fn id(number: u128) -> NoteId {
    NoteId::new(Uuid::from_u128(0x0193_0000_0000_7000_8000_0000_0000_0000 + number))
}

/// Note `number` of `who`; what it says about which earlier one.
fn word(who: &str, number: u128, about: Option<(u128, Amended, Amendment)>) -> Note {
    let amends = about.map(|(note, kind, how)| Amends { note: id(note), kind, how });
    let content = Content::Visit(Visit { template: Template::Free, care_plan: None, amends });
    Note { id: id(number), ..by(who, samples::note(1, &format!("Word {number}."), content)) }
}

fn replaces() -> Amendment {
    Amendment::Replaces { reason: "It was the left arm.".to_owned().into() }
}

fn takes_back() -> Amendment {
    Amendment::EnteredInError { reason: "It was about somebody else.".to_owned().into() }
}

async fn status(world: &World, number: u128) -> String {
    let all = stored(world, id(number)).await;
    let mut each: Vec<&str> = all.iter().map(|it| it["status"].as_str().unwrap()).collect();
    each.dedup();
    each.join(" and ")
}

/// A note with two corrections, one that adds, and one of the corrections taken back.
fn story() -> Vec<Note> {
    let document = Amended::Document;
    vec![
        word("nurse", 1, None),
        word("nurse", 2, Some((1, document, Amendment::Appends))),
        word("nurse", 3, Some((1, document, replaces()))),
        word("nurse", 4, Some((1, document, replaces()))),
        word("nurse", 5, Some((3, document, takes_back()))),
        word("nurse", 6, None),
        word("nurse", 7, Some((6, document, replaces()))),
        word("nurse", 8, Some((7, document, takes_back()))),
    ]
}

async fn statuses(world: &World) -> Vec<String> {
    let mut all = Vec::new();
    for number in 1..=8 {
        all.push(status(world, number).await);
    }
    all
}

#[tokio::test]
async fn corrections_are_carried_out_in_whatever_order_they_come_and_however_often() {
    let expected =
        ["superseded", "current", "entered-in-error", "current", "current", "current", "entered-in-error", "current"];
    let orders: [&[usize]; 5] = [
        &[0, 1, 2, 3, 4, 5, 6, 7],
        &[7, 6, 5, 4, 3, 2, 1, 0],
        &[4, 0, 2, 0, 3, 4, 1, 7, 5, 6, 7],
        &[2, 4, 0, 3, 1, 6, 5, 7, 6, 5, 0],
        &[3, 2, 0, 1, 4, 5, 7, 6, 4],
    ];
    for order in orders {
        let world = World::new().await;
        let nurse = world.sign_in("nurse").await;
        for at in order {
            let answer = world.post(&nurse, "/fhir", &sent(&story()[*at])).await;
            assert_eq!(answer.status, 200, "{order:?} {at}: {}", answer.json());
        }
        assert_eq!(statuses(&world).await, expected, "{order:?}");
        // Sent again, all of it: nothing changes, and each is still one.
        let before: Vec<Value> =
            world.hub.store.of_patient("p1").await.unwrap().into_iter().map(|it| it.resource).collect();
        for note in story() {
            world.post(&nurse, "/fhir", &sent(&note)).await;
        }
        let after: Vec<Value> =
            world.hub.store.of_patient("p1").await.unwrap().into_iter().map(|it| it.resource).collect();
        assert_eq!(before, after, "{order:?}");
    }
}

#[tokio::test]
async fn the_earlier_note_keeps_its_words_and_its_versions() {
    let world = World::new().await;
    let nurse = world.sign_in("nurse").await;
    for note in &story()[..3] {
        world.post(&nurse, "/fhir", &sent(note)).await;
    }
    let old = stored(&world, id(1)).await.remove(0);
    let history =
        world.get(&nurse, &format!("/fhir/DocumentReference/{}/_history", old["id"].as_str().unwrap())).await.json();
    let said: Vec<_> = history["entry"].as_array().unwrap().iter().map(|it| &it["resource"]).collect();
    assert_eq!(said.iter().map(|it| &it["status"]).collect::<Vec<_>>(), ["superseded", "current"]);
    assert_eq!(said[0]["content"], said[1]["content"]);
}

#[tokio::test]
async fn signs_that_were_taken_back_are_entered_in_error_with_all_their_parts() {
    let world = World::new().await;
    let nurse = world.sign_in("nurse").await;
    let vitals = Note { id: id(1), ..by("nurse", of(|it| matches!(it, Content::Vitals { .. }))) };
    world.post(&nurse, "/fhir", &sent(&vitals)).await;
    world.post(&nurse, "/fhir", &sent(&word("nurse", 2, Some((1, Amended::Other, Amendment::Appends))))).await;
    assert_eq!(status(&world, 1).await, "final");
    world.post(&nurse, "/fhir", &sent(&word("nurse", 3, Some((1, Amended::Other, takes_back()))))).await;
    assert_eq!(status(&world, 1).await, "entered-in-error");
    world.post(&nurse, "/fhir", &sent(&word("nurse", 4, Some((3, Amended::Document, takes_back()))))).await;
    assert_eq!(status(&world, 1).await, "final", "it was taken back that they were taken back");
    let again = world.post(&nurse, "/fhir", &sent(&vitals)).await.json();
    assert!(crate::kinds::statuses(&again).iter().all(|it| *it == "200 OK"), "still the same note");
}

#[tokio::test]
async fn nobody_closes_a_note_that_is_closed_to_them() {
    let world = World::new().await;
    let (nurse, carer) = (world.sign_in("nurse").await, world.sign_in("carer").await);
    let mut hidden = sent(&word("nurse", 1, None));
    hidden["entry"][0]["resource"]["meta"] = json!({"security": [{"code": "V"}]});
    world.post(&nurse, "/fhir", &hidden).await;
    world.post(&nurse, "/fhir", &sent(&word("nurse", 2, None))).await;
    // No relationship, and then one: what is withheld from the carer stays as it was.
    for number in [3, 4] {
        let about = |target| Some((target, Amended::Document, takes_back()));
        let blind = word("carer", number, about(1));
        assert_eq!(world.post(&carer, "/fhir", &sent(&blind)).await.status, 200, "it is kept as a note");
        world.grant(&carer, "p1", "CAREMGT", "care_team").await;
    }
    assert_eq!(status(&world, 1).await, "current");
    world.post(&carer, "/fhir", &sent(&word("carer", 5, Some((2, Amended::Document, replaces()))))).await;
    assert_eq!(status(&world, 2).await, "superseded", "a colleague who may read it may correct it");
}

#[tokio::test]
async fn a_carer_takes_back_no_decision_on_resuscitation() {
    let world = World::new().await;
    let (nurse, carer) = (world.sign_in("nurse").await, world.sign_in("carer").await);
    let cpr = Note { id: id(1), ..by("nurse", of(|it| matches!(it, Content::Cpr(_)))) };
    // It comes before what it is about, so that nobody can refuse it then.
    let early = word("carer", 2, Some((1, Amended::Other, takes_back())));
    assert_eq!(world.post(&carer, "/fhir", &sent(&early)).await.status, 200);
    world.post(&nurse, "/fhir", &sent(&cpr)).await;
    assert_eq!(status(&world, 1).await, "final");
    world.post(&nurse, "/fhir", &sent(&word("nurse", 3, Some((1, Amended::Other, takes_back()))))).await;
    assert_eq!(status(&world, 1).await, "entered-in-error");
}

#[tokio::test]
async fn what_waits_to_be_looked_at_changes_nothing_until_it_is_released() {
    let world = World::new().await;
    let (carer, officer) = (world.sign_in("carer").await, crate::account::officer(&world).await);
    world.post(&carer, "/fhir", &sent(&word("carer", 1, None))).await;
    for (choice, tier) in [("c1", "emergency"), ("c2", "long-term")] {
        world.hub.store.insert_resource(consent(choice, "p1", tier, json!({"type": "deny"}))).await.unwrap();
    }
    let late = |note: Note| Note { authored: "2099-01-01T00:00:00Z".parse().unwrap(), ..note };
    let vitals = late(Note { id: id(3), ..by("carer", of(|it| matches!(it, Content::Vitals { .. }))) });
    for note in [late(word("carer", 2, Some((1, Amended::Document, replaces())))), vitals.clone()] {
        let answer = world.post(&carer, "/fhir", &sent(&note)).await;
        assert_eq!(answer.status, 200, "{}", answer.json());
    }
    assert_eq!(status(&world, 1).await, "current");
    let closed = |all: Vec<Value>| all.iter().all(|it| it["meta"]["security"][0]["code"] == "V");
    assert!(closed(stored(&world, id(3)).await), "every part");
    let ids = crate::queue::waiting(&world, &officer, "note-quarantined").await;
    assert_eq!(ids.len(), 2);
    for waits in ids {
        let opened = world.get(&officer, &format!("/admin/alerts/{waits}")).await.json();
        assert!(opened["input"][0]["valueString"].as_str().unwrap().len() > 5, "{opened}");
        assert_eq!(crate::queue::review(&world, &officer, &waits, "released").await.status, 200);
    }
    assert_eq!(status(&world, 1).await, "superseded");
    assert!(stored(&world, id(3)).await.iter().all(|it| it["meta"]["security"].is_null()), "every part is open again");
    let again = world.post(&carer, "/fhir", &sent(&vitals)).await.json();
    assert!(crate::kinds::statuses(&again).iter().all(|it| *it == "200 OK"), "{again}");
}
