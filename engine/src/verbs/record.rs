//! Read a held record.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::Value;
use shared::consent::Purpose;
use shared::fhir::{Document, NotADocument};
use shared::identity::{Demographics, NoteId, PatientId, Role};
use shared::lease::LeaseState;
use shared::note::{Note, Shown, arrange, belongs_to, from_resources};
use shared::sensitive::Sensitive;
use shared::summary::{Source as Told, Summary, summarise_all};

use crate::audit::Look;
use crate::engine::{Inner, blocking};
use crate::session::{Open, held};
use crate::show::CONSENT_CHANGED;
use crate::store::{self, Declared, Held, MissingSource, Outgoing, Pull, PulledNote, PulledThing, Source, not_held};
use crate::trust::{UNPROVEN as UNPROVEN_CODE, unproven};
use crate::{Advice, Engine, EngineError, LeaseView, NoteView, Receipt, sync};

/// A record as read from the vault.
#[derive(Clone)]
pub struct RecordView {
    /// Who, as confirmed by two identifiers.
    pub person: Demographics,
    /// The summary of all documents held, merged; `None` while the lease hides it.
    pub summary: Option<Arc<Summary>>,
    /// Sources that are not shown, or not as they are now, each with why. Not empty must be said.
    pub missing_sources: Vec<MissingSource>,
    /// How long it may be read.
    pub lease: LeaseView,
    /// When it was retrieved, by the hub's clock; of further documents `summary.sources` tells each its own.
    pub retrieved: Timestamp,
    /// Newest first, each followed by what was later said about it: written here and pulled from the record.
    pub notes: Vec<NoteView>,
    /// Goals, tasks, alerts and observations that changed since the documents came, each in its newest version: an edit
    /// begins from here.
    pub things: Vec<Sensitive<Value>>,
    /// Notes that were pulled but could not be read. Not zero must be said.
    pub unreadable_notes: usize,
    /// False when the server that answered does not decide on consent.
    pub consent_checked: bool,
    /// Whether the consent would let the glass be broken for what is withheld.
    pub break_glass_available: bool,
    /// When broken glass was declared on this device for this person without signal, and is not told of yet.
    pub declared: Option<Timestamp>,
}

impl Engine {
    /// Reads a held record from the vault. That it is read is written down first.
    ///
    /// # Errors
    /// `account-not-written` when that cannot be: nothing is shown then, unless the glass was broken for it.
    /// `not-held` when there is none, or its time is over: then its key is destroyed by this call at the latest.
    pub async fn record(&self, patient: &PatientId) -> Result<RecordView, EngineError> {
        let open = self.open()?;
        let record = self.readable(&open, patient).await?;
        open.store_clock(&self.inner.clock).await;
        let proven = self.inner.trust.proves(&open.staff.id, &record, None).is_ok();
        let mut lease = record.view(self.inner.clock.now(), proven);
        let mut read = (None, Vec::new());
        if lease.state.is_open() {
            match self.summary(&open, patient).await {
                Err(error) if error.code == UNPROVEN_CODE => lease.state = LeaseState::Unproven,
                found => read = found?,
            }
        }
        let (summary, missing_sources) = read;
        let hidden = summary.is_none();
        self.looked_at("record", &open, &record, hidden).await?;
        let (notes, things, unreadable_notes) = notes(&open, patient, hidden).await?;
        let waiting = Declared::all(&open.vault).await.map(|(all, _)| all).unwrap_or_default();
        let declared = waiting.iter().rfind(|it| it.person.patient == *patient).map(|it| it.at);
        let Held { person, retrieved, consent_checked, break_glass_available, .. } = record;
        Ok(RecordView {
            person,
            summary: summary.map(Arc::new),
            missing_sources,
            lease,
            retrieved,
            notes,
            things,
            unreadable_notes,
            consent_checked,
            break_glass_available,
            declared,
        })
    }

    /// A held record whose key need not be destroyed yet.
    pub(super) async fn readable(&self, open: &Arc<Open>, patient: &PatientId) -> Result<Held, EngineError> {
        sync::before_drawing(&self.inner, open).await;
        let record = Held::get(&open.vault, patient).await?.ok_or_else(|| gone(open, patient))?;
        if record.lease.state(self.inner.clock.now()) == LeaseState::ShredDue {
            sync::shred(&self.inner, open, &record, "ended").await?;
            self.inner.show_held(open).await?;
            return Err(not_held());
        }
        Ok(record)
    }

    /// Writes down that a record is looked at, before anything of it is shown. `hidden`: only who it is about.
    pub(super) async fn looked_at(
        &self,
        action: &str,
        open: &Arc<Open>,
        record: &Held,
        hidden: bool,
    ) -> Result<(), EngineError> {
        let (lease, inner) = (&record.lease, &self.inner);
        let look = Look { lease: lease.id, retrieved: record.retrieved, hidden };
        if open.looks.is_written(&lease.patient, &look) {
            return Ok(());
        }
        match inner.audit.append(inner.look(action, open, record, hidden)).await {
            Ok(()) => open.looks.written(&lease.patient, look),
            // Not to know would be the greater harm. It is said on the screen.
            Err(_) if lease.purpose == Purpose::BreakGlass => {}
            Err(error) => return Err(error),
        }
        inner.show_problems(open);
        Ok(())
    }

    async fn summary(
        &self,
        open: &Open,
        patient: &PatientId,
    ) -> Result<(Option<Summary>, Vec<MissingSource>), EngineError> {
        let (record, sources, damaged) = documents(&self.inner, open, patient).await?;
        let today = self.inner.clock.time().to_zoned(TimeZone::system()).date();
        let role = open.staff.role;
        let (summary, unread) = blocking(move || merged(&sources, role, today)).await??;
        let mut missing = [record.missing, damaged, unread].concat();
        if record.asking {
            let under_way = held(&open.asking).contains_key(patient);
            missing.push(MissingSource::new("Other sources", if under_way { ASKING } else { INTERRUPTED }));
        }
        Ok((Some(summary), missing))
    }
}

const ASKING: &str = "Still being asked. What they answer is added here within a few seconds.";
const INTERRUPTED: &str = "Were not asked to the end. Open the record again with a connection.";

/// Every document of a held record in the order of the summary's sources, read as one set: while one is being sealed
/// in its place it is neither the old one nor the new one.
///
/// # Errors
/// `lease-unproven` when the first is not the one that its lease came with. Others that are not are left out and named.
pub(super) async fn documents(
    inner: &Inner,
    open: &Open,
    patient: &PatientId,
) -> Result<(Held, Vec<Source>, Vec<MissingSource>), EngineError> {
    let _leases = open.leases.lock().await;
    let record = Held::get(&open.vault, patient).await?.ok_or_else(not_held)?;
    let (sources, mut damaged) = store::all_documents(&open.vault, &record).await?;
    let (trust, staff) = (&inner.trust, &open.staff.id);
    let mut proven = Vec::with_capacity(sources.len());
    for source in sources {
        let found = match &source.further {
            None => trust.proves(staff, &record, Some(source.bytes.bytes())),
            Some(it) => trust.proves_further(staff, &record, it.proof.as_ref(), source.bytes.bytes()),
        };
        match (found, &source.further) {
            (Ok(()), _) => proven.push(source),
            (Err(_), None) => return Err(unproven()),
            (Err(_), Some(_)) => damaged.push(MissingSource::new(source.name, UNPROVEN)),
        }
    }
    Ok((record, proven, damaged))
}

const UNPROVEN: &str = "What is stored of it is not what was given to this device, so it is not shown. Open the record again with a connection.";

/// Why a record is not here: taken away in front of whoever reads it, or never held.
fn gone(open: &Open, patient: &PatientId) -> EngineError {
    if held(&open.revoked).contains(patient) {
        return EngineError::new("consent-changed", CONSENT_CHANGED, Advice::TryAgain);
    }
    not_held()
}

/// The summary of all documents that can be read. Each was read before it was sealed; should another version of this
/// app read one differently, that is said and costs no other.
fn merged(sources: &[Source], role: Role, today: Date) -> Result<(Summary, Vec<MissingSource>), NotADocument> {
    let (mut read, mut unread, mut failed) = (Vec::new(), Vec::new(), None);
    for source in sources {
        match Document::read(source.bytes.bytes()) {
            Ok(document) => read.push((source, document)),
            Err(error) => {
                unread.push(MissingSource::new(source.name.clone(), UNREAD));
                failed = Some(error);
            }
        }
    }
    if let (true, Some(error)) = (read.is_empty(), failed) {
        return Err(error);
    }
    let told: Vec<_> = read.iter().map(|(source, document)| told(source, document)).collect();
    Ok((summarise_all(&told, role, today), unread))
}

const UNREAD: &str = "What is stored of it cannot be read as a record. Open the record again with a connection.";

fn told<'a>(source: &Source, document: &'a Document) -> Told<'a> {
    let name = if source.name.is_empty() { store::keeper(document) } else { source.name.clone() };
    Told { document, name, retrieved: source.retrieved.to_string() }
}

/// The notes about a patient, newest first. What was written here is always readable by who wrote it; what came
/// from the record is hidden with it.
async fn notes(
    open: &Open,
    patient: &PatientId,
    hidden: bool,
) -> Result<(Vec<NoteView>, Vec<Sensitive<Value>>, usize), EngineError> {
    let (outgoing, _) = Outgoing::all(&open.vault).await?;
    let mut notes: Vec<_> = outgoing
        .into_iter()
        .filter(|out| out.entry.patient == *patient)
        .filter_map(|out| {
            let own = out.note?;
            let receipt = Some(Receipt::of(&out.entry.state, own.seen));
            Some(NoteView { receipt, ..NoteView::new(own.note, Some(out.entry.state)) })
        })
        .collect();
    let (mut unreadable, mut things) = (0, Vec::new());
    if !hidden {
        let (pulled, damaged) = PulledNote::all(&open.vault, patient).await?;
        let (changed, more) = PulledThing::all(&open.vault, patient).await?;
        let (others, rest, unread) = from_things(changed);
        unreadable = damaged + more + unread + Pull::get(&open.vault, patient).await?.unreadable.len();
        things = rest;
        for note in pulled.into_iter().map(|pulled| pulled.note).chain(others) {
            match notes.iter_mut().find(|own| own.note.id == note.id) {
                Some(own) => own.note.received = note.received,
                None => {
                    // Written by the same person, on another device or longer ago than it is kept apart here.
                    let mine = note.author.id == open.staff.id;
                    let receipt = note.received.filter(|_| mine).map(|at| Receipt::from(at, Vec::new()));
                    notes.push(NoteView { receipt, ..NoteView::new(note, None) });
                }
            }
        }
    }
    Ok((in_order(notes), things, unreadable))
}

/// What was pulled in other forms than words: the notes that it is, what else changed, and how many notes cannot be read.
fn from_things(things: Vec<PulledThing>) -> (Vec<Note>, Vec<Sensitive<Value>>, usize) {
    let mut ids: Vec<NoteId> = things.iter().filter_map(|thing| Some(belongs_to(&thing.resource)?.0)).collect();
    ids.sort_unstable();
    ids.dedup();
    let read = |id: &NoteId| {
        let of = |thing: &&PulledThing| belongs_to(&thing.resource).is_some_and(|(note, _)| note == *id);
        let parts: Vec<&Value> = things.iter().filter(of).map(|thing| &thing.resource).collect();
        from_resources(&parts, |_| None).ok()
    };
    let notes: Vec<Note> = ids.iter().filter_map(read).collect();
    let unread = ids.len() - notes.len();
    // An alert or a task that came as a note can be edited like any other.
    let editable =
        |thing: &PulledThing| matches!(thing.resource["resourceType"].as_str(), Some("Task" | "Flag" | "Goal"));
    let rest = things.into_iter().filter(|it| editable(it) || belongs_to(&it.resource).is_none());
    (notes, rest.map(|thing| thing.resource.into()).collect(), unread)
}

/// Newest first, each followed by what was later said about it.
fn in_order(views: Vec<NoteView>) -> Vec<NoteView> {
    let notes: Vec<Note> = views.iter().map(|view| view.note.clone()).collect();
    let mut groups: Vec<Vec<NoteView>> = Vec::new();
    for Shown { note, depth, standing, loose } in arrange(&notes) {
        let view = NoteView { standing, depth, loose, ..views[note].clone() };
        match groups.last_mut().filter(|_| depth > 0) {
            Some(group) => group.push(view),
            None => groups.push(vec![view]),
        }
    }
    groups.reverse();
    groups.concat()
}

/// A raw entry, wrapped.
pub(super) fn raw_entry(document: &Document, entry: usize) -> Option<Sensitive<String>> {
    document.entries().get(entry).map(|e| e.raw.clone().into())
}
