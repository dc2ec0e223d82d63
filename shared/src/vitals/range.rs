//! Readings that are worth a second look before they are saved. They are asked about, never changed and never refused:
//! what is measured at a door can be what nobody expects.

use super::Vitals;

/// Which reading is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// Breaths in a minute.
    Breathing,
    /// Oxygen saturation.
    Saturation,
    /// Flow of oxygen.
    OxygenFlow,
    /// Systolic pressure.
    Systolic,
    /// Diastolic pressure.
    Diastolic,
    /// Beats in a minute.
    Pulse,
    /// Temperature.
    Temperature,
    /// Glucose.
    Glucose,
}

/// What to ask. Words are the screen's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question {
    /// Outside what is seen in living people at home: is it meant so?
    Unusual {
        /// Which reading.
        reading: Reading,
        /// The lowest and highest that is not asked about, in the steps of its unit.
        usual: (u32, u32),
    },
    /// The diastolic pressure is not below the systolic: were they exchanged?
    PressuresExchanged,
}

/// Everything to ask about a set, in the order of the form. Empty: it can be saved without a question.
pub fn questions(vitals: &Vitals) -> Vec<Question> {
    let flow = match vitals.air {
        Some(super::Air::Oxygen(flow)) => flow,
        _ => None,
    };
    let diastolic = vitals.pressure.and_then(|p| p.diastolic);
    let asked = [
        (Reading::Breathing, vitals.breathing.map(u32::from), (4, 60)),
        (Reading::Saturation, vitals.saturation.map(u32::from), (60, 100)),
        (Reading::OxygenFlow, flow.map(u32::from), (1, 150)),
        (Reading::Systolic, vitals.pressure.map(|p| p.systolic.into()), (60, 250)),
        (Reading::Diastolic, diastolic.map(u32::from), (30, 150)),
        (Reading::Pulse, vitals.pulse.map(u32::from), (30, 220)),
        (Reading::Temperature, vitals.temperature.map(u32::from), (300, 420)),
        (Reading::Glucose, vitals.glucose.map(u32::from), (20, 350)),
    ];
    let unusual = asked.into_iter().filter_map(|(reading, value, usual)| {
        (!(usual.0..=usual.1).contains(&value?)).then_some(Question::Unusual { reading, usual })
    });
    let exchanged = vitals.pressure.filter(|p| p.diastolic.is_some_and(|d| d >= p.systolic));
    unusual.chain(exchanged.map(|_| Question::PressuresExchanged)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::{Air, Pressure};
    use super::*;
    use crate::measure::{Celsius, LitresPerMinute, MmHg, PerMinute};

    #[test]
    fn a_fahrenheit_reading_and_exchanged_pressures_are_asked_about() {
        let vitals = Vitals {
            temperature: Celsius::parse("98.6").ok(),
            pressure: Some(Pressure { systolic: MmHg::steps(80).unwrap(), diastolic: MmHg::steps(120).ok() }),
            ..Vitals::default()
        };
        let asked = questions(&vitals);
        assert_eq!(asked[0], Question::Unusual { reading: Reading::Temperature, usual: (300, 420) });
        assert_eq!(asked[1], Question::PressuresExchanged);
        assert_eq!(asked.len(), 2);
    }

    #[test]
    fn an_ordinary_set_and_none_at_all_ask_nothing() {
        assert_eq!(questions(&Vitals::default()), []);
        let vitals = Vitals {
            pulse: PerMinute::parse("30").ok(),
            air: Some(Air::Oxygen(LitresPerMinute::parse("15").ok())),
            ..Vitals::default()
        };
        assert_eq!(questions(&vitals), []);
        let slow = Vitals { pulse: PerMinute::parse("29").ok(), ..Vitals::default() };
        assert_eq!(questions(&slow).len(), 1);
    }
}
