//! One text for one JSON value (RFC 8785, JSON Canonicalization Scheme), as far as an account needs it.

use serde_json::{Number, Value};

/// The largest integer that every reader of JSON keeps exactly (RFC 8785 §3.2.2.3, after I-JSON): 2^53 − 1.
const SAFE: i64 = (1 << 53) - 1;

/// A number that two writers could write differently. An event has no use for one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a number in an audit event is not a whole number that every reader keeps exactly")]
pub struct NotCanonical;

/// The canonical text: members ordered by their names in UTF-16, no white space, the shortest escapes.
///
/// # Errors
/// [`NotCanonical`] for a number that is not a whole one of at most 2^53 − 1.
pub fn canonical(value: &Value) -> Result<String, NotCanonical> {
    let mut out = String::new();
    write(value, &mut out)?;
    Ok(out)
}

fn write(value: &Value, out: &mut String) -> Result<(), NotCanonical> {
    match value {
        Value::Number(number) => out.push_str(&whole(number)?.to_string()),
        Value::Array(list) => {
            out.push('[');
            separated(list, out, write)?;
            out.push(']');
        }
        Value::Object(map) => {
            let mut members: Vec<_> = map.iter().collect();
            members.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
            out.push('{');
            separated(members, out, |(name, value), out| {
                out.push_str(&Value::from(name.as_str()).to_string());
                out.push(':');
                write(value, out)
            })?;
            out.push('}');
        }
        // The escapes of `serde_json` for text are those of RFC 8785 §3.2.2.2.
        plain => out.push_str(&plain.to_string()),
    }
    Ok(())
}

fn separated<T>(
    items: impl IntoIterator<Item = T>,
    out: &mut String,
    mut one: impl FnMut(T, &mut String) -> Result<(), NotCanonical>,
) -> Result<(), NotCanonical> {
    for (at, item) in items.into_iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        one(item, out)?;
    }
    Ok(())
}

fn whole(number: &Number) -> Result<i64, NotCanonical> {
    number.as_i64().filter(|n| (-SAFE..=SAFE).contains(n)).ok_or(NotCanonical)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn members_are_ordered_in_utf_16_and_text_has_the_shortest_escapes() {
        // The order of RFC 8785 §3.2.3: a surrogate pair stands before U+FB33, although its code point is higher.
        let members = json!({"\u{20ac}": 1, "\r": 2, "\u{fb33}": 3, "1": 4, "\u{1f600}": 5, "\u{80}": 6, "\u{f6}": 7});
        let expected = "{\"\\r\":2,\"1\":4,\"\u{80}\":6,\"\u{f6}\":7,\"\u{20ac}\":1,\"\u{1f600}\":5,\"\u{fb33}\":3}";
        assert_eq!(canonical(&members).as_deref(), Ok(expected));
        let text = json!(["\u{8}\t\n\u{c}\r\u{1f}\u{7f}\"\\/é", null, true, [], {}]);
        assert_eq!(canonical(&text).unwrap(), "[\"\\b\\t\\n\\f\\r\\u001f\u{7f}\\\"\\\\/é\",null,true,[],{}]");
    }

    #[test]
    fn a_number_that_could_be_written_in_two_ways_is_refused() {
        for number in ["0", "-7", "9007199254740991", "-9007199254740991"] {
            let value: Value = serde_json::from_str(number).unwrap();
            assert_eq!(canonical(&value).as_deref(), Ok(number));
        }
        for number in ["1.0", "1e2", "0.5", "9007199254740992", "123456789012345678901234567890"] {
            let value: Value = serde_json::from_str(number).unwrap();
            assert_eq!(canonical(&value), Err(NotCanonical), "{number}");
        }
    }
}
