//! The root: starts the engine, shows who is at the device, and only then a list or a record.

use dioxus::prelude::*;
use engine::{Config, Engine, Options, Session};

use crate::bridge::use_pulse;
use crate::components::{FaultBox, Wait};
use crate::fault::Fault;
use crate::i18n::Lang;
use crate::nav::Nav;
use crate::platform::{Device, Settings, SetupFault};
use crate::preferences::Preferences;
use crate::presence::use_presence;
use crate::verb::perform;
use crate::views::{SetPinView, Shell, Welcome, WipedPage};

#[derive(Clone)]
enum Boot {
    Starting,
    Failed(Fault),
    Ready(Engine),
    /// The link it was opened with, or the enrolment it was given, cannot be followed; everything else can.
    NoLink(Engine, Fault),
}

/// The app. Needs [`Settings`] in its context.
#[component]
pub fn App() -> Element {
    let settings = use_hook(consume_context::<Settings>);
    match settings.device.clone() {
        Ok(device) => rsx! { Start { device, settings } },
        Err(fault) => rsx! { NotSetUp { fault } },
    }
}

#[component]
fn NotSetUp(fault: SetupFault) -> Element {
    rsx! {
        main { class: "gate", "data-view": "not-set-up",
            h1 { "Doorstep" }
            p { role: "alert", class: "fault", "{fault}" }
        }
    }
}

#[component]
fn Start(device: Device, settings: Settings) -> Element {
    let preferences = use_hook(|| Signal::new(Preferences::load(&device.folder)));
    let spoken = settings.lang;
    let lang = use_signal(|| preferences.peek().lang.unwrap_or(spoken));
    use_context_provider(|| preferences);
    use_context_provider(|| lang);
    use_context_provider(|| device.clone());
    use_effect(move || dress(preferences(), lang()));
    let mut boot = use_signal(|| Boot::Starting);
    let mut start = use_signal(|| 0_u32);
    use_effect(move || {
        start();
        boot.set(Boot::Starting);
        let (device, position) = (device.clone(), settings.position);
        let (link, enrolment) = (settings.link.clone(), settings.enrolment.clone());
        let opening = async move {
            let (pinned, secret, locks_itself) = (device.pinned, device.secret, !device.stays_open);
            let options = Options { pinned, secret, locks_itself, ..Options::default() };
            let config = Config { folder: device.folder, base_url: device.base_url };
            let engine = Engine::start_with(config, options).await?;
            engine.set_position(position).await;
            let enrolled = match enrolment.filter(|_| engine.wants_enrolment()) {
                Some(text) => engine.enrol(text.reveal()).await,
                None => Ok(()),
            };
            let followed = match link {
                Some(link) => engine.open_link(&link).await,
                None => Ok(()),
            };
            Ok((engine, enrolled.and(followed).err().map(Fault::from)))
        };
        perform(opening, move |answer| {
            boot.set(match answer {
                Ok((engine, None)) => Boot::Ready(engine),
                Ok((engine, Some(fault))) => Boot::NoLink(engine, fault),
                Err(fault) => Boot::Failed(fault),
            });
        });
    });
    match boot() {
        Boot::Starting => {
            rsx! { main { class: "gate", "data-view": "starting", Wait { words: lang().t("wait-start") } } }
        }
        Boot::Failed(fault) => rsx! {
            main { class: "gate", "data-view": "not-started",
                h1 { "Doorstep" }
                FaultBox { fault, on_retry: move |()| start += 1 }
            }
        },
        Boot::NoLink(engine, fault) => rsx! {
            main { class: "gate", "data-view": "no-link",
                h1 { "Doorstep" }
                FaultBox { fault }
                button { class: "primary", r#type: "button", onclick: move |_| boot.set(Boot::Ready(engine.clone())), {lang().t("link-go-on")} }
            }
        },
        // A device that was wiped starts as a new one.
        Boot::Ready(engine) => {
            rsx! { Ready { key: "{start}", engine: Opened(engine), on_again: move |()| start += 1 } }
        }
    }
}

// The engine is one device for the life of the app: it never makes a component draw again.
#[derive(Clone)]
struct Opened(Engine);

impl PartialEq for Opened {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

#[component]
fn Ready(engine: Opened, on_again: EventHandler<()>) -> Element {
    let engine = use_context_provider(|| engine.0.clone());
    let pulse = use_pulse(&engine);
    use_presence(&engine);
    use_context_provider(|| Signal::new(Nav::default()));
    let session = use_memo(move || pulse.state.read().session.clone());
    let wiped = use_memo(move || pulse.state.read().wiped);
    if wiped() {
        return rsx! { WipedPage { on_again } };
    }
    match session() {
        Session::SignedOut => rsx! { Welcome { known: None } },
        Session::Locked(staff) => rsx! { Welcome { known: Some(staff) } },
        Session::NeedsPin(staff) => rsx! { SetPinView { staff } },
        Session::Unlocked(staff) => rsx! { Shell { key: "{staff.id}", staff } },
    }
}

/// Tells the page its colours, size and language. Pages drawn without a document stay as they are.
pub fn dress(chosen: Preferences, lang: Lang) {
    let (theme, percent, lang) = (chosen.theme.name(), chosen.text.percent(), lang.tag());
    document::eval(&format!("window.dress?.('{theme}', {percent}, '{lang}')"));
}
