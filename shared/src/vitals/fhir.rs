//! A set of vital signs as Observations: one panel that stands for the note, one Observation for each sign, and NEWS2
//! with its parts when it is complete.
//!
//! Codes: LOINC of FHIR R4 vital signs; SNOMED CT UK edition as in the NEWS2 examples of UK Core; NEWS2 parts as in the
//! NHS NEWS2 implementation guide; glucose as in the example f001 of FHIR R4. Flow of oxygen: LOINC of US Core.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Acvpu, Air, News2, Pressure, Scale, Sign, Unsuited, Vitals, news2};
use crate::measure::{LitresPerMinute, MmHg, UCUM};
use crate::note::observation::{Category, absent, observation};
use crate::note::wire::{LOINC, Part, SNOMED, code_of, extension, list, our_code, ours, urn};
use crate::note::{Note, NoteError};

const SCALE: &str = "https://doorstep.example/StructureDefinition/news2-saturation-scale";
const UNSUITED: &str = "https://doorstep.example/StructureDefinition/news2-not-for";
const AWAKE: [(Acvpu, &str, &str); 5] = [
    (Acvpu::Alert, "248234008", "Mentally alert"),
    (Acvpu::NewConfusion, "130987000", "Acute confusion"),
    (Acvpu::Voice, "300202002", "Responds to voice"),
    (Acvpu::Pain, "450847001", "Responds to pain"),
    (Acvpu::Unresponsive, "422768004", "Unresponsive"),
];

fn code(loinc: &[&str], snomed: &str, words: &str) -> Value {
    let loinc = loinc.iter().map(|code| json!({"system": LOINC, "code": code}));
    let snomed = json!({"system": SNOMED, "code": snomed});
    json!({"coding": loinc.chain([snomed]).collect::<Vec<_>>(), "text": words})
}

fn score_code(sign: Sign) -> (&'static str, &'static str) {
    match sign {
        Sign::Breathing => ("1104301000000104", "NEWS2 respiration rate score"),
        Sign::SaturationOne => ("1104311000000102", "NEWS2 oxygen saturation scale 1 score"),
        Sign::SaturationTwo => ("1104321000000108", "NEWS2 oxygen saturation scale 2 score"),
        Sign::Air => ("1104331000000105", "NEWS2 air or oxygen score"),
        Sign::Systolic => ("1104341000000101", "NEWS2 systolic blood pressure score"),
        Sign::Pulse => ("1104351000000103", "NEWS2 pulse score"),
        Sign::Awake => ("1104361000000100", "NEWS2 consciousness score"),
        Sign::Temperature => ("1104371000000107", "NEWS2 temperature score"),
    }
}

/// The resources of a set taken at `at`: the panel first.
pub(crate) fn parts(note: &Note, vitals: &Vitals, at: Timestamp) -> Vec<Part> {
    let mut members = signs(note, vitals, at);
    if let News2::Total { total, parts, .. } = news2(vitals) {
        members.push(Part { name: Some("news2"), resource: score(note, total, parts, members.len(), at) });
    }
    let mut panel = observation(
        note,
        None,
        Category::VitalSigns,
        json!({"coding": [{"system": LOINC, "code": "85353-1"}], "text": "Vital signs"}),
        &at.to_string(),
    );
    let urns = (1..=members.len()).map(|part| json!({"reference": urn(note.id, part)}));
    panel["hasMember"] = urns.collect();
    said_of_the_person(&mut panel, vitals);
    [Part { name: None, resource: panel }].into_iter().chain(members).collect()
}

fn said_of_the_person(panel: &mut Value, vitals: &Vitals) {
    let scale = (vitals.scale == Scale::Two).then(|| json!({"url": SCALE, "valueCode": "2"}));
    let unsuited = vitals.unsuited.map(|unsuited| {
        let code = if unsuited == Unsuited::Child { "child" } else { "pregnant" };
        json!({"url": UNSUITED, "valueCode": code})
    });
    if let Some(extensions) = panel["extension"].as_array_mut() {
        extensions.extend(scale.into_iter().chain(unsuited));
    }
}

fn signs(note: &Note, vitals: &Vitals, at: Timestamp) -> Vec<Part> {
    let at = at.to_string();
    let mut made = Vec::new();
    let mut add = |name: &'static str, category, code, fields: Value| {
        let mut resource = observation(note, Some(name), category, code, &at);
        if let (Some(resource), Value::Object(fields)) = (resource.as_object_mut(), fields) {
            resource.extend(fields);
        }
        made.push(Part { name: Some(name), resource });
    };
    let quantity = |value: Value| json!({"valueQuantity": value});
    let vital = Category::VitalSigns;
    if let Some(rate) = vitals.breathing {
        add("breathing", vital, code(&["9279-1"], "86290005", "Respiratory rate"), quantity(rate.quantity()));
    }
    if let Some(percent) = vitals.saturation {
        let code = code(&["2708-6", "59408-5"], "431314004", "Oxygen saturation");
        add("saturation", vital, code, quantity(percent.quantity()));
    }
    if let Some(air) = vitals.air {
        add("air", Category::Survey, ours("air-or-oxygen", "Air or oxygen"), breathed(air));
    }
    if let Some(pressure) = vitals.pressure {
        add("pressure", vital, code(&["85354-9"], "75367002", "Blood pressure"), both(pressure));
    }
    if let Some(rate) = vitals.pulse {
        add("pulse", vital, code(&["8867-4"], "364075005", "Heart rate"), quantity(rate.quantity()));
    }
    if let Some(awake) = vitals.awake {
        let code = json!({"coding": [{"system": SNOMED, "code": "1104441000000107"}], "text": "ACVPU"});
        add("awake", Category::Survey, code, json!({"valueCodeableConcept": awake_concept(awake)}));
    }
    if let Some(temperature) = vitals.temperature {
        let code = code(&["8310-5"], "276885007", "Body temperature");
        add("temperature", vital, code, quantity(temperature.quantity()));
    }
    if let Some(glucose) = vitals.glucose {
        let code = json!({"coding": [{"system": LOINC, "code": "15074-8"}], "text": "Blood glucose"});
        add("glucose", Category::Survey, code, quantity(glucose.quantity()));
    }
    made
}

fn breathed(air: Air) -> Value {
    match air {
        Air::Room => {
            let words = "Breathing room air";
            json!({"valueCodeableConcept": {"coding": [{"system": SNOMED, "code": "722742002", "display": words}], "text": words}})
        }
        Air::Oxygen(flow) => {
            let mut made = json!({"valueCodeableConcept": ours("oxygen", "Oxygen")});
            if let Some(flow) = flow {
                let code = json!({"coding": [{"system": LOINC, "code": "3151-8"}], "text": "Inhaled oxygen flow rate"});
                made["component"] = json!([{"code": code, "valueQuantity": flow.quantity()}]);
            }
            made
        }
    }
}

// The profile wants both components; one that was not taken says so.
fn both(pressure: Pressure) -> Value {
    let diastolic = code(&["8462-4"], "1091811000000102", "Diastolic blood pressure");
    json!({"component": [
        {"code": code(&["8480-6"], "72313002", "Systolic blood pressure"), "valueQuantity": pressure.systolic.quantity()},
        match pressure.diastolic {
            Some(value) => json!({"code": diastolic, "valueQuantity": value.quantity()}),
            None => json!({"code": diastolic, "dataAbsentReason": absent("not-performed", "Not taken")}),
        }
    ]})
}

fn awake_concept(awake: Acvpu) -> Value {
    let found = AWAKE.iter().find(|(one, ..)| *one == awake);
    found.map_or(Value::Null, |(_, code, words)| crate::note::wire::concept(SNOMED, code, words))
}

fn score(note: &Note, total: u8, parts: super::news2::Parts, members: usize, at: Timestamp) -> Value {
    let points = |score: u8| json!({"value": score, "unit": "score", "system": UCUM, "code": "{score}"});
    let words = "NEWS2 total score";
    let code = json!({"coding": [{"system": SNOMED, "code": "1104051000000101"}], "text": words});
    let mut made = observation(note, Some("news2"), Category::Survey, code, &at.to_string());
    made["valueQuantity"] = points(total);
    made["derivedFrom"] = (1..=members).map(|part| json!({"reference": urn(note.id, part)})).collect();
    made["component"] = parts
        .iter()
        .filter_map(|(sign, score)| {
            let (code, words) = score_code(*sign);
            Some(json!({"code": {"coding": [{"system": SNOMED, "code": code}], "text": words}, "valueQuantity": points((*score)?)}))
        })
        .collect();
    made
}

/// Reads a set back from its panel and the parts beside it, with the time it was taken at. The score is computed
/// again from the signs, never believed.
///
/// # Errors
/// [`NoteError::Missing`] for a sign that is there and cannot be read: it is not the same as one not taken.
pub(crate) fn from_parts<'a>(
    panel: &Value,
    part: impl Fn(&str) -> Option<&'a Value>,
) -> Result<(Timestamp, Vitals), NoteError> {
    let at =
        crate::note::wire::instant(&panel["effectiveDateTime"]).ok_or(NoteError::Missing("the time it was taken"))?;
    macro_rules! value {
        ($name:literal, $read:expr) => {
            match part($name) {
                None => None,
                Some(resource) => Some($read(resource).ok_or(NoteError::Missing(concat!("a readable ", $name)))?),
            }
        };
    }
    macro_rules! quantity {
        ($name:literal) => {
            value!($name, |r: &Value| FromQuantity::read(&r["valueQuantity"]))
        };
    }
    let said = |url: &str| extension(panel, url).and_then(|e| e["valueCode"].as_str());
    Ok((
        at,
        Vitals {
            breathing: quantity!("breathing"),
            saturation: quantity!("saturation"),
            air: value!("air", read_air),
            pressure: value!("pressure", read_pressure),
            pulse: quantity!("pulse"),
            awake: value!("awake", read_awake),
            temperature: quantity!("temperature"),
            glucose: quantity!("glucose"),
            scale: if said(SCALE) == Some("2") { Scale::Two } else { Scale::One },
            unsuited: said(UNSUITED).map(|code| if code == "child" { Unsuited::Child } else { Unsuited::Pregnant }),
        },
    ))
}

trait FromQuantity: Sized {
    fn read(quantity: &Value) -> Option<Self>;
}

macro_rules! from_quantity {
    ($($name:ident),+) => {$(
        impl FromQuantity for crate::measure::$name {
            fn read(quantity: &Value) -> Option<Self> {
                Self::from_quantity(quantity)
            }
        }
    )+};
}
from_quantity!(PerMinute, Percent, Celsius, MillimolesPerLitre);

fn read_air(resource: &Value) -> Option<Air> {
    let value = &resource["valueCodeableConcept"];
    if code_of(value, SNOMED) == Some("722742002") {
        return Some(Air::Room);
    }
    let flow = || list(resource, "component").find(|c| code_of(&c["code"], LOINC) == Some("3151-8"));
    match our_code(value)? {
        "oxygen" => match flow() {
            None => Some(Air::Oxygen(None)),
            Some(flow) => Some(Air::Oxygen(Some(LitresPerMinute::from_quantity(&flow["valueQuantity"])?))),
        },
        _ => None,
    }
}

fn read_pressure(resource: &Value) -> Option<Pressure> {
    let component = |code: &str| list(resource, "component").find(|c| code_of(&c["code"], LOINC) == Some(code));
    let diastolic = component("8462-4")?;
    Some(Pressure {
        systolic: MmHg::from_quantity(&component("8480-6")?["valueQuantity"])?,
        diastolic: match &diastolic["valueQuantity"] {
            Value::Null => None,
            value => Some(MmHg::from_quantity(value)?),
        },
    })
}

fn read_awake(resource: &Value) -> Option<Acvpu> {
    let code = code_of(&resource["valueCodeableConcept"], SNOMED)?;
    AWAKE.iter().find(|(_, known, _)| *known == code).map(|(awake, ..)| *awake)
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::option::of;
    use proptest::prelude::*;

    use super::*;
    use crate::measure::{Celsius, MillimolesPerLitre, PerMinute, Percent};

    /// Any set, plausible or not.
    pub(crate) fn any_vitals() -> impl Strategy<Value = Vitals> {
        let rate = || of((0u32..300).prop_map(|v| PerMinute::steps(v).unwrap()));
        let air = prop_oneof![
            Just(Air::Room),
            of(0u32..200).prop_map(|flow| Air::Oxygen(flow.map(|f| LitresPerMinute::steps(f).unwrap())))
        ];
        let pressure = (0u32..300, of(0u32..200)).prop_map(|(systolic, diastolic)| Pressure {
            systolic: MmHg::steps(systolic).unwrap(),
            diastolic: diastolic.map(|d| MmHg::steps(d).unwrap()),
        });
        let first = (
            rate(),
            of((0u32..=100).prop_map(|v| Percent::steps(v).unwrap())),
            of(air),
            of(pressure),
            rate(),
            of(proptest::sample::select(Acvpu::ALL.to_vec())),
        );
        let second = (
            of((200u32..450).prop_map(|v| Celsius::steps(v).unwrap())),
            of((0u32..400).prop_map(|v| MillimolesPerLitre::steps(v).unwrap())),
            prop_oneof![Just(Scale::One), Just(Scale::Two)],
            prop_oneof![4 => Just(None), 1 => Just(Some(Unsuited::Child)), 1 => Just(Some(Unsuited::Pregnant))],
        );
        (first, second).prop_map(
            |((breathing, saturation, air, pressure, pulse, awake), (temperature, glucose, scale, unsuited))| Vitals {
                breathing,
                saturation,
                air,
                pressure,
                pulse,
                awake,
                temperature,
                glucose,
                scale,
                unsuited,
            },
        )
    }
}
