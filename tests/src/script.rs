//! A record service that misbehaves: it stands between a device and the hub, passes requests on, and for the paths
//! it was told about answers as badly as real networks and servers do.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// What to answer.
#[derive(Debug, Clone)]
pub enum Answer {
    /// A status with a short OperationOutcome.
    Status(u16),
    /// 200 with the page of a hotel's network in place of the record.
    Html,
    /// 200 with this body as FHIR JSON.
    Json(Vec<u8>),
    /// Half of the announced bytes, then the connection ends.
    Half,
    /// This many megabytes of JSON.
    Megabytes(usize),
    /// The true answer, after a wait.
    Late(Duration),
    /// Nothing, ever.
    Silence,
}

/// What is said for requests whose first line contains the text, and what was said truly so far.
#[derive(Default)]
struct Played {
    rules: Vec<(&'static str, Answer)>,
    badly: usize,
    truly: Vec<(String, Vec<u8>)>,
}

type Shared = Arc<Mutex<Played>>;

/// The service. Ends with the value.
pub struct Script {
    address: SocketAddr,
    played: Shared,
    accepting: JoinHandle<()>,
}

impl Script {
    /// Stands before the hub at `hub`.
    ///
    /// # Errors
    /// When there is no free port.
    pub async fn before(hub: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let played = Shared::default();
        let shared = Arc::clone(&played);
        let accepting = tokio::spawn(async move {
            while let Ok((device, _)) = listener.accept().await {
                // A device that hangs up in the middle is part of the game.
                tokio::spawn(serve(device, hub, Arc::clone(&shared)));
            }
        });
        Ok(Self { address, played, accepting })
    }

    /// The FHIR base a device is given.
    pub fn base(&self) -> String {
        format!("http://{}/fhir", self.address)
    }

    /// From now on, requests whose first line (`POST /fhir HTTP/1.1`) contains `part` get `answer`.
    pub fn on(&self, part: &'static str, answer: Answer) {
        locked(&self.played).rules.insert(0, (part, answer));
    }

    /// Behaves again.
    pub fn behave(&self) {
        locked(&self.played).rules.clear();
    }

    /// How often it misbehaved so far.
    pub fn misbehaved(&self) -> usize {
        locked(&self.played).badly
    }

    /// The body of the last true answer to a request whose first line contains `part`.
    pub fn last(&self, part: &str) -> Option<Vec<u8>> {
        let played = locked(&self.played);
        played.truly.iter().rev().find(|(line, _)| line.contains(part)).map(|(_, body)| body.clone())
    }
}

impl Drop for Script {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// A panic elsewhere leaves the list as it was, which is all it promises.
fn locked(played: &Shared) -> MutexGuard<'_, Played> {
    played.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Played {
    fn answer_to(&mut self, line: &str) -> Option<Answer> {
        let found = self.rules.iter().find(|(part, _)| line.contains(part)).map(|(_, answer)| answer.clone());
        self.badly += usize::from(found.is_some());
        found
    }
}

async fn serve(mut device: TcpStream, hub: SocketAddr, played: Shared) -> io::Result<()> {
    let request = read_request(&mut device).await?;
    let rule = locked(&played).answer_to(request.line());
    match rule {
        None => device.write_all(&pass_on(&request, hub, &played).await?).await?,
        Some(Answer::Late(wait)) => {
            tokio::time::sleep(wait).await;
            device.write_all(&pass_on(&request, hub, &played).await?).await?;
        }
        Some(Answer::Silence) => std::future::pending().await,
        Some(Answer::Megabytes(count)) => flood(&mut device, count).await?,
        Some(answer) => device.write_all(&bad(&answer)).await?,
    }
    device.shutdown().await
}

fn bad(answer: &Answer) -> Vec<u8> {
    const PAGE: &[u8] = b"<!doctype html><title>Free Wi-Fi</title><p>Please accept our terms.";
    const OUTCOME: &[u8] = br#"{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"processing"}]}"#;
    match answer {
        Answer::Html => with_head(200, "text/html", PAGE, PAGE.len()),
        Answer::Json(body) => with_head(200, "application/fhir+json", body, body.len()),
        Answer::Half => with_head(200, "application/fhir+json", br#"{"resourceType":"Bundle","ty"#, 4096),
        Answer::Status(status) => with_head(*status, "application/fhir+json", OUTCOME, OUTCOME.len()),
        Answer::Megabytes(_) | Answer::Late(_) | Answer::Silence => Vec::new(),
    }
}

pub(crate) fn with_head(status: u16, kind: &str, body: &[u8], announced: usize) -> Vec<u8> {
    let retry = if status == 429 { "retry-after: 1\r\n" } else { "" };
    let head = format!(
        "HTTP/1.1 {status} X\r\ncontent-type: {kind}\r\ncontent-length: {announced}\r\n{retry}connection: close\r\n\r\n"
    );
    [head.as_bytes(), body].concat()
}

/// Valid JSON all the way, so that only its size can be the objection.
async fn flood(device: &mut TcpStream, megabytes: usize) -> io::Result<()> {
    let (open, close) = (r#"{"resourceType":"Bundle","type":"document","entry":["#, "{}]}");
    let filler = "{},".repeat((1 << 20) / 3);
    let length = open.len() + megabytes * filler.len() + close.len();
    device.write_all(&with_head(200, "application/fhir+json", open.as_bytes(), length)).await?;
    for _ in 0..megabytes {
        device.write_all(filler.as_bytes()).await?;
    }
    device.write_all(close.as_bytes()).await
}

pub(crate) struct Request {
    head: String,
    body: Vec<u8>,
}

impl Request {
    fn line(&self) -> &str {
        self.head.lines().next().unwrap_or_default()
    }

    fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().skip(1).filter_map(|line| line.split_once(':'));
        lines.into_iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    }

    /// The request for the hub: one per connection, answered uncompressed so that the answer can be kept and replayed.
    pub(crate) fn to_hub(&self) -> Vec<u8> {
        let dropped = |line: &&str| {
            let line = line.to_ascii_lowercase();
            !line.starts_with("accept-encoding:") && !line.starts_with("connection:")
        };
        let lines: Vec<&str> = self.head.lines().filter(|line| !line.is_empty()).filter(dropped).collect();
        [lines.join("\r\n").as_bytes(), b"\r\nconnection: close\r\n\r\n", &self.body].concat()
    }
}

pub(crate) async fn read_request(device: &mut TcpStream) -> io::Result<Request> {
    let mut bytes = Vec::new();
    let end = loop {
        if device.read_buf(&mut bytes).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if let Some(at) = find(&bytes, b"\r\n\r\n") {
            break at + 4;
        }
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut request = Request { head, body: bytes.split_off(end) };
    let length = request.header("content-length").and_then(|n| n.parse().ok()).unwrap_or(0);
    while request.body.len() < length {
        if device.read_buf(&mut request.body).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    Ok(request)
}

async fn pass_on(request: &Request, hub: SocketAddr, played: &Shared) -> io::Result<Vec<u8>> {
    let mut connection = TcpStream::connect(hub).await?;
    connection.write_all(&request.to_hub()).await?;
    let mut answer = Vec::new();
    connection.read_to_end(&mut answer).await?;
    let body = find(&answer, b"\r\n\r\n").map(|at| answer[at + 4..].to_vec()).unwrap_or_default();
    locked(played).truly.push((request.line().to_owned(), body));
    Ok(answer)
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}
