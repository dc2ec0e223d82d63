//! The queue as pages.

use axum::response::Response;
use jiff::Timestamp;
use serde_json::Value;
use shared::identity::{Demographics, Staff};

use super::super::account::{named, what, why};
use super::super::html::{self, moment};
use crate::ips::escape;
use crate::store::Alerted;

/// References, kinds and times.
pub(super) fn queue(all: &[Alerted]) -> Response {
    let waiting = all.iter().filter(|it| it.reviewed.is_none()).count();
    let heads = ["Reference", "What", "Raised (UTC)", "Patient told", "State"];
    let row = |it: &Alerted| {
        let state = it.outcome.as_deref().unwrap_or("waits");
        let id = escape(&it.id);
        let link = format!("<a href=\"/admin/alerts/{id}\">{id}</a>");
        let cells = [what(&it.kind).to_owned(), moment(it.raised), letter(it), state.to_owned()];
        std::iter::once(link).chain(cells.iter().map(|cell| escape(cell))).collect()
    };
    let counted =
        format!("<p>{waiting} to look into, of {}. Opening one is noted in the person's account.</p>", all.len());
    html::page("Alerts", &[counted, html::table(&heads, all.iter().map(row))].concat())
}

/// One, with the letter to the patient.
pub(super) fn one(it: &Alerted, who: Option<&Staff>, whom: Option<&Value>) -> Response {
    let who = who.map_or_else(|| it.staff.clone(), named);
    let name = whom.and_then(|patient| Demographics::from_fhir(patient).ok());
    let name = name.map_or_else(|| it.patient.clone(), |person| person.display_name());
    let until = it.ended.map_or_else(|| "no end noted".to_owned(), moment);
    let review = match (&it.outcome, &it.words, it.reviewed) {
        (Some(outcome), Some(words), Some(at)) => format!("{outcome}, {}: {words}", moment(at)),
        _ => "Waits".to_owned(),
    };
    let rows = [
        ("What", what(&it.kind).to_owned()),
        ("Whose record", format!("{name} (Patient/{})", it.patient)),
        ("Who", who.clone()),
        ("From (UTC)", moment(it.declared)),
        ("Until (UTC)", until),
        ("Why", why(it)),
        ("Answer", it.answer.clone()),
        ("Patient told", letter(it)),
        ("Review", review),
    ];
    let rows = rows.iter().map(|(label, text)| vec![format!("<b>{label}</b>"), escape(text)]);
    let letter = if it.due.is_some() { to_the_patient(it, &name, &who) } else { String::new() };
    html::page("Alert", &[html::table(&["", ""], rows), letter].concat())
}

/// What the patient is sent. The words of whoever opened the record are given as they are.
fn to_the_patient(it: &Alerted, name: &str, who: &str) -> String {
    let paragraphs = [
        format!("To {name}"),
        format!(
            "On {} (UTC) {who} opened your shared record in an emergency without asking you first, or noted that they had to.",
            moment(it.declared)
        ),
        format!("The reason they gave: {}.", why(it).trim_end_matches('.')),
        "Our privacy officer looks into every such access. You may ask who has looked at your record, and you may \
         choose that nobody opens it in this way."
            .to_owned(),
    ];
    let text: String = paragraphs.iter().map(|text| format!("<p>{}</p>", escape(text))).collect();
    format!("<h2>Letter</h2>{text}")
}

fn letter(it: &Alerted) -> String {
    match (it.sent, it.due) {
        (Some(sent), _) => format!("told on {}", moment(sent)),
        (None, Some(due)) if due < Timestamp::now() => format!("OVERDUE since {}", moment(due)),
        (None, Some(due)) => format!("to be told by {}", moment(due)),
        (None, None) => "nothing to tell".to_owned(),
    }
}
