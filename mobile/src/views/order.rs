//! The reader's order of the sections, with the engine; and the way to change it while no record is open.

use std::sync::{Arc, Mutex, PoisonError};

use dioxus::prelude::*;
use engine::{Engine, Session};
use shared::summary::layout::{Layout, outline};

use super::arrange::ArrangeList;
use super::record::Same;
use crate::bridge::pulse;
use crate::components::FaultBox;
use crate::fault::Fault;
use crate::verb::perform;

/// What is to be kept next. Presses come faster than a storage writes: only the last one counts, and none overtakes it.
#[derive(Default)]
struct Waiting {
    turn: tokio::sync::Mutex<()>,
    next: Mutex<Option<Option<Layout>>>,
}

/// The order as the screen shows it.
#[derive(Clone, PartialEq)]
pub struct Order {
    /// The order wanted now; what is kept follows it at once.
    pub layout: Layout,
    /// Why it could not be kept.
    pub fault: Option<Fault>,
    /// Changes it; `None` goes back to the usual one.
    pub change: Callback<Option<Layout>>,
}

/// The order of the person signed in.
pub fn use_order() -> Order {
    let engine = use_context::<Engine>();
    let pulse = pulse();
    let mut wanted = use_signal(|| None::<Layout>);
    let mut fault = use_signal(|| None::<Fault>);
    let waiting = use_hook(Arc::<Waiting>::default);
    let change = use_callback(move |layout: Option<Layout>| {
        wanted.set(Some(layout.clone().unwrap_or_else(|| usual(&pulse.state.peek().session))));
        fault.set(None);
        *waiting.next.lock().unwrap_or_else(PoisonError::into_inner) = Some(layout);
        let (engine, waiting) = (engine.clone(), Arc::clone(&waiting));
        let keeping = async move {
            let _turn = waiting.turn.lock().await;
            let next = waiting.next.lock().unwrap_or_else(PoisonError::into_inner).take();
            match next {
                Some(layout) => engine.set_layout(layout).await,
                None => Ok(()),
            }
        };
        perform(keeping, move |answer| {
            if let Err(why) = answer {
                wanted.set(None);
                fault.set(Some(why));
            }
        });
    });
    let kept = use_memo(move || pulse.state.read().layout.clone());
    Order { layout: wanted().unwrap_or_else(|| kept.cloned()), fault: fault(), change }
}

fn usual(session: &Session) -> Layout {
    match session {
        Session::Unlocked(staff) => Layout::usual(staff.role),
        _ => Layout::default(),
    }
}

/// Arranging while no record is open: the sections there usually are.
#[component]
pub fn OrderView(on_done: EventHandler<()>) -> Element {
    let order = use_order();
    let sections = Same::new(Arc::new(outline(&order.layout)));
    rsx! {
        if let Some(fault) = order.fault {
            FaultBox { fault }
        }
        ArrangeList { summary: sections, layout: order.layout, on_layout: order.change, on_done }
    }
}
