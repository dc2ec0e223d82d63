//! Who tries too often waits, and takes nothing from the others behind the same address.

use std::num::NonZeroU32;

use hub::{Enrolment, Entrance, Limits, Rate};
use keys::SigningKey;
use serde_json::json;

use crate::device::{VERIFIER, post_form, proven};
use crate::http::{Answer, send};
use crate::world::{World, challenge};

async fn limited(address: u32, one: u32) -> World {
    let rate = |of| Rate(NonZeroU32::new(of).unwrap());
    let few = Limits { address: rate(address), one: rate(one) };
    let enrolment = Some(Enrolment::Open);
    World::with(Entrance { enrolment, sign_in: few, search: few, ..Entrance::default() }).await
}

fn is_too_often(answer: &Answer) {
    answer.is_problem(429, "throttled");
    let wait: u64 = answer.header("retry-after").parse().unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
}

async fn authorize(world: &World, staff: &str) -> Answer {
    send(world.hub.addr, "GET", &world.authorize(staff, &challenge(VERIFIER)), &[], b"").await
}

#[tokio::test]
async fn signing_in_as_one_person_has_a_limit_and_another_still_can() {
    let world = limited(100, 2).await;
    assert_eq!(authorize(&world, "crew").await.status, 302);
    assert_eq!(authorize(&world, "crew").await.status, 302);
    is_too_often(&authorize(&world, "crew").await);
    assert_eq!(authorize(&world, "crew2").await.status, 302, "a colleague at the same station");
}

#[tokio::test]
async fn an_address_has_a_limit_of_its_own() {
    let world = limited(3, 3).await;
    for staff in ["a", "b", "c"] {
        assert_eq!(authorize(&world, staff).await.status, 302);
    }
    is_too_often(&authorize(&world, "d").await);
}

#[tokio::test]
async fn token_requests_of_one_device_have_a_limit_and_another_device_does_not_feel_it() {
    let world = limited(100, 2).await;
    let (busy, calm) = (SigningKey::generate().unwrap(), SigningKey::generate().unwrap());
    let guess = async |key: &SigningKey| {
        let proof = proven(&world, key, "POST", "/auth/token", None);
        post_form(&world, "/auth/token", &[&proof], "grant_type=refresh_token&refresh_token=guess").await
    };
    assert_eq!((guess(&busy).await.status, guess(&busy).await.status), (400, 400));
    is_too_often(&guess(&busy).await);
    assert_eq!(guess(&calm).await.status, 400);
}

#[tokio::test]
async fn device_codes_and_guesses_at_them_have_a_limit() {
    let world = limited(3, 3).await;
    let start = async || post_form(&world, "/auth/device", &[], "client_id=doorstep-app").await;
    assert_eq!(start().await.status, 200);
    for _ in 0..2 {
        assert_eq!(send(world.hub.addr, "GET", "/device?user_code=BBBBBBBB", &[], b"").await.status, 200);
    }
    is_too_often(&send(world.hub.addr, "GET", "/device?user_code=BBBBBBBB", &[], b"").await);
    is_too_often(&post_form(&world, "/device", &[], "user_code=BBBBBBBB&staff=crew").await);
    is_too_often(&start().await);
}

#[tokio::test]
async fn guesses_at_a_code_of_enrolment_have_a_limit() {
    let world = limited(2, 2).await;
    let guess = async || {
        let key = SigningKey::generate().unwrap();
        let proof = proven(&world, &key, "POST", "/devices", None);
        let wish = json!({"device": uuid::Uuid::now_v7(), "name": "x", "code": "BBBB"}).to_string();
        send(world.hub.addr, "POST", "/devices", &[("DPoP", proof.as_str())], wish.as_bytes()).await
    };
    assert_eq!((guess().await.status, guess().await.status), (201, 201));
    is_too_often(&guess().await);
}

#[tokio::test]
async fn looking_for_people_has_a_limit_for_each_reader_and_reading_a_record_has_none() {
    let world = limited(100, 3).await;
    let (crew, nurse) = (world.sign_in("crew").await, world.sign_in("nurse").await);
    let search = "/fhir/Patient?family=jones&birthdate=1950-01-02";
    for _ in 0..3 {
        assert_eq!(world.get(&crew, search).await.status, 200);
    }
    is_too_often(&world.get(&crew, search).await);
    assert_eq!(world.get(&nurse, search).await.status, 200);
    assert_eq!(world.get(&crew, "/fhir/Patient/p2").await.status, 200);
}
