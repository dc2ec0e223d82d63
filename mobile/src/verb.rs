//! Calling the engine from a touch.

use std::future::Future;

use dioxus::prelude::*;
use engine::{Advice, EngineError};

use crate::fault::{Doing, Fault};

/// Runs a verb on the runtime and hands its answer to the view that asked. The verb is not the view's: a webview
/// that is frozen in the background, or a person who leaves the screen, stops only the answer.
pub fn perform<T: Send + 'static>(
    work: impl Future<Output = Result<T, EngineError>> + Send + 'static,
    then: impl FnOnce(Result<T, Fault>) + 'static,
) {
    let task = tokio::spawn(work);
    spawn(async move { then(task.await.unwrap_or_else(|_| Err(stopped())).map_err(Fault::from)) });
}

/// The same for a verb with a progress sentence: `doing` holds it while it runs and the fault when it failed.
pub fn perform_saying<T: Send + 'static>(
    mut doing: Signal<Doing>,
    words: String,
    work: impl Future<Output = Result<T, EngineError>> + Send + 'static,
    then: impl FnOnce(T) + 'static,
) {
    if doing.peek().is_busy() {
        return;
    }
    doing.set(Doing::Busy(words));
    perform(work, move |answer| match answer {
        Ok(value) => {
            doing.set(Doing::Idle);
            then(value);
        }
        Err(fault) => doing.set(Doing::Failed(fault)),
    });
}

fn stopped() -> EngineError {
    EngineError::new("stopped", "This step stopped inside the app. What was saved is safe.", Advice::CallServiceDesk)
}
