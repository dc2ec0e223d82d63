//! Before the vault is open: unlock as someone this device knows, or sign in.

use dioxus::prelude::*;
use shared::identity::Staff;

use super::{EnrolView, SignInView, UnlockView};
use crate::bridge::pulse;

/// Unlocking comes first: it needs no connection. Signing in is one touch away.
#[component]
pub fn Welcome(known: Option<Staff>) -> Element {
    let state = pulse().state;
    let mut signing_in = use_signal(|| false);
    let mut enrolling = use_signal(|| false);
    let mut people = state.read().people.clone();
    if let Some(staff) = known.filter(|staff| people.iter().all(|p| p.staff.id != staff.id)) {
        people.insert(0, engine::KnownPerson { staff, try_after: None, last_try: false, destroyed: None });
    }
    let first = known_first(&people, &state.read().session);
    if enrolling() {
        return rsx! { main { class: "gate", "data-view": "enrol", EnrolView { on_back: move |()| enrolling.set(false) } } };
    }
    let on_enrol = (state.read().device.enrolment == engine::Enrolment::NeedsCode)
        .then(|| EventHandler::new(move |()| enrolling.set(true)));
    if people.is_empty() || signing_in() {
        let back = (!people.is_empty()).then(|| EventHandler::new(move |()| signing_in.set(false)));
        return rsx! { SignInView { on_back: back, on_enrol } };
    }
    rsx! { UnlockView { people, first, on_other: move |()| signing_in.set(true), on_enrol } }
}

// Whoever just signed in or locked the device is asked for their own PIN first.
fn known_first(people: &[engine::KnownPerson], session: &engine::Session) -> Option<usize> {
    match session {
        engine::Session::Locked(staff) => people.iter().position(|p| p.staff.id == staff.id),
        _ => (people.len() == 1).then_some(0),
    }
}
