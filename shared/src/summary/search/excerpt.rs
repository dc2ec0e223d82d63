//! The words shown of what was found, and where they are highlighted.

use std::ops::Range;

use super::{At, Entry, Field, Line, Part};

/// Longer texts are cut around what was found.
const LONGEST: usize = 160;
/// So much is kept before what was found.
const BEFORE: usize = 48;

/// The title and the detail, and every other part that matched.
pub(super) fn lines(entry: &Entry, ats: &[At]) -> Vec<Line> {
    let mut lines = Vec::new();
    for (nth, field) in entry.fields.iter().enumerate() {
        let marked = marks(field, ats.iter().filter(|at| at.field as usize == nth));
        if matches!(field.part, Part::Title | Part::Detail) || (!marked.is_empty() && field.part != Part::Section) {
            lines.push(cut(field, marked));
        }
    }
    lines
}

fn marks<'a>(field: &Field, ats: impl Iterator<Item = &'a At>) -> Vec<Range<usize>> {
    let span = |at: &At| {
        let (first, count) = (at.word as usize, (at.count as usize).max(1));
        let last = field.words.get(first..)?.iter().take(count).next_back()?;
        Some(field.words[first].at.start..last.at.end)
    };
    let mut spans: Vec<Range<usize>> = ats.filter_map(span).collect();
    spans.sort_by_key(|s| (s.start, s.end));
    let mut marked: Vec<Range<usize>> = Vec::new();
    for span in spans {
        match marked.last_mut() {
            Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
            _ => marked.push(span),
        }
    }
    marked
}

fn cut(field: &Field, marked: Vec<Range<usize>>) -> Line {
    let text = &field.text;
    if text.len() <= LONGEST {
        return Line { part: field.part, text: text.clone(), marked };
    }
    let first = marked.first().map_or(0, |m| m.start);
    let from = if first <= BEFORE { 0 } else { word_start(text, first - BEFORE).min(first) };
    // What was found stays whole, however long it is.
    let least = marked.first().map_or(0, |m| m.end);
    let to = boundary(text, (from + LONGEST).max(least));
    let (ahead, behind) = (if from > 0 { "… " } else { "" }, if to < text.len() { " …" } else { "" });
    let shown = text.get(from..to).unwrap_or_default();
    let moved = |m: Range<usize>| m.start - from + ahead.len()..m.end - from + ahead.len();
    let marked = marked.into_iter().filter(|m| m.start >= from && m.end <= to).map(moved).collect();
    Line { part: field.part, text: format!("{ahead}{shown}{behind}"), marked }
}

// After the next space, so that no half word stands at the beginning.
fn word_start(text: &str, at: usize) -> usize {
    let at = boundary(text, at);
    let space = text.get(at..).and_then(|rest| rest.char_indices().take(24).find(|(_, c)| c.is_whitespace()));
    space.map_or(at, |(gap, c)| at + gap + c.len_utf8())
}

fn boundary(text: &str, at: usize) -> usize {
    (at.min(text.len())..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len())
}
