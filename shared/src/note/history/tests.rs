use jiff::Timestamp;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::identity::{Organisation, PatientId, Role, Staff, StaffId};
use crate::note::{Amended, Amends, Visit};

#[derive(Debug, Clone, Copy)]
enum How {
    Appends,
    Replaces,
    Error,
}

fn id(number: u128) -> NoteId {
    NoteId::new(Uuid::from_u128(number))
}

fn note(number: u128, minute: i64, amends: Option<(u128, How)>) -> Note {
    let reason = || "because".to_owned().into();
    let amends = amends.map(|(target, how)| Amends {
        note: id(target),
        kind: Amended::Document,
        how: match how {
            How::Appends => Amendment::Appends,
            How::Replaces => Amendment::Replaces { reason: reason() },
            How::Error => Amendment::EnteredInError { reason: reason() },
        },
    });
    Note {
        id: id(number),
        patient: PatientId::new("p1"),
        author: Staff {
            id: StaffId::new("s1"),
            name: "Test Writer".into(),
            role: Role::DomiciliaryCarer,
            job_title: "Carer".into(),
            organisation: Organisation { ods: "X1".into(), name: "Test Care".into() },
        },
        text: format!("note {number}").into(),
        authored: Timestamp::from_second(minute * 60).unwrap(),
        received: None,
        content: Content::Visit(Visit { amends, ..Visit::default() }),
    }
}

fn told(notes: &[Note]) -> Vec<(u128, usize, Standing)> {
    let shown = arrange(notes);
    shown.into_iter().map(|s| (notes[s.note].id.uuid().as_u128(), s.depth, s.standing)).collect()
}

#[test]
fn what_was_said_later_stands_below_what_it_is_about() {
    let notes = [
        note(3, 30, Some((1, How::Replaces))),
        note(2, 20, None),
        note(4, 40, Some((3, How::Appends))),
        note(1, 10, None),
    ];
    assert_eq!(
        told(&notes),
        [(1, 0, Standing::Replaced(id(3))), (3, 1, Standing::Holds), (4, 2, Standing::Holds), (2, 0, Standing::Holds),]
    );
}

#[test]
fn two_corrections_of_one_note_are_both_shown_and_neither_wins() {
    let notes = [note(1, 1, None), note(2, 2, Some((1, How::Replaces))), note(3, 3, Some((1, How::Replaces)))];
    assert_eq!(
        told(&notes),
        [(1, 0, Standing::Disputed(vec![id(2), id(3)])), (2, 1, Standing::Holds), (3, 1, Standing::Holds),]
    );
}

#[test]
fn a_correction_that_was_taken_back_corrects_nothing() {
    let notes = [note(1, 1, None), note(2, 2, Some((1, How::Replaces))), note(3, 3, Some((2, How::Error)))];
    assert_eq!(told(&notes)[0].2, Standing::Holds);
    assert_eq!(told(&notes)[1].2, Standing::EnteredInError(id(3)));
    // And the taking back was itself a mistake.
    let mut notes = notes.to_vec();
    notes.push(note(4, 4, Some((3, How::Error))));
    assert_eq!(told(&notes)[0].2, Standing::Replaced(id(2)));
    assert_eq!(told(&notes)[1].2, Standing::Holds);
}

#[test]
fn what_amends_something_that_is_not_here_stands_by_itself_and_says_so() {
    let mut notes = [note(1, 1, Some((9, How::Error))), note(2, 2, None), note(3, 3, Some((2, How::Error)))];
    notes[2].patient = PatientId::new("p2");
    let shown = arrange(&notes);
    assert_eq!(shown[0].loose, Some(Loose::UnknownTarget(id(9))));
    assert_eq!(shown[2].loose, Some(Loose::OtherPatient(id(2))));
    assert_eq!(shown[1].standing, Standing::Holds);
}

#[test]
fn a_circle_is_shown_whole() {
    let notes =
        [note(1, 1, Some((2, How::Error))), note(2, 2, Some((1, How::Error))), note(3, 3, Some((3, How::Replaces)))];
    let shown = arrange(&notes);
    assert_eq!(shown.len(), 3);
    assert_eq!(shown[0].loose, Some(Loose::Circle));
    assert_eq!(shown[2].loose, Some(Loose::Circle));
}

#[test]
fn ten_thousand_corrections_of_corrections_are_no_deeper_than_the_stack() {
    let notes: Vec<Note> =
        (0..10_000).map(|n| note(n, 0, n.checked_sub(1).map(|before| (before, How::Appends)))).collect();
    assert_eq!(arrange(&notes).len(), 10_000);
}

fn any_notes() -> impl Strategy<Value = Vec<Note>> {
    let how = proptest::sample::select(vec![How::Appends, How::Replaces, How::Error]);
    let one = (0u128..12, 0i64..5, proptest::option::of((0u128..14, how)));
    proptest::collection::vec(one.prop_map(|(n, minute, amends)| note(n, minute, amends)), 0..14)
}

proptest! {
    #[test]
    fn every_note_appears_exactly_once(notes in any_notes()) {
        let mut found: Vec<usize> = arrange(&notes).iter().map(|s| s.note).collect();
        found.sort_unstable();
        prop_assert_eq!(found, (0..notes.len()).collect::<Vec<_>>());
    }

    #[test]
    fn a_later_word_stands_below_its_note_or_says_why_not(notes in any_notes()) {
        let shown = arrange(&notes);
        for (at, one) in shown.iter().enumerate() {
            let Content::Visit(Visit { amends: Some(amends), .. }) = &notes[one.note].content else {
                prop_assert_eq!((one.depth, one.loose), (0, None));
                continue;
            };
            if one.loose.is_none() {
                let parent = shown[..at].iter().rev().find(|s| s.depth + 1 == one.depth).unwrap();
                prop_assert_eq!(notes[parent.note].id, amends.note);
            }
        }
    }

    #[test]
    fn the_order_in_which_notes_came_changes_nothing(notes in any_notes(), turn in 0usize..14) {
        // Two notes under one id have no order of their own.
        let mut notes = notes;
        let mut seen = std::collections::HashSet::new();
        notes.retain(|n| seen.insert(n.id));
        let mut turned = notes.clone();
        turned.rotate_left(turn.min(notes.len()));
        prop_assert_eq!(told(&notes), told(&turned));
    }
}
