//! Today's work, nearest first.

use dioxus::prelude::*;
use engine::{Engine, HeldRecord, Link, OutboxItem, Problem, Today, VisitView};
use jiff::Timestamp;
use shared::identity::{PatientId, Role};
use shared::place::spoken_distance;

use super::shell::{needs_attention, unsent};
use crate::bridge::pulse;
use crate::components::{Icon, Shape, Wait};
use crate::format::clock;
use crate::i18n::use_lang;
use crate::nav::{Candidate, Place, Tab, use_nav};

/// The work list and what the device has to say.
#[component]
pub fn TodayPage(
    today: Today,
    held: Vec<PatientId>,
    problems: Vec<Problem>,
    link: Link,
    syncing: bool,
    now: Timestamp,
    chosen: Option<PatientId>,
    #[props(default)] outbox: Vec<OutboxItem>,
    on_open: EventHandler<VisitView>,
    on_write: Option<EventHandler<VisitView>>,
    #[props(default)] on_attention: EventHandler<()>,
    on_sync: EventHandler<()>,
) -> Element {
    let lang = use_lang();
    let attention = needs_attention(&outbox);
    let heard = today.heard.map(|at| lang.with("today-heard", [("at", clock(lang, at, now).into())]));
    rsx! {
        header { class: "list-head",
            h1 { {lang.t("nav-today")} }
            if let Some(heard) = heard {
                p { class: "meta", "{heard}" }
            }
        }
        if attention > 0 {
            button { id: "attention", class: "row attention-row", r#type: "button", onclick: move |_| on_attention.call(()),
                Icon { shape: Shape::Safety }
                span { class: "row-main",
                    strong { {lang.with("to-send-attention", [("count", attention.into())])} }
                    span { class: "meta", {lang.t("today-attention")} }
                }
                Icon { shape: Shape::Open }
            }
        }
        for problem in problems {
            p { key: "{problem.code}", class: "notice", "data-problem": "{problem.code}", Icon { shape: Shape::Safety } "{problem.text}" }
        }
        if today.unreadable > 0 {
            p { class: "notice", role: "alert", "data-unreadable": "{today.unreadable}",
                Icon { shape: Shape::Safety }
                {lang.with("today-unreadable", [("count", today.unreadable.into())])}
            }
        }
        if today.visits.is_empty() {
            NoVisits { heard: today.heard.is_some(), unreadable: today.unreadable > 0, link, syncing, on_sync }
        }
        ul { class: "rows",
            for visit in today.visits {
                li { key: "{visit.visit.id}", class: "visit-line",
                    VisitRow {
                        held: held.contains(&visit.visit.patient), current: chosen.as_ref() == Some(&visit.visit.patient),
                        written: Written::of(&outbox, &visit.visit.patient), visit: visit.clone(), now, on_open,
                    }
                    if let Some(on_write) = on_write.filter(|_| held.contains(&visit.visit.patient)) {
                        button {
                            class: "visit-write", r#type: "button", "data-write": "{visit.visit.id}",
                            onclick: move |_| on_write.call(visit.clone()), Icon { shape: Shape::Note } {lang.t("write-note")}
                        }
                    }
                }
            }
        }
    }
}

#[component]
fn NoVisits(heard: bool, unreadable: bool, link: Link, syncing: bool, on_sync: EventHandler<()>) -> Element {
    let lang = use_lang();
    if syncing && !heard {
        return rsx! { Wait { words: lang.t("wait-today") } };
    }
    let (state, words) = match (heard, unreadable) {
        (true, true) => ("unreadable", lang.t("today-all-unreadable")),
        (true, false) => ("empty", lang.t("today-empty")),
        (false, _) if matches!(link, Link::Offline { .. }) => ("never-heard", lang.t("today-never-heard-offline")),
        (false, _) => ("never-heard", lang.t("today-never-heard")),
    };
    rsx! {
        div { class: "empty", "data-empty": state,
            p { "{words}" }
            button { r#type: "button", onclick: move |_| on_sync.call(()), Icon { shape: Shape::Again } {lang.t("ask-again")} }
        }
    }
}

/// How far what was written about somebody has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Written {
    waiting: usize,
    attention: usize,
    sent: usize,
}

impl Written {
    fn of(outbox: &[OutboxItem], patient: &PatientId) -> Self {
        let theirs: Vec<OutboxItem> = outbox.iter().filter(|item| item.patient == *patient).cloned().collect();
        let (waiting, attention) = (unsent(&theirs), needs_attention(&theirs));
        Self { waiting: waiting - attention, attention, sent: theirs.len() - waiting }
    }
}

#[component]
fn WrittenMarks(written: Written) -> Element {
    let lang = use_lang();
    let marks = [
        ("needs-attention", Shape::Safety, "visit-attention", written.attention),
        ("pending", Shape::Clock, "visit-waiting", written.waiting),
        ("sent", Shape::Tick, "visit-sent", written.sent),
    ];
    rsx! {
        for (name , shape , words , count) in marks.into_iter().filter(|mark| mark.3 > 0) {
            span { key: "{name}", class: "note-state", "data-state": name, "data-written": name, Icon { shape } {lang.with(words, [("count", count.into())])} }
        }
    }
}

#[component]
fn VisitRow(
    visit: VisitView,
    held: bool,
    current: bool,
    written: Written,
    now: Timestamp,
    on_open: EventHandler<VisitView>,
) -> Element {
    let lang = use_lang();
    let given = visit.clone();
    let v = &visit.visit;
    let time = match v.end {
        Some(end) => format!("{}–{}", clock(lang, v.start, now), clock(lang, end, now)),
        None => clock(lang, v.start, now),
    };
    let name =
        if v.patient_name.reveal().is_empty() { lang.t("name-not-given") } else { v.patient_name.reveal().clone() };
    let distance = visit.metres.map(spoken_distance);
    rsx! {
        button { class: "row visit", r#type: "button", "data-visit": "{v.id}", "aria-current": if current { "true" } else { "false" },
            onclick: move |_| on_open.call(given.clone()),
            span { class: "row-top",
                span { class: "time", "{time}" }
                span { class: "kind", "{v.kind}" }
                if let Some(distance) = distance {
                    span { class: "distance", "{distance}" }
                }
            }
            span { class: "row-main",
                strong { "{name}" }
                if !v.reason.reveal().is_empty() {
                    span { "{v.reason.reveal()}" }
                }
                if v.address.reveal().is_empty() {
                    span { class: "meta", {lang.t("address-not-given")} }
                } else {
                    span { class: "meta", "{v.address.reveal()}" }
                }
                if held {
                    span { class: "held", Icon { shape: Shape::Tick } {lang.t("record-on-device")} }
                }
                WrittenMarks { written }
            }
        }
    }
}

/// The work list from the engine. A record that was opened on this device is one touch away; any other person is
/// confirmed by two identifiers first.
#[component]
pub fn TodayView() -> Element {
    let engine = use_context::<Engine>();
    let pulse = pulse();
    let mut nav = use_nav();
    let state = pulse.state.read().clone();
    let readable: Vec<HeldRecord> = readable(&state.held);
    let held = readable.iter().map(|record| record.person.patient.clone()).collect();
    let chosen = nav.read().place().map(|place| place.patient().clone());
    let open = move |view: VisitView| {
        let known = readable.iter().find(|record| record.person.patient == view.visit.patient);
        nav.write().begin(match known {
            Some(record) => Place::Record(record.person.clone()),
            None => Place::Confirm(Candidate::Visit { patient: view.visit.patient, name: view.visit.patient_name }),
        });
    };
    // A crew reads first; whoever is on a round of visits knows the person and came to write.
    let on_a_round = state.session.staff().is_some_and(|staff| staff.role != Role::EmergencyClinician);
    let write = use_callback(move |view: VisitView| {
        let state = pulse.state.peek().clone();
        let known = state.held.iter().find(|r| r.person.patient == view.visit.patient && r.lease.state.is_open());
        if let Some(known) = known {
            let mut nav = nav.write();
            nav.begin(Place::Record(known.person.clone()));
            nav.push(Place::Write(known.person.clone()));
        }
    });
    rsx! {
        TodayPage {
            outbox: state.outbox.clone(), on_write: on_a_round.then_some(write), on_attention: move |()| nav.write().open_tab(Tab::ToSend),
            today: state.today.clone(), held, problems: state.problems.clone(), link: state.link, chosen,
            syncing: state.sync.running, now: (pulse.now)(), on_open: open, on_sync: move |()| engine.sync_now(),
        }
    }
}

fn readable(held: &[HeldRecord]) -> Vec<HeldRecord> {
    held.iter().filter(|r| r.lease.state.is_open()).cloned().collect()
}
