use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::http::send;
use crate::world::World;

#[tokio::test]
async fn source_records_are_read_only() {
    let world = World::new().await;
    let session = world.sign_in("nurse").await;
    for (method, path) in [
        ("POST", "/fhir/Condition"),
        ("PUT", "/fhir/Condition/plain"),
        ("DELETE", "/fhir/Condition/plain"),
        ("PATCH", "/fhir/Patient/p1"),
        ("POST", "/fhir/DocumentReference"),
        ("DELETE", "/fhir/Patient/p1"),
    ] {
        let answer = world.request(method, &session, path, &[("Content-Type", "application/fhir+json")], b"{}").await;
        answer.is_problem(405, "not-supported");
        assert_eq!(answer.header("allow"), "GET", "{method} {path}");
    }
    for (method, path, allow) in [
        ("GET", "/fhir", "POST"),
        ("DELETE", "/fhir/metadata", "GET"),
        ("GET", "/fhir/Patient/p1/$consent-decision", "POST"),
        ("POST", "/fhir/Patient/p1/$summary", "GET"),
        ("PUT", "/auth/token", "POST"),
        ("POST", "/healthz", "GET"),
    ] {
        let answer = world.request(method, &session, path, &[], b"").await;
        answer.is_problem(405, "not-supported");
        assert_eq!(answer.header("allow"), allow, "{method} {path}");
    }
}

#[tokio::test]
async fn what_is_not_there_is_404_and_says_nothing() {
    let world = World::new().await;
    let session = world.sign_in("nurse").await;
    for path in [
        "/",
        "/fhir/Nonsense",
        "/fhir/Nonsense/1",
        "/fhir/Patient/p1/$everything",
        "/fhir/Condition/plain/$summary",
        "/admin",
        "/fhir/Patient/p1/_history/1",
    ] {
        world.get(&session, path).await.is_problem(404, "not-found");
    }
    let (there, none) = ("/fhir/Condition/plain", "/fhir/Condition/none");
    let ungranted = world.get(&session, there).await;
    ungranted.is_problem(403, "forbidden");
    assert_eq!(ungranted.body, world.get(&session, none).await.body, "without a grant both look the same");
    let grant = world.grant(&session, "p1", "CAREMGT", "care_team").await;
    world.with_grant(&session, none, &grant).await.is_problem(404, "not-found");
}

#[tokio::test]
async fn a_body_must_be_json_and_say_so() {
    let world = World::new().await;
    let session = world.sign_in("nurse").await;
    for kind in ["text/plain", "application/fhir+xml", ""] {
        let headers = [("Content-Type", kind)];
        world.request("POST", &session, "/fhir", &headers, b"{}").await.is_problem(415, "not-supported");
    }
    let json = [("Content-Type", "application/fhir+json; charset=utf-8")];
    let deep = "[".repeat(5000);
    for body in ["", "{", "{\"a\":}", "\u{feff}x", "not json", deep.as_str()] {
        world.request("POST", &session, "/fhir", &json, body.as_bytes()).await.is_problem(400, "invalid");
    }
    for body in [
        "[]",
        "null",
        "{}",
        "{\"resourceType\":\"Bundle\",\"type\":\"batch\"}",
        "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[]}",
    ] {
        world.request("POST", &session, "/fhir", &json, body.as_bytes()).await.is_problem(400, "invalid");
    }
}

#[tokio::test]
async fn every_answer_has_a_date_and_the_id_of_its_request() {
    let world = World::new().await;
    let answer = send(world.hub.addr, "GET", "/healthz", &[("X-Request-ID", "abc-123")], b"").await;
    assert_eq!((answer.status, answer.header("x-request-id")), (200, "abc-123"));
    assert!(answer.header("date").ends_with("GMT"));
    let made = send(world.hub.addr, "GET", "/nowhere", &[("X-Request-ID", "with spaces, and more")], b"").await;
    assert_eq!(made.header("x-request-id").len(), 36, "an id that is not plain is replaced");
    let stated = send(world.hub.addr, "GET", "/fhir/metadata", &[], b"").await.json();
    let patient = &stated["rest"][0]["resource"][0];
    assert_eq!(stated["fhirVersion"], "4.0.1");
    let operations: Vec<_> =
        patient["operation"].as_array().unwrap().iter().map(|o| o["name"].as_str().unwrap()).collect();
    assert_eq!(operations, ["summary", "consent-decision", "break-glass-declared", "break-glass-end"]);
    let documents =
        stated["rest"][0]["resource"].as_array().unwrap().iter().find(|r| r["type"] == "DocumentReference").unwrap();
    assert_eq!((&documents["conditionalCreate"], &documents["versioning"]), (&true.into(), &"versioned".into()));
}

#[tokio::test]
async fn bytes_that_are_no_request_harm_nobody() {
    let world = World::new().await;
    for bytes in [
        &b"\x00\x01\x02"[..],
        b"GET\r\n\r\n",
        b"POST /fhir HTTP/1.1\r\nContent-Length: 99\r\n\r\n{",
        b"GET /%ff%fe HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    ] {
        let mut stream = TcpStream::connect(world.hub.addr).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        stream.shutdown().await.unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
    }
    let session = world.sign_in("crew").await;
    world.get(&session, "/fhir/Patient/%ff%fe").await.is_problem(400, "invalid");
    assert_eq!(send(world.hub.addr, "GET", "/healthz", &[], b"").await.status, 200);
}
