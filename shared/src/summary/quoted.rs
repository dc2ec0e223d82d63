//! The last guard over the words that must be right: only a coded statement, with no allergy beside it, prints them.

use super::Summary;

const WORDS: &str = "no known allerg";

/// Puts quotation marks into every sentence of `summary` that would read as the statement itself. Called when the
/// document makes no such statement. The narrative and raw text stay as they are: they are the sender's own.
pub(super) fn quote_uncoded(summary: &mut Summary) {
    for notice in &mut summary.notices {
        quote(&mut notice.text);
    }
    for line in &mut summary.glance {
        [&mut line.text, &mut line.detail, &mut line.source, &mut line.disagreement].into_iter().for_each(quote);
    }
    for section in &mut summary.sections {
        [&mut section.title, &mut section.statement].into_iter().for_each(quote);
        for item in &mut section.items {
            [&mut item.text, &mut item.detail, &mut item.source, &mut item.disagreement].into_iter().for_each(quote);
            item.also.iter_mut().for_each(|origin| quote(&mut origin.source));
        }
    }
    summary.context.iter_mut().for_each(|c| quote(&mut c.text));
    quote(&mut summary.author);
    for source in &mut summary.sources {
        [&mut source.name, &mut source.author].into_iter().for_each(quote);
    }
}

fn quote(words: &mut String) {
    // ASCII lower case keeps every byte where it is, so positions fit both.
    let lower = words.to_ascii_lowercase();
    if !lower.contains(WORDS) {
        return;
    }
    let mut out = String::with_capacity(words.len() + 16);
    let mut from = 0;
    for (at, _) in lower.match_indices(WORDS) {
        out.push_str(&words[from..at]);
        out.push_str("“no known” allerg");
        from = at + WORDS.len();
    }
    out.push_str(&words[from..]);
    *words = out;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_kept_and_read_as_a_citation() {
        let mut words = "He says: NO KNOWN ALLERGIES. É no known allergy".to_owned();
        quote(&mut words);
        assert_eq!(words, "He says: “no known” allergIES. É “no known” allergy");
    }
}
