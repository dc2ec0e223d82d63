//! Today's work, nearest first.

use dioxus::prelude::*;
use engine::{Engine, HeldRecord, Link, Problem, Today, VisitView};
use jiff::Timestamp;
use shared::identity::PatientId;
use shared::place::spoken_distance;

use crate::bridge::pulse;
use crate::components::{Icon, Shape, Wait};
use crate::format::clock;
use crate::i18n::use_lang;
use crate::nav::{Candidate, Place, use_nav};

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
    on_open: EventHandler<VisitView>,
    on_sync: EventHandler<()>,
) -> Element {
    let lang = use_lang();
    let heard = today.heard.map(|at| lang.with("today-heard", [("at", clock(lang, at, now).into())]));
    rsx! {
        header { class: "list-head",
            h1 { {lang.t("nav-today")} }
            if let Some(heard) = heard {
                p { class: "meta", "{heard}" }
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
                li { key: "{visit.visit.id}",
                    VisitRow { held: held.contains(&visit.visit.patient), current: chosen.as_ref() == Some(&visit.visit.patient), visit, now, on_open }
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

#[component]
fn VisitRow(visit: VisitView, held: bool, current: bool, now: Timestamp, on_open: EventHandler<VisitView>) -> Element {
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
    rsx! {
        TodayPage {
            today: state.today.clone(), held, problems: state.problems.clone(), link: state.link, chosen,
            syncing: state.sync.running, now: (pulse.now)(), on_open: open, on_sync: move |()| engine.sync_now(),
        }
    }
}

fn readable(held: &[HeldRecord]) -> Vec<HeldRecord> {
    held.iter().filter(|r| r.lease.state.is_open()).cloned().collect()
}
