//! Many hands, no signal, and not one word lost: several devices and a hub under faults that a seed chooses.
//!
//! The real engine on real folders, the real hub on a real database, real sockets in between. [`plan`] says what
//! happens, [`disks`] what a device that was stopped finds, [`proxy`] what becomes of a request, [`oracle`] whether
//! every note that a person was told is saved is in the record once, with its words.

mod device;
mod disks;
mod oracle;
mod plan;
mod proxy;
mod service;

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use engine::Enrolment;
use shared::identity::StaffId;
use shared::note::Content;
use shared::sync::OutboxState;

use self::device::Device;
use self::disks::Disks;
pub use self::oracle::Counts;
use self::oracle::{Told, judge};
use self::plan::{DEVICES, Plan, Step, Stop};
use self::proxy::Link;
use self::service::{Service, patient_id, staff};

/// How long all may take to come to rest after the last fault. Nothing waits for this that gets there.
const PATIENCE: Duration = Duration::from_secs(120);

/// What came of a run.
#[derive(Debug)]
pub struct Run {
    /// What went wrong.
    pub counts: Counts,
    /// Notes that a person was told are saved.
    pub told: usize,
    /// What happened, in its order.
    pub trace: Vec<String>,
    /// Whether power cuts and full disks were part of it.
    pub recorded: bool,
}

/// Carries out the plan of a seed, lets everything come to rest, and compares.
///
/// # Errors
/// When the run could not be made; that says nothing about the notes.
pub async fn run(seed: u64, restores: bool) -> Result<Run> {
    let plan = Plan::of(seed, restores);
    let mut world = World::new(plan.torn).await?;
    for step in &plan.steps {
        let began = Instant::now();
        let outcome = world.perform(step).await;
        let outcome = said(&outcome);
        world.trace.push(format!("{step} → {outcome} ({} ms)", began.elapsed().as_millis()));
    }
    let counts = world.close().await.with_context(|| world.trace.join("\n    "))?;
    let (told, recorded) = (world.told.len(), world.disks.recorded());
    Ok(Run { counts, told, trace: world.trace, recorded })
}

fn said(outcome: &Result<()>) -> String {
    outcome.as_ref().map_or_else(|error| format!("{error:#}"), |()| "done".to_owned())
}

struct World {
    service: Service,
    devices: Vec<Device>,
    disks: Disks,
    told: Vec<Told>,
    written: usize,
    trace: Vec<String>,
    /// Where devices are when nothing is recorded.
    _elsewhere: tempfile::TempDir,
}

impl World {
    async fn new(torn: u64) -> Result<Self> {
        let elsewhere = tempfile::tempdir()?;
        let (service, disks) = (Service::new().await?, Disks::new(elsewhere.path(), torn)?);
        let people: Vec<StaffId> = staff().into_iter().map(|it| it.id).collect();
        let mut devices = Vec::new();
        for number in 0..DEVICES {
            // Two share the first.
            let own = if number == 0 { people[..2].to_vec() } else { vec![people[number + 1].clone()] };
            let link = Link::to(service.place.clone()).await?;
            devices.push(Device::new(&disks, number, own, link).await?);
        }
        Ok(Self { service, devices, disks, told: Vec::new(), written: 0, trace: Vec::new(), _elsewhere: elsewhere })
    }

    /// Lets everything come to rest, compares, and ends.
    async fn close(&mut self) -> Result<Counts> {
        self.rest().await?;
        let waiting = self.waiting();
        let counts = judge(self.service.store()?, &self.told, &waiting, &mut self.trace).await?;
        self.end().await?;
        Ok(counts)
    }

    async fn perform(&mut self, step: &Step) -> Result<()> {
        match step {
            Step::Save { device, patient } => self.save(*device, *patient, None).await?,
            Step::SaveAndStop { device, patient, bytes, how } => {
                self.save(*device, *patient, Some((*bytes, *how))).await?;
            }
            Step::Stop { device, how } => self.devices[*device].stop(&mut self.disks, *how).await?,
            Step::Misbehave { device, faults } => self.devices[*device].link.misbehave(faults),
            Step::Link { device, up } => self.devices[*device].link.set(*up),
            Step::Sync { device } => self.devices[*device].sync(),
            Step::Breathe { millis } => tokio::time::sleep(Duration::from_millis(*millis)).await,
            Step::Clock { device, hours } => self.devices[*device].turn_clock(*hours),
            Step::SignIn { device } => self.devices[*device].sign_in().await?,
            Step::Change => {
                if let Some(shared) = self.devices.iter_mut().find(|it| it.is_shared()) {
                    shared.change().await?;
                }
            }
            Step::Open { device, patient } => drop(self.devices[*device].look(patient_id(*patient)).await?),
            Step::Withdraw { patient } => self.service.withdraw(*patient).await?,
            Step::DiskFull(full) => self.disks.set_full(*full)?,
            Step::Revoke { device } => self.revoke(*device).await?,
            Step::HubCrash => self.service.crash().await?,
            Step::Backup => self.service.back_up().await?,
            Step::Restore => self.service.restore().await?,
        }
        Ok(())
    }

    /// Saves a note of words that no other has; with `stop`, the device stops in the middle, or right after.
    async fn save(&mut self, device: usize, patient: usize, stop: Option<(u64, Stop)>) -> Result<()> {
        self.written += 1;
        let words =
            format!("Note {} of this run, about p{patient}. {}", self.written, "Settled. ".repeat(self.written % 40));
        let (it, id, text) = (&self.devices[device], patient_id(patient), words.clone());
        let by = it.who().to_string();
        let begun = self.disks.written();
        let mut saving = it
            .spawn(|engine| async move { engine.save_note(&id, text, Content::default()).await })
            .context("it is off")?;
        let mut said = None;
        match stop {
            None => said = Some((&mut saving).await),
            Some((bytes, _)) => {
                // Whichever is first: so much was written, or the person was told.
                while self.disks.recorded() && self.disks.written() < begun + bytes && !saving.is_finished() {
                    tokio::task::yield_now().await;
                }
                // Asked before the device stops: what a person was told afterwards nobody has heard.
                if saving.is_finished() {
                    said = Some((&mut saving).await);
                }
            }
        }
        let mut saved = Ok(());
        match said {
            Some(Ok(Ok(note))) => self.told.push(Told { note: note.to_string(), words, patient, by }),
            Some(Ok(Err(error))) => saved = Err(anyhow::anyhow!("not saved: {}", error.code)),
            Some(Err(_)) | None => {}
        }
        if let Some((_, how)) = stop {
            self.devices[device].stop(&mut self.disks, how).await?;
        }
        saved
    }

    /// Shuts a device out; what its people wrote before must still arrive.
    async fn revoke(&mut self, device: usize) -> Result<()> {
        // They were let in one after the other, in the order of their numbers.
        let known = self.service.store()?.devices().await?;
        self.devices[device].revoked = true;
        self.service.revoke(known.get(device).context("it is not enrolled")?.id).await
    }

    /// The faults stop: links are good, disks have room, everybody is signed in. Then until nothing is left to send.
    async fn rest(&mut self) -> Result<()> {
        self.disks.set_full(false)?;
        let end = Instant::now() + PATIENCE;
        for device in &mut self.devices {
            device.link.behave();
        }
        for number in 0..self.devices.len() {
            for _ in 0..self.devices[number].people() {
                self.come_to_rest(number, end).await;
                if self.devices[number].is_shared() {
                    let _ = self.devices[number].change().await;
                }
            }
        }
        Ok(())
    }

    async fn come_to_rest(&mut self, number: usize, end: Instant) {
        let device = &self.devices[number];
        let mut signed = device.sign_in().await;
        self.trace.push(format!("rest: {} on device {number}: sign-in {}", device.who(), said(&signed)));
        while Instant::now() < end {
            let Some(state) = device.state() else { return };
            let over = matches!(state.device.enrolment, Enrolment::Revoked) == device.revoked;
            let decided = |it: &OutboxState| matches!(it, OutboxState::Sent { .. } | OutboxState::NeedsAttention(_));
            let sent = state.outbox.iter().all(|it| decided(&it.state));
            if over && sent && state.device.relayed <= state.device.relay_refused {
                return;
            }
            // Asked to sign in again, a person does.
            let asked = state.problems.iter().any(|it| it.code == "sign-in-again");
            if !device.revoked && (asked || signed.is_err()) {
                signed = device.sign_in().await;
                self.trace.push(format!("rest: again on device {number}: {}", said(&signed)));
            }
            if !state.sync.running {
                device.sync();
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let left = device.state().map(|it| (it.sync.last_problem.clone(), it.device));
        self.trace.push(format!("rest: device {number} does not come to rest: {left:?}"));
    }

    /// Notes that are on a device and not in the record, as far as the device says.
    fn waiting(&self) -> BTreeSet<String> {
        let mut waiting = BTreeSet::new();
        for device in &self.devices {
            let Some(state) = device.state() else { continue };
            let unsent = state.outbox.iter().filter(|it| !matches!(it.state, OutboxState::Sent { .. }));
            waiting.extend(unsent.map(|it| it.note.to_string()));
            waiting.extend(device.beside(&self.disks));
        }
        waiting
    }

    async fn end(&mut self) -> Result<()> {
        for device in &mut self.devices {
            device.end(&mut self.disks).await?;
        }
        self.service.stop().await;
        Ok(())
    }
}
