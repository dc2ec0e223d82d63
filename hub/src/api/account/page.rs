//! `GET /access-report/{patient}`: the same account as a page to read or print.

use std::collections::HashMap;

use axum::response::Response;
use jiff::Timestamp;
use shared::audit::Line;
use shared::consent::GlassReason;
use shared::identity::Staff;

use super::super::context::{Hub, Signed};
use super::super::html::{self, moment};
use super::super::problem::Problem;
use super::require_privacy_officer;
use super::search::numbered;
use crate::ips::escape;
use crate::store::Alerted;

/// The page.
pub(crate) async fn page(hub: &Hub, signed: &Signed, patient: &str) -> Result<Response, Problem> {
    of(hub, signed, &[patient.to_owned()]).await
}

/// The same of every record that carries an NHS number.
pub(crate) async fn page_of_number(hub: &Hub, signed: &Signed, number: &str) -> Result<Response, Problem> {
    of(hub, signed, &numbered(hub, number).await?).await
}

async fn of(hub: &Hub, signed: &Signed, patients: &[String]) -> Result<Response, Problem> {
    require_privacy_officer(hub, signed, patients).await?;
    let entries = hub.store.account(patients, (Timestamp::MIN, Timestamp::MAX), 0, i64::MAX).await?;
    let mut told = Vec::new();
    for patient in patients {
        told.extend(hub.store.alerts_about(patient).await?);
    }
    let staff = hub.store.all_staff().await?.into_iter().map(|one| (one.id.to_string(), one)).collect();
    let lines: Vec<Line> = entries.iter().map(|(_, entry)| Line::of(&entry.event)).collect();
    let whose = if patients.is_empty() { "none".to_owned() } else { escape(&patients.join(", ")) };
    let counted = format!("<p>Record {}. {} entries, oldest first, times in UTC.</p>", whose, lines.len());
    let body = [without_permission(&told, &staff), counted, accesses(&lines, &staff)].concat();
    Ok(html::page("Who looked at this record", &body))
}

fn accesses(lines: &[Line], staff: &HashMap<String, Staff>) -> String {
    let row = |line: &Line| {
        let when = line.at.map(moment).unwrap_or_default();
        let cells = [when, who(line, staff), line.action.clone(), purpose(&line.purpose).to_owned(), answer(line)];
        cells.iter().map(|cell| escape(cell)).collect()
    };
    html::table(&["When", "Who", "What", "What for", "Answer"], lines.iter().map(row))
}

/// What the person is told first: who opened the record, or tried to, without being asked, in the words that were given.
fn without_permission(told: &[Alerted], staff: &HashMap<String, Staff>) -> String {
    if told.is_empty() {
        return String::new();
    }
    let row = |it: &Alerted| {
        let who = staff.get(&it.staff).map_or_else(|| it.staff.clone(), named);
        let until = it.ended.map_or_else(String::new, |at| format!(" until {}", moment(at)));
        let cells = [format!("{}{until}", moment(it.declared)), who, what(&it.kind).to_owned(), why(it), letter(it)];
        cells.iter().map(|cell| escape(cell)).collect()
    };
    let heads = ["When", "Who", "What", "Why, in their words", "Told"];
    format!("<h2>Opened without permission</h2>{}<h2>Every access</h2>", html::table(&heads, told.iter().map(row)))
}

pub(crate) fn what(kind: &str) -> &'static str {
    match kind {
        "break-glass" => "Glass broken: opened in an emergency without permission",
        "self-claimed" => "Opened in an emergency; the patient could not be asked",
        "refused-attempt" => "Tried to break the glass; refused",
        "offline" => "Glass broken without signal, on a record that the device held",
        "account-gap" => "Entries are missing in the account of a device",
        "account-fork" => "A device told two histories of its account",
        "account-altered" | "account-foreign" => "Entries in the account of a device do not fit their hashes",
        "account-signature" => "A part of the account of a device is not signed by it",
        "note-quarantined" => "A note from somebody who is not known to care for the person",
        "note-of-revoked-device" => "A note brought by a device that was revoked",
        "offline-doubtful" => "Glass broken without signal; the report could not be proved",
        _ => "Told to the privacy officer",
    }
}

pub(crate) fn why(it: &Alerted) -> String {
    let code = it.reason_code.as_deref().and_then(|code| GlassReason::from_code(code).ok());
    let code = code.map(|code| match code {
        GlassReason::Unconscious => "Unconscious",
        GlassReason::LifeAtRisk => "Life at risk",
        GlassReason::LacksCapacity => "Could not decide",
        GlassReason::Other => "Another reason",
    });
    let words = it.reason_text.as_deref();
    [code, words].into_iter().flatten().collect::<Vec<_>>().join(": ")
}

fn letter(it: &Alerted) -> String {
    match (it.sent, it.due) {
        (Some(sent), _) => format!("Told on {}", moment(sent)),
        (None, Some(due)) => format!("To be told by {}", moment(due)),
        (None, None) => String::new(),
    }
}

pub(crate) fn named(one: &Staff) -> String {
    format!("{}, {}, {}", one.name, one.job_title, one.organisation.name)
}

fn who(line: &Line, staff: &HashMap<String, Staff>) -> String {
    match staff.get(&line.staff) {
        Some(one) => named(one),
        None if line.staff.is_empty() => "Nobody signed in".to_owned(),
        None => format!("{} {}", line.staff, line.organisation),
    }
}

fn purpose(code: &str) -> &str {
    match code {
        "ETREAT" => "Emergency treatment",
        "BTG" => "Emergency, glass broken",
        "TREAT" => "Treatment",
        "CAREMGT" => "Care",
        other => other,
    }
}

fn answer(line: &Line) -> String {
    let done = if line.outcome == "0" { "done" } else { "refused" };
    if line.reason.is_empty() { done.to_owned() } else { format!("{done}: {}", line.reason) }
}
