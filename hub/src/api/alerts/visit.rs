//! Who looks at the queue: a program with its token, or a browser that signed in here.
//!
//! A browser gets a cookie that opens the pages below `/admin` and nothing else, for a quarter of an hour. Whoever may
//! sign in at the development provider may do so here: it is off where that is off.

use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::response::{IntoResponse, Redirect, Response};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use super::super::context::{Hub, RequestId, Signed};
use super::super::html;
use super::super::problem::Problem;
use super::page;
use crate::auth::{Address, is_from_elsewhere};
use crate::secret;
use crate::store::AuditRow;

const COOKIE: &str = "doorstep-officer";
/// How long a browser stays signed in.
const LIFE: SignedDuration = SignedDuration::from_mins(15);
const PLACE: &str = "/admin/sign-in";

/// Whoever asks below `/admin`.
pub(crate) struct Visitor {
    pub(crate) signed: Signed,
    /// What a form of a page must bring back: of a browser only, because its cookie comes with every request, also with
    /// one that another page made it send.
    pub(crate) form: Option<String>,
}

/// Why nobody is let in.
pub(crate) enum Stranger {
    Refused(Box<Problem>),
    /// To where a browser signs in.
    Sent,
}

impl From<Problem> for Stranger {
    fn from(problem: Problem) -> Self {
        Self::Refused(Box::new(problem))
    }
}

impl IntoResponse for Stranger {
    fn into_response(self) -> Response {
        match self {
            Self::Refused(problem) => problem.into_response(),
            Self::Sent => Redirect::to(PLACE).into_response(),
        }
    }
}

impl FromRequestParts<Hub> for Visitor {
    type Rejection = Stranger;

    async fn from_request_parts(parts: &mut Parts, hub: &Hub) -> Result<Self, Stranger> {
        if parts.headers.contains_key(header::AUTHORIZATION) {
            return Ok(Self { signed: Signed::from_request_parts(parts, hub).await?, form: None });
        }
        let found = match cookie(&parts.headers) {
            Some(cookie) => visit(hub, cookie, parts.extensions.get::<RequestId>()).await?,
            None => None,
        };
        match found {
            Some(visitor) => Ok(visitor),
            None if hub.dev_sign_in && parts.method == Method::GET && html::is_wanted(&parts.headers) => {
                Err(Stranger::Sent)
            }
            None => Err(Problem::sign_in().into()),
        }
    }
}

impl Visitor {
    /// Refuses a form that no page of this hub gave to this browser.
    pub(crate) fn require_form(&self, headers: &HeaderMap, brought: &str) -> Result<(), Problem> {
        let same = |form: &String| secret::hash(form) == secret::hash(brought);
        if self.form.as_ref().is_none_or(same) && !is_from_elsewhere(headers) {
            return Ok(());
        }
        Err(Problem::forbidden("This form is not of a page that the hub gave you. Open the page again."))
    }
}

fn cookie(headers: &HeaderMap) -> Option<&str> {
    let all = headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    let mut pairs = all.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == COOKIE).map(|(_, value)| value)
}

async fn visit(hub: &Hub, cookie: &str, request: Option<&RequestId>) -> Result<Option<Visitor>, Problem> {
    let found = hub.store.visit(&secret::hash(cookie), Timestamp::now()).await?;
    Ok(found.map(|(staff, until)| {
        let request = request.map(|id| id.0.clone());
        let signed = Signed { staff, until, device: None, jkt: None, request };
        Visitor { signed, form: Some(secret::hash(format!("form {cookie}"))) }
    }))
}

/// `GET /admin/sign-in`: who is it?
pub(crate) async fn sign_in_page(State(hub): State<Hub>) -> Result<Response, Problem> {
    Ok(page::sign_in(&hub.store.all_staff().await?))
}

/// The form of that page.
#[derive(Deserialize)]
pub(crate) struct Chosen {
    staff: String,
}

/// `POST /admin/sign-in`: the cookie, for a privacy officer.
pub(crate) async fn sign_in(
    State(hub): State<Hub>,
    headers: HeaderMap,
    address: Address,
    form: Result<Form<Chosen>, FormRejection>,
) -> Result<Response, Problem> {
    let Form(Chosen { staff }) = form.map_err(|_| Problem::invalid("The form cannot be read."))?;
    hub.gate.sign_in.check(&address, Some(&format!("{} {staff}", address.text())))?;
    // A page from elsewhere must not sign the browser in as somebody.
    if is_from_elsewhere(&headers) {
        return Err(Problem::forbidden("Sign in on the page of this hub."));
    }
    let row = AuditRow { action: "sign-in", staff: Some(staff.clone()), ..AuditRow::default() };
    if !hub.store.is_privacy_officer(&staff).await? {
        let (decision, reason) = (Some("DENY"), Some("not-a-privacy-officer"));
        hub.store.audit(&AuditRow { decision, reason, ..row }).await?;
        return Err(Problem::forbidden("The queue of alerts is for privacy officers."));
    }
    hub.store.audit(&row).await?;
    let (cookie, now) = (secret::token()?, Timestamp::now());
    let until = now.checked_add(LIFE).map_err(|_| Problem::internal())?;
    hub.store.insert_visit(&secret::hash(&cookie), &staff, until).await?;
    let encrypted = if hub.encrypted { "; Secure" } else { "" };
    let cookie =
        format!("{COOKIE}={cookie}; Path=/admin; Max-Age={}; HttpOnly; SameSite=Strict{encrypted}", LIFE.as_secs());
    let cookie = HeaderValue::from_str(&cookie).map_err(|_| Problem::internal())?;
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to("/admin/alerts")).into_response())
}
