//! Request bodies: bounded, of the right kind, JSON.

use axum::body::{Body, to_bytes};
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use serde_json::Value;

use super::context::Hub;
use super::problem::Problem;

/// The largest request body, bytes.
pub(crate) const MAX_BODY: usize = 2 * 1024 * 1024;

/// A FHIR JSON body.
#[derive(Debug)]
pub(crate) struct FhirBody(pub(crate) Value);

impl FromRequest<Hub> for FhirBody {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &Hub) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            let text = "Send application/fhir+json.";
            return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not-supported", text));
        }
        let bytes = bounded(request.headers().clone(), request.into_body()).await?;
        let value: Value = serde_json::from_slice(&bytes).map_err(|_| Problem::invalid("The body is not JSON."))?;
        Ok(Self(value))
    }
}

async fn bounded(headers: HeaderMap, body: Body) -> Result<Vec<u8>, Problem> {
    let too_long = || Problem::too_long("A request may have 2 MB.");
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > MAX_BODY) {
        return Err(too_long());
    }
    // The only other way to fail is that the asker went away, and then nobody reads the answer.
    to_bytes(body, MAX_BODY).await.map(Vec::from).map_err(|_| too_long())
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let plain = kind.split(';').next().unwrap_or_default().trim();
    ["application/fhir+json", "application/json"].iter().any(|known| plain.eq_ignore_ascii_case(known))
}
