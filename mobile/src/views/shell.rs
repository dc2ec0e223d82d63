//! The frame of everything behind the lock: one list, one patient, one bar. On a phone the patient covers the list;
//! from 900 pixels they stand side by side. The frame is the same, only the style sheet decides.

use dioxus::prelude::*;
use engine::{Engine, Link, OutboxItem};
use jiff::Timestamp;
use shared::identity::Staff;
use shared::sync::OutboxState;

use super::{
    AgainView, ConfirmView, ConsentView, EditView, FindView, GlassView, HandOverView, MeView, NoteView, RecordView,
    RefusedView, SettleView, TakeOutView, ToSendView, TodayView, WriteView,
};
use crate::bridge::{Pulse, pulse};
use crate::components::{Icon, LinkStrip, Shape};
use crate::i18n::{Lang, use_lang};
use crate::nav::{Candidate, Nav, Place, Tab, use_nav};
use crate::verb::perform;

/// What is in front, for the person signed in.
#[component]
pub fn Shell(staff: Staff) -> Element {
    let pulse = pulse();
    let mut nav = use_nav();
    use_hook(|| nav.set(Nav::default()));
    let state = pulse.state.read().clone();
    use_launched(pulse, nav);
    let (tab, place, view) = {
        let nav = nav.read();
        (nav.tab(), nav.place().cloned(), nav.view())
    };
    let list = match tab {
        Tab::Today => rsx! { TodayView {} },
        Tab::Find => rsx! { FindView {} },
        Tab::ToSend => rsx! { ToSendView {} },
        Tab::Me => rsx! { MeView { staff } },
    };
    let patient = place.map(|place| rsx! { Step { key: "{step_key(&place)}", place } });
    rsx! {
        Frame {
            tab, view, list, patient, link: state.link, unsent: unsent(&state.outbox), attention: needs_attention(&state.outbox), declared: state.declared, now: (pulse.now)(),
            on_choose: move |tab| nav.write().open_tab(tab),
        }
    }
}

/// Whom another program was about when it opened this one stands in front, to be confirmed like anyone else.
fn use_launched(pulse: Pulse, mut nav: Signal<Nav>) {
    let engine = use_context::<Engine>();
    use_effect(move || {
        let Some(patient) = pulse.state.read().launched.clone() else { return };
        engine.launch_done();
        let engine = engine.clone();
        perform(async move { engine.person(&patient).await }, move |answer| {
            if let Ok(person) = answer {
                nav.write().begin(Place::Confirm(Candidate::Found(person)));
            }
        });
    });
}

/// The frame itself: strip, list, patient, bar.
#[component]
pub fn Frame(
    tab: Tab,
    view: &'static str,
    link: Link,
    unsent: usize,
    #[props(default)] attention: usize,
    #[props(default)] declared: usize,
    now: Timestamp,
    list: Element,
    patient: Option<Element>,
    on_choose: EventHandler<Tab>,
) -> Element {
    let lang = use_lang();
    let front = if patient.is_some() { "patient" } else { "list" };
    rsx! {
        div { class: "shell", "data-front": front,
            LinkStrip { link, waiting: unsent, attention, now }
            main { "data-view": view,
                section { class: "pane pane-list", "aria-label": tab_name(lang, tab), "data-list": tab.view(), {list} }
                section { class: "pane pane-patient", "aria-label": lang.t("pane-patient"),
                    match patient {
                        Some(patient) => patient,
                        None => rsx! { p { class: "nobody", {lang.t("pane-empty")} } },
                    }
                }
            }
            NavBar { tab, unsent, declared, on_choose }
        }
    }
}

#[component]
fn Step(place: Place) -> Element {
    match place {
        Place::Confirm(candidate) => rsx! { ConfirmView { candidate } },
        Place::Consent(person) => rsx! { ConsentView { person } },
        Place::Refused(person, closed) => rsx! { RefusedView { person, closed } },
        Place::Glass(person) => rsx! { GlassView { person } },
        Place::Record(person) => rsx! { RecordView { person } },
        Place::Write(person) => rsx! { WriteView { person } },
        Place::Note(person, form) => rsx! { NoteView { person, form } },
        Place::Edit(person, at) => rsx! { EditView { person, at } },
        Place::Settle(whom, note) => rsx! { SettleView { whom, note } },
        Place::Again(whom, note) => rsx! { AgainView { whom, note } },
        Place::HandOver(whom, note) => rsx! { HandOverView { whom, note } },
        Place::TakeOut(whom, note) => rsx! { TakeOutView { whom, note } },
    }
}

// Another patient or another step is another screen: it starts at its top and keeps nothing of the one before.
fn step_key(place: &Place) -> String {
    let form = match place {
        Place::Note(_, form) => form.name(),
        Place::Edit(_, at) => format!("{}/{}", at.document, at.entry),
        Place::Settle(_, note) | Place::Again(_, note) | Place::HandOver(_, note) | Place::TakeOut(_, note) => {
            note.to_string()
        }
        _ => String::new(),
    };
    format!("{}/{}/{form}", place.view(), place.patient())
}

/// The four lists, and how much waits to be sent.
#[component]
pub fn NavBar(tab: Tab, unsent: usize, #[props(default)] declared: usize, on_choose: EventHandler<Tab>) -> Element {
    let lang = use_lang();
    let waiting = unsent + declared;
    rsx! {
        nav { class: "bar", "aria-label": lang.t("nav-label"),
            for each in Tab::ALL {
                button {
                    key: "{each.view()}", r#type: "button", "data-nav": each.view(),
                    "aria-current": if each == tab { "page" } else { "false" },
                    onclick: move |_| on_choose.call(each),
                    Icon { shape: shape(each) }
                    span { {tab_name(lang, each)} }
                    if each == Tab::ToSend && waiting > 0 {
                        span { class: "badge", "data-badge": "", "aria-label": lang.with("to-send-badge", [("count", waiting.into())]), "{waiting}" }
                    }
                }
            }
        }
    }
}

fn tab_name(lang: Lang, tab: Tab) -> String {
    lang.t(match tab {
        Tab::Today => "nav-today",
        Tab::Find => "nav-find",
        Tab::ToSend => "nav-to-send",
        Tab::Me => "nav-me",
    })
}

const fn shape(tab: Tab) -> Shape {
    match tab {
        Tab::Today => Shape::Today,
        Tab::Find => Shape::Find,
        Tab::ToSend => Shape::ToSend,
        Tab::Me => Shape::Me,
    }
}

/// How many notes the record does not have yet.
pub(super) fn unsent(outbox: &[OutboxItem]) -> usize {
    outbox.iter().filter(|item| !matches!(item.state, OutboxState::Sent { .. })).count()
}

/// How many of them need a person.
pub(super) fn needs_attention(outbox: &[OutboxItem]) -> usize {
    outbox.iter().filter(|item| matches!(item.state, OutboxState::NeedsAttention(_))).count()
}
