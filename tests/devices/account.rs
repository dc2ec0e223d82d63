//! What devices wrote down of who looked arrives at the record service, once, in its order, whoever is signed in.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use shared::note::Content;
use tests::{TestDevice, TestHub, eventually, hub_binary};

use crate::people::{CREW, NURSE, OKAFOR};

const WRITTEN: &str = "Seen at home, sitting in her chair.";

/// The chains of devices, as `hub audit verify` tells them: how many entries each has.
fn chains(hub: &TestHub) -> Result<Vec<usize>> {
    let mut command = Command::new(hub_binary()?);
    let out = command.args(["audit", "verify", "--database"]).arg(hub.database()).output()?;
    let said = String::from_utf8(out.stdout)?;
    ensure!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let entries = |line: &str| line.split(": ").nth(1)?.split(' ').next()?.parse().ok();
    // The hub's own is the first.
    Ok(said.lines().skip(1).filter_map(entries).collect())
}

async fn until_chains(hub: &TestHub, what: &str, wanted: impl Fn(&[usize]) -> bool) -> Result<Vec<usize>> {
    eventually(what, || async { Ok(Some(chains(hub)?).filter(|found| wanted(found))) }).await
}

fn is_told(device: &TestDevice, code: &str) -> Result<bool> {
    Ok(device.state()?.problems.iter().any(|problem| problem.code == code))
}

#[tokio::test(flavor = "multi_thread")]
async fn two_devices_hand_over_a_chain_each_and_a_colleague_brings_what_another_left() -> Result<()> {
    let mut hub = TestHub::demo()?;
    let (one, other) = (TestDevice::new(&hub.base()).await?, TestDevice::new(&hub.base()).await?);
    let crew = one.sign_in(CREW).await?;
    one.open(OKAFOR).await?;
    until_chains(&hub, "the first chain", |chains| chains.len() == 1 && chains[0] >= 4).await?;
    other.sign_in(CREW).await?;
    let before = until_chains(&hub, "both chains", |chains| chains.len() == 2).await?;

    hub.stop();
    one.engine()?.lock().await;
    one.unlock(&crew).await?;
    let person = one.state()?.held.first().context("held")?.person.clone();
    one.engine()?.record(&person.patient).await?;
    one.engine()?.sign_out().await;
    hub.start_again()?;
    one.sign_in(NURSE).await?;
    let sum = |chains: &[usize]| chains.iter().sum::<usize>();
    // Unlocked, read, shredded, signed out; and the colleague's own signing in and unlocking.
    until_chains(&hub, "what was left", |chains| sum(chains) >= sum(&before) + 6).await?;
    assert!(!is_told(&one, "account-refused")? && !is_told(&other, "account-refused")?);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copied_device_is_found_out_and_its_notes_are_sent_all_the_same() -> Result<()> {
    let hub = TestHub::demo()?;
    let mut device = TestDevice::new(&hub.base()).await?;
    let crew = device.sign_in(CREW).await?;
    device.open(OKAFOR).await?;
    until_chains(&hub, "the chain", |chains| chains.len() == 1 && chains[0] >= 4).await?;
    device.engine()?.lock().await;
    device.switch_off();
    let mut copy = device.copy()?;
    device.switch_on().await?;
    device.unlock(&crew).await?;
    let more = until_chains(&hub, "more of it", |chains| chains.len() == 1 && chains[0] >= 5).await?;

    copy.switch_on().await?;
    copy.unlock(&crew).await?;
    let patient = copy.state()?.held.first().context("held")?.person.patient.clone();
    copy.engine()?.save_note(&patient, WRITTEN.to_owned(), Content::default()).await?;
    copy.sent().await?;
    eventually("the copy is told", || async { Ok(is_told(&copy, "account-refused")?.then_some(())) }).await?;
    assert!(!is_told(&device, "account-refused")?, "the one that was first goes on");
    assert_eq!(chains(&hub)?.len(), 1);
    assert!(chains(&hub)?[0] >= more[0], "and nothing of it was replaced");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hole_in_the_account_is_told_and_stops_no_note() -> Result<()> {
    let mut hub = TestHub::demo()?;
    let mut device = TestDevice::new(&hub.base()).await?;
    let crew = device.sign_in(CREW).await?;
    device.open(OKAFOR).await?;
    until_chains(&hub, "the chain", |chains| chains.len() == 1 && chains[0] >= 4).await?;
    hub.stop();
    for _ in 0..4 {
        device.engine()?.lock().await;
        device.unlock(&crew).await?;
    }
    device.engine()?.lock().await;
    device.switch_off();
    let log = device.folder().join("device").join("audit").join("log");
    let mut bytes = fs::read(&log)?;
    // Within the second of the four that were written without a connection.
    let place = bytes.len() / 2;
    bytes[place] ^= 1;
    fs::write(&log, bytes)?;

    hub.start_again()?;
    device.switch_on().await?;
    device.unlock(&crew).await?;
    let patient = device.state()?.held.first().context("held")?.person.patient.clone();
    device.engine()?.save_note(&patient, WRITTEN.to_owned(), Content::default()).await?;
    device.sent().await?;
    eventually("both are told", || async {
        Ok((is_told(&device, "account-refused")? && is_told(&device, "account-damaged")?).then_some(()))
    })
    .await?;
    assert_eq!(chains(&hub)?.len(), 1, "what the hub has is sound");
    Ok(())
}
