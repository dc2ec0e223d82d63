//! The identity provider of the demonstration: choose who you are, no password. OAuth 2 authorization code with PKCE
//! `S256` only, as SMART App Launch asks; on a real deployment another provider stands here.

mod asker;
mod proof;

use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Form, Json};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::api::{Hub, Problem, Signed};
use crate::secret;
use crate::store::{AuditRow, Pending, SignIn, Taken};
use proof::{Asked, NoProof};

/// The one client, a public one.
const CLIENT: &str = "doorstep-app";
/// The one place a code is sent to.
const REDIRECT: &str = "doorstep://signed-in";
/// How long a code waits to be exchanged.
const CODE_LIFE: SignedDuration = SignedDuration::from_secs(60);
/// How long a sign-in lasts: a shift.
const TOKEN_LIFE: SignedDuration = SignedDuration::from_hours(12);

/// `GET /auth/staff`: who can be signed in as.
pub(crate) async fn staff(State(hub): State<Hub>) -> Result<Json<Value>, Problem> {
    Ok(Json(json!({"staff": hub.store.all_staff().await?})))
}

/// The query of an authorisation request.
#[derive(Debug, Deserialize)]
pub(crate) struct Authorize {
    response_type: Option<String>,
    client_id: Option<String>,
    redirect_uri: Option<String>,
    scope: Option<String>,
    state: Option<String>,
    aud: Option<String>,
    code_challenge: Option<String>,
    code_challenge_method: Option<String>,
    login_hint: Option<String>,
}

/// `GET /auth/authorize`: a redirect with a code, or with an error once the redirect itself is known to be ours.
pub(crate) async fn authorize(
    State(hub): State<Hub>,
    headers: HeaderMap,
    query: Result<Query<Authorize>, axum::extract::rejection::QueryRejection>,
) -> Result<Response, Problem> {
    let Query(asked) = query.map_err(|_| Problem::invalid("The query cannot be read."))?;
    if asked.client_id.as_deref() != Some(CLIENT) || asked.redirect_uri.as_deref() != Some(REDIRECT) {
        // Never redirect to an address that was not registered (RFC 6749 §4.1.2.1).
        return Err(Problem::invalid("Unknown client_id or redirect_uri."));
    }
    let state = asked.state.clone().unwrap_or_default();
    let Some(challenge) = sound(&asked, &hub.base(&headers)) else {
        return Ok(redirect(&[("error", "invalid_request"), ("state", &state)]));
    };
    let Some(person) = hub.store.staff(asked.login_hint.as_deref().unwrap_or_default()).await? else {
        return Ok(redirect(&[("error", "access_denied"), ("state", &state)]));
    };
    let (code, now) = (secret::token()?, Timestamp::now());
    let sign_in = SignIn {
        id: Uuid::now_v7().to_string(),
        staff: person.id.to_string(),
        client: CLIENT.to_owned(),
        scope: asked.scope.unwrap_or_default(),
        jkt: None,
        at: now,
        ends: now.checked_add(TOKEN_LIFE).map_err(|_| Problem::internal())?,
    };
    let expires = now.checked_add(CODE_LIFE).map_err(|_| Problem::internal())?;
    let pending = Pending { sign_in, challenge, redirect: REDIRECT.to_owned(), nonce: None, expires };
    hub.store.insert_code(&secret::hash(&code), &pending).await?;
    Ok(redirect(&[("code", &code), ("state", &state)]))
}

/// The challenge of a request that has everything it must have.
fn sound(asked: &Authorize, base: &str) -> Option<String> {
    let challenge = asked.code_challenge.clone()?;
    let url_safe = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    let fits = asked.response_type.as_deref() == Some("code")
        && asked.code_challenge_method.as_deref() == Some("S256")
        && challenge.len() == 43
        && challenge.bytes().all(url_safe)
        && asked.state.as_ref().is_some_and(|state| !state.is_empty())
        && asked.aud.as_deref().map(|aud| aud.trim_end_matches('/')) == Some(base);
    fits.then_some(challenge)
}

fn redirect(pairs: &[(&str, &str)]) -> Response {
    let query: Vec<_> = pairs.iter().map(|(name, value)| format!("{name}={}", percent(value))).collect();
    let place = HeaderValue::from_str(&format!("{REDIRECT}?{}", query.join("&")));
    let headers = [(header::LOCATION, place.unwrap_or(HeaderValue::from_static(REDIRECT)))];
    (StatusCode::FOUND, headers, [(header::CACHE_CONTROL, "no-store")]).into_response()
}

fn percent(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
    text.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

/// The form of a token request.
#[derive(Debug, Deserialize)]
pub(crate) struct Exchange {
    grant_type: Option<String>,
    code: Option<String>,
    redirect_uri: Option<String>,
    client_id: Option<String>,
    code_verifier: Option<String>,
}

/// `POST /auth/token`: a code for a token, once.
pub(crate) async fn token(
    State(hub): State<Hub>,
    headers: HeaderMap,
    form: Result<Form<Exchange>, axum::extract::rejection::FormRejection>,
) -> Result<Response, Problem> {
    let Ok(Form(asked)) = form else { return Ok(refusal("invalid_request")) };
    if asked.grant_type.as_deref() != Some("authorization_code") {
        return Ok(refusal("unsupported_grant_type"));
    }
    let (Some(code), Some(verifier)) = (asked.code.as_deref(), asked.code_verifier.as_deref()) else {
        return Ok(refusal("invalid_request"));
    };
    let jkt = match key_of(&hub, &headers).await {
        Ok(jkt) => jkt,
        Err(NoProof::Failed(problem)) => return Err(problem),
        Err(_) => return Ok(refusal("invalid_dpop_proof")),
    };
    let now = Timestamp::now();
    // Taken out before it is looked at: whoever guesses wrong has used it up.
    let pending = match hub.store.take_code(&secret::hash(code), now).await? {
        Taken::Once(pending) => pending,
        Taken::Again(sign_in) => {
            hub.store.revoke_sign_in(&sign_in, now).await?;
            return Ok(refusal("invalid_grant"));
        }
        Taken::Never => return Ok(refusal("invalid_grant")),
    };
    let sign_in = SignIn { jkt, ..pending.sign_in };
    let good = pending.expires > now
        && pending.challenge == secret::challenge(verifier)
        && asked.client_id.as_deref() == Some(sign_in.client.as_str())
        && asked.redirect_uri.as_deref() == Some(pending.redirect.as_str());
    let mut row = AuditRow { action: "sign-in", staff: Some(sign_in.staff.clone()), ..AuditRow::default() };
    if !good {
        (row.decision, row.reason) = (Some("DENY"), Some("invalid-grant"));
        hub.store.audit(&row).await?;
        return Ok(refusal("invalid_grant"));
    }
    hub.store.audit(&row).await?;
    let token = secret::token()?;
    hub.store.insert_sign_in(&sign_in).await?;
    hub.store.insert_access_token(&secret::hash(&token), &sign_in.id, now, sign_in.ends).await?;
    let kind = if sign_in.jkt.is_some() { "DPoP" } else { "Bearer" };
    let body = json!({
        "access_token": token, "token_type": kind, "expires_in": TOKEN_LIFE.as_secs(), "scope": sign_in.scope});
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(body)).into_response())
}

/// The key that proves a token request, when there is a proof.
async fn key_of(hub: &Hub, headers: &HeaderMap) -> Result<Option<String>, NoProof> {
    let asked = Asked { method: &Method::POST, path: "/auth/token", headers };
    let proof = match proof::read(hub, &asked, None) {
        Err(NoProof::Missing) => return Ok(None),
        proof => proof?,
    };
    proof::once(hub, &proof).await?;
    Ok(Some(proof.jkt))
}

/// An error as RFC 6749 §5.2 has it: this endpoint is read by OAuth clients, not by FHIR ones.
fn refusal(error: &'static str) -> Response {
    (StatusCode::BAD_REQUEST, [(header::CACHE_CONTROL, "no-store")], Json(json!({"error": error}))).into_response()
}

/// `GET /auth/userinfo`: who is signed in.
pub(crate) async fn userinfo(State(_): State<Hub>, signed: Signed) -> Result<Json<Value>, Problem> {
    let mut person = serde_json::to_value(&signed.staff).map_err(|_| Problem::internal())?;
    person["sub"] = json!(signed.staff.id);
    person["fhirUser"] = json!(format!("Practitioner/{}", signed.staff.id));
    Ok(Json(person))
}
