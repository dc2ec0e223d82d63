//! Changes that a sender could make: values, names, references and shapes of a document, not just bytes.

use std::sync::LazyLock;

use serde_json::{Map, Value, json};

/// Words of FHIR and of records: the dictionary of the byte mutations serves the others too.
static WORDS: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let quoted = include_str!("../fhir.dict").lines().filter_map(|l| l.strip_prefix('"')?.strip_suffix('"'));
    quoted.collect()
});

/// A small generator of numbers, the same for the same seed: findings must come again.
pub struct Dice(u64);

impl Dice {
    /// From the seed that the fuzzer gives.
    pub const fn new(seed: u32) -> Self {
        Self(seed as u64 ^ 0x9e37_79b9_7f4a_7c15)
    }

    /// A number below `sides`, which may be 0.
    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % sides.max(1) as u64) as usize
    }

    fn word(&mut self) -> &'static str {
        WORDS.get(self.roll(WORDS.len())).copied().unwrap_or_default()
    }
}

/// Changes the first `size` bytes of `data` into another input and gives its length: mostly another document;
/// sometimes `noise` in the bytes, which finds what no sender would write.
pub fn mutate(
    data: &mut [u8],
    size: usize,
    max: usize,
    seed: u32,
    noise: fn(&mut [u8], usize, usize) -> usize,
) -> usize {
    let other = if seed % 8 == 0 { None } else { another(&data[..size], seed) };
    match other.filter(|made| made.len() <= max) {
        Some(made) => {
            data[..made.len()].copy_from_slice(&made);
            made.len()
        }
        None => noise(data, size, max),
    }
}

/// Another document like this one; `None` when the bytes are no JSON.
fn another(bytes: &[u8], seed: u32) -> Option<Vec<u8>> {
    let mut dice = Dice::new(seed);
    let mut whole: Value = serde_json::from_slice(bytes).ok()?;
    for _ in 0..=dice.roll(3) {
        change(&mut whole, &mut dice);
    }
    let text = whole.to_string();
    Some(if dice.roll(8) == 0 { twice(text, &mut dice) } else { text }.into_bytes())
}

// Walks down a way chosen by the dice and changes what is there.
fn change(whole: &mut Value, dice: &mut Dice) {
    let references = addresses(whole);
    let mut at = whole;
    loop {
        let inside = match at {
            Value::Array(list) => list.len(),
            Value::Object(map) => map.len(),
            _ => 0,
        };
        if inside == 0 || dice.roll(7) == 0 {
            break;
        }
        let next = dice.roll(inside);
        at = match at {
            Value::Array(list) => &mut list[next],
            Value::Object(map) => match map.values_mut().nth(next) {
                Some(value) => value,
                None => return,
            },
            _ => return,
        };
    }
    alter(at, &references, dice);
}

fn alter(at: &mut Value, references: &[String], dice: &mut Dice) {
    match (dice.roll(6), at) {
        (0, Value::Array(list)) if !list.is_empty() => {
            let copy = list[dice.roll(list.len())].clone();
            list.insert(dice.roll(list.len()), copy);
        }
        (1, Value::Array(list)) if !list.is_empty() => {
            let gone = dice.roll(list.len());
            list.remove(gone);
        }
        (2, Value::Array(list)) if list.len() > 1 => {
            let (a, b) = (dice.roll(list.len()), dice.roll(list.len()));
            list.swap(a, b);
        }
        (0, Value::Object(map)) if !map.is_empty() => {
            let gone = map.keys().nth(dice.roll(map.len())).cloned().unwrap_or_default();
            map.shift_remove(&gone);
        }
        (1, Value::Object(map)) if !map.is_empty() => retitle(map, dice),
        (2, Value::Object(map)) => {
            map.insert(dice.word().to_owned(), value(references, dice));
        }
        (_, Value::String(text)) if dice.roll(3) == 0 => joined(text, dice),
        (_, at) => *at = value(references, dice),
    }
}

fn retitle(map: &mut Map<String, Value>, dice: &mut Dice) {
    let old = map.keys().nth(dice.roll(map.len())).cloned().unwrap_or_default();
    if let Some(value) = map.shift_remove(&old) {
        let name = if dice.roll(4) == 0 { format!("_{old}") } else { dice.word().to_owned() };
        map.insert(name, value);
    }
}

fn joined(text: &mut String, dice: &mut Dice) {
    let cut = (0..=dice.roll(text.len() + 1)).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    text.insert_str(cut, ["\u{200b}", "\u{202e}", "  ", "<b>", "&#52;", "4071", "é", "/_history/2"][dice.roll(8)]);
}

fn value(references: &[String], dice: &mut Dice) -> Value {
    match dice.roll(12) {
        0 => Value::Null,
        1 => json!(dice.roll(2) == 0),
        2 => serde_json::from_str(["0.40", "-0", "1e400", "7", "2026"][dice.roll(5)]).unwrap_or_default(),
        3 => json!([dice.word()]),
        4 => json!({ dice.word(): dice.word() }),
        5 => json!({"coding": [{"system": "http://snomed.info/sct", "code": dice.word(), "display": dice.word()}]}),
        6 => json!({"text": dice.word()}),
        7 | 8 => json!({"reference": references.get(dice.roll(references.len())).cloned().unwrap_or_default()}),
        _ => json!(dice.word()),
    }
}

fn addresses(whole: &Value) -> Vec<String> {
    let entries = whole["entry"].as_array().map(Vec::as_slice).unwrap_or_default();
    let of = |e: &Value| {
        let typed = format!("{}/{}", e["resource"]["resourceType"].as_str()?, e["resource"]["id"].as_str()?);
        Some([e["fullUrl"].as_str().unwrap_or_default().to_owned(), typed])
    };
    entries.iter().filter_map(of).flatten().collect()
}

// A name given twice, which no JSON value can hold.
fn twice(mut text: String, dice: &mut Dice) -> String {
    let places: Vec<usize> = text.match_indices("{\"").map(|(at, _)| at + 1).collect();
    let Some(at) = places.get(dice.roll(places.len())) else { return text };
    let name: String = text[at + 1..].split('"').next().unwrap_or_default().to_owned();
    text.insert_str(*at, &format!("\"{name}\":\"{}\",", dice.word()));
    text
}
