//! The example `summarise` as a process: its exit codes, its one line, and that its header names all it prints.
#![expect(clippy::expect_used, reason = "an example that cannot be run must stop the test")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use serde_json::{Value, json};

const HEADER: &str = include_str!("../examples/summarise.rs");

/// The example, built when this test alone was asked for.
fn example() -> &'static PathBuf {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let build =
            Command::new(env!("CARGO")).args(["build", "-q", "-p", "shared", "--example", "summarise"]).status();
        assert!(build.expect("cargo runs").success());
        let this = std::env::current_exe().expect("a path");
        let folder = this.parent().and_then(Path::parent).expect("target/debug/deps").join("examples");
        folder.join(format!("summarise{}", std::env::consts::EXE_SUFFIX))
    })
}

fn run(name: &str, bytes: &[u8], options: &[&str]) -> Output {
    let file = std::env::temp_dir().join(format!("doorstep-summarise-{}-{name}.json", std::process::id()));
    std::fs::write(&file, bytes).expect("a file");
    let out = Command::new(example()).arg(&file).args(options).output().expect("the example runs");
    let _ = std::fs::remove_file(&file);
    out
}

/// Exit code and what was said on stderr, without its line break.
fn refused(name: &str, bytes: &[u8], options: &[&str]) -> (Option<i32>, String) {
    let out = run(name, bytes, options);
    assert!(out.stdout.is_empty(), "{name}");
    (out.status.code(), String::from_utf8_lossy(&out.stderr).trim_end().to_owned())
}

fn document() -> Vec<u8> {
    json!({"resourceType": "Bundle", "entry": [
        {"resource": {"resourceType": "Composition", "type": {"coding": [{"code": "60591-5"}]}, "subject": {"reference": "Patient/p"},
            "section": [{"code": {"coding": [{"code": "48765-2"}]}, "text": {"div": "<p>Latex</p>"}, "entry": [{"reference": "AllergyIntolerance/a"}]}]}},
        {"resource": {"resourceType": "Patient", "id": "p", "identifier": [{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": "9434765919"}]}},
        {"resource": {"resourceType": "AllergyIntolerance", "id": "a", "code": {"text": "Latex"}, "criticality": "high"}},
        {"resource": {"id": "what"}}]})
    .to_string()
    .into_bytes()
}

#[test]
fn what_is_no_summary_ends_with_2_and_one_line() {
    for (name, bytes) in [
        ("empty", &b""[..]),
        ("xml", b"<Bundle/>"),
        ("cut", b"{\"resourceType\": \"Bundle\", \"entry\": ["),
        ("comma", b"{\"resourceType\": \"Bundle\",, \"entry\": []}"),
        ("list", b"[1, 2]"),
        ("patient", b"{\"resourceType\": \"Patient\"}"),
        (
            "no-composition",
            b"{\"resourceType\": \"Bundle\", \"entry\": [{\"resource\": {\"resourceType\": \"Patient\"}}]}",
        ),
        ("utf16", b"\xff\xfe{\x00}\x00"),
    ] {
        let (code, said) = refused(name, bytes, &[]);
        assert_eq!(code, Some(2), "{name}: {said}");
        assert!(said.lines().count() == 1 && said.contains(name), "{name}: {said}");
    }
    let gone = Command::new(example()).arg("/nowhere/at/all.json").output().expect("the example runs");
    assert_eq!(gone.status.code(), Some(2));
}

#[test]
fn a_document_about_somebody_else_is_refused_and_the_right_one_is_not() {
    for (number, expected) in [("9876543210", "another NHS number"), ("1234567890", "")] {
        let (code, said) = refused("other", &document(), &["--nhs-number", number]);
        assert!(code == Some(2) && said.contains(expected) && said.lines().count() == 1, "{number}: {said}");
    }
    assert!(run("right", &document(), &["--nhs-number", "943 476 5919"]).status.success());
}

#[test]
fn a_wrong_call_ends_with_1() {
    for options in [&["--role", "cook"][..], &["--role"], &["--colour"], &["--today", "yesterday"]] {
        assert_eq!(refused("call", &document(), options).0, Some(1), "{options:?}");
    }
}

#[test]
fn the_header_names_every_member_that_is_printed() {
    for role in ["crew", "carer", "nurse"] {
        let out = run(role, &document(), &["--role", role]);
        let summary: Value = serde_json::from_slice(&out.stdout).expect("JSON");
        assert_eq!(summary["unread"][0]["reason"], "it does not say what it is");
        for name in names(&summary) {
            assert!(HEADER.contains(&format!("`{name}`")), "{name} is not in the header of the example");
        }
    }
}

fn names(value: &Value) -> BTreeSet<String> {
    let (mut found, mut waiting) = (BTreeSet::new(), vec![value]);
    while let Some(next) = waiting.pop() {
        match next {
            Value::Array(list) => waiting.extend(list),
            Value::Object(map) => {
                found.extend(map.keys().cloned());
                waiting.extend(map.values());
            }
            _ => {}
        }
    }
    found
}
