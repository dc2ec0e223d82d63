//! Which of two statuses holds when both sides moved on.
//!
//! A step forward beats an earlier step of the same way, and completed beats everything on the way to it. Two ends that
//! contradict each other, and anything this version does not know, are for a person.

/// What two statuses say together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Both {
    /// The first holds.
    First,
    /// The second holds.
    Second,
    /// They contradict each other.
    Ask,
}

/// The way of a task (FHIR R4 task-status) or a goal (goal-status), from the beginning to its end. `completed` is the
/// only end on it; cancelled, rejected, failed, on hold and entered in error lead away from it.
const WAY: [&str; 10] = [
    "draft",
    "proposed",
    "requested",
    "planned",
    "received",
    "accepted",
    "ready",
    "active",
    "in-progress",
    "completed",
];

/// Which of two different statuses holds.
pub fn both(first: &str, second: &str) -> Both {
    let step = |status: &str| WAY.iter().position(|one| *one == status);
    match (step(first), step(second)) {
        (Some(a), Some(b)) if a > b => Both::First,
        (Some(a), Some(b)) if a < b => Both::Second,
        // A pause that somebody else's completion made empty.
        _ if first == "completed" && second == "on-hold" => Both::First,
        _ if first == "on-hold" && second == "completed" => Both::Second,
        _ => Both::Ask,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn completed_beats_what_leads_to_it_and_nothing_that_contradicts_it() {
        for before in ["requested", "accepted", "in-progress", "active", "on-hold", "proposed"] {
            assert_eq!(both("completed", before), Both::First, "{before}");
        }
        for against in ["cancelled", "rejected", "failed", "entered-in-error", "something-new", ""] {
            assert_eq!(both("completed", against), Both::Ask, "{against}");
        }
        assert_eq!(both("cancelled", "in-progress"), Both::Ask);
        assert_eq!(both("active", "inactive"), Both::Ask);
        assert_eq!(both("on-hold", "in-progress"), Both::Ask);
    }

    fn any_status() -> impl Strategy<Value = &'static str> {
        let others = ["cancelled", "rejected", "failed", "on-hold", "entered-in-error", "inactive", "new"];
        proptest::sample::select(WAY.iter().copied().chain(others).collect::<Vec<_>>())
    }

    proptest! {
        #[test]
        fn it_does_not_matter_who_came_first(a in any_status(), b in any_status()) {
            let turned = match both(b, a) {
                Both::First => Both::Second,
                Both::Second => Both::First,
                Both::Ask => Both::Ask,
            };
            prop_assert_eq!(both(a, b), turned);
        }

        #[test]
        fn what_beats_what_does_not_go_in_a_circle(a in any_status(), b in any_status(), c in any_status()) {
            if both(a, b) == Both::First && both(b, c) == Both::First {
                prop_assert_ne!(both(a, c), Both::Second);
            }
        }
    }
}
