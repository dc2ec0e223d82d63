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
    let answer = server.client().sign_in(&StaffId::new("s1"), None).await.unwrap();
    let expires = answer.value.expires.unwrap().as_second() - answer.server_time.unwrap().as_second();
    assert_eq!(expires, 43_200);
    assert!(!format!("{answer:?}").contains("t-0123"));
    let staff = server.client().with_token(answer.value.access.clone()).who(&answer.value).await.unwrap().value;
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
        let error = server.client().sign_in(&StaffId::new("s1"), None).await.unwrap_err();
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
        let error = server.client().sign_in(&StaffId::new("s1"), None).await.unwrap_err();
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
    let error = server.client().sign_in(&StaffId::new("s1"), None).await.unwrap_err();
    assert!(error.is_transient() && error.status() == Some(503), "{error:?}");
}

/// A provider of OpenID Connect that signs what `bend` makes of good claims, and redirects with what it says it is.
async fn openid(
    bend: fn(&mut serde_json::Value),
    redirects_as: &'static str,
    calls_itself: &'static str,
) -> TestServer {
    let (ours, nonce) = (keys::SigningKey::generate().unwrap(), std::sync::Mutex::new(String::new()));
    let host = |r: &Request| format!("http://{}", r.host());
    TestServer::respond(move |request: &Request| match request.path() {
        "/fhir/.well-known/smart-configuration" => json_answer(
            &serde_json::json!({"issuer": host(request), "authorization_endpoint": format!("{}/authorize", host(request)),
                "token_endpoint": format!("{}/token", host(request)), "code_challenge_methods_supported": ["S256"]})
            .to_string(),
        ),
        "/.well-known/openid-configuration" => json_answer(
            &serde_json::json!({"issuer": format!("{}{calls_itself}", host(request)), "jwks_uri": format!("{}/jwks", host(request)),
                "authorization_response_iss_parameter_supported": true})
            .to_string(),
        ),
        "/jwks" => json_answer(&keys::KeySet::of(&[&ours]).to_value().to_string()),
        "/authorize" => {
            *nonce.lock().unwrap() = parameter(&request.text, "nonce");
            let iss = format!("http://{}", request.host()).replace(':', "%3A").replace('/', "%2F");
            let iss = redirects_as.replace("ISS", &iss);
            redirect(&format!("{REDIRECT}?code=c1&state={}{iss}", parameter(&request.text, "state")))
        }
        "/token" => {
            let now = "2026-01-02T03:04:05Z".parse::<jiff::Timestamp>().unwrap().as_second();
            let mut claims = serde_json::json!({"iss": host(request), "aud": "doorstep-app", "sub": "s1",
                "nonce": *nonce.lock().unwrap(), "iat": now, "exp": now + 300});
            bend(&mut claims);
            let signed = match claims["signer"].as_str() {
                Some("nobody") => serde_json::Value::Null,
                Some(_) => keys::SigningKey::generate().unwrap().sign("JWT", &claims).unwrap().into(),
                None => ours.sign("JWT", &claims).unwrap().into(),
            };
            let body = serde_json::json!({"access_token": "t-0123", "token_type": "Bearer", "id_token": signed});
            json_answer(&body.to_string())
        }
        _ => answer("404 Not Found", "text/plain", "", ""),
    })
    .await
}

const ISS: &str = "&iss=ISS";

async fn signed_in(server: &TestServer) -> Result<Answer<Token>, Error> {
    server.client().sign_in(&StaffId::new("s1"), None).await
}

#[tokio::test]
async fn who_signed_in_is_believed_only_from_who_was_asked_for_this_device_and_now() {
    use keys::KeyError::{Claim, Missing, Over, UnknownKey};
    let good = signed_in(&openid(|_| (), ISS, "").await).await.unwrap();
    assert_eq!(good.value.claims.unwrap()["sub"], "s1");
    type Bend = fn(&mut serde_json::Value);
    let cases: [(Bend, SignInProblem); 9] = [
        (|c| c["iss"] = "https://other.example".into(), SignInProblem::NotBelieved(Claim("iss"))),
        (|c| c["aud"] = "another-app".into(), SignInProblem::NotBelieved(Claim("aud"))),
        (|c| c["nonce"] = "an older one".into(), SignInProblem::NotBelieved(Claim("nonce"))),
        (|c| c["nonce"] = serde_json::Value::Null, SignInProblem::NotBelieved(Missing("nonce"))),
        (|c| c["exp"] = 1_700_000_000.into(), SignInProblem::NotBelieved(Over)),
        (|c| c["sub"] = "".into(), SignInProblem::NotBelieved(Claim("sub"))),
        (|c| c["at_hash"] = "77QmUPtjPfzWtF2AnpK9RQ".into(), SignInProblem::NotBelieved(Claim("at_hash"))),
        (|c| c["signer"] = "another".into(), SignInProblem::NotBelieved(UnknownKey)),
        (|c| c["signer"] = "nobody".into(), SignInProblem::Unexpected),
    ];
    for (bend, expected) in cases {
        let error = signed_in(&openid(bend, ISS, "").await).await.unwrap_err();
        assert!(matches!(error, Error::SignIn(problem) if problem == expected), "{error:?} for {expected:?}");
    }
}

#[tokio::test]
async fn a_provider_that_was_mixed_up_with_another_gets_no_code() {
    for (redirects_as, calls_itself) in [("", ""), ("&iss=https%3A%2F%2Fother.example", ""), (ISS, "/")] {
        let server = openid(|_| (), redirects_as, calls_itself).await;
        let error = signed_in(&server).await.unwrap_err();
        assert!(matches!(error, Error::SignIn(SignInProblem::WrongIssuer)), "{error:?} for {redirects_as:?}");
        assert!(!server.requests().iter().any(|r| r.contains("code_verifier")), "nothing may be spent");
    }
}

#[tokio::test]
async fn a_launch_is_for_the_devices_own_service_only() {
    let server = provider(|state| format!("{REDIRECT}?code=c1&state={state}")).await;
    let ours = server.client().base.to_string();
    let launch = |service: &str| Launch { service: service.to_owned(), launch: "l-1".to_owned() };
    let (own, other) = (launch(ours.trim_end_matches('/')), launch("https://records.example/fhir"));
    assert!(server.client().sign_in(&StaffId::new("s1"), Some(&own)).await.is_ok());
    assert!(server.requests()[1].contains("launch=l-1") && server.requests()[1].contains("scope=launch+openid"));
    let before = server.requests().len();
    let error = server.client().sign_in(&StaffId::new("s1"), Some(&other)).await.unwrap_err();
    assert!(matches!(error, Error::SignIn(SignInProblem::AnotherService)), "{error:?}");
    assert_eq!(server.requests().len(), before, "nothing is asked");
}
