//! Notes by the id that their author's device gave them, and what later notes make of earlier ones.

use std::collections::HashSet;

use serde_json::{Value, json};
use shared::care_plan::is_clinician;
use shared::identity::{NoteId, Staff};
use shared::note::{Amendment, Amends, PART_SYSTEM, SYSTEM};
use sqlx::{Sqlite, Transaction};

use super::{Store, StoreError, Stored, Write};

const RECORD_ITEM: &str = "https://doorstep.example/CodeSystem/record-item";

/// A later word on a note, and what gives it weight.
#[derive(Debug)]
pub(crate) struct Amending<'a> {
    pub(crate) note: NoteId,
    pub(crate) patient: &'a str,
    pub(crate) amends: &'a Amends,
    pub(crate) author: &'a Staff,
    /// Whether its author may see the earlier note.
    pub(crate) seen: bool,
}

/// The later note, how, its author, whether they saw it, whether they are a clinician, whose record.
type Row = (String, String, String, bool, bool, String);

const OF_NOTE: &str = "SELECT r.type, r.id, r.version, r.last_updated, r.patient_id, r.json FROM create_keys k
    JOIN resources r ON r.type = k.type AND r.id = k.resource_id
    WHERE k.type IN ('DocumentReference', 'Observation', 'Flag', 'Task', 'MedicationAdministration')
    AND ((k.system = $1 AND k.value = $2) OR (k.system = $3 AND k.value >= $4 AND k.value < $5))
    ORDER BY k.system <> $1, r.last_updated";

impl Store {
    /// The resources of a note, the one that stands for it first; empty when it is not here.
    pub(crate) async fn of_note(&self, note: NoteId) -> Result<Vec<Stored>, StoreError> {
        let note = note.to_string();
        let query = sqlx::query_as(OF_NOTE).bind(SYSTEM).bind(&note).bind(PART_SYSTEM);
        Ok(query.bind(format!("{note}:")).bind(format!("{note};")).fetch_all(&self.readers).await?)
    }
}

async fn of_note(tx: &mut Transaction<'static, Sqlite>, note: &str) -> Result<Vec<Stored>, StoreError> {
    let query = sqlx::query_as(OF_NOTE).bind(SYSTEM).bind(note).bind(PART_SYSTEM);
    Ok(query.bind(format!("{note}:")).bind(format!("{note};")).fetch_all(&mut **tx).await?)
}

impl Write {
    /// Whether another resource than one of `kind` stands for the note.
    pub(crate) async fn is_of_another_kind(&mut self, note: NoteId, kind: &str) -> Result<bool, StoreError> {
        let all = of_note(&mut self.tx, &note.to_string()).await?;
        Ok(all.first().is_some_and(|first| first.kind != kind))
    }

    /// What a resource said when it came.
    pub(crate) async fn first_version(&mut self, kind: &str, id: &str) -> Result<Value, StoreError> {
        let sql = "SELECT json FROM resource_history WHERE type = $1 AND id = $2 ORDER BY version LIMIT 1";
        let json: String = sqlx::query_scalar(sql).bind(kind).bind(id).fetch_one(&mut *self.tx).await?;
        serde_json::from_str(&json).map_err(|_| StoreError::Corrupt("resource"))
    }

    /// Remembers what a note says about an earlier one, and carries it out as far as that one is here.
    pub(crate) async fn amend(&mut self, it: &Amending<'_>) -> Result<(), StoreError> {
        let how = match it.amends.how {
            // Both hold: nothing follows from it.
            Amendment::Appends => return Ok(()),
            Amendment::Replaces { .. } => "replaces",
            Amendment::EnteredInError { .. } => "entered-in-error",
        };
        let sql = "INSERT INTO amendments (note, target, patient_id, how, author, seen, clinician)
                   VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (note) DO NOTHING";
        let row =
            sqlx::query(sql).bind(it.note.to_string()).bind(it.amends.note.to_string()).bind(it.patient).bind(how);
        let row = row.bind(it.author.id.as_str()).bind(it.seen).bind(is_clinician(it.author.role));
        row.execute(&mut *self.tx).await?;
        self.settle(it.amends.note).await
    }

    /// Gives a note the status that follows from what was said about it, and then the note that it amends.
    pub(crate) async fn settle(&mut self, note: NoteId) -> Result<(), StoreError> {
        let mut next = Some(note.to_string());
        let mut passed = HashSet::new();
        while let Some(at) = next.take().filter(|at| passed.insert(at.clone())) {
            if self.settle_one(&at).await? {
                let sql = "SELECT target FROM amendments WHERE note = $1";
                next = sqlx::query_scalar(sql).bind(&at).fetch_optional(&mut *self.tx).await?;
            }
        }
        Ok(())
    }

    /// Whether anything changed.
    async fn settle_one(&mut self, note: &str) -> Result<bool, StoreError> {
        let parts = of_note(&mut self.tx, note).await?;
        let Some(first) = parts.first() else { return Ok(false) };
        let weighty = self.said_about(note, first).await?;
        let taken_back = weighty.iter().any(|how| how == "entered-in-error");
        let mut changed = false;
        for part in parts {
            let wanted = match part.kind.as_str() {
                _ if taken_back => "entered-in-error".to_owned(),
                "DocumentReference" if !weighty.is_empty() => "superseded".to_owned(),
                _ => self.status_before(&part).await?,
            };
            if part.resource["status"] != wanted {
                let mut resource = part.resource.clone();
                resource["status"] = json!(wanted);
                self.put(resource, part.patient.as_deref()).await?;
                changed = true;
            }
        }
        Ok(changed)
    }

    /// How the note is amended by those who may, leaving out what was itself taken back.
    async fn said_about(&mut self, note: &str, first: &Stored) -> Result<Vec<String>, StoreError> {
        let sql = "SELECT note, how, author, seen, clinician, patient_id FROM amendments WHERE target = $1";
        let rows: Vec<Row> = sqlx::query_as(sql).bind(note).fetch_all(&mut *self.tx).await?;
        let guarded = is_for_clinicians(&self.first_version(&first.kind, &first.id).await?);
        let mut said = Vec::new();
        for (by, how, author, seen, clinician, patient) in rows {
            let may = (seen || is_by(&first.resource, &author)) && (clinician || !guarded);
            if !may || first.patient.as_deref() != Some(patient.as_str()) {
                continue;
            }
            let later = of_note(&mut self.tx, &by).await?;
            if later.first().is_some_and(|later| later.resource["status"] != "entered-in-error") {
                said.push(how);
            }
        }
        Ok(said)
    }

    /// The last status that no later note gave it.
    async fn status_before(&mut self, part: &Stored) -> Result<String, StoreError> {
        let sql = "SELECT json FROM resource_history WHERE type = $1 AND id = $2 ORDER BY version DESC";
        let all: Vec<String> = sqlx::query_scalar(sql).bind(&part.kind).bind(&part.id).fetch_all(&mut *self.tx).await?;
        let status = |json: &String| serde_json::from_str::<Value>(json).ok()?["status"].as_str().map(str::to_owned);
        let own = all.iter().filter_map(status).find(|s| !["entered-in-error", "superseded"].contains(&s.as_str()));
        own.ok_or(StoreError::Corrupt("status of a note"))
    }
}

fn is_by(note: &Value, staff: &str) -> bool {
    let roles = note["contained"].as_array().into_iter().flatten();
    roles.into_iter().any(|role| {
        let identifier = &role["practitioner"]["identifier"];
        identifier["system"] == Staff::SYSTEM && identifier["value"] == staff
    })
}

/// Whether only a clinician may say that a note does not hold: a decision on resuscitation, and a wish that a clinician
/// confirmed.
pub(crate) fn is_for_clinicians(note: &Value) -> bool {
    let coded = |wanted: &[&str]| {
        let codings = note["code"]["coding"].as_array().into_iter().flatten();
        codings.into_iter().any(|c| c["code"].as_str().is_some_and(|code| wanted.contains(&code)))
    };
    let ours = || note["code"]["coding"].as_array().into_iter().flatten().any(|c| c["system"] == RECORD_ITEM);
    let wish = || ours() && coded(&["preferred-place", "care-wish", "treatment-wish"]);
    note["resourceType"] == "Observation" && (coded(&["304251008"]) || (wish() && note["status"] == "final"))
}
