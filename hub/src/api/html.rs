//! Pages of the hub. No script, nothing from elsewhere; a form sends to the hub alone.

use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};

const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const STYLE: &str = "body{font:1rem sans-serif;margin:2rem}table{border-collapse:collapse;margin-block:1rem}\
textarea,input,select,button{font:inherit;min-height:48px;box-sizing:border-box}\
td,th{border:1px solid #666;padding:.4rem;text-align:left;vertical-align:top}";

/// A page. `title` and `body` are HTML already: what comes from a record goes through [`crate::ips::escape`] first.
pub(crate) fn page(title: &str, body: &str) -> Response {
    let text = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>{title}</title><style>{STYLE}</style>\
         </head><body><h1>{title}</h1>{body}</body></html>"
    );
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, text).into_response()
}

/// A table of cells that are HTML already.
pub(crate) fn table(heads: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let heads: String = heads.iter().map(|head| format!("<th scope=\"col\">{head}</th>")).collect();
    let cells = |row: Vec<String>| row.into_iter().map(|cell| format!("<td>{cell}</td>")).collect::<String>();
    let rows: String = rows.map(|row| format!("<tr>{}</tr>", cells(row))).collect();
    format!("<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>")
}

/// Whether a browser asks, and not a program.
pub(crate) fn is_wanted(headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accepted.contains("text/html")
}

/// `3 June 2026, 09:05:00`, in UTC.
pub(crate) fn moment(at: jiff::Timestamp) -> String {
    at.strftime("%-d %B %Y, %H:%M:%S").to_string()
}
