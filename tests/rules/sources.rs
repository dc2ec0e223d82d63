//! What must not stand in the sources.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use tests::workspace;

/// Every tracked text file that begins with `part` and ends with `ending`: its path from the root, and its text.
pub(crate) fn files(part: &str, ending: &str) -> Result<Vec<(String, String)>> {
    let listed = Command::new("git").current_dir(workspace()).args(["ls-files", "-z", "--", part]).output()?;
    ensure!(listed.status.success(), "git lists no files: {}", String::from_utf8_lossy(&listed.stderr));
    let names = String::from_utf8(listed.stdout)?;
    let wanted = names.split('\0').filter(|name| !name.is_empty() && name.ends_with(ending));
    // What is deleted but not yet committed is listed too.
    let there = wanted.filter(|name| workspace().join(name).is_file());
    let read = there.filter_map(|name| Some((name.to_owned(), fs::read_to_string(workspace().join(name)).ok()?)));
    let read: Vec<_> = read.collect();
    ensure!(!read.is_empty(), "nothing to look at in {part:?} *{ending}");
    Ok(read)
}

/// The code of a source file without its tests (which stand at its end) and without comments.
fn code(text: &str) -> String {
    let body = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    let lines = body.lines().map(|line| line.split("//").next().unwrap_or_default());
    lines.collect::<Vec<_>>().join("\n")
}

fn is_test(path: &str) -> bool {
    Path::new(path).components().any(|part| matches!(part.as_os_str().to_str(), Some("tests" | "tests.rs" | "benches")))
}

#[test]
fn a_lib_rs_is_a_map() -> Result<()> {
    let libraries = files(".", "src/lib.rs")?;
    for (path, text) in &libraries {
        let lines = text.lines().count();
        assert!(lines < 60, "{path} has {lines} lines: move what is not `mod` and `pub use`");
        assert!(text.starts_with("//!"), "{path} does not say what the crate is");
    }
    assert!(libraries.len() >= 5, "fewer libraries than rooms");
    Ok(())
}

#[test]
fn the_domain_touches_no_world() -> Result<()> {
    const WORLD: [&str; 10] = [
        "std::fs",
        "std::net",
        "std::env",
        "std::process",
        "std::thread",
        "SystemTime",
        "::now(",
        "now_v7",
        "tokio",
        "async fn",
    ];
    for (path, text) in files("shared/src", ".rs")?.iter().filter(|(path, _)| !is_test(path)) {
        let code = code(text);
        for word in WORLD {
            assert!(!code.contains(word), "{path} says {word}: the time, ids and all input are arguments");
        }
    }
    Ok(())
}

#[test]
fn only_the_engine_encrypts() -> Result<()> {
    const CIPHERS: [&str; 6] = ["ring::aead", "aead::", "chacha20", "aes_gcm", "LessSafeKey", "SealingKey"];
    let rooms = ["shared/src", "api-client/src", "mobile/src", "hub/src", "tests/src", "xtask/src"];
    for room in rooms {
        for (path, text) in files(room, ".rs")? {
            let code = code(&text);
            let found = CIPHERS.iter().find(|word| code.contains(**word));
            assert_eq!(found, None, "{path}: ciphers have their room in engine");
        }
    }
    Ok(())
}

#[test]
fn a_name_says_what_a_thing_is() -> Result<()> {
    const EMPTY: [&str; 5] = ["Manager", "Helper", "Util", "Utils", "Dto"];
    for (path, text) in files(".", ".rs")? {
        for line in text.lines().map(str::trim_start) {
            let mut words =
                line.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|w| !w.is_empty() && *w != "pub");
            let (Some("struct" | "enum" | "trait" | "type" | "mod"), Some(name)) = (words.next(), words.next()) else {
                continue;
            };
            let bad = EMPTY.iter().any(|e| name.ends_with(e) || name.eq_ignore_ascii_case(e));
            assert!(!bad, "{path}: {name} says nothing");
        }
    }
    Ok(())
}

#[test]
fn nothing_names_the_machine_it_was_written_on() -> Result<()> {
    let home = std::env::var_os("HOME").map(PathBuf::from);
    let beside = workspace().parent().map(Path::to_owned);
    let places: Vec<String> = [Some(workspace().to_owned()), beside, home]
        .into_iter()
        .flatten()
        .filter(|folder| folder.parent().is_some())
        .map(|folder| format!("{}/", folder.display()))
        .collect();
    for (path, text) in files(".", "")? {
        let found = places.iter().find(|place| text.contains(place.as_str()));
        assert_eq!(found, None, "{path} holds a path of this machine");
    }
    Ok(())
}

#[test]
fn the_workflow_of_a_server_is_the_command_of_the_readme() -> Result<()> {
    let script = fs::read_to_string(workspace().join(".ci/run"))?;
    let readme = fs::read_to_string(workspace().join("README.md"))?;
    let command = script.lines().rev().find_map(|line| line.strip_prefix("exec ")).context("no exec in .ci/run")?;
    let blocks: Vec<&str> = readme.split("```sh\n").skip(1).filter_map(|b| b.split("```").next()).collect();
    assert!(blocks.iter().any(|block| block.trim() == command), "the README tests in another way than `{command}`");
    Ok(())
}
