//! One slip of the finger.

/// Shorter words are too near to each other for a slip to be forgiven.
const SHORTEST: usize = 6;

/// Whether `typed` is `word`, or its beginning, but for one letter too many, missing, wrong, or changed with its
/// neighbour. Words with digits never are: a dose or a code that is nearly right is another one.
pub(super) fn is_slip(typed: &str, word: &str) -> bool {
    let letters = |w: &str| w.bytes().all(|b| b.is_ascii_alphabetic());
    if typed.len() < SHORTEST || word.len() + 1 < typed.len() || !letters(typed) || !letters(word) {
        return false;
    }
    let (typed, word) = (typed.as_bytes(), word.as_bytes());
    let same = typed.iter().zip(word).take_while(|(a, b)| a == b).count();
    // The first letter is seldom the wrong one, and forgiving it would join words like "version" and "aversion".
    if same == 0 {
        return false;
    }
    let (rest, other) = (&typed[same..], &word[same..]);
    let begins = |rest: Option<&[u8]>, other: Option<&[u8]>| match (rest, other) {
        (Some(rest), Some(other)) => other.starts_with(rest),
        _ => false,
    };
    let changed = matches!((rest, other), ([a, b, ..], [c, d, ..]) if a == d && b == c);
    begins(rest.get(1..), Some(other))
        || begins(Some(rest), other.get(1..))
        || begins(rest.get(1..), other.get(1..))
        || (changed && begins(rest.get(2..), other.get(2..)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_slip_is_forgiven_and_two_are_not() {
        for typed in ["warfrin", "warffarin", "wafrarin", "warfatin", "warfari", "warfat"] {
            assert!(is_slip(typed, "warfarin"), "{typed}");
        }
        for typed in ["wrfrin", "wafarni", "barfarin", "penicillin"] {
            assert!(!is_slip(typed, "warfarin"), "{typed}");
        }
    }

    #[test]
    fn short_words_and_numbers_are_taken_as_they_are() {
        assert!(!is_slip("morfin", "morphi9") && !is_slip("asprn", "aspirin"));
        assert!(!is_slip("716186004", "716186003") && !is_slip("1000mg", "100mg"));
    }
}
