//! Notes that arrive after a withdrawal. Nothing that was written is ever dropped: what nobody here can place is kept
//! closed until the privacy officer has looked at it.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use shared::consent::{Basis, Outcome, Purpose};

use super::context::{Hub, Signed};
use super::note::Draft;
use super::problem::Problem;
use crate::consent::{Ask, ask, is_on_a_team, is_privacy_consent};

/// How long a declared relationship counts for what is written (two years, as in Camden's shared record).
pub(super) const RELATED: SignedDuration = SignedDuration::from_hours(2 * 365 * 24);
/// Extension of a note in words that amends a note of another kind.
const AMENDS: &str = "https://doorstep.example/StructureDefinition/amends";
/// The tag of a note that waits to be looked at.
pub(crate) const TAG: &str = "https://doorstep.example/CodeSystem/note-state";

/// Whether a note is to be kept closed: the patient's choice closes the record to its author, the note was written
/// after that choice was made, and nothing says that the author cares for them. Reading needs consent, writing down
/// what was done does not.
pub(super) async fn is_due(hub: &Hub, signed: &Signed, draft: &Draft) -> Result<bool, Problem> {
    let (staff, patient) = (&signed.staff, draft.patient());
    let Some(withdrawn) = withdrawn(hub, signed, patient).await? else { return Ok(false) };
    if draft.note.authored <= withdrawn {
        return Ok(false);
    }
    let since = Timestamp::now().checked_sub(RELATED).unwrap_or(Timestamp::MIN);
    let related = hub.store.was_permitted(staff.id.as_str(), patient, since).await?
        || hub.store.is_appointed(staff.id.as_str(), patient).await?
        || is_on_a_team(&hub.store, staff, patient).await?;
    Ok(!related)
}

/// When the choice was made that closes the record to this person; `None` while it is open, or nothing was chosen.
async fn withdrawn(hub: &Hub, signed: &Signed, patient: &str) -> Result<Option<Timestamp>, Problem> {
    let question = Ask { purpose: Purpose::usual_for(signed.staff.role), basis: Basis::CareTeam, refused: false };
    let answer = ask(&hub.store, hub.setting, &signed.staff, patient, &question).await?;
    if answer.decision.outcome == Outcome::Permit {
        return Ok(None);
    }
    let consents = hub.store.of_type(patient, "Consent").await?;
    let changed = |it: &Value| it["meta"]["lastUpdated"].as_str()?.parse::<Timestamp>().ok();
    Ok(consents.iter().filter(|it| is_privacy_consent(it)).filter_map(changed).max())
}

/// Closes a note to everyone but its author, and says why. Its own labels stay.
pub(super) fn close(note: &mut Value) {
    push(&mut note["meta"]["tag"], json!({"system": TAG, "code": "quarantined", "display": "Waits to be looked at"}));
    let closed = json!({"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "V",
        "userSelected": false});
    push(&mut note["meta"]["security"], closed);
}

/// Marks a note that a device brought which was revoked: it may have been in other hands.
pub(super) fn mark(note: &mut Value) {
    push(
        &mut note["meta"]["tag"],
        json!({"system": TAG, "code": "revoked-device", "display": "Waits to be looked at"}),
    );
    if note["resourceType"] == "DocumentReference" {
        note["docStatus"] = json!("preliminary");
    }
}

/// Takes back what [`close`] did and that it came from a device that was revoked: from now on it is its author's note
/// like any other.
pub(super) fn open(note: &mut Value) {
    let keep = |list: Option<&mut Value>, own: fn(&Value) -> bool| {
        if let Some(codings) = list.and_then(Value::as_array_mut) {
            codings.retain(|coding| !own(coding));
        }
    };
    keep(note.pointer_mut("/meta/tag"), |tag| tag["system"] == TAG);
    // Nobody chose it: a label of the author's own stays.
    keep(note.pointer_mut("/meta/security"), |label| label["code"] == "V" && label["userSelected"] == false);
    if note["resourceType"] == "DocumentReference" {
        let amends = !note["relatesTo"].is_null() || note["context"].to_string().contains(AMENDS);
        note["docStatus"] = json!(if amends { "amended" } else { "final" });
    }
    if let Some(meta) = note.get_mut("meta").and_then(Value::as_object_mut) {
        meta.retain(|_, value| *value != json!([]));
    }
}

fn push(list: &mut Value, coding: Value) {
    match list.as_array_mut() {
        Some(codings) => codings.push(coding),
        None => *list = json!([coding]),
    }
}
