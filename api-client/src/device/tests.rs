use super::*;
use crate::test_server::{Request as Seen, TestServer, answer, json_answer};
use crate::{AccessToken, Client};

fn proof(seen: &str) -> Option<&str> {
    seen.lines().find_map(|line| line.strip_prefix("dpop: "))
}

fn client(server: &TestServer) -> (Client, Arc<SigningKey>) {
    let key = Arc::new(SigningKey::generate().unwrap());
    (server.client().with_device(Arc::clone(&key)).with_token(AccessToken::bound("t-1".to_owned())), key)
}

/// What the test server says the time is.
fn its_time() -> Timestamp {
    "2026-01-02T03:04:05Z".parse().unwrap()
}

fn refusal(error: &str, more: &str) -> Vec<u8> {
    let challenge = format!("WWW-Authenticate: DPoP error=\"{error}\", algs=\"ES256\"\r\n{more}");
    answer("401 Unauthorized", "application/json", &challenge, "{}")
}

const PERSON: &str = r#"{"resourceType":"Patient","id":"p1"}"#;

#[tokio::test]
async fn a_bound_token_goes_with_a_proof_of_its_own_each_time() {
    let server = TestServer::start(vec![json_answer(PERSON), json_answer(PERSON)]).await;
    let (client, key) = client(&server);
    client.read("Patient", "p1").await.unwrap();
    client.read("Patient", "p1").await.unwrap();
    let seen = server.requests();
    assert!(seen.iter().all(|r| r.contains("authorization: DPoP t-1")));
    let address = format!("{}Patient/p1", client.base);
    let asked = dpop::Request { method: "GET", address: &address, token: Some("t-1"), nonce: None };
    let first = dpop::check(proof(&seen[0]).unwrap(), &asked, Timestamp::now()).unwrap();
    // From the first answer on the device proves itself by the server's clock: its own may be wrong.
    let second = dpop::check(proof(&seen[1]).unwrap(), &asked, its_time()).unwrap();
    assert_eq!((first.jkt.as_str(), second.jkt.as_str()), (key.thumbprint(), key.thumbprint()));
    assert_ne!(first.jti, second.jti);
}

#[tokio::test]
async fn a_nonce_that_is_asked_for_is_given_once() {
    let stubborn = |seen: &Seen| match proof(&seen.text) {
        Some(_) => refusal("use_dpop_nonce", "DPoP-Nonce: n-1\r\n"),
        None => answer("500 Broken", "text/plain", "", ""),
    };
    let server = TestServer::respond(stubborn).await;
    let (client, _) = client(&server);
    assert!(client.read("Patient", "p1").await.unwrap_err().needs_sign_in());
    let seen = server.requests();
    assert_eq!(seen.len(), 2, "asked again once, not for ever");
    let address = format!("{}Patient/p1", client.base);
    let asked = dpop::Request { method: "GET", address: &address, token: Some("t-1"), nonce: Some("n-1") };
    assert!(dpop::check(proof(&seen[1]).unwrap(), &asked, its_time()).is_ok());
    assert!(dpop::check(proof(&seen[0]).unwrap(), &asked, Timestamp::now()).is_err(), "the first knew no nonce");
}

#[tokio::test]
async fn a_wrong_clock_of_the_device_costs_one_more_request() {
    let script = vec![refusal("invalid_dpop_proof", ""), json_answer(PERSON), refusal("invalid_dpop_proof", "")];
    let server = TestServer::start(script).await;
    let (client, _) = client(&server);
    assert!(client.read("Patient", "p1").await.is_ok());
    assert!(client.read("Patient", "p1").await.is_err(), "the same time would be refused again");
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn nothing_is_proven_where_nothing_is_claimed() {
    let server = TestServer::start(vec![json_answer(PERSON), json_answer(PERSON)]).await;
    let key = Arc::new(SigningKey::generate().unwrap());
    let client = server.client().with_device(key);
    client.read("Patient", "p1").await.unwrap();
    client.with_token(AccessToken::new("t-2".to_owned())).read("Patient", "p1").await.unwrap();
    let seen = server.requests();
    assert!(seen.iter().all(|r| proof(r).is_none()));
    assert!(seen[1].contains("authorization: Bearer t-2"));
}
