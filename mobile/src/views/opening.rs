//! Asking for a record and what comes of it.

use dioxus::prelude::*;
use engine::{Engine, OpenOutcome, Permission};
use shared::identity::Demographics;

use crate::fault::Doing;
use crate::nav::{Closed, Nav, Place};
use crate::verb::perform_saying;

/// Asks for the record of `person` and goes where the answer leads. The step that asked is replaced.
pub(super) fn open(
    engine: &Engine,
    mut nav: Signal<Nav>,
    doing: Signal<Doing>,
    words: String,
    person: Demographics,
    permission: Permission,
) {
    let (engine, about) = (engine.clone(), person.clone());
    let asking = async move { engine.open_record(&about, permission).await };
    perform_saying(doing, words, asking, move |outcome| nav.write().replace(leads_to(outcome, person)));
}

/// The step an answer leads to.
pub(super) fn leads_to(outcome: OpenOutcome, person: Demographics) -> Place {
    match outcome {
        OpenOutcome::Opened => Place::Record(person),
        OpenOutcome::AskThePatient => Place::Consent(person),
        OpenOutcome::NoRecord => Place::Refused(person, Closed::NoRecord),
        OpenOutcome::Refused { reason, text, break_glass_available } => {
            Place::Refused(person, Closed::Refused { reason, text, break_glass_available })
        }
    }
}
