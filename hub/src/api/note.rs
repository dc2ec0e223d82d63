//! A note as it comes in: who may send it, and what it must be.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::Value;
use shared::identity::Staff;
use shared::note::{MAX_TEXT_BYTES, Note, NoteError, SYSTEM, from_document_reference};

use super::problem::Problem;

/// A note that may be stored.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) resource: Value,
    /// The value of its identifier, made by the device that wrote it.
    pub(super) identifier: String,
    pub(super) patient: String,
    /// When it was written, by the device's clock.
    pub(super) authored: Timestamp,
    /// Why the privacy officer is to look at it.
    pub(super) held: Option<&'static str>,
}

impl Draft {
    /// Checks a note against its author, its condition and its form.
    pub(super) fn read(resource: &Value, request: &Value, staff: &Staff) -> Result<Self, Problem> {
        check_form(resource)?;
        let note = parse(resource)?;
        if note.author.id != staff.id || !super::records::is_author(resource, staff) {
            return Err(Problem::forbidden("The author of the note is not the person signed in."));
        }
        let identifier = identifier_of(resource)?;
        let expected = format!("identifier={SYSTEM}|{identifier}");
        if request["ifNoneExist"] != expected {
            return Err(Problem::unprocessable("A note needs ifNoneExist with its own identifier."));
        }
        let authored = note.authored;
        Ok(Self { resource: resource.clone(), identifier, patient: note.patient.to_string(), authored, held: None })
    }
}

fn parse(resource: &Value) -> Result<Note, Problem> {
    from_document_reference(resource, |text| STANDARD.decode(text).ok()).map_err(|error| {
        Problem::unprocessable(match error {
            NoteError::Text => "The text of the note is not base64 of UTF-8.",
            NoteError::Missing(_) => "The note lacks an identifier, a patient, an author, a time or a text.",
            NoteError::NotADocumentReference | NoteError::NotANote => "The note is not a DocumentReference.",
        })
    })
}

fn check_form(resource: &Value) -> Result<(), Problem> {
    let [content] = resource["content"].as_array().map(Vec::as_slice).unwrap_or_default() else {
        return Err(Problem::unprocessable("A note has exactly one content."));
    };
    let attachment = &content["attachment"];
    if !is_plain_text(attachment["contentType"].as_str().unwrap_or_default()) || !attachment["url"].is_null() {
        return Err(Problem::unprocessable("The content of a note is text/plain, inline."));
    }
    // Four letters of base64 for every three bytes.
    if attachment["data"].as_str().map_or(0, str::len) > MAX_TEXT_BYTES.div_ceil(3) * 4 {
        return Err(Problem::too_long("A note may have 64 KiB of text."));
    }
    if resource["status"] != "current" || !resource["modifierExtension"].is_null() {
        return Err(Problem::unprocessable("A note has the status current and no modifier extension."));
    }
    if !resource["relatesTo"].is_null() {
        return Err(Problem::unprocessable("Corrections of a note are not accepted yet: send another note."));
    }
    Ok(())
}

/// `text/plain`, in UTF-8 when it says.
fn is_plain_text(kind: &str) -> bool {
    let mut parts = kind.split(';').map(str::trim);
    let plain = parts.next().is_some_and(|kind| kind.eq_ignore_ascii_case("text/plain"));
    plain && parts.all(|parameter| parameter.eq_ignore_ascii_case("charset=utf-8"))
}

fn identifier_of(resource: &Value) -> Result<String, Problem> {
    let mut own = resource["identifier"].as_array().into_iter().flatten().filter(|i| i["system"] == SYSTEM);
    match (own.next().and_then(|i| i["value"].as_str()), own.next()) {
        (Some(value), None) => Ok(value.to_owned()),
        _ => Err(Problem::unprocessable("A note has exactly one identifier of its own.")),
    }
}

/// Whether what came is what is stored, sent again.
pub(super) fn same_note(stored: &Value, sent: &Value) -> bool {
    let who = |note: &Value| note["contained"][0]["practitioner"]["identifier"].clone();
    let fields = ["subject", "date", "content"];
    fields.iter().all(|field| stored[*field] == sent[*field]) && who(stored) == who(sent)
}

/// Whether every author among the agents of a Provenance is `staff`, and there is one.
pub(super) fn agents_name(provenance: &Value, staff: &Staff) -> bool {
    let agents = provenance["agent"].as_array().into_iter().flatten();
    let mut authors = agents
        .filter(|agent| crate::consent::codings(&agent["type"]).any(|coding| coding["code"] == "author"))
        .map(|agent| &agent["who"]["identifier"])
        .peekable();
    authors.peek().is_some() && authors.all(|who| who["system"] == Staff::SYSTEM && who["value"] == staff.id.as_str())
}
