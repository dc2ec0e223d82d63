use std::time::Duration;

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::identity::{NoteId, PatientId};

fn now() -> Timestamp {
    Timestamp::from_second(1_800_000_000).unwrap()
}

fn entry(state: OutboxState, attempts: u32) -> OutboxEntry {
    OutboxEntry { note: NoteId::new(Uuid::nil()), patient: PatientId::new("p"), saved: now(), seq: 1, attempts, state }
}

fn answered(answer: Answer) -> Event {
    Event::Answered { answer, received: now(), reason: "No.".into(), now: now(), random: 0.5 }
}

fn status(code: u16) -> Event {
    answered(Answer::Status { code, retry_after: None })
}

fn leads(sends: Sends, event: &Event) -> Step {
    step(&entry(OutboxState::Sending, 1), sends, event)
}

#[test]
fn where_each_answer_leads() {
    for sends in [Sends::New, Sends::Edit] {
        for code in [200, 201] {
            assert_eq!(leads(sends, &status(code)), Step::To(OutboxState::Sent { received: now() }), "{code}");
        }
        assert_eq!(leads(sends, &status(401)), Step::SignIn(PENDING));
        for code in [408, 425, 429, 500, 502, 503, 504, 507] {
            let waits = matches!(leads(sends, &status(code)), Step::To(OutboxState::Pending { not_before: Some(_) }));
            assert!(waits, "{code}");
        }
        assert!(matches!(
            leads(sends, &answered(Answer::Nothing)),
            Step::To(OutboxState::Pending { not_before: Some(_) })
        ));
        for code in [400, 403, 404, 413, 415, 422, 418, 204, 302] {
            let aside =
                matches!(leads(sends, &status(code)), Step::To(OutboxState::NeedsAttention(a)) if a.status == code);
            assert!(aside, "{code}");
        }
    }
    for code in [409, 412] {
        assert_eq!(leads(Sends::Edit, &status(code)), Step::Compare(PENDING), "{code}");
        assert!(matches!(leads(Sends::New, &status(code)), Step::To(OutboxState::NeedsAttention(_))), "{code}");
    }
}

#[test]
fn how_long_the_server_asks_to_wait_is_obeyed() {
    let event = answered(Answer::Status { code: 429, retry_after: Some(Duration::from_secs(90)) });
    let until = now() + SignedDuration::from_secs(90);
    assert_eq!(leads(Sends::New, &event), Step::To(OutboxState::Pending { not_before: Some(until) }));
}

#[test]
fn what_was_sent_stays_sent_and_what_was_set_aside_waits_for_a_person() {
    let events = [Event::Taken, Event::Found, status(422), answered(Answer::Nothing)];
    let aside = OutboxState::NeedsAttention(Attention { status: 422, reason: String::new() });
    for event in &events {
        for state in [OutboxState::Sent { received: now() }, aside.clone()] {
            assert_eq!(step(&entry(state, 1), Sends::New, event), Step::Stays, "{event:?}");
        }
    }
    for event in [Event::Resent, Event::Settled] {
        assert_eq!(step(&entry(aside.clone(), 1), Sends::New, &event), Step::To(PENDING));
        assert_eq!(step(&entry(OutboxState::Sent { received: now() }, 1), Sends::New, &event), Step::Stays);
    }
    // The record itself says that it does not have it any more; what was never accepted cannot be lost.
    for state in [aside, PENDING, OutboxState::Sending] {
        assert_eq!(step(&entry(state, 1), Sends::New, &Event::Lost), Step::Stays);
    }
    assert_eq!(step(&entry(OutboxState::Sent { received: now() }, 1), Sends::New, &Event::Lost), Step::To(PENDING));
    // An answer to a try that was given up: the entry is sent again, and the record says 200.
    assert_eq!(step(&entry(PENDING, 1), Sends::New, &status(201)), Step::Stays);
    assert_eq!(step(&entry(OutboxState::Sending, 1), Sends::New, &Event::Found), Step::To(PENDING));
}

#[test]
fn a_person_can_always_do_something_and_always_take_it_out() {
    for code in 0..=999u16 {
        for sends in [Sends::New, Sends::Edit] {
            let actions = actions(&Attention { status: code, reason: String::new() }, sends);
            assert!(actions.contains(&Action::Export), "{code}");
            assert!(actions.len() >= 2, "{code}");
            assert_eq!(actions.contains(&Action::Compare), sends == Sends::Edit && matches!(code, 409 | 412), "{code}");
        }
    }
    let first = |status| actions(&Attention { status, reason: String::new() }, Sends::New)[0];
    assert_eq!((first(413), first(403), first(404)), (Action::Edit, Action::HandOver, Action::Resend));
}

fn any_event() -> impl Strategy<Value = Event> {
    let answer = prop_oneof![
        Just(Answer::Nothing),
        (100u16..=999, proptest::option::of(0u64..10_000))
            .prop_map(|(code, s)| Answer::Status { code, retry_after: s.map(Duration::from_secs) })
    ];
    let answered = (answer, 0.0..1.0f64).prop_map(|(answer, random)| Event::Answered {
        answer,
        received: now(),
        reason: String::new(),
        now: now(),
        random,
    });
    prop_oneof![Just(Event::Taken), Just(Event::Found), answered, Just(Event::Resent), Just(Event::Settled)]
}

proptest! {
    #[test]
    fn sent_means_accepted_and_nothing_else_does(events in proptest::collection::vec(any_event(), 0..30), edit in any::<bool>()) {
        let sends = if edit { Sends::Edit } else { Sends::New };
        let mut it = entry(PENDING, 0);
        let mut accepted = false;
        for event in events {
            let sending = it.state == OutboxState::Sending;
            match step(&it, sends, &event) {
                Step::To(next) | Step::SignIn(next) | Step::Compare(next) => it.state = next,
                Step::Stays => {}
            }
            let ok = matches!(&event, Event::Answered { answer: Answer::Status { code: 200 | 201, .. }, .. });
            accepted |= sending && ok;
            prop_assert_eq!(matches!(it.state, OutboxState::Sent { .. }), accepted);
        }
    }

    #[test]
    fn a_try_that_failed_waits_no_longer_than_an_hour_and_is_always_made_again(attempts in any::<u32>(), random in 0.0..1.0f64, code in 500u16..600) {
        let event = Event::Answered { answer: Answer::Status { code, retry_after: None }, received: now(), reason: String::new(), now: now(), random };
        let Step::To(OutboxState::Pending { not_before: Some(until) }) = step(&entry(OutboxState::Sending, attempts), Sends::New, &event) else {
            return Err(TestCaseError::fail("it does not wait"));
        };
        prop_assert!(until > now() && until <= now() + SignedDuration::from_mins(15));
    }
}
