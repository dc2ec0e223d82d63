//! The certificate by which this device knows its record service.

/// Reads `DOORSTEP_PIN`: the SHA-256 of the certificate in hex, with or without colons, or a file with the certificate
/// (DER). `None` for what is neither: a device that was given a pin never goes on without it.
pub(super) fn read(text: &str) -> Option<Vec<u8>> {
    fingerprint(text).or_else(|| std::fs::read(text).ok())
}

fn fingerprint(text: &str) -> Option<Vec<u8>> {
    let digits: String = text.chars().filter(|sign| *sign != ':' && *sign != ' ').collect();
    if digits.len() != 64 || !digits.is_ascii() {
        return None;
    }
    (0..64).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_is_64_digits_and_anything_else_is_a_file() {
        let plain = "0f".repeat(32);
        assert_eq!(read(&plain), Some(vec![0x0f; 32]));
        assert_eq!(read(&vec!["0F"; 32].join(":")), Some(vec![0x0f; 32]));
        assert_eq!(read(&"xy".repeat(32)), None);
        assert_eq!(read("/no/such/file.der"), None);
    }
}
