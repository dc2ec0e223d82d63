//! Any other FHIR R4 server: it works, and says what was not checked.

use jiff::SignedDuration;
use shared::consent::Reason;

use super::device::{Device, p};
use super::hub::Hub;
use crate::{OpenOutcome, Permission};

#[tokio::test]
async fn a_server_that_does_not_decide_is_read_and_said_so() {
    let hub = Hub::start().await;
    hub.world().decides_on_consent = false;
    let device = Device::of(&hub, "nurse").await;
    let person = device.hold("p1").await;
    let view = device.engine.record(&p("p1")).await.unwrap();
    assert!(!view.consent_checked && view.summary.is_some());
    let kept = view.lease.not_after.duration_since(view.retrieved);
    assert!(kept <= SignedDuration::from_hours(12) + SignedDuration::from_mins(1), "{kept}");
    assert_eq!(hub.world().count("$consent-decision"), 0);
    let outcome = device.engine.open_record(&person, Permission::PatientRefuses).await.unwrap();
    assert!(matches!(outcome, OpenOutcome::Refused { reason: Reason::RefusedNow, .. }));
    assert!(device.state().held.is_empty(), "the patient's no holds without a hub");
}
