//! One pass over the text of an entry: how deep it nests, and which names it gives twice.
//!
//! A JSON reader keeps the last of two members of one name and says nothing. In a record that can mean
//! "confirmed" silently taking the place of "entered in error", so the earlier value is kept and shown.

use std::collections::HashMap;

/// A name given twice in one object, with two different values.
#[derive(Clone, PartialEq, Eq)]
pub struct Repeated {
    /// The name.
    pub name: String,
    /// The value that the reader would have lost, as written, cut at 120 characters.
    pub earlier: String,
}

/// What one pass tells.
#[derive(Default)]
pub(super) struct Scan {
    pub(super) depth: usize,
    pub(super) repeated: Vec<Repeated>,
    /// A name that `serde_json` keeps for itself: it would be read as something else than what is written.
    pub(super) reserved: bool,
}

struct Member<'a> {
    name: &'a str,
    value: (usize, usize),
}

/// An object under way; `None` in the stack of frames stands for an array.
#[derive(Default)]
struct Frame<'a> {
    members: Vec<Member<'a>>,
    /// Built only for objects with many members, so that neither small nor hostile objects are slow.
    by_name: Option<HashMap<&'a str, usize>>,
    open: bool,
}

const MANY: usize = 32;
pub(super) const RESERVED: &str = "$serde_json::private";

/// Scans `text`, which must be valid JSON; for other text the answer is of no use, but there is one.
pub(super) fn scan(text: &str) -> Scan {
    let bytes = text.as_bytes();
    let (mut at, mut answer, mut frames) = (0, Scan::default(), Vec::<Option<Frame<'_>>>::new());
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => {
                let end = end_of_string(bytes, at);
                if let Some(Some(frame)) = frames.last_mut().filter(|_| expects_name(bytes, end)) {
                    answer.reserved |= start(frame, text.get(at + 1..end).unwrap_or_default(), end);
                }
                at = end;
            }
            b'{' | b'[' => {
                frames.push((*byte == b'{').then(Frame::default));
                answer.depth = answer.depth.max(frames.len());
            }
            b',' => finish(frames.last_mut(), text, at, &mut answer.repeated),
            b'}' | b']' => {
                finish(frames.last_mut(), text, at, &mut answer.repeated);
                frames.pop();
            }
            _ => {}
        }
        at += 1;
    }
    answer
}

fn end_of_string(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 1,
            b'"' => return at,
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

// A string is a name exactly when a colon follows it.
fn expects_name(bytes: &[u8], end: usize) -> bool {
    bytes.iter().skip(end + 1).find(|b| !b.is_ascii_whitespace()) == Some(&b':')
}

fn start<'a>(frame: &mut Frame<'a>, name: &'a str, end: usize) -> bool {
    frame.members.push(Member { name, value: (end + 1, end + 1) });
    frame.open = true;
    let escaped = name.contains('\\');
    (escaped || name.starts_with('$')) && decoded(name).starts_with(RESERVED)
}

fn decoded(name: &str) -> String {
    serde_json::from_str(&format!("\"{name}\"")).unwrap_or_default()
}

fn finish<'a>(frame: Option<&mut Option<Frame<'a>>>, text: &'a str, end: usize, repeated: &mut Vec<Repeated>) {
    let Some(frame) = frame.and_then(Option::as_mut).filter(|f| f.open) else { return };
    frame.open = false;
    let last = frame.members.len() - 1;
    frame.members[last].value.1 = end;
    let name = frame.members[last].name;
    if let Some(earlier) = earlier(frame, name, last) {
        let value = |m: usize| {
            let (from, to) = frame.members[m].value;
            text.get(from..to)
                .unwrap_or_default()
                .trim_start_matches(|c: char| c == ':' || c.is_whitespace())
                .trim_end()
        };
        if value(earlier) != value(last) && repeated.len() < 20 {
            repeated.push(Repeated { name: decoded(name), earlier: value(earlier).chars().take(120).collect() });
        }
    }
}

fn earlier<'a>(frame: &mut Frame<'a>, name: &'a str, last: usize) -> Option<usize> {
    if frame.members.len() <= MANY {
        return frame.members[..last].iter().rposition(|m| m.name == name);
    }
    let Frame { members, by_name, .. } = frame;
    let index = by_name.get_or_insert_with(|| members[..last].iter().enumerate().map(|(i, m)| (m.name, i)).collect());
    index.insert(name, last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_given_twice_with_two_values_is_noticed_with_the_value_that_would_be_lost() {
        let answer = scan(r#"{"a": {"b": "x", "c": [1], "b": "y"}, "d": 1, "d": 1}"#);
        let found: Vec<_> = answer.repeated.iter().map(|r| (r.name.as_str(), r.earlier.as_str())).collect();
        assert_eq!(found, [("b", "\"x\"")]);
        assert_eq!(answer.depth, 3);
    }

    #[test]
    fn names_in_strings_arrays_and_other_objects_are_not_confused() {
        let answer = scan(r#"{"a": "\"a\": {", "b": ["a", "a"], "c": [{"a": 1}, {"a": 2}], "e\"": 1}"#);
        assert!(answer.repeated.is_empty());
    }

    #[test]
    fn a_large_object_is_scanned_once() {
        let many: Vec<String> = (0..50_000).map(|i| format!("\"k{i}\": {i}")).collect();
        let answer = scan(&format!("{{{}, \"k7\": 0}}", many.join(",")));
        assert_eq!(answer.repeated.len(), 1);
    }

    #[test]
    fn names_that_the_json_reader_keeps_for_itself_are_noticed_also_when_escaped() {
        assert!(scan(r#"{"$serde_json::private::Number": "1"}"#).reserved);
        assert!(scan(r#"{"\u0024serde_json::private::RawValue": "1"}"#).reserved);
        assert!(!scan(r#"{"$ref": "1", "\u0024": 2}"#).reserved);
    }
}
