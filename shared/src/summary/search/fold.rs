//! Words as they are compared: case, accents, hyphens and the two English spellings make no difference.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// One word of a text.
pub(super) struct Word {
    /// Lower case, without accents.
    pub(super) plain: String,
    /// The same in one spelling for British and American English.
    pub(super) spelled: String,
    /// Where it stands, in bytes.
    pub(super) at: Range<usize>,
    /// How many words from this one on are written together with hyphens and the like.
    pub(super) joined: usize,
}

impl Word {
    fn new(text: &str, at: Range<usize>) -> Self {
        let plain = plain(text.get(at.clone()).unwrap_or_default());
        Self { spelled: spelled(&plain), plain, at, joined: 1 }
    }
}

/// The words of a text, in order. A word is letters and digits; a full stop between digits belongs to it (`2.5`,
/// `I50.9`), so that "25" is never found in "2.5".
pub(super) fn words(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut begun: Option<usize> = None;
    let mut last = ' ';
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map_or(' ', |(_, c)| *c);
        let within = c.is_alphanumeric() || is_combining_mark(c) || (c == '.' && is_digit(last) && is_digit(next));
        match (within, begun) {
            (true, None) => begun = Some(at),
            (false, Some(from)) => {
                words.push(Word::new(text, from..at));
                begun = None;
            }
            _ => {}
        }
        last = c;
    }
    words.extend(begun.map(|from| Word::new(text, from..text.len())));
    join(text, &mut words);
    words
}

const fn is_digit(c: char) -> bool {
    c.is_ascii_digit()
}

// `co-codamol`, `Parkinson's`, `2024-03-01`: one sign between two words that a person may leave out.
fn join(text: &str, words: &mut [Word]) {
    for at in (1..words.len()).rev() {
        let gap = text.get(words[at - 1].at.end..words[at].at.start).unwrap_or_default();
        let mut signs = gap.chars();
        if signs.next().is_some_and(is_joiner) && signs.next().is_none() {
            words[at - 1].joined = words[at].joined + 1;
        }
    }
}

fn is_joiner(c: char) -> bool {
    matches!(c, '-' | '\u{2010}' | '\u{2011}' | '\u{2013}' | '\'' | '’' | '/' | '|' | '.' | '_')
}

/// Lower case and without accents.
pub(super) fn plain(word: &str) -> String {
    if word.is_ascii() {
        return word.to_ascii_lowercase();
    }
    let mut out = String::with_capacity(word.len());
    for c in word.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
        match c {
            'æ' => out.push_str("ae"),
            'œ' => out.push_str("oe"),
            'ß' => out.push_str("ss"),
            'ø' => out.push('o'),
            'ł' => out.push('l'),
            'đ' | 'ð' => out.push('d'),
            'þ' => out.push_str("th"),
            'ı' => out.push('i'),
            other => out.push(other),
        }
    }
    out
}

// From British to American, or to what neither writes: it is only compared, never shown.
const ANYWHERE: [(&str, &str); 8] = [
    ("ae", "e"),
    ("oe", "e"),
    ("ph", "f"),
    ("isation", "ization"),
    ("ising", "izing"),
    ("lled", "led"),
    ("lling", "ling"),
    ("yse", "yze"),
];
const AT_END: [(&str, &str); 12] = [
    ("ise", "ize"),
    ("ised", "ized"),
    ("iser", "izer"),
    ("our", "or"),
    ("ours", "ors"),
    ("oured", "ored"),
    ("tre", "ter"),
    ("tres", "ters"),
    ("bre", "ber"),
    ("vre", "ver"),
    ("mme", "m"),
    ("mmes", "ms"),
];

/// One spelling for both sides of the ocean: haemorrhage and hemorrhage, tumour and tumor, cephalexin and cefalexin.
pub(super) fn spelled(plain: &str) -> String {
    if plain.len() < 5 || !plain.bytes().all(|b| b.is_ascii_alphabetic()) {
        return plain.to_owned();
    }
    let mut word = plain.to_owned();
    for (british, american) in ANYWHERE.into_iter().filter(|(british, _)| plain.contains(british)) {
        word = word.replace(british, american);
    }
    let ending = AT_END.into_iter().find(|(british, _)| word.ends_with(british) && word.len() > british.len() + 1);
    if let Some((british, american)) = ending {
        word.truncate(word.len() - british.len());
        word.push_str(american);
    }
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain_words(text: &str) -> Vec<String> {
        words(text).into_iter().map(|w| w.plain).collect()
    }

    #[test]
    fn case_and_accents_make_no_difference() {
        assert_eq!(plain_words("Ménière’s, ŁÓDŹ"), ["meniere", "s", "lodz"]);
        // The accent as a sign of its own belongs to the word.
        assert_eq!(plain_words("Me\u{301}nie\u{300}re"), ["meniere"]);
    }

    #[test]
    fn decimals_stay_whole_and_hyphens_join() {
        let all = words("co-codamol 2.5 mg, 2024-03-01");
        let told: Vec<_> = all.iter().map(|w| (w.plain.as_str(), w.joined)).collect();
        assert_eq!(told, [("co", 2), ("codamol", 1), ("2.5", 1), ("mg", 1), ("2024", 3), ("03", 2), ("01", 1)]);
    }

    #[test]
    fn both_spellings_are_one() {
        let pairs = [
            ("haemorrhage", "hemorrhage"),
            ("oedema", "edema"),
            ("diarrhoea", "diarrhea"),
            ("tumour", "tumor"),
            ("catheterisation", "catheterization"),
            ("immunised", "immunized"),
            ("paralyse", "paralyze"),
            ("sulphonamide", "sulfonamide"),
            ("cephalexin", "cefalexin"),
            ("litre", "liter"),
            ("labelled", "labeled"),
            ("paediatric", "pediatric"),
            ("oesophageal", "esophageal"),
        ];
        for (british, american) in pairs {
            assert_eq!(spelled(british), spelled(american));
        }
        assert_ne!(spelled("morphine"), spelled("methadone"));
    }
}
