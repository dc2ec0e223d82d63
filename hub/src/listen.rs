//! Listening: with TLS or on this machine only, and within limits, so that nobody holds the hub up.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};
use axum_server::{Handle, Server};
use rustls::ServerConfig;

/// What a connection may take. The time for a whole request, and the size of its body, are the router's.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// From the connection to the end of its first headers, and between any two requests.
    headers: Duration,
    /// For the handshake.
    handshake: Duration,
    /// All headers of a request, bytes.
    header_bytes: u32,
    /// Requests at once in one connection (HTTP/2).
    streams: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            headers: Duration::from_secs(20),
            handshake: Duration::from_secs(10),
            header_bytes: 32 * 1024,
            streams: 64,
        }
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
    limit(&mut server, limits);
    let routes = routes.into_make_service_with_connect_info::<SocketAddr>();
    match tls {
        Some(config) => {
            let acceptor = RustlsAcceptor::new(RustlsConfig::from_config(config)).handshake_timeout(limits.handshake);
            server.acceptor(acceptor).serve(routes).await
        }
        None => server.serve(routes).await,
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
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (address, handle) = (listener.local_addr().unwrap(), Handle::new());
        let routes = Router::new().route("/", get(async || "fine")).route(
            "/slow",
            get(async || {
                tokio::time::sleep(Duration::from_millis(400)).await;
                "done"
            }),
        );
        let limits = Limits { headers, ..Limits::default() };
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
