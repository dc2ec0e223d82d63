//! What is measured, each with its one unit: a reading in another unit is another type and does not compile.
//!
//! Units: UCUM, as FHIR R4 `observation-vitalsigns` fixes them. Digits are kept as they were entered.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The namespace of the units.
pub const UCUM: &str = "http://unitsofmeasure.org";

/// Why what was typed is no reading. Nothing is rounded, converted or guessed: the person is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAReading {
    /// Not digits with at most one point.
    #[error("write it in digits, with a point before decimals")]
    NotANumber,
    /// More decimals than it is measured with.
    #[error("write at most {0} digits after the point")]
    TooFine(u32),
    /// More than can be measured at all in this unit.
    #[error("this can be at most {0}")]
    TooMuch(u32),
}

/// Keeps what was measured out of `{:?}`.
macro_rules! quiet {
    ($($name:ident),+ $(,)?) => {$(
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    )+};
}
pub(crate) use quiet;

/// A decimal number with its digits as written (`0.40` stays `0.40`), at most nine before and six after the point.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Decimal(String);

quiet!(Decimal);

impl Decimal {
    /// Reads a number that is not negative.
    ///
    /// # Errors
    /// [`NotAReading`].
    pub fn parse(text: &str) -> Result<Self, NotAReading> {
        let text = text.trim();
        let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        let leading = whole.len() > 1 && whole.starts_with('0');
        if !digits(whole) || !digits(fraction) || leading || whole.len() > 9 {
            return Err(NotAReading::NotANumber);
        }
        if fraction.len() > 6 {
            return Err(NotAReading::TooFine(6));
        }
        Ok(Self(text.to_owned()))
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// In units of `10^-decimals`; `None` when that would lose a digit.
    fn scaled(&self, decimals: u32) -> Option<u32> {
        let (whole, fraction) = self.0.split_once('.').unwrap_or((&self.0, ""));
        let fraction = fraction.trim_end_matches('0');
        let missing = usize::try_from(decimals).ok()?.checked_sub(fraction.len())?;
        format!("{whole}{fraction}{}", "0".repeat(missing)).parse().ok()
    }

    /// As a JSON number with these digits.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.0).unwrap_or(Value::Null)
    }

    /// Reads a JSON number.
    pub(crate) fn from_json(value: &Value) -> Option<Self> {
        Self::parse(&value.as_number()?.to_string()).ok()
    }
}

impl TryFrom<String> for Decimal {
    type Error = NotAReading;

    fn try_from(text: String) -> Result<Self, NotAReading> {
        Self::parse(&text)
    }
}

impl From<Decimal> for String {
    fn from(decimal: Decimal) -> Self {
        decimal.0
    }
}

macro_rules! reading {
    ($(#[$doc:meta])* $name:ident, $code:literal, $words:literal, $decimals:literal, $most:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "u32", into = "u32")]
        pub struct $name(u32);

        quiet!($name);

        impl $name {
            /// The unit's code in UCUM.
            pub const UNIT: &'static str = $code;
            /// Digits after the point.
            pub const DECIMALS: u32 = $decimals;
            /// The most that can be said in this unit, whole.
            pub const MOST: u32 = $most;

            /// From the smallest steps of the unit, `10^-DECIMALS`.
            ///
            /// # Errors
            /// [`NotAReading::TooMuch`].
            pub const fn steps(steps: u32) -> Result<Self, NotAReading> {
                if steps > Self::MOST * 10u32.pow(Self::DECIMALS) {
                    return Err(NotAReading::TooMuch(Self::MOST));
                }
                Ok(Self(steps))
            }

            /// Reads what was typed.
            ///
            /// # Errors
            /// [`NotAReading`].
            pub fn parse(text: &str) -> Result<Self, NotAReading> {
                let decimal = Decimal::parse(text)?;
                Self::steps(decimal.scaled(Self::DECIMALS).ok_or(NotAReading::TooFine(Self::DECIMALS))?)
            }

            /// In the smallest steps of the unit, `10^-DECIMALS`.
            pub const fn in_steps(self) -> u32 {
                self.0
            }

            pub(crate) fn quantity(self) -> Value {
                let value: Value = serde_json::from_str(&self.to_string()).unwrap_or(Value::Null);
                json!({"value": value, "unit": $words, "system": UCUM, "code": $code})
            }

            // Another unit is not this reading, whatever the number.
            pub(crate) fn from_quantity(quantity: &Value) -> Option<Self> {
                if quantity["system"] != UCUM || quantity["code"] != $code || !quantity["comparator"].is_null() {
                    return None;
                }
                Self::steps(Decimal::from_json(&quantity["value"])?.scaled(Self::DECIMALS)?).ok()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                match 10u32.pow(Self::DECIMALS) {
                    1 => write!(f, "{}", self.0),
                    one => write!(f, "{}.{:0width$}", self.0 / one, self.0 % one, width = Self::DECIMALS as usize),
                }
            }
        }

        impl TryFrom<u32> for $name {
            type Error = NotAReading;

            fn try_from(steps: u32) -> Result<Self, NotAReading> {
                Self::steps(steps)
            }
        }

        impl From<$name> for u32 {
            fn from(reading: $name) -> u32 {
                reading.0
            }
        }
    };
}

reading! {
    /// Breaths or beats in a minute.
    PerMinute, "/min", "/min", 0, 400
}
reading! {
    /// Oxygen saturation.
    Percent, "%", "%", 0, 100
}
reading! {
    /// Temperature, to a tenth of a degree.
    Celsius, "Cel", "°C", 1, 120
}
reading! {
    /// Pressure of the blood.
    MmHg, "mm[Hg]", "mmHg", 0, 400
}
reading! {
    /// Glucose of the blood, to a tenth.
    MillimolesPerLitre, "mmol/L", "mmol/L", 1, 100
}
reading! {
    /// Flow of oxygen, to a tenth.
    LitresPerMinute, "L/min", "L/min", 1, 80
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_no_reading_is_asked_about_and_never_changed() {
        assert_eq!(Celsius::parse("37.3").map(Celsius::in_steps), Ok(373));
        assert_eq!(Celsius::parse("37").map(|t| t.to_string()), Ok("37.0".to_owned()));
        assert_eq!(Celsius::parse("37.35"), Err(NotAReading::TooFine(1)));
        assert_eq!(PerMinute::parse("72.5"), Err(NotAReading::TooFine(0)));
        assert_eq!(Percent::parse("101"), Err(NotAReading::TooMuch(100)));
        for text in ["", "-1", "37,3", "1e3", "7 2", "07", ".5", "5.", "٣"] {
            assert_eq!(Celsius::parse(text), Err(NotAReading::NotANumber), "{text}");
        }
    }

    #[test]
    fn a_number_in_another_unit_is_not_this_reading() {
        let fahrenheit = json!({"value": 98, "unit": "°F", "system": UCUM, "code": "[degF]"});
        assert_eq!(Celsius::from_quantity(&fahrenheit), None);
        let kilopascal = json!({"value": 16, "unit": "kPa", "system": UCUM, "code": "kPa"});
        assert_eq!(MmHg::from_quantity(&kilopascal), None);
        let less = json!({"value": 50, "comparator": "<", "unit": "%", "system": UCUM, "code": "%"});
        assert_eq!(Percent::from_quantity(&less), None);
    }

    #[test]
    fn nothing_measured_is_in_debug() {
        let words = format!("{:?} {:?}", Celsius::parse("41.7"), Decimal::parse("41.7"));
        assert!(!words.contains('4'), "{words}");
    }

    proptest! {
        #[test]
        fn a_reading_survives_the_wire_and_the_store(steps in 0u32..=1200) {
            let reading = Celsius::steps(steps).unwrap();
            let wire: Value = serde_json::from_str(&reading.quantity().to_string()).unwrap();
            prop_assert_eq!(Celsius::from_quantity(&wire), Some(reading));
            prop_assert_eq!(Celsius::parse(&reading.to_string()), Ok(reading));
            prop_assert_eq!(serde_json::from_str::<Celsius>(&serde_json::to_string(&reading).unwrap()).unwrap(), reading);
        }

        #[test]
        fn a_decimal_keeps_its_digits(text in "(0|[1-9][0-9]{0,8})(\\.[0-9]{1,6})?") {
            let decimal = Decimal::parse(&text).unwrap();
            prop_assert_eq!(decimal.json().to_string(), text.clone());
            prop_assert_eq!(Decimal::from_json(&decimal.json()), Some(decimal));
        }
    }
}
