//! The pages with data of every awkward kind: what they must say, and what they must never say.

#[path = "pages/aside.rs"]
mod aside;
#[path = "pages/record.rs"]
mod record;
#[path = "../examples/samples/mod.rs"]
mod samples;
mod screen;

use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use dioxus::prelude::*;
use engine::{Advice, RecordView, SyncState};
use mobile::components::{NoteCard, REVEALED_FOR};
use mobile::fault::{Doing, Fault};
use mobile::forms::{Answers, Ask, Form};
use mobile::nav::Closed;
use mobile::views::*;
use shared::consent::Reason;
use shared::identity::{Demographics, Role};
use shared::note::{Amendment, Amends, Content, Visit};
use shared::summary::{SectionState, Summary};
use shared::sync::{Action, Attention, OutboxState};

use screen::Screen;

static OPENED: AtomicUsize = AtomicUsize::new(0);

#[tokio::test]
async fn a_record_opens_only_after_two_facts_were_checked() {
    fn page() -> Element {
        rsx! {
            ConfirmPage {
                person: samples::person(), now: samples::now(), doing: Doing::Idle, on_back: |()| {},
                on_open: |()| { OPENED.fetch_add(1, Ordering::SeqCst); },
            }
        }
    }
    let mut screen = Screen::of(page, ()).await;
    let closed = |screen: &Screen| screen.attribute("#open-record", "disabled").is_some();
    assert!(closed(&screen));
    screen.press("[data-identifier=name]").await;
    assert!(closed(&screen), "one fact is not enough");
    screen.press("[data-identifier=born]").await;
    assert!(!closed(&screen));
    screen.press("[data-identifier=born]").await;
    assert!(closed(&screen), "a fact can be taken back");
    screen.press("[data-identifier=address]").await;
    assert_eq!(screen.count("[aria-pressed=true]"), 2);
    screen.press("#open-record").await;
    assert_eq!(OPENED.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn what_is_not_recorded_cannot_be_checked() {
    fn page() -> Element {
        rsx! { ConfirmPage { person: samples::bare_person(), now: samples::now(), doing: Doing::Idle, on_back: |()| {}, on_open: |()| {} } }
    }
    let screen = Screen::of(page, ()).await;
    let disabled = |name: &str| screen.attribute(&format!("[data-identifier={name}]"), "disabled").is_some();
    assert!(disabled("nhs") && disabled("address"));
    assert!(!disabled("name") && !disabled("born"));
    assert!(screen.text("[data-identifier=nhs]").contains("not recorded"));
}

#[tokio::test]
async fn a_name_without_a_family_name_is_a_name_that_can_be_checked() {
    fn page() -> Element {
        let person =
            Demographics { family: String::new().into(), given: "Thiri".to_owned().into(), ..samples::person() };
        rsx! { ConfirmPage { person, now: samples::now(), doing: Doing::Idle, on_back: |()| {}, on_open: |()| {} } }
    }
    let screen = Screen::of(page, ()).await;
    assert!(screen.attribute("[data-identifier=name]", "disabled").is_none());
    assert!(screen.text("[data-identifier=name]").contains("Thiri"));
}

#[component]
fn Record(view: Same<RecordView>) -> Element {
    rsx! {
        RecordPage {
            record: view, link: samples::offline(), now: samples::now(), doing: Doing::Idle, source: None,
            on_note: |()| {}, on_renew: |()| {}, on_source: |_| {}, on_back: |()| {},
        }
    }
}

async fn record_of(change: impl FnOnce(&mut RecordView)) -> Screen {
    let mut view = samples::record();
    change(&mut view);
    Screen::of(Record, RecordProps { view: Same::new(view) }).await
}

async fn record_with(summary: Summary) -> Screen {
    record_of(|view| view.summary = Some(Arc::new(summary))).await
}

async fn allergies(state: SectionState, statement: &str) -> Screen {
    let section = samples::section("48765-2", "Allergies", state, statement, Vec::new());
    record_with(Summary { sections: vec![section], ..Summary::default() }).await
}

#[tokio::test]
async fn no_known_allergies_is_said_of_one_state_only() {
    const SENTENCE: &str = "No known allergies";
    for state in [
        SectionState::NotRecorded,
        SectionState::Withheld,
        SectionState::Unreadable,
        SectionState::NotProvided,
        SectionState::Listed,
    ] {
        let screen = allergies(state, "").await;
        assert!(!screen.words().contains(SENTENCE), "{state:?}");
    }
    assert!(allergies(SectionState::NoneKnown, "").await.words().contains(SENTENCE));
    let said = allergies(SectionState::NoneKnown, "No known allergies (recorded by Dr Q, 1 May 2026)").await;
    assert!(said.text("[data-section=48765-2]").contains("recorded by Dr Q"));
}

#[tokio::test]
async fn the_five_kinds_of_absence_have_words_of_their_own() {
    let words = [
        (SectionState::NoneKnown, "None known"),
        (SectionState::NotRecorded, "Not recorded"),
        (SectionState::Withheld, "Withheld"),
        (SectionState::Unreadable, "Could not be read"),
        (SectionState::NotProvided, "Not in this record"),
    ];
    for (state, expected) in words {
        let text = allergies(state, "").await.text("[data-section=48765-2]");
        let others = words.iter().filter(|(other, _)| *other != state);
        assert!(text.contains(expected), "{state:?}: {text}");
        assert!(others.clone().all(|(_, other)| !text.contains(other)), "{state:?}: {text}");
    }
}

#[tokio::test]
async fn a_glance_that_is_silent_on_allergies_says_so() {
    let screen = record_with(Summary::default()).await;
    assert!(screen.text("#glance").contains("Not recorded"));
    assert!(!record_of(|_| {}).await.text("#glance").contains("Not recorded"));
}

#[tokio::test]
async fn a_long_detail_is_cut_in_the_glance_and_whole_after_one_touch() {
    let mut summary = samples::summary();
    summary.sections.clear();
    summary.glance.iter_mut().for_each(|line| line.disagreement.clear());
    summary.glance[2].detail =
        format!("{} Paper in the yellow folder.", "Treat what is easily put right at home. ".repeat(3));
    let mut screen = record_with(summary).await;
    assert!(screen.text("[data-glance=cpr]").contains("Do not attempt CPR"));
    assert!(!screen.words().contains("yellow folder"));
    screen.press("[data-more]").await;
    assert!(screen.text("[data-glance=cpr]").contains("yellow folder"));
}

#[tokio::test]
async fn one_red_banner_at_most_and_every_unread_entry_is_shown() {
    let screen = record_with(samples::damaged()).await;
    assert_eq!(screen.count("[class=red-banner]"), 1);
    assert!(screen.text("[data-unread=31]").contains("two units"));
    assert!(!record_of(|_| {}).await.has("[class=red-banner]"));
    let silent = record_with(Summary { notices: Vec::new(), ..samples::damaged() }).await;
    assert!(silent.text("[class=red-banner]").contains("1 entry of this record could not be read"));
}

#[tokio::test]
async fn what_the_device_knows_of_a_record_is_said() {
    let screen = record_of(|view| {
        view.consent_checked = false;
        view.unreadable_notes = 2;
    })
    .await;
    assert!(screen.text("#notices").contains("Consent was not checked by this server"));
    assert!(screen.text("#notes").contains("2 notes could not be read"));
    let strip = screen.text("#strip");
    assert_eq!(screen.attribute("#strip", "data-link").as_deref(), Some("offline"));
    for words in ["Offline", "Retrieved 2 h ago", "Hidden after 14:05", "Hospice 3 h ago", "and 1 more"] {
        assert!(strip.contains(words), "{words} in {strip}");
    }
}

#[tokio::test]
async fn a_record_past_its_lease_is_hidden_whatever_the_vault_gave() {
    let screen = record_of(|view| view.lease.not_after = samples::now()).await;
    assert!(!screen.words().contains("Penicillin") && !screen.has("#glance"));
    assert!(screen.text("[data-hidden]").contains("Hidden since 03:10"));
    assert!(screen.has("#write-note") && screen.has("#notes"), "notes can still be written and read");
}

#[tokio::test]
async fn a_hidden_record_says_why_on_the_strip_and_in_its_place() {
    use shared::lease::LeaseState::{ClockDoubted, Expired, Fresh, Unproven};
    let cases = [
        (Expired, "over", "Hidden since 14:05"),
        (Unproven, "unproven", "Hidden: permission not confirmed"),
        (ClockDoubted, "clock", "Hidden: device clock changed"),
    ];
    for (state, code, words) in cases {
        // The vault gave it before it knew: the page shows it none the less as hidden.
        for summary in [None, samples::record().summary] {
            let screen = record_of(|view| (view.summary, view.lease.state) = (summary, state)).await;
            assert_eq!(screen.attribute("[data-hidden]", "data-hidden").as_deref(), Some(code));
            assert!(screen.text("[data-hidden]").contains(words), "{}", screen.text("[data-hidden]"));
            assert!(screen.text("#strip").contains(words), "{}", screen.text("#strip"));
            assert!(!screen.words().contains("Hidden after") && !screen.words().contains("Penicillin"));
            assert!(state == Expired || !screen.words().contains("Hidden since"), "it is not over");
            assert!(screen.has("#write-note") && screen.count("[data-renew]") == 2, "on the strip and in its place");
        }
    }
    assert!(!record_of(|view| view.lease.state = Fresh).await.has("[data-hidden]"));
}

#[tokio::test]
async fn a_record_that_was_taken_back_says_so_and_care_goes_on() {
    fn page() -> Element {
        rsx! { TakenBackPage { person: samples::person(), now: samples::now(), doing: Doing::Idle, on_renew: |()| {}, on_note: |()| {}, on_back: |()| {} } }
    }
    let screen = Screen::of(page, ()).await;
    let told = screen.text("[data-hidden=taken-back]");
    for words in ["Record removed from this device", "consent changed", "says nothing about allergies"] {
        assert!(told.contains(words), "{words} in {told}");
    }
    assert!(screen.has("#identity") && screen.has("#write-note") && screen.has("[data-renew]"));
}

#[tokio::test]
async fn items_show_their_status_in_words_and_what_the_summary_left_out() {
    let screen = record_of(|_| {}).await;
    let medicines = screen.text("[data-section=10160-0]");
    for words in
        ["Do not give", "Stopped", "Active", "Not listed in the summary", "recorded 1 Mar 2024", "Quince Walk Surgery"]
    {
        assert!(medicines.contains(words), "{words}");
    }
    let problems = screen.text("[data-section=11450-4]");
    assert!(problems.contains("Entered in error") && problems.contains("read the source"));
    assert!(screen.text("[data-section=48765-2]").contains("High risk"));
    assert_eq!(screen.count("[data-context]"), 1);
}

#[tokio::test(start_paused = true)]
async fn an_entry_code_is_shown_for_thirty_seconds_and_no_longer() {
    let mut screen = record_of(|_| {}).await;
    assert!(!screen.words().contains("4417"), "not even in the sections");
    screen.press("[data-glance=access]").await;
    assert!(!screen.words().contains("4417"), "only the button shows it");
    let buttons = screen.count("[data-reveal]");
    assert_eq!(buttons, 3, "in the glance, in its section, and before the document that has its text");
    screen.press_first("[data-reveal]").await;
    assert!(screen.text("[data-glance=access]").contains("4417"));
    tokio::time::sleep(REVEALED_FOR).await;
    screen.settle().await;
    assert!(!screen.words().contains("4417"));
}

#[tokio::test]
async fn the_patient_is_named_on_every_screen_about_a_patient() {
    fn pages() -> Vec<Element> {
        let (person, now) = (samples::person(), samples::now());
        let closed = Closed::Refused { reason: Reason::OptOut, text: "No.".to_owned(), break_glass_available: false };
        vec![
            rsx! { ConfirmPage { person: person.clone(), now, doing: Doing::Idle, on_open: |()| {}, on_back: |()| {} } },
            rsx! { ConsentPage { person: person.clone(), now, doing: Doing::Idle, on_answer: |_| {}, on_back: |()| {} } },
            rsx! { RefusedPage { person: person.clone(), closed, now, on_note: |()| {}, on_back: |()| {} } },
            rsx! { RefusedPage { person: person.clone(), closed: Closed::NoRecord, now, on_note: |()| {}, on_back: |()| {} } },
            rsx! { Record { view: Same::new(samples::record()) } },
            rsx! { Note { form: Form::Vitals, answers: Answers::default(), saved: Saved::No } },
            rsx! { Note { form: Form::Visit, answers: Answers::default(), saved: Saved::Offline } },
            rsx! { WritePage { person, role: Role::DomiciliaryCarer, begun: vec![], now, on_form: |_| {}, on_back: |()| {} } },
        ]
    }
    #[component]
    fn Nth(n: usize) -> Element {
        pages().swap_remove(n)
    }
    for n in 0..8 {
        let screen = Screen::of(Nth, NthProps { n }).await;
        let bar = screen.text("#identity");
        for fact in ["FAIRWEATHER, Dorothea Mabel", "23 Nov 1938 (87 y)", "991 200 3888"] {
            assert!(bar.contains(fact), "{fact} on page {n}: {bar}");
        }
    }
}

#[component]
fn Note(form: Form, answers: Answers, saved: Saved) -> Element {
    let ask = Ask { field: "pulse".to_owned(), words: "Write a whole number.".to_owned() };
    let now = samples::now();
    rsx! {
        NotePage {
            person: samples::person(), form, answers, role: Role::EmergencyClinician, ask: Some(ask), now, doing: Doing::Idle, saved,
            on_answer: |_| {}, on_save: |()| {}, on_another: |()| {}, on_back: |()| {},
        }
    }
}

#[tokio::test]
async fn half_a_set_of_vital_signs_shows_no_score() {
    let some = Answers::default().with("breathing", "28").with("pulse", "140x");
    let screen = Screen::of(Note, NoteProps { form: Form::Vitals, answers: some, saved: Saved::No }).await;
    assert_eq!(screen.attribute("#news", "data-news").as_deref(), Some("incomplete"));
    let words = screen.text("#news");
    assert!(words.contains("No NEWS2 score yet") && words.contains("Pulse") && !words.contains("NEWS2 0"), "{words}");
    assert!(screen.text("[data-field=pulse]").contains("Write a whole number."), "the fault stands at its field");
    let (all, closed) = (screen.count("[data-step=more]"), screen.attributes("[data-step=more]", "disabled").len());
    assert_eq!((all, closed), (7, 6), "only what was measured can be stepped");
}

#[tokio::test]
async fn a_wish_says_that_it_is_no_decision_and_a_carer_decides_on_no_resuscitation() {
    let wish = NoteProps { form: Form::Wish, answers: Answers::default(), saved: Saved::No };
    let screen = Screen::of(Note, wish).await;
    assert!(screen.text("[data-warning]").contains("not a decision, and it changes none"));
    fn carer() -> Element {
        let begun = vec!["dose".to_owned()];
        rsx! { WritePage { person: samples::person(), role: Role::DomiciliaryCarer, begun, now: samples::now(), on_form: |_| {}, on_back: |()| {} } }
    }
    let screen = Screen::of(carer, ()).await;
    assert_eq!((screen.count("[data-form=cpr]"), screen.count("[data-begun]")), (0, 1));
    assert!(screen.text("[data-form=dose]").contains("Begun, not saved"));
}

#[tokio::test]
async fn two_corrections_stand_below_their_note_and_nothing_is_hidden() {
    fn page() -> Element {
        let mut record = samples::record();
        let first = record.notes[0].clone();
        let mut later = |nth: u128, text: &str| {
            let how = Amendment::Replaces { reason: "Wrong side".to_owned().into() };
            let amends = Amends { note: first.note.id, kind: shared::note::Amended::Document, how };
            let mut view = first.clone();
            view.note.id = shared::identity::NoteId::new(uuid(nth));
            view.note.text = text.to_owned().into();
            view.note.content = Content::Visit(Visit { amends: Some(amends), ..Visit::default() });
            record.notes.push(view);
        };
        later(11, "Left hip");
        later(12, "Right knee");
        rsx! { Record { view: Same::new(record) } }
    }
    let screen = Screen::of(page, ()).await;
    assert_eq!(screen.count("[data-worth=disputed]"), 1);
    assert_eq!(screen.count("[data-depth=1]"), 2);
    let words = screen.text("#notes");
    for said in
        ["Left hip", "Right knee", "Corrected 2 times", "Why: Wrong side", samples::notes()[0].note.text.reveal()]
    {
        assert!(words.contains(said), "{said} in {words}");
    }
}

fn uuid(nth: u128) -> uuid::Uuid {
    uuid::Uuid::from_u128(nth)
}

#[tokio::test]
async fn a_note_says_where_it_is_and_never_more_than_is_known() {
    let states = [
        (OutboxState::Pending { not_before: None }, "On this device"),
        (OutboxState::Sending, "On this device, sending now"),
        (OutboxState::Sent { received: samples::ago(1) }, "Sent"),
        (OutboxState::NeedsAttention(Attention { status: 422, reason: "No.".to_owned() }), "Needs attention"),
    ];
    #[component]
    fn Card(state: OutboxState) -> Element {
        let mut view = samples::notes().swap_remove(0);
        view.sending = Some(state);
        rsx! { NoteCard { view, now: samples::now() } }
    }
    for (state, words) in states {
        let sent = matches!(state, OutboxState::Sent { .. });
        let screen = Screen::of(Card, CardProps { state }).await;
        assert_eq!(screen.text("[class=note-state]"), words);
        assert_eq!(screen.words().contains("Sent"), sent, "{words}");
        assert!(!screen.words().to_lowercase().contains("submitted"));
    }
}

#[tokio::test]
async fn to_send_shows_the_reason_of_a_refusal_first_and_sends_that_note_again() {
    static AGAIN: AtomicUsize = AtomicUsize::new(0);
    fn page() -> Element {
        rsx! {
            ToSendPage {
                outbox: samples::outbox(), sync: SyncState::default(), now: samples::now(), doing: Doing::Idle, on_sync: |()| {},
                on_act: |(item, action): (engine::OutboxItem, Action)| {
                    assert_eq!(action, Action::Resend);
                    AGAIN.store(item.note.uuid().as_u128() as usize, Ordering::SeqCst);
                },
            }
        }
    }
    let mut screen = Screen::of(page, ()).await;
    assert_eq!(screen.attributes("[data-note]", "data-state"), ["needs-attention", "pending", "sent"]);
    assert!(screen.words().contains("The author is not the person signed in."));
    assert!(screen.words().contains("2 notes wait"));
    screen.press("[data-action=resend]").await;
    assert_eq!(AGAIN.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn nothing_waits_is_said_with_what_was_sent() {
    fn page() -> Element {
        let mut sent = samples::outbox();
        sent.retain(|item| matches!(item.state, OutboxState::Sent { .. }));
        rsx! { ToSendPage { outbox: sent, sync: SyncState::default(), now: samples::now(), doing: Doing::Idle, on_sync: |()| {}, on_act: |_| {} } }
    }
    let screen = Screen::of(page, ()).await;
    assert_eq!(screen.text("[data-empty=nothing-waits]"), "Nothing waits. 1 note sent this shift.");
}

#[tokio::test]
async fn notes_of_others_are_said_with_who_can_send_them() {
    fn page(waits: bool) -> Element {
        let device = if waits { samples::troubled() } else { samples::untroubled() };
        rsx! {
            ToSendPage {
                outbox: samples::outbox(), device, must_sign_in: true, sync: SyncState::default(), now: samples::now(), doing: Doing::Idle,
                on_sync: |()| {}, on_act: |_| {},
            }
        }
    }
    let screen = Screen::of(page, true).await;
    assert_eq!(screen.attributes("[data-waits]", "data-waits"), ["relay", "relay-refused", "only-here"]);
    let words = screen.words();
    assert!(words.contains("2 notes of others are sealed on this device. They are sent when you, or their authors"));
    assert!(words.contains("1 person has notes here that only they can send"));
    assert!(words.contains("goes after you sign in again"), "one's own as well");
    let screen = Screen::of(page, false).await;
    assert!(screen.attributes("[data-waits]", "data-waits").is_empty());
}

#[tokio::test]
async fn a_device_that_needs_a_code_says_so_where_people_come_in_and_takes_it() {
    static ASKED: AtomicUsize = AtomicUsize::new(0);
    fn gate() -> Element {
        let ways = Ways::Heard(engine::SignInWays { staff: vec![], browser: true, code: true });
        rsx! {
            SignInPage {
                ways, doing: Doing::Idle, on_choose: |_| {}, on_retry: |()| {},
                on_enrol: |()| { ASKED.fetch_add(1, Ordering::SeqCst); },
            }
        }
    }
    let mut screen = Screen::of(gate, ()).await;
    screen.press("#enrol").await;
    assert_eq!(ASKED.load(Ordering::SeqCst), 1);
    fn page(enrolment: engine::Enrolment) -> Element {
        rsx! { EnrolPage { enrolment, doing: Doing::Idle, on_enrol: |_| {}, on_back: |()| {} } }
    }
    let screen = Screen::of(page, engine::Enrolment::NeedsCode).await;
    assert!(screen.words().contains("works once, and for one day"));
    assert!(screen.has("#enrol-go"));
    for over in [engine::Enrolment::Enrolled, engine::Enrolment::NotOffered, engine::Enrolment::Revoked] {
        let screen = Screen::of(page, over).await;
        assert!(!screen.has("#enrol-go") && screen.has("#enrol-back"));
    }
}

#[derive(Props, Clone, PartialEq)]
struct UnlockProps {
    doing: Doing,
    tries: u32,
    waits: bool,
}

fn unlock(props: UnlockProps) -> Element {
    let mut people = samples::known();
    people[0].try_after = props.waits.then(|| samples::ago(-5));
    rsx! {
        UnlockPage { people, first: Some(0), now: samples::now(), doing: props.doing, tries: props.tries, on_unlock: |_| {}, on_other: |()| {} }
    }
}

#[tokio::test]
async fn a_wrong_pin_says_so_and_a_locked_person_learns_when_to_try_again() {
    let fault = Fault { code: "wrong-pin", text: "Wrong PIN. 3 tries left.".to_owned(), advice: Advice::Correct };
    let screen = Screen::of(unlock, UnlockProps { doing: Doing::Failed(fault), tries: 1, waits: false }).await;
    assert_eq!(screen.text("[role=alert]"), "Wrong PIN. 3 tries left.");
    assert!(screen.attribute("#unlock", "disabled").is_none());
    let screen = Screen::of(unlock, UnlockProps { doing: Doing::Idle, tries: 0, waits: true }).await;
    assert!(screen.words().contains("Try again after 03:15"));
    assert!(screen.attribute("#unlock", "disabled").is_some());
}

#[tokio::test]
async fn an_nhs_number_is_judged_while_it_is_typed() {
    fn page() -> Element {
        rsx! { FindPage { found: None, doing: Doing::Idle, now: samples::now(), on_find: |_| {}, on_choose: |_| {} } }
    }
    let mut screen = Screen::of(page, ()).await;
    for (typed, state, opens) in
        [("943476", "typing", false), ("9434765918", "wrong", false), ("943 476 5919", "right", true)]
    {
        screen.write("#find-nhs", typed).await;
        assert_eq!(screen.attribute("#find-nhs-hint", "data-number").as_deref(), Some(state), "{typed}");
        assert_eq!(screen.attribute("#find-nhs-go", "disabled").is_none(), opens, "{typed}");
    }
    screen.press("#find-name-go").await;
    assert!(screen.text("[role=alert]").contains("family name"));
}

#[tokio::test]
async fn an_empty_day_an_unheard_list_and_an_unreadable_one_are_told_apart() {
    #[derive(Props, Clone, PartialEq)]
    struct DayProps {
        today: engine::Today,
    }
    fn day(props: DayProps) -> Element {
        rsx! { TodayPage { today: props.today, held: vec![], problems: vec![], link: samples::online(), syncing: false, now: samples::now(), chosen: None, on_open: |_| {}, on_sync: |()| {} } }
    }
    let heard = engine::Today { visits: vec![], ..samples::today() };
    let cases = [
        (heard.clone(), "empty"),
        (engine::Today { heard: None, ..heard.clone() }, "never-heard"),
        (engine::Today { unreadable: 2, ..heard }, "unreadable"),
    ];
    for (today, state) in cases {
        let screen = Screen::of(day, DayProps { today }).await;
        assert_eq!(screen.attribute("[data-empty]", "data-empty").as_deref(), Some(state));
    }
    let screen = Screen::of(day, DayProps { today: samples::today() }).await;
    assert_eq!(screen.attributes("[data-visit]", "data-visit"), ["v1", "v2", "v3"]);
    assert!(screen.words().contains("420 m") && screen.words().contains("No address given"));
}

#[tokio::test]
async fn a_patient_who_cannot_say_needs_a_reason() {
    let said = Rc::new(std::cell::RefCell::new(Vec::new()));
    #[derive(Props, Clone)]
    struct AskProps {
        said: Rc<std::cell::RefCell<Vec<engine::Permission>>>,
    }
    impl PartialEq for AskProps {
        fn eq(&self, _: &Self) -> bool {
            true
        }
    }
    fn ask(props: AskProps) -> Element {
        rsx! { ConsentPage { person: samples::person(), now: samples::now(), doing: Doing::Idle, on_back: |()| {}, on_answer: move |p| props.said.borrow_mut().push(p) } }
    }
    let mut screen = Screen::of(ask, AskProps { said: Rc::clone(&said) }).await;
    screen.press("#patient-cannot-say").await;
    assert!(said.borrow().is_empty(), "not without a reason");
    screen.press("[data-reason=unconscious]").await;
    screen.press("#patient-agrees").await;
    let expected =
        [engine::Permission::PatientCannotSay { reason: "Unconscious".to_owned() }, engine::Permission::PatientAgrees];
    assert_eq!(*said.borrow(), expected);
}
