//! Who knows what every person was told, and compares it with what the record holds in the end.

use std::collections::BTreeSet;
use std::fmt;

use anyhow::Result;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hub::Store;
use serde_json::Value;
use shared::note::from_document_reference;

use super::edits::{Ledger, Thing};
use super::plan::PATIENTS;
use super::service::patient_id;

/// What went wrong with notes that a person was told are saved. All zero is as it must be.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Neither in the record nor waiting on a device.
    pub lost: usize,
    /// More than once in the record, or with more than one provenance.
    pub duplicated: usize,
    /// In the record with other words, or changed there by nobody; a value that gave way to one whose author had not
    /// seen it, with nobody asked.
    pub overwritten: usize,
    /// Not in the record, though nothing stood in the way any more.
    pub stuck: usize,
}

impl Counts {
    /// Whether all is well.
    pub fn good(&self) -> bool {
        *self == Self::default()
    }

    /// With those of another run.
    #[must_use]
    pub fn and(self, more: Self) -> Self {
        Self {
            lost: self.lost + more.lost,
            duplicated: self.duplicated + more.duplicated,
            overwritten: self.overwritten + more.overwritten,
            stuck: self.stuck + more.stuck,
        }
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { lost, duplicated, overwritten, stuck } = self;
        write!(f, "lost {lost} · duplicated {duplicated} · silently overwritten {overwritten} · stuck {stuck}")
    }
}

/// A note somebody was told is saved.
#[derive(Debug, Clone)]
pub(super) struct Told {
    pub(super) note: String,
    pub(super) words: String,
    pub(super) patient: usize,
    pub(super) by: String,
}

/// What a record holds of one note.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    pub(super) note: String,
    pub(super) words: String,
    pub(super) patient: usize,
    pub(super) versions: usize,
    /// How many accounts there are of who brought it.
    pub(super) provenances: usize,
}

/// What the hub holds of everybody.
#[derive(Debug, Clone)]
pub(super) struct Record {
    pub(super) notes: Vec<Kept>,
    pub(super) things: Vec<Thing>,
}

/// Compares. `waiting`: the notes that are still on a device to be sent. Says each finding in `trace`.
pub(super) fn judge(
    record: &Record,
    told: &[Told],
    ledger: &Ledger<'_>,
    waiting: &BTreeSet<String>,
    trace: &mut Vec<String>,
) -> Counts {
    let mut counts = ledger.judge(&record.things, waiting, trace);
    for it in told {
        if let Some((found, what)) = note(record, it, waiting) {
            counts = counts.and(found);
            trace.push(format!("{what}: note {} of {} about p{}", it.note, it.by, it.patient));
        }
    }
    counts
}

/// What became of a note; `None` when all is well.
fn note(record: &Record, told: &Told, waiting: &BTreeSet<String>) -> Option<(Counts, String)> {
    let none = Counts::default();
    // By its words: no two notes of a run have the same.
    let same = |it: &&Kept| it.patient == told.patient && it.words == told.words;
    let kept: Vec<&Kept> = record.notes.iter().filter(same).collect();
    let provenances: usize = kept.iter().map(|it| it.provenances).sum();
    if kept.len() > 1 || provenances > 1 {
        let what = format!("duplicated ({} notes, {provenances} provenances)", kept.len());
        return Some((Counts { duplicated: 1, ..none }, what));
    }
    if kept.iter().any(|it| it.versions > 1) {
        return Some((Counts { overwritten: 1, ..none }, "changed by nobody".to_owned()));
    }
    if !kept.is_empty() {
        return None;
    }
    Some(if record.notes.iter().any(|it| it.note == told.note) {
        (Counts { overwritten: 1, ..none }, "overwritten".to_owned())
    } else if waiting.contains(&told.note) {
        (Counts { stuck: 1, ..none }, "stuck".to_owned())
    } else {
        (Counts { lost: 1, ..none }, "lost".to_owned())
    })
}

/// Reads what the hub holds.
pub(super) async fn read(store: &Store) -> Result<Record> {
    let (mut notes, mut things) = (Vec::new(), Vec::new());
    for patient in 0..PATIENTS {
        let all = store.of_patient(patient_id(patient).as_str()).await?;
        let targets: Vec<&Value> =
            all.iter().filter(|it| it.kind == "Provenance").map(|it| &it.resource["target"][0]["reference"]).collect();
        for it in &all {
            let provenances = targets.iter().filter(|of| **of == &Value::from(it.address())).count();
            let versions = store.versions(&it.kind, &it.id).await?;
            if let Some((note, words)) = read_note(&it.resource) {
                notes.push(Kept { note, words, patient, versions: versions.len(), provenances });
            } else if ["Goal", "Task", "Flag"].contains(&it.kind.as_str()) {
                let versions = versions.into_iter().rev().map(|it| it.resource).collect();
                things.push(Thing { versions, provenances });
            }
        }
    }
    Ok(Record { notes, things })
}

fn read_note(document: &Value) -> Option<(String, String)> {
    let note = from_document_reference(document, |text| STANDARD.decode(text).ok()).ok()?;
    Some((note.id.to_string(), note.text.reveal().clone()))
}
