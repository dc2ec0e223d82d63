//! Reading what `powerloss/record.c` wrote down.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

/// One thing the program did to its folder. Paths are relative to it.
pub(crate) enum Call {
    Open { descriptor: i32, path: PathBuf, truncated: bool },
    Close { descriptor: i32 },
    Write { descriptor: i32, offset: usize, data: Vec<u8> },
    Truncate { descriptor: i32, length: usize },
    Sync { descriptor: i32 },
    SyncRange { descriptor: i32 },
    Rename { from: PathBuf, to: PathBuf },
    Unlink { path: PathBuf },
    MakeFolder { path: PathBuf },
    Acknowledge { number: u64 },
}

/// Reads a whole trace.
///
/// # Errors
/// When it is cut off or holds something unknown: a trace that is half understood would acquit the guilty.
pub(crate) fn read(trace: &Path, folder: &Path) -> Result<Vec<Call>> {
    let bytes = std::fs::read(trace).context("the trace")?;
    let (calls, used) = whole(&bytes, folder)?;
    ensure!(used == bytes.len(), "the trace is cut off");
    Ok(calls)
}

/// Reads the calls that are there as a whole, and how many bytes they take: a program that still runs may be writing one.
///
/// # Errors
/// When there is something unknown.
pub(crate) fn whole(bytes: &[u8], folder: &Path) -> Result<(Vec<Call>, usize)> {
    let mut rest = bytes;
    let mut calls = Vec::new();
    while let Some((call, after)) = next(rest, folder)? {
        calls.push(call);
        rest = after;
    }
    Ok((calls, bytes.len() - rest.len()))
}

/// The first call, and what follows; `None` when it is not there as a whole.
fn next<'a>(bytes: &'a [u8], folder: &Path) -> Result<Option<(Call, &'a [u8])>> {
    let Some((head, rest)) = bytes.split_first_chunk::<24>() else { return Ok(None) };
    let word = |at: usize| u32::from_ne_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
    let descriptor = i32::from_ne_bytes(word(4).to_ne_bytes());
    let number = u64::from_ne_bytes(head[8..16].try_into()?);
    let Some((a, rest)) = rest.split_at_checked(usize::try_from(word(16))?) else { return Ok(None) };
    let Some((b, rest)) = rest.split_at_checked(usize::try_from(word(20))?) else { return Ok(None) };
    let path =
        |text: &[u8]| -> Result<PathBuf> { Ok(Path::new(std::str::from_utf8(text)?).strip_prefix(folder)?.to_owned()) };
    let call = match head[0] {
        b'o' => Call::Open { descriptor, path: path(a)?, truncated: number == 1 },
        b'c' => Call::Close { descriptor },
        b'w' => Call::Write { descriptor, offset: usize::try_from(number)?, data: a.to_vec() },
        b't' => Call::Truncate { descriptor, length: usize::try_from(number)? },
        b's' => Call::Sync { descriptor },
        b'r' => Call::SyncRange { descriptor },
        b'n' => Call::Rename { from: path(a)?, to: path(b)? },
        b'u' => Call::Unlink { path: path(a)? },
        b'd' => Call::MakeFolder { path: path(a)? },
        b'k' => Call::Acknowledge { number: u64::from_be_bytes(a.try_into()?) },
        other => bail!("the trace holds an unknown kind {other}"),
    };
    Ok(Some((call, rest)))
}
