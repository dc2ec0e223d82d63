//! Decides rows of a table: CSV on standard input, CSV on standard output, in the order of the rows.
//!
//! `decide < rows.csv` reads `role,purpose,record,refusal,tierE,tierS,tierL,in_scope_org,basis,btg_in_consent,emergency_none`
//! and prints `decision,dataset,residual,reason,obligations` (`-` for none, obligations joined by `|`).
//! `decide --resources < rows.csv` reads `decision,residual,label,nested_permit,kind` and prints `result`.
//! Columns are found by name; others are ignored. Exit code 2, one line on stderr and nothing on stdout for a value
//! that is missing or not known; 1 for a wrong call.

use std::collections::HashMap;
use std::io::Write;
use std::process::ExitCode;

use csv::{ReaderBuilder, StringRecord, Trim, Writer};
use shared::consent::{
    Basis, Choice, Dataset, Decision, EmergencyNone, Kind, Label, Outcome, Purpose, Reason, RecordState, Request,
    Residual, Tiers, Treatment, decide, treat,
};
use shared::identity::Role;

const USAGE: &str = "usage: decide [--resources] < rows.csv";
const REQUEST: [&str; 11] = [
    "role",
    "purpose",
    "record",
    "refusal",
    "tierE",
    "tierS",
    "tierL",
    "in_scope_org",
    "basis",
    "btg_in_consent",
    "emergency_none",
];
const RESOURCE: [&str; 5] = ["decision", "residual", "label", "nested_permit", "kind"];

/// A message for the person and the exit code.
struct Stop(u8, String);

fn main() -> ExitCode {
    match run() {
        Ok(table) => finish(&mut std::io::stdout(), &table, ExitCode::SUCCESS),
        Err(Stop(code, message)) => finish(&mut std::io::stderr(), format!("{message}\n").as_bytes(), code.into()),
    }
}

fn finish(out: &mut impl Write, text: &[u8], code: ExitCode) -> ExitCode {
    // A reader that closed the pipe has what it wanted.
    out.write_all(text).map_or(ExitCode::FAILURE, |()| code)
}

fn run() -> Result<Vec<u8>, Stop> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => table(&REQUEST, &["decision", "dataset", "residual", "reason", "obligations"], |row| {
            Ok(answer(&request(row)?))
        }),
        ["--resources"] => table(&RESOURCE, &["result"], |row| Ok([treatment(row)?])),
        _ => Err(Stop(1, USAGE.to_owned())),
    }
}

/// Reads every row before a word is printed: half a table could be taken for the whole.
fn table<const N: usize>(
    needed: &[&str],
    header: &[&str; N],
    decided: impl Fn(&Row<'_>) -> Result<[String; N], Stop>,
) -> Result<Vec<u8>, Stop> {
    let mut reader = ReaderBuilder::new().trim(Trim::Headers).flexible(true).from_reader(std::io::stdin().lock());
    let names = reader.headers().map_err(|e| unreadable(&e))?.clone();
    let columns = columns(&names, needed)?;
    let mut writer = Writer::from_writer(Vec::new());
    writer.write_record(header).map_err(|e| unreadable(&e))?;
    for (at, record) in reader.records().enumerate() {
        let record = record.map_err(|e| unreadable(&e))?;
        same_width(&record, &names, at + 1)?;
        let answer = decided(&Row { number: at + 1, columns: &columns, record: &record })?;
        writer.write_record(answer).map_err(|e| unreadable(&e))?;
    }
    writer.into_inner().map_err(|e| Stop(1, e.to_string()))
}

fn unreadable(error: &csv::Error) -> Stop {
    Stop(2, format!("the table cannot be read: {error}"))
}

/// A comma too many or too few would move every value behind it under another name.
fn same_width(record: &StringRecord, names: &StringRecord, row: usize) -> Result<(), Stop> {
    if record.len() > names.len() {
        return Err(Stop(2, format!("row {row}: a value too many behind column {}", &names[names.len() - 1])));
    }
    let missing = names.get(record.len());
    missing.map_or(Ok(()), |name| Err(Stop(2, format!("row {row}: column {name} is missing"))))
}

fn columns(header: &StringRecord, needed: &[&str]) -> Result<HashMap<String, usize>, Stop> {
    let mut columns = HashMap::new();
    for (at, name) in header.iter().enumerate() {
        if columns.insert(name.to_owned(), at).is_some() {
            return Err(Stop(2, format!("header: column {name:?} stands there twice")));
        }
    }
    let missing = needed.iter().find(|name| !columns.contains_key(**name));
    missing.map_or(Ok(columns), |name| Err(Stop(2, format!("header: column {name} is missing"))))
}

/// One line of the table behind the header; the first is row 1.
struct Row<'a> {
    number: usize,
    columns: &'a HashMap<String, usize>,
    record: &'a StringRecord,
}

impl Row<'_> {
    fn text(&self, column: &str) -> Result<&str, Stop> {
        let found = self.columns.get(column).and_then(|at| self.record.get(*at));
        found.filter(|value| !value.is_empty()).ok_or_else(|| self.stop(column, "is missing"))
    }

    /// The value of a column by its code; nothing that is not known is read as a near one.
    fn code<T, E>(&self, column: &str, read: impl Fn(&str) -> Result<T, E>) -> Result<T, Stop> {
        let value = self.text(column)?;
        read(value).map_err(|_| self.stop(column, &format!("has the unknown value {value:?}")))
    }

    fn yes(&self, column: &str) -> Result<bool, Stop> {
        self.code(column, |value| match value {
            "True" | "true" => Ok(true),
            "False" | "false" => Ok(false),
            _ => Err(()),
        })
    }

    fn stop(&self, column: &str, what: &str) -> Stop {
        Stop(2, format!("row {}: column {column} {what}", self.number))
    }
}

fn request(row: &Row<'_>) -> Result<Request, Stop> {
    Ok(Request {
        role: row.code("role", Role::from_code)?,
        purpose: row.code("purpose", purpose)?,
        record: row.code("record", RecordState::from_code)?,
        refused_now: row.yes("refusal")?,
        tiers: Tiers {
            emergency: row.code("tierE", Choice::from_code)?,
            care_setting: row.code("tierS", Choice::from_code)?,
            long_term: row.code("tierL", Choice::from_code)?,
        },
        organisation_in_consent: row.yes("in_scope_org")?,
        basis: row.code("basis", Basis::from_code)?,
        break_glass_in_consent: row.yes("btg_in_consent")?,
        emergency_none: row.code("emergency_none", EmergencyNone::from_code)?,
    })
}

/// A purpose that no role here serves (`HPAYMT`, `HRESCH` …) is decided like any other, with a refusal. What has not
/// even the shape of such a code is a mistake in the table.
fn purpose(code: &str) -> Result<Option<Purpose>, ()> {
    let shaped = code.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'-');
    if shaped { Ok(Purpose::from_code(code).ok()) } else { Err(()) }
}

fn answer(request: &Request) -> [String; 5] {
    let decision = decide(request);
    let duties: Vec<_> = decision.obligations.iter().map(|duty| duty.code()).collect();
    [
        decision.outcome.code().to_owned(),
        decision.dataset.map_or("-", Dataset::code).to_owned(),
        decision.residual.map_or("-", Residual::code).to_owned(),
        decision.reason.code().to_owned(),
        duties.join("|"),
    ]
}

fn treatment(row: &Row<'_>) -> Result<String, Stop> {
    let residual = |code: &str| if code == "-" { Ok(None) } else { Residual::from_code(code).map(Some) };
    let outcome = row.code("decision", Outcome::from_code)?;
    // Which reason and which dataset makes no difference to one resource.
    let decision = Decision {
        outcome,
        dataset: None,
        residual: row.code("residual", residual)?,
        reason: Reason::TierEmergency,
        obligations: vec![],
    };
    let label = row.code("label", Label::from_code)?;
    Ok(match treat(&decision, label, row.yes("nested_permit")?, row.code("kind", kind)?) {
        Treatment::Show => "SHOW",
        Treatment::Redact => "REDACT",
        Treatment::Withhold => "WITHHOLD",
    }
    .to_owned())
}

fn kind(code: &str) -> Result<Kind, ()> {
    match code {
        "allergy" => Ok(Kind::Allergy),
        "safety_flag" => Ok(Kind::SafetyFlag),
        "other" => Ok(Kind::Other),
        _ => Err(()),
    }
}
