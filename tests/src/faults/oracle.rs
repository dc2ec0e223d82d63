//! Who knows what every person was told, and compares it with what the record holds in the end.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use anyhow::Result;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hub::Store;
use serde_json::Value;
use shared::note::from_document_reference;

use super::plan::PATIENTS;
use super::service::patient_id;

/// What went wrong with notes that a person was told are saved. All zero is as it must be.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Neither in the record nor waiting on a device.
    pub lost: usize,
    /// More than once in the record, or with more than one provenance.
    pub duplicated: usize,
    /// In the record with other words, or changed there by nobody.
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

/// What the record holds of one note, by the words of it: no two notes of a run have the same.
#[derive(Default)]
struct Held {
    ids: Vec<String>,
    versions: usize,
    provenances: usize,
}

/// Compares. `waiting`: the notes that are still on a device to be sent. Says each finding in `trace`.
pub(super) async fn judge(
    store: &Store,
    told: &[Told],
    waiting: &BTreeSet<String>,
    trace: &mut Vec<String>,
) -> Result<Counts> {
    let mut counts = Counts::default();
    let (by_words, by_id) = held(store).await?;
    for it in told {
        let said = |what: &str| format!("{what}: note {} of {} about p{}", it.note, it.by, it.patient);
        match by_words.get(&(it.patient, it.words.clone())) {
            Some(held) => {
                if held.ids.len() > 1 || held.provenances > 1 {
                    counts.duplicated += 1;
                    trace.push(said(&format!(
                        "duplicated ({} notes, {} provenances)",
                        held.ids.len(),
                        held.provenances
                    )));
                }
                if held.versions > held.ids.len() {
                    counts.overwritten += 1;
                    trace.push(said("changed by nobody"));
                }
            }
            None if by_id.contains(&it.note) => {
                counts.overwritten += 1;
                trace.push(said("overwritten"));
            }
            None if waiting.contains(&it.note) => {
                counts.stuck += 1;
                trace.push(said("stuck"));
            }
            None => {
                counts.lost += 1;
                trace.push(said("lost"));
            }
        }
    }
    Ok(counts)
}

type ByWords = BTreeMap<(usize, String), Held>;

async fn held(store: &Store) -> Result<(ByWords, BTreeSet<String>)> {
    let (mut by_words, mut by_id) = (ByWords::new(), BTreeSet::new());
    for patient in 0..PATIENTS {
        let all = store.of_patient(patient_id(patient).as_str()).await?;
        let provenances: Vec<String> = all
            .iter()
            .filter(|it| it.kind == "Provenance")
            .filter_map(|it| it.resource["target"][0]["reference"].as_str().map(str::to_owned))
            .collect();
        for it in all.iter().filter(|it| it.kind == "DocumentReference") {
            let Some((note, words)) = read(&it.resource) else { continue };
            let held = by_words.entry((patient, words)).or_default();
            held.provenances += provenances.iter().filter(|of| **of == it.address()).count();
            held.versions += store.versions(&it.kind, &it.id).await?.len();
            held.ids.push(it.id.clone());
            by_id.insert(note);
        }
    }
    Ok((by_words, by_id))
}

fn read(document: &Value) -> Option<(String, String)> {
    let note = from_document_reference(document, |text| STANDARD.decode(text).ok()).ok()?;
    Some((note.id.to_string(), note.text.reveal().clone()))
}
