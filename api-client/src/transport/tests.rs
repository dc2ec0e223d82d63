use super::*;
use crate::test_server::{TestServer, answer, json_answer};
use crate::{AccessToken, Limits};
use std::time::Instant;

const PATIENT: &str = r#"{"resourceType":"Patient","id":"p1"}"#;

async fn get(bytes: Vec<u8>) -> Result<Answer<Value>, Error> {
    TestServer::start(vec![bytes]).await.client().read("Patient", "p1").await
}

#[tokio::test]
async fn an_answer_carries_the_servers_clock_and_version() {
    let bytes = answer("200 OK", "application/fhir+json", "ETag: W/\"3\"\r\n", PATIENT);
    let answer = get(bytes).await.unwrap();
    assert_eq!(answer.server_time.map(|t| t.to_string()).as_deref(), Some("2026-01-02T03:04:05Z"));
    assert_eq!(answer.etag.as_deref(), Some("W/\"3\""));
}

#[tokio::test]
async fn the_token_is_sent_and_each_request_has_an_id() {
    let server = TestServer::start(vec![json_answer(PATIENT), json_answer(PATIENT)]).await;
    let client = server.client().with_token(AccessToken::new("t-1".into()));
    for _ in 0..2 {
        client.read("Patient", "p1").await.unwrap();
    }
    let requests = server.requests();
    assert!(
        requests.iter().all(|r| r.contains("authorization: Bearer t-1") && r.contains("accept: application/fhir+json"))
    );
    let id = |r: &String| r.lines().find(|l| l.starts_with("x-request-id: ")).map(str::to_owned).unwrap();
    assert_ne!(id(&requests[0]), id(&requests[1]));
}

#[tokio::test]
async fn a_web_page_broken_json_and_other_data_are_told_apart() {
    type Expected = fn(&Error) -> bool;
    let cases: [(&str, &str, Expected); 8] = [
        ("text/html", "<html>Sign in to the wireless network</html>", |e| matches!(e, Error::Html)),
        ("application/fhir+json", "  <!doctype html><p>", |e| matches!(e, Error::Html)),
        ("application/fhir+xml", "<Patient/>", |e| matches!(e, Error::NotJson)),
        ("application/fhir+json", "{\"resourceType\":\"Pat", |e| matches!(e, Error::NotJson)),
        ("application/fhir+json", "", |e| matches!(e, Error::NotJson)),
        ("application/json", "{}", |e| matches!(e, Error::NotFhir(_))),
        ("application/json", "[1]", |e| matches!(e, Error::NotFhir(_))),
        ("application/json", "\u{feff}nonsense", |e| matches!(e, Error::NotJson)),
    ];
    for (kind, body, expected) in cases {
        let error = get(answer("200 OK", kind, "", body)).await.unwrap_err();
        assert!(expected(&error), "{body:?} gave {error:?}");
    }
}

#[tokio::test]
async fn each_status_says_what_can_be_done() {
    // status, transient, sign in again
    let cases = [
        ("400 Bad Request", false, false),
        ("401 Unauthorized", false, true),
        ("403 Forbidden", false, false),
        ("404 Not Found", false, false),
        ("408 Request Timeout", true, false),
        ("410 Gone", false, false),
        ("413 Content Too Large", false, false),
        ("422 Unprocessable Content", false, false),
        ("429 Too Many Requests", true, false),
        ("500 Internal Server Error", true, false),
        ("503 Service Unavailable", true, false),
    ];
    for (status, transient, sign_in) in cases {
        let error = get(answer(status, "text/html", "", "<p>")).await.unwrap_err();
        assert_eq!((error.is_transient(), error.needs_sign_in()), (transient, sign_in), "{status}");
        assert_eq!(error.status().map(|s| s.to_string()).as_deref(), status.get(..3));
        assert!(!error.is_offline() && error.server_time().is_some(), "{status}");
    }
}

#[tokio::test]
async fn a_refusal_keeps_the_reason_and_the_wait() {
    let body = r#"{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"suppressed","details":{"coding":[{"system":"https://doorstep.example/CodeSystem/decision-reason","code":"opt-out"}],"text":"Not for Mrs Okafor"}}]}"#;
    let error = get(answer("403 Forbidden", "application/fhir+json", "", body)).await.unwrap_err();
    let issue = error.refusal().and_then(|r| r.issue.clone()).unwrap();
    assert_eq!((issue.code.as_str(), issue.reason), ("suppressed", Some(shared::consent::Reason::OptOut)));
    assert!(!format!("{error:?} {error}").contains("Okafor"));

    for (header, seconds) in [("Retry-After: 7", 7), ("Retry-After: Fri, 02 Jan 2026 03:05:05 GMT", 60)] {
        let error = get(answer("429 Too Many Requests", "text/plain", &format!("{header}\r\n"), "")).await.unwrap_err();
        assert_eq!(error.refusal().and_then(|r| r.retry_after), Some(Duration::from_secs(seconds)));
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = TestServer::start(vec![json_answer(PATIENT)]).await;
    let location = elsewhere.client().base.join("Patient/p1").unwrap();
    let bytes = answer("302 Found", "text/html", &format!("Location: {location}\r\n"), "");
    assert!(matches!(get(bytes).await, Err(Error::Redirected)));
    assert!(elsewhere.requests().is_empty(), "the token would have gone there");
}

#[tokio::test]
async fn fifty_megabytes_are_cut_whether_announced_or_not() {
    let body = "x".repeat(50 << 20);
    let announced = answer("200 OK", "application/fhir+json", "", &body);
    let silent = format!("HTTP/1.1 200 OK\r\nContent-Type: application/fhir+json\r\nConnection: close\r\n\r\n{body}");
    for bytes in [announced, silent.into_bytes()] {
        assert!(matches!(get(bytes).await, Err(Error::TooLarge { limit: 8_388_608 })));
    }
}

#[tokio::test]
async fn a_small_body_that_unpacks_to_a_large_one_is_cut() {
    let mut bomb = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    std::io::Write::write_all(&mut bomb, &vec![b' '; 50 << 20]).unwrap();
    let bomb = bomb.finish().unwrap();
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/fhir+json\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        bomb.len()
    );
    assert!(bomb.len() < 100_000);
    assert!(matches!(get([head.into_bytes(), bomb].concat()).await, Err(Error::TooLarge { .. })));
}

#[tokio::test]
async fn an_answer_cut_half_way_is_no_answer() {
    let whole = json_answer(PATIENT);
    let in_the_body = whole[..whole.len() - 5].to_vec();
    let in_the_head = whole[..30].to_vec();
    for bytes in [in_the_body, in_the_head, Vec::new()] {
        let error = get(bytes).await.unwrap_err();
        assert!(matches!(error, Error::CutOff(_)), "{error:?}");
        assert!(error.is_transient() && error.is_offline());
    }
}

#[tokio::test]
async fn a_server_that_stalls_is_left_in_time() {
    let server = TestServer::slow(|_| json_answer(PATIENT), Duration::from_secs(30)).await;
    let start = Instant::now();
    let error = server.client().read("Patient", "p1").await.unwrap_err();
    assert!(matches!(error, Error::TimedOut), "{error:?}");
    assert!(start.elapsed() < Duration::from_secs(4));
}

#[tokio::test]
async fn nobody_there_is_offline_and_says_nothing_of_whom_was_asked_for() {
    let limits = Limits { connect: Duration::from_millis(500), ..Limits::default() };
    let client = Client::with_limits("http://127.0.0.1:9/fhir", None, limits).unwrap();
    let error = client.search("Patient", &[("family", "Okafor")], None).await.unwrap_err();
    assert!(matches!(error, Error::Unreachable(_)) && error.is_transient() && error.is_offline(), "{error:?}");
    assert!(!format!("{error:?} {error}").contains("Okafor"));
}

#[tokio::test]
async fn an_unencrypted_server_behind_https_is_no_server() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = tokio::io::AsyncWriteExt::write_all(&mut stream, b"HTTP/1.1 200 OK\r\n\r\n{}").await;
        }
    });
    let client = Client::new(&format!("https://{address}/fhir"), None).unwrap();
    assert!(client.read("Patient", "p1").await.is_err());
}
