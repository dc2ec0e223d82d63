//! Where a request goes. FHIR paths are data (`{type}/{id}`), so that every type and method is answered here.

use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{FromRequest as _, Path, Query, RawQuery, Request, State};
use axum::http::{HeaderMap, Method};
use axum::middleware::from_fn;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{MethodRouter, any, get, post};
use axum::{Form, Json, Router};
use serde::de::DeserializeOwned;
use serde_json::Value;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

use super::alerts::Visitor;
use super::body::FhirBody;
use super::context::{Call, Hub, Signed};
use super::metadata::{SHARED_TYPES, SOURCE_TYPES, capability_statement, smart_configuration};
use super::params::Params;
use super::problem::Problem;
use super::{
    account, alerts, change, decision, document, documents, frame, glass, history, lease_status, lists, patient,
    receipts, records, relay, summary, transaction,
};
use crate::auth::{self, devices};

/// Every address that is answered. `/auth` is the identity provider of the demonstration.
fn table(dev_sign_in: bool) -> Vec<(&'static str, MethodRouter<Hub>)> {
    let read_only = || async { Problem::method("GET") };
    let write_only = || async { Problem::method("POST") };
    let not_here = || async { Problem::method("GET, POST") };
    let mut table = vec![
        ("/healthz", get(health).fallback(read_only)),
        ("/fhir", post(root).fallback(write_only)),
        ("/fhir/", post(root).fallback(write_only)),
        ("/fhir/metadata", get(capability_statement).fallback(read_only)),
        ("/fhir/.well-known/smart-configuration", get(smart_configuration).fallback(read_only)),
        ("/fhir/$lease-status", post(leases).fallback(write_only)),
        ("/fhir/$relay", post(relay::relay).fallback(write_only)),
        ("/fhir/$receipts", post(receipts::receipts).fallback(write_only)),
        ("/fhir/{type}", any(of_type)),
        ("/fhir/{type}/{id}", any(instance)),
        ("/fhir/{type}/{id}/{operation}", any(operation)),
        ("/fhir/{type}/{id}/_history/{version}", get(version).fallback(read_only)),
        ("/access-report/{patient}", get(access_report).fallback(read_only)),
        ("/.well-known/jwks.json", get(key_set).fallback(read_only)),
        ("/devices", get(devices::all).post(devices::enrol).fallback(not_here)),
        ("/devices/self", get(devices::itself).fallback(read_only)),
        ("/devices/{id}/revoke", post(devices::revoke).fallback(write_only)),
        ("/admin/alerts", get(alert_queue).fallback(read_only)),
        ("/admin/alerts/{id}", get(alert).fallback(read_only)),
        ("/admin/alerts/{id}/review", post(alert_review).fallback(write_only)),
        ("/admin/alerts/{id}/letter", post(alert_letter).fallback(write_only)),
        ("/admin/access-report", post(report_of_number).fallback(write_only)),
        ("/auth/userinfo", get(auth::userinfo).fallback(read_only)),
    ];
    if dev_sign_in {
        let sign_in = get(alerts::sign_in_page).post(alerts::sign_in).fallback(not_here);
        table.push(("/admin/sign-in", sign_in));
        table.push(("/auth/staff", get(auth::staff).fallback(read_only)));
        table.push(("/auth/authorize", get(auth::authorize).fallback(read_only)));
        table.push(("/auth/token", post(auth::token).fallback(write_only)));
        table.push(("/auth/device", post(auth::start_device).fallback(write_only)));
        table.push(("/auth/introspect", post(auth::introspect).fallback(write_only)));
        table.push(("/auth/revoke", post(auth::revoke).fallback(write_only)));
        table.push(("/device", get(auth::show).post(auth::approve).fallback(not_here)));
        table.push(("/.well-known/openid-configuration", get(auth::openid_configuration).fallback(read_only)));
    }
    table
}

/// Every address of [`router`], for a test that must not miss one.
#[cfg(test)]
pub(crate) fn paths() -> Vec<&'static str> {
    table(true).into_iter().map(|(path, _)| path).collect()
}

/// The whole service.
pub(crate) fn router(hub: Hub) -> Router {
    let routes = table(hub.dev_sign_in).into_iter().fold(Router::new(), |all, (path, it)| all.route(path, it));
    routes
        .fallback(|| async { Problem::not_found() })
        .layer(CompressionLayer::new())
        // Inside the frame, so that a panic is answered and logged like everything else.
        .layer(CatchPanicLayer::custom(frame::after_panic))
        .layer(from_fn(frame::in_time))
        .layer(from_fn(frame::log_and_name))
        .with_state(hub)
}

async fn health(State(hub): State<Hub>) -> Result<&'static str, Problem> {
    hub.store.is_empty().await?;
    Ok("ok")
}

async fn leases(State(hub): State<Hub>, signed: Signed, FhirBody(body): FhirBody) -> Result<Response, Problem> {
    lease_status::lease_status(&hub, &signed, &body).await
}

/// The public keys of this hub (RFC 7517), for whoever checks what it signed.
async fn key_set(State(hub): State<Hub>) -> Json<Value> {
    Json(hub.keys.set().to_value())
}

async fn root(
    State(hub): State<Hub>,
    signed: Signed,
    headers: HeaderMap,
    FhirBody(body): FhirBody,
) -> Result<Response, Problem> {
    let done = transaction::transaction(&hub, &signed, &headers, &body, false).await;
    if done.is_err() {
        let mut row = signed.audit("note", None);
        (row.decision, row.reason) = (Some("DENY"), Some("not-accepted"));
        hub.store.audit(&row).await?;
    }
    done
}

type Pairs = Query<Vec<(String, String)>>;
type Place<T> = Result<Path<T>, PathRejection>;

fn place<T>(path: Place<T>) -> Result<T, Problem> {
    path.map(|Path(parts)| parts).map_err(|_| Problem::invalid("The address cannot be read."))
}

fn parsed(query: Result<Pairs, QueryRejection>, raw: Option<String>) -> Result<Params, Problem> {
    let Query(pairs) = query.map_err(|_| Problem::invalid("The query cannot be read."))?;
    Ok(Params::new(pairs, &raw.unwrap_or_default()))
}

/// `…/{type}`: search, or a refusal that says what is allowed.
async fn of_type(
    State(hub): State<Hub>,
    signed: Signed,
    path: Place<String>,
    query: Result<Pairs, QueryRejection>,
    RawQuery(raw): RawQuery,
    request: Request,
) -> Result<Response, Problem> {
    let (method, headers) = (request.method().clone(), request.headers().clone());
    let from = auth::address_of(request.extensions());
    let kind = place(path)?;
    let kind = kind.as_str();
    require_known(kind)?;
    if kind == "AuditEvent" && method == Method::POST {
        let FhirBody(body) = FhirBody::from_request(request, &hub).await?;
        return account::receive(&hub, &signed, &body).await;
    }
    require_get(&method)?;
    let params = parsed(query, raw)?;
    match kind {
        "AuditEvent" => account::search(&hub, &signed, &headers, &params).await,
        "Patient" => {
            // Each search by person tries whether there is somebody: one device does not try everybody.
            let one = format!("{} {}", signed.staff.id, signed.jkt.as_deref().unwrap_or_default());
            hub.gate.search.check(&from, Some(&one))?;
            patient::search(&hub, &signed, &params, &hub.base(&headers)).await
        }
        "Consent" => lists::consents(&hub, &signed, &headers, &params).await,
        "Appointment" => lists::appointments(&hub, &signed, &headers, &params).await,
        "DocumentReference" if documents::asked_for(&params) => {
            documents::search(&hub, &signed, &headers, &params).await
        }
        kind if kind == "Bundle" || SHARED_TYPES.contains(&kind) => {
            Err(Problem::invalid("This type can be read by id only."))
        }
        kind => lists::search(&hub, &signed, &headers, kind, &params).await,
    }
}

/// `/access-report/{patient}`: the account of one person as a page.
async fn access_report(State(hub): State<Hub>, signed: Signed, path: Place<String>) -> Result<Response, Problem> {
    account::page(&hub, &signed, &place(path)?).await
}

async fn alert_queue(State(hub): State<Hub>, visitor: Visitor, headers: HeaderMap) -> Result<Response, Problem> {
    alerts::queue(&hub, &visitor, &headers).await
}

async fn alert(
    State(hub): State<Hub>,
    visitor: Visitor,
    path: Place<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    alerts::one(&hub, &visitor, &headers, &place(path)?).await
}

/// What a page of the hub sends.
#[derive(serde::Deserialize)]
struct Brought<T> {
    #[serde(default)]
    form: String,
    #[serde(flatten)]
    rest: T,
}

/// The form of a page, when it is one that the hub gave to this browser.
async fn brought<T: DeserializeOwned>(visitor: &Visitor, request: Request, hub: &Hub) -> Result<T, Problem> {
    let headers = request.headers().clone();
    let form = Form::<Brought<T>>::from_request(request, hub).await;
    let Form(Brought { form, rest }) = form.map_err(|_| Problem::invalid("The form cannot be read."))?;
    visitor.require_form(&headers, &form)?;
    Ok(rest)
}

async fn alert_review(
    State(hub): State<Hub>,
    visitor: Visitor,
    path: Place<String>,
    request: Request,
) -> Result<Response, Problem> {
    let id = place(path)?;
    if visitor.form.is_some() {
        let found = brought(&visitor, request, &hub).await?;
        alerts::review(&hub, &visitor.signed, &id, &found).await?;
        return Ok(Redirect::to(&format!("/admin/alerts/{id}")).into_response());
    }
    let FhirBody(body) = FhirBody::from_request(request, &hub).await?;
    alerts::review(&hub, &visitor.signed, &id, &alerts::Finding::read(&body)?).await?;
    alerts::answered(&hub, &id).await
}

async fn alert_letter(
    State(hub): State<Hub>,
    visitor: Visitor,
    path: Place<String>,
    request: Request,
) -> Result<Response, Problem> {
    let id = place(path)?;
    if visitor.form.is_some() {
        let Nothing {} = brought(&visitor, request, &hub).await?;
        alerts::letter_sent(&hub, &visitor.signed, &id).await?;
        return Ok(Redirect::to(&format!("/admin/alerts/{id}")).into_response());
    }
    alerts::letter_sent(&hub, &visitor.signed, &id).await?;
    alerts::answered(&hub, &id).await
}

#[derive(serde::Deserialize)]
struct Nothing {}

/// Whose account is asked for.
#[derive(serde::Deserialize)]
struct Whose {
    number: String,
}

/// `POST /admin/access-report`: the account of whoever has an NHS number, as a page. Not in the address, which browsers
/// and those between remember.
async fn report_of_number(State(hub): State<Hub>, visitor: Visitor, request: Request) -> Result<Response, Problem> {
    let Whose { number } = brought(&visitor, request, &hub).await?;
    account::page_of_number(&hub, &visitor.signed, &number).await
}

/// `…/{type}/{id}`.
async fn instance(
    State(hub): State<Hub>,
    signed: Signed,
    method: Method,
    path: Place<(String, String)>,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, Problem> {
    let (kind, id) = place(path)?;
    require_known(&kind)?;
    if change::TYPES.contains(&kind.as_str()) && !is_get(&method) {
        if method != Method::PUT {
            return Err(Problem::method("GET, PUT"));
        }
        let FhirBody(body) = FhirBody::from_request(request, &hub).await?;
        return change::put(&hub, &signed, &headers, (&kind, &id), &body).await;
    }
    require_get(&method)?;
    match kind.as_str() {
        "Patient" => patient::read(&hub, &signed, &id).await,
        // The account of one person is read as a whole.
        "AuditEvent" => Err(Problem::not_found()),
        "Bundle" => document::bundle(&hub, &signed, &headers, &id).await,
        kind => records::read(&hub, &signed, &headers, kind, &id).await,
    }
}

/// `…/Patient/{id}/$…`.
async fn operation(
    State(hub): State<Hub>,
    signed: Signed,
    path: Place<(String, String, String)>,
    request: Request,
) -> Result<Response, Problem> {
    let (kind, id, name) = place(path)?;
    match (kind.as_str(), name.as_str(), request.method().as_str()) {
        ("Patient", "$consent-decision" | "$break-glass-declared" | "$break-glass-end", "POST") => {
            let headers = request.headers().clone();
            let FhirBody(body) = FhirBody::from_request(request, &hub).await?;
            let parameters = glass::Parameters::read(&body)?;
            let call = Call { hub: &hub, signed: &signed, headers: &headers, patient: &id, parameters };
            match name.as_str() {
                "$consent-decision" => decision::decide(&call).await,
                "$break-glass-declared" => glass::declared(&call).await,
                _ => glass::end(&call).await,
            }
        }
        ("Patient", "$consent-decision" | "$break-glass-declared" | "$break-glass-end", _) => {
            Err(Problem::method("POST"))
        }
        ("Patient", "$summary", "GET") => summary::summary(&hub, &signed, request.headers(), &id).await,
        ("Patient", "$summary", _) => Err(Problem::method("GET")),
        (kind, "_history", method) if SOURCE_TYPES.contains(&kind) => match method {
            "GET" | "HEAD" => history::history(&hub, &signed, request.headers(), kind, &id).await,
            _ => Err(Problem::method("GET")),
        },
        _ => Err(Problem::not_found()),
    }
}

/// `…/{type}/{id}/_history/{version}`.
async fn version(
    State(hub): State<Hub>,
    signed: Signed,
    path: Place<(String, String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (kind, id, version) = place(path)?;
    if !SOURCE_TYPES.contains(&kind.as_str()) {
        return Err(Problem::not_found());
    }
    history::version(&hub, &signed, &headers, (&kind, &id, &version)).await
}

fn require_known(kind: &str) -> Result<(), Problem> {
    let known = ["Patient", "Consent", "Appointment", "Bundle", "AuditEvent"].contains(&kind)
        || SOURCE_TYPES.contains(&kind)
        || SHARED_TYPES.contains(&kind);
    if known { Ok(()) } else { Err(Problem::not_found()) }
}

fn require_get(method: &Method) -> Result<(), Problem> {
    if is_get(method) { Ok(()) } else { Err(Problem::method("GET")) }
}

fn is_get(method: &Method) -> bool {
    method == Method::GET || method == Method::HEAD
}
