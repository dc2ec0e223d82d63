//! What goes back when it went well.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimePrinter;
use serde_json::{Value, json};

use super::params::Params;
use crate::store::Stored;

/// The media type of every FHIR answer.
pub(crate) const FHIR_JSON: &str = "application/fhir+json";

/// 200 with a resource. Health records are for the asker only and never for a cache in between.
pub(crate) fn fhir(resource: &Value) -> Response {
    let headers = [(header::CONTENT_TYPE, FHIR_JSON), (header::CACHE_CONTROL, "private, no-cache")];
    (StatusCode::OK, headers, resource.to_string()).into_response()
}

/// 200 with one page of a searchset: the link to itself, the link to the page after it while there is one, and no
/// total, which would tell of what is not shown (FHIR R4 §3.1.1.4).
pub(crate) fn searchset(url: &str, params: &Params, next: Option<&str>, entries: Vec<Value>) -> Response {
    let mut links = vec![json!({"relation": "self", "url": format!("{url}?{}", params.text())})];
    if let Some(token) = next {
        links.push(json!({"relation": "next", "url": format!("{url}?{}", params.next_page(token))}));
    }
    let mut bundle = json!({"resourceType": "Bundle", "type": "searchset", "link": links});
    if !entries.is_empty() {
        bundle["entry"] = Value::Array(entries);
    }
    fhir(&bundle)
}

/// One entry of a searchset, found by what was asked for.
pub(crate) fn entry_of(address: &str, resource: Value) -> Value {
    json!({"fullUrl": address, "resource": resource, "search": {"mode": "match"}})
}

/// 200 with a stored resource: its version as `ETag`, its time as `Last-Modified`.
pub(crate) fn versioned(stored: &Stored, resource: &Value) -> Response {
    let mut response = fhir(resource);
    stamp(response.headers_mut(), &version_tag(stored.version), stored.last_updated);
    response
}

/// `W/"3"`.
pub(crate) fn version_tag(version: i64) -> String {
    format!("W/\"{version}\"")
}

/// Sets `ETag` and `Last-Modified`.
pub(crate) fn stamp(headers: &mut HeaderMap, tag: &str, modified: Timestamp) {
    if let Ok(tag) = HeaderValue::from_str(tag) {
        headers.insert(header::ETAG, tag);
    }
    if let Ok(modified) = DateTimePrinter::new().timestamp_to_rfc9110_string(&modified)
        && let Ok(modified) = HeaderValue::from_str(&modified)
    {
        headers.insert(header::LAST_MODIFIED, modified);
    }
}

/// Whether the asker already has what `tag` names (`If-None-Match`, weak comparison, RFC 9110 §13.1.2).
pub(crate) fn has_already(headers: &HeaderMap, tag: &str) -> bool {
    let plain = |text: &str| text.trim().trim_start_matches("W/").to_owned();
    let lists = headers.get_all(header::IF_NONE_MATCH).into_iter().filter_map(|value| value.to_str().ok());
    lists.flat_map(|list| list.split(',')).any(|known| known.trim() == "*" || plain(known) == plain(tag))
}

/// 304 with the tag that still holds.
pub(crate) fn unchanged(tag: &str, modified: Timestamp) -> Response {
    let mut response = StatusCode::NOT_MODIFIED.into_response();
    stamp(response.headers_mut(), tag, modified);
    response
}
