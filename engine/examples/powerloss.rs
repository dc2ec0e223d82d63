//! The writer and the verifier of the power-loss simulation (`cargo xtask` has the recorder and the replay).
//!
//! `powerloss write FOLDER STEPS` works on a vault and acknowledges each durable step on stdout: its number, 8 bytes
//! big-endian, one write each. `powerloss verify FOLDER ACKNOWLEDGED` succeeds when the vault opens and holds exactly
//! what that many steps leave, or one more.

#[path = "../tests/vault/plan.rs"]
mod plan;

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let done = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["write", folder, steps] => write(Path::new(folder), steps).await,
        ["verify", folder, acknowledged] => verify(Path::new(folder), acknowledged).await,
        _ => Err("powerloss write FOLDER STEPS | powerloss verify FOLDER ACKNOWLEDGED".into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(text) => {
            // Nobody is left to tell when stderr is gone too.
            let _ = writeln!(std::io::stderr(), "{text}");
            ExitCode::FAILURE
        }
    }
}

async fn write(folder: &Path, steps: &str) -> Result<(), String> {
    let steps: u64 = steps.parse().map_err(|_| "STEPS is a number")?;
    // Standard output is flushed at a line feed, and 2560 is the first number that has one before its last byte.
    if steps >= 2560 {
        return Err("at most 2559 steps: an acknowledgement must be one write".into());
    }
    let vault = plan::open(folder).await?;
    let mut out = std::io::stdout();
    for n in 1..=steps {
        plan::perform(&vault, n).await?;
        out.write_all(&n.to_be_bytes()).and_then(|()| out.flush()).map_err(|error| error.to_string())?;
    }
    vault.close().await;
    Ok(())
}

async fn verify(folder: &Path, acknowledged: &str) -> Result<(), String> {
    let acknowledged = acknowledged.parse().map_err(|_| "ACKNOWLEDGED is a number")?;
    let vault = plan::open(folder).await?;
    let found = plan::steps_shown(&vault, acknowledged).await.map(drop);
    let problems = vault.problems();
    vault.close().await;
    found.map_err(|text| format!("{text} (problems: {problems:?})"))
}
