//! What may be sent now: in the order in which it was written about one person, people independent of each other.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::{OutboxEntry, OutboxState};
use crate::identity::{NoteId, PatientId};

/// A wait longer than any this app sets was written under another clock.
pub const LONGEST_WAIT: SignedDuration = SignedDuration::from_hours(1);

/// How long an entry still waits; `None` when it does not want to be sent.
pub fn wait(state: &OutboxState, now: Timestamp) -> Option<Duration> {
    match state {
        OutboxState::Sent { .. } | OutboxState::NeedsAttention(_) => None,
        // The answer was never seen; sending again changes nothing at the other end.
        OutboxState::Sending | OutboxState::Pending { not_before: None } => Some(Duration::ZERO),
        OutboxState::Pending { not_before: Some(until) } => {
            let left = until.duration_since(now);
            let left = if left > LONGEST_WAIT { SignedDuration::ZERO } else { left };
            Some(Duration::try_from(left).unwrap_or_default())
        }
    }
}

/// The entries that may be sent now, one of each person: indices into `entries`, which are in the order in which they
/// were saved. `needs` names the note that an entry amends: while that is set aside here, the record does not know what
/// it is about, so it waits, and only it.
pub fn due(entries: &[OutboxEntry], needs: impl Fn(NoteId) -> Option<NoteId>, now: Timestamp) -> Vec<usize> {
    let mut aside: HashMap<&PatientId, HashSet<NoteId>> = HashMap::new();
    let mut taken: HashSet<&PatientId> = HashSet::new();
    let mut due = Vec::new();
    for (at, entry) in entries.iter().enumerate() {
        if taken.contains(&entry.patient) {
            continue;
        }
        let waits_for =
            needs(entry.note).is_some_and(|need| aside.get(&entry.patient).is_some_and(|a| a.contains(&need)));
        match (wait(&entry.state, now), &entry.state) {
            (None, OutboxState::Sent { .. }) => {}
            (None, _) => drop(aside.entry(&entry.patient).or_default().insert(entry.note)),
            (Some(_), _) if waits_for => drop(aside.entry(&entry.patient).or_default().insert(entry.note)),
            (Some(wait), _) => {
                taken.insert(&entry.patient);
                if wait.is_zero() {
                    due.push(at);
                }
            }
        }
    }
    due
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sync::Attention;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn now() -> Timestamp {
        Timestamp::from_second(1_800_000_000).unwrap()
    }

    fn id(number: usize) -> NoteId {
        NoteId::new(Uuid::from_u128(number as u128))
    }

    fn entry(number: usize, patient: u8, state: OutboxState) -> OutboxEntry {
        OutboxEntry {
            note: id(number),
            patient: PatientId::new(format!("p{patient}")),
            saved: now(),
            seq: number as u64,
            attempts: 0,
            state,
        }
    }

    fn pending(seconds: Option<i64>) -> OutboxState {
        OutboxState::Pending { not_before: seconds.map(|s| now() + SignedDuration::from_secs(s)) }
    }

    fn aside() -> OutboxState {
        OutboxState::NeedsAttention(Attention { status: 422, reason: String::new() })
    }

    #[test]
    fn what_waits_holds_back_its_own_person_only_and_what_is_set_aside_nobody() {
        let entries = [
            entry(0, 1, pending(Some(60))),
            entry(1, 1, pending(None)),
            entry(2, 2, aside()),
            entry(3, 2, OutboxState::Sending),
            entry(4, 2, pending(None)),
            entry(5, 3, OutboxState::Sent { received: now() }),
            entry(6, 3, pending(Some(-1))),
        ];
        assert_eq!(due(&entries, |_| None, now()), [3, 6]);
    }

    #[test]
    fn a_correction_of_what_was_set_aside_waits_and_so_does_what_is_said_about_it() {
        let entries =
            [entry(0, 1, aside()), entry(1, 1, pending(None)), entry(2, 1, pending(None)), entry(3, 1, pending(None))];
        let needs =
            |note| [(id(1), id(0)), (id(2), id(1))].into_iter().find(|(of, _)| *of == note).map(|(_, need)| need);
        assert_eq!(due(&entries, needs, now()), [3]);
    }

    #[test]
    fn a_wait_of_days_was_written_under_another_clock() {
        assert_eq!(wait(&pending(Some(86_400)), now()), Some(Duration::ZERO));
        assert_eq!(wait(&pending(Some(60)), now()), Some(Duration::from_secs(60)));
        assert_eq!(wait(&aside(), now()), None);
    }

    fn any_entries() -> impl Strategy<Value = Vec<OutboxEntry>> {
        let state = prop_oneof![
            Just(pending(None)),
            (-100i64..100).prop_map(|s| pending(Some(s))),
            Just(OutboxState::Sending),
            Just(OutboxState::Sent { received: now() }),
            Just(aside())
        ];
        proptest::collection::vec((0u8..4, state), 0..20)
            .prop_map(|all| all.into_iter().enumerate().map(|(n, (p, s))| entry(n, p, s)).collect())
    }

    proptest! {
        #[test]
        fn of_each_person_only_the_first_that_is_still_to_go(entries in any_entries()) {
            for at in due(&entries, |_| None, now()) {
                let before = entries[..at].iter().filter(|e| e.patient == entries[at].patient);
                prop_assert!(before.clone().all(|e| wait(&e.state, now()).is_none()));
                prop_assert_eq!(wait(&entries[at].state, now()), Some(Duration::ZERO));
            }
        }

        #[test]
        fn one_person_never_holds_back_another(entries in any_entries(), out in 0u8..4) {
            let gone = PatientId::new(format!("p{out}"));
            let alone: Vec<OutboxEntry> = entries.iter().filter(|e| e.patient != gone).cloned().collect();
            let notes = |entries: &[OutboxEntry]| due(entries, |_| None, now()).into_iter().map(|at| entries[at].note).collect::<Vec<_>>();
            let of_all: Vec<NoteId> = due(&entries, |_| None, now()).into_iter().filter(|at| entries[*at].patient != gone).map(|at| entries[at].note).collect();
            prop_assert_eq!(notes(&alone), of_all);
        }

        #[test]
        fn whoever_has_something_to_send_gets_on_when_nothing_waits(entries in any_entries()) {
            let free: Vec<OutboxEntry> = entries.into_iter().filter(|e| wait(&e.state, now()).is_none_or(|w| w.is_zero())).collect();
            let people: HashSet<&PatientId> = free.iter().filter(|e| wait(&e.state, now()).is_some()).map(|e| &e.patient).collect();
            prop_assert_eq!(due(&free, |_| None, now()).len(), people.len());
        }
    }
}
