//! Where a browser on the same machine brings the answer (RFC 8252 §7.3).

use std::time::Duration;

use reqwest::Url;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::Error;

const PATH: &str = "/signed-in";
/// A request of a browser is one packet; who sends more, or slowly, is not one.
const LONGEST: usize = 16 * 1024;
const SLOWEST: Duration = Duration::from_secs(5);

/// A listener for one redirect, on the loopback only, on a port the system chooses.
pub struct Loopback {
    listener: TcpListener,
    redirect: String,
}

impl Loopback {
    /// Begins to listen.
    ///
    /// # Errors
    /// [`Error::NoLoopback`].
    pub async fn listen() -> Result<Self, Error> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.map_err(Error::NoLoopback)?;
        let port = listener.local_addr().map_err(Error::NoLoopback)?.port();
        Ok(Self { listener, redirect: format!("http://127.0.0.1:{port}{PATH}") })
    }

    /// The address for the provider to redirect to.
    pub fn redirect(&self) -> &str {
        &self.redirect
    }

    /// Waits for the redirect with this state, shows `words` in the browser, and stops to listen. Every other request
    /// is refused and changes nothing: a page in the browser, or another program, can call here too.
    pub async fn heard(self, state: &str, words: &str) -> String {
        loop {
            // A connection that broke before it was taken is nobody's answer.
            let Ok((stream, _)) = self.listener.accept().await else { continue };
            let answered = tokio::time::timeout(SLOWEST, self.answer(stream, state, words)).await;
            if let Ok(Some(redirect)) = answered {
                return redirect;
            }
        }
    }

    async fn answer(&self, mut stream: TcpStream, state: &str, words: &str) -> Option<String> {
        let head = head(&mut stream).await?;
        let found = self.redirect_in(&head, state);
        let (status, text) = if found.is_some() { ("200 OK", words) } else { ("404 Not Found", "") };
        let page = format!("<!DOCTYPE html><meta charset=utf-8><title>Doorstep</title><p>{}</p>", escaped(text));
        let answer = format!(
            "HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\nCache-Control: no-store\r\n\
             Content-Security-Policy: default-src 'none'\r\nReferrer-Policy: no-referrer\r\nConnection: close\r\n\r\n{page}",
            page.len()
        );
        // The answer counts, whether or not the browser stays to read this.
        let _ = stream.write_all(answer.as_bytes()).await;
        let _ = stream.shutdown().await;
        found
    }

    fn redirect_in(&self, head: &str, state: &str) -> Option<String> {
        let mut lines = head.lines();
        let target = lines.next()?.strip_prefix("GET ")?.strip_suffix(" HTTP/1.1")?;
        let host = lines.find_map(|line| line.split_once(':').filter(|(name, _)| name.eq_ignore_ascii_case("host")))?.1;
        let ours = self.redirect.strip_prefix("http://")?.strip_suffix(PATH)?;
        let query = target.strip_prefix(PATH)?.strip_prefix('?')?;
        let redirect = format!("{}?{query}", self.redirect);
        let url = Url::parse(&redirect).ok()?;
        let said = url.query_pairs().find(|(name, _)| name == "state")?.1;
        (host.trim() == ours && said == state).then_some(redirect)
    }
}

async fn head(stream: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 2048];
    while !bytes.windows(4).any(|w| w == b"\r\n\r\n") {
        let count = stream.read(&mut buffer).await.ok().filter(|count| *count > 0)?;
        bytes.extend_from_slice(&buffer[..count]);
        if bytes.len() > LONGEST {
            return None;
        }
    }
    String::from_utf8(bytes).ok()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn get(port: &str, request: &str) -> String {
        let mut stream = TcpStream::connect(format!("127.0.0.1:{port}")).await.unwrap();
        stream.write_all(request.replace("HOST", &format!("127.0.0.1:{port}")).as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }

    #[tokio::test]
    async fn only_the_redirect_that_was_waited_for_is_taken_and_then_nothing() {
        let loopback = Loopback::listen().await.unwrap();
        let redirect = loopback.redirect().to_owned();
        let port = redirect.split([':', '/']).nth(4).unwrap().to_owned();
        let waiting = tokio::spawn(async move { loopback.heard("s-1", "Go back to <Doorstep>").await });
        for other in [
            "GET /favicon.ico HTTP/1.1\r\nHost: HOST\r\n\r\n",
            "GET /signed-in?code=c&state=guess HTTP/1.1\r\nHost: HOST\r\n\r\n",
            "GET /signed-in?code=c HTTP/1.1\r\nHost: HOST\r\n\r\n",
            "POST /signed-in?code=c&state=s-1 HTTP/1.1\r\nHost: HOST\r\n\r\n",
            // A name of an attacker that resolves to this machine.
            "GET /signed-in?code=c&state=s-1 HTTP/1.1\r\nHost: attacker.example\r\n\r\n",
        ] {
            assert!(get(&port, other).await.starts_with("HTTP/1.1 404"), "{other}");
        }
        let page = get(&port, "GET /signed-in?code=c&state=s-1&iss=i HTTP/1.1\r\nHost: HOST\r\n\r\n").await;
        assert!(page.contains("200 OK") && page.contains("Go back to &lt;Doorstep&gt;"), "{page}");
        assert_eq!(waiting.await.unwrap(), format!("{redirect}?code=c&state=s-1&iss=i"));
        assert!(TcpStream::connect(format!("127.0.0.1:{port}")).await.is_err(), "nobody listens any more");
    }
}
