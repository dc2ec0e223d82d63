//! Many hands, no signal, and not one word lost: several devices and a hub under faults that a seed chooses.
//!
//! The real engine on real folders, the real hub on a real database, real sockets in between. [`plan`] says what
//! happens, [`disks`] what a device that was stopped finds, [`proxy`] what becomes of a request, [`oracle`] whether
//! every note that a person was told is saved is in the record once, with its words, and [`edits`] whether every edit
//! of a goal, a task or an alert is.

#[cfg(test)]
mod counted;
mod device;
mod disks;
mod edits;
mod oracle;
mod person;
mod plan;
mod process;
mod processes;
mod proxy;
mod service;

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use engine::Enrolment;
use serde_json::Value;
use shared::identity::{NoteId, StaffId};
use shared::note::Content;
use shared::sync::{Choice, OutboxState};

use self::device::Device;
use self::disks::Disks;
use self::edits::{Edited, Ledger, Settled, Wish};
pub use self::oracle::Counts;
use self::oracle::{Told, judge, read};
use self::person::{Todo, choose, todo};
use self::plan::{DEVICES, EDITED, PATIENTS, Plan, Step, Stop, What};
pub use self::process::{DeviceProcess, live};
pub use self::processes::processes;
use self::proxy::Link;
use self::service::{Service, edits, patient_id, staff};

/// How long all may take to come to rest after the last fault. Nothing waits for this that gets there.
const PATIENCE: Duration = Duration::from_secs(120);

/// What came of a run.
#[derive(Debug)]
pub struct Run {
    /// What went wrong.
    pub counts: Counts,
    /// Notes and edits that a person was told are saved.
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
    let begun = Instant::now();
    let mut world = World::new(plan.torn).await?;
    world.trace.push(format!("made in {} ms", begun.elapsed().as_millis()));
    for step in &plan.steps {
        let began = Instant::now();
        let outcome = world.perform(step).await;
        let outcome = said(&outcome);
        world.trace.push(format!("{step} → {outcome} ({} ms)", began.elapsed().as_millis()));
    }
    let counts = world.close().await.with_context(|| world.trace.join("\n    "))?;
    let edits = world.edits.iter().filter(|it| it.note.is_some()).count();
    let (told, recorded) = (world.told.len() + edits, world.disks.recorded());
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
    edits: Vec<Edited>,
    settled: Vec<Settled>,
    /// By device and place: what was last seen there of what can be edited.
    seen: BTreeMap<(usize, String), Value>,
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
            let device = Device::new(&disks, number, own, link).await?;
            // Whoever never cared for a person does not edit their goals.
            device.look(patient_id(EDITED)).await?;
            devices.push(device);
        }
        let (told, edits, settled, trace) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let seen = BTreeMap::new();
        Ok(Self { service, devices, disks, told, edits, settled, seen, written: 0, trace, _elsewhere: elsewhere })
    }

    /// Lets everything come to rest, compares, and ends.
    async fn close(&mut self) -> Result<Counts> {
        let begun = Instant::now();
        self.rest().await?;
        self.trace.push(format!("at rest after {} ms", begun.elapsed().as_millis()));
        let waiting = self.waiting();
        let record = read(self.service.store()?).await?;
        let ledger = Ledger { edits: &self.edits, settled: &self.settled };
        let counts = judge(&record, &self.told, &ledger, &waiting, &mut self.trace);
        self.end().await?;
        Ok(counts)
    }

    async fn perform(&mut self, step: &Step) -> Result<()> {
        match step {
            Step::Save { device, patient, what, stop } => self.save(*device, *patient, *what, *stop).await?,
            Step::Settle { device } => self.settle(*device).await?,
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
            Step::Permission { patient, given } => self.service.permit(*patient, *given).await?,
            Step::DiskFull(full) => self.disks.set_full(*full)?,
            Step::Revoke { device } => self.revoke(*device).await?,
            Step::HubCrash => self.service.crash().await?,
            Step::Backup => self.service.back_up().await?,
            Step::Restore => self.service.restore().await?,
        }
        Ok(())
    }

    /// Saves something with words that nothing else has; with `stop`, the device stops in the middle, or right after.
    async fn save(&mut self, device: usize, patient: usize, what: What, stop: Option<(u64, Stop)>) -> Result<()> {
        self.written += 1;
        let (number, id) = (self.written, patient_id(patient));
        let words = format!("Note {number} of this run, about p{patient}. {}", "Settled. ".repeat(number % 40));
        let words = words.trim_end().to_owned();
        let wish = match Wish::of(what, number) {
            Some(wish) if edits(self.devices[device].who()) => {
                Some((self.before_the_eyes(device, wish.kind, patient).await?, wish))
            }
            _ => None,
        };
        let it = &self.devices[device];
        let (by, text) = (it.who().to_string(), words.clone());
        let begun = self.disks.written();
        let (mut edited, saving) = match wish {
            None => (None, it.spawn(|engine| async move { engine.save_note(&id, text, Content::default()).await })),
            Some((base, Wish { edit, wrote, .. })) => {
                let edited = Edited { note: None, words: words.clone(), by: by.clone(), base: base.clone(), wrote };
                (Some(edited), it.spawn(|engine| async move { engine.save_edit(&id, base, edit, text).await }))
            }
        };
        let mut saving = saving.context("it is off")?;
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
        match (said, &mut edited) {
            (Some(Ok(Ok(note))), None) => self.told.push(Told { note: note.to_string(), words, patient, by }),
            (Some(Ok(Ok(note))), Some(edited)) => edited.note = Some(note.to_string()),
            (Some(Ok(Err(error))), _) => saved = Err(anyhow::anyhow!("not saved: {}", error.code)),
            (Some(Err(_)) | None, _) => {}
        }
        // Also when nobody was told: it may be in the record all the same.
        self.edits.extend(edited);
        if let Some((_, how)) = stop {
            self.devices[device].stop(&mut self.disks, how).await?;
        }
        saved
    }

    /// What can be edited, as this device shows it now; what was seen there before, when it shows nothing.
    async fn before_the_eyes(&mut self, device: usize, kind: &str, patient: usize) -> Result<Value> {
        let key = |it: &Value| format!("{}/{}", it["resourceType"], it["id"]);
        for thing in self.devices[device].things(patient_id(patient)).await {
            self.seen.insert((device, key(&thing)), thing);
        }
        let first = self.service.thing(kind, patient).await?;
        Ok(self.seen.entry((device, key(&first))).or_insert(first).clone())
    }

    /// Whoever has the device decides the first conflict that it shows.
    async fn settle(&mut self, device: usize) -> Result<()> {
        let state = self.devices[device].state().context("it is off")?;
        match state.conflicts.first() {
            Some(it) => self.decide(device, it.note).await,
            None => Ok(()),
        }
    }

    async fn decide(&mut self, device: usize, note: NoteId) -> Result<()> {
        self.written += 1;
        let (it, turn) = (&self.devices[device], self.written);
        let chosen = it.run(|engine| async move { choose(&engine, note, turn).await }).await.context("it is off")??;
        let choices: Vec<Choice> = chosen.iter().map(|it| it.choice).collect();
        let done = it.run(|engine| async move { engine.settle_conflict(note, &choices).await }).await;
        done.context("it is off")??;
        for Settled { conflict, choice, .. } in &chosen {
            let (fields, mine, theirs) = (&conflict.fields, &conflict.mine.value, &conflict.theirs.value);
            self.trace.push(format!("{note} decided: {choice:?} of {fields:?} {mine} and {theirs}"));
        }
        self.settled.extend(chosen);
        Ok(())
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
        for patient in 0..PATIENTS {
            self.service.permit(patient, true).await?;
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
        let mut signed = self.devices[number].sign_in().await;
        let who = self.devices[number].who().clone();
        self.trace.push(format!("rest: {who} on device {number}: sign-in {}", said(&signed)));
        let mut again = BTreeSet::new();
        while Instant::now() < end {
            let device = &self.devices[number];
            let Some(state) = device.state() else { return };
            // Nobody works on a device that was shut out.
            let todo = if device.revoked { Todo::Nothing } else { todo(&state, &again) };
            match todo {
                Todo::Settle(note) => {
                    let settled = self.decide(number, note).await;
                    self.trace.push(format!("rest: a conflict on device {number}: {}", said(&settled)));
                    continue;
                }
                Todo::SendAgain(note, patient) => {
                    again.insert(note);
                    let opened = device.look(patient).await.map(drop);
                    let done = device.run(|engine| async move { engine.send_again(note).await }).await;
                    let done = done.is_some_and(|it| it.is_ok());
                    self.trace.push(format!("rest: {note} sent again: {done}, opened: {}", said(&opened)));
                    continue;
                }
                Todo::Wait => {}
                Todo::Nothing => {
                    let over = matches!(state.device.enrolment, Enrolment::Revoked) == device.revoked;
                    if over && state.device.relayed <= state.device.relay_refused {
                        return;
                    }
                }
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
        let left = self.devices[number].state().map(|it| (it.sync.last_problem.clone(), it.device));
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
