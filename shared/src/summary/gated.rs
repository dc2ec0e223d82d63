//! Access codes: known to be there, shown only on a gated reveal.

/// What stands in the place of a code.
pub(super) const MASK: &str = "••••";

const ENTRY: [&str; 20] = [
    "key safe",
    "keysafe",
    "key-safe",
    "key box",
    "lockbox",
    "lock box",
    "door code",
    "entry code",
    "gate code",
    "keypad",
    "key pad",
    "entry system",
    "entryphone",
    "access code",
    "alarm code",
    "passcode",
    "door entry",
    "concierge code",
    "intercom",
    "spare key",
];

/// Whether words are about getting in.
pub(super) fn is_about_entry(words: &str) -> bool {
    let lower = words.to_lowercase();
    ENTRY.iter().any(|e| lower.contains(e))
}

/// The words with every code replaced.
pub(super) fn masked(words: &str, codes: &[String]) -> String {
    codes.iter().fold(words.to_owned(), |w, code| w.replace(code.as_str(), MASK))
}

/// What looks like a code, the longest first. Dates are no codes; a number of three digits or more is one, and so is
/// whatever follows the word "code" or "PIN" and has a digit.
pub(super) fn codes_in(words: &str) -> Vec<String> {
    let mut codes = Vec::new();
    let mut after_code = false;
    for token in words
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | ':' | '(' | ')' | '=' | '"' | '“' | '”' | '\''))
    {
        let bare = token.trim_matches(|c: char| matches!(c, '.' | '!' | '?'));
        if bare.is_empty() {
            continue;
        }
        let digits = bare.chars().filter(char::is_ascii_digit).count();
        if is_code(bare, digits) || (after_code && digits > 0) {
            codes.push(bare.to_owned());
            continue;
        }
        let lower = bare.to_lowercase();
        after_code = ["code", "pin", "number", "combination", "no"].contains(&lower.as_str())
            || (after_code && ["is", "of"].contains(&lower.as_str()));
    }
    codes.sort_by_key(|c| std::cmp::Reverse(c.len()));
    codes.dedup();
    codes
}

fn is_code(token: &str, digits: usize) -> bool {
    let is_date = token.len() >= 7 && token.contains(['-', '/']) && token.starts_with(|c: char| c.is_ascii_digit());
    digits >= 3 && !is_date
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(words: &str) -> String {
        masked(words, &codes_in(words))
    }

    #[test]
    fn codes_are_masked_and_the_place_stays() {
        assert_eq!(shown("Key safe left of the door, code 4071."), "Key safe left of the door, code ••••.");
        assert_eq!(shown("Key safe: C1904X"), "Key safe: ••••");
        assert_eq!(shown("Keypad, code is A7"), "Keypad, code is ••••");
    }

    #[test]
    fn words_without_a_code_are_left_alone() {
        for words in ["Key safe code held by control.", "Key safe by flat 3, checked 2026-03-01", "Side gate, 2 steps"]
        {
            assert_eq!(shown(words), words);
        }
    }

    #[test]
    fn what_is_about_entry_is_told_from_other_alerts() {
        assert!(is_about_entry("KeySafe by the porch") && !is_about_entry("Large dog in the garden"));
    }
}
