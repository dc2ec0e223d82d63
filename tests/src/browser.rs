//! A browser as far as signing in needs one: it follows redirects, keeps cookies, and fills in forms.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// More pages than any sign-in has.
const MOST_PAGES: usize = 20;

/// A browser with its cookies.
#[derive(Default)]
pub struct Browser {
    cookies: BTreeMap<String, String>,
}

/// A page, or a redirect.
struct Page {
    location: Option<String>,
    body: String,
}

impl Browser {
    /// Opens an address, signs in as `who` on every form it meets, and says where it ends: the last address asked for
    /// and the text that came.
    ///
    /// # Errors
    /// When nobody answers, or the pages never end.
    pub async fn sign_in(&mut self, address: &str, who: &str) -> Result<(String, String)> {
        let mut address = address.to_owned();
        let mut form = None;
        for _ in 0..MOST_PAGES {
            let page = self.load(&address, form.take()).await?;
            if let Some(location) = page.location {
                address = absolute(&address, &location)?;
                continue;
            }
            let Some((action, fields)) = filled(&page.body, who) else { return Ok((address, page.body)) };
            address = absolute(&address, action.as_deref().unwrap_or(&address))?;
            form = Some(fields);
        }
        bail!("pages without end at {address}")
    }

    async fn load(&mut self, address: &str, form: Option<String>) -> Result<Page> {
        let (host, path) = parts(address)?;
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let head = format!("Host: {host}\r\nCookie: {}\r\nConnection: close\r\n", cookies.join("; "));
        // Version 1.0, so that the answer comes in one piece; the app's own listener wants what browsers send.
        let request = match form {
            Some(body) => format!(
                "POST {path} HTTP/1.0\r\n{head}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            ),
            None if path.starts_with("/signed-in") => format!("GET {path} HTTP/1.1\r\n{head}\r\n"),
            None => format!("GET {path} HTTP/1.0\r\n{head}\r\n"),
        };
        let mut stream = TcpStream::connect(host).await.with_context(|| format!("nobody at {host}"))?;
        stream.write_all(request.as_bytes()).await?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await?;
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let (head, body) = answer.split_once("\r\n\r\n").context("half an answer")?;
        self.keep(head);
        Ok(Page { location: header(head, "location").next().map(str::to_owned), body: body.to_owned() })
    }

    fn keep(&mut self, head: &str) {
        for cookie in header(head, "set-cookie") {
            let Some((name, value)) = cookie.split(';').next().and_then(|c| c.split_once('=')) else { continue };
            if value.is_empty() {
                self.cookies.remove(name.trim());
            } else {
                self.cookies.insert(name.trim().to_owned(), value.to_owned());
            }
        }
    }
}

fn header<'a>(head: &'a str, name: &'a str) -> impl Iterator<Item = &'a str> {
    let lines = head.lines().filter_map(|line| line.split_once(':'));
    lines.filter(move |(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
}

fn parts(address: &str) -> Result<(&str, &str)> {
    let rest = address.strip_prefix("http://").with_context(|| format!("not on this machine: {address}"))?;
    let cut = rest.find('/').unwrap_or(rest.len());
    Ok((&rest[..cut], if cut == rest.len() { "/" } else { &rest[cut..] }))
}

fn absolute(from: &str, to: &str) -> Result<String> {
    Ok(if to.starts_with('/') { format!("http://{}{to}", parts(from)?.0) } else { to.to_owned() })
}

/// The first form of a page, with a name and a password where it asks for them.
fn filled(body: &str, who: &str) -> Option<(Option<String>, String)> {
    let form = body.split("<form").nth(1)?.split("</form>").next()?;
    let action = attribute(form.split('>').next()?, "action").map(|a| a.replace("&amp;", "&"));
    let field = |input: &str| {
        let name = attribute(input, "name")?;
        let value = match name.as_str() {
            "login" => who.to_owned(),
            "password" => "any".to_owned(),
            _ => attribute(input, "value").unwrap_or_default(),
        };
        Some(format!("{}={}", encoded(&name), encoded(&value)))
    };
    let fields: Vec<_> = form.split("<input").skip(1).filter_map(field).collect();
    Some((action, fields.join("&")))
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let after = tag.split(&format!("{name}=\"")).nth(1)?;
    after.split('"').next().map(str::to_owned)
}

fn encoded(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._".contains(&b);
    text.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}
