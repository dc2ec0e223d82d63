//! The NHS number: ten digits, the last a modulus 11 check (NHS Data Dictionary, "NHS NUMBER").

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A checked NHS number. `Debug` hides it; `Display` gives the bare ten digits for the wire,
/// [`NhsNumber::spaced`] the 3-3-4 form that people read aloud.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct NhsNumber([u8; 10]);

/// Why what was typed is no NHS number. The message is shown to the person who typed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NhsNumberError {
    /// Not ten digits in one of the three accepted forms.
    #[error("An NHS number has 10 digits, like 943 476 5919. Check what you typed.")]
    Shape,
    /// The last digit does not fit the first nine.
    #[error("This NHS number has a wrong digit. Read it again from the source.")]
    CheckDigit,
    /// All ten digits the same: passes the check, is nobody's number.
    #[error("This is not a real NHS number: all digits are the same.")]
    Repeated,
}

impl NhsNumber {
    /// The namespace of the identifier in FHIR (UK Core).
    pub const SYSTEM: &'static str = "https://fhir.nhs.uk/Id/nhs-number";

    /// Reads `1234567890`, `123 456 7890` or `123-456-7890`, and nothing else: a looser reader would
    /// accept half of one number pasted to half of another.
    ///
    /// # Errors
    /// See [`NhsNumberError`].
    pub fn parse(text: &str) -> Result<Self, NhsNumberError> {
        let digits = bare_digits(text.trim()).ok_or(NhsNumberError::Shape)?;
        if digits.iter().all(|d| *d == digits[0]) {
            return Err(NhsNumberError::Repeated);
        }
        let sum: u32 = digits[..9].iter().zip((2..=10).rev()).map(|(d, weight)| u32::from(*d) * weight).sum();
        match 11 - sum % 11 {
            11 if digits[9] == 0 => Ok(Self(digits)),
            check if check < 10 && check == u32::from(digits[9]) => Ok(Self(digits)),
            _ => Err(NhsNumberError::CheckDigit),
        }
    }

    /// `943 476 5919`.
    pub fn spaced(&self) -> String {
        let text = self.to_string();
        format!("{} {} {}", &text[..3], &text[3..6], &text[6..])
    }

    /// Whether it is of the range kept for tests (first digit 9), never given to a person.
    pub const fn is_test(&self) -> bool {
        self.0[0] == 9
    }
}

fn bare_digits(text: &str) -> Option<[u8; 10]> {
    let bytes = text.as_bytes();
    let picked: Vec<u8> = match bytes.len() {
        10 => bytes.to_vec(),
        12 if bytes[3] == bytes[7] && matches!(bytes[3], b' ' | b'-') => {
            [&bytes[..3], &bytes[4..7], &bytes[8..]].concat()
        }
        _ => return None,
    };
    let mut digits = [0; 10];
    for (slot, byte) in digits.iter_mut().zip(&picked) {
        *slot = byte.is_ascii_digit().then(|| byte - b'0')?;
    }
    Some(digits)
}

impl fmt::Display for NhsNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|d| write!(f, "{d}"))
    }
}

impl fmt::Debug for NhsNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NhsNumber(…)")
    }
}

impl FromStr for NhsNumber {
    type Err = NhsNumberError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl TryFrom<String> for NhsNumber {
    type Error = NhsNumberError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<NhsNumber> for String {
    fn from(number: NhsNumber) -> Self {
        number.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_with_a_right_check_digit_are_accepted() {
        for n in ["9434765919", "9876543210", "4010232137", "9449304130", "9912003888", "4409815415"] {
            assert_eq!(NhsNumber::parse(n).map(|n| n.to_string()), Ok(n.to_owned()));
        }
    }

    #[test]
    fn wrong_digits_repdigits_and_other_shapes_are_refused() {
        for n in ["9434765918", "9912003889", "9990001234"] {
            assert_eq!(NhsNumber::parse(n), Err(NhsNumberError::CheckDigit), "{n}");
        }
        for d in 0..10u8 {
            let n: String = std::iter::repeat_n(char::from(b'0' + d), 10).collect();
            assert_eq!(NhsNumber::parse(&n), Err(NhsNumberError::Repeated));
        }
        for n in
            ["", "943476591", "94347659190", "943 4765919", "943-476 5919", "９４３４７６５９１９", "943  476 5919"]
        {
            assert_eq!(NhsNumber::parse(n), Err(NhsNumberError::Shape), "{n}");
        }
    }

    #[test]
    fn the_spoken_forms_are_read_and_given() {
        for n in ["943 476 5919", "943-476-5919", " 9434765919 "] {
            assert_eq!(NhsNumber::parse(n).map(|n| n.spaced()), Ok("943 476 5919".to_owned()));
        }
    }

    #[test]
    fn no_health_data_in_debug_of_an_nhs_number() {
        assert_eq!(format!("{:?}", NhsNumber::parse("9434765919")), "Ok(NhsNumber(…))");
    }

    proptest! {
        #[test]
        fn one_changed_digit_is_always_noticed(at in 0usize..10, by in 1u8..10) {
            let mut digits: Vec<u8> = b"9434765919".to_vec();
            digits[at] = b'0' + (digits[at] - b'0' + by) % 10;
            let text: String = digits.iter().map(|b| char::from(*b)).collect();
            prop_assert!(NhsNumber::parse(&text).is_err());
        }

        #[test]
        fn any_text_is_answered_without_a_panic(text in ".{0,20}") {
            let _ = NhsNumber::parse(&text);
        }
    }
}
