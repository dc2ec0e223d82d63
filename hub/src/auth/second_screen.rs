//! `/device`: where the person types the code that the device shows, and approves (RFC 8628 §3.3).

use axum::Form;
use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use jiff::Timestamp;
use serde::Deserialize;

use super::limits::Address;
use super::{SHIFT, page, words};
use crate::api::{Hub, Problem};

/// The query of the page.
#[derive(Debug, Deserialize)]
pub(crate) struct Shown {
    user_code: Option<String>,
}

/// The form of the page.
#[derive(Debug, Deserialize)]
pub(crate) struct Answered {
    user_code: String,
    /// Who it is; nobody refuses.
    staff: Option<String>,
}

/// `GET /device`: the field for the code, and once there is one, who may approve it.
pub(crate) async fn show(
    State(hub): State<Hub>,
    address: Address,
    query: Result<Query<Shown>, QueryRejection>,
) -> Result<Response, Problem> {
    let Query(shown) = query.map_err(|_| Problem::invalid("The query cannot be read."))?;
    hub.gate.sign_in.check(&address, None)?;
    let Some(code) = shown.user_code.map(|typed| words::plain(&typed)).filter(|code| !code.is_empty()) else {
        return Ok(page::code(""));
    };
    if !hub.store.is_waiting(&code, Timestamp::now()).await? {
        return Ok(page::code(UNKNOWN));
    }
    Ok(page::approval(&code, &hub.store.all_staff().await?))
}

/// Whether a browser says that another site made it send this.
pub(crate) fn is_from_elsewhere(headers: &HeaderMap) -> bool {
    let from = headers.get("sec-fetch-site").and_then(|from| from.to_str().ok());
    from.is_some_and(|from| !["same-origin", "none"].contains(&from))
}

const UNKNOWN: &str = "No device waits with this code. Compare it with the device, or start again there.";

/// `POST /device`: approved as somebody, or refused.
pub(crate) async fn approve(
    State(hub): State<Hub>,
    headers: HeaderMap,
    address: Address,
    form: Result<Form<Answered>, FormRejection>,
) -> Result<Response, Problem> {
    let Form(answered) = form.map_err(|_| Problem::invalid("The form cannot be read."))?;
    hub.gate.sign_in.check(&address, None)?;
    // A page from elsewhere must not approve in the person's name.
    if is_from_elsewhere(&headers) {
        return Err(Problem::forbidden("Approve on the page of this hub."));
    }
    let (code, now) = (words::plain(&answered.user_code), Timestamp::now());
    let ends = now.checked_add(SHIFT).map_err(|_| Problem::internal())?;
    let done = match answered.staff.as_deref().filter(|staff| !staff.is_empty()) {
        None => hub.store.answer_device_code(&code, None, (now, ends)).await?,
        Some(staff) => match hub.store.staff(staff).await? {
            None => return Err(Problem::invalid("There is no such member of staff.")),
            Some(staff) => hub.store.answer_device_code(&code, Some(staff.id.as_str()), (now, ends)).await?,
        },
    };
    Ok(if done { page::done(answered.staff.is_some_and(|staff| !staff.is_empty())) } else { page::code(UNKNOWN) })
}
