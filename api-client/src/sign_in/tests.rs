use super::*;
use crate::test_server::{Request, TestServer, answer, json_answer};

const STAFF: &str = r#"{"sub":"s1","id":"s1","name":"Asha Rao","role":"emergency","job_title":"Paramedic","organisation":{"ods":"RRU","name":"Service"}}"#;

fn configuration(host: &str) -> Vec<u8> {
    json_answer(&format!(
        r#"{{"authorization_endpoint":"http://{host}/auth/authorize","token_endpoint":"http://{host}/auth/token","userinfo_endpoint":"http://{host}/auth/userinfo","code_challenge_methods_supported":["S256"]}}"#
    ))
}

fn redirect(location: &str) -> Vec<u8> {
    answer("302 Found", "text/plain", &format!("Location: {location}\r\n"), "")
}

fn parameter(text: &str, name: &str) -> String {
    let after = text.split(&format!("{name}=")).nth(1).unwrap_or_default();
    after.split(['&', ' ', '\r']).next().unwrap_or_default().to_owned()
}

/// A provider that does as the standard says, but for what `bend` changes in its redirect.
async fn provider(bend: fn(&str) -> String) -> TestServer {
    TestServer::respond(move |request: &Request| match request.path() {
        "/fhir/.well-known/smart-configuration" => configuration(request.host()),
        "/auth/authorize" => redirect(&bend(&parameter(&request.text, "state"))),
        "/auth/token" => json_answer(r#"{"access_token":"t-0123","token_type":"Bearer","expires_in":43200}"#),
        "/auth/userinfo" => json_answer(STAFF),
        _ => answer("404 Not Found", "text/plain", "", ""),
    })
    .await
}

#[tokio::test]
async fn a_sign_in_proves_itself_and_learns_who_it_is() {
    let server = provider(|state| format!("{REDIRECT}?code=c1&state={state}")).await;
    let answer = server.client().sign_in(&StaffId::new("s1")).await.unwrap();
    let expires = answer.value.expires.unwrap().as_second() - answer.server_time.unwrap().as_second();
    assert_eq!(expires, 43_200);
    assert!(!format!("{answer:?}").contains("t-0123"));
    let staff = server.client().with_token(answer.value.access).userinfo().await.unwrap().value;
    assert_eq!(staff.name, "Asha Rao");

    let requests = server.requests();
    let (asked, spent) = (&requests[1], &requests[2]);
    let expected = base64::Engine::encode(
        &base64::engine::general_purpose::URL_SAFE_NO_PAD,
        ring::digest::digest(&ring::digest::SHA256, parameter(spent, "code_verifier").as_bytes()),
    );
    assert_eq!(parameter(asked, "code_challenge"), expected);
    assert!(asked.contains("login_hint=s1") && asked.contains("redirect_uri=doorstep%3A%2F%2Fsigned-in"));
    assert!(!requests[..3].iter().any(|r| r.contains("authorization:")));
    assert!(requests.last().is_some_and(|r| r.contains("authorization: Bearer t-0123")));
}

#[tokio::test]
async fn an_answer_to_another_question_is_not_taken() {
    type Bend = fn(&str) -> String;
    let cases: [(Bend, SignInProblem); 6] = [
        (|_| format!("{REDIRECT}?code=c1&state=guess"), SignInProblem::WrongState),
        (|_| format!("{REDIRECT}?code=c1"), SignInProblem::WrongState),
        (|s| format!("https://elsewhere.example/?code=c1&state={s}"), SignInProblem::Unexpected),
        (|s| format!("doorstep://signed-in.elsewhere?code=c1&state={s}"), SignInProblem::Unexpected),
        (|s| format!("{REDIRECT}?error=access_denied&state={s}"), SignInProblem::Refused),
        (|s| format!("{REDIRECT}?code=&state={s}"), SignInProblem::Unexpected),
    ];
    for (bend, expected) in cases {
        let server = provider(bend).await;
        let error = server.client().sign_in(&StaffId::new("s1")).await.unwrap_err();
        assert!(matches!(error, Error::SignIn(problem) if problem == expected), "{error:?} for {expected:?}");
        assert!(!server.requests().iter().any(|r| r.contains("code_verifier")), "nothing may be spent");
    }
}

#[tokio::test]
async fn a_service_without_s256_or_with_an_open_door_is_not_used() {
    let plain = r#"{"authorization_endpoint":"http://127.0.0.1/a","token_endpoint":"http://127.0.0.1/t","code_challenge_methods_supported":["plain"]}"#;
    let clear = r#"{"authorization_endpoint":"http://login.example/a","token_endpoint":"https://login.example/t","code_challenge_methods_supported":["S256"]}"#;
    for body in [plain, clear] {
        let server = TestServer::start(vec![json_answer(body)]).await;
        let error = server.client().sign_in(&StaffId::new("s1")).await.unwrap_err();
        assert!(matches!(error, Error::SignIn(SignInProblem::NotOffered)), "{error:?}");
    }
}

#[tokio::test]
async fn a_busy_provider_stays_worth_another_try() {
    let server = TestServer::respond(|request: &Request| match request.path() {
        "/fhir/.well-known/smart-configuration" => configuration(request.host()),
        _ => answer("503 Service Unavailable", "text/plain", "Retry-After: 9\r\n", ""),
    })
    .await;
    let error = server.client().sign_in(&StaffId::new("s1")).await.unwrap_err();
    assert!(error.is_transient() && error.status() == Some(503), "{error:?}");
}
