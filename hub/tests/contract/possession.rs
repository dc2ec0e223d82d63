//! A token that was asked for with a proof is good for the device that made the proof, and each proof is good once.

use hub::{Enrolment, Entrance};
use jiff::{SignedDuration, Timestamp};
use keys::SigningKey;

use crate::device::{Device, exchange, proven_at, refused};
use crate::http::{Answer, send_as};
use crate::world::World;

const PLACE: &str = "/fhir/Patient/p1";

async fn signed_in(world: &World) -> Device {
    Device::signed_in(world, "crew").await
}

fn proven(world: &World, key: &SigningKey, method: &str, path: &str, token: Option<&str>, jti: &str) -> String {
    proven_at(world, key, (method, path), token, jti, Timestamp::now())
}

async fn ask(world: &World, scheme: &str, token: &str, proofs: &[&str]) -> Answer {
    crate::device::ask(world, PLACE, scheme, token, proofs).await
}

#[tokio::test]
async fn a_bound_token_opens_with_a_new_proof_each_time() {
    let world = World::new().await;
    let device = signed_in(&world).await;
    for jti in ["a", "b"] {
        let proof = proven(&world, &device.key, "GET", PLACE, Some(&device.token), jti);
        assert_eq!(ask(&world, "DPoP", &device.token, &[&proof]).await.status, 200);
    }
}

#[tokio::test]
async fn a_replayed_proof_is_refused_also_after_a_restart() {
    let world = World::new().await;
    let device = signed_in(&world).await;
    let proof = proven(&world, &device.key, "GET", PLACE, Some(&device.token), "a");
    assert_eq!(ask(&world, "DPoP", &device.token, &[&proof]).await.status, 200);
    refused(&ask(&world, "DPoP", &device.token, &[&proof]).await, "invalid_dpop_proof");
    let before = world.hub.addr;
    let world = world.restart().await;
    // The same request at the old address, as whoever recorded it would send it again.
    let authorization = format!("DPoP {}", device.token);
    let host = before.to_string();
    let headers = [("Authorization", authorization.as_str()), ("DPoP", proof.as_str())];
    refused(&send_as(world.hub.addr, &host, "GET", PLACE, &headers, b"").await, "invalid_dpop_proof");
}

#[tokio::test]
async fn of_parallel_senders_of_one_proof_one_gets_an_answer() {
    let world = World::new().await;
    let device = signed_in(&world).await;
    let proof = proven(&world, &device.key, "GET", PLACE, Some(&device.token), "a");
    let proofs = [proof.as_str()];
    let send = || ask(&world, "DPoP", &device.token, &proofs);
    let (a, b, c, d) = tokio::join!(send(), send(), send(), send());
    let taken = [a, b, c, d].iter().filter(|answer| answer.status == 200).count();
    assert_eq!(taken, 1);
}

#[tokio::test]
async fn the_proof_of_another_key_is_refused() {
    let world = World::new().await;
    let (device, thief) = (signed_in(&world).await, SigningKey::generate().unwrap());
    let proof = proven(&world, &thief, "GET", PLACE, Some(&device.token), "a");
    refused(&ask(&world, "DPoP", &device.token, &[&proof]).await, "invalid_token");
}

#[tokio::test]
async fn a_token_of_another_device_is_refused() {
    let world = World::new().await;
    let (mine, theirs) = (signed_in(&world).await, signed_in(&world).await);
    let proof = proven(&world, &mine.key, "GET", PLACE, Some(&theirs.token), "a");
    refused(&ask(&world, "DPoP", &theirs.token, &[&proof]).await, "invalid_token");
    let proof = proven(&world, &mine.key, "GET", PLACE, Some(&mine.token), "b");
    refused(&ask(&world, "DPoP", &theirs.token, &[&proof]).await, "invalid_dpop_proof");
}

#[tokio::test]
async fn a_bound_token_without_its_proof_is_refused() {
    let world = World::new().await;
    let device = signed_in(&world).await;
    refused(&ask(&world, "Bearer", &device.token, &[]).await, "invalid_token");
    refused(&ask(&world, "DPoP", &device.token, &[]).await, "invalid_dpop_proof");
    let proof = |jti| proven(&world, &device.key, "GET", PLACE, Some(&device.token), jti);
    refused(&ask(&world, "DPoP", &device.token, &[&proof("a"), &proof("b")]).await, "invalid_dpop_proof");
    refused(&ask(&world, "Bearer", &device.token, &[&proof("c")]).await, "invalid_token");
}

#[tokio::test]
async fn a_proof_for_another_request_or_another_time_is_refused() {
    let world = World::new().await;
    let device = signed_in(&world).await;
    let token = Some(device.token.as_str());
    let made = |method, path, token| proven(&world, &device.key, method, path, token, "a");
    let now = Timestamp::now();
    let at = |minutes| {
        let then = now + SignedDuration::from_mins(minutes);
        proven_at(&world, &device.key, ("GET", PLACE), token, "t", then)
    };
    for (what, proof) in [
        ("method", made("POST", PLACE, token)),
        ("address", made("GET", "/fhir/Patient/p2", token)),
        ("no token", made("GET", PLACE, None)),
        ("another token", made("GET", PLACE, Some("another"))),
        ("too old", at(-3)),
        ("of the future", at(3)),
        ("no proof at all", "nonsense".to_owned()),
    ] {
        let answer = ask(&world, "DPoP", &device.token, &[&proof]).await;
        assert_eq!(answer.status, 401, "{what}");
        refused(&answer, "invalid_dpop_proof");
    }
    let good = made("GET", PLACE, token);
    assert_eq!(ask(&world, "DPoP", &device.token, &[&good]).await.status, 200, "what is refused uses up no proof");
}

#[tokio::test]
async fn a_token_is_given_to_nobody_who_proves_nothing() {
    let world = World::new().await;
    let answer = exchange(&world, "crew", &[]).await;
    assert_eq!((answer.status, answer.json()["error"].as_str()), (400, Some("invalid_dpop_proof")));
}

#[tokio::test]
async fn where_the_owner_gives_bearer_tokens_they_are_no_bound_ones() {
    let world = World::with(Entrance { enrolment: Some(Enrolment::Open), unbound: true, ..Entrance::default() }).await;
    let given = exchange(&world, "crew", &[]).await.json();
    assert_eq!(given["token_type"], "Bearer");
    let token = given["access_token"].as_str().unwrap();
    assert_eq!(ask(&world, "Bearer", token, &[]).await.status, 200);
    let key = SigningKey::generate().unwrap();
    let proof = proven(&world, &key, "GET", PLACE, Some(token), "a");
    refused(&ask(&world, "DPoP", token, &[&proof]).await, "invalid_token");
}

#[tokio::test]
async fn a_token_request_with_a_bad_or_a_replayed_proof_is_refused() {
    let world = World::new().await;
    let key = SigningKey::generate().unwrap();
    let proof = proven(&world, &key, "POST", "/auth/token", None, "a");
    assert_eq!(exchange(&world, "crew", &[&proof]).await.status, 200);
    let elsewhere = proven(&world, &key, "POST", "/auth/other", None, "b");
    for (what, proofs) in [("replayed", &[proof.as_str()][..]), ("another address", &[&elsewhere])] {
        let answer = exchange(&world, "crew", proofs).await;
        assert_eq!((answer.status, answer.json()["error"].as_str()), (400, Some("invalid_dpop_proof")), "{what}");
    }
}
