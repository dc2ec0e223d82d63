//! `GET /auth/authorize`: who is it? (RFC 6749 §4.1.1, OpenID Connect Core 1.0 §3.1.2)

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use uuid::Uuid;

use super::limits::Address;
use super::{CLIENT, MAX_TEXT, SHIFT, page, redirect};
use crate::api::{Hub, Problem};
use crate::secret;
use crate::store::{Pending, SignIn};

/// How long a code waits to be exchanged.
const CODE_LIFE: SignedDuration = SignedDuration::from_secs(60);

/// The query of an authorisation request.
#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    response_type: Option<String>,
    client_id: Option<String>,
    redirect_uri: Option<String>,
    scope: Option<String>,
    state: Option<String>,
    nonce: Option<String>,
    aud: Option<String>,
    code_challenge: Option<String>,
    code_challenge_method: Option<String>,
    login_hint: Option<String>,
    prompt: Option<String>,
    max_age: Option<String>,
    dpop_jkt: Option<String>,
}

/// A redirect with a code, or with an error once the redirect itself is known to be ours. Without a `login_hint` a page
/// asks who it is.
///
/// Nobody stays signed in at this provider: every answer is of a sign-in of this moment. So `prompt=login` and any
/// `max_age` are kept, and `prompt=none` cannot be.
pub(crate) async fn authorize(
    State(hub): State<Hub>,
    headers: HeaderMap,
    address: Address,
    RawQuery(raw): RawQuery,
    query: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Problem> {
    let Query(asked) = query.map_err(|_| Problem::invalid("The query cannot be read."))?;
    let back = asked.redirect_uri.as_deref().filter(|uri| redirect::is_known(uri));
    let (Some(CLIENT), Some(back)) = (asked.client_id.as_deref(), back) else {
        return Err(Problem::invalid("Unknown client_id or redirect_uri."));
    };
    let (state, issuer) = (asked.state.as_deref().unwrap_or_default(), hub.origin(&headers));
    let error = |error| Ok(redirect::to(back, &issuer, &[("error", error), ("state", state)]));
    let Some(challenge) = sound(&asked, &hub.base(&headers)) else { return error("invalid_request") };
    if asked.prompt.as_deref() == Some("none") {
        return error("login_required");
    }
    let hint = asked.login_hint.as_deref().unwrap_or_default();
    hub.gate.sign_in.check(&address, Some(&format!("{} {hint}", address.text())))?;
    if hint.is_empty() {
        return Ok(page::who(&hub.store.all_staff().await?, &raw.unwrap_or_default()));
    }
    let Some(person) = hub.store.staff(hint).await? else { return error("access_denied") };
    let pending = pending(&asked, challenge, person.id.as_str(), back)?;
    let code = secret::token()?;
    hub.store.insert_code(&secret::hash(&code), &pending).await?;
    Ok(redirect::to(back, &issuer, &[("code", &code), ("state", state)]))
}

fn pending(asked: &Asked, challenge: String, staff: &str, redirect: &str) -> Result<Pending, Problem> {
    let now = Timestamp::now();
    let later = |by| now.checked_add(by).map_err(|_| Problem::internal());
    let sign_in = SignIn {
        id: Uuid::now_v7().to_string(),
        staff: staff.to_owned(),
        client: CLIENT.to_owned(),
        scope: asked.scope.clone().unwrap_or_default(),
        jkt: asked.dpop_jkt.clone(),
        at: now,
        ends: later(SHIFT)?,
    };
    let nonce = asked.nonce.clone();
    Ok(Pending { sign_in, challenge, redirect: redirect.to_owned(), nonce, expires: later(CODE_LIFE)? })
}

/// The challenge of a request that has everything it must have.
fn sound(asked: &Asked, base: &str) -> Option<String> {
    let challenge = asked.code_challenge.clone()?;
    let short = |text: &Option<String>| text.as_ref().is_none_or(|text| text.len() <= MAX_TEXT);
    let prompts = ["none", "login", "consent", "select_account"];
    let prompted = |text: &String| text.split(' ').all(|one| prompts.contains(&one));
    let fits = asked.response_type.as_deref() == Some("code")
        && asked.code_challenge_method.as_deref() == Some("S256")
        && is_hash(&challenge)
        && asked.state.as_ref().is_some_and(|state| !state.is_empty())
        && [&asked.state, &asked.scope, &asked.nonce].into_iter().all(short)
        && asked.prompt.as_ref().is_none_or(prompted)
        && asked.max_age.as_ref().is_none_or(|age| age.parse::<u32>().is_ok())
        && asked.dpop_jkt.as_deref().is_none_or(is_hash)
        && asked.aud.as_deref().map(|aud| aud.trim_end_matches('/')) == Some(base);
    fits.then_some(challenge)
}

/// SHA-256 in base64url, as a challenge and a thumbprint are.
fn is_hash(text: &str) -> bool {
    text.len() == 43 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}
