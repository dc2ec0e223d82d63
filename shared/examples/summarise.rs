//! Prints what a person reads of an IPS document, as JSON; of several documents about one person, as one record.
//!
//! `summarise FILE [FILE …] [--role crew|carer|nurse] [--nhs-number N] [--today YYYY-MM-DD]`. Exit code 2, with one line on stderr, for what is no
//! patient summary or is about somebody else; 1 for a wrong call.

use std::io::Write;
use std::process::ExitCode;

use jiff::civil::Date;
use shared::fhir::{Document, check_subject};
use shared::identity::{Demographics, NhsNumber, PatientId, Role};
use shared::summary::{Source, summarise_all};

const USAGE: &str = "usage: summarise FILE [FILE …] [--role crew|carer|nurse] [--nhs-number N] [--today YYYY-MM-DD]";

struct Call {
    files: Vec<String>,
    role: Role,
    nhs_number: Option<NhsNumber>,
    today: Date,
}

/// A message for the person and the exit code.
struct Stop(u8, String);

fn main() -> ExitCode {
    match run() {
        Ok(json) => finish(&mut std::io::stdout(), &json, ExitCode::SUCCESS),
        Err(Stop(code, message)) => finish(&mut std::io::stderr(), &message, ExitCode::from(code)),
    }
}

fn finish(out: &mut impl Write, line: &str, code: ExitCode) -> ExitCode {
    // A reader that closed the pipe has what it wanted.
    writeln!(out, "{line}").map_or(ExitCode::FAILURE, |()| code)
}

fn run() -> Result<String, Stop> {
    let call = parse(std::env::args().skip(1).collect())?;
    let read = |file: &String| document(file, call.nhs_number);
    let documents: Vec<Document> = call.files.iter().map(read).collect::<Result<_, _>>()?;
    // One document needs no name; several are named after their files.
    let name = |file: &String| if documents.len() > 1 { stem(file) } else { String::new() };
    let sources: Vec<Source<'_>> = documents
        .iter()
        .zip(&call.files)
        .map(|(document, file)| Source { document, name: name(file), retrieved: String::new() })
        .collect();
    let summary = summarise_all(&sources, call.role, call.today);
    serde_json::to_string_pretty(&summary).map_err(|e| Stop(2, e.to_string()))
}

fn document(file: &str, number: Option<NhsNumber>) -> Result<Document, Stop> {
    let bytes = std::fs::read(file).map_err(|e| Stop(2, format!("{file}: {e}")))?;
    let refused = |reason: &dyn std::fmt::Display| Stop(2, format!("{file}: {reason}"));
    let document = Document::read(&bytes).map_err(|e| refused(&e))?;
    if let Some(number) = number {
        check_subject(&document, &asked_for(number)).map_err(|e| refused(&e))?;
    }
    Ok(document)
}

fn stem(file: &str) -> String {
    std::path::Path::new(file).file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

fn asked_for(number: NhsNumber) -> Demographics {
    Demographics {
        patient: PatientId::new(""),
        nhs_number: Some(number),
        nhs_number_verified: false,
        family: String::new().into(),
        given: String::new().into(),
        birth_date: String::new().into(),
        gender: String::new().into(),
        address: String::new().into(),
        identifiers: Vec::new().into(),
    }
}

fn parse(arguments: Vec<String>) -> Result<Call, Stop> {
    let usage = || Stop(1, USAGE.to_owned());
    let mut call =
        Call { files: Vec::new(), role: Role::EmergencyClinician, nhs_number: None, today: jiff::Zoned::now().date() };
    let mut rest = arguments.into_iter();
    while let Some(argument) = rest.next() {
        match argument.as_str() {
            "--role" => call.role = role(&rest.next().ok_or_else(usage)?).ok_or_else(usage)?,
            "--nhs-number" => {
                let number = NhsNumber::parse(&rest.next().ok_or_else(usage)?);
                call.nhs_number = Some(number.map_err(|e| Stop(1, e.to_string()))?);
            }
            "--today" => call.today = rest.next().and_then(|d| d.parse().ok()).ok_or_else(usage)?,
            option if option.starts_with("--") => return Err(usage()),
            _ => call.files.push(argument),
        }
    }
    if call.files.is_empty() { Err(usage()) } else { Ok(call) }
}

fn role(name: &str) -> Option<Role> {
    match name {
        "crew" => Some(Role::EmergencyClinician),
        "carer" => Some(Role::DomiciliaryCarer),
        "nurse" => Some(Role::CareTeamClinician),
        other => Role::from_code(other).ok(),
    }
}
