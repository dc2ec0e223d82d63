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

// Words beside which any longer number is taken for a code; "spare key at number 112" is not among them.
const CODED: [&str; 10] =
    ["key safe", "keysafe", "key-safe", "key box", "lockbox", "lock box", "keypad", "key pad", "code", "pin "];

/// What looks like a code, the longest first: beside a key safe or the like every number of three digits or more, and
/// always whatever follows the word "code" or "PIN" and has a digit. Dates and telephone numbers are none.
pub(super) fn codes_in(words: &str) -> Vec<String> {
    let lower = words.to_lowercase();
    let any_number = CODED.iter().any(|c| lower.contains(c));
    let parts: Vec<&str> =
        words.split(is_gap).map(|t| t.trim_matches(['.', '!', '?'])).filter(|t| !t.is_empty()).collect();
    let mut codes: Vec<String> = Vec::new();
    let mut after_code = false;
    for (at, part) in parts.iter().enumerate() {
        let digits = part.chars().filter(char::is_ascii_digit).count();
        if !is_date(part) && !is_phone(&parts, at) && ((any_number && digits >= 3) || (after_code && digits > 0)) {
            codes.push((*part).to_owned());
        }
        let word = part.to_lowercase();
        let names_code = ["code", "pin", "number", "combination"].contains(&word.as_str());
        after_code = names_code || (after_code && ["is", "of", "now"].contains(&word.as_str()));
    }
    codes.sort_by_key(|c| std::cmp::Reverse(c.len()));
    codes.dedup();
    codes
}

fn is_gap(c: char) -> bool {
    c.is_whitespace() || matches!(c, ',' | ';' | ':' | '(' | ')' | '=' | '"' | '“' | '”' | '\'' | '#')
}

fn is_date(part: &str) -> bool {
    part.len() >= 7 && part.contains(['-', '/']) && part.starts_with(|c: char| c.is_ascii_digit())
}

// `020 7946 0160` is three parts of one number.
fn is_phone(parts: &[&str], at: usize) -> bool {
    let digits = |i: usize| {
        parts.get(i).filter(|p| p.trim_start_matches('+').chars().all(|c| c.is_ascii_digit())).map_or(0, |p| p.len())
    };
    let (mut from, mut to) = (at, at);
    while from > 0 && at - from < 6 && digits(from - 1) > 0 {
        from -= 1;
    }
    while to - at < 6 && digits(to + 1) > 0 {
        to += 1;
    }
    digits(at) > 0 && (from..=to).map(digits).sum::<usize>() >= 9
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
        for words in [
            "Key safe code held by control.",
            "Key safe by flat 3, checked 2026-03-01",
            "Side gate, 2 steps",
            "Spare key at 112, ring 07700 900201",
            "Key safe: ring 020 7946 0160",
        ] {
            assert_eq!(shown(words), words);
        }
    }

    #[test]
    fn what_is_about_entry_is_told_from_other_alerts() {
        assert!(is_about_entry("KeySafe by the porch") && !is_about_entry("Large dog in the garden"));
    }
}
