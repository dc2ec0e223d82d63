//! Every screen with made-up people: `cargo run -p mobile --example gallery --features desktop`.
//!
//! `DOORSTEP_SCENE` names the first one; the small corner button lists them all. Nothing here talks to an engine.

mod samples;

use dioxus::prelude::*;
use engine::{Enrolment, Link};
use mobile::app::dress;
use mobile::components::Whom;
use mobile::fault::{Doing, Fault};
use mobile::forms::{Answers, Ask, Form};
use mobile::i18n::Lang;
use mobile::nav::{Closed, Tab};
use mobile::platform::Settings;
use mobile::preferences::Preferences;
use mobile::views::*;
use shared::consent::Reason;
use shared::identity::Role;
use shared::lease::LeaseState;
use shared::sync::Choice;

const SCENES: [&str; 76] = [
    "sign-in",
    "sign-in-ways",
    "sign-in-no-browser",
    "sign-in-code",
    "sign-in-browser",
    "sign-in-waiting",
    "sign-in-failed",
    "set-pin",
    "unlock",
    "unlock-wrong",
    "unlock-people",
    "unlock-waits",
    "unlock-last-try",
    "unlock-destroyed",
    "unlock-revoked",
    "unlock-needs-code",
    "key-store-locked",
    "enrol",
    "enrol-wrong",
    "enrol-done",
    "today",
    "today-empty",
    "today-never-heard",
    "today-unreadable",
    "find",
    "find-found",
    "find-nobody",
    "confirm",
    "confirm-bare",
    "consent",
    "consent-waiting",
    "refused",
    "no-record",
    "record",
    "record-damaged",
    "record-hidden",
    "record-unproven",
    "record-clock",
    "record-taken-back",
    "record-source",
    "write",
    "note",
    "note-free",
    "note-missing",
    "note-saved",
    "vitals",
    "vitals-whole",
    "vitals-asked",
    "dose",
    "action",
    "wish",
    "alert",
    "cpr",
    "phase",
    "akps",
    "ipos",
    "stock",
    "to-send",
    "to-send-colleagues",
    "to-send-disputed",
    "today-round",
    "today-attention",
    "conflict",
    "conflict-decided",
    "conflict-name-only",
    "record-conflict",
    "again",
    "hand-over",
    "take-out",
    "taken-out",
    "me",
    "me-device",
    "wipe",
    "wipe-none",
    "wipe-sure",
    "wiped",
];

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let Ok(runtime) = runtime else { return };
    let _inside = runtime.enter();
    mobile::platform::open(Gallery, Settings::from_environment());
}

#[component]
fn Gallery() -> Element {
    let mut scene = use_signal(|| std::env::var("DOORSTEP_SCENE").unwrap_or_else(|_| "record".to_owned()));
    let mut lang = use_context_provider(|| Signal::new(Lang::En));
    let mut preferences = use_signal(Preferences::default);
    use_effect(move || dress(preferences(), lang()));
    rsx! {
        Scene { key: "{scene}", name: scene(), preferences: preferences(), on_preferences: move |p: Preferences| { preferences.set(p); lang.set(p.lang.unwrap_or_default()); } }
        details { "data-scenes": "{scene}", style: "position:fixed;inset:0 0 auto auto;z-index:9;font-size:12px;opacity:.5;max-height:90vh;overflow:auto",
            summary { "≡" }
            for name in SCENES {
                button { key: "{name}", "data-scene": name, onclick: move |_| scene.set(name.to_owned()), "{name}" }
            }
        }
    }
}

fn fault(code: &'static str, text: &str, advice: engine::Advice) -> Doing {
    Doing::Failed(Fault { code, text: text.to_owned(), advice })
}

#[component]
fn Scene(name: String, preferences: Preferences, on_preferences: EventHandler<Preferences>) -> Element {
    let now = samples::now();
    let offline = fault(
        "offline",
        "The record service does not answer. What is on this device can be read and written.",
        engine::Advice::TryAgain,
    );
    match name.as_str() {
        "sign-in" => {
            rsx! { SignInPage { ways: Ways::Heard(engine::SignInWays { staff: samples::team(), browser: true, code: true }), doing: Doing::Idle, on_choose: |_| {}, on_retry: |()| {} } }
        }
        "sign-in-ways" => {
            rsx! { SignInPage { ways: Ways::Heard(engine::SignInWays { staff: vec![], browser: true, code: true }), doing: Doing::Idle, on_choose: |_| {}, on_retry: |()| {}, on_back: |()| {} } }
        }
        "sign-in-no-browser" => {
            let over = fault(
                "sign-in-code-over",
                "The time for this sign-in is over. Nothing was changed. Begin again.",
                engine::Advice::TryAgain,
            );
            rsx! { SignInPage { ways: Ways::Heard(engine::SignInWays { staff: vec![], browser: false, code: true }), doing: over, on_choose: |_| {}, on_retry: |()| {} } }
        }
        "sign-in-code" => {
            let page = "https://id.northheights.example/device".to_owned();
            rsx! { CodePage { words: "WDJB-MJHT", link: format!("{page}?user_code=WDJB-MJHT"), page, until: now, now, on_leave: |()| {} } }
        }
        "sign-in-browser" => rsx! { BrowserPage { until: now, now, on_again: |()| {}, on_leave: |()| {} } },
        "sign-in-waiting" => {
            rsx! { SignInPage { ways: Ways::Asking, doing: Doing::Idle, on_choose: |_| {}, on_retry: |()| {} } }
        }
        "sign-in-failed" => {
            let Doing::Failed(fault) = offline else { return rsx! {} };
            rsx! { SignInPage { ways: Ways::Failed(fault), doing: Doing::Idle, on_choose: |_| {}, on_retry: |()| {}, on_back: |()| {} } }
        }
        "set-pin" => rsx! { SetPinPage { staff: samples::staff(), doing: Doing::Idle, on_save: |_| {} } },
        "unlock" => {
            rsx! { UnlockPage { people: samples::known(), first: Some(0), now, doing: Doing::Idle, tries: 0, on_unlock: |_| {}, on_other: |()| {} } }
        }
        "unlock-wrong" => {
            rsx! { UnlockPage { people: samples::known(), first: Some(0), now, doing: fault("wrong-pin", "Wrong PIN. 4 tries left.", engine::Advice::Correct), tries: 1, on_unlock: |_| {}, on_other: |()| {} } }
        }
        "unlock-people" => unlock(None, |_| {}, samples::untroubled()),
        "unlock-waits" => unlock(Some(0), |people| people[0].try_after = Some(samples::ago(-5)), samples::untroubled()),
        "unlock-last-try" => unlock(Some(0), |people| people[0].last_try = true, samples::untroubled()),
        "unlock-destroyed" => unlock(
            Some(0),
            |people| people[0].destroyed = Some(engine::Destroyed::WrongPins),
            engine::DeviceView { relayed: 2, ..samples::untroubled() },
        ),
        "unlock-revoked" => unlock(
            Some(1),
            |people| people.iter_mut().for_each(|p| p.destroyed = Some(engine::Destroyed::DeviceRevoked)),
            engine::DeviceView { enrolment: Enrolment::Revoked, relayed: 1, ..samples::untroubled() },
        ),
        "unlock-needs-code" => {
            rsx! { SignInPage { ways: Ways::Heard(engine::SignInWays { staff: vec![], browser: true, code: true }), doing: Doing::Idle, on_choose: |_| {}, on_retry: |()| {}, on_enrol: |()| {} } }
        }
        "key-store-locked" => {
            let text = "This device's own key is in the key store of this system (the keyring), and that is locked. Unlock the keyring, then try again. Nothing was deleted.";
            let fault = Fault { code: "key-store-locked", text: text.to_owned(), advice: engine::Advice::TryAgain };
            rsx! { main { class: "gate", "data-view": "not-started", h1 { "Doorstep" } mobile::components::FaultBox { fault, on_retry: |()| {} } } }
        }
        "enrol" => enrol(Enrolment::NeedsCode, Doing::Idle),
        "enrol-wrong" => enrol(
            Enrolment::NeedsCode,
            fault(
                "wrong-code",
                "The record service does not take this code. A code works once and for one day: ask for a new one.",
                engine::Advice::Correct,
            ),
        ),
        "enrol-done" => enrol(Enrolment::Enrolled, Doing::Idle),
        "today" => framed(Tab::Today, samples::online(), rsx! { Today { preset: 0 } }, None),
        "today-empty" => framed(Tab::Today, samples::online(), rsx! { Today { preset: 1 } }, None),
        "today-never-heard" => framed(Tab::Today, samples::offline(), rsx! { Today { preset: 2 } }, None),
        "today-unreadable" => framed(Tab::Today, samples::offline(), rsx! { Today { preset: 3 } }, None),
        "find" => framed(
            Tab::Find,
            samples::online(),
            rsx! { FindPage { found: None, doing: Doing::Idle, now, on_find: |_| {}, on_choose: |_| {} } },
            None,
        ),
        "find-found" => framed(
            Tab::Find,
            samples::online(),
            rsx! { FindPage { found: Some(vec![samples::person(), samples::bare_person()]), doing: Doing::Idle, now, on_find: |_| {}, on_choose: |_| {} } },
            None,
        ),
        "find-nobody" => framed(
            Tab::Find,
            samples::online(),
            rsx! { FindPage { found: Some(vec![]), doing: offline, now, on_find: |_| {}, on_choose: |_| {} } },
            None,
        ),
        "confirm" => with_patient(
            rsx! { ConfirmPage { person: samples::person(), now, doing: Doing::Idle, on_open: |()| {}, on_back: |()| {} } },
        ),
        "confirm-bare" => with_patient(
            rsx! { ConfirmPage { person: samples::bare_person(), now, doing: offline, on_open: |()| {}, on_back: |()| {} } },
        ),
        "consent" => with_patient(
            rsx! { ConsentPage { person: samples::person(), now, doing: Doing::Idle, on_answer: |_| {}, on_back: |()| {} } },
        ),
        "consent-waiting" => with_patient(
            rsx! { ConsentPage { person: samples::person(), now, doing: Doing::Busy(Lang::En.t("wait-permission")), on_answer: |_| {}, on_back: |()| {} } },
        ),
        "refused" => with_patient(
            rsx! { RefusedPage { person: samples::person(), closed: Closed::Refused { reason: Reason::EmergencyDeniedBreakGlass, text: "The patient does not allow emergency staff to see this record.".to_owned(), break_glass_available: true }, now, on_note: |()| {}, on_back: |()| {} } },
        ),
        "no-record" => with_patient(
            rsx! { RefusedPage { person: samples::bare_person(), closed: Closed::NoRecord, now, on_note: |()| {}, on_back: |()| {} } },
        ),
        "record" => with_patient(record(samples::record())),
        "record-source" => with_patient(rsx! { SourceShown {} }),
        "record-damaged" => {
            let mut damaged = samples::record();
            damaged.summary = Some(std::sync::Arc::new(samples::damaged()));
            damaged.unreadable_notes = 1;
            damaged.missing_sources = vec![samples::missing_source()];
            damaged.consent_checked = false;
            damaged.lease.state = LeaseState::Stale;
            with_patient(record(damaged))
        }
        "record-hidden" => {
            let mut over = hidden(LeaseState::Expired);
            over.lease.not_after = samples::ago(5);
            with_patient(record(over))
        }
        "record-unproven" => with_patient(record(hidden(LeaseState::Unproven))),
        "record-clock" => with_patient(record(hidden(LeaseState::ClockDoubted))),
        "record-taken-back" => with_patient(
            rsx! { TakenBackPage { person: samples::person(), now, doing: Doing::Idle, on_renew: |()| {}, on_note: |()| {}, on_back: |()| {} } },
        ),
        "note" => with_patient(rsx! { Written { form: Form::Visit, begun: vec![("found", "SpO2 86 % on air")] } }),
        "note-saved" => with_patient(rsx! { Written { form: Form::Visit, begun: vec![], saved: Saved::Offline } }),
        "write" => with_patient(
            rsx! { WritePage { person: samples::person(), role: Role::CareTeamClinician, begun: vec!["vitals".to_owned()], now, on_form: |_| {}, on_back: |()| {} } },
        ),
        "note-free" => written(Form::Visit, &[("template", "free"), ("text", "Settled after repositioning.")]),
        "note-missing" => with_patient(
            rsx! { Written { form: Form::Vitals, begun: vec![("pulse", "72.5")], ask: Some(Ask { field: "pulse".to_owned(), words: Lang::En.t("ask-whole") }) } },
        ),
        "vitals" => written(Form::Vitals, &[("breathing", "24"), ("saturation", "91")]),
        "vitals-whole" => written(Form::Vitals, &SICK),
        "vitals-asked" => written(Form::Vitals, &[("temperature", "98.6"), ("systolic", "80"), ("diastolic", "120")]),
        "dose" => written(Form::Dose, &[("drug", "Morphine sulfate 10 mg/mL"), ("given", "not"), ("why", "refused")]),
        "action" => written(Form::Action, &[("action", "Turn in bed"), ("outcome", "not-done"), ("why", "other")]),
        "wish" => written(Form::Wish, &[("wish", "place"), ("place", "110481000000108"), ("speaker", "other")]),
        "alert" => {
            written(Form::Alert, &[("kind", "SS"), ("text", "Ring first: dog loose in the yard"), ("review", "date")])
        }
        "cpr" => written(Form::Cpr, &[("decision", "450476008"), ("kept", "Yellow folder on the fridge")]),
        "phase" => written(Form::Phase, &[("phase", "unstable")]),
        "akps" => written(Form::Akps, &[("score", "40")]),
        "ipos" => written(Form::Ipos, &[("completed", "staff"), ("pain", "3"), ("nausea", "cannot")]),
        "stock" => written(Form::Stock, &[("there", "some"), ("drug-0", "Midazolam 10 mg/2 mL"), ("left-0", "5")]),
        "to-send" => framed(
            Tab::ToSend,
            samples::offline(),
            rsx! { ToSendPage { outbox: samples::outbox(), sync: engine::SyncState::default(), now, doing: Doing::Idle, on_act: |_| {}, on_sync: |()| {} } },
            None,
        ),
        "to-send-colleagues" => framed(
            Tab::ToSend,
            samples::offline(),
            rsx! { ToSendPage { outbox: samples::outbox(), device: samples::troubled(), must_sign_in: true, sync: engine::SyncState::default(), now, doing: Doing::Idle, on_act: |_| {}, on_sync: |()| {} } },
            None,
        ),
        "to-send-disputed" => framed(
            Tab::ToSend,
            samples::online(),
            rsx! { ToSendPage { outbox: samples::disputed(), conflicts: vec![samples::conflict().item], sync: engine::SyncState::default(), now, doing: Doing::Idle, on_act: |_| {}, on_sync: |()| {} } },
            None,
        ),
        "today-round" => framed(Tab::Today, samples::offline(), rsx! { Round { outbox: samples::outbox() } }, None),
        "today-attention" => framed(Tab::Today, samples::online(), rsx! { Round { outbox: samples::disputed() } }, None),
        "conflict" => conflict(Whom::Known(samples::person()), vec![]),
        "conflict-decided" => conflict(Whom::Known(samples::person()), vec![Choice::Mine, Choice::Both]),
        "conflict-name-only" => conflict(named(), vec![Choice::Theirs]),
        "record-conflict" => with_patient(
            rsx! { RecordPage { record: Same::new(samples::record()), conflicts: vec![samples::conflict().item], link: samples::online(), now, doing: Doing::Idle, source: None, on_note: |()| {}, on_renew: |()| {}, on_source: |_| {}, on_back: |()| {} } },
        ),
        "again" => written(
            Form::Vitals,
            &[("kept-at", "2026-11-21T22:05:00Z"), ("when", "kept"), ("pulse", "118"), ("air", "oxygen"), ("flow", "2.0")],
        ),
        "hand-over" => with_patient(
            rsx! { HandOverPage { person: samples::person(), lines: vec!["Resuscitation decision".to_owned(), "Do not attempt CPR".to_owned()], text: "Said by her daughter, who has the form.".to_owned(), now, on_back: |()| {} } },
        ),
        "take-out" => take_out(None),
        "taken-out" => take_out(Some("About: OSEI-BONSU (p2)\nWritten by: Rowan Achterberg, Paramedic\nNot in the record yet: Too long\n\nPump running, 4.2 ml left.\n\n{\n  \"resourceType\": \"Bundle\",\n  \"type\": \"transaction\"\n}".to_owned())),
        "me-device" => framed(
            Tab::Me,
            samples::online(),
            rsx! { MePage { device: samples::troubled(), staff: samples::staff(), preferences, problems: vec![], sync: engine::SyncState::default(), held: 2, unsent: 1, now, on_preferences, on_lock: |()| {}, on_sign_out: |()| {} } },
            None,
        ),
        "wipe" => wipe(engine::Unsent { mine: 2, declared: 1, others: 1, locked_away: 1 }, false),
        "wipe-none" => wipe(engine::Unsent::default(), false),
        "wipe-sure" => wipe(engine::Unsent { mine: 2, declared: 1, others: 1, locked_away: 1 }, true),
        "wiped" => rsx! { WipedPage { on_again: |()| {} } },
        "me" => framed(
            Tab::Me,
            samples::online(),
            rsx! { MePage { device: samples::untroubled(), staff: samples::staff(), preferences, problems: vec![], sync: engine::SyncState { running: false, last_success: Some(samples::ago(3)), last_problem: None }, held: 2, unsent: 1, now, on_preferences, on_lock: |()| {}, on_sign_out: |()| {} } },
            None,
        ),
        _ => rsx! { p { "no such scene" } },
    }
}

#[component]
fn Today(preset: u8) -> Element {
    let mut today = samples::today();
    match preset {
        1 => today.visits.clear(),
        2 => today = engine::Today::default(),
        3 => today.unreadable = 2,
        _ => {}
    }
    let problem = engine::Problem {
        code: "storage-full".to_owned(),
        text: "Little room is left on this device. Notes still have theirs.".to_owned(),
    };
    rsx! {
        TodayPage {
            today, held: vec![samples::person().patient], problems: if preset == 3 { vec![problem] } else { vec![] }, link: if preset >= 2 { samples::offline() } else { samples::online() },
            syncing: false, now: samples::now(), chosen: None, on_open: |_| {}, on_sync: |()| {},
        }
    }
}

#[component]
fn Round(outbox: Vec<engine::OutboxItem>) -> Element {
    let mut outbox = outbox;
    let today = samples::today();
    for (item, visit) in outbox.iter_mut().zip(&today.visits) {
        item.patient = visit.visit.patient.clone();
    }
    let held = today.visits.iter().take(2).map(|visit| visit.visit.patient.clone()).collect();
    rsx! {
        TodayPage {
            today, held, problems: vec![], link: samples::online(), syncing: false, now: samples::now(), chosen: None, outbox,
            on_open: |_| {}, on_write: |_| {}, on_sync: |()| {},
        }
    }
}

/// Of whom only the name is left here.
fn named() -> Whom {
    Whom::Named(samples::person().patient, "FAIRWEATHER, Dorothea Mabel".to_owned().into())
}

fn conflict(person: Whom, begun: Vec<Choice>) -> Element {
    with_patient(
        rsx! { ConflictPage { person, conflict: samples::conflict(), begun, now: samples::now(), doing: Doing::Idle, on_settle: |_| {}, on_back: |()| {} } },
    )
}

fn take_out(taken: Option<String>) -> Element {
    let copied = taken.is_some().then_some(true);
    with_patient(
        rsx! { TakeOutPage { person: named(), taken, copied, now: samples::now(), doing: Doing::Idle, on_take: |()| {}, on_copy: |()| {}, on_back: |()| {} } },
    )
}

fn unlock(first: Option<usize>, change: fn(&mut [engine::KnownPerson]), device: engine::DeviceView) -> Element {
    let mut people = samples::known();
    change(&mut people);
    rsx! { UnlockPage { people, first, device, now: samples::now(), doing: Doing::Idle, tries: 0, on_unlock: |_| {}, on_other: |()| {} } }
}

fn enrol(enrolment: Enrolment, doing: Doing) -> Element {
    rsx! { main { class: "gate", "data-view": "enrol", EnrolPage { enrolment, doing, on_enrol: |_| {}, on_back: |()| {} } } }
}

fn wipe(unsent: engine::Unsent, sure: bool) -> Element {
    let page =
        rsx! { WipePage { unsent, sure, doing: Doing::Idle, on_send: |()| {}, on_wipe: |_| {}, on_back: |()| {} } };
    framed(Tab::Me, samples::online(), page, None)
}

fn framed(tab: Tab, link: Link, list: Element, patient: Option<(&'static str, Element)>) -> Element {
    let (view, patient) = patient.map_or((tab.view(), None), |(view, patient)| (view, Some(patient)));
    rsx! { Frame { tab, view, link, unsent: 2, now: samples::now(), list, patient, on_choose: |_| {} } }
}

fn with_patient(patient: Element) -> Element {
    framed(Tab::Today, samples::online(), rsx! { Today { preset: 0 } }, Some(("record", patient)))
}

const SICK: [(&str, &str); 8] = [
    ("breathing", "26"),
    ("saturation", "90"),
    ("air", "oxygen"),
    ("systolic", "98"),
    ("diastolic", "60"),
    ("pulse", "118"),
    ("awake", "C"),
    ("temperature", "38.4"),
];

fn written(form: Form, begun: &[(&'static str, &'static str)]) -> Element {
    with_patient(rsx! { Written { form, begun: begun.to_vec() } })
}

#[component]
fn Written(
    form: Form,
    begun: Vec<(&'static str, &'static str)>,
    #[props(default = Saved::No)] saved: Saved,
    #[props(default)] ask: Option<Ask>,
) -> Element {
    let mut answers =
        use_signal(|| begun.iter().fold(Answers::default(), |answers, (field, said)| answers.with(field, said)));
    rsx! {
        NotePage {
            person: samples::person(), form, answers: answers(), role: Role::EmergencyClinician, resumed: !begun.is_empty(), ask,
            now: samples::now(), doing: Doing::Idle, saved, on_answer: move |(field, said): (String, String)| answers.write().set(&field, &said),
            on_save: |()| {}, on_another: |()| {}, on_back: |()| {},
        }
    }
}

#[component]
fn SourceShown() -> Element {
    const CAME: &str = r#"{"resourceType":"AllergyIntolerance","criticality":"high","code":{"text":"Penicillin"},"reaction":[{"severity":"severe","onset":"2011"}]}"#;
    let mut source = use_signal(|| Some((At { document: 0, entry: 3 }, Ok(CAME.to_owned().into()))));
    let show = move |at: At| {
        let shown = source.peek().as_ref().is_some_and(|(shown, _)| *shown == at);
        source.set((!shown).then(|| (at, Ok(CAME.to_owned().into()))));
    };
    rsx! { RecordPage { record: Same::new(samples::record()), link: samples::online(), now: samples::now(), doing: Doing::Idle, source: source(), on_note: |()| {}, on_renew: |()| {}, on_source: show, on_back: |()| {} } }
}

/// The record while it may not be read.
fn hidden(state: LeaseState) -> engine::RecordView {
    let lease = engine::LeaseView { state, ..samples::lease() };
    engine::RecordView { summary: None, lease, ..samples::record() }
}

fn record(record: engine::RecordView) -> Element {
    rsx! { RecordPage { record: Same::new(record), link: samples::online(), now: samples::now(), doing: Doing::Idle, source: None, on_note: |()| {}, on_renew: |()| {}, on_source: |_| {}, on_back: |()| {} } }
}
