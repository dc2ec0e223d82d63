//! The tests that the documents on safety and security name are there.

use std::collections::BTreeSet;
use std::fs;

use anyhow::Result;
use tests::workspace;

use crate::sources::files;

const DOCUMENTS: [&str; 2] = ["SECURITY.md", "docs/hazard-log.md"];

/// Every name of a test that a text gives: small letters with at least two underscores, in code letters.
fn named(text: &str) -> BTreeSet<&str> {
    let quoted = text.split('`').skip(1).step_by(2);
    let is_name = |word: &&str| {
        word.matches('_').count() >= 2
            && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
    };
    quoted.filter(is_name).collect()
}

#[test]
fn every_test_that_the_documents_name_exists() -> Result<()> {
    let sources = files(".", ".rs")?;
    for path in DOCUMENTS {
        let text = fs::read_to_string(workspace().join(path))?;
        let names = named(&text);
        assert!(names.len() > 20, "{path} names {} tests", names.len());
        let written = |name: &&str| !sources.iter().any(|(_, code)| code.contains(&format!("fn {name}(")));
        let missing: Vec<&str> = names.into_iter().filter(written).collect();
        assert!(missing.is_empty(), "{path} names tests that are not there: {missing:?}");
    }
    Ok(())
}
