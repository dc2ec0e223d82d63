//! What a record says of its facts: who else says so, who disagrees, how old they are, what no longer holds, and what
//! the sender wrote beside them.

use std::sync::{Arc, Mutex};

use dioxus::prelude::*;
use mobile::fault::Doing;
use mobile::views::*;
use shared::summary::{Narrative, SectionState, Status, Summary};

use super::{record_of, record_with, samples};
use crate::screen::Screen;

fn only(code: &str) -> Summary {
    let mut summary = samples::summary();
    summary.sections.retain(|section| section.code == code);
    summary.glance.clear();
    summary
}

#[tokio::test]
async fn what_no_longer_holds_stands_apart_and_after_what_does() {
    let screen = record_with(only("10160-0")).await;
    let (holds, not, past) = (
        screen.text("[data-standing=holds]"),
        screen.text("[data-standing=not-to-be-given]"),
        screen.text("[data-standing=no-longer]"),
    );
    assert!(holds.contains("Morphine") && !holds.contains("Ramipril") && !holds.contains("Codeine"));
    assert!(not.contains("Not to be given") && not.contains("Codeine"), "{not}");
    assert!(past.contains("Stopped, ruled out or in error") && past.contains("Ramipril"), "{past}");
    assert_eq!(screen.attributes("[data-standing]", "data-standing"), ["holds", "not-to-be-given", "no-longer"]);
}

#[tokio::test]
async fn every_status_stands_in_one_place_and_nothing_is_lost() {
    let statuses = [
        (Status::Active, "holds"),
        (Status::Inactive, "holds"),
        (Status::Negative, "holds"),
        (Status::Unknown, "holds"),
        (Status::NotToBeGiven, "not-to-be-given"),
        (Status::Stopped, "no-longer"),
        (Status::Refuted, "no-longer"),
        (Status::EnteredInError, "no-longer"),
    ];
    for (status, place) in statuses {
        let mut summary = only("11450-4");
        summary.sections[0].items.truncate(1);
        summary.sections[0].items[0].status = status;
        let screen = record_with(summary).await;
        assert_eq!(screen.attributes("[data-standing]", "data-standing"), [place], "{status:?}");
        assert_eq!(screen.count("[data-item]"), 1, "{status:?}");
    }
}

#[tokio::test]
async fn those_who_say_the_same_are_named_and_those_who_disagree_are_quoted() {
    let screen = record_with(only("10160-0")).await;
    assert!(screen.text("[data-also=1/5]").contains("Also in: St Brannoc’s Hospice · Imogen Dlamini · 22 Nov 2026"));
    assert_eq!(screen.count("[data-disagreement]"), 2, "on both of them");
    assert!(
        screen
            .words()
            .contains("The sources disagree. Quince Walk Surgery says active, Northgate Hospital says stopped.")
    );
    let mut glance = record_of(|_| {}).await;
    assert!(glance.text("[data-glance=critical-medicine]").contains("The sources disagree. more"));
    assert!(glance.text("[data-glance=cpr]").contains("Review overdue"));
    glance.press("[data-more]").await;
    assert!(glance.text("[data-glance=critical-medicine]").contains("The sources disagree. Quince Walk Surgery says"));
}

#[tokio::test]
async fn the_age_of_a_fact_is_said_in_words_and_an_old_one_is_marked_unless_it_lasts() {
    let screen = record_with(only("10160-0")).await;
    let medicines = screen.text("[data-section=10160-0]");
    assert!(medicines.contains("recorded 1 Mar 2024") && medicines.contains("2 years ago"), "{medicines}");
    assert!(!screen.attributes("[data-age]", "data-age").contains(&"fresh"));
    let mut lasting = only("48765-2");
    lasting.sections[0].items.iter_mut().for_each(|item| item.resource_type = "AllergyIntolerance".to_owned());
    let screen = record_with(lasting).await;
    assert!(
        screen.attributes("[data-age]", "data-age").iter().all(|age| *age == "fresh"),
        "an old allergy is no lesser one"
    );
}

#[tokio::test]
async fn written_and_retrieved_are_told_apart_for_each_source() {
    let screen = record_of(|_| {}).await;
    let strip = screen.text("#strip");
    for words in [
        "GP record, Quince Walk Surgery 41 h ago",
        "St Brannoc’s Hospice 3 h ago",
        "Northgate Hospital 3 years ago",
        "and 1 more",
    ] {
        assert!(strip.contains(words), "{words} in {strip}");
    }
    let sources = screen.text("#sources");
    for words in [
        "Written 20 Nov 2026, 41 h ago",
        "Retrieved 01:05",
        "Retrieved 21 Nov 00:30",
        "A source without a name",
        "does not say when",
    ] {
        assert!(sources.contains(words), "{words} in {sources}");
    }
}

#[tokio::test]
async fn a_source_that_did_not_answer_is_named() {
    let screen = record_of(|view| view.missing_sources.push(samples::missing_source())).await;
    assert!(screen.text("[data-notice=missing-source]").contains("Northgate Hospital: It did not answer."));
}

static ASKED: Mutex<Vec<At>> = Mutex::new(Vec::new());

#[tokio::test]
async fn every_entry_of_every_document_has_its_source() {
    #[component]
    fn Page() -> Element {
        let mut view = samples::record();
        let mut summary = samples::damaged();
        summary.sections.iter_mut().flat_map(|s| &mut s.items).for_each(|item| item.gated.clear());
        summary.unread[0].document = 2;
        summary.context[0].document = 1;
        view.summary = Some(Arc::new(summary));
        rsx! {
            RecordPage {
                record: Same::new(view), link: samples::online(), now: samples::now(), doing: Doing::Idle, source: None, on_note: |()| {},
                on_renew: |()| {}, on_source: |at| ASKED.lock().unwrap().push(at), on_back: |()| {},
            }
        }
    }
    let mut screen = Screen::of(Page, ()).await;
    let summary = samples::damaged();
    let items = summary.sections.iter().flat_map(|s| &s.items);
    let entries: usize =
        items.map(|item| 1 + item.also.len()).sum::<usize>() + summary.unread.len() + summary.context.len();
    assert_eq!(screen.count("[data-show-source]"), entries);
    for document in ["1", "2"] {
        screen.press_first(&format!("[data-document={document}]")).await;
    }
    for entry in ["5", "31", "0"] {
        screen.press_first(&format!("[data-show-source={entry}]")).await;
    }
    let asked = ASKED.lock().unwrap().clone();
    for (document, entry) in [(1, 5), (2, 31), (1, 0)] {
        assert!(asked.contains(&At { document, entry }), "{document}/{entry} in {asked:?}");
    }
}

#[tokio::test]
async fn a_source_is_laid_out_and_exactly_as_it_came_when_that_is_asked_for() {
    const CAME: &str = "{\"a\":0.40,\"a\":1}";
    #[component]
    fn Page() -> Element {
        let mut view = samples::record();
        view.summary = Some(Arc::new(only("10160-0")));
        let shown = (At { document: 0, entry: 7 }, Ok(CAME.to_owned().into()));
        rsx! {
            RecordPage {
                record: Same::new(view), link: samples::online(), now: samples::now(), doing: Doing::Idle, source: shown, on_note: |()| {},
                on_renew: |()| {}, on_source: |_| {}, on_back: |()| {},
            }
        }
    }
    let mut screen = Screen::of(Page, ()).await;
    assert_eq!(screen.count("[data-source]"), 1);
    assert_eq!(screen.text("[data-source=7]"), "{\n  \"a\": 0.40,\n  \"a\": 1\n}");
    screen.press("[data-as-it-came]").await;
    assert_eq!(screen.text("[data-source=7]"), CAME);
}

async fn medicines_told(narrative: &str, items: usize, state: SectionState) -> Screen {
    let mut summary = only("10160-0");
    let section = &mut summary.sections[0];
    section.items.truncate(items);
    (section.state, section.narrative) = (state, Narrative::of(narrative));
    record_with(summary).await
}

fn told(screen: &Screen) -> String {
    screen.attributes("[class=narrative]", "dangerous_inner_html").concat()
}

#[tokio::test]
async fn the_senders_words_are_closed_beside_a_list_and_open_where_there_is_none() {
    const STORY: &str =
        "<p>Crush the tablets into yoghurt; swallowing became unsafe, daughter keeps forty more upstairs.</p>";
    let mut listed = medicines_told(STORY, 2, SectionState::Listed).await;
    assert_eq!(listed.attribute("[data-narrative]", "data-says-more").as_deref(), Some("true"));
    assert!(listed.words().contains("say more than this list") && !told(&listed).contains("yoghurt"));
    listed.press_first("[data-open-words]").await;
    assert!(told(&listed).contains("yoghurt"));

    let same = medicines_told("<p>Apixaban 2.5 mg tablets, one twice a day</p>", 2, SectionState::Listed).await;
    assert_eq!(same.attribute("[data-narrative]", "data-says-more").as_deref(), Some("false"));

    let alone = medicines_told(STORY, 0, SectionState::Unreadable).await;
    assert!(told(&alone).contains("yoghurt"), "nobody has to look for what nothing else says");
    assert!(!medicines_told("", 2, SectionState::Listed).await.has("[data-narrative]"));
}
