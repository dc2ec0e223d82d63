//! What is no document leaves the copy that is held, and says what it was.

use super::device::{Device, p};
use super::hub::{Fault, Hub, document, patient};
use crate::Permission;

#[tokio::test]
async fn every_bad_answer_has_its_own_message_and_the_copy_stays() {
    let hub = Hub::start().await;
    let device = Device::of(&hub, "crew").await;
    let person = device.hold("p1").await;
    let fhir = "application/fhir+json";
    let whole = document(&patient("p1", "9434765919"), "Gout");
    let cases = [
        (Fault::Body("text/html", "<html>Welcome to the hotel</html>".into()), "html-instead-of-data"),
        (Fault::Body(fhir, "<!doctype html>".into()), "html-instead-of-data"),
        (Fault::Status("302 Found", "Location: https://portal.example/\r\n"), "html-instead-of-data"),
        (Fault::Body(fhir, "nonsense".into()), "not-json"),
        (Fault::Body(fhir, whole[..whole.len() / 2].into()), "cut-short"),
        (Fault::Body(fhir, String::new()), "empty-answer"),
        (Fault::Body(fhir, "{\"resourceType\":\"Patient\"}".into()), "not-a-bundle"),
        (
            Fault::Body(fhir, "{\"resourceType\":\"Bundle\",\"type\":\"document\",\"entry\":[]}".into()),
            "no-composition",
        ),
        (Fault::Body(fhir, "{\"resourceType\":\"OperationOutcome\",\"issue\":[]}".into()), "message-instead-of-record"),
        (Fault::Body(fhir, document(&patient("p2", "9434765870"), "Asthma")), "wrong-person"),
        (Fault::Body(fhir, " ".repeat(9 << 20)), "too-large"),
        (Fault::Status("500 Internal Server Error", ""), "service-error"),
        (Fault::Status("503 Service Unavailable", "Retry-After: 3\r\n"), "service-busy"),
        (Fault::Status("429 Too Many Requests", ""), "service-busy"),
        (Fault::Status("403 Forbidden", ""), "refused"),
        (Fault::Status("418 Teapot", ""), "service-refused"),
        (Fault::DropBefore, "cut-off"),
        (Fault::CutAfter, "cut-off"),
    ];
    for (fault, code) in cases {
        hub.misbehave(move |r| r.path.ends_with("$summary").then(|| fault.clone()));
        let error = device.engine.open_record(&person, Permission::Recorded).await.expect_err(code);
        assert_eq!(error.code, code);
        assert!(error.text.len() > 20, "{code} says what to do");
        hub.behave();
        assert!(device.engine.source(&p("p1"), 0, 2).await.unwrap().reveal().contains("Gout"), "after {code}");
        assert!(device.engine.record(&p("p1")).await.unwrap().summary.is_some(), "after {code}");
    }
}

#[tokio::test]
async fn a_first_opening_that_fails_holds_nothing() {
    let hub = Hub::start().await;
    let device = Device::of(&hub, "crew").await;
    let person = device.person("p1").await;
    hub.world().documents.insert("p1".into(), document(&patient("p1", "9434765870"), "Asthma"));
    let error = device.engine.open_record(&person, Permission::Recorded).await.unwrap_err();
    assert_eq!(error.code, "wrong-person");
    assert!(device.state().held.is_empty());
    assert_eq!(device.engine.record(&p("p1")).await.err().map(|e| e.code), Some("not-held"));
}

#[tokio::test]
async fn a_server_that_is_gone_is_offline_and_what_is_held_is_read() {
    let hub = Hub::start().await;
    let device = Device::of(&hub, "crew").await;
    device.hold("p1").await;
    hub.misbehave(|_| Some(Fault::DropBefore));
    let error = device.engine.find(super::records::by_number()).await.unwrap_err();
    assert_eq!(error.code, "cut-off");
    device.until("offline", |s| matches!(s.link, crate::Link::Offline { .. })).await;
    assert!(device.engine.record(&p("p1")).await.unwrap().summary.is_some());
    hub.behave();
    device.engine.sync_now();
    device.until("online", |s| matches!(s.link, crate::Link::Online { .. })).await;
}
