//! A device without a browser: it shows a code, and somebody approves on another screen.

use hub::Store;
use keys::{KeySet, SigningKey};
use serde_json::{Value, json};

use crate::device::{ask, post_form, proven};
use crate::http::{Answer, send};
use crate::world::World;

const GRANT: &str = "urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code";

async fn start(world: &World, key: Option<&SigningKey>) -> Value {
    let proof = key.map(|key| proven(world, key, "POST", "/auth/device", None));
    let form = "client_id=doorstep-app&scope=openid%20offline_access&nonce=n-9";
    let answer = post_form(world, "/auth/device", proof.as_deref().as_slice(), form).await;
    assert_eq!(answer.status, 200, "{}", answer.json());
    answer.json()
}

async fn poll(world: &World, key: &SigningKey, started: &Value) -> Answer {
    let proof = proven(world, key, "POST", "/auth/token", None);
    let code = started["device_code"].as_str().unwrap();
    let form = format!("grant_type={GRANT}&device_code={code}&client_id=doorstep-app");
    post_form(world, "/auth/token", &[&proof], &form).await
}

async fn press(world: &World, started: &Value, staff: &str) -> Answer {
    let code = started["user_code"].as_str().unwrap();
    post_form(world, "/device", &[], &format!("user_code={code}&staff={staff}")).await
}

fn is_error(answer: &Answer, error: &str) {
    assert_eq!((answer.status, answer.json()["error"].as_str()), (400, Some(error)));
}

#[tokio::test]
async fn a_device_is_signed_in_when_somebody_approves_on_another_screen() {
    let (world, key) = (World::new().await, SigningKey::generate().unwrap());
    let started = start(&world, Some(&key)).await;
    assert_eq!((&started["interval"], &started["expires_in"]), (&json!(5), &json!(600)));
    is_error(&poll(&world, &key, &started).await, "authorization_pending");
    let page = started["verification_uri_complete"].as_str().unwrap();
    let path = page.strip_prefix(&format!("http://{}", world.hub.addr)).unwrap();
    let page = send(world.hub.addr, "GET", path, &[], b"").await;
    let shown = String::from_utf8(page.body.clone()).unwrap();
    assert!(shown.contains(started["user_code"].as_str().unwrap()) && shown.contains("value=\"nurse\""));
    assert!(page.header("content-security-policy").contains("frame-ancestors 'none'"));
    assert_eq!(press(&world, &started, "nurse").await.status, 200);
    let given = poll(&world, &key, &started).await.json();
    assert_eq!(given["token_type"], "DPoP");
    let set = send(world.hub.addr, "GET", "/.well-known/jwks.json", &[], b"").await.json();
    let claims = KeySet::read(&set).unwrap().verify(given["id_token"].as_str().unwrap(), Some("JWT")).unwrap();
    assert_eq!((&claims["sub"], &claims["nonce"]), (&json!("nurse"), &json!("n-9")));
    let token = given["access_token"].as_str().unwrap();
    let proof = proven(&world, &key, "GET", "/auth/userinfo", Some(token));
    assert_eq!(ask(&world, "/auth/userinfo", "DPoP", token, &[&proof]).await.json()["sub"], "nurse");
    is_error(&poll(&world, &key, &started).await, "invalid_grant");
}

#[tokio::test]
async fn whoever_asks_too_often_is_told_to_slow_down() {
    let (world, key) = (World::new().await, SigningKey::generate().unwrap());
    let started = start(&world, Some(&key)).await;
    is_error(&poll(&world, &key, &started).await, "authorization_pending");
    is_error(&poll(&world, &key, &started).await, "slow_down");
    press(&world, &started, "crew").await;
    assert_eq!(poll(&world, &key, &started).await.status, 200, "an approval is not held back");
}

#[tokio::test]
async fn a_refusal_and_the_end_of_a_code_are_said() {
    let (world, key) = (World::new().await, SigningKey::generate().unwrap());
    let started = start(&world, Some(&key)).await;
    press(&world, &started, "").await;
    is_error(&poll(&world, &key, &started).await, "access_denied");
    let late = start(&world, Some(&key)).await;
    let pool = sqlx::SqlitePool::connect(world.folder.path().join("hub.sqlite").to_str().unwrap()).await.unwrap();
    sqlx::query("UPDATE device_codes SET expires_at = 0").execute(&pool).await.unwrap();
    is_error(&poll(&world, &key, &late).await, "expired_token");
    let page = press(&world, &late, "crew").await;
    assert!(String::from_utf8_lossy(&page.body).contains("No device waits"));
    is_error(&poll(&world, &key, &late).await, "expired_token");
}

#[tokio::test]
async fn a_code_is_collected_by_the_device_that_asked_and_by_no_other() {
    let (world, key) = (World::new().await, SigningKey::generate().unwrap());
    let started = start(&world, Some(&key)).await;
    press(&world, &started, "crew").await;
    let thief = SigningKey::generate().unwrap();
    is_error(&poll(&world, &thief, &started).await, "invalid_grant");
    assert_eq!(poll(&world, &key, &started).await.status, 200);
    is_error(&poll(&world, &key, &json!({"device_code": "made-up"})).await, "invalid_grant");
}

#[tokio::test]
async fn a_page_from_elsewhere_approves_nothing() {
    let (world, key) = (World::new().await, SigningKey::generate().unwrap());
    let started = start(&world, Some(&key)).await;
    let form = format!("user_code={}&staff=crew", started["user_code"].as_str().unwrap());
    let headers = [("Content-Type", "application/x-www-form-urlencoded"), ("Sec-Fetch-Site", "cross-site")];
    send(world.hub.addr, "POST", "/device", &headers, form.as_bytes()).await.is_problem(403, "forbidden");
    press(&world, &started, "nobody-here").await.is_problem(400, "invalid");
    is_error(&poll(&world, &key, &started).await, "authorization_pending");
}

#[tokio::test]
async fn only_the_app_may_ask() {
    let world = World::new().await;
    is_error(&post_form(&world, "/auth/device", &[], "client_id=another").await, "invalid_client");
    let store: &Store = &world.hub.store;
    assert!(store.devices().await.unwrap().is_empty(), "asking enrols nothing");
}
