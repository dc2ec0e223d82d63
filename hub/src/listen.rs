//! Listening: with TLS or on this machine only, and within limits, so that nobody holds the hub up.

use std::future::{Ready, ready};
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::{Extension, Router};
use axum_server::accept::Accept;
use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};
use axum_server::{Handle, Server};
use rustls::ServerConfig;
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tower::Layer;

/// What a connection may take. The time for a whole request, and the size of its body, are the router's.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Connections at once. What comes beyond is closed before anything of it is read.
    connections: usize,
    /// From the connection to the end of its first headers, and between any two requests.
    headers: Duration,
    /// For the handshake.
    handshake: Duration,
    /// All headers of a request, bytes.
    header_bytes: u32,
    /// Requests at once in one connection (HTTP/2).
    streams: u32,
}

impl Limits {
    /// The usual ones, for so many connections at once.
    pub(crate) fn of(connections: usize) -> Self {
        Self {
            connections,
            headers: Duration::from_secs(20),
            handshake: Duration::from_secs(10),
            header_bytes: 32 * 1024,
            streams: 64,
        }
    }
}

/// Connections at once, unless the owner says otherwise: a process may usually have 1024 files open, and the database
/// needs some of them.
pub const CONNECTIONS: usize = 800;

/// Lets connections in while there is room, before a handshake costs anything.
#[derive(Debug, Clone)]
struct Room {
    free: Arc<Semaphore>,
    /// Whether it was said that there is none.
    said: Arc<AtomicBool>,
}

/// Goes with the service of a connection, because that lives as long as the connection does.
type Place = Extension<Arc<OwnedSemaphorePermit>>;

impl Room {
    fn of(connections: usize) -> Self {
        Self { free: Arc::new(Semaphore::new(connections)), said: Arc::default() }
    }
}

impl<S> Accept<TcpStream, S> for Room {
    type Stream = TcpStream;
    type Service = <Place as Layer<S>>::Service;
    type Future = Ready<io::Result<(TcpStream, Self::Service)>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        let place = Arc::clone(&self.free).try_acquire_owned();
        // Said once for each time, so that a flood does not fill the log.
        if place.is_err() && !self.said.swap(true, Ordering::Relaxed) {
            tracing::warn!(code = "no-room", "there are as many connections as there may be; others are closed");
        }
        ready(place.map_err(|_| io::ErrorKind::ConnectionRefused.into()).map(|place| {
            self.said.store(false, Ordering::Relaxed);
            (stream, Extension(Arc::new(place)).layer(service))
        }))
    }
}

/// Answers until the handle says that it is enough.
pub(crate) async fn listen(
    listener: TcpListener,
    tls: Option<Arc<ServerConfig>>,
    limits: Limits,
    handle: Handle<SocketAddr>,
    routes: Router,
) -> io::Result<()> {
    listener.set_nonblocking(true)?;
    let mut server = axum_server::from_tcp(listener)?.handle(handle).first_request_timeout(limits.headers);
    let room = Room::of(limits.connections);
    limit(&mut server, limits);
    let routes = routes.into_make_service_with_connect_info::<SocketAddr>();
    match tls {
        Some(config) => {
            let acceptor = RustlsAcceptor::new(RustlsConfig::from_config(config)).handshake_timeout(limits.handshake);
            server.acceptor(acceptor.acceptor(room)).serve(routes).await
        }
        None => server.acceptor(room).serve(routes).await,
    }
}

fn limit<A: axum_server::Address, Acceptor>(server: &mut Server<A, Acceptor>, limits: Limits) {
    let size = usize::try_from(limits.header_bytes).unwrap_or(usize::MAX);
    let builder = server.http_builder();
    builder.http1().header_read_timeout(limits.headers).max_buf_size(size);
    builder
        .http2()
        .max_concurrent_streams(limits.streams)
        .max_header_list_size(limits.header_bytes)
        .keep_alive_interval(limits.headers)
        .keep_alive_timeout(limits.headers);
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::TcpStream;
    use std::thread;

    use axum::routing::get;

    use super::*;

    fn start(headers: Duration) -> (SocketAddr, Handle<SocketAddr>, tokio::task::JoinHandle<io::Result<()>>) {
        start_with(Limits { headers, ..Limits::of(CONNECTIONS) })
    }

    fn start_with(limits: Limits) -> (SocketAddr, Handle<SocketAddr>, tokio::task::JoinHandle<io::Result<()>>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (address, handle) = (listener.local_addr().unwrap(), Handle::new());
        let routes = Router::new().route("/", get(async || "fine")).route(
            "/slow",
            get(async || {
                tokio::time::sleep(Duration::from_millis(400)).await;
                "done"
            }),
        );
        (address, handle.clone(), tokio::spawn(listen(listener, None, limits, handle, routes)))
    }

    /// Sends the parts with a pause after each; all that came back until the connection was closed.
    async fn say(address: SocketAddr, parts: Vec<String>, pause: Duration) -> String {
        let talk = move || {
            let mut stream = TcpStream::connect(address).unwrap();
            stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
            for part in parts {
                // The other side may have closed already: that is what is looked for.
                if stream.write_all(part.as_bytes()).is_err() {
                    break;
                }
                thread::sleep(pause);
            }
            let mut heard = Vec::new();
            let _ = stream.read_to_end(&mut heard);
            String::from_utf8_lossy(&heard).into_owned()
        };
        tokio::task::spawn_blocking(talk).await.unwrap()
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn who_sends_headers_drop_by_drop_is_cut_off_and_others_are_answered() {
        let (address, ..) = start(Duration::from_millis(300));
        let beginning = "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n".to_owned();
        // Both would be answered in the end, by whoever waited for it.
        let drops = (0..50).map(|n| format!("X-{n}: y\r\n")).chain(["\r\n".to_owned()]);
        let slow = [beginning.clone()].into_iter().chain(drops).collect();
        let loris = tokio::spawn(say(address, slow, Duration::from_millis(50)));
        let late = vec![String::new(), format!("{beginning}\r\n")];
        let silent = tokio::spawn(say(address, late, Duration::from_millis(1500)));
        let whole = "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n".to_owned();
        assert!(say(address, vec![whole], Duration::ZERO).await.ends_with("fine"));
        assert!(!loris.await.unwrap().contains("200 OK"));
        assert_eq!(silent.await.unwrap(), "", "and who says nothing at all");
    }

    /// Whether a connection that was opened now is answered, and is not closed.
    fn is_answered(stream: &mut TcpStream) -> bool {
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        // The other side may have closed already: that is what is looked for.
        let _ = stream.write_all(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n");
        let (mut heard, mut next) = (Vec::new(), [0]);
        while !heard.ends_with(b"fine") && matches!(stream.read(&mut next), Ok(1)) {
            heard.push(next[0]);
        }
        heard.ends_with(b"fine")
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn there_are_as_many_connections_as_there_may_be_and_one_that_ends_makes_room() {
        let (address, handle, _) = start_with(Limits::of(2));
        let all = tokio::task::spawn_blocking(move || {
            let open = || TcpStream::connect(address).unwrap();
            let mut within = [open(), open()];
            assert!(within.iter_mut().all(is_answered));
            for _ in 0..20 {
                assert!(!is_answered(&mut open()), "one too many");
            }
            assert!(within.iter_mut().all(is_answered), "and those who are in do not feel it");
            let [first, second] = within;
            drop(first);
            // Gone for whoever left, and for the hub a moment later.
            while !is_answered(&mut open()) {
                thread::yield_now();
            }
            second
        });
        drop(all.await.unwrap());
        while handle.connection_count() > 0 {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn headers_without_end_are_refused() {
        let (address, ..) = start(Duration::from_secs(10));
        let long = format!("GET / HTTP/1.1\r\nHost: h\r\nX-Long: {}\r\n\r\n", "y".repeat(64 * 1024));
        let heard = say(address, vec![long], Duration::ZERO).await;
        assert!(heard.is_empty() || heard.starts_with("HTTP/1.1 431"), "{heard}");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_is_in_flight_at_the_end_is_answered() {
        let (address, handle, task) = start(Duration::from_secs(10));
        let asked = tokio::spawn(say(
            address,
            vec!["GET /slow HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n".to_owned()],
            Duration::ZERO,
        ));
        while handle.connection_count() == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        handle.graceful_shutdown(Some(Duration::from_secs(5)));
        assert!(asked.await.unwrap().ends_with("done"));
        task.await.unwrap().unwrap();
    }
}
