//! Prints one of every resource that this app writes, one on a line (NDJSON), for a validator that we did not write.
//!
//! `cargo run -q -p shared --example written | validator`. With `--transactions` it prints the whole transactions.

use std::io::Write;
use std::process::ExitCode;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use shared::identity::DeviceId;
use shared::note::to_transaction;
use uuid::Uuid;

mod samples;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), samples::Failed> {
    let whole = match std::env::args().skip(1).collect::<Vec<_>>().as_slice() {
        [] => false,
        [one] if one == "--transactions" => true,
        _ => return Err("usage: written [--transactions]".into()),
    };
    let mut out = std::io::stdout().lock();
    for note in samples::notes()? {
        let bundle = to_transaction(&note, DeviceId::new(Uuid::from_u128(1)), |bytes| STANDARD.encode(bytes));
        if whole {
            writeln!(out, "{bundle}")?;
            continue;
        }
        for entry in bundle["entry"].as_array().into_iter().flatten() {
            writeln!(out, "{}", entry["resource"])?;
        }
    }
    Ok(())
}
