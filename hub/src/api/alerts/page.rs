//! The queue as pages.

use axum::response::Response;
use jiff::Timestamp;
use serde_json::Value;
use shared::identity::{Demographics, Staff};

use super::super::account::{named, what, why};
use super::super::html::{self, moment};
use super::task::words_of;
use super::thing::Thing;
use crate::ips::escape;
use crate::store::{Alerted, Waiting};

/// References, kinds and times. `form`: what the forms of a browser bring back.
pub(super) fn queue(all: &[Waiting], form: Option<&str>) -> Response {
    let waiting = all.iter().filter(|it| it.review.is_none()).count();
    let heads = ["Reference", "What", "Raised (UTC)", "Patient told", "State"];
    let row = |it: &Waiting| {
        let state = it.review.as_ref().map_or("waits", |review| review.outcome.as_str());
        let id = escape(&it.id);
        let link = format!("<a href=\"/admin/alerts/{id}\">{id}</a>");
        let cells = [what(&it.kind).to_owned(), moment(it.raised), letter(it), state.to_owned()];
        std::iter::once(link).chain(cells.iter().map(|cell| escape(cell))).collect()
    };
    let counted =
        format!("<p>{waiting} to look into, of {}. Opening one is noted in the person's account.</p>", all.len());
    let report = form.map(|form| sends(form, "/admin/access-report", REPORT)).unwrap_or_default();
    html::page("Alerts", &[counted, html::table(&heads, all.iter().map(row)), report].concat())
}

const REPORT: &str = "<h2>Who looked at a record</h2><p><label>NHS number of the person<br>\
<input name=\"number\" inputmode=\"numeric\" autocomplete=\"off\" required></label></p><button>Show the account</button>";

/// A form of this hub's own.
fn sends(form: &str, to: &str, fields: &str) -> String {
    let (to, form) = (escape(to), escape(form));
    format!(
        "<form method=\"post\" action=\"{to}\"><input type=\"hidden\" name=\"form\" value=\"{form}\">{fields}</form>"
    )
}

/// Who is it? Each name is a button.
pub(super) fn sign_in(staff: &[Staff]) -> Response {
    let button = |one: &Staff| {
        format!("<p><button name=\"staff\" value=\"{}\">{}</button></p>", escape(one.id.as_str()), escape(&named(one)))
    };
    let buttons: String = staff.iter().map(button).collect();
    let warning = "<p>This sign-in is for demonstrations: whoever sees this page may be anyone.</p>";
    html::page(
        "Alerts: who are you?",
        &format!("{warning}<form method=\"post\" action=\"/admin/sign-in\">{buttons}</form>"),
    )
}

/// One, with what can come of it and the letter to the patient.
pub(super) fn one(
    line: &Waiting,
    thing: &Thing,
    (who, whom): (Option<&Staff>, Option<&Value>),
    form: Option<&str>,
) -> Response {
    let who = who.map_or_else(|| thing.staff().to_owned(), named);
    let name = whom.and_then(|patient| Demographics::from_fhir(patient).ok()).map(|person| person.display_name());
    let name = name.or_else(|| thing.patient().map(str::to_owned)).unwrap_or_default();
    let review = line.review.as_ref();
    let review =
        review.map_or_else(|| "Waits".to_owned(), |it| format!("{}, {}: {}", it.outcome, moment(it.at), it.words));
    let mut rows = vec![("What", what(&line.kind).to_owned()), ("Who", who.clone())];
    rows.extend(thing.patient().map(|patient| ("Whose record", format!("{name} (Patient/{patient})"))));
    rows.extend(details(thing));
    rows.extend([("Patient told", letter(line)), ("Review", review)]);
    let rows = rows.iter().map(|(label, text)| vec![format!("<b>{label}</b>"), escape(text)]);
    let letter = match thing {
        Thing::Glass(it) if it.due.is_some() => to_the_patient(it, &name, &who),
        _ => String::new(),
    };
    let forms = form.map(|form| forms(form, line, thing)).unwrap_or_default();
    html::page("Alert", &[html::table(&["", ""], rows), forms, letter].concat())
}

fn details(thing: &Thing) -> Vec<(&'static str, String)> {
    match thing {
        Thing::Glass(it) => vec![
            ("From (UTC)", moment(it.declared)),
            ("Until (UTC)", it.ended.map_or_else(|| "no end noted".to_owned(), moment)),
            ("Why", why(it)),
            ("Answer", it.answer.clone()),
        ],
        Thing::Chain(it) => vec![
            ("Device", it.device.clone()),
            ("First entry concerned", it.seq.to_string()),
            ("Handed over (UTC)", moment(it.received)),
        ],
        Thing::Note(it, note) => vec![("Received (UTC)", moment(it.raised)), ("Note", words_of(note))],
    }
}

/// What a browser can send about it.
fn forms(form: &str, line: &Waiting, thing: &Thing) -> String {
    let place = format!("/admin/alerts/{}", line.id);
    let options: String = thing.outcomes().iter().map(|it| format!("<option>{it}</option>")).collect();
    let fields = format!(
        "<h2>Review</h2><p><label>What you found<br><select name=\"outcome\">{options}</select></label></p>\
         <p><label>In words, 10 to 2000 characters<br><textarea name=\"words\" rows=\"4\" cols=\"60\" required>\
         </textarea></label></p><button>Note the review</button>"
    );
    let is_open = line.review.as_ref().is_none_or(|review| review.outcome == "kept-back");
    let review = if is_open { sends(form, &format!("{place}/review"), &fields) } else { String::new() };
    let told = line.due.is_some() && line.sent.is_none();
    let button = "<button>The letter was sent</button>";
    let letter = if told { sends(form, &format!("{place}/letter"), button) } else { String::new() };
    review + &letter
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

fn letter(it: &Waiting) -> String {
    match (it.sent, it.due) {
        (Some(sent), _) => format!("told on {}", moment(sent)),
        (None, Some(due)) if due < Timestamp::now() => format!("OVERDUE since {}", moment(due)),
        (None, Some(due)) => format!("to be told by {}", moment(due)),
        (None, None) => "nothing to tell".to_owned(),
    }
}
