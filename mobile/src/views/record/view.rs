//! The record, with the engine.

use dioxus::prelude::*;
use engine::{Engine, Permission, RecordView as Record};
use jiff::Timestamp;
use shared::consent::Purpose;
use shared::identity::{Demographics, PatientId};

use super::page::Source;
use super::{At, RecordPage, Same, TakenBackPage};
use crate::bridge::pulse;
use crate::components::{FaultBox, IdentityBar, Wait};
use crate::fault::{Doing, Fault};
use crate::forms::{Amending, Form};
use crate::i18n::use_lang;
use crate::nav::{Place, use_nav};
use crate::verb::{perform, perform_saying};
use crate::views::opening::leads_to;
use crate::views::order::use_order;

/// Reads the record from the vault, and again whenever something stored was changed or its lease ran out.
#[component]
pub fn RecordView(person: Demographics) -> Element {
    let lang = use_lang();
    let pulse = pulse();
    let mut nav = use_nav();
    let record = use_record(person.patient.clone());
    let link = use_memo(move || pulse.state.read().link);
    let back = move |()| nav.write().back();
    let now = (pulse.now)();
    match record.shown.cloned() {
        Some(Ok(record)) => rsx! { Opened { person, record, link: link() } },
        Some(Err(fault)) if fault.code == "consent-changed" => rsx! { TakenBack { person, now } },
        other => rsx! {
            IdentityBar { person, now, on_back: back }
            div { class: "step",
                match other.and_then(Result::err) {
                    Some(fault) => rsx! { FaultBox { fault, on_retry: move |()| record.read.call(()) } },
                    None => rsx! { Wait { words: lang.t("wait-record") } },
                }
            }
        },
    }
}

#[derive(Clone, Copy)]
struct Reading {
    shown: Signal<Option<Result<Same<Record>, Fault>>>,
    read: Callback<()>,
}

// The record that is shown stays until the newer one is there: a list must not jump under a finger.
fn use_record(patient: PatientId) -> Reading {
    let engine = use_context::<Engine>();
    let pulse = pulse();
    let whose = patient.clone();
    let mut shown = use_signal(|| None::<Result<Same<Record>, Fault>>);
    let read = use_callback(move |()| {
        let (engine, patient) = (engine.clone(), patient.clone());
        perform(async move { engine.record(&patient).await }, move |answer| shown.set(Some(answer.map(Same::new))));
    });
    let revision = use_memo(move || pulse.state.read().revision);
    // Also what does not change the record: the clock was set, or put right; the service knows of the lease again.
    let standing = use_memo(move || {
        let state = pulse.state.read();
        state.held.iter().find(|held| held.person.patient == whose).map(|held| held.lease.state)
    });
    let over = use_memo(move || {
        let now = (pulse.now)();
        shown.read().as_ref().is_some_and(|r| r.as_ref().is_ok_and(|r| now >= r.lease.not_after))
    });
    use_effect(move || {
        let _ = (revision(), standing(), over());
        read(());
    });
    Reading { shown, read }
}

/// Asks for the record again, and shows where that leads when it does not lead back to it.
fn use_renewing(person: Demographics) -> (Signal<Doing>, Callback<()>) {
    let (lang, engine) = (use_lang(), use_context::<Engine>());
    let mut nav = use_nav();
    let doing = use_signal(Doing::default);
    let renew = use_callback(move |()| {
        let (engine, person) = (engine.clone(), person.clone());
        let whom = person.clone();
        let asking = async move { engine.open_record(&person, Permission::Recorded).await };
        perform_saying(doing, lang.t("wait-renew"), asking, move |outcome| match leads_to(outcome, whom) {
            Place::Record(_) => {}
            elsewhere => nav.write().replace(elsewhere),
        });
    });
    (doing, renew)
}

#[component]
fn TakenBack(person: Demographics, now: Timestamp) -> Element {
    let mut nav = use_nav();
    let (doing, renew) = use_renewing(person.clone());
    let about = person.clone();
    rsx! {
        TakenBackPage {
            person, now, doing: doing(), on_renew: renew,
            on_note: move |()| nav.write().push(Place::Write(about.clone())), on_back: move |()| nav.write().back(),
        }
    }
}

#[component]
fn Opened(person: Demographics, record: Same<Record>, link: engine::Link) -> Element {
    let (lang, engine, pulse) = (use_lang(), use_context::<Engine>(), pulse());
    let mut nav = use_nav();
    let (doing, ask) = use_renewing(person.clone());
    let mut source = use_signal(|| None::<Source>);
    let (reader, patient) = (engine.clone(), person.patient.clone());
    let show_source = move |at: At| {
        if source.peek().as_ref().is_some_and(|(shown, text)| *shown == at && text.is_ok()) {
            source.set(None);
            return;
        }
        let (engine, patient) = (reader.clone(), patient.clone());
        perform(async move { engine.source(&patient, at.document, at.entry).await }, move |text| {
            source.set(Some((at, text)))
        });
    };
    let (ender, ended) = (engine, person.patient.clone());
    let end = move |()| {
        let (engine, patient) = (ender.clone(), ended.clone());
        let ending = async move { engine.end_break_glass(&patient).await };
        perform_saying(doing, lang.t("wait-glass-end"), ending, move |()| nav.write().back());
    };
    let glass = person.clone();
    let (by_glass, again) = (record.lease.purpose == Purpose::BreakGlass, person.clone());
    let renew = move |()| {
        // The patient said no to anything less: for more time it is declared again.
        if by_glass {
            nav.write().push(Place::Glass(again.clone()));
        } else {
            ask.call(());
        }
    };
    let order = use_order();
    let (amended, edited, disputed) = (person.clone(), person.clone(), person.clone());
    let whose = person.patient.clone();
    let conflicts = use_memo(move || {
        let all = &pulse.state.read().conflicts;
        all.iter().filter(|conflict| conflict.patient == whose).cloned().collect::<Vec<_>>()
    });
    rsx! {
        if let Some(fault) = order.fault {
            FaultBox { fault }
        }
        RecordPage {
            layout: order.layout, on_layout: order.change, record, link, now: (pulse.now)(), doing: doing(), source: source(), on_renew: renew, on_source: show_source,
            on_amend: move |note| nav.write().push(Place::Note(amended.clone(), Form::Amend(Box::new(Amending::from(note))))),
            on_edit: move |at| nav.write().push(Place::Edit(edited.clone(), at)),
            conflicts: conflicts(), on_conflict: move |note| nav.write().push(Place::Settle(disputed.clone().into(), note)),
            on_end: end, on_glass: move |()| nav.write().push(Place::Glass(glass.clone())),
            on_note: move |()| nav.write().push(Place::Write(person.clone())), on_back: move |()| nav.write().back(),
        }
    }
}
