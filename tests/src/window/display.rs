//! A virtual screen of our own: Xvfb on a display number it chooses itself.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, ensure};

/// Ends with the value.
pub(crate) struct Display {
    server: Child,
    name: String,
}

impl Display {
    /// Starts one that is large enough for a tablet.
    pub(crate) fn start() -> Result<Self> {
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "1280x1024x24", "-nolisten", "tcp", "-noreset"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("Xvfb does not start")?;
        let mut number = String::new();
        let answers = server.stdout.take().context("Xvfb without an output")?;
        BufReader::new(answers).read_line(&mut number)?;
        ensure!(!number.trim().is_empty(), "Xvfb found no free display");
        Ok(Self { server, name: format!(":{}", number.trim()) })
    }

    /// `:N`.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        // It may have ended by itself; there is nothing more to do about that.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
