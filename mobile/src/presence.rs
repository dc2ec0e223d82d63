//! Tells the engine that somebody is at the device, and that the app went out of sight. When to lock is the engine's.

use dioxus::prelude::*;
use engine::{Engine, Session};
use shared::lock::BACKGROUND;

/// A touch every ten seconds is enough. What was shown is hidden the moment the app goes out of sight, and is shown again
/// when the engine has had its say; how long it was away is counted here as well, because a frozen app hears of nothing.
const FEED: &str = r"
let last = 0, hidden = 0;
const touched = () => {
  const now = Date.now();
  if (Math.abs(now - last) >= 10000) { last = now; dioxus.send('touched'); }
};
for (const kind of ['pointerdown', 'click', 'keydown', 'input', 'wheel']) addEventListener(kind, touched, { capture: true, passive: true });
document.addEventListener('visibilitychange', () => {
  if (document.hidden) {
    hidden = Date.now();
    document.documentElement.dataset.away = '';
    dioxus.send('hidden');
  } else {
    dioxus.send('shown ' + Math.abs(Date.now() - hidden));
  }
});
await new Promise(() => {});
";

/// Shows the page again. When the vault was closed meanwhile, not before what was open is off the page: what the page is
/// told to draw comes by another way than this, and later.
const SHOW: &str = r"
const show = () => {
  if (closed && document.querySelector('.shell')) requestAnimationFrame(show);
  else delete document.documentElement.dataset.away;
};
show();
";

/// Feeds the engine as long as the app runs.
pub(crate) fn use_presence(engine: &Engine) {
    let engine = engine.clone();
    use_hook(move || {
        spawn(async move {
            let mut feed = document::eval(FEED);
            while let Ok(word) = feed.recv::<String>().await {
                match word.split_once(' ') {
                    Some((_, away)) => back(&engine, away.parse().unwrap_or(i64::MAX)).await,
                    None if word == "hidden" => engine.in_background(true).await,
                    None => engine.touched(),
                }
            }
        });
    });
}

async fn back(engine: &Engine, milliseconds: i64) {
    engine.in_background(false).await;
    if is_too_long(milliseconds) {
        engine.lock().await;
    }
    let closed = !matches!(engine.watch().borrow().session, Session::Unlocked(_));
    document::eval(&format!("const closed = {closed}; {SHOW}"));
}

fn is_too_long(milliseconds: i64) -> bool {
    i128::from(milliseconds) >= BACKGROUND.as_millis()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_out_of_sight_is_too_long() {
        assert!(!is_too_long(59_999) && is_too_long(60_000) && is_too_long(i64::MAX));
    }
}
