//! What a power cut leaves of the vault.
//!
//! `kill -9` shows nothing about this: what a program has written survives it in the page cache. Here every call of
//! the vault's writer on its folder is recorded; the folder is then rebuilt as it would be found if the power had
//! been cut at some moment, with what was not synced by then lost or torn, and the vault must open there and hold
//! everything it had acknowledged.

mod disk;
mod trace;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use self::disk::{Disk, Found, Unsynced};
use self::trace::Call;
use crate::run::{cargo, finish, root, target};

/// Steps of work that are recorded.
const STEPS: &str = "400";

/// A way in which storage fails.
struct Mode {
    name: &'static str,
    range_syncs: bool,
    unsynced: Unsynced,
    words: &'static str,
}

const MODES: [Mode; 4] = [
    Mode { name: "Ls", range_syncs: true, unsynced: Unsynced::Lost, words: "unsynced lost" },
    Mode { name: "Lr", range_syncs: true, unsynced: Unsynced::Torn, words: "unsynced torn" },
    Mode { name: "Ss", range_syncs: false, unsynced: Unsynced::Lost, words: "unsynced lost, sync_file_range is none" },
    Mode { name: "Sr", range_syncs: false, unsynced: Unsynced::Torn, words: "unsynced torn, sync_file_range is none" },
];

/// Records the writer once, cuts the power `trials` times in each mode, and prints a line per mode.
///
/// # Errors
/// When anything acknowledged is lost, or when the recording missed something.
pub(crate) fn run(trials: u32) -> Result<()> {
    if !cfg!(target_os = "linux") {
        println!("  power loss: SKIPPED, the recorder needs Linux");
        return Ok(());
    }
    let place = target()?.join("powerloss");
    let folder = place.join("recorded");
    let program = build(&place)?;
    let calls = record(&place, &folder, &program)?;
    check_recording(&calls, &folder)?;
    let mut lost = 0;
    for mode in &MODES {
        let losses = cut(mode, trials, &calls, &place.join(mode.name), &program)?;
        println!("  {}  {:>4} of {trials} whole   {}", mode.name, trials as usize - losses.len(), mode.words);
        losses.iter().take(3).for_each(|loss| println!("      {loss}"));
        lost += losses.len();
    }
    ensure!(lost == 0, "{lost} power cuts lost something that was acknowledged");
    Ok(())
}

/// Builds the recorder and the writer. Returns the writer.
fn build(place: &Path) -> Result<PathBuf> {
    let _ = fs::remove_dir_all(place);
    fs::create_dir_all(place)?;
    finish(&mut cargo(&["build", "--package", "engine", "--example", "powerloss"]))?;
    recorder(place)?;
    Ok(target()?.join("debug/examples/powerloss"))
}

/// Builds the recorder, to be preloaded.
///
/// # Errors
/// Without a C compiler.
pub(crate) fn recorder(place: &Path) -> Result<PathBuf> {
    let (compiler, built) = (std::env::var_os("CC").unwrap_or_else(|| "cc".into()), place.join("record.so"));
    let mut compile = Command::new(compiler);
    compile.args(["-shared", "-fPIC", "-O1", "-o"]).arg(&built);
    finish(compile.arg(root().join("xtask/powerloss/record.c")).args(["-ldl", "-lpthread"]))?;
    Ok(built)
}

fn record(place: &Path, folder: &Path, program: &Path) -> Result<Vec<Call>> {
    fs::create_dir_all(folder)?;
    let trace = place.join("trace");
    let mut writer = Command::new(program);
    writer.arg("write").arg(folder).arg(STEPS).stdout(Stdio::null());
    writer.env("LD_PRELOAD", place.join("record.so"));
    writer.env("POWERLOSS_FOLDER", folder).env("POWERLOSS_TRACE", &trace);
    ensure!(writer.status().context("the writer does not start")?.success(), "the writer failed");
    trace::read(&trace, folder)
}

/// The recording, done again from nothing, must give the folder as it is. Otherwise something escaped it, and what
/// follows would prove nothing.
fn check_recording(calls: &[Call], folder: &Path) -> Result<()> {
    let mut disk = Disk::default();
    calls.iter().try_for_each(|call| disk.perform(call))?;
    ensure!(disk.acknowledged.to_string() == STEPS, "only {} steps were acknowledged", disk.acknowledged);
    let (seen, real) = (disk.seen(), read(folder, Path::new(""))?);
    let differs = |path: &&PathBuf| seen.get(*path) != real.get(*path);
    let missed: Vec<_> = seen.keys().chain(real.keys()).filter(differs).collect();
    ensure!(missed.is_empty(), "the recording missed something about {missed:?}");
    println!("  recorded {} calls; done again they give the real folder", calls.len());
    Ok(())
}

/// Cuts the power at random moments. Returns what was lost.
fn cut(mode: &Mode, trials: u32, calls: &[Call], place: &Path, program: &Path) -> Result<Vec<String>> {
    let mut random = Random(u64::from(mode.name.as_bytes()[0]) << 8 | u64::from(mode.name.as_bytes()[1]));
    let mut losses = Vec::new();
    for _ in 0..trials {
        let until = usize::try_from(random.next() % calls.len() as u64)?;
        let mut disk = Disk::new(mode.range_syncs);
        calls[..=until].iter().try_for_each(|call| disk.perform(call))?;
        write(&disk.after_cut(mode.unsynced, &mut || random.next() & 1 == 1), place)?;
        if let Err(loss) = verify(program, place, disk.acknowledged) {
            losses.push(format!("cut after call {until}: {loss:#}"));
        }
    }
    Ok(losses)
}

fn verify(program: &Path, folder: &Path, acknowledged: u64) -> Result<()> {
    let mut verifier = Command::new(program);
    let told = verifier.arg("verify").arg(folder).arg(acknowledged.to_string()).output()?;
    let words = String::from_utf8_lossy(&told.stderr);
    ensure!(told.status.success(), "{}", words.lines().last().unwrap_or("no words").trim());
    Ok(())
}

/// Lays a found folder out on the real disk.
fn write(found: &Found, place: &Path) -> Result<()> {
    let _ = fs::remove_dir_all(place);
    fs::create_dir_all(place)?;
    for (path, contents) in found {
        match contents {
            // Sorted by path, so that a folder comes before what is in it.
            None => fs::create_dir(place.join(path))?,
            Some(bytes) => fs::write(place.join(path), bytes)?,
        }
    }
    Ok(())
}

fn read(folder: &Path, under: &Path) -> Result<Found> {
    let mut found = Found::new();
    for entry in fs::read_dir(folder.join(under))? {
        let path = under.join(entry?.file_name());
        if folder.join(&path).is_dir() {
            found.extend(read(folder, &path)?);
            found.insert(path, None);
        } else {
            let bytes = fs::read(folder.join(&path))?;
            found.insert(path, Some(bytes));
        }
    }
    Ok(found)
}

/// The same numbers in every run, so that a loss can be looked at again (xorshift64*).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 16
    }
}
