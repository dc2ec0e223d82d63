//! The one way from the engine's state to the screen.

use std::sync::Arc;
use std::time::Duration;

use dioxus::prelude::*;
use engine::{Engine, State};
use jiff::Timestamp;

/// What every view may read: the engine's state and the time.
#[derive(Clone, Copy, PartialEq)]
pub struct Pulse {
    /// The engine's state, replaced whole.
    pub state: Signal<Arc<State>>,
    /// The time, for ages and leases; moves every ten seconds.
    pub now: Signal<Timestamp>,
}

const TICK: Duration = Duration::from_secs(10);

/// Mirrors the engine's watch. The engine works on whether or not this task is polled; a frozen webview only sees
/// the newest state later.
pub fn use_pulse(engine: &Engine) -> Pulse {
    let engine = engine.clone();
    use_hook(|| {
        let mut watch = engine.watch();
        let first = watch.borrow_and_update().clone();
        let pulse = Pulse { state: Signal::new(first), now: Signal::new(Timestamp::now()) };
        spawn(async move {
            let Pulse { mut state, mut now } = pulse;
            let mut tick = tokio::time::interval(TICK);
            loop {
                tokio::select! {
                    changed = watch.changed() => match changed {
                        Ok(()) => {
                            let newest = watch.borrow_and_update().clone();
                            state.set(newest);
                        }
                        Err(_) => break,
                    },
                    _ = tick.tick() => {}
                }
                now.set(Timestamp::now());
            }
        });
        provide_context(pulse)
    })
}

/// The state and the time, in a view.
pub fn pulse() -> Pulse {
    use_context()
}
