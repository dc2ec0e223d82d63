//! A note as it comes in: who may send it, and what it must be.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use shared::identity::{DeviceId, Staff};
use shared::note::{
    Content, MAX_TEXT_BYTES, Note, NoteError, PART_SYSTEM, RECEIVED_EXTENSION, Refusal, SYSTEM, belongs_to,
    from_resources, to_transaction,
};
use uuid::Uuid;

use super::problem::Problem;
use super::quarantine;

/// What a note may consist of.
pub(crate) const NOTE_TYPES: [&str; 5] =
    ["DocumentReference", "Observation", "Flag", "Task", "MedicationAdministration"];

/// A note that may be stored.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) note: Note,
    /// Its resources; the one that stands for the note itself first.
    pub(super) parts: Vec<Part>,
    /// Why the privacy officer is to look at it.
    pub(super) held: Option<&'static str>,
}

/// One resource of a note.
#[derive(Debug)]
pub(super) struct Part {
    /// Its place in the transaction.
    pub(super) at: usize,
    /// What the rest of the transaction calls it.
    pub(super) url: String,
    pub(super) identifier: (&'static str, String),
    pub(super) resource: Value,
}

impl Draft {
    /// Checks a note against its author, its condition and its form. `entries`: those of one note, with their places.
    pub(super) fn read(entries: &[(usize, &Value)], staff: &Staff) -> Result<Self, Problem> {
        let mut parts = entries.iter().map(|(at, entry)| Part::read(*at, entry)).collect::<Result<Vec<_>, _>>()?;
        parts.sort_by_key(|part| part.identifier.0 != SYSTEM);
        let own = parts.first().filter(|part| part.identifier.0 == SYSTEM).ok_or_else(no_identifier)?;
        let in_words = own.resource["resourceType"] == "DocumentReference";
        parts.iter().try_for_each(|part| check_form(&part.resource))?;
        let mut note = parse(&parts.iter().map(|part| &part.resource).collect::<Vec<_>>())?;
        if note.author.id != staff.id || parts.iter().any(|part| !super::records::is_author(&part.resource, staff)) {
            return Err(Problem::forbidden("The author of the note is not the person signed in."));
        }
        if own.identifier.1 != note.id.to_string() {
            return Err(no_identifier());
        }
        if !in_words && !is_as_written(&note, entries) {
            return Err(Problem::unprocessable(
                "A part of this note is in a form that is not read here, and nothing is stored unread. Update the app, \
                 then send it again.",
            ));
        }
        // What the sender says of their own role opens nothing.
        note.author.role = staff.role;
        note.check().map_err(refused)?;
        Ok(Self { note, parts, held: None })
    }

    pub(super) fn patient(&self) -> &str {
        self.note.patient.as_str()
    }

    /// Whether a `urn:uuid:…` is one of its resources.
    pub(super) fn has(&self, url: &str) -> bool {
        self.parts.iter().any(|part| part.url == url)
    }
}

impl Part {
    fn read(at: usize, entry: &Value) -> Result<Self, Problem> {
        let (request, resource) = (&entry["request"], &entry["resource"]);
        let identifier = identifier_of(resource)?;
        if request["ifNoneExist"] != format!("identifier={}|{}", identifier.0, identifier.1) {
            return Err(Problem::unprocessable("A note needs ifNoneExist with its own identifier."));
        }
        let url = entry["fullUrl"].as_str().filter(|url| url.starts_with("urn:uuid:"));
        let url = url.ok_or_else(|| Problem::invalid("A note needs a fullUrl of the form urn:uuid:…"))?.to_owned();
        Ok(Self { at, url, identifier, resource: resource.clone() })
    }
}

pub(super) fn no_identifier() -> Problem {
    Problem::unprocessable("A note has exactly one identifier of its own.")
}

fn parse(resources: &[&Value]) -> Result<Note, Problem> {
    from_resources(resources, |text| STANDARD.decode(text).ok()).map_err(|error| match error {
        NoteError::Text => Problem::unprocessable("The text of the note is not base64 of UTF-8."),
        NoteError::Missing(what) => Problem::unprocessable(format!("The note lacks {what}. Write it again.")),
        NoteError::NotADocumentReference | NoteError::NotANote => {
            Problem::unprocessable("A note of this kind is not known here. Update the app, or write it in words.")
        }
    })
}

fn refused(refusal: Refusal) -> Problem {
    match refusal {
        Refusal::Empty => Problem::unprocessable("The note says nothing yet. Write something, then send it."),
        Refusal::TooLong(_) => Problem::too_long(TOO_LONG),
        Refusal::NotYours => Problem::forbidden(
            "Only a clinician may record this. Ask one who has seen the form to record it; what you heard can be sent as \
             a wish that was said to you.",
        ),
        Refusal::Missing(what) => {
            Problem::unprocessable(format!("What is missing: {what}. Edit the note, then send it again."))
        }
        Refusal::OfItself => Problem::unprocessable("A note cannot amend itself. Write another note."),
        Refusal::Twice => Problem::unprocessable("An item was answered twice. Edit the note, then send it again."),
    }
}

const TOO_LONG: &str = "A note may have 64 KiB of text.";

/// What is common to every resource of a note; and of a note in words, that it has its words as text and nothing else.
fn check_form(resource: &Value) -> Result<(), Problem> {
    if !resource["modifierExtension"].is_null() {
        return Err(Problem::unprocessable("A note has the status current and no modifier extension."));
    }
    if resource["resourceType"] != "DocumentReference" {
        return Ok(());
    }
    let [content] = resource["content"].as_array().map(Vec::as_slice).unwrap_or_default() else {
        return Err(Problem::unprocessable("A note has exactly one content."));
    };
    let attachment = &content["attachment"];
    if !is_plain_text(attachment["contentType"].as_str().unwrap_or_default()) || !attachment["url"].is_null() {
        return Err(Problem::unprocessable("The content of a note is text/plain, inline."));
    }
    // Four letters of base64 for every three bytes.
    if attachment["data"].as_str().map_or(0, str::len) > MAX_TEXT_BYTES.div_ceil(3) * 4 {
        return Err(Problem::too_long(TOO_LONG));
    }
    if resource["status"] != "current" {
        return Err(Problem::unprocessable("A note has the status current and no modifier extension."));
    }
    Ok(())
}

/// `text/plain`, in UTF-8 when it says.
fn is_plain_text(kind: &str) -> bool {
    let mut parts = kind.split(';').map(str::trim);
    let plain = parts.next().is_some_and(|kind| kind.eq_ignore_ascii_case("text/plain"));
    plain && parts.all(|parameter| parameter.eq_ignore_ascii_case("charset=utf-8"))
}

fn identifier_of(resource: &Value) -> Result<(&'static str, String), Problem> {
    let known = |i: &Value| [SYSTEM, PART_SYSTEM].into_iter().find(|system| i["system"] == *system);
    let all = resource["identifier"].as_array().into_iter().flatten();
    let mut own = all.filter_map(|i| Some((known(i)?, i["value"].as_str()?.to_owned())));
    match (own.next(), own.next()) {
        (Some(one), None) if belongs_to(resource).is_some() => Ok(one),
        _ => Err(no_identifier()),
    }
}

/// Whether the resources say what the note says that was read from them, and nothing besides: a score is that of its
/// parts, a wish said to a carer is no confirmed one. Labels are the sender's own.
fn is_as_written(note: &Note, entries: &[(usize, &Value)]) -> bool {
    let written = Note { received: None, ..note.clone() };
    let expected = to_transaction(&written, DeviceId::new(Uuid::nil()), |bytes| STANDARD.encode(bytes));
    let expected: Vec<&Value> = expected["entry"].as_array().into_iter().flatten().collect();
    // The last is the Provenance, which is looked at by itself.
    let expected = expected.split_last().map(|(_, parts)| parts).unwrap_or_default();
    let same = |one: &Value| {
        entries.iter().any(|(_, e)| e["fullUrl"] == one["fullUrl"] && said(&e["resource"]) == said(&one["resource"]))
    };
    expected.len() == entries.len() && expected.iter().all(|one| same(one))
}

/// A resource without what the hub writes into it and what only shows the rest.
fn said(resource: &Value) -> Value {
    let mut said = resource.clone();
    if let Some(fields) = said.as_object_mut() {
        fields.retain(|field, _| !["meta", "text"].contains(&field.as_str()));
    }
    without_received(&mut said);
    said
}

fn without_received(resource: &mut Value) {
    let Some(extensions) = resource.get_mut("extension").and_then(Value::as_array_mut) else { return };
    extensions.retain(|extension| extension["url"] != RECEIVED_EXTENSION);
    if extensions.is_empty()
        && let Some(fields) = resource.as_object_mut()
    {
        fields.shift_remove("extension");
    }
}

/// A resource with the instant at which the record received it: only the hub says so.
pub(super) fn received(mut resource: Value, at: jiff::Timestamp) -> Value {
    without_received(&mut resource);
    let said = json!({"url": RECEIVED_EXTENSION, "valueInstant": at.to_string()});
    match resource["extension"].as_array_mut() {
        Some(extensions) => extensions.push(said),
        None => resource["extension"] = json!([said]),
    }
    resource
}

/// Whether what came is what was stored first, sent again: everything that its author said, also their labels.
pub(super) fn same_note(first: &Value, sent: &Value) -> bool {
    let plain = |resource: &Value| {
        let mut plain = resource.clone();
        quarantine::open(&mut plain);
        without_received(&mut plain);
        if let Some(meta) = plain.get_mut("meta").and_then(Value::as_object_mut) {
            meta.retain(|field, _| !["versionId", "lastUpdated"].contains(&field.as_str()));
        }
        let bare = plain["meta"].as_object().is_none_or(serde_json::Map::is_empty);
        if let Some(fields) = plain.as_object_mut() {
            fields.shift_remove("id");
            bare.then(|| fields.shift_remove("meta"));
        }
        plain
    };
    plain(first) == plain(sent)
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

/// What a note says about an earlier one.
pub(super) fn amends(note: &Note) -> Option<&shared::note::Amends> {
    match &note.content {
        Content::Visit(visit) => visit.amends.as_ref(),
        _ => None,
    }
}
