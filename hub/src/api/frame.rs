//! What happens around every request: its id, its line in the log, its time limit, and an answer after a panic.

use std::any::Any;
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request};
use axum::http::header::HOST;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use uuid::Uuid;

use super::context::RequestId;
use super::problem::Problem;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// How long a request may take.
const LIMIT: Duration = Duration::from_secs(30);

/// Gives the request an id and writes one line about it: method, route template, status, time. Never the path or the
/// query, they name people.
pub(crate) async fn log_and_name(mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = id_of(request.headers());
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map_or("(no route)", MatchedPath::as_str).to_owned();
    request.extensions_mut().insert(RequestId(id.clone()));
    name_host(&mut request);
    let mut response = next.run(request).await;
    let millis = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    tracing::info!(%method, route, status = response.status().as_u16(), millis, "request");
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

/// HTTP/2 names the host in the address and not in a header (RFC 9113 §8.3.1): everything here reads the header.
fn name_host(request: &mut Request) {
    let named = request.uri().authority().and_then(|host| HeaderValue::from_str(host.as_str()).ok());
    if let Some(host) = named.filter(|_| !request.headers().contains_key(HOST)) {
        request.headers_mut().insert(HOST, host);
    }
}

/// The asker's id when it is plain and short, else a new one.
fn id_of(headers: &HeaderMap) -> String {
    let given = headers.get(&REQUEST_ID).and_then(|value| value.to_str().ok());
    let plain = |id: &&str| (1..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    given.filter(plain).map_or_else(|| Uuid::now_v7().to_string(), str::to_owned)
}

/// Ends a request that takes too long.
pub(crate) async fn in_time(request: Request, next: Next) -> Response {
    within(LIMIT, request, next).await
}

async fn within(limit: Duration, request: Request, next: Next) -> Response {
    match tokio::time::timeout(limit, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            let text = "The hub took too long. Try again.";
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, "timeout", text).into_response()
        }
    }
}

/// The answer to a request whose handler panicked. What the panic said stays unsaid: it may quote a record.
pub(crate) fn after_panic(_: Box<dyn Any + Send>) -> Response {
    tracing::error!("a request panicked");
    Problem::internal().into_response()
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::{Body, to_bytes};
    use axum::middleware::from_fn;
    use axum::routing::get;
    use tower::ServiceExt as _;
    use tower_http::catch_panic::CatchPanicLayer;

    use super::*;

    async fn asked(path: &str) -> (u16, HeaderMap, String) {
        let slow = async || tokio::time::sleep(Duration::from_secs(5)).await;
        let routes = Router::new()
            .route("/panics", get(async || -> &'static str { panic!("Jones has gout") }))
            .route("/slow", get(slow))
            .layer(CatchPanicLayer::custom(after_panic))
            .layer(from_fn(|request, next| within(Duration::from_millis(20), request, next)))
            .layer(from_fn(log_and_name));
        let answer = routes.oneshot(Request::get(path).body(Body::empty()).unwrap()).await.unwrap();
        let (head, body) = answer.into_parts();
        let body = String::from_utf8(to_bytes(body, 9999).await.unwrap().to_vec()).unwrap();
        (head.status.as_u16(), head.headers, body)
    }

    #[tokio::test]
    async fn a_panic_is_answered_without_its_words() {
        let (status, headers, body) = asked("/panics").await;
        assert_eq!((status, headers["content-type"].to_str().unwrap()), (500, "application/fhir+json"));
        assert!(body.contains("OperationOutcome") && !body.contains("gout"), "{body}");
        assert!(headers.contains_key("x-request-id"));
    }

    #[tokio::test]
    async fn what_takes_too_long_is_ended_with_an_answer() {
        let (status, _, body) = asked("/slow").await;
        assert_eq!(status, 503);
        assert!(body.contains("timeout"), "{body}");
    }
}
