//! Every promise of the project has a test of its name. `invariants.txt` lists both.

use anyhow::Result;

use crate::sources::files;

const PROMISES: &str = include_str!("invariants.txt");

/// Names of all test functions of the workspace.
fn tests() -> Result<Vec<String>> {
    let mut names = Vec::new();
    for (_, text) in files(".", ".rs")? {
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        for (at, line) in lines.iter().enumerate().filter(|(_, line)| is_test(line)) {
            let function = lines[at..].iter().find_map(|line| line.split("fn ").nth(1));
            let name = function.and_then(|rest| rest.split('(').next()).unwrap_or(line);
            names.push(name.to_owned());
        }
    }
    Ok(names)
}

fn is_test(line: &str) -> bool {
    line.starts_with("#[test]") || line.starts_with("#[tokio::test")
}

#[test]
fn every_promise_has_its_tests() -> Result<()> {
    let known = tests()?;
    let mut promise = None;
    let mut held = 0;
    for line in PROMISES.lines().filter(|line| !line.starts_with('#')) {
        match line.strip_prefix("  ") {
            Some(name) => {
                assert!(known.iter().any(|test| test == name), "{promise:?}: there is no test {name}");
                held += 1;
            }
            None if line.is_empty() => assert!(promise.is_none() || held > 0, "{promise:?} has no test"),
            None => (promise, held) = (Some(line), 0),
        }
    }
    assert!(held > 0, "{promise:?} has no test");
    Ok(())
}
