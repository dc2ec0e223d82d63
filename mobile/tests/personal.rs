//! Search in a record and the reader's own order of its sections: what they must find, and what they must never take
//! away.

#[expect(dead_code, reason = "the samples are shared with other pages")]
#[path = "../examples/samples/mod.rs"]
mod samples;
#[expect(dead_code, reason = "the page without a window is shared with other tests")]
mod screen;

use std::sync::Arc;

use dioxus::prelude::*;
use engine::RecordView;
use mobile::fault::Doing;
use mobile::views::*;
use shared::identity::Role;
use shared::summary::layout::Layout;
use shared::summary::{Summary, Unread};

use screen::Screen;

const IMMUNISATIONS: &str = "11369-6";
const PROBLEMS: &str = "11450-4";

#[component]
fn Record(view: Same<RecordView>, first: Layout) -> Element {
    let mut layout = use_signal(|| first.clone());
    rsx! {
        RecordPage {
            record: view, link: samples::offline(), now: samples::now(), doing: Doing::Idle, source: None,
            on_note: |()| {}, on_renew: |()| {}, on_source: |_| {}, on_back: |()| {},
            layout: layout(), on_layout: move |wanted: Option<Layout>| layout.set(wanted.unwrap_or_else(|| Layout::usual(Role::EmergencyClinician))),
        }
    }
}

async fn record() -> Screen {
    record_with(samples::summary()).await
}

async fn record_with(summary: Summary) -> Screen {
    let view = RecordView { summary: Some(Arc::new(summary)), ..samples::record() };
    Screen::of(Record, RecordProps { view: Same::new(view), first: Layout::default() }).await
}

fn sections(screen: &Screen) -> Vec<&str> {
    screen.attributes("[data-index]", "data-section")
}

#[tokio::test]
async fn what_is_typed_is_found_with_where_it_stands_and_why() {
    let mut screen = record().await;
    assert_eq!(screen.text("#search-said"), "");
    screen.write("#record-search", "codei").await;
    assert_eq!(screen.text("#search-said"), "Found in 1 place");
    let hit = screen.text("[data-hit]");
    for words in ["Medicines", "Codeine", "Hallucinations", "Do not give"] {
        assert!(hit.contains(words), "{words}: {hit}");
    }
    assert_eq!(screen.text("mark"), "Codeine");

    screen.write("#record-search", "water infection").await;
    assert!(!screen.has("[data-hit]"));
    screen.write("#record-search", "coad").await;
    let hit = screen.text("[data-hit]");
    assert!(hit.contains("“chronic obstructive pulmonary disease” is another word for “coad”"), "{hit}");
    screen.write("#record-search", "diabetes").await;
    assert!(screen.text("[data-hit]").contains("Entered in error"), "what is mistaken is found as such");
}

#[tokio::test]
async fn nothing_found_is_never_told_as_nothing_there() {
    let mut screen = record().await;
    screen.write("#record-search", "insulin").await;
    let said = screen.text("#search-said");
    assert!(said.contains("says nothing about “insulin”. That does not mean that there is none"), "{said}");
    assert!(said.contains("withheld or could not be read"), "the sample keeps something back: {said}");
    assert!(!screen.has("[data-hit]"));
    let mut whole = record_with(Summary { notices: Vec::new(), sections: Vec::new(), ..samples::summary() }).await;
    whole.write("#record-search", "insulin").await;
    assert!(!whole.text("#search-said").contains("withheld"));
    whole.write("#record-search", "i").await;
    assert_eq!(whole.text("#search-said"), "Type one more letter.");
}

#[tokio::test]
async fn an_entry_code_is_not_found_and_not_shown_by_a_search() {
    let mut screen = record().await;
    screen.write("#record-search", "4417").await;
    assert!(!screen.has("[data-hit]"));
    screen.write("#record-search", "key safe").await;
    assert!(screen.has("[data-hit]") && !screen.words().contains("Key safe code 4417"));
    assert!(!screen.words().replace("4417 ", "").contains("code 4417"));
}

#[tokio::test]
async fn notes_and_what_could_not_be_read_are_found_too() {
    let raw = "{\"text\": \"digoxin, two units\"}".to_owned();
    let unread = Unread { entry: 31, resource_type: String::new(), reason: "no type".to_owned(), raw, document: 0 };
    let mut screen = record_with(Summary { unread: vec![unread], ..samples::summary() }).await;
    screen.write("#record-search", "repositioning").await;
    assert_eq!(screen.attribute("[data-hit]", "data-hit").as_deref(), Some("note"));
    screen.write("#record-search", "digoxin").await;
    assert_eq!(screen.attribute("[data-hit]", "data-hit").as_deref(), Some("unread"));
}

#[tokio::test]
async fn clearing_gives_an_empty_field_and_the_sections_alone() {
    let mut screen = record().await;
    assert!(!screen.has("#search-clear"));
    screen.write("#record-search", "latex").await;
    assert!(screen.has("[data-hit]"));
    screen.press("#search-clear").await;
    assert!(!screen.has("[data-hit]") && !screen.has("#search-clear"));
    assert_eq!(screen.text("#search-said"), "");
}

#[tokio::test]
async fn a_flood_of_hits_is_cut_and_the_rest_is_one_touch_away() {
    let mut summary = samples::summary();
    let item = summary.sections[2].items[0].clone();
    summary.sections[2].items = vec![item; 50];
    let mut screen = record_with(summary).await;
    screen.write("#record-search", "pulmonary").await;
    assert_eq!((screen.count("[data-hit]"), screen.text("#search-said").as_str()), (20, "Found in 50 places"));
    screen.press("#search-all").await;
    assert_eq!(screen.count("[data-hit]"), 50);
}

#[tokio::test]
async fn a_hidden_section_is_counted_named_and_still_in_the_page() {
    let mut screen = record().await;
    let before = sections(&screen).len();
    screen.press("#arrange").await;
    assert!(!screen.has("[data-index]"), "while arranging the list stands in their place");
    screen.press(&format!("[data-act=hide/{IMMUNISATIONS}]")).await;
    assert!(screen.text(&format!("[data-arrange={IMMUNISATIONS}]")).contains("Hidden"));
    screen.press("#arrange-done").await;
    assert_eq!(screen.attribute("[data-hidden-sections]", "data-hidden-sections").as_deref(), Some("1"));
    let line = screen.text("[data-hidden-sections]");
    assert!(
        line.contains("1 section hidden by you") && line.contains("Immunisations") && line.contains("Show"),
        "{line}"
    );
    assert_eq!(sections(&screen).len(), before, "nothing leaves the page");

    screen.press("#arrange").await;
    screen.press("#arrange-usual").await;
    screen.press("#arrange-done").await;
    assert!(!screen.has("[data-hidden-sections]"));
}

#[tokio::test]
async fn what_must_not_be_missed_has_no_button_to_hide_it_and_says_why() {
    let mut screen = record().await;
    screen.press("#arrange").await;
    for (key, words) in [
        ("48765-2", "must not be missed"),
        ("29762-2", "withheld or could not be read"),
        ("8716-3", "withheld or could not be read"),
        ("10160-0", "danger or in doubt"),
    ] {
        assert!(!screen.has(&format!("[data-act=hide/{key}]")), "{key}");
        assert!(screen.text(&format!("[data-arrange={key}]")).contains(words), "{key}");
    }
    assert!(screen.has(&format!("[data-act=hide/{IMMUNISATIONS}]")));
}

#[tokio::test]
async fn a_section_hidden_elsewhere_is_shown_with_a_reason_where_it_holds_a_danger() {
    let mut layout = Layout::default();
    layout.hide("10160-0", true);
    let view = samples::record();
    let screen = Screen::of(Record, RecordProps { view: Same::new(view), first: layout }).await;
    assert!(!screen.has("[data-hidden-sections]"));
    assert!(screen.text("[data-section=10160-0]").contains("something in it is a danger or in doubt"));
}

#[tokio::test]
async fn sections_move_and_are_pinned_by_buttons_and_it_is_said() {
    let mut screen = record().await;
    assert_eq!(sections(&screen)[..3], ["48765-2", "10160-0", PROBLEMS]);
    screen.press("#arrange").await;
    assert!(screen.attribute("[data-act=up/48765-2]", "disabled").is_some(), "the first goes no further");
    screen.press(&format!("[data-act=up/{PROBLEMS}]")).await;
    assert_eq!(screen.text("#arrange-told"), "Problems: 2 of 9");
    screen.press(&format!("[data-act=pin/{IMMUNISATIONS}]")).await;
    assert_eq!(screen.text("#arrange-told"), "Immunisations: 1 of 9");
    screen.press("#arrange-done").await;
    assert_eq!(sections(&screen)[..4], [IMMUNISATIONS, "48765-2", PROBLEMS, "10160-0"]);
}
