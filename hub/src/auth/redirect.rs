//! Where the answer to an authorisation is sent.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// The app on a phone: nobody else there receives it.
const APP: &str = "doorstep://signed-in";
/// The app on a desktop listens for it; the port is its own choice (RFC 8252 §7.3).
const LOOPBACK: [&str; 2] = ["http://127.0.0.1:", "http://[::1]:"];
const LOOPBACK_PATH: &str = "signed-in";

/// Whether an answer may be sent there. Nothing is ever sent to another address (RFC 6749 §4.1.2.1).
pub(crate) fn is_known(uri: &str) -> bool {
    let own = |start: &str| {
        let place = uri.strip_prefix(start).and_then(|rest| rest.split_once('/'));
        place.is_some_and(|(port, path)| is_port(port) && path == LOOPBACK_PATH)
    };
    uri == APP || LOOPBACK.iter().any(|start| own(start))
}

fn is_port(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit()) && text.parse::<u16>().is_ok_and(|port| port > 0)
}

/// A redirect to an address that is known, with these parameters. `issuer`: who answers (RFC 9207).
pub(crate) fn to(uri: &str, issuer: &str, pairs: &[(&str, &str)]) -> Response {
    let own = [("iss", issuer)];
    let all = pairs.iter().chain(&own).map(|(name, value)| format!("{name}={}", percent(value)));
    let query = all.collect::<Vec<_>>().join("&");
    let place = HeaderValue::from_str(&format!("{uri}?{query}")).unwrap_or(HeaderValue::from_static(APP));
    (StatusCode::FOUND, [(header::LOCATION, place)], [(header::CACHE_CONTROL, "no-store")]).into_response()
}

/// A value as it stands in a query.
pub(crate) fn percent(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
    text.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_app_and_any_port_of_this_machine_are_known_and_nothing_else() {
        for good in [APP, "http://127.0.0.1:51234/signed-in", "http://[::1]:9/signed-in"] {
            assert!(is_known(good), "{good}");
        }
        for bad in [
            "",
            "doorstep://signed-in/",
            "doorstep://other",
            "https://127.0.0.1:51234/signed-in",
            "http://127.0.0.1/signed-in",
            "http://127.0.0.1:/signed-in",
            "http://127.0.0.1:0/signed-in",
            "http://127.0.0.1:99999/signed-in",
            "http://127.0.0.1:+80/signed-in",
            "http://127.0.0.1:80@evil.example/signed-in",
            "http://127.0.0.1:80/signed-in?x=1",
            "http://127.0.0.1:80/signed-in/../other",
            "http://127.0.0.1.evil.example:80/signed-in",
            "http://localhost:80/signed-in",
        ] {
            assert!(!is_known(bad), "{bad}");
        }
    }
}
