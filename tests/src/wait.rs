//! Waiting for what happens by itself, never by sleeping a guessed time.

use std::future::Future;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

/// Long enough for a machine with one core and much else to do, short enough to tell that something will never come.
const PATIENCE: Duration = Duration::from_secs(120);

/// Asks again until there is an answer. Errors end the wait at once.
///
/// # Errors
/// When `ask` fails, or after two minutes, naming `what`.
pub async fn eventually<T, F: Future<Output = Result<Option<T>>>>(what: &str, ask: impl FnMut() -> F) -> Result<T> {
    within(PATIENCE, what, ask).await
}

/// The same with its own patience.
///
/// # Errors
/// When `ask` fails, or after `patience`, naming `what`.
pub async fn within<T, F: Future<Output = Result<Option<T>>>>(
    patience: Duration,
    what: &str,
    mut ask: impl FnMut() -> F,
) -> Result<T> {
    let end = Instant::now() + patience;
    loop {
        if let Some(answer) = ask().await? {
            return Ok(answer);
        }
        if Instant::now() > end {
            bail!("waited {patience:?} in vain: {what}");
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
}
