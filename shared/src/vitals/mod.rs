//! Vital signs as they are taken at the door, what must be asked about them, and NEWS2.

mod fhir;
mod news2;
mod range;

use serde::{Deserialize, Serialize};

pub(crate) use fhir::{from_parts, parts};
pub use news2::{News2, Parts, Response, Scale, Sign, Unsuited, news2};
pub use range::{Question, Reading, questions};

use crate::measure::{Celsius, LitresPerMinute, MillimolesPerLitre, MmHg, PerMinute, Percent, quiet};

/// One set, taken at one time. What was not taken is `None`, and is never a normal value.
#[derive(Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Vitals {
    /// Breaths in a minute.
    pub breathing: Option<PerMinute>,
    /// Oxygen saturation by pulse oximeter.
    pub saturation: Option<Percent>,
    /// What the person breathes.
    pub air: Option<Air>,
    /// Pressure of the blood.
    pub pressure: Option<Pressure>,
    /// Beats in a minute.
    pub pulse: Option<PerMinute>,
    /// How awake the person is.
    pub awake: Option<Acvpu>,
    /// Temperature of the body.
    pub temperature: Option<Celsius>,
    /// Glucose of the blood; no part of NEWS2.
    pub glucose: Option<MillimolesPerLitre>,
    /// Which saturation scale of NEWS2 holds for the person.
    pub scale: Scale,
    /// Why NEWS2 says nothing of the person.
    pub unsuited: Option<Unsuited>,
}

quiet!(Vitals, Pressure, Air, Acvpu);

/// Both pressures, because one alone is no blood pressure of FHIR's profile.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pressure {
    /// Systolic.
    pub systolic: MmHg,
    /// Diastolic; `None` when it was taken by hand at the wrist.
    pub diastolic: Option<MmHg>,
}

/// What the person breathes.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Air {
    /// Room air.
    Room,
    /// Oxygen, with its flow where it was read.
    Oxygen(Option<LitresPerMinute>),
}

/// Consciousness (RCP 2017): alert, new confusion, voice, pain, unresponsive.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Acvpu {
    /// Alert.
    Alert,
    /// Newly confused.
    NewConfusion,
    /// Responds to voice.
    Voice,
    /// Responds to pain.
    Pain,
    /// Does not respond.
    Unresponsive,
}

impl Acvpu {
    /// All of them, in the order of the scale.
    pub const ALL: [Self; 5] = [Self::Alert, Self::NewConfusion, Self::Voice, Self::Pain, Self::Unresponsive];
}

impl Vitals {
    /// Whether nothing was taken.
    pub fn is_empty(&self) -> bool {
        *self == Self { scale: self.scale, unsuited: self.unsuited, ..Self::default() }
    }
}
