//! A real TCP server that gives exact bytes: what a network and a broken server can do, no mock can.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::{Client, Limits};

/// A request as it came over the wire.
pub(crate) struct Request {
    pub(crate) text: String,
}

impl Request {
    pub(crate) fn path(&self) -> &str {
        self.text.split(' ').nth(1).unwrap_or_default().split('?').next().unwrap_or_default()
    }

    pub(crate) fn host(&self) -> &str {
        let line = self.text.lines().find_map(|l| l.strip_prefix("host: "));
        line.unwrap_or_default()
    }
}

/// The server; it stops with the test's runtime.
pub(crate) struct TestServer {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<String>>>,
}

impl TestServer {
    /// Answers the connections in turn with these bytes, then closes each. After the last it answers nothing.
    pub(crate) async fn start(script: Vec<Vec<u8>>) -> Self {
        let script = Mutex::new(script.into_iter());
        Self::respond(move |_| script.lock().unwrap_or_else(PoisonError::into_inner).next().unwrap_or_default()).await
    }

    /// Answers each connection by what `respond` makes of its request.
    pub(crate) async fn respond(respond: impl Fn(&Request) -> Vec<u8> + Send + Sync + 'static) -> Self {
        Self::slow(respond, Duration::ZERO).await
    }

    /// The same, with a pause after the first half of the bytes.
    pub(crate) async fn slow(respond: impl Fn(&Request) -> Vec<u8> + Send + Sync + 'static, pause: Duration) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (log, respond) = (seen.clone(), Arc::new(respond));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, log.clone(), respond.clone(), pause));
            }
        });
        Self { address, seen }
    }

    pub(crate) fn client(&self) -> Client {
        let limits = Limits { connect: Duration::from_secs(3), request: Duration::from_secs(2), body: 8 << 20 };
        Client::with_limits(&format!("http://{}/fhir", self.address), None, limits).unwrap()
    }

    pub(crate) fn requests(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }
}

async fn serve(
    mut stream: TcpStream,
    log: Arc<Mutex<Vec<String>>>,
    respond: Arc<impl Fn(&Request) -> Vec<u8>>,
    pause: Duration,
) {
    let request = Request { text: read_request(&mut stream).await };
    let bytes = respond(&request);
    log.lock().unwrap_or_else(PoisonError::into_inner).push(request.text);
    let (first, rest) = bytes.split_at(if pause.is_zero() { bytes.len() } else { bytes.len() / 2 });
    let _ = stream.write_all(first).await;
    tokio::time::sleep(pause).await;
    let _ = stream.write_all(rest).await;
    let _ = stream.shutdown().await;
}

async fn read_request(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|l| l.strip_prefix("content-length: ")?.parse().ok());
            if body.len() >= length.unwrap_or(0usize) {
                return text;
            }
        }
        match stream.read(&mut buffer).await {
            Ok(count) if count > 0 => bytes.extend_from_slice(&buffer[..count]),
            _ => return text,
        }
    }
}

/// A whole answer with its length, the server's clock, and these headers.
pub(crate) fn answer(status: &str, kind: &str, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    let date = "Fri, 02 Jan 2026 03:04:05 GMT";
    format!("HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nDate: {date}\r\nConnection: close\r\n{headers}\r\n{body}")
        .into_bytes()
}

/// A 200 with FHIR JSON.
pub(crate) fn json_answer(body: &str) -> Vec<u8> {
    answer("200 OK", "application/fhir+json; charset=utf-8", "", body)
}
