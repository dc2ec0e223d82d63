//! The quick way to read a document: in one pass, as long as nothing in it is out of the ordinary.
//!
//! Whatever is odd (a mistake, a name given twice, a Bundle in a Bundle, depth beyond reason) is not judged here: the
//! answer is `None`, and [`super::document`] takes the slow way, which keeps what can be kept and says why. The two
//! ways must never differ in what they answer.

use std::fmt;
use std::ops::Range;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::document::MAX_DEPTH;
use super::scan::RESERVED;
use super::split::Items;

/// A Bundle taken apart.
pub(super) struct Bundle<'a> {
    /// Its members without the entries.
    pub(super) head: Value,
    pub(super) entries: Items<'a>,
}

/// `None` when the text is anything but a plain Bundle with one list of entries.
pub(super) fn bundle(text: &str) -> Option<Bundle<'_>> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let found = reader.deserialize_map(Top { text: range(text) }).ok()?;
    reader.end().ok()?;
    (found.head["resourceType"] == "Bundle").then_some(found)
}

/// An object without anything odd in it.
pub(super) fn object(text: &str) -> Option<Map<String, Value>> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let read = Plain { text: range(text), depth: 0 }.deserialize(&mut reader).ok()?;
    reader.end().ok()?;
    match read {
        Value::Object(map) => Some(map),
        _ => None,
    }
}

fn range(text: &str) -> Range<*const u8> {
    text.as_bytes().as_ptr_range()
}

struct Top {
    text: Range<*const u8>,
}

impl<'de> Visitor<'de> for Top {
    type Value = Bundle<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a Bundle")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let (mut head, mut entries) = (Map::new(), None);
        while let Some(name) = members.next_key_seed(Name { text: self.text.clone() })? {
            let is_twice = match name {
                Key::Number => true,
                Key::Name(name) if name == "entry" => entries.replace(members.next_value::<Items<'_>>()?).is_some(),
                Key::Name(name) => {
                    let value = members.next_value_seed(Plain { text: self.text.clone(), depth: 1 })?;
                    head.insert(name, value).is_some()
                }
            };
            if is_twice {
                return Err(odd());
            }
        }
        Ok(Bundle { head: Value::Object(head), entries: entries.ok_or_else(odd)? })
    }
}

// Says nothing: nobody reads it, the slow way finds the words.
fn odd<E: Error>() -> E {
    E::custom("odd")
}

/// Reads a value and refuses what is odd.
#[derive(Clone)]
struct Plain {
    text: Range<*const u8>,
    depth: usize,
}

impl Plain {
    fn deeper<E: Error>(self) -> Result<Self, E> {
        // The entry itself is one level more than the resource, which is what the limit counts.
        if self.depth > MAX_DEPTH { Err(odd()) } else { Ok(Self { depth: self.depth + 1, ..self }) }
    }
}

impl<'de> DeserializeSeed<'de> for Plain {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Plain {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(inner.clone())? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut map = Map::new();
        while let Some(name) = members.next_key_seed(Name { text: inner.text.clone() })? {
            match name {
                Key::Number => {
                    return members.next_value::<String>()?.parse().map(Value::Number).map_err(A::Error::custom);
                }
                Key::Name(name) => {
                    if map.insert(name, members.next_value_seed(inner.clone())?).is_some() {
                        return Err(odd());
                    }
                }
            }
        }
        Ok(Value::Object(map))
    }
}

enum Key {
    Name(String),
    /// `serde_json` hands over what is no whole number as an object with one member of a name of its own, so that no digit is lost.
    Number,
}

struct Name {
    text: Range<*const u8>,
}

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Key;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Key, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Name {
    type Value = Key;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    // A sender may write that name too: only one that does not stand in the text comes from the reader itself.
    fn visit_borrowed_str<E: Error>(self, name: &'de str) -> Result<Key, E> {
        if name.starts_with(RESERVED) && !self.text.contains(&name.as_ptr()) {
            return Ok(Key::Number);
        }
        self.visit_str(name)
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Key, E> {
        if name.starts_with(RESERVED) { Err(odd()) } else { Ok(Key::Name(name.to_owned())) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_plain_is_read_as_any_reader_reads_it() {
        for text in [
            r#"{}"#,
            r#"{"a": 0.40, "b": [1, -2.50e3, 1e400, 0, -0, -7, 18446744073709551616, {"c": null}], "d": true, "e": "\u00e4\n", "\u0066": {"g": []}}"#,
            r#"{"a": {"b": 12345678901234567890123}, "$ref": 1}"#,
        ] {
            let read = object(text).map(Value::Object);
            assert_eq!(read, serde_json::from_str(text).ok(), "{text}");
            assert!(read.is_some(), "{text}");
        }
    }

    #[test]
    fn what_is_odd_is_left_to_the_slow_way() {
        let deep = format!("{{\"a\": {}1{}}}", "[".repeat(MAX_DEPTH + 1), "]".repeat(MAX_DEPTH + 1));
        for text in [
            r#"{"a": 1, "a": 1}"#,
            r#"{"a": {"b": 1, "\u0062": 2}}"#,
            r#"{"$serde_json::private::Number": "1"}"#,
            r#"{"\u0024serde_json::private::Number": "1"}"#,
            r#"{"a": [{"$serde_json::private::RawValue": "1"}]}"#,
            r#"{"a": "\ud800"}"#,
            r#"{"a": 1} 2"#,
            "[1]",
            deep.as_str(),
        ] {
            assert!(object(text).is_none(), "{text}");
        }
        for text in [
            r#"{"resourceType": "Bundle"}"#,
            r#"{"resourceType": "Bundle", "entry": [], "entry": []}"#,
            r#"{"entry": []}"#,
        ] {
            assert!(bundle(text).is_none(), "{text}");
        }
    }
}
