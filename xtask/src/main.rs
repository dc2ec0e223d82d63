//! The project's own commands: `cargo xtask …`.
//!
//! Light on purpose, so that it builds in seconds on a fresh machine: it starts the others as processes and depends
//! on none of them. What drives the window lives in `tests`.
#![expect(clippy::print_stdout, reason = "a command line tool speaks on its standard output")]

mod bench;
mod demo;
mod deny;
mod faults;
mod fuzz;
mod packages;
mod phones;
mod powerloss;
mod provider;
mod run;
mod summary;
mod test;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::phones::Phone;

/// Doorstep's own commands.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Starts a hub with demo people and opens the app; without a display it drives the window through the story.
    Demo {
        /// Drive the real window under a virtual display, save screenshots, fail when a step fails.
        #[arg(long)]
        headless: bool,
        /// Add every IPS document found in this folder as a person who can be looked up.
        #[arg(long, value_name = "DIR")]
        import: Option<PathBuf>,
        /// The size of a tablet instead of a phone.
        #[arg(long)]
        tablet: bool,
    },
    /// Everything, unit to window: formatting, lints, licences, advisories, tests, the phones' type-check.
    Test,
    /// Benchmarks and the cold start; medians and ratios.
    Bench {
        /// Write the figures to BENCHMARKS.md.
        #[arg(long)]
        write: bool,
    },
    /// Bytes of all kinds against what must hold for any record, with libFuzzer.
    Fuzz {
        /// `document` or `summary`; both when left out.
        target: Option<String>,
        /// How long, for each.
        #[arg(long, default_value_t = 600)]
        seconds: u32,
    },
    /// Cuts the power under the vault, again and again, and looks for what it had acknowledged.
    Powerloss {
        /// Power cuts in each of four modes.
        #[arg(long, default_value_t = 100)]
        trials: u32,
    },
    /// Devices and a hub under faults that a seed chooses: no note that was said to be saved may be lost, be there twice,
    /// be overwritten or be stuck. The plan of a seed is always the same; how threads and sockets interleave is not.
    Faults {
        /// The first seed; each run takes the next.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// How many runs.
        #[arg(long, default_value_t = 50)]
        runs: u64,
        /// All runs with the same seed.
        #[arg(long)]
        repeat: bool,
        /// Say everything that happened, also of good runs.
        #[arg(long)]
        trace: bool,
        /// Play back older backups of the hub as well. What it accepted after the backup is lost today.
        #[arg(long)]
        restores: bool,
        /// Built for speed: for thousands of runs.
        #[arg(long)]
        release: bool,
        /// Real processes instead, a hub and two devices, killed at random.
        #[arg(long)]
        processes: bool,
        /// How often one of the processes is killed.
        #[arg(long, default_value_t = 100)]
        rounds: u64,
    },
    /// Installs the sign-in service of other people that `test` signs in at.
    Provider,
    /// Type-checks the app for Android.
    AndroidCheck,
    /// Type-checks the app for iOS.
    IosCheck,
}

fn main() -> ExitCode {
    match carry_out(Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            println!("✗ {e:#}");
            ExitCode::FAILURE
        }
    }
}

fn carry_out(task: Task) -> anyhow::Result<()> {
    match task {
        Task::Demo { headless, import, tablet } => demo::run(&demo::Wishes { headless, import, tablet }),
        Task::Test => test::run(),
        Task::Bench { write } => bench::run(write),
        Task::Fuzz { target, seconds } => fuzz::run(target.as_deref(), seconds),
        Task::Powerloss { trials } => powerloss::run(trials),
        Task::Faults { seed, runs, repeat, trace, restores, release, processes, rounds } => {
            let rounds = processes.then_some(rounds);
            faults::run(&faults::Wishes { seed, runs, repeat, trace, restores, release, rounds })
        }
        Task::Provider => match provider::ensure_installed()? {
            summary::Ending::Passed => Ok(()),
            summary::Ending::Skipped(why) => anyhow::bail!(why),
        },
        Task::AndroidCheck => phones::check(Phone::Android),
        Task::IosCheck => phones::check(Phone::Ios),
    }
}

#[cfg(test)]
#[path = "../../hub/src/no_secrets.rs"]
mod no_secrets;

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn no_option_takes_a_secret_by_value() {
        let (found, seen) = no_secrets::taken_by_value(&Arguments::command(), &[]);
        assert!(found.is_empty() && seen > 5, "{found:?} of {seen}");
    }
}
