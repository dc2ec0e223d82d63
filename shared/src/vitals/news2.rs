//! The National Early Warning Score 2 (Royal College of Physicians, 2017, charts 1 and 2), with its parts.
//!
//! An incomplete set has no total: a missing part that counted as nothing would call a sick person well.

use serde::{Deserialize, Serialize};

use super::{Acvpu, Air, Vitals};

/// Which chart holds for the saturation. Scale 2 is for people with confirmed hypercapnic respiratory failure, by
/// decision of a clinician, never by the app's guess.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Scale {
    /// SpO2 scale 1, for everybody else.
    #[default]
    One,
    /// SpO2 scale 2, target 88–92 %.
    Two,
}

/// Whom the score was not made for.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Unsuited {
    /// Under 16 years.
    Child,
    /// Pregnant.
    Pregnant,
}

/// A part of the score, in the order of the chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// Breaths in a minute.
    Breathing,
    /// Saturation by scale 1.
    SaturationOne,
    /// Saturation by scale 2.
    SaturationTwo,
    /// Air or oxygen.
    Air,
    /// Systolic pressure.
    Systolic,
    /// Beats in a minute.
    Pulse,
    /// Consciousness.
    Awake,
    /// Temperature.
    Temperature,
}

/// What the chart says to do (RCP 2017, chart 2).
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Response {
    /// 0 to 4 without a 3 in one part.
    Low,
    /// 3 in any one part.
    LowMedium,
    /// 5 or 6: urgent response threshold.
    Medium,
    /// 7 or more: emergency response threshold.
    High,
}

/// Each part with its score, `None` where it was not taken.
pub type Parts = [(Sign, Option<u8>); 7];

/// The score.
#[derive(Clone, PartialEq, Eq)]
pub enum News2 {
    /// All seven parts were taken.
    Total {
        /// 0 to 20.
        total: u8,
        /// What to do.
        response: Response,
        /// The parts it is the sum of.
        parts: Parts,
    },
    /// Something is missing: no total, whatever the other parts say.
    Incomplete {
        /// What there is.
        parts: Parts,
        /// What is missing.
        missing: Vec<Sign>,
    },
    /// The score says nothing of this person.
    NotFor(Unsuited),
}

crate::measure::quiet!(News2, Unsuited, Response);

/// Computes the score of a set.
pub fn news2(vitals: &Vitals) -> News2 {
    if let Some(unsuited) = vitals.unsuited {
        return News2::NotFor(unsuited);
    }
    let parts = parts(vitals);
    let missing: Vec<Sign> = parts.iter().filter(|(_, score)| score.is_none()).map(|(sign, _)| *sign).collect();
    if !missing.is_empty() {
        return News2::Incomplete { parts, missing };
    }
    let scores = || parts.iter().filter_map(|(_, score)| *score);
    let total = scores().sum();
    News2::Total { total, response: response(total, scores().any(|score| score == 3)), parts }
}

const fn response(total: u8, red: bool) -> Response {
    match total {
        7.. => Response::High,
        5.. => Response::Medium,
        _ if red => Response::LowMedium,
        _ => Response::Low,
    }
}

fn parts(vitals: &Vitals) -> Parts {
    let (sign, saturation) = match vitals.scale {
        Scale::One => (Sign::SaturationOne, vitals.saturation.map(|s| scale_one(s.into()))),
        // Above 92 % the second scale needs to know whether oxygen is given.
        Scale::Two => (Sign::SaturationTwo, vitals.saturation.and_then(|s| scale_two(s.into(), vitals.air))),
    };
    [
        (Sign::Breathing, vitals.breathing.map(|b| breathing(b.into()))),
        (sign, saturation),
        (Sign::Air, vitals.air.map(|air| if air == Air::Room { 0 } else { 2 })),
        (Sign::Systolic, vitals.pressure.map(|p| systolic(p.systolic.into()))),
        (Sign::Pulse, vitals.pulse.map(|p| pulse(p.into()))),
        (Sign::Awake, vitals.awake.map(|a| if a == Acvpu::Alert { 0 } else { 3 })),
        (Sign::Temperature, vitals.temperature.map(|t| temperature(t.into()))),
    ]
}

const fn breathing(rate: u32) -> u8 {
    match rate {
        ..=8 => 3,
        9..=11 => 1,
        12..=20 => 0,
        21..=24 => 2,
        25.. => 3,
    }
}

const fn scale_one(percent: u32) -> u8 {
    match percent {
        ..=91 => 3,
        92..=93 => 2,
        94..=95 => 1,
        96.. => 0,
    }
}

fn scale_two(percent: u32, air: Option<Air>) -> Option<u8> {
    match percent {
        ..=83 => return Some(3),
        84..=85 => return Some(2),
        86..=87 => return Some(1),
        88..=92 => return Some(0),
        93.. => {}
    }
    match (percent, air?) {
        (_, Air::Room) => Some(0),
        (..=94, _) => Some(1),
        (..=96, _) => Some(2),
        _ => Some(3),
    }
}

const fn systolic(pressure: u32) -> u8 {
    match pressure {
        ..=90 => 3,
        91..=100 => 2,
        101..=110 => 1,
        111..=219 => 0,
        220.. => 3,
    }
}

const fn pulse(rate: u32) -> u8 {
    match rate {
        ..=40 => 3,
        41..=50 => 1,
        51..=90 => 0,
        91..=110 => 1,
        111..=130 => 2,
        131.. => 3,
    }
}

// In tenths of a degree.
const fn temperature(tenths: u32) -> u8 {
    match tenths {
        ..=350 => 3,
        351..=360 => 1,
        361..=380 => 0,
        381..=390 => 1,
        391.. => 2,
    }
}

#[cfg(test)]
#[path = "news2/tests.rs"]
mod tests;
