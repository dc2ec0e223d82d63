//! A sign-in service that this project did not write, as a process of its own.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result, ensure};

use crate::{eventually, paths};

/// The service. Ends with the value.
pub struct Provider {
    process: Child,
    /// What it calls itself: `http://127.0.0.1:port`.
    pub issuer: String,
    said: Arc<Mutex<Vec<String>>>,
}

impl Provider {
    /// Starts one on a free port; `None`, said loudly, where it is not installed. `tokens_last`: seconds. `signs`: the
    /// algorithm of its id_tokens.
    ///
    /// # Errors
    /// When it is installed and does not start.
    pub fn start(tokens_last: u32, signs: &str) -> Result<Option<Self>> {
        let Some(folder) = installed()? else {
            paths::loud(
                "SKIPPED: no sign-in service of other people is installed (cargo xtask provider); \
                 signing in was NOT tested against one",
            );
            return Ok(None);
        };
        let mut command = Command::new("node");
        command.arg(paths::workspace().join("tests/provider/provider.mjs")).arg(folder);
        command.env("TOKEN_SECONDS", tokens_last.to_string()).env("SIGNS", signs);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = command.spawn().context("node does not start")?;
        let mut output = BufReader::new(process.stdout.take().context("piped")?);
        let mut line = String::new();
        output.read_line(&mut line)?;
        let issuer = line.trim().strip_prefix("listening on ").context("the sign-in service ended at once")?.to_owned();
        let said = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&said);
        std::thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                heard.lock().unwrap_or_else(PoisonError::into_inner).push(line);
            }
        });
        Ok(Some(Self { process, issuer, said }))
    }

    /// How often it said this.
    pub fn said(&self, line: &str) -> usize {
        let said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        said.iter().filter(|one| one.contains(line)).count()
    }

    /// Waits until it said this so often: what it says comes on another way than what it answers, and may come later.
    ///
    /// # Errors
    /// When it never did, or more often.
    pub async fn says(&self, line: &str, times: usize) -> Result<()> {
        eventually(line, || async { Ok((self.said(line) >= times).then_some(())) }).await?;
        ensure!(self.said(line) == times, "`{line}` was said {} times", self.said(line));
        Ok(())
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        // Ended already is as good.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Where `cargo xtask provider` put it.
fn installed() -> Result<Option<PathBuf>> {
    let folder = paths::target()?.join("provider");
    Ok(folder.join("node_modules/oidc-provider").is_dir().then_some(folder))
}
