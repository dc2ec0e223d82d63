//! The table at the end of `test`: what was done, what was not, and how long it took.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

/// How a part ended.
pub(crate) enum Ending {
    /// It was done and is good.
    Passed,
    /// It was not done, or not all of it.
    Skipped(String),
}

/// The parts so far.
#[derive(Default)]
pub(crate) struct Summary {
    rows: Vec<(&'static str, Result<Ending>, Duration)>,
}

impl Summary {
    /// Does a part and keeps how it went. A failure does not keep the others from being tried.
    pub(crate) fn part(&mut self, name: &'static str, work: impl FnOnce() -> Result<Ending>) {
        println!("\n── {name} ──");
        let start = Instant::now();
        let ending = work();
        if let Err(e) = &ending {
            println!("✗ {name}: {e:#}");
        }
        self.rows.push((name, ending, start.elapsed()));
    }

    /// Whether all went well so far.
    pub(crate) fn good(&self) -> bool {
        self.rows.iter().all(|(_, ending, _)| ending.is_ok())
    }

    /// Prints the table.
    ///
    /// # Errors
    /// When a part failed.
    pub(crate) fn close(self) -> Result<()> {
        println!("\n{:<34} {:>8}", "part", "seconds");
        for (name, ending, took) in &self.rows {
            let (mark, words) = match ending {
                Ok(Ending::Passed) => ("✓", String::new()),
                Ok(Ending::Skipped(why)) => ("!", format!("  NOT DONE: {why}")),
                Err(e) => ("✗", format!("  FAILED: {e:#}")),
            };
            println!("{mark} {name:<32} {:>8.1}{words}", took.as_secs_f64());
        }
        let whole: Duration = self.rows.iter().map(|(_, _, took)| *took).sum();
        println!("  {:<32} {:>8.1}", "all", whole.as_secs_f64());
        let failed = self.rows.iter().filter(|(_, ending, _)| ending.is_err()).count();
        if failed > 0 {
            bail!("{failed} of {} parts failed", self.rows.len());
        }
        Ok(())
    }
}
