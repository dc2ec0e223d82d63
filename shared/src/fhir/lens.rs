//! Reading JSON that may have any shape: every function answers, none fails.

use std::borrow::Cow;

use serde_json::Value;

/// The longest text that goes on a screen line; what is longer is cut and the source must be read.
const LONGEST: usize = 2_000;

/// The items of what should be a list. One item without its list, a list in a list (as some STU3 senders write)
/// and nulls between items are taken as what they mean.
pub fn items(value: &Value) -> Vec<&Value> {
    match value {
        Value::Null => Vec::new(),
        Value::Array(list) => {
            let mut all = Vec::with_capacity(list.len());
            list.iter().for_each(|one| unwrapped(one, &mut all));
            all
        }
        one => vec![one],
    }
}

fn unwrapped<'a>(value: &'a Value, all: &mut Vec<&'a Value>) {
    match value {
        Value::Array(inner) => all.extend(inner.iter().filter(|v| !v.is_null())),
        Value::Null => {}
        one => all.push(one),
    }
}

/// A primitive as text: strings cleaned, numbers and booleans as written; empty for anything else.
pub fn text(value: &Value) -> String {
    written(value).into_owned()
}

/// As [`text`], without a copy of what is clean already.
pub(super) fn written(value: &Value) -> Cow<'_, str> {
    match value {
        Value::String(s) if is_clean(s) => Cow::Borrowed(s),
        Value::String(s) => Cow::Owned(clean(s)),
        Value::Number(n) => Cow::Owned(n.to_string()),
        Value::Bool(b) => Cow::Owned(b.to_string()),
        _ => Cow::Borrowed(""),
    }
}

// Nearly every text of a record is: plain ASCII, one blank between words.
fn is_clean(text: &str) -> bool {
    let mut before = b' ';
    let words_apart = text.bytes().all(|b| {
        let fits = matches!(b, b'!'..=b'~') || (b == b' ' && before != b' ');
        before = b;
        fits
    });
    words_apart && (before != b' ' || text.is_empty()) && text.len() <= LONGEST
}

/// Text without what the eye cannot see: control, zero-width and direction-changing characters, which can make a
/// line read differently from what it says. Runs of blanks become one; very long text is cut with a mark.
pub fn clean(text: &str) -> String {
    if is_clean(text) {
        return text.to_owned();
    }
    let visible = text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).filter(|c| !is_invisible(*c));
    let mut out = String::with_capacity(text.len().min(LONGEST));
    for (count, c) in visible.enumerate() {
        if count == LONGEST {
            out.push('…');
            break;
        }
        if c != ' ' || !(out.is_empty() || out.ends_with(' ')) {
            out.push(c);
        }
    }
    out.truncate(out.trim_end().len());
    out
}

fn is_invisible(c: char) -> bool {
    (c.is_control())
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Why `field` of `parent` has no value, in words, when the sender says so (data-absent-reason): on `_field` of a
/// primitive or inside the element itself.
pub fn absent_reason(parent: &Value, field: &str) -> Option<&'static str> {
    let shadow = &parent[format!("_{field}")];
    [shadow, &parent[field]].into_iter().flat_map(items).find_map(|v| {
        let extension = items(&v["extension"]).into_iter().find(|e| {
            e["url"].as_str().is_some_and(|u| u.ends_with("/data-absent-reason") || u == "data-absent-reason")
        })?;
        Some(reason_words(&text(&extension["valueCode"])))
    })
}

fn reason_words(code: &str) -> &'static str {
    match code {
        "masked" => "withheld",
        "not-asked" => "not asked",
        "asked-unknown" => "asked, not known",
        "asked-declined" => "asked, not told",
        "temp-unknown" => "not known yet",
        "not-applicable" => "does not apply",
        "unsupported" | "not-permitted" => "not given by the sending system",
        "as-text" => "only in the text",
        "error" | "not-a-number" | "negative-infinity" | "positive-infinity" => "lost by an error",
        "not-performed" => "not done",
        _ => "not known",
    }
}

/// Elements that change the meaning of what they stand in and that this reader does not know: every
/// `modifierExtension` at any depth, and `implicitRules`. The walk is a loop over a bounded tree.
pub fn modifiers(resource: &Value) -> Vec<String> {
    let (mut found, mut waiting) = (Vec::new(), vec![resource]);
    while let Some(value) = waiting.pop() {
        match value {
            Value::Array(list) => waiting.extend(list),
            Value::Object(map) => {
                for (name, inner) in map {
                    match name.as_str() {
                        "modifierExtension" => found.extend(items(inner).iter().map(|e| text(&e["url"]))),
                        "implicitRules" if !inner.is_null() => found.push(text(inner)),
                        "contained" => {}
                        _ => waiting.push(inner),
                    }
                }
            }
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn lists_of_lists_single_items_and_nulls_are_taken_as_meant() {
        assert_eq!(items(&json!([[{"a": 1}], null, {"b": 2}])).len(), 2);
        assert_eq!(items(&json!({"a": 1})).len(), 1);
        assert!(items(&json!(null)).is_empty() && items(&json!([])).is_empty() && items(&json!([null])).is_empty());
    }

    #[test]
    fn what_the_eye_cannot_see_is_taken_out_and_long_text_is_cut_with_a_mark() {
        assert_eq!(clean("  Peni\u{200b}cillin\u{202e}\n\t V "), "Penicillin V");
        assert!(clean(&"x".repeat(5000)).ends_with("x…"));
        for (written, read) in [("", ""), (" ", ""), ("a ", "a"), ("a  b", "a b"), ("a\u{7f}b", "ab"), ("1 µg", "1 µg")]
        {
            assert_eq!(clean(written), read);
            assert_eq!(super::written(&json!(written)), read);
        }
    }

    #[test]
    fn an_absent_value_says_why() {
        let masked = json!({"_birthDate": {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "masked"}]}});
        assert_eq!(absent_reason(&masked, "birthDate"), Some("withheld"));
        assert_eq!(absent_reason(&json!({"birthDate": "1950"}), "birthDate"), None);
    }

    #[test]
    fn modifiers_are_found_at_any_depth_and_not_in_contained_resources() {
        let resource = json!({"dosage": [{"modifierExtension": [{"url": "urn:x"}]}], "contained": [{"modifierExtension": [{"url": "urn:y"}]}]});
        assert_eq!(modifiers(&resource), ["urn:x"]);
    }
}
