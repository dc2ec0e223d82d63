//! Runs the faults of many seeds, each in a process of its own: `cargo xtask faults`.
#![expect(clippy::print_stdout, reason = "a command line tool speaks on its standard output")]

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use anyhow::{Context as _, Result};
use clap::{Parser, Subcommand};
use tests::faults::{Counts, DeviceProcess, Run, live, processes, run};

/// Several devices and one hub under faults that a seed chooses; no note that was said to be saved may be lost, be there
/// twice, be overwritten or be stuck. The plan of a seed is always the same: which notes, which faults, where a power cut
/// tears. Not replayed exactly: how the threads and sockets of this machine interleave with it. Repeat a seed with
/// `--repeat` to meet a rare interleaving again.
#[derive(Parser)]
struct Arguments {
    /// The first seed; each run takes the next.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many runs.
    #[arg(long, default_value_t = 50)]
    runs: u64,
    /// All runs with the same seed.
    #[arg(long)]
    repeat: bool,
    /// Runs at a time.
    #[arg(long, default_value_t = 2)]
    jobs: usize,
    /// The recorder of `xtask/powerloss`, built. Without it no power is cut and no disk is full.
    #[arg(long)]
    recorder: Option<PathBuf>,
    /// Play back older backups of the hub as well. What the hub accepted after the backup is lost today: counted, not hidden.
    #[arg(long)]
    restores: bool,
    /// One run, in this process.
    #[arg(long, hide = true)]
    one: bool,
    /// Real processes instead, killed at random: a hub and two devices.
    #[arg(long)]
    processes: bool,
    /// How often one of the processes is killed.
    #[arg(long, default_value_t = 100)]
    rounds: u64,
    /// Say everything that happened, also of good runs.
    #[arg(long)]
    trace: bool,
    #[command(subcommand)]
    as_device: Option<Part>,
}

#[derive(Subcommand)]
enum Part {
    /// A device, in this process, until it is killed.
    #[command(hide = true)]
    Device(DeviceProcess),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = match &arguments.as_device {
        Some(Part::Device(device)) => as_device(device),
        None if arguments.processes => killed(&arguments),
        None if arguments.one => one(&arguments),
        None => many(&arguments),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            println!("✗ {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn finished<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
        .with_writer(std::io::stderr)
        .init();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let done = runtime.block_on(work);
    runtime.shutdown_background();
    done
}

fn as_device(device: &DeviceProcess) -> Result<bool> {
    finished(live(device)).map(|()| true)
}

fn killed(arguments: &Arguments) -> Result<bool> {
    let began = Instant::now();
    let Run { counts, told, trace, .. } = finished(processes(arguments.seed, arguments.rounds))?;
    if arguments.trace || !counts.good() {
        trace.iter().for_each(|line| println!("    {line}"));
    }
    let took = began.elapsed().as_secs_f64();
    println!("{counts} · {told} notes and edits, {} kills of real processes, {took:.0} s", arguments.rounds);
    Ok(counts.good() && told > 0)
}

fn one(arguments: &Arguments) -> Result<bool> {
    let it = finished(run(arguments.seed, arguments.restores))?;
    if arguments.trace || !it.counts.good() {
        it.trace.iter().for_each(|line| println!("    {line}"));
    }
    let Counts { lost, duplicated, overwritten, stuck } = it.counts;
    println!("= {lost} {duplicated} {overwritten} {stuck} {}", it.told);
    Ok(it.counts.good())
}

#[derive(Default)]
struct Sum {
    counts: Counts,
    told: u64,
    failed: u64,
}

fn many(arguments: &Arguments) -> Result<bool> {
    let began = Instant::now();
    if arguments.recorder.is_none() {
        println!("  !!! power cuts and full disks are NOT part of this: there is no recorder !!!");
    }
    let (next, sum) = (AtomicU64::new(0), Mutex::new(Sum::default()));
    std::thread::scope(|scope| {
        for _ in 0..arguments.jobs.max(1) {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::SeqCst);
                    if number >= arguments.runs {
                        return;
                    }
                    let seed = if arguments.repeat { arguments.seed } else { arguments.seed + number };
                    let came = child(arguments, seed);
                    let mut sum = sum.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                    add(&mut sum, seed, came);
                }
            });
        }
    });
    let sum = sum.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    let took = began.elapsed().as_secs_f64();
    println!("{} · {} notes and edits in {} runs, {took:.0} s", sum.counts, sum.told, arguments.runs);
    Ok(sum.failed == 0 && sum.counts.good())
}

fn add(sum: &mut Sum, seed: u64, came: Result<(Counts, u64, String)>) {
    match came {
        Ok((counts, told, said)) => {
            if !counts.good() {
                println!("seed {seed}: {counts}");
            }
            if !said.is_empty() {
                println!("{said}");
            }
            sum.failed += u64::from(!counts.good());
            (sum.counts, sum.told) = (sum.counts.and(counts), sum.told + told);
        }
        Err(error) => {
            println!("seed {seed}: no run: {error:#}");
            sum.failed += 1;
        }
    }
}

/// One run in a process of its own: a recording is of a process, and what a panic leaves behind goes with it.
fn child(arguments: &Arguments, seed: u64) -> Result<(Counts, u64, String)> {
    let place = folder()?;
    let disks = place.path().join("disks");
    std::fs::create_dir(&disks)?;
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["--one", "--seed", &seed.to_string()]).args(arguments.trace.then_some("--trace"));
    command.args(arguments.restores.then_some("--restores"));
    command.env("TMPDIR", place.path()).stdin(Stdio::null());
    if let Some(recorder) = &arguments.recorder {
        command.env("LD_PRELOAD", recorder).env("POWERLOSS_FOLDER", &disks);
        command.env("POWERLOSS_TRACE", place.path().join("trace")).env("POWERLOSS_FULL", place.path().join("full"));
    }
    let out = command.output()?;
    let (said, wrong) = (String::from_utf8_lossy(&out.stdout).into_owned(), String::from_utf8_lossy(&out.stderr));
    let (trace, last) = said.rsplit_once("= ").with_context(|| format!("{said}{wrong}"))?;
    let numbers: Vec<usize> = last.split_whitespace().filter_map(|it| it.parse().ok()).collect();
    let [lost, duplicated, overwritten, stuck, told] = numbers[..] else { anyhow::bail!("{said}{wrong}") };
    let counts = Counts { lost, duplicated, overwritten, stuck };
    Ok((counts, told as u64, trace.trim_end().to_owned()))
}

/// In memory where there is such a place: the model of the disk knows what was synced, the real one need not.
fn folder() -> Result<tempfile::TempDir> {
    let memory = Path::new("/dev/shm");
    let made = tempfile::Builder::new().prefix("doorstep-faults-").tempdir_in(memory);
    Ok(made.or_else(|_| tempfile::tempdir())?)
}
