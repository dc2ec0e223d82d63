//! Collects what the benchmarks measured, measures the cold start, and prints both: `cargo xtask bench`.
#![expect(clippy::print_stdout, reason = "figures go to standard output")]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use clap::Parser;
use tests::{Launch, Window, workspace};

/// Starts per program. The median of an odd number is a measured one.
const ROUNDS: usize = 9;

/// What the app's first paint is beside the smallest window's.
#[derive(Parser)]
struct Arguments {
    /// The app.
    #[arg(long)]
    app: PathBuf,
    /// The smallest window of the same library.
    #[arg(long)]
    minimal: PathBuf,
    /// Where criterion keeps its figures.
    #[arg(long)]
    criterion: PathBuf,
    /// What reading a record takes beside its peers, as `bench` wrote it.
    #[arg(long)]
    records: PathBuf,
    /// What a decision takes among many people, as the hub's benchmark wrote it.
    #[arg(long)]
    crowd: PathBuf,
    /// Write the figures to BENCHMARKS.md.
    #[arg(long)]
    write: bool,
}

#[tokio::main]
async fn main() -> Result<()> {
    let given = Arguments::parse();
    let mut text = String::from("# Benchmarks\n\n");
    writeln!(text, "Written by `cargo xtask bench --write`. {}.\n", machine())?;
    writeln!(text, "| what | median |\n| --- | ---: |")?;
    for (name, nanoseconds) in figures(&given.criterion)? {
        writeln!(text, "| {name} | {} |", readable(nanoseconds))?;
    }
    for part in [&given.records, &given.crowd] {
        writeln!(text, "\n{}", fs::read_to_string(part)?.trim_end())?;
    }
    let (app, minimal) = cold_starts(&given.app, &given.minimal).await?;
    writeln!(
        text,
        "\nCold start, from the start of the process to the first paint with content, {ROUNDS} of each in turn:\n"
    )?;
    writeln!(text, "| program | median | beside the smallest |\n| --- | ---: | ---: |")?;
    writeln!(text, "| the smallest Dioxus window | {minimal:.0} ms | 1.00 |")?;
    writeln!(text, "| the app, to the question who is on shift | {app:.0} ms | {:.2} |", app / minimal)?;
    println!("{text}");
    if given.write {
        fs::write(workspace().join("BENCHMARKS.md"), text)?;
    }
    Ok(())
}

fn machine() -> String {
    let described = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let models: Vec<&str> = described.lines().filter(|line| line.starts_with("model name")).collect();
    let model = models.first().and_then(|line| line.split(": ").nth(1)).unwrap_or("an unknown processor");
    let day = jiff::Zoned::now().date();
    format!(
        "Measured on {day}, {} × {model}, release build; other machines give other figures, ratios travel better",
        models.len()
    )
}

/// Name and median in nanoseconds of every benchmark, from what criterion wrote down.
fn figures(folder: &Path) -> Result<Vec<(String, f64)>> {
    let mut found = Vec::new();
    collect(folder, &mut found)?;
    ensure!(!found.is_empty(), "criterion wrote nothing below {}", folder.display());
    found.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(found)
}

fn collect(folder: &Path, found: &mut Vec<(String, f64)>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() && path.file_name().is_some_and(|name| name != "report") {
            collect(&path, found)?;
        }
    }
    let (names, estimates) = (folder.join("benchmark.json"), folder.join("estimates.json"));
    // `base` is the run before this one.
    if folder.ends_with("new") && names.exists() && estimates.exists() {
        let name: serde_json::Value = serde_json::from_slice(&fs::read(names)?)?;
        let estimate: serde_json::Value = serde_json::from_slice(&fs::read(estimates)?)?;
        let median = estimate["median"]["point_estimate"].as_f64().context("a median")?;
        found.push((name["full_id"].as_str().context("a name")?.to_owned(), median));
    }
    Ok(())
}

fn readable(nanoseconds: f64) -> String {
    match nanoseconds {
        n if n < 1e3 => format!("{n:.0} ns"),
        n if n < 1e6 => format!("{:.1} µs", n / 1e3),
        n if n < 1e9 => format!("{:.1} ms", n / 1e6),
        n => format!("{:.2} s", n / 1e9),
    }
}

/// Medians in milliseconds. In turn, so that what else the machine does falls on both.
async fn cold_starts(app: &Path, minimal: &Path) -> Result<(f64, f64)> {
    let (mut of_app, mut of_minimal) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        of_minimal.push(cold_start(minimal).await?);
        of_app.push(cold_start(app).await?);
    }
    Ok((median(of_app), median(of_minimal)))
}

async fn cold_start(program: &Path) -> Result<f64> {
    let folder = tempfile::tempdir()?;
    let told = |name: &str, value: String| (name.to_owned(), value);
    let environment = vec![
        // Nobody listens there: the start must not depend on the network.
        told("DOORSTEP_HUB", "http://127.0.0.1:9/fhir".to_owned()),
        told("DOORSTEP_FOLDER", folder.path().display().to_string()),
        told("DOORSTEP_WINDOW", "390x844".to_owned()),
        told("DOORSTEP_SECRET", "file".to_owned()),
    ];
    let screens = tests::screens("bench")?;
    let window = Window::open(Launch { app: program.to_owned(), environment, screens }).await?;
    window.first_paint().await
}

fn median(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    all[all.len() / 2]
}
