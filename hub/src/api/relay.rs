//! `POST $relay`: a note that a device hands over for somebody who is not at it, sealed to this hub.
//!
//! Body: Parameters `note`, `author`, `device` and `sealed` (base64url of RFC 9180, see [`shared::note::relay_place`]),
//! each a `valueString`. Inside is the transaction that the author's own outbox would have sent; it is carried out as
//! theirs, and the answer is its answer. Whoever carries it cannot read it and learns nothing of it. The author must have
//! been signed in on that device once: to be sealed proves nothing about who sealed it.
//!
//! A device that was revoked may do this one thing, with its proof alone: what its people wrote before is not lost. Such
//! a note is marked `preliminary`, because the device may have been in other hands.

use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde_json::Value;
use shared::identity::{DeviceId, NoteId, Staff, StaffId};
use shared::note::{RELAY_INFO, belongs_to, relay_place};
use uuid::Uuid;

use super::body::FhirBody;
use super::context::{Hub, Signed};
use super::problem::Problem;
use super::transaction::transaction;
use crate::auth::proven_key;
use crate::store::AuditRow;

/// Who hands the note over.
pub(crate) struct Courier {
    device: DeviceId,
    jkt: String,
    revoked: bool,
    /// The person signed in; a revoked device has nobody.
    signed: Option<Signed>,
}

impl FromRequestParts<Hub> for Courier {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, hub: &Hub) -> Result<Self, Problem> {
        let (jkt, signed) = if parts.headers.contains_key(header::AUTHORIZATION) {
            let signed = Signed::from_request_parts(parts, hub).await?;
            (signed.jkt.clone().ok_or_else(unknown)?, Some(signed))
        } else {
            (proven_key(hub, parts).await?, None)
        };
        let carrier = hub.store.carrier(&jkt).await?.ok_or_else(unknown)?;
        if signed.is_none() && !carrier.revoked {
            return Err(Problem::sign_in());
        }
        Ok(Self { device: carrier.device, jkt, revoked: carrier.revoked, signed })
    }
}

impl Courier {
    fn audit(&self, patient: Option<&str>) -> AuditRow {
        let action = "note-relayed";
        match &self.signed {
            Some(signed) => signed.audit(action, patient),
            None => AuditRow {
                device: Some(self.device),
                action,
                patient: patient.map(str::to_owned),
                reason: Some("device-revoked"),
                ..AuditRow::default()
            },
        }
    }
}

fn unknown() -> Problem {
    Problem::forbidden("A note is handed over by an enrolled device, with its proof.")
}

/// What came, opened.
struct Opened {
    author: Staff,
    bundle: Value,
    patient: Option<String>,
}

/// `POST /fhir/$relay`.
pub(crate) async fn relay(
    State(hub): State<Hub>,
    courier: Courier,
    headers: HeaderMap,
    FhirBody(body): FhirBody,
) -> Result<Response, Problem> {
    let opened = open(&hub, &courier, &body).await;
    let patient = opened.as_ref().ok().and_then(|opened| opened.patient.clone());
    let done = match opened {
        Ok(opened) => carry_out(&hub, &courier, &headers, opened).await,
        Err(problem) => Err(problem),
    };
    let mut row = courier.audit(patient.as_deref());
    if done.is_err() {
        (row.decision, row.reason) = (Some("DENY"), Some("not-accepted"));
    }
    hub.store.audit(&row).await?;
    done
}

async fn carry_out(hub: &Hub, courier: &Courier, headers: &HeaderMap, opened: Opened) -> Result<Response, Problem> {
    let request = courier.signed.as_ref().and_then(|signed| signed.request.clone());
    let (device, jkt) = (Some(courier.device), Some(courier.jkt.clone()));
    // For this one transaction the author speaks; the account names the courier on the same request.
    let author = Signed { staff: opened.author, until: Timestamp::now(), device, jkt, request };
    transaction(hub, &author, headers, &opened.bundle, courier.revoked).await
}

async fn open(hub: &Hub, courier: &Courier, body: &Value) -> Result<Opened, Problem> {
    let text = |name: &str| {
        let list = body["parameter"].as_array().into_iter().flatten();
        let found = list.filter(|it| it["name"] == name).find_map(|it| it["valueString"].as_str());
        found.ok_or_else(|| Problem::invalid("Send the parameters note, author, device and sealed."))
    };
    let id = |name: &str| Uuid::parse_str(text(name)?).map_err(|_| Problem::invalid("An id is a UUID."));
    let (note, device, author) =
        (NoteId::new(id("note")?), DeviceId::new(id("device")?), StaffId::new(text("author")?.to_owned()));
    if device != courier.device || !hub.store.was_signed_in_on(&courier.jkt, author.as_str()).await? {
        return Err(Problem::forbidden("The author of the note was not signed in on this device."));
    }
    let sealed = URL_SAFE_NO_PAD.decode(text("sealed")?);
    let sealed = sealed.map_err(|_| Problem::invalid("What is sealed is base64url."))?;
    let opened = hub.keys.relay.open(RELAY_INFO, &relay_place(note, &author, device), &sealed);
    let opened = opened.map_err(|_| Problem::unprocessable("The note does not open: it is sealed to another key."))?;
    let bundle: Value =
        serde_json::from_slice(&opened).map_err(|_| Problem::unprocessable("The note is not what was announced."))?;
    only_this(&bundle, note)?;
    let author = hub.store.staff(author.as_str()).await?;
    let author = author.ok_or_else(|| Problem::forbidden("The author of the note is not known here."))?;
    let first = &bundle["entry"][0]["resource"];
    let subject = ["subject", "for"].iter().find_map(|field| first[*field]["reference"].as_str());
    let patient = subject.and_then(|it| it.strip_prefix("Patient/")).map(str::to_owned);
    Ok(Opened { author, bundle, patient })
}

/// The one note that was announced and its provenance: nothing else travels in its name.
fn only_this(bundle: &Value, note: NoteId) -> Result<(), Problem> {
    let entries = bundle["entry"].as_array().map(Vec::as_slice).unwrap_or_default();
    // A change has no identifier: the note is what the transaction calls it.
    let change = |entry: &Value| entry["request"]["method"] == "PUT" && entry["fullUrl"] == note.urn();
    let own = |entry: &Value| belongs_to(&entry["resource"]).is_some_and(|(of, _)| of == note);
    let provenance = |entry: &Value| entry["resource"]["resourceType"] == "Provenance";
    let (first, rest) = entries.split_first().map_or((None, entries), |(first, rest)| (Some(first), rest));
    let named = first.is_some_and(|entry| change(entry) || own(entry));
    if named && rest.iter().all(|entry| own(entry) || provenance(entry)) {
        Ok(())
    } else {
        Err(Problem::unprocessable("The note is not what was announced."))
    }
}
