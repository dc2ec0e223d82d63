//! Notes that a device hands over for somebody who is not at it.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use keys::{RelayKey, SigningKey, seal_to};
use serde_json::{Value, json};
use shared::identity::{DeviceId, NoteId, StaffId};
use shared::note::{RELAY_INFO, from_document_reference, relay_place};
use sqlx::Connection as _;

use crate::account::officer;
use crate::device;
use crate::http::{Answer, send};
use crate::queue::{review, waiting};
use crate::world::{World, note, uuid};

const DEVICE: &str = "01930000-0000-7000-8000-000000000001";

/// An enrolled device.
struct Device {
    key: SigningKey,
}

impl Device {
    async fn enrolled(world: &World, id: &str) -> Self {
        let key = SigningKey::generate().unwrap();
        let sql = "INSERT INTO devices (id, jkt, key_json, name, enrolled, last_seen, state) VALUES ($1, $2, '{}', 'Tablet', 0, 0, 'active')";
        run(world, sql, &[id, key.thumbprint()]).await;
        Self { key }
    }

    /// Signs a person in here; their token.
    async fn sign_in(&self, world: &World, staff: &str) -> String {
        let answer = device::Device::ask(world, &self.key, staff).await;
        answer.json()["access_token"].as_str().unwrap().to_owned()
    }

    async fn hand_over(&self, world: &World, token: Option<&str>, body: &Value) -> Answer {
        const PATH: &str = "/fhir/$relay";
        let proof = device::proven(world, &self.key, "POST", PATH, token);
        let bearer = token.map(|token| format!("DPoP {token}"));
        let mut headers = vec![("Content-Type", "application/fhir+json"), ("DPoP", proof.as_str())];
        headers.extend(bearer.as_deref().map(|bearer| ("Authorization", bearer)));
        send(world.hub.addr, "POST", PATH, &headers, body.to_string().as_bytes()).await
    }
}

async fn run(world: &World, sql: &'static str, values: &[&str]) {
    let place = format!("sqlite://{}", world.folder.path().join("hub.sqlite").display());
    let mut database = sqlx::SqliteConnection::connect(&place).await.unwrap();
    let mut query = sqlx::query(sql);
    for value in values {
        query = query.bind((*value).to_owned());
    }
    query.execute(&mut database).await.unwrap();
}

fn relay_key(world: &World) -> RelayKey {
    let bytes = std::fs::read(world.folder.path().join("hub.sqlite.keys").join("relay.key")).unwrap();
    RelayKey::from_bytes(<[u8; 32]>::try_from(bytes).unwrap().into())
}

/// The note of `author` numbered `number`, sealed as of `named`.
fn sealed(world: &World, (author, named): (&str, &str), number: u32, text: &str) -> Value {
    let (id, device) = (uuid(number), DeviceId::new(DEVICE.parse().unwrap()));
    let place = relay_place(NoteId::new(id.parse().unwrap()), &StaffId::new(named), device);
    let bundle = note(author, "p1", &id, text).to_string();
    let sealed = seal_to(&relay_key(world).public().unwrap(), RELAY_INFO, &place, bundle.as_bytes()).unwrap();
    parameters(&id, named, DEVICE, &URL_SAFE_NO_PAD.encode(sealed))
}

fn parameters(note: &str, author: &str, device: &str, sealed: &str) -> Value {
    json!({"resourceType": "Parameters", "parameter": [
        {"name": "note", "valueString": note}, {"name": "author", "valueString": author},
        {"name": "device", "valueString": device}, {"name": "sealed", "valueString": sealed}]})
}

async fn stored(world: &World) -> Vec<Value> {
    let all = world.hub.store.of_patient("p1").await.unwrap();
    all.into_iter().filter(|it| it.kind == "DocumentReference").map(|it| it.resource).collect()
}

#[tokio::test]
async fn a_colleague_hands_over_a_note_and_it_is_its_authors() {
    let world = World::new().await;
    let device = Device::enrolled(&world, DEVICE).await;
    device.sign_in(&world, "crew").await;
    let token = device.sign_in(&world, "nurse").await;
    let body = sealed(&world, ("crew", "crew"), 1, "Written by the crew.");
    let answer = device.hand_over(&world, Some(&token), &body).await;
    assert_eq!(answer.status, 200, "{}", answer.json());
    assert_eq!(answer.json()["entry"][0]["response"]["status"], "201 Created");
    assert!(!String::from_utf8_lossy(&answer.body).contains("Written"));
    let notes = stored(&world).await;
    let read = from_document_reference(&notes[0], |text| STANDARD.decode(text).ok()).unwrap();
    assert_eq!((read.author.id.as_str(), read.text.reveal().as_str()), ("crew", "Written by the crew."));

    // Again, by the device and by the author's own outbox: still one.
    let again = device.hand_over(&world, Some(&token), &body).await;
    assert_eq!(again.json()["entry"][0]["response"]["status"], "200 OK");
    let own = world.sign_in("crew").await;
    let sent = world.post(&own, "/fhir", &note("crew", "p1", &uuid(1), "Written by the crew.")).await;
    assert_eq!(sent.json()["entry"][0]["response"]["status"], "200 OK");
    assert_eq!(stored(&world).await.len(), 1);
}

#[tokio::test]
async fn what_may_not_be_handed_over_is_refused_and_not_stored() {
    let world = World::new().await;
    let device = Device::enrolled(&world, DEVICE).await;
    device.sign_in(&world, "crew").await;
    let token = device.sign_in(&world, "nurse").await;
    let refused = async |body: Value, status: u16, why: &str| {
        let answer = device.hand_over(&world, Some(&token), &body).await;
        assert_eq!(answer.status, status, "{why}: {}", answer.json());
    };
    refused(sealed(&world, ("carer", "carer"), 1, "x"), 403, "never signed in on this device").await;
    refused(sealed(&world, ("carer", "crew"), 2, "x"), 403, "in the name of somebody else").await;
    let good = sealed(&world, ("crew", "crew"), 3, "x");
    let sealed_text = good["parameter"][3]["valueString"].as_str().unwrap();
    refused(parameters(&uuid(4), "crew", DEVICE, sealed_text), 422, "announced as another note").await;
    refused(parameters(&uuid(3), "nurse", DEVICE, sealed_text), 422, "announced as another author's").await;
    refused(parameters(&uuid(3), "crew", &uuid(9), sealed_text), 403, "announced from another device").await;
    refused(parameters(&uuid(3), "crew", DEVICE, "AAAA"), 422, "not sealed").await;
    refused(parameters(&uuid(3), "crew", DEVICE, "!"), 400, "no base64").await;
    refused(json!({"resourceType": "Parameters"}), 400, "nothing").await;
    assert!(stored(&world).await.is_empty());
    refused(good, 200, "the good one after all of them").await;
}

#[tokio::test]
async fn only_an_enrolled_device_hands_over() {
    let world = World::new().await;
    let device = Device::enrolled(&world, DEVICE).await;
    let token = device.sign_in(&world, "crew").await;
    let body = sealed(&world, ("crew", "crew"), 1, "x");
    let stranger = Device { key: SigningKey::generate().unwrap() };
    let theirs = stranger.sign_in(&world, "crew").await;
    assert_eq!(stranger.hand_over(&world, Some(&theirs), &body).await.status, 403);
    assert_eq!(stranger.hand_over(&world, None, &body).await.status, 403);
    assert_eq!(device.hand_over(&world, None, &body).await.status, 401, "with nobody signed in");
    assert!(stored(&world).await.is_empty());
    assert_eq!(device.hand_over(&world, Some(&token), &body).await.status, 200);
}

#[tokio::test]
async fn a_revoked_device_hands_over_what_it_kept_and_nothing_else() {
    let world = World::new().await;
    let device = Device::enrolled(&world, DEVICE).await;
    let token = device.sign_in(&world, "crew").await;
    run(&world, "UPDATE devices SET state = 'revoked'", &[]).await;
    let body = sealed(&world, ("crew", "crew"), 1, "Before it was lost.");
    assert_eq!(device.hand_over(&world, Some(&token), &body).await.status, 401, "its tokens are over");
    assert_eq!(device.hand_over(&world, None, &body).await.status, 200);
    assert_eq!(stored(&world).await[0]["docStatus"], "preliminary", "for somebody to look at");
    assert_eq!(device.hand_over(&world, None, &sealed(&world, ("nurse", "nurse"), 2, "x")).await.status, 403);

    let officer = officer(&world).await;
    let ids = waiting(&world, &officer, "note-of-revoked-device").await;
    let [id] = ids.as_slice() else { panic!("{ids:?}") };
    assert_eq!(review(&world, &officer, id, "kept-back").await.status, 200);
    assert_eq!(stored(&world).await[0]["meta"]["security"][0]["code"], "V", "kept from all but its author");
    assert_eq!(review(&world, &officer, id, "released").await.status, 200);
    let note = &stored(&world).await[0];
    assert_eq!((&note["docStatus"], note["meta"]["security"].is_null()), (&json!("final"), true), "{note}");
    assert_eq!(note["contained"][0]["practitioner"]["identifier"]["value"], "crew");
}

#[tokio::test]
async fn who_may_hand_over_outlives_the_sign_in_and_the_process() {
    let world = World::new().await;
    let device = Device::enrolled(&world, DEVICE).await;
    device.sign_in(&world, "crew").await;
    run(&world, "DELETE FROM sign_ins", &[]).await;
    let body = sealed(&world, ("crew", "crew"), 1, "x");
    let world = world.restart().await;
    let token = device.sign_in(&world, "nurse").await;
    assert_eq!(device.hand_over(&world, Some(&token), &body).await.status, 200);
}
