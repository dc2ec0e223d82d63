//! Devices are let in, seen and shut out.

use hub::{Enrolment, Entrance, enrolment_code};
use keys::SigningKey;
use serde_json::{Value, json};

use crate::device::{Device, proven, refused};
use crate::http::{Answer, send};
use crate::world::World;

const ID: &str = "01920000-0000-7000-8000-0000000000d1";
const OTHER: &str = "01920000-0000-7000-8000-0000000000d2";

async fn by_code() -> World {
    World::with(Entrance { enrolment: Some(Enrolment::Code), ..Entrance::default() }).await
}

async fn enrol(world: &World, key: &SigningKey, body: Value) -> Answer {
    let proof = proven(world, key, "POST", "/devices", None);
    send(world.hub.addr, "POST", "/devices", &[("DPoP", proof.as_str())], body.to_string().as_bytes()).await
}

async fn state(world: &World, key: &SigningKey) -> Value {
    let proof = proven(world, key, "GET", "/devices/self", None);
    let answer = send(world.hub.addr, "GET", "/devices/self", &[("DPoP", proof.as_str())], b"").await;
    assert_eq!(answer.status, 200);
    answer.json()["state"].clone()
}

#[tokio::test]
async fn a_device_is_let_in_by_its_key_and_learns_whom_to_believe() {
    let (world, key) = (World::new().await, SigningKey::generate().unwrap());
    assert_eq!(state(&world, &key).await, "unknown");
    let wish = json!({"device": ID, "name": " Ambulance 7 "});
    let answer = enrol(&world, &key, wish.clone()).await;
    assert_eq!((answer.status, answer.json()["name"].as_str()), (201, Some("Ambulance 7")));
    assert!(keys::RelayPublic::from_text(answer.json()["relay_key"].as_str().unwrap()).is_ok());
    assert!(keys::KeySet::read(&answer.json()["jwks"]).is_ok());
    assert_eq!(enrol(&world, &key, wish).await.status, 200, "said twice it is once");
    assert_eq!(state(&world, &key).await, "active");
}

#[tokio::test]
async fn an_id_or_a_key_is_one_devices() {
    let (world, key) = (World::new().await, SigningKey::generate().unwrap());
    enrol(&world, &key, json!({"device": ID, "name": "One"})).await;
    let thief = SigningKey::generate().unwrap();
    enrol(&world, &thief, json!({"device": ID, "name": "Two"})).await.is_problem(409, "conflict");
    enrol(&world, &key, json!({"device": OTHER, "name": "Two"})).await.is_problem(409, "conflict");
    assert_eq!(state(&world, &thief).await, "unknown");
}

#[tokio::test]
async fn what_is_no_wish_is_refused_and_so_is_whoever_proves_nothing() {
    let (world, key) = (World::new().await, SigningKey::generate().unwrap());
    for wish in [
        json!({"device": "one", "name": "One"}),
        json!({"device": ID}),
        json!({"device": ID, "name": " "}),
        json!({"device": ID, "name": "a\nb"}),
        json!({"device": ID, "name": "x".repeat(101)}),
        json!([]),
    ] {
        enrol(&world, &key, wish).await.is_problem(400, "invalid");
    }
    let wish = json!({"device": ID, "name": "One"}).to_string();
    refused(&send(world.hub.addr, "POST", "/devices", &[], wish.as_bytes()).await, "invalid_dpop_proof");
    let proof = proven(&world, &key, "POST", "/devices", None);
    let headers = [("DPoP", proof.as_str())];
    assert_eq!(send(world.hub.addr, "POST", "/devices", &headers, wish.as_bytes()).await.status, 201);
    refused(&send(world.hub.addr, "POST", "/devices", &headers, wish.as_bytes()).await, "invalid_dpop_proof");
}

#[tokio::test]
async fn a_code_lets_one_device_in() {
    let world = by_code().await;
    let (first, second) = (SigningKey::generate().unwrap(), SigningKey::generate().unwrap());
    let code = enrolment_code(&world.hub.store).await.unwrap();
    for wrong in [json!(null), json!(""), json!("BBBB-BBBB-BBBB")] {
        let answer = enrol(&world, &first, json!({"device": ID, "name": "One", "code": wrong})).await;
        answer.is_problem(403, "forbidden");
    }
    let typed = code.to_lowercase().replace('-', " ");
    assert_eq!(enrol(&world, &first, json!({"device": ID, "name": "One", "code": typed})).await.status, 201);
    assert_eq!(enrol(&world, &first, json!({"device": ID, "name": "One"})).await.status, 200, "it is in");
    let answer = enrol(&world, &second, json!({"device": OTHER, "name": "Two", "code": code})).await;
    answer.is_problem(403, "forbidden");
    let smart = send(world.hub.addr, "GET", "/fhir/.well-known/smart-configuration", &[], b"").await.json();
    assert_eq!(smart["doorstep_device_enrolment"], "code");
    assert_eq!(smart["doorstep_device_endpoint"], format!("http://{}/devices", world.hub.addr));
}

#[tokio::test]
async fn a_code_that_is_over_lets_nobody_in() {
    let (world, key) = (by_code().await, SigningKey::generate().unwrap());
    let now = jiff::Timestamp::now();
    let hash = hex::encode(ring::digest::digest(&ring::digest::SHA256, b"BCDFGHJKLMNP"));
    world.hub.store.insert_enrolment_code(&hash, now, now).await.unwrap();
    let answer = enrol(&world, &key, json!({"device": ID, "name": "One", "code": "BCDF-GHJK-LMNP"})).await;
    answer.is_problem(403, "forbidden");
}

#[tokio::test]
async fn a_revoked_device_is_refused_by_that_name_and_stays_out() {
    let world = World::new().await;
    let device = Device::signed_in(&world, "crew").await;
    enrol(&world, &device.key, json!({"device": ID, "name": "One"})).await;
    assert_eq!(device.get(&world, "/fhir/Patient/p1").await.status, 200);
    world.hub.store.appoint_device_steward("clerk").await.unwrap();
    let (clerk, nurse) = (world.sign_in("clerk").await, world.sign_in("nurse").await);
    let revoke = format!("/devices/{ID}/revoke");
    world.post(&nurse, &revoke, &json!({})).await.is_problem(403, "forbidden");
    assert_eq!(device.get(&world, "/fhir/Patient/p1").await.status, 200);
    assert_eq!(world.post(&clerk, &revoke, &json!({})).await.status, 200);
    refused(&device.get(&world, "/fhir/Patient/p1").await, "device_revoked");
    assert_eq!(state(&world, &device.key).await, "revoked");
    refused(&enrol(&world, &device.key, json!({"device": ID, "name": "One"})).await, "device_revoked");
    let again = device.sign_in_again(&world).await;
    assert_eq!((again.status, again.json()["error"].as_str()), (400, Some("device_revoked")));
    assert_eq!(world.post(&clerk, &revoke, &json!({})).await.status, 200, "said twice it is once");
    world.post(&clerk, &format!("/devices/{OTHER}/revoke"), &json!({})).await.is_problem(404, "not-found");
    world.post(&clerk, "/devices/nonsense/revoke", &json!({})).await.is_problem(404, "not-found");
}

#[tokio::test]
async fn the_list_of_devices_is_for_stewards() {
    let world = World::new().await;
    let key = SigningKey::generate().unwrap();
    enrol(&world, &key, json!({"device": ID, "name": "One"})).await;
    world.hub.store.appoint_device_steward("clerk").await.unwrap();
    let (clerk, nurse) = (world.sign_in("clerk").await, world.sign_in("nurse").await);
    world.get(&nurse, "/devices").await.is_problem(403, "forbidden");
    let list = world.get(&clerk, "/devices").await.json();
    assert_eq!((&list["devices"][0]["device"], &list["devices"][0]["jkt"]), (&json!(ID), &json!(key.thumbprint())));
    assert_eq!(list["devices"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn where_a_code_is_needed_an_unknown_device_gets_no_token() {
    let (world, key) = (by_code().await, SigningKey::generate().unwrap());
    let answer = Device::ask(&world, &key, "crew").await;
    assert_eq!((answer.status, answer.json()["error"].as_str()), (400, Some("unauthorized_client")));
    let code = enrolment_code(&world.hub.store).await.unwrap();
    assert_eq!(enrol(&world, &key, json!({"device": ID, "name": "One", "code": code})).await.status, 201);
    assert_eq!(Device::ask(&world, &key, "crew").await.status, 200);
}
