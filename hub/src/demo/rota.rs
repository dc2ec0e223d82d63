//! Today's work of the staff: Appointments with their place contained.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};

use super::format::{Address, Person};
use super::sources::Sources;
use super::when::{when, whole_seconds};
use super::{DemoError, files, key};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Planned {
    /// Slug of the person.
    who: String,
    /// When it starts: `20min` ago, `+40min`.
    at: String,
    minutes: i64,
    kind: String,
    reason: String,
    /// Where, when it is not at home.
    #[serde(default)]
    place: Option<Address>,
}

/// Appointments of everyone who has any, by the key of the member of staff.
///
/// # Errors
/// [`DemoError`]: a file, a person or a date that is not right.
pub(super) fn appointments(people: &[Person], sources: &Sources, now: Timestamp) -> Result<Vec<Value>, DemoError> {
    let rota: BTreeMap<String, Vec<Planned>> = files::read("rota", files::ROTA)?;
    let mut made = Vec::new();
    for (staff, visits) in &rota {
        for (at, visit) in visits.iter().enumerate() {
            let person =
                people.iter().find(|p| p.slug == visit.who).ok_or_else(|| DemoError::Source(visit.who.clone()))?;
            let id = format!("demo-visit-{staff}-{}", at + 1);
            made.push(appointment(id, visit, person, sources.in_person(staff)?, now)?);
        }
    }
    Ok(made)
}

fn appointment(id: String, visit: &Planned, person: &Person, staff: Value, now: Timestamp) -> Result<Value, DemoError> {
    let start = when(&visit.at, now)?;
    let wrong = || DemoError::Date(visit.at.clone());
    let end = start.parse::<Timestamp>().map_err(|_| wrong())? + SignedDuration::from_mins(visit.minutes);
    let place = visit.place.as_ref().unwrap_or(&person.address);
    let actor = |who: Value| json!({"actor": who, "status": "accepted"});
    Ok(json!({
        "resourceType": "Appointment",
        "id": id,
        "contained": [{
            "resourceType": "Location",
            "id": "place",
            "address": {"text": format!("{}, London {}", place.line, place.postcode)},
            "position": {"longitude": place.at.1, "latitude": place.at.0}
        }],
        "status": "booked",
        "appointmentType": {"text": visit.kind},
        "description": visit.reason,
        "start": start,
        "end": whole_seconds(end),
        "participant": [
            actor(json!({"reference": format!("Patient/{}", key(&person.slug)), "display": on_the_list(person)})),
            actor(staff),
            actor(json!({"reference": "#place", "display": "Place"}))
        ]
    }))
}

/// `SURNAME, Given`, as a rota prints it.
fn on_the_list(person: &Person) -> String {
    let given = person.given.join(" ");
    match person.family.as_deref() {
        Some(family) if given.is_empty() => family.to_uppercase(),
        Some(family) => format!("{}, {given}", family.to_uppercase()),
        None => given,
    }
}
