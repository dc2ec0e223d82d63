//! Edits of goals, tasks and alerts: what a person wrote, and whether every version of the record owns up to it.
//!
//! Nothing that somebody wrote may give way in silence. A value gives way to one whose author had read it, to one that a
//! person chose with both before them, or to a status or a day that holds over it by the rules. That it can be dug out of
//! the history is not enough: whoever reads the record reads its newest version.

use std::collections::{BTreeMap, BTreeSet};

use engine::Edit;
use jiff::{SignedDuration, Timestamp, civil::date};
use serde_json::{Value, json};
use shared::care_plan::{Achievement, AlertEdit, GoalProgress, Lifecycle, NotDone, Outcome, WhyNot, said};
use shared::sync::{Both, Choice, Conflict, both};

use super::oracle::Counts;
use super::plan::What;

/// Where a value stands in a resource (RFC 6901), and what is to stand there; null for nothing.
pub(super) type Values = BTreeMap<&'static str, Value>;

/// Reads what another process wrote.
pub(super) fn values(of: &Value) -> Values {
    let one = |place: &'static str| Some((place, of.get(place)?.clone()));
    [ACHIEVED, LIFECYCLE, STATUS, REASON, ENDED, REVIEW].into_iter().filter_map(one).collect()
}

const ACHIEVED: &str = "/achievementStatus/coding/0/code";
const LIFECYCLE: &str = "/lifecycleStatus";
const STATUS: &str = "/status";
const REASON: &str = "/statusReason/text";
const ENDED: &str = "/executionPeriod/end";
const REVIEW: &str = "/period/end";

/// What is compared of a kind of thing.
fn watched(kind: &str) -> &'static [&'static str] {
    match kind {
        "Goal" => &[ACHIEVED, LIFECYCLE],
        "Task" => &[STATUS, REASON, ENDED],
        _ => &[STATUS, REVIEW],
    }
}

/// What everything may change about a thing: the values above, what goes with them, and what the record adds itself.
const MAY_CHANGE: [&str; 12] = [
    "achievementStatus",
    "lifecycleStatus",
    "status",
    "statusReason",
    "executionPeriod",
    "period",
    "statusDate",
    "lastModified",
    "note",
    "extension",
    "meta",
    "text",
];

/// What a person wants of a thing, for the engine and for whoever compares.
pub(super) struct Wish {
    pub(super) edit: Edit,
    pub(super) kind: &'static str,
    pub(super) wrote: Values,
}

impl Wish {
    /// `None` for a note. `number`: of what is written in this run, so that no two say the same.
    pub(super) fn of(what: What, number: usize) -> Option<Self> {
        Some(match what {
            What::Note => return None,
            What::Goal { achievement, lifecycle } => goal(achievement, lifecycle),
            What::Task(outcome) => task(outcome, number),
            What::Flag(day) => flag(day, number),
        })
    }
}

fn one_of<T: Copy>(all: &[T], number: usize) -> T {
    all[number % all.len()]
}

fn at(number: usize) -> Timestamp {
    let minutes = SignedDuration::from_mins(i64::try_from(number).unwrap_or_default());
    Timestamp::UNIX_EPOCH.checked_add(SignedDuration::from_hours(24 * 20_000) + minutes).unwrap_or_default()
}

fn goal(achievement: Option<usize>, lifecycle: Option<usize>) -> Wish {
    let achievement = achievement.map(|it| one_of(Achievement::ALL, it));
    let lifecycle = lifecycle.map(|it| one_of(Lifecycle::ALL, it));
    let mut wrote = Values::new();
    wrote.extend(achievement.map(|it| (ACHIEVED, json!(it.code()))));
    wrote.extend(lifecycle.map(|it| (LIFECYCLE, json!(it.code()))));
    Wish { edit: Edit::Goal(GoalProgress { achievement, lifecycle }), kind: "Goal", wrote }
}

fn task(outcome: usize, number: usize) -> Wish {
    let (at, words) = (at(number), format!("Reason {number}"));
    let (outcome, wrote) = match outcome {
        0 => (Outcome::Started, vec![(STATUS, json!("in-progress")), (REASON, Value::Null)]),
        1 => {
            let wrote = vec![(STATUS, json!("completed")), (REASON, Value::Null), (ENDED, json!(at.to_string()))];
            (Outcome::Done(at), wrote)
        }
        why => {
            let wrote = vec![(STATUS, json!("cancelled")), (REASON, json!(words))];
            (Outcome::NotDone(NotDone { why: one_of(WhyNot::ALL, why), words: words.into() }), wrote)
        }
    };
    Wish { edit: Edit::Task(outcome), kind: "Task", wrote: wrote.into_iter().collect() }
}

fn flag(day: usize, number: usize) -> Wish {
    let (edit, wrote) = if day == 0 {
        let wrote = vec![(STATUS, json!("inactive")), (REVIEW, json!(at(number).to_string()))];
        (AlertEdit::Cleared(at(number)), wrote)
    } else {
        let until = date(2030, 1, 1 + i8::try_from(day % 28).unwrap_or_default());
        (AlertEdit::Reviewed(until), vec![(REVIEW, json!(until.to_string()))])
    };
    Wish { edit: Edit::Alert(edit), kind: "Flag", wrote: wrote.into_iter().collect() }
}

/// An edit that somebody made.
#[derive(Debug, Clone)]
pub(super) struct Edited {
    /// Its note; `None` when the device stopped before anybody was told that it is saved.
    pub(super) note: Option<String>,
    /// No two edits of a run have the same.
    pub(super) words: String,
    pub(super) by: String,
    /// What was before their eyes.
    pub(super) base: Value,
    pub(super) wrote: Values,
}

/// A conflict that a person decided.
#[derive(Debug, Clone)]
pub(super) struct Settled {
    pub(super) note: String,
    pub(super) conflict: Conflict,
    pub(super) choice: Choice,
}

impl Edited {
    fn mine(&self, place: &'static str) -> Value {
        self.wrote.get(place).cloned().unwrap_or_else(|| value(&self.base, place))
    }
}

fn value(resource: &Value, place: &str) -> Value {
    resource.pointer(place).cloned().unwrap_or_default()
}

/// Everything that a thing was, oldest first.
#[derive(Debug, Clone)]
pub(super) struct Thing {
    pub(super) versions: Vec<Value>,
    /// How many accounts there are of who changed it.
    pub(super) provenances: usize,
}

impl Thing {
    fn kind(&self) -> &str {
        self.versions.first().and_then(|it| it["resourceType"].as_str()).unwrap_or_default()
    }

    fn is(&self, other: &Value) -> bool {
        self.versions.first().is_some_and(|it| it["resourceType"] == other["resourceType"] && it["id"] == other["id"])
    }
}

/// Whether what stands in `winner` holds over what `loser` says by the rules, with nobody asked.
fn holds_over(kind: &str, place: &str, winner: &Value, loser: impl Fn(&'static str) -> Value) -> bool {
    let text = |it: Value| it.as_str().unwrap_or_default().to_owned();
    let pair = |place: &'static str| (text(value(winner, place)), text(loser(place)));
    let further = |(winner, loser): (String, String)| both(&winner, &loser) == Both::First;
    // Of two days the later: somebody looks at it then. A day and an instant have no order.
    let later = |(winner, loser): (String, String)| winner.len() == 10 && loser.len() == 10 && winner > loser;
    match (kind, place) {
        ("Goal", LIFECYCLE) => further(pair(LIFECYCLE)),
        ("Task", _) => further(pair(STATUS)),
        ("Flag", REVIEW) => later(pair(REVIEW)),
        _ => false,
    }
}

/// All that was written and decided.
pub(super) struct Ledger<'a> {
    pub(super) edits: &'a [Edited],
    pub(super) settled: &'a [Settled],
}

impl Ledger<'_> {
    /// What was decided about what a note says at this place.
    fn decided<'a>(&'a self, note: Option<&'a str>, place: &'a str) -> impl Iterator<Item = &'a Settled> {
        let field = place.split('/').nth(1).unwrap_or_default();
        let own = self.settled.iter().filter(move |it| note == Some(it.note.as_str()));
        own.filter(move |it| it.conflict.fields.iter().any(|one| one == field))
    }

    /// Goes through every version of every thing. `waiting`: the edits that are still on a device to be sent.
    pub(super) fn judge(&self, things: &[Thing], waiting: &BTreeSet<String>, trace: &mut Vec<String>) -> Counts {
        let mut counts = Counts::default();
        for thing in things {
            for pair in thing.versions.windows(2) {
                for what in self.step(thing.kind(), &pair[0], &pair[1]) {
                    counts.overwritten += 1;
                    trace.push(format!("{what}: {} {}", thing.kind(), pair[1]["meta"]["versionId"]));
                }
            }
            if thing.provenances >= thing.versions.len() {
                counts.duplicated += 1;
                trace.push(format!("{} accounts of {} versions", thing.provenances, thing.versions.len()));
            }
        }
        for edit in self.edits.iter().filter(|it| it.note.is_some()) {
            let versions = things.iter().find(|it| it.is(&edit.base)).map_or(&[][..], |it| &it.versions);
            let came = self.arrived(edit, versions, waiting);
            if let Some((found, what)) = came {
                counts = counts.and(found);
                trace.push(format!("{what}: edit {:?} of {}: {}", edit.note, edit.by, edit.words));
            }
        }
        counts
    }

    /// What was changed from one version to the next without a right to it.
    fn step(&self, kind: &str, before: &Value, after: &Value) -> Vec<String> {
        let old = said(before);
        let new: Vec<_> = said(after).into_iter().filter(|one| !old.contains(one)).collect();
        let maker = self.edits.iter().find(|edit| new.iter().any(|one| one.words == edit.words));
        let mut wrong = Vec::new();
        if !old.iter().all(|one| said(after).contains(one)) {
            wrong.push("words gone".to_owned());
        }
        let Some(maker) = maker else {
            wrong.push("changed by nobody".to_owned());
            return wrong;
        };
        // Of an edit whose device stopped before anybody was told, the record knows it alone.
        let note = new.iter().find(|one| one.words == maker.words).and_then(|one| one.note).map(|it| it.to_string());
        let fields = |it: &Value| it.as_object().into_iter().flat_map(|it| it.keys().cloned()).collect::<Vec<_>>();
        let all: BTreeSet<String> = fields(before).into_iter().chain(fields(after)).collect();
        let others = all.iter().filter(|it| !MAY_CHANGE.contains(&it.as_str()));
        wrong.extend(others.filter(|it| before[it.as_str()] != after[it.as_str()]).map(|it| format!("{it} changed")));
        for place in watched(kind).iter().copied().filter(|it| value(before, it) != value(after, it)) {
            if value(after, place) != maker.mine(place) {
                wrong.push(format!("{place} says what its author did not"));
            }
            let shown = |it: &Settled| value(&it.conflict.theirs.value, place) == value(before, place);
            let seen =
                value(&maker.base, place) == value(before, place) || self.decided(note.as_deref(), place).any(shown);
            if !seen && !holds_over(kind, place, after, |it| value(before, it)) {
                wrong.push(format!("{place} overwritten unseen by {}", maker.by));
            }
        }
        wrong
    }

    /// What became of an edit that somebody was told is saved; `None` when all is well.
    fn arrived(&self, edit: &Edited, versions: &[Value], waiting: &BTreeSet<String>) -> Option<(Counts, String)> {
        let has = |it: &Value| said(it).iter().filter(|one| one.words == edit.words).count();
        let none = Counts::default();
        let Some(at) = versions.iter().position(|it| has(it) > 0) else {
            return Some(if edit.note.as_ref().is_some_and(|note| waiting.contains(note)) {
                (Counts { stuck: 1, ..none }, "stuck".to_owned())
            } else {
                (Counts { lost: 1, ..none }, "lost".to_owned())
            });
        };
        let came = &versions[at];
        if versions.last().is_some_and(|it| has(it) > 1) {
            return Some((Counts { duplicated: 1, ..none }, "duplicated".to_owned()));
        }
        let kind = edit.base["resourceType"].as_str().unwrap_or_default();
        let same = |it: &Value| it["meta"]["versionId"] == edit.base["meta"]["versionId"];
        let read = versions[..at].iter().position(same).map_or(at, |it| it + 1);
        let dropped = edit.wrote.iter().find(|(place, wrote)| {
            let given_up = self.decided(edit.note.as_deref(), place).any(|it| it.choice != Choice::Mine);
            // To say what was there already is no edit of it.
            let edits = value(&edit.base, place) != **wrote;
            // What it agreed with or gave way to may have changed again before the rest of it came.
            let mut before = versions[read..=at].iter();
            let there = |it: &Value| value(it, place) == **wrote || holds_over(kind, place, it, |it| edit.mine(it));
            edits && !given_up && !before.any(there)
        });
        dropped.map(|(place, wrote)| {
            let (was, is) = (value(&edit.base, place), value(came, place));
            (Counts { overwritten: 1, ..none }, format!("{place} dropped (from {was} to {wrote}, came as {is})"))
        })
    }
}
