//! The example `decide` as a process: the owner's golden rows where they are at hand, rows of our own always.
#![expect(clippy::expect_used, reason = "a table that cannot be read must stop the test")]

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

/// The example, built when this test alone was asked for.
fn example() -> &'static PathBuf {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let build = Command::new(env!("CARGO")).args(["build", "-q", "-p", "shared", "--example", "decide"]).status();
        assert!(build.expect("cargo runs").success());
        let this = std::env::current_exe().expect("a path");
        let folder = this.parent().and_then(Path::parent).expect("target/debug/deps").join("examples");
        folder.join(format!("decide{}", std::env::consts::EXE_SUFFIX))
    })
}

/// Runs the example on a table.
fn decide(arguments: &[&str], table: &str) -> Output {
    let mut child = Command::new(example())
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the example runs");
    let mut stdin = child.stdin.take().expect("a pipe");
    // A wrong call ends without reading.
    let _ = stdin.write_all(table.as_bytes());
    drop(stdin);
    child.wait_with_output().expect("an end")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

/// What was printed when all was well.
fn answers(arguments: &[&str], table: &str) -> String {
    let out = decide(arguments, table);
    assert!(out.status.success(), "{}", text(&out.stderr));
    text(&out.stdout)
}

/// The golden rows: beside the corpus, or in the folder named by `DOORSTEP_VECTORS`.
fn golden(file: &str) -> Option<String> {
    let folder = std::env::var_os("DOORSTEP_VECTORS")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(std::env::var_os("DOORSTEP_CORPUS")?).parent()?.join("vectors")))?;
    let found = std::fs::read_to_string(folder.join(file)).ok();
    if found.is_none() {
        let _ = writeln!(std::io::stderr(), "SKIPPED {file}: set DOORSTEP_VECTORS or DOORSTEP_CORPUS");
    }
    found
}

/// The columns of a table that stand behind the input ones, header and all.
fn output_columns(table: &str, names: &[&str]) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let header = reader.headers().expect("a header").clone();
    let at: Vec<_> = names.iter().map(|n| header.iter().position(|h| h == *n).expect("the column")).collect();
    let rows = reader.records().map(|row| row.expect("a row"));
    rows.map(|row| at.iter().map(|at| row[*at].to_owned()).collect()).collect()
}

#[test]
fn every_golden_row_comes_out_as_it_stands_there() {
    let outputs = ["decision", "dataset", "residual", "reason", "obligations"];
    if let Some(table) = golden("consent-vectors.csv") {
        let (said, expected) = (answers(&[], &table), output_columns(&table, &outputs));
        assert!(expected.len() > 800);
        assert_eq!(output_columns(&said, &outputs), expected);
    }
    if let Some(table) = golden("resource-vectors.csv") {
        let (said, expected) = (answers(&["--resources"], &table), output_columns(&table, &["result"]));
        assert!(expected.len() >= 70);
        assert_eq!(output_columns(&said, &["result"]), expected);
    }
}

const HEADER: &str = "role,purpose,record,refusal,tierE,tierS,tierL,in_scope_org,basis,btg_in_consent,emergency_none\n";

#[test]
fn own_rows_are_answered_in_any_order_of_the_columns() {
    let rows = "\
        emergency,ETREAT,open,False,permit,none,none,True,care_team,False,ask\n\
        emergency,BTG,open,False,none,none,none,False,incapable,False,ask\n\
        care_team,HRESCH,open,False,permit,permit,permit,True,care_team,True,implied\n\
        dom_carer,CAREMGT,none,False,none,none,none,False,care_team,False,ask\n";
    let expected = "decision,dataset,residual,reason,obligations\n\
        PERMIT,emergency,\"forbid R,V\",tier-emergency,audit|lease-12h\n\
        PERMIT,emergency,forbid V,break-glass,audit|step-up|reason-text|notify-privacy-officer|notify-patient|lease-1h|no-redisclosure\n\
        DENY,-,-,role-not-permitted-for-purpose,audit\n\
        NOT_FOUND,-,-,no-record,audit\n";
    assert_eq!(answers(&[], &format!("{HEADER}{rows}")), expected);
    let turned: String = format!("{HEADER}{rows}")
        .lines()
        .map(|line| {
            let mut cells: Vec<_> = line.split(',').rev().collect();
            cells.insert(3, "whatever");
            cells.join(",") + "\n"
        })
        .collect();
    assert_eq!(answers(&[], &turned), expected, "reversed, with a column nobody knows");
    assert_eq!(answers(&[], HEADER), "decision,dataset,residual,reason,obligations\n", "no rows");
}

#[test]
fn what_is_missing_or_unknown_stops_it_with_one_line() {
    let good = "emergency,ETREAT,open,False,permit,none,none,True,care_team,False,ask";
    let cell = |at: usize, value: &str| {
        let mut cells: Vec<_> = good.split(',').collect();
        cells[at] = value;
        format!("{HEADER}{good}\n{}\n", cells.join(","))
    };
    let columns: Vec<_> = HEADER.trim().split(',').collect();
    let mut wrong: Vec<(String, String)> = vec![];
    for (at, column) in columns.iter().enumerate() {
        wrong.push((cell(at, ""), format!("row 2: column {column} is missing")));
        wrong.push((cell(at, "maybe "), format!("row 2: column {column} has the unknown value \"maybe \"")));
    }
    wrong.push((format!("{HEADER}emergency,ETREAT,open\n"), "row 1: column refusal is missing".to_owned()));
    wrong.push((format!("{HEADER}{good},x\n"), "row 1: a value too many behind column emergency_none".to_owned()));
    wrong.push((HEADER.replace("basis,", ""), "header: column basis is missing".to_owned()));
    wrong.push((HEADER.replace("tierE", "tierS"), "header: column \"tierS\" stands there twice".to_owned()));
    wrong.push((String::new(), "header: column role is missing".to_owned()));
    for (table, expected) in wrong {
        let out = decide(&[], &table);
        assert_eq!((out.status.code(), text(&out.stderr)), (Some(2), format!("{expected}\n")));
        assert!(out.stdout.is_empty(), "half a table could be taken for the whole");
    }
    assert_eq!(decide(&["--all"], "").status.code(), Some(1));
}
