//! What two people changed, what the record would not take, how far a note has come, and the round of visits.

use std::sync::Mutex;

use engine::{OutboxItem, Receipt, SeenBy};
use mobile::components::Whom;
use shared::sync::{Choice, Sends, actions};

use super::*;

static SETTLED: Mutex<Vec<Choice>> = Mutex::new(Vec::new());

#[tokio::test]
async fn a_conflict_shows_both_texts_and_what_will_be_sent_and_decides_nothing_by_itself() {
    fn page() -> Element {
        rsx! {
            ConflictPage {
                person: samples::person(), conflict: samples::conflict(), now: samples::now(), doing: Doing::Idle, on_back: |()| {},
                on_settle: |choices: Vec<Choice>| *SETTLED.lock().unwrap() = choices,
            }
        }
    }
    let mut screen = Screen::of(page, ()).await;
    let first = screen.text("[data-difference=0]");
    for said in
        ["How it comes along", "Before Being worked on", "Better", "You, 02:15", "Worse", "Imogen Dlamini, 02:22"]
    {
        assert!(first.contains(said), "{said} in {first}");
    }
    assert!(screen.text("[data-difference=1]").contains("Paused · Why: Breathless at rest"));
    assert!(screen.text("#identity").contains("991 200 3888"));
    assert_eq!(screen.count("[aria-pressed=true]"), 0, "nothing is chosen beforehand");
    assert_eq!(screen.text("#will-send").matches("not decided yet").count(), 2);
    screen.press_first("[data-choice=mine]").await;
    assert!(screen.attribute("#settle", "disabled").is_some(), "one is still open");
    assert!(screen.text("#will-send").contains("How it comes along: Better. As a note beside it: Worse."));
    screen.press_nth("[data-choice=both]", 1).await;
    assert!(screen.text("#will-send").contains("Where it stands stays: Paused · Why: Breathless at rest"));
    screen.press("#settle").await;
    assert_eq!(*SETTLED.lock().unwrap(), [Choice::Mine, Choice::Both]);
}

#[derive(Props, Clone, PartialEq)]
struct AsideProps {
    status: u16,
    sends: Change,
}

#[derive(Clone, Copy, PartialEq)]
enum Change {
    New,
    Edit,
}

fn aside(props: AsideProps) -> Element {
    let why = Attention { status: props.status, reason: "Said by the service.".to_owned() };
    let mut item: OutboxItem = samples::outbox().swap_remove(1);
    item.actions = actions(&why, if props.sends == Change::Edit { Sends::Edit } else { Sends::New });
    item.state = OutboxState::NeedsAttention(why);
    rsx! { ToSendPage { outbox: vec![item], sync: SyncState::default(), now: samples::now(), doing: Doing::Idle, on_sync: |()| {}, on_act: |_| {} } }
}

#[tokio::test]
async fn what_was_set_aside_says_why_in_plain_words_and_all_that_can_be_done() {
    use Change::{Edit, New};
    for (status, sends, why, first, all) in [
        (412, Edit, "changed-by-two", "compare", 3),
        (409, New, "other-of-same", "edit", 3),
        (403, New, "not-yours", "hand-over", 3),
        (404, Edit, "gone", "resend", 4),
        (413, New, "too-long", "edit", 4),
        (422, New, "not-as-it-is", "edit", 4),
        (0, New, "unreadable", "resend", 2),
        (418, New, "refused", "resend", 4),
    ] {
        let screen = Screen::of(aside, AsideProps { status, sends }).await;
        assert_eq!(screen.attribute("[data-why]", "data-why").as_deref(), Some(why));
        let offered = screen.attributes("[data-action]", "data-action");
        assert_eq!((offered[0], offered.len()), (first, all), "{status}");
        assert!(offered.contains(&"take-out"), "what was written can always be taken out");
        assert!(screen.words().contains("Said by the service.") && screen.words().contains("1 note needs you"));
    }
}

#[tokio::test]
async fn nothing_is_taken_out_before_it_was_said_what_that_means() {
    fn page(taken: Option<String>) -> Element {
        let whom = Whom::Named(samples::person().patient, "OSEI-BONSU".to_owned().into());
        rsx! { TakeOutPage { person: whom, taken, now: samples::now(), doing: Doing::Idle, on_take: |()| {}, on_copy: |()| {}, on_back: |()| {} } }
    }
    let screen = Screen::of(page, None).await;
    assert!(screen.text("[data-warning]").contains("nothing protects these words"));
    assert!(screen.has("#take-out") && !screen.has("#taken") && !screen.has("[data-copies]"));
    let bar = screen.text("#identity");
    assert!(bar.contains("OSEI-BONSU") && bar.contains("not on this device now"), "{bar}");
    assert!(!bar.contains("not recorded"), "that is not known here");
    let screen = Screen::of(page, Some("Pump running".to_owned())).await;
    assert!(screen.text("#taken").contains("Pump running"));
    assert_eq!(screen.attribute("#copy", "data-copies").as_deref(), Some("taken"));
}

#[tokio::test]
async fn a_receipt_says_in_words_how_far_a_note_has_come() {
    #[component]
    fn Card(receipt: Receipt) -> Element {
        let mut view = samples::notes().swap_remove(0);
        (view.sending, view.note.received, view.receipt) = (None, None, Some(receipt));
        rsx! { NoteCard { view, now: samples::now() } }
    }
    let seen = |role: &str, minutes| SeenBy { role: role.to_owned(), at: samples::ago(minutes) };
    let received = samples::ago(20);
    let cases = [
        (Receipt::OnDevice, "On this device", &[][..]),
        (Receipt::Received { at: received }, "Sent", &["Received 02:50"]),
        (
            Receipt::Seen { received, by: vec![seen("care_team", 10), seen("dietitian", 5)] },
            "Seen",
            &["Received 02:50", "Seen by the care team, 03:00", "Seen by dietitian, 03:05"],
        ),
    ];
    for (receipt, state, lines) in cases {
        let here = receipt == Receipt::OnDevice;
        let screen = Screen::of(Card, CardProps { receipt }).await;
        assert_eq!(screen.text("[data-state]"), state);
        assert!(lines.iter().all(|line| screen.words().contains(line)), "{}", screen.words());
        assert!(!here || !screen.words().contains("Received"), "it is here alone");
    }
}

#[derive(Props, Clone, PartialEq)]
struct RoundProps {
    writes: bool,
}

fn round(props: RoundProps) -> Element {
    let today = samples::today();
    let mut outbox = samples::outbox();
    for (item, visit) in outbox.iter_mut().zip(&today.visits) {
        item.patient = visit.visit.patient.clone();
    }
    let held = vec![today.visits[0].visit.patient.clone()];
    let write = use_callback(|_| {});
    rsx! {
        TodayPage {
            today, held, problems: vec![], link: samples::online(), syncing: false, now: samples::now(), chosen: None, outbox,
            on_open: |_| {}, on_write: props.writes.then_some(write), on_sync: |()| {},
        }
    }
}

#[tokio::test]
async fn a_round_of_visits_marks_what_was_written_and_writes_with_one_press() {
    let screen = Screen::of(round, RoundProps { writes: true }).await;
    assert_eq!(screen.attributes("[data-written]", "data-written"), ["pending", "needs-attention", "sent"]);
    assert_eq!(screen.attributes("[data-write]", "data-write"), ["v1"], "only where the person was confirmed");
    assert!(screen.text("#attention").contains("1 note needs you"));
    let screen = Screen::of(round, RoundProps { writes: false }).await;
    assert!(!screen.has("[data-write]"));
}

#[tokio::test]
async fn a_record_says_that_two_people_changed_something_in_it() {
    fn page() -> Element {
        rsx! {
            RecordPage {
                record: Same::new(samples::record()), conflicts: vec![samples::conflict().item], link: samples::online(), now: samples::now(),
                doing: Doing::Idle, source: None, on_note: |()| {}, on_renew: |()| {}, on_source: |_| {}, on_back: |()| {},
            }
        }
    }
    let said = Screen::of(page, ()).await.text("[data-conflict]");
    assert!(said.contains("Two people changed this") && said.contains("Walk to the garden"), "{said}");
}

#[tokio::test]
async fn an_edit_that_waits_says_what_it_is_of() {
    fn page() -> Element {
        let conflicts = vec![samples::conflict().item];
        rsx! { ToSendPage { outbox: samples::disputed(), conflicts, sync: SyncState::default(), now: samples::now(), doing: Doing::Idle, on_sync: |()| {}, on_act: |_| {} } }
    }
    let screen = Screen::of(page, ()).await;
    assert!(screen.words().contains("Walk to the garden with her frame"));
    assert_eq!(screen.attributes("[data-action]", "data-action"), ["compare", "hand-over", "take-out"]);
    assert!(!screen.words().contains("(412)"), "nothing was said by the service");
}
