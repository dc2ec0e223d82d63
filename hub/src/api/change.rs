//! A change of a goal, a task or an alert: on the version that its author read, and of nothing but what may be changed.
//!
//! Whoever changes something must be able to see it, decided as for a read, and all of it that they change. The rest is
//! taken from the record, so that what is withheld from the writer is not lost by their writing.

use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::Value;
use shared::care_plan::{Lifecycle, WORDS_EXTENSION};
use shared::consent::{Reason, Treatment};
use shared::identity::Staff;

use super::access::access_to_change;
use super::answer::versioned;
use super::context::{Hub, Signed, grant};
use super::problem::Problem;
use super::records::{is_closed, shown_of, visible};
use crate::consent::{strip_sensitivity, treatment_of};
use crate::store::{Stored, Write};

/// What can be changed.
pub(super) const TYPES: [&str; 3] = ["Goal", "Task", "Flag"];

/// What the hub or the reader makes of a resource; nobody changes that.
const OF_THE_RECORD: [&str; 2] = ["meta", "text"];

/// A change that may be stored.
#[derive(Debug)]
pub(super) struct Edit {
    /// Its place in the transaction.
    pub(super) at: usize,
    /// What the rest of the transaction calls it.
    pub(super) url: Option<String>,
    pub(super) patient: String,
    base: Stored,
    next: Value,
}

impl Edit {
    /// Checks a change of `Type/id` against its author, its version and the record.
    pub(super) async fn read(
        hub: &Hub,
        signed: &Signed,
        headers: &HeaderMap,
        (kind, id): (&str, &str),
        if_match: Option<&str>,
        sent: &Value,
    ) -> Result<Self, Problem> {
        let version = version(if_match)?;
        if sent["resourceType"] != kind || sent["id"] != id {
            return Err(Problem::invalid("A change goes to Type/id of what it changes."));
        }
        let found = hub.store.read(kind, id).await?;
        let owner = found.and_then(|stored| stored.patient);
        let access = access_to_change(hub, signed, headers, owner.as_deref()).await?;
        // As what is not there answers: with a grant as a read does, without one as to a stranger.
        let granted = grant(hub, signed, headers).await?.is_some();
        let absent = || if granted { Problem::not_found() } else { Problem::refused(Reason::NoRelationship) };
        if owner.is_none() || is_closed(access.decision.dataset, kind) {
            return Err(absent());
        }
        // One look at the record for both, so that somebody who writes meanwhile makes it another version and no riddle.
        let record = hub.store.of_patient(&access.patient).await?;
        let base = record.iter().find(|it| it.kind == kind && it.id == id).cloned().ok_or_else(absent)?;
        let shown = shown_of(record, &access).remove(&base.address()).ok_or_else(absent)?;
        if treatment_of(&base.resource, &access.decision, &access.exceptions) != Treatment::Show {
            return Err(Problem::forbidden("Not all of this is shown to you. Ask somebody who sees it to change it."));
        }
        if base.version != version {
            return Err(Problem::other_version());
        }
        let next = next(&base.resource, &shown, sent, &signed.staff)?;
        Ok(Self { at: 0, url: None, patient: access.patient, base, next })
    }

    /// The same at its place in a transaction.
    pub(super) fn at(self, at: usize, url: Option<&str>) -> Self {
        Self { at, url: url.map(str::to_owned), ..self }
    }

    pub(super) fn address(&self) -> String {
        self.base.address()
    }

    /// Stores it, when nobody was faster.
    pub(super) async fn store(&self, write: &mut Write) -> Result<Stored, Problem> {
        if write.version(&self.base.kind, &self.base.id).await? != self.base.version {
            return Err(Problem::other_version());
        }
        Ok(write.put(self.next.clone(), Some(&self.patient)).await?)
    }
}

/// `PUT {type}/{id}`.
pub(crate) async fn put(
    hub: &Hub,
    signed: &Signed,
    headers: &HeaderMap,
    place: (&str, &str),
    sent: &Value,
) -> Result<Response, Problem> {
    let done = carry_out(hub, signed, headers, place, sent).await;
    if done.is_err() {
        let mut row = signed.audit("change", None);
        (row.decision, row.reason) = (Some("DENY"), Some("not-accepted"));
        hub.store.audit(&row).await?;
    }
    done
}

async fn carry_out(
    hub: &Hub,
    signed: &Signed,
    headers: &HeaderMap,
    place: (&str, &str),
    sent: &Value,
) -> Result<Response, Problem> {
    let if_match = headers.get(axum::http::header::IF_MATCH).and_then(|value| value.to_str().ok());
    let edit = Edit::read(hub, signed, headers, place, if_match, sent).await?;
    let mut write = hub.store.begin().await?;
    let stored = edit.store(&mut write).await?;
    write.commit().await?;
    hub.store.audit(&signed.audit("change", Some(&edit.patient))).await?;
    let access = access_to_change(hub, signed, headers, Some(&edit.patient)).await?;
    let shown = visible(hub, &access).await?.remove(&stored.address());
    Ok(versioned(&stored, &shown.ok_or_else(Problem::not_found)?))
}

/// The version that `W/"3"` or `"3"` names.
fn version(if_match: Option<&str>) -> Result<i64, Problem> {
    let tag = if_match.ok_or_else(Problem::which_version)?.trim();
    let plain = tag.strip_prefix("W/").unwrap_or(tag).trim_matches('"');
    plain.parse().map_err(|_| Problem::invalid("If-Match is one ETag as it was read: W/\"3\"."))
}

/// What may be changed of a type, field by field.
fn editable(kind: &str) -> &'static [&'static str] {
    match kind {
        "Goal" => &["lifecycleStatus", "achievementStatus", "statusDate", "statusReason", "note"],
        "Task" => &["status", "statusReason", "executionPeriod", "lastModified", "note"],
        "Flag" => &["status", "period", "extension"],
        _ => &[],
    }
}

/// What is to be stored: the record's own with the edited fields of `sent`.
fn next(stored: &Value, shown: &Value, sent: &Value, staff: &Staff) -> Result<Value, Problem> {
    let kind = stored["resourceType"].as_str().unwrap_or_default();
    let mut whole = stored.clone();
    strip_sensitivity(&mut whole);
    let fields = |value: &Value| value.as_object().into_iter().flat_map(|it| it.keys().cloned()).collect::<Vec<_>>();
    let mut next = stored.clone();
    for field in fields(sent).into_iter().chain(fields(&whole)) {
        let (field, before) = (field.as_str(), &whole[field.as_str()]);
        if OF_THE_RECORD.contains(&field) || sent[field] == *before {
            continue;
        }
        if !editable(kind).contains(&field) {
            // As it is shown to them, without what points at something withheld.
            if sent[field] == shown[field] {
                continue;
            }
            return Err(Problem::unprocessable(
                "Only how it stands, since when and until when, and what is said about it can be changed. Fetch it \
                 again, and change only that.",
            ));
        }
        if *before != shown[field] {
            return Err(Problem::forbidden("Not all of this is shown to you. Ask somebody who sees it to change it."));
        }
        check(kind, field, before, &sent[field], staff)?;
        if let Some(fields) = next.as_object_mut() {
            match &sent[field] {
                Value::Null => drop(fields.shift_remove(field)),
                value => drop(fields.insert(field.to_owned(), value.clone())),
            }
        }
    }
    Ok(next)
}

fn check(kind: &str, field: &str, before: &Value, after: &Value, staff: &Staff) -> Result<(), Problem> {
    let status =
        |known: bool| if known { Ok(()) } else { Err(Problem::unprocessable("This status cannot be set here.")) };
    let text = after.as_str().unwrap_or_default();
    match (kind, field) {
        ("Goal", "lifecycleStatus") => status(Lifecycle::from_code(text).is_some()),
        ("Task", "status") => status(["in-progress", "completed", "cancelled"].contains(&text)),
        ("Flag", "status") => status(["active", "inactive"].contains(&text)),
        (_, "period" | "executionPeriod") => only_the_end(before, after),
        (_, "note" | "extension") => only_added(before, after, staff),
        _ => Ok(()),
    }
}

fn only_the_end(before: &Value, after: &Value) -> Result<(), Problem> {
    let rest = |period: &Value| {
        let mut rest = period.as_object().cloned().unwrap_or_default();
        rest.shift_remove("end");
        rest
    };
    if rest(before) == rest(after) {
        Ok(())
    } else {
        Err(Problem::unprocessable("Only the end of a period can be changed."))
    }
}

/// What was said is never unsaid, and what is new is said by whoever is signed in.
fn only_added(before: &Value, after: &Value, staff: &Staff) -> Result<(), Problem> {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let (before, after) = (list(before), list(after));
    if !before.iter().all(|one| after.contains(one)) {
        return Err(Problem::unprocessable("What was said stays. Add to it instead."));
    }
    let own = |one: &Value| {
        let said = if one["url"].is_null() { one } else { &one["valueAnnotation"] };
        let who = &said["authorReference"]["identifier"];
        let plain = one["url"].is_null() || one["url"] == WORDS_EXTENSION;
        plain && who["system"] == Staff::SYSTEM && who["value"] == staff.id.as_str()
    };
    if after.iter().filter(|one| !before.contains(one)).all(own) {
        Ok(())
    } else {
        Err(Problem::forbidden("The author of what is added is not the person signed in."))
    }
}
