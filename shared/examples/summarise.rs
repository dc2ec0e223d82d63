//! Prints what a person reads of an IPS document, as JSON; of several documents about one person, as one record.
//!
//! `summarise FILE [FILE …] [--role crew|carer|nurse] [--nhs-number N] [--today YYYY-MM-DD]`
//!
//! Exit code 0 with the JSON on stdout; 2 with one line on stderr for what is no patient summary, cannot be read, or is
//! not about the person of `--nhs-number`; 1 for a wrong call. Without `--nhs-number` nobody checks whose document it is.
//!
//! # The shape
//!
//! Stable: members are added, never renamed or removed. Every member is always there. Words are for people and may
//! change; codes, states and statuses do not. A text is empty (`""`) when the document does not say. Dates are as
//! written, whole or partial (`2015`, `2016-10`, an instant).
//!
//! - `patient`: `name` (`SURNAME, Given`, else `Name not recorded`, `Name withheld`, `Not clear whose record this is`),
//!   `birth_date`, `gender`, `nhs_number` (ten digits or null), `identifiers` (`system|value`), `address`, `telecom`
//! - `composed`, `author`: when and by whom the (first) document was made
//! - `notices`: what is to be known about the document as a whole, the loudest first: `severity`
//!   (`danger`, `warning`, `info`), `code` and `text`. Codes: `incomplete` (something could not be read or is not in the
//!   document), `withheld`, `restricted`, `narrative-only`, `not-listed`, `contradiction`, `modified` (a modifier that
//!   nobody here knows), `no-patient`, `subject-unclear`, `several-patients`, `several-documents`, `deceased`,
//!   `inactive-person`, `replaced`, `other-names`, `preliminary`, `amended`, `entered-in-error`, `patient-reported`,
//!   `future-date`, `not-a-summary`, and of several documents `disagreement`, `person-differs` and `no-document`
//! - `glance`: what must be seen first, in the order of the role: `kind` (`safety`, `access`, `cpr`, `allergy`,
//!   `critical-medicine`, `device`, `pregnancy`, `preferred-place`, `just-in-case`, `baseline`, `contact`; there is
//!   always one of `cpr` and of `allergy`), `text`, `detail`, `age` (date of the fact), `source` (who says so), `alert`
//!   (a danger as such), `item` (section index and item index it was made of, or null for a line about the document),
//!   `also` (further such paths), `disagreement`, `review_overdue`
//! - `sections`: each with `code` (LOINC or `""`), `title`, `statement` (a sentence, where the state needs one),
//!   `narrative` (sanitised HTML), `items`, and `state`:
//!   - `listed`: there are items that name something; `statement` says what is missing beside them
//!   - `none-known`: a coded statement that there is nothing, borne out by the rest of the document
//!   - `not-recorded`: nobody asked, nobody knows, words only, or in part only; `nilknown` of a system is this as well
//!   - `withheld`: there may be something that is not shown
//!   - `unreadable`: there is something that could not be read or checked: dangling references, a damaged entry, text
//!     without codes, a statement of none that something contradicts
//!   - `not-provided`: the document has no such section. Allergies (`48765-2`), advance directives (`42348-3`), medicines
//!     (`10160-0`) and problems (`11450-4`) always have one
//! - an item: `text`, `detail`, `criticality` (`high`, `low`, `unable-to-assess`, `""`, or what was written), `dates`
//!   (each with its meaning: `onset 2015`), `when` (the date that tells its age), `source`, `listed_in_section`,
//!   `read_the_source` (a line cannot say it all), `codes` (`system|code`), `resource_type`, `entry` (index in the
//!   bundle, entries of a Bundle inside it counted in its place), `document` (index into `sources`), `gated` (words with
//!   an access code in clear, for a gated reveal; `text` and `detail` have it masked), `also` (the same said elsewhere:
//!   `document`, `entry`, `source`, `listed_in_section`), `disagreement`, `review_overdue`, and `status`:
//!   - `active`: holds now, or was done; `inactive`: held once (resolved, in remission, completed, on hold, superseded)
//!   - `stopped`: stopped, cancelled, not taken, revoked; `not-to-be-given`: an order that forbids (`doNotPerform`)
//!   - `refuted`: looked into and not so, or rejected; `entered-in-error`: written by mistake
//!   - `negative`: says that something is not there, was not given or not done
//!   - `unknown`: not said, or said in a way that nobody here knows; a medicine that was dispensed or given
//! - `unread`: entries that could not be read: `document`, `entry`, `resource_type` (as far as it tells), `reason`, `raw`
//!   (at most 4 KB). Never filled without a notice `incomplete`
//! - `context`: entries that only serve others (Composition, Patient, people, organisations, the Medication of a
//!   statement): `document`, `entry`, `resource_type`, `text`. Every entry of the bundle is an item, unread, or context
//! - `sources`: the documents, in the order of the call: `name`, `composed`, `author`, `retrieved`

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
                // No document can be about a number that nobody has.
                call.nhs_number = Some(number.map_err(|e| Stop(2, e.to_string()))?);
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
