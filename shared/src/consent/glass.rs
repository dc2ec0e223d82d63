//! Broken glass: what both sides of the wire must agree on.

/// The fewest characters of a reason in words.
pub const MIN_REASON: usize = 10;
/// The most characters of a reason in words.
pub const MAX_REASON: usize = 2000;
/// `typ` of the token by which a device proves that the PIN was entered just now: claims `sub` (the member of staff),
/// `patient` and `iat`, signed by the key of the device.
pub const STEP_UP: &str = "doorstep-step-up+jwt";
/// How long ago the PIN may have been entered, seconds.
pub const STEP_UP_SECONDS: i64 = 60;

/// Whether a text says enough, and not too much, to be a reason. Spaces around it say nothing.
pub fn reason_fits(text: &str) -> bool {
    (MIN_REASON..=MAX_REASON).contains(&text.trim().chars().count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_has_ten_characters_at_least() {
        assert!(reason_fits("Fell, 9 m ") != reason_fits("Fell, 10 m"));
        assert!(!reason_fits("          .") && !reason_fits(&"x".repeat(2001)) && reason_fits(&"ł".repeat(2000)));
    }
}
