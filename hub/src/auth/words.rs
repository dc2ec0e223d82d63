//! Codes that a person reads from one screen and types on another.

use ring::rand::{SecureRandom as _, SystemRandom};

use crate::StoreError;

/// Consonants that are not taken for each other, and make no words (RFC 8628 §6.1).
const LETTERS: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";
/// Bytes from here on would make some letters likelier than others.
const EVEN: u8 = 240;

/// `groups` times four random letters, with dashes between: `BCDF-GHJK`. A letter is 4.3 bits.
///
/// # Errors
/// The operating system gave no random numbers.
pub(crate) fn random(groups: usize) -> Result<String, StoreError> {
    let mut made = String::new();
    while made.len() < groups * 5 - 1 {
        let mut byte = [0];
        SystemRandom::new().fill(&mut byte).map_err(|_| StoreError::Random)?;
        if byte[0] >= EVEN {
            continue;
        }
        if made.len() % 5 == 4 {
            made.push('-');
        }
        made.push(char::from(LETTERS[usize::from(byte[0] % 20)]));
    }
    Ok(made)
}

/// What was typed, without what does not count: case, dashes and spaces.
pub(crate) fn plain(typed: &str) -> String {
    typed.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_uppercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_of_letters_in_groups_and_typed_in_any_way() {
        let made = random(3).unwrap();
        assert_eq!((made.len(), made.matches('-').count()), (14, 2), "{made}");
        assert_eq!(plain(&made).len(), 12);
        assert_eq!(plain(" bcdf ghjk"), plain("BCDF-GHJK"));
        assert_ne!(random(3).unwrap(), made);
    }
}
