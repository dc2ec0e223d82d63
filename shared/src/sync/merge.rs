//! Two edits of one goal, task or alert, compared field by field with what both began from.
//!
//! What only one side changed is taken from it, what both changed alike is taken once, notes are put together. The rest
//! is a [`Conflict`]: both texts wait for a person, and nothing of either is thrown away. Work goes on meanwhile on what
//! the record has.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::conflict::{By, Conflict, Side};
use super::status::{Both, both};

/// What became of two edits.
#[derive(Clone, PartialEq)]
pub struct Merged {
    /// The resource with everything that is agreed; a field in conflict stands as the record has it.
    pub resource: Value,
    /// What a person must decide; empty when all is agreed.
    pub conflicts: Vec<Conflict>,
}

impl std::fmt::Debug for Merged {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Merged").field("conflicts", &self.conflicts.len()).finish_non_exhaustive()
    }
}

/// Fields that are decided as one, because one alone would say something that nobody said: a status with the reason of
/// another.
const WITH_STATUS: [(&str, &[&str]); 3] = [
    ("Goal", &["lifecycleStatus", "statusReason"]),
    ("Task", &["status", "statusReason", "businessStatus", "executionPeriod"]),
    ("Flag", &["status", "period"]),
];
/// What the server writes, and what is made from the rest: the record's own is right.
const OF_THE_RECORD: [&str; 3] = ["meta", "text", "id"];
/// Days on which something was changed: the later one holds.
const LATER: [&str; 2] = ["statusDate", "lastModified"];

/// Compares `mine` and `theirs` with the `base` both were made from. `me` and `them` say whose they are.
pub fn merge(base: &Value, mine: &Value, theirs: &Value, me: &By, them: &By) -> Merged {
    let kind = theirs["resourceType"].as_str().unwrap_or_default();
    let together = WITH_STATUS.iter().find(|(of, _)| *of == kind).map_or(&[][..], |(_, fields)| *fields);
    let mut merged = Merged { resource: theirs.clone(), conflicts: Vec::new() };
    let groups = [together.to_vec()].into_iter().filter(|group| !group.is_empty());
    let single = fields([base, mine, theirs]).into_iter().filter(|f| !together.contains(&f.as_str()));
    let single: Vec<String> = single.filter(|f| !OF_THE_RECORD.contains(&f.as_str())).collect();
    for group in groups.chain(single.iter().map(|field| vec![field.as_str()])) {
        let sides = [part(base, &group), part(mine, &group), part(theirs, &group)];
        match decide(kind, &group, &sides) {
            Decided::Is(value) => put(&mut merged.resource, &group, &value),
            Decided::Open => merged.conflicts.push(conflict(&group, sides, me, them)),
        }
    }
    merged
}

/// The value of one field or of several that are decided as one.
type Part = Map<String, Value>;

enum Decided {
    Is(Part),
    Open,
}

fn fields(resources: [&Value; 3]) -> BTreeSet<String> {
    resources.into_iter().filter_map(Value::as_object).flat_map(|fields| fields.keys().cloned()).collect()
}

fn part(resource: &Value, group: &[&str]) -> Part {
    let of = |field: &&str| Some(((*field).to_owned(), resource.get(*field).filter(|v| !v.is_null())?.clone()));
    group.iter().filter_map(of).collect()
}

pub(super) fn put(resource: &mut Value, group: &[&str], part: &Part) {
    let Some(fields) = resource.as_object_mut() else { return };
    for field in group {
        match part.get(*field) {
            Some(value) => drop(fields.insert((*field).to_owned(), value.clone())),
            None => drop(fields.shift_remove(*field)),
        }
    }
}

fn decide(kind: &str, group: &[&str], [base, mine, theirs]: &[Part; 3]) -> Decided {
    if mine == theirs || mine == base {
        return Decided::Is(theirs.clone());
    }
    if theirs == base {
        return Decided::Is(mine.clone());
    }
    let one = |field: &str| (base.get(field), mine.get(field), theirs.get(field));
    match group {
        [field @ ("note" | "extension")] => match one(field) {
            (base, Some(Value::Array(mine)), Some(Value::Array(theirs))) => union(field, base, mine, theirs),
            _ => Decided::Open,
        },
        [field] if LATER.contains(field) => match one(field) {
            (_, Some(mine), Some(theirs)) => single(field, later(mine, theirs)),
            _ => Decided::Open,
        },
        ["status", "period"] if kind == "Flag" => validity(base, mine, theirs),
        ["lifecycleStatus" | "status", ..] => status(group, mine, theirs),
        _ => Decided::Open,
    }
}

fn single(field: &str, value: &Value) -> Decided {
    Decided::Is([(field.to_owned(), value.clone())].into_iter().collect())
}

fn later<'a>(mine: &'a Value, theirs: &'a Value) -> &'a Value {
    if mine.as_str() > theirs.as_str() { mine } else { theirs }
}

// An alert holds as long as the more careful of two says; somebody looks at it then. Whether it holds at all is for a
// person: one cleared it while another saw the danger and prolonged it.
fn validity(base: &Part, mine: &Part, theirs: &Part) -> Decided {
    let without_end = |part: &Part| {
        let mut part = part.clone();
        part.get_mut("period").and_then(Value::as_object_mut).map(|period| period.shift_remove("end"));
        part
    };
    let end = |part: &Part| part.get("period").and_then(|p| p["end"].as_str()).map(str::to_owned);
    let (Some(mine_end), Some(theirs_end)) = (end(mine), end(theirs)) else { return Decided::Open };
    // A day and an instant have no order that everybody would agree with.
    let days = mine_end.len() == 10 && theirs_end.len() == 10;
    if without_end(mine) != without_end(theirs) || without_end(base) != without_end(mine) || !days {
        return Decided::Open;
    }
    Decided::Is(if mine_end > theirs_end { mine.clone() } else { theirs.clone() })
}

fn status(group: &[&str], mine: &Part, theirs: &Part) -> Decided {
    let of = |part: &Part| group.first().and_then(|field| part.get(*field)?.as_str().map(str::to_owned));
    let (Some(m), Some(t)) = (of(mine), of(theirs)) else { return Decided::Open };
    // The words beside a status are somebody's: where the losing side has some of its own, a person looks.
    let silent = |losing: &Part, winning: &Part| {
        losing
            .iter()
            .skip_while(|(field, _)| Some(field.as_str()) == group.first().copied())
            .all(|(field, value)| winning.get(field) == Some(value))
    };
    match both(&m, &t) {
        Both::First if silent(theirs, mine) => Decided::Is(mine.clone()),
        Both::Second if silent(mine, theirs) => Decided::Is(theirs.clone()),
        _ => Decided::Open,
    }
}

// What was said is never unsaid: an entry that one side took away stays when the other kept it.
fn union(field: &str, base: Option<&Value>, mine: &[Value], theirs: &[Value]) -> Decided {
    let mut all: Vec<&Value> = Vec::new();
    let base = base.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    for one in base.iter().chain(theirs).chain(mine) {
        if !all.contains(&one) {
            all.push(one);
        }
    }
    // One entry that two sides edited otherwise is no two entries.
    let key = |one: &Value| [&one["id"], &one["url"]].map(|k| k.as_str().map(str::to_owned));
    let edited = |one: &&&Value| field == "extension" && !base.contains(one) && one["valueAnnotation"].is_null();
    if all.iter().filter(edited).any(|one| all.iter().any(|other| other != one && key(other) == key(one))) {
        return Decided::Open;
    }
    let mut all: Vec<Value> = all.into_iter().cloned().collect();
    let time =
        |v: &Value| v["time"].as_str().or_else(|| v["valueAnnotation"]["time"].as_str()).unwrap_or_default().to_owned();
    all.sort_by_cached_key(|one| (time(one), one.to_string()));
    single(field, &Value::Array(all))
}

fn conflict(group: &[&str], [base, mine, theirs]: [Part; 3], me: &By, them: &By) -> Conflict {
    Conflict {
        fields: group.iter().map(|field| (*field).to_owned()).collect(),
        base: Value::Object(base),
        mine: Side { value: Value::Object(mine), by: me.clone() },
        theirs: Side { value: Value::Object(theirs), by: them.clone() },
    }
}

#[cfg(test)]
#[path = "merge/tests.rs"]
mod tests;
