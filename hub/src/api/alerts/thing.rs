//! What stands behind a line of the queue, and what can come of looking into it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use shared::note::{belongs_to, from_resources};

use super::super::account;
use super::super::context::Hub;
use super::super::problem::Problem;
use super::super::quarantine;
use crate::store::{Alerted, Amending, AuditRow, Held, Review, SetAside};

/// One of it.
pub(super) enum Thing {
    /// Broken glass, or a try.
    Glass(Alerted),
    /// A part of a device's account that could not be joined.
    Chain(SetAside),
    /// A note, with its resources; the one that stands for it first.
    Note(Held, Vec<Value>),
}

impl Thing {
    /// By the id of its line.
    pub(super) async fn open(hub: &Hub, id: &str) -> Result<Self, Problem> {
        let found = if let Some(id) = id.strip_prefix("chain-") {
            hub.store.set_aside(id).await?.map(Self::Chain)
        } else if let Some(id) = id.strip_prefix("note-") {
            note(hub, id).await?
        } else {
            hub.store.alerted(id).await?.map(Self::Glass)
        };
        found.ok_or_else(Problem::not_found)
    }

    /// Whose record; a device's account is of many.
    pub(super) fn patient(&self) -> Option<&str> {
        match self {
            Self::Glass(it) => Some(&it.patient),
            Self::Note(it, _) => Some(&it.patient),
            Self::Chain(_) => None,
        }
    }

    /// Who did it, wrote it, or handed it over.
    pub(super) fn staff(&self) -> &str {
        match self {
            Self::Glass(it) => &it.staff,
            Self::Note(it, _) => &it.staff,
            Self::Chain(it) => &it.staff,
        }
    }

    /// What a review can find. Only a gap can be accepted: two histories cannot both be true.
    pub(super) fn outcomes(&self) -> &'static [&'static str] {
        match self {
            Self::Glass(_) => &["justified", "not-justified", "referred"],
            Self::Chain(it) if it.kind == "gap" => &["accepted"],
            Self::Chain(_) => &["noted", "referred"],
            Self::Note(..) => &["released", "kept-back"],
        }
    }

    pub(super) fn what_is_an_outcome(&self) -> &'static str {
        match self {
            Self::Glass(_) => "outcome is justified, not-justified or referred.",
            Self::Chain(it) if it.kind == "gap" => "outcome is accepted; until then the gap waits.",
            Self::Chain(_) => "outcome is noted or referred: what does not fit its chain is kept and never joined.",
            Self::Note(..) => "outcome is released or kept-back.",
        }
    }

    /// What the account calls it.
    pub(super) fn action(&self, outcome: &str) -> &'static str {
        match (self, outcome) {
            (Self::Chain(_), "accepted") => "account-gap-accepted",
            (Self::Note(..), "released") => "note-released",
            (Self::Note(..), _) => "note-kept-back",
            _ => "alert-reviewed",
        }
    }

    /// Carries it out. False when it was looked into before.
    pub(super) async fn settle(&self, hub: &Hub, it: &Review, row: &AuditRow) -> Result<bool, Problem> {
        match self {
            Self::Glass(alert) => Ok(hub.store.review_glass(&alert.id, it, row).await?),
            Self::Note(held, parts) => review_note(hub, (held, parts), it, row).await,
            Self::Chain(aside) if it.outcome == "accepted" => {
                let bundle = serde_json::from_str(&aside.body).map_err(|_| Problem::internal())?;
                let entries = account::entries(&bundle)?;
                let joined = hub.store.accept_gap(&aside.id, &entries, it, row).await?;
                joined.map_err(|_| Problem::conflict("The batch does not follow its chain in another way too."))
            }
            Self::Chain(aside) => Ok(hub.store.review_set_aside(&aside.id, it, row).await?),
        }
    }
}

async fn note(hub: &Hub, id: &str) -> Result<Option<Thing>, Problem> {
    let Some(held) = hub.store.held(id).await? else { return Ok(None) };
    let Some(first) = hub.store.read(&held.kind, id).await?.map(|stored| stored.resource) else { return Ok(None) };
    let rest = match belongs_to(&first) {
        Some((note, _)) => hub.store.of_note(note).await?,
        None => Vec::new(),
    };
    let rest = rest.into_iter().filter(|it| it.id != held.id).map(|stored| stored.resource);
    let parts = [first].into_iter().chain(rest).collect();
    Ok(Some(Thing::Note(held, parts)))
}

async fn review_note(
    hub: &Hub,
    (held, parts): (&Held, &[Value]),
    it: &Review,
    row: &AuditRow,
) -> Result<bool, Problem> {
    let mut parts = parts.to_vec();
    let back = it.outcome == "kept-back";
    for part in &mut parts {
        quarantine::open(part);
        if back {
            quarantine::close(part);
        }
    }
    let note = from_resources(&parts.iter().collect::<Vec<_>>(), |text| STANDARD.decode(text).ok()).ok();
    let author = hub.store.staff(&held.staff).await?;
    // What it says about an earlier note counts from now on, for what its author wrote themselves.
    let amending = note.as_ref().zip(author.as_ref()).filter(|_| !back).and_then(|(note, author)| {
        let amends = super::super::note::amends(note)?;
        Some(Amending { note: note.id, patient: &held.patient, amends, author, seen: false })
    });
    Ok(hub.store.review_note(held, parts, amending, it, row).await?)
}
