use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::summary::{Glance, Notice};

const IMMUNISATIONS_TITLE: &str = "Immunisations";

fn section(key: &str, title: &str) -> Section {
    let (state, statement) = (SectionState::Listed, String::new());
    Section {
        code: key.to_owned(),
        title: title.to_owned(),
        state,
        statement,
        items: vec![],
        narrative: Default::default(),
    }
}

fn item(text: &str) -> Item {
    let item = json!({"text": text, "detail": "", "status": "active", "criticality": "", "dates": [], "source": "",
        "listed_in_section": true, "read_the_source": false, "codes": [], "resource_type": "Condition", "entry": 1});
    serde_json::from_value(item).unwrap()
}

fn record() -> Summary {
    let mut sections: Vec<Section> = known().map(|(code, title)| section(code, title)).collect();
    sections.push(section("", "Tissue viability"));
    sections.iter_mut().for_each(|s| s.items.push(item("something")));
    Summary { sections, ..Summary::default() }
}

fn titles(summary: &Summary, layout: &Layout) -> Vec<String> {
    arranged(summary, layout).shown.iter().map(|s| summary.sections[s.section].title.clone()).collect()
}

fn hidden_after(change: impl FnOnce(&mut Summary, usize)) -> bool {
    let mut summary = record();
    let at = summary.sections.iter().position(|s| s.code == IMMUNISATIONS).unwrap();
    change(&mut summary, at);
    let mut layout = Layout::default();
    layout.hide(IMMUNISATIONS, true);
    !arranged(&summary, &layout).hidden.is_empty()
}

#[test]
fn what_is_a_danger_or_in_doubt_is_shown_although_it_was_hidden() {
    assert!(hidden_after(|_, _| {}), "an ordinary section is hidden");
    assert!(!hidden_after(|s, at| s.sections[at].state = SectionState::Withheld));
    assert!(!hidden_after(|s, at| s.sections[at].state = SectionState::Unreadable));
    assert!(!hidden_after(|s, at| s.sections[at].items[0].criticality = "high".to_owned()));
    assert!(!hidden_after(|s, at| s.sections[at].items[0].status = Status::NotToBeGiven));
    assert!(!hidden_after(|s, at| s.sections[at].items[0].read_the_source = true));
    assert!(!hidden_after(|s, at| s.sections[at].items[0].disagreement = "Two sources differ.".to_owned()));
    assert!(!hidden_after(|s, _| s.notices.push(Notice {
        severity: Severity::Warning,
        code: "incomplete".to_owned(),
        text: format!("{IMMUNISATIONS_TITLE}: 1 entry named there and not in the document."),
    })));
}

#[test]
fn what_the_glance_shows_as_an_alert_or_no_section_listed_is_shown() {
    let line = |at: usize, kind: &str, alert: bool| -> Glance {
        let line = json!({"kind": kind, "text": "something", "detail": "", "age": "", "source": "", "alert": alert, "item": [at, 0]});
        serde_json::from_value(line).unwrap()
    };
    assert!(
        hidden_after(|s, at| s.glance.push(line(at, "contact", false))),
        "what the glance shows anyway may be hidden below"
    );
    assert!(!hidden_after(|s, at| s.glance.push(line(at, "baseline", true))));
    assert!(
        !hidden_after(|s, at| s.glance.push(line(at, "critical-medicine", false))),
        "an anticoagulant is never hidden"
    );
    assert!(!hidden_after(|s, at| {
        s.glance.push(line(at, "contact", false));
        s.sections[at].items[0].listed_in_section = false;
    }));
}

#[test]
fn safety_can_not_be_hidden_not_even_by_a_layout_that_says_so() {
    let mut layout = Layout::default();
    [ALLERGIES, ALERTS, DIRECTIVES].iter().for_each(|key| layout.hide(key, true));
    assert!(layout.hidden.is_empty());
    layout.hidden = [ALLERGIES, ALERTS, DIRECTIVES, MEDICINES].map(str::to_owned).into();
    let summary = record();
    let arrangement = arranged(&summary, &layout);
    assert_eq!(arrangement.hidden.len(), 1);
    let told: Vec<_> = arrangement.shown.iter().filter_map(|s| s.against_wish).collect();
    assert_eq!(told, [Kept::Safety; 3]);
}

#[test]
fn a_section_the_layout_does_not_know_keeps_its_place() {
    let mut summary = record();
    summary.sections.truncate(4);
    summary.sections.insert(2, section("", "Tissue viability"));
    let usual = titles(&summary, &Layout::usual(Role::EmergencyClinician));
    assert_eq!(usual, ["Alerts", "Advance directives", "Tissue viability", "Allergies and intolerances", "Medicines"]);
}

#[test]
fn each_role_begins_with_its_own_and_safety_leads_everywhere() {
    let first = |role| titles(&record(), &Layout::usual(role));
    assert_eq!(
        first(Role::EmergencyClinician)[..4],
        ["Alerts", "Advance directives", "Allergies and intolerances", "Medicines"]
    );
    assert_eq!(first(Role::CareTeamClinician)[3], "Plan of care");
    assert_eq!(first(Role::DomiciliaryCarer)[3], "The person's story");
    for order in [CREW, NURSE, CARER] {
        assert!(order[..3].iter().all(|key| is_safety(key)));
        assert_eq!(order.iter().collect::<BTreeSet<_>>().len(), order.len());
        let named = known().filter(|(code, _)| order.contains(code)).count();
        assert_eq!(named, order.len(), "every key is a known section");
    }
}

#[test]
fn a_section_moves_one_place_and_is_pinned_before_all() {
    let mut summary = record();
    summary.sections.truncate(4);
    let mut layout = Layout::default();
    let seen = |layout: &Layout| -> Vec<String> {
        arranged(&summary, layout).shown.iter().map(|s| key(&summary.sections[s.section]).to_owned()).collect()
    };
    assert_eq!(seen(&layout), [ALLERGIES, DIRECTIVES, ALERTS, MEDICINES]);
    assert!(layout.shift(&seen(&layout), MEDICINES, true));
    assert_eq!(seen(&layout), [ALLERGIES, DIRECTIVES, MEDICINES, ALERTS]);
    assert!(layout.shift(&seen(&layout), ALLERGIES, false));
    assert_eq!(seen(&layout), [DIRECTIVES, ALLERGIES, MEDICINES, ALERTS]);
    assert!(!layout.shift(&seen(&layout), ALERTS, false), "the last goes no further");
    layout.pin(MEDICINES, true);
    layout.pin(ALERTS, true);
    assert_eq!(seen(&layout), [MEDICINES, ALERTS, DIRECTIVES, ALLERGIES]);
    assert!(layout.shift(&seen(&layout), ALERTS, true));
    assert_eq!(seen(&layout), [ALERTS, MEDICINES, DIRECTIVES, ALLERGIES]);
    assert!(!layout.shift(&seen(&layout), DIRECTIVES, true), "nothing moves over what is pinned");
    layout.pin(MEDICINES, false);
    assert_eq!(seen(&layout), [ALERTS, DIRECTIVES, ALLERGIES, MEDICINES]);
}

#[test]
fn an_order_made_on_one_record_keeps_what_was_chosen_on_another() {
    let mut layout = Layout::usual(Role::EmergencyClinician);
    let seen = [ALLERGIES, MEDICINES].map(str::to_owned);
    assert!(layout.shift(&seen, MEDICINES, true));
    let place = |key: &str| layout.order.iter().position(|k| k == key).unwrap();
    assert!(place(MEDICINES) < place(ALLERGIES));
    assert!(place(DEVICES) < place(PREGNANCY) && place(SOCIAL) < place(FAMILY));
    assert_eq!(layout.order.iter().collect::<BTreeSet<_>>().len(), CREW.len());
}

#[test]
fn without_a_record_all_that_can_be_arranged_is_there() {
    let mut layout = Layout::usual(Role::EmergencyClinician);
    layout.hide("Tissue viability", true);
    let outline = outline(&layout);
    let hidden = arranged(&outline, &layout).hidden;
    assert_eq!((outline.sections.len(), hidden.len()), (known().count() + 1, 1));
    assert_eq!(outline.sections[hidden[0]].title, "Tissue viability");
    assert_eq!(ordered(&outline, &layout).len(), outline.sections.len());
}

#[test]
fn a_layout_is_read_as_it_was_written_and_one_of_an_older_version_too() {
    let mut layout = Layout::usual(Role::DomiciliaryCarer);
    layout.pin(PLAN, true);
    layout.hide("Tissue viability", true);
    let json = serde_json::to_string(&layout).unwrap();
    assert_eq!(serde_json::from_str::<Layout>(&json).unwrap(), layout);
    assert_eq!(serde_json::from_str::<Layout>("{}").unwrap(), Layout::default());
}

/// Keys of known sections, of unknown ones, and the same ones again.
fn any_key() -> impl Strategy<Value = String> {
    let codes: Vec<String> = known().map(|(code, _)| code.to_owned()).collect();
    prop_oneof![3 => proptest::sample::select(codes), 1 => "[ab]{0,2}"]
}

/// Key, state, whether an item is a danger, whether the section has a code.
type Drawn = (String, SectionState, bool, bool);

fn any_section() -> impl Strategy<Value = Drawn> {
    let states = [SectionState::Listed, SectionState::Withheld, SectionState::Unreadable, SectionState::NotRecorded];
    (any_key(), proptest::sample::select(states.to_vec()), any::<bool>(), any::<bool>())
}

fn made((key, state, danger, coded): Drawn) -> Section {
    let mut made = section(if coded { &key } else { "" }, &key);
    made.state = state;
    made.items.push(Item { criticality: if danger { "high" } else { "" }.to_owned(), ..item("x") });
    made
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn every_section_stands_in_one_place_and_safety_is_shown(
        sections in proptest::collection::vec(any_section(), 0..12),
        order in proptest::collection::vec(any_key(), 0..12),
        pinned in proptest::collection::vec(any_key(), 0..6),
        hidden in proptest::collection::btree_set(any_key(), 0..12),
    ) {
        let summary = Summary { sections: sections.into_iter().map(made).collect(), ..Summary::default() };
        let layout = Layout { order, pinned, hidden };
        let arrangement = arranged(&summary, &layout);
        let mut all: Vec<usize> = arrangement.shown.iter().map(|s| s.section).chain(arrangement.hidden.iter().copied()).collect();
        all.sort_unstable();
        prop_assert_eq!(all, (0..summary.sections.len()).collect::<Vec<_>>());
        for at in &arrangement.hidden {
            prop_assert_eq!(kept(&summary, *at), None);
            prop_assert!(layout.hidden.contains(key(&summary.sections[*at])));
        }
        for shown in &arrangement.shown {
            let key = key(&summary.sections[shown.section]);
            prop_assert_eq!(shown.against_wish.is_some(), layout.hidden.contains(key));
        }
        let not_pinned = arrangement.shown.iter().position(|s| !s.pinned).unwrap_or(usize::MAX);
        prop_assert!(arrangement.shown.iter().skip(not_pinned.saturating_add(1)).all(|s| !s.pinned));
    }

    #[test]
    fn moving_changes_two_neighbours_and_nothing_else(
        moves in proptest::collection::vec((0usize..9, any::<bool>()), 0..20), role in 0usize..3,
    ) {
        let role = [Role::EmergencyClinician, Role::CareTeamClinician, Role::DomiciliaryCarer][role];
        let mut summary = record();
        summary.sections.drain(6..18);
        let mut layout = Layout::usual(role);
        for (which, up) in moves {
            let seen = |layout: &Layout| -> Vec<String> {
                arranged(&summary, layout).shown.iter().map(|s| key(&summary.sections[s.section]).to_owned()).collect()
            };
            let before = seen(&layout);
            let mut expected = before.clone();
            let moved = layout.shift(&before, &before[which], up);
            let other = if up { which.checked_sub(1) } else { Some(which + 1).filter(|o| *o < before.len()) };
            prop_assert_eq!(moved, other.is_some());
            if let Some(other) = other { expected.swap(which, other); }
            prop_assert_eq!(seen(&layout), expected);
        }
    }
}
