//! The pages of the identity provider of the demonstration. No script, nothing from elsewhere.

use std::fmt::Write as _;

use axum::http::header;
use axum::response::{IntoResponse, Response};
use shared::identity::Staff;

use super::percent;
use crate::ips::escape;

const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const HEAD: &str = "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
<meta name=\"viewport\" content=\"width=device-width\"><title>Sign in</title>\
<style>body{font:1.1rem sans-serif;margin:2rem auto;max-width:32rem;padding:0 1rem}\
button,.choice{display:block;width:100%;box-sizing:border-box;min-height:48px;margin:.5rem 0;padding:.7rem;font:inherit;\
text-align:left;background:#fff;color:#000;border:2px solid #333;border-radius:.4rem;text-decoration:none}\
input{font:inherit;min-height:48px;padding:.3rem;letter-spacing:.1em}.code{font-size:2rem;letter-spacing:.15em}</style></head><body>";
const WARNING: &str = "<p>This sign-in is for demonstrations: whoever sees this page may be anyone.</p>";

fn page(body: &str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    (headers, format!("{HEAD}{body}</body></html>")).into_response()
}

/// Who is it? Each name is the request again, with its hint. Links, because a form may not lead to another scheme.
pub(super) fn who(staff: &[Staff], query: &str) -> Response {
    let mut body = format!("<h1>Who are you?</h1>{WARNING}");
    let rest: Vec<&str> = query.split('&').filter(|pair| !pair.starts_with("login_hint=")).collect();
    for one in staff {
        let place = format!("?{}&login_hint={}", rest.join("&"), percent(one.id.as_str()));
        // Writing into a text cannot fail.
        let _ = write!(body, "<a class=\"choice\" href=\"{}\">{}</a>", escape(&place), name(one));
    }
    page(&body)
}

/// The field for the code that the device shows.
pub(super) fn code(problem: &str) -> Response {
    let problem = if problem.is_empty() { String::new() } else { format!("<p role=\"alert\">{problem}</p>") };
    page(&format!(
        "<h1>Sign in on another device</h1>{problem}<form method=\"get\" action=\"/device\">\
        <p><label>The code that the device shows<br><input name=\"user_code\" autocomplete=\"off\" autofocus></label></p>\
        <button>Go on</button></form>"
    ))
}

/// Is it this device, and who are you?
pub(super) fn approval(code: &str, staff: &[Staff]) -> Response {
    let shown = format!("{}-{}", code.get(..4).unwrap_or(code), code.get(4..).unwrap_or_default());
    let mut body = format!(
        "<h1>Sign in on another device</h1><p>Go on only when the device in front of you shows this code:</p>\
        <p class=\"code\">{}</p>{WARNING}<form method=\"post\" action=\"/device\">\
        <input type=\"hidden\" name=\"user_code\" value=\"{}\"><button name=\"staff\" value=\"\">It does not: refuse</button>",
        escape(&shown),
        escape(code)
    );
    for one in staff {
        let id = escape(one.id.as_str());
        let _ = write!(body, "<button name=\"staff\" value=\"{id}\">Sign in as {}</button>", name(one));
    }
    page(&format!("{body}</form>"))
}

/// The end.
pub(super) fn done(approved: bool) -> Response {
    let what = if approved { "The device is signed in." } else { "The device was refused." };
    page(&format!("<h1>{what}</h1><p>This page can be closed.</p>"))
}

fn name(one: &Staff) -> String {
    escape(&format!("{}, {}, {}", one.name, one.job_title, one.organisation.name))
}
