//! `GET /access-report/{patient}`: the same account as a page to read or print. No script, nothing from elsewhere.

use std::collections::HashMap;
use std::fmt::Write as _;

use axum::http::header;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use shared::audit::Line;
use shared::identity::Staff;

use super::super::context::{Hub, Signed};
use super::super::problem::Problem;
use super::require_privacy_officer;
use crate::ips::escape;

const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";
const HEAD: &str = "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Who looked at this record</title>\
<style>body{font:1rem sans-serif;margin:2rem}table{border-collapse:collapse}td,th{border:1px solid #666;padding:.4rem;text-align:left}</style>\
</head><body><h1>Who looked at this record</h1>";

/// The page.
pub(crate) async fn page(hub: &Hub, signed: &Signed, patient: &str) -> Result<Response, Problem> {
    require_privacy_officer(hub, signed, patient).await?;
    let entries = hub.store.account(patient, (Timestamp::MIN, Timestamp::MAX), 0, i64::MAX).await?;
    let staff = hub.store.all_staff().await?.into_iter().map(|one| (one.id.to_string(), one)).collect();
    let lines: Vec<Line> = entries.iter().map(|(_, entry)| Line::of(&entry.event)).collect();
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    Ok((headers, html(patient, &lines, &staff)).into_response())
}

fn html(patient: &str, lines: &[Line], staff: &HashMap<String, Staff>) -> String {
    let mut out =
        format!("{HEAD}<p>Record {}. {} entries, oldest first, times in UTC.</p>", escape(patient), lines.len());
    out.push_str(
        "<table><thead><tr><th scope=\"col\">When</th><th scope=\"col\">Who</th><th scope=\"col\">What</th>\
        <th scope=\"col\">What for</th><th scope=\"col\">Answer</th></tr></thead><tbody>",
    );
    for line in lines {
        let when = line.at.map(|at| at.strftime("%-d %B %Y, %H:%M:%S").to_string()).unwrap_or_default();
        let cells = [when, who(line, staff), line.action.clone(), purpose(&line.purpose).to_owned(), answer(line)];
        out.push_str("<tr>");
        for cell in cells {
            // Writing into a text cannot fail.
            let _ = write!(out, "<td>{}</td>", escape(&cell));
        }
        out.push_str("</tr>");
    }
    out.push_str("</tbody></table></body></html>");
    out
}

fn who(line: &Line, staff: &HashMap<String, Staff>) -> String {
    match staff.get(&line.staff) {
        Some(one) => format!("{}, {}, {}", one.name, one.job_title, one.organisation.name),
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
