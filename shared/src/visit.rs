//! Today's work: a crew's job, a carer's or nurse's visits, read from FHIR Appointment.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::identity::{PatientId, VisitId};
use crate::place::Position;
use crate::sensitive::Sensitive;

/// One entry of *Today*.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Visit {
    /// Id of the Appointment.
    pub id: VisitId,
    /// Whom it is for.
    pub patient: PatientId,
    /// Name as dispatch or the rota gives it.
    pub patient_name: Sensitive<String>,
    /// `999 call`, `Home visit` …
    pub kind: String,
    /// What for, one line; empty when not given.
    pub reason: Sensitive<String>,
    /// Where to go, one line; empty when not given.
    pub address: Sensitive<String>,
    /// Where that is, when known.
    pub position: Option<Position>,
    /// Planned start.
    pub start: Timestamp,
    /// Planned end, when given.
    pub end: Option<Timestamp>,
}

/// Why an Appointment cannot be shown as a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VisitError {
    /// Another resource type, or none.
    #[error("not an Appointment")]
    NotAnAppointment,
    /// No id, patient or start time: nobody could be sent there.
    #[error("an Appointment without {0}")]
    Missing(&'static str),
}

impl Visit {
    /// Reads a FHIR R4 Appointment with its place as a contained Location.
    ///
    /// # Errors
    /// See [`VisitError`]. The list says how many entries could not be read.
    pub fn from_fhir(appointment: &Value) -> Result<Self, VisitError> {
        if appointment["resourceType"] != "Appointment" {
            return Err(VisitError::NotAnAppointment);
        }
        let actors = || appointment["participant"].as_array().into_iter().flatten().map(|p| &p["actor"]);
        let (patient, name) = actors()
            .find_map(|a| Some((a["reference"].as_str()?.strip_prefix("Patient/")?, text(&a["display"]))))
            .ok_or(VisitError::Missing("a patient"))?;
        let place = appointment["contained"].as_array().into_iter().flatten().find(|r| r["resourceType"] == "Location");
        Ok(Self {
            id: VisitId::new(appointment["id"].as_str().ok_or(VisitError::Missing("an id"))?),
            patient: PatientId::new(patient),
            patient_name: name.into(),
            kind: text(&appointment["appointmentType"]["text"]),
            reason: text(&appointment["description"]).into(),
            address: place.map(|l| text(&l["address"]["text"])).unwrap_or_default().into(),
            position: place
                .and_then(|l| Position::new(number(&l["position"]["latitude"])?, number(&l["position"]["longitude"])?)),
            start: time(&appointment["start"]).ok_or(VisitError::Missing("a start time"))?,
            end: time(&appointment["end"]),
        })
    }
}

/// Nearest first from `here`; visits without a known place follow in order of time. Without a position
/// of one's own the whole list is in order of time.
pub fn order(visits: &mut [Visit], here: Option<Position>) {
    visits.sort_by(|a, b| {
        let metres = |v: &Visit| here.and_then(|h| Some(h.metres_to(v.position?))).unwrap_or(f64::INFINITY);
        metres(a).total_cmp(&metres(b)).then(a.start.cmp(&b.start)).then_with(|| a.id.cmp(&b.id))
    });
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().trim().to_owned()
}

// With `arbitrary_precision` a JSON number keeps its digits as written; a coordinate needs only the float.
fn number(value: &Value) -> Option<f64> {
    value.as_f64()
}

fn time(value: &Value) -> Option<Timestamp> {
    value.as_str()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn appointment(id: &str, start: &str, position: Value) -> Value {
        json!({
            "resourceType": "Appointment", "id": id, "status": "booked", "start": start,
            "appointmentType": {"text": "Home visit"}, "description": "Morning call",
            "contained": [{"resourceType": "Location", "id": "place", "address": {"text": "1 Test Row"}, "position": position}],
            "participant": [{"actor": {"reference": "Practitioner/c1"}}, {"actor": {"reference": "Patient/p1", "display": "TEST, Ann"}}]
        })
    }

    fn visit(id: &str, start: &str, position: Value) -> Visit {
        Visit::from_fhir(&appointment(id, start, position)).expect("a readable appointment")
    }

    #[test]
    fn an_appointment_is_read() {
        let v = visit("a", "2026-03-01T08:00:00Z", json!({"latitude": 51.55, "longitude": -0.11}));
        assert_eq!(
            (v.kind.as_str(), v.patient.as_str(), v.address.reveal().as_str()),
            ("Home visit", "p1", "1 Test Row")
        );
        assert_eq!(v.position, Position::new(51.55, -0.11));
    }

    #[test]
    fn an_appointment_nobody_could_act_on_is_an_error() {
        for field in ["id", "start", "participant"] {
            let mut a = appointment("a", "2026-03-01T08:00:00Z", Value::Null);
            a.as_object_mut().expect("an object").shift_remove(field);
            assert!(Visit::from_fhir(&a).is_err(), "{field}");
        }
    }

    #[test]
    fn nearest_first_then_what_has_no_place_by_time() {
        let mut list = vec![
            visit("late", "2026-03-01T10:00:00Z", Value::Null),
            visit("early", "2026-03-01T09:00:00Z", Value::Null),
            visit("far", "2026-03-01T07:00:00Z", json!({"latitude": 51.60, "longitude": -0.11})),
            visit("near", "2026-03-01T12:00:00Z", json!({"latitude": 51.551, "longitude": -0.11})),
        ];
        let ids = |list: &[Visit]| list.iter().map(|v| v.id.to_string()).collect::<Vec<_>>();
        order(&mut list, Position::new(51.55, -0.11));
        assert_eq!(ids(&list), ["near", "far", "early", "late"]);
        order(&mut list, None);
        assert_eq!(ids(&list), ["far", "early", "late", "near"]);
    }
}
