//! WebKitWebDriver and one session of it. The driver starts the app itself.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result};
use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;

use super::{Launch, automation, processes};
use crate::wait::within;

/// A driver with its app.
pub(crate) struct Driver {
    server: Child,
    client: Client,
}

impl Driver {
    pub(crate) async fn start(launch: &Launch, display: &str) -> Result<Self> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let server = Command::new("WebKitWebDriver")
            .arg(format!("--port={port}"))
            .env("DISPLAY", display)
            .env("GDK_BACKEND", "x11")
            .env("NO_AT_BRIDGE", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("WebKitWebDriver does not start")?;
        let mut server = Reaped(Some(server));
        let address = format!("http://127.0.0.1:{port}");
        let wishes = capabilities(launch)?;
        let client = within(Duration::from_secs(120), "a WebDriver session", || connect(&address, &wishes)).await?;
        Ok(Self { server: server.0.take().context("just started")?, client })
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    pub(crate) fn app_started(&self) -> Result<f64> {
        processes::start_of_child(self.server.id())
    }

    pub(crate) fn kill_app(&mut self) -> Result<()> {
        processes::kill_children_of(self.server.id())
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.kill_app();
        end(&mut self.server);
    }
}

/// Ends a driver whose session never came about.
struct Reaped(Option<Child>);

impl Drop for Reaped {
    fn drop(&mut self) {
        if let Some(server) = &mut self.0 {
            let _ = processes::kill_children_of(server.id());
            end(server);
        }
    }
}

fn end(server: &mut Child) {
    // Ended already is as good.
    let _ = server.kill();
    let _ = server.wait();
}

async fn connect(address: &str, wishes: &Capabilities) -> Result<Option<Client>> {
    let mut builder = ClientBuilder::new(HttpConnector::new());
    match builder.capabilities(wishes.clone()).connect(address).await {
        Ok(client) => Ok(Some(client)),
        // The driver is not listening yet.
        Err(fantoccini::error::NewSessionError::Failed(_) | fantoccini::error::NewSessionError::FailedC(_)) => Ok(None),
        Err(e) => Err(e).context("no WebDriver session"),
    }
}

/// `env` is the binary: it sets the app's variables, and the library only the app may load, and becomes the app.
fn capabilities(launch: &Launch) -> Result<Capabilities> {
    let mut words = vec![format!("LD_PRELOAD={}", automation::library()?.display())];
    words.extend(launch.environment.iter().map(|(name, value)| format!("{name}={value}")));
    words.push(launch.app.display().to_string());
    let mut wishes = Capabilities::new();
    wishes.insert("webkitgtk:browserOptions".into(), json!({"binary": "/usr/bin/env", "args": words}));
    Ok(wishes)
}
