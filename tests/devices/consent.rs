//! What a patient chose is what a device gets, decided by the hub.

use anyhow::Result;
use engine::{OpenOutcome, Permission};
use shared::consent::Reason;
use tests::{TestDevice, TestHub};

use crate::people::{BEGUM, CASTELLANOS, CREW, MWANGI, NURSE, OKAFOR, SILVERMAN, WHITCOMBE, YILMAZ};

async fn on_shift(hub: &TestHub, name: &str) -> Result<TestDevice> {
    let device = TestDevice::new(&hub.base()).await?;
    device.sign_in(name).await?;
    Ok(device)
}

fn refused(outcome: &OpenOutcome) -> Option<(Reason, bool)> {
    match outcome {
        OpenOutcome::Refused { reason, break_glass_available, .. } => Some((*reason, *break_glass_available)),
        _ => None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_standing_no_is_a_no_and_nothing_reaches_the_device() -> Result<()> {
    let hub = TestHub::demo()?;
    let crew = on_shift(&hub, CREW).await?;
    let (person, outcome) = crew.open(WHITCOMBE).await?;
    assert_eq!(refused(&outcome), Some((Reason::EmergencyDenied, false)));
    // A spoken yes does not beat it.
    let spoken = crew.engine()?.open_record(&person, Permission::PatientAgrees).await?;
    assert_eq!(refused(&spoken).map(|(reason, _)| reason), Some(Reason::EmergencyDenied));

    let (_, outcome) = crew.open(BEGUM).await?;
    assert_eq!(refused(&outcome), Some((Reason::EmergencyDeniedBreakGlass, true)));
    let (_, outcome) = crew.open(SILVERMAN).await?;
    assert_eq!(refused(&outcome), Some((Reason::OptOut, false)));
    assert!(crew.state()?.held.is_empty());
    assert!(crew.engine()?.record(&person.patient).await.is_err(), "a refused record can be read");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_recorded_means_asking_and_the_answer_decides() -> Result<()> {
    let hub = TestHub::demo()?;
    let crew = on_shift(&hub, CREW).await?;
    let (person, outcome) = crew.open(CASTELLANOS).await?;
    assert_eq!(outcome, OpenOutcome::AskThePatient);
    assert!(crew.state()?.held.is_empty());

    let no = crew.engine()?.open_record(&person, Permission::PatientRefuses).await?;
    assert_eq!(refused(&no).map(|(reason, _)| reason), Some(Reason::RefusedNow));
    assert!(crew.state()?.held.is_empty());

    assert_eq!(crew.engine()?.open_record(&person, Permission::PatientAgrees).await?, OpenOutcome::Opened);
    let agreed = crew.engine()?.record(&person.patient).await?.lease;

    let reason = "Unconscious, nobody else here".to_owned();
    let outcome = crew.engine()?.open_record(&person, Permission::PatientCannotSay { reason }).await?;
    assert_eq!(outcome, OpenOutcome::Opened);
    let claimed = crew.engine()?.record(&person.patient).await?.lease;
    assert!(claimed.not_after < agreed.not_after, "taken on by the crew alone, it is for an hour only");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tier_speaks_for_itself_only() -> Result<()> {
    let hub = TestHub::demo()?;
    let (crew, nurse) = (on_shift(&hub, CREW).await?, on_shift(&hub, NURSE).await?);
    // Agreed for emergencies, refused the long term.
    assert_eq!(crew.open(YILMAZ).await?.1, OpenOutcome::Opened);
    assert_eq!(refused(&nurse.open(YILMAZ).await?.1).map(|(reason, _)| reason), Some(Reason::LongTermDenied));
    assert_eq!(nurse.open(OKAFOR).await?.1, OpenOutcome::Opened);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_kept_elsewhere_is_said_to_be_missing_and_never_empty() -> Result<()> {
    let hub = TestHub::demo()?;
    let crew = on_shift(&hub, CREW).await?;
    let (person, outcome) = crew.open(MWANGI).await?;
    assert_eq!(outcome, OpenOutcome::NoRecord);
    assert!(crew.engine()?.record(&person.patient).await.is_err(), "no record is shown as an empty one");
    Ok(())
}
