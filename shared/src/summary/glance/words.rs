//! Words of a line: sentences, short titles, the first that fit.

/// The sentences of a detail without the marks that only tell where they stood.
pub(super) fn sentences(words: &str) -> Vec<&str> {
    let parts = words.split("; ").map(|p| p.strip_prefix("note: ").unwrap_or(p));
    parts.flat_map(stops).map(|s| s.trim().trim_end_matches('.')).filter(|s| !s.is_empty()).collect()
}

// At a full stop behind a word and before a capital letter; "Dr. Low" stays whole.
fn stops(words: &str) -> Vec<&str> {
    let (mut found, mut from) = (Vec::new(), 0);
    for (at, _) in words.match_indices(". ") {
        let word = words[from..at].rsplit(' ').next().unwrap_or_default();
        if word.len() > 2 && words[at + 2..].starts_with(char::is_uppercase) {
            found.push(&words[from..at]);
            from = at + 2;
        }
    }
    found.push(&words[from..]);
    found
}

/// Sentences joined again, each once; what went on after a semicolon still does.
pub(super) fn prose(sentences: &[&str]) -> String {
    let (mut told, mut prose) = (Vec::new(), String::new());
    for sentence in sentences {
        let lower = sentence.to_lowercase();
        if told.contains(&lower) {
            continue;
        }
        if !prose.is_empty() {
            prose.push_str(if sentence.starts_with(char::is_lowercase) { "; " } else { ". " });
        }
        prose.push_str(sentence);
        told.push(lower);
    }
    prose
}

/// As many of the first sentences as fit into `most` characters, at least one; then the rest.
pub(super) fn headline(sentences: &[&str], most: usize) -> (String, String) {
    let mut length = 0;
    let fits = sentences.iter().take_while(|s| {
        length += s.chars().count() + 2;
        length <= most
    });
    let cut = fits.count().max(1).min(sentences.len());
    (prose(&sentences[..cut]), prose(&sentences[cut..]))
}

/// Titles of forms and scales that cost a line without telling more.
const LONG: [(&str, &str); 7] = [
    ("Target oxygen saturation", "Oxygen target"),
    ("ReSPECT (Recommended Summary Plan for Emergency Care and Treatment) form", "ReSPECT form"),
    ("Recommended Summary Plan for Emergency Care and Treatment", "ReSPECT form"),
    ("Physician order for life-sustaining treatment (POLST)", "POLST"),
    ("Canadian Study of Health and Aging Clinical Frailty Scale score", "Clinical Frailty Scale"),
    ("Canadian Study of Health and Aging clinical frailty scale score", "Clinical Frailty Scale"),
    ("Australia-modified Karnofsky Performance Status", "AKPS"),
];

/// A title in the fewest words.
pub(super) fn title(words: &str) -> String {
    LONG.iter().fold(words.to_owned(), |told, (long, short)| told.replace(long, short))
}

/// The kinds that SNOMED CT writes behind its fully specified names.
const TAGS: [&str; 9] = [
    " (substance)",
    " (finding)",
    " (disorder)",
    " (product)",
    " (procedure)",
    " (situation)",
    " (physical object)",
    " (medicinal product)",
    " (observable entity)",
];

/// Words without the tags of a terminology.
pub(super) fn untagged(words: &str) -> String {
    TAGS.iter().fold(words.to_owned(), |told, tag| if told.contains(tag) { told.replace(tag, "") } else { told })
}

/// Longer than this no text of a line is; what is cut goes on in the detail.
const TEXT: usize = 160;

/// A text and a detail such that the text can be read at a glance; nothing is lost.
pub(super) fn fitted(text: String, detail: String) -> (String, String) {
    let Some((end, _)) = text.char_indices().nth(TEXT) else { return (text, detail) };
    let cut = text[..end].rfind(' ').unwrap_or(end);
    let rest = text[cut..].trim_start();
    let detail = if detail.is_empty() { format!("…{rest}") } else { format!("…{rest}; {detail}") };
    (format!("{}…", &text[..cut]), detail)
}

/// The name of a medicine without its strength and form: the words before the first number.
pub(super) fn bare_name(words: &str) -> String {
    let name: Vec<&str> = words.split(' ').take_while(|w| !w.starts_with(|c: char| c.is_ascii_digit())).collect();
    if name.is_empty() { words.to_owned() } else { name.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_are_told_apart_and_titles_of_people_are_not() {
        assert_eq!(
            sentences("note: Ask Dr. Low first. Form on the fridge.; Review due 2026-01-01."),
            ["Ask Dr. Low first", "Form on the fridge", "Review due 2026-01-01"]
        );
        assert!(sentences("; ").is_empty());
    }

    #[test]
    fn the_first_that_fit_are_the_headline_and_nothing_is_lost() {
        let all = ["One is here", "Two is here", "Three is here"];
        assert_eq!(headline(&all, 30), ("One is here. Two is here".to_owned(), "Three is here".to_owned()));
        assert_eq!(headline(&all, 3).0, "One is here");
        assert_eq!(headline(&[], 3), (String::new(), String::new()));
    }

    #[test]
    fn what_is_said_twice_stands_once() {
        assert_eq!(prose(&["Home first", "home first", "no tube", "No drips"]), "Home first; no tube. No drips");
    }

    #[test]
    fn a_long_text_goes_on_in_the_detail() {
        let long = "word ".repeat(50);
        let (text, detail) = fitted(long.trim_end().to_owned(), "Ask.".to_owned());
        assert!(text.chars().count() <= TEXT + 1 && text.ends_with("word…") && detail.ends_with("word; Ask."));
        let told = format!("{}{}", text.trim_end_matches('…'), detail.trim_end_matches("; Ask.")).replace('…', " ");
        assert_eq!(told, long.trim_end());
        assert_eq!(fitted("Short".to_owned(), String::new()), ("Short".to_owned(), String::new()));
        assert!(fitted("ä".repeat(400), String::new()).0.chars().count() <= TEXT + 1);
    }

    #[test]
    fn tags_of_a_terminology_are_left_out() {
        assert_eq!(untagged("Cashew nut (substance)"), "Cashew nut");
        assert_eq!(untagged("Anaphylaxis (disorder) (severe)"), "Anaphylaxis (severe)");
    }

    #[test]
    fn a_medicine_is_named_without_its_strength() {
        assert_eq!(bare_name("Morphine sulfate 10 mg/mL injection"), "Morphine sulfate");
        assert_eq!(bare_name("5-fluorouracil"), "5-fluorouracil");
    }
}
