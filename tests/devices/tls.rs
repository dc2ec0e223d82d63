//! Over TLS, a device speaks to the record service whose certificate it was given, and to no other.

use anyhow::{Context, Result};
use engine::OpenOutcome;
use tests::{HubSettings, TestDevice, TestHub};

use crate::people::{CREW, OKAFOR};

#[tokio::test(flavor = "multi_thread")]
async fn a_device_opens_a_record_over_tls_when_it_was_given_the_right_certificate() -> Result<()> {
    let settings = || HubSettings { demo: true, tls: true, ..HubSettings::default() };
    let (hub, other) = (TestHub::start(settings())?, TestHub::start(settings())?);
    assert!(hub.base().starts_with("https://"));
    let device = TestDevice::pinned(&hub.base(), hub.pin().context("a pin")?).await?;
    device.sign_in(CREW).await?;
    assert_eq!(device.open(OKAFOR).await?.1, OpenOutcome::Opened);

    let misled = TestDevice::pinned(&hub.base(), other.pin().context("a pin")?).await?;
    let refused = misled.sign_in(CREW).await.err().context("a wrong pin was taken")?;
    assert!(format!("{refused:#}").contains("does not trust"), "{refused:#}");
    let without = TestDevice::new(&hub.base()).await?;
    assert!(without.sign_in(CREW).await.is_err(), "nobody vouches for the hub's own certificate");
    Ok(())
}

#[test]
fn a_hub_without_tls_listens_on_this_machine_only() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let mut command = std::process::Command::new(tests::hub_binary()?);
    command.args(["serve", "--demo", "--listen", "0.0.0.0:0", "--database"]).arg(folder.path().join("hub.sqlite"));
    let out = command.output()?;
    let said = String::from_utf8_lossy(&out.stderr).into_owned();
    assert!(!out.status.success() && said.contains("--tls self"), "{said}");
    Ok(())
}
