//! Nothing about a person in any `Debug` or `Display`.

use shared::identity::StaffId;
use shared::note::Content;

use super::device::{Device, p};
use super::hub::{Fault, Hub, document, patient};
use crate::{FindQuery, Permission};

const SECRETS: [&str; 9] =
    ["Zanzibar", "ZANZIBAR", "Quill", "1940-02-03", "9434765919", "Gout", "Asthma", "crushing", "grant-p1"];

fn quiet(text: &str) {
    for secret in SECRETS {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}

#[tokio::test]
async fn no_state_no_outcome_and_no_error_speaks_of_a_person() {
    let hub = Hub::start().await;
    hub.world().appointments =
        vec![serde_json::json!({"resourceType": "Appointment", "id": "v", "start": "2026-11-22T09:00:00Z",
        "description": "Gout", "participant": [{"actor": {"reference": "Patient/p1", "display": "ZANZIBAR, Quill"}}]})];
    let device = Device::of(&hub, "crew").await;
    let person = device.hold("p1").await;
    device.engine.save_note(&p("p1"), "crushing chest pain".into(), Content::default()).await.unwrap();
    device.engine.save_draft(&p("p1"), "visit", "crushing".into()).await.unwrap();
    device.until("listed", |s| !s.today.visits.is_empty()).await;
    let refuse =
        |r: &super::hub::Request| (r.method == "POST" && r.path == "/fhir").then_some(Fault::Outcome("422 No"));
    hub.misbehave(refuse);
    device.engine.save_note(&p("p1"), "crushing again".into(), Content::default()).await.unwrap();
    device.engine.sync_now();
    device.until("refused", |s| s.outbox.iter().any(|i| format!("{:?}", i.state).contains("Attention"))).await;
    quiet(&format!("{:?} {person:?} {:?}", device.state(), device.engine.draft(&p("p1"), "visit").await));
    quiet(&format!(
        "{:?}",
        FindQuery::NameAndBirthDate { family: "Zanzibar".to_owned().into(), born: jiff::civil::date(1999, 1, 1) }
    ));

    hub.world().documents.insert("p1".into(), document(&patient("p1", "9434765870"), "Asthma"));
    let mut faults = vec![None, Some(Fault::DropBefore), Some(Fault::CutAfter), Some(Fault::Outcome("500 Oops"))];
    faults
        .push(Some(Fault::Body("application/fhir+json", document(&patient("p2", "9434765919"), "Gout")[..200].into())));
    for fault in faults {
        hub.misbehave(move |_| fault.clone());
        for error in [
            device.engine.open_record(&person, Permission::Recorded).await.err(),
            device.engine.find(super::records::by_number()).await.err(),
            device.engine.person(&p("p2")).await.err(),
            device.engine.sign_in(&StaffId::new("nobody")).await.err(),
        ]
        .into_iter()
        .flatten()
        {
            quiet(&format!("{error:?} {error} {error:#?}"));
        }
    }
}
