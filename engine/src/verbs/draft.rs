//! What is being written, form by form.

use shared::identity::{NoteId, PatientId};
use shared::note::Content;
use shared::sensitive::Sensitive;

use crate::vault::{Kind, Write};
use crate::{Engine, EngineError};

/// The form of a note in words; what an earlier version kept stands under the person alone and belongs to it.
const VISIT: &str = "visit";

impl Engine {
    /// Keeps what is being written in `form` (see [`form_of`]), sealed, so that a crash loses at most a second of it.
    /// Empty text forgets it.
    ///
    /// # Errors
    /// What the storage may say; the text before it is still kept then.
    pub async fn save_draft(&self, patient: &PatientId, form: &str, text: String) -> Result<(), EngineError> {
        let mut writes = forget(patient, form);
        if !text.is_empty() {
            writes[0] = Write::put(Kind::Draft, key(patient, form), text);
        }
        Ok(self.open()?.vault.put(writes).await?)
    }

    /// What was being written in `form`, if anything.
    ///
    /// # Errors
    /// `record-damaged` when it is there and cannot be read.
    pub async fn draft(&self, patient: &PatientId, form: &str) -> Result<Option<Sensitive<String>>, EngineError> {
        let open = self.open()?;
        let mut kept = open.vault.get(Kind::Draft, &key(patient, form)).await?;
        if kept.is_none() && form == VISIT {
            kept = open.vault.get(Kind::Draft, patient.as_str()).await?;
        }
        Ok(kept.map(|text| String::from_utf8_lossy(text.bytes()).into_owned().into()))
    }

    /// The forms of a person that something is being written in, in the order of their names.
    ///
    /// # Errors
    /// What the storage may say.
    pub async fn drafts(&self, patient: &PatientId) -> Result<Vec<String>, EngineError> {
        let (keys, _) = self.open()?.vault.keys(Kind::Draft).await?;
        let mut forms: Vec<String> = keys.iter().filter_map(|key| form(patient, key)).collect();
        forms.sort();
        forms.dedup();
        Ok(forms)
    }
}

/// The form that `content` is written in: `visit`, `vitals`, `amend/<note id>`, `change/Goal/7` …
pub fn form_of(content: &Content) -> String {
    let name = match content {
        Content::Visit(visit) => {
            return visit.amends.as_ref().map_or(VISIT.to_owned(), |a| format!("amend/{}", a.note));
        }
        Content::Change(change) => return format!("change/{}", change.place()),
        Content::Vitals { .. } => "vitals",
        Content::Action(_) => "action",
        Content::Preference(_) => "preference",
        Content::Cpr(_) => "cpr",
        Content::Alert(_) => "alert",
        Content::Phase(_) => "phase",
        Content::Akps(_) => "akps",
        Content::Ipos(_) => "ipos",
        Content::Stock(_) => "stock",
        Content::Dose(_) => "dose",
        _ => "other",
    };
    name.to_owned()
}

/// The name under which the draft is kept while a note that was set aside is written anew: what was begun in its form
/// is another note.
pub fn form_again(old: NoteId) -> String {
    format!("again/{old}")
}

/// Takes the draft of a form away, wherever a version of this app kept it; the first is where this one does.
pub(super) fn forget(patient: &PatientId, form: &str) -> Vec<Write> {
    let mut writes = vec![Write::remove(Kind::Draft, key(patient, form))];
    if form == VISIT {
        writes.push(Write::remove(Kind::Draft, patient.as_str()));
    }
    writes
}

// An id of FHIR has no slash, so that no person's key begins another's.
fn key(patient: &PatientId, form: &str) -> String {
    format!("{patient}/{form}")
}

fn form(patient: &PatientId, key: &str) -> Option<String> {
    match key.strip_prefix(patient.as_str())? {
        "" => Some(VISIT.to_owned()),
        rest => rest.strip_prefix('/').map(str::to_owned),
    }
}
