//! What a Reference points to (FHIR R4 §2.3.0), also where sender and standard disagree.

use std::borrow::Cow;
use std::collections::HashMap;

use serde_json::Value;

use super::document::Entry;
use super::lens::{items, text, written};

/// What a Reference points to.
#[derive(Clone, Copy)]
pub enum Target<'a> {
    /// An entry that can be read.
    Entry(usize, &'a Value),
    /// An entry that cannot be read.
    Unreadable(usize),
    /// A resource contained in the one that points.
    Contained(&'a Value),
    /// Something that is not in the document.
    Missing,
}

impl<'a> Target<'a> {
    /// The resource, when there is one to read.
    pub const fn resource(self) -> Option<&'a Value> {
        match self {
            Self::Entry(_, resource) | Self::Contained(resource) => Some(resource),
            Self::Unreadable(_) | Self::Missing => None,
        }
    }

    /// The index of the entry, readable or not.
    pub const fn entry(self) -> Option<usize> {
        match self {
            Self::Entry(entry, _) | Self::Unreadable(entry) => Some(entry),
            Self::Contained(_) | Self::Missing => None,
        }
    }
}

/// Ways to an entry. The first entry of a name wins; an address that is exact wins over one that is not.
#[derive(Clone, Default)]
pub(super) struct Index {
    by_url: HashMap<String, usize>,
    by_type_and_id: HashMap<String, usize>,
    by_id: HashMap<String, usize>,
    by_identifier: HashMap<String, usize>,
    /// How much of each entry's address is the server's: asked for at every reference.
    bases: Vec<usize>,
}

impl Index {
    pub(super) fn of(entries: &[Entry]) -> Self {
        let mut index = Self::default();
        for (at, entry) in entries.iter().enumerate() {
            index.add(at, entry);
        }
        index
    }

    fn add(&mut self, at: usize, entry: &Entry) {
        self.bases.push(base_of(&entry.full_url).len());
        let url = normal(&entry.full_url);
        if !url.is_empty() {
            if let Some(tail) = type_and_id(&url) {
                self.by_type_and_id.entry(tail.to_owned()).or_insert(at);
            }
            self.by_url.entry(url.into_owned()).or_insert(at);
        }
        let Ok(resource) = &entry.resource else { return };
        let id = written(&resource["id"]);
        if !id.is_empty() {
            self.by_type_and_id.entry(format!("{}/{id}", entry.resource_type)).or_insert(at);
            self.by_id.entry(id.to_ascii_lowercase()).or_insert(at);
        }
        for identifier in items(&resource["identifier"]) {
            if let Some(key) = identifier_key(&entry.resource_type, identifier) {
                self.by_identifier.entry(key).or_insert(at);
            }
        }
    }

    pub(super) fn resolve<'a>(&self, entries: &'a [Entry], from: usize, reference: &'a Value) -> Target<'a> {
        let address = address(reference);
        if let Some(fragment) = address.strip_prefix('#') {
            return contained(entries, from, fragment);
        }
        let base = entries.get(from).zip(self.bases.get(from)).and_then(|(e, length)| e.full_url.get(..*length));
        let found = self.find(&normal(&address), base.unwrap_or_default()).or_else(|| self.logical(reference));
        match found.and_then(|at| Some((at, entries.get(at)?))) {
            Some((at, entry)) => entry.resource.as_ref().map_or(Target::Unreadable(at), |r| Target::Entry(at, r)),
            None => Target::Missing,
        }
    }

    // Exact address, then relative to where it stands, then by type and id alone, then a URN by its id.
    fn find(&self, address: &str, base: &str) -> Option<usize> {
        if address.is_empty() {
            return None;
        }
        let urn_id = || address.strip_prefix("urn:uuid:").or_else(|| address.strip_prefix("urn:oid:"));
        // What has a scheme stands beside nothing.
        let beside = || Some(format!("{base}{address}")).filter(|_| !base.is_empty() && !address.contains(':'));
        self.by_url
            .get(address)
            .or_else(|| self.by_url.get(&beside()?))
            .or_else(|| self.by_type_and_id.get(type_and_id(address)?))
            .or_else(|| self.by_id.get(urn_id()?))
            .copied()
    }

    fn logical(&self, reference: &Value) -> Option<usize> {
        let key = identifier_key(&written(&reference["type"]), &reference["identifier"])?;
        self.by_identifier.get(&key).copied()
    }
}

fn contained<'a>(entries: &'a [Entry], from: usize, fragment: &str) -> Target<'a> {
    let Some(Ok(holder)) = entries.get(from).map(|e| &e.resource) else { return Target::Missing };
    if fragment.is_empty() {
        return Target::Entry(from, holder);
    }
    let found = items(&holder["contained"]).into_iter().find(|c| written(&c["id"]).trim_start_matches('#') == fragment);
    found.map_or(Target::Missing, Target::Contained)
}

/// The address in a Reference, however it is wrapped.
pub(super) fn address(reference: &Value) -> Cow<'_, str> {
    match reference {
        Value::String(_) => written(reference),
        _ => match &reference["reference"] {
            inner @ Value::Object(_) => written(&inner["reference"]),
            plain => written(plain),
        },
    }
}

// A version says which state was meant; the document holds one.
fn normal(address: &str) -> Cow<'_, str> {
    let address = address.trim();
    let plain = match address.contains('_') {
        true => address.split("/_history").next().unwrap_or_default(),
        false => address,
    };
    let is_urn = plain.get(..4).is_some_and(|p| p.eq_ignore_ascii_case("urn:"));
    if is_urn && plain.contains(|c: char| c.is_ascii_uppercase()) {
        Cow::Owned(plain.to_ascii_lowercase())
    } else {
        Cow::Borrowed(plain)
    }
}

/// The end of an address that says type and id.
fn type_and_id(address: &str) -> Option<&str> {
    let (before, id) = address.rsplit_once('/')?;
    let start = before.rfind('/').map_or(0, |slash| slash + 1);
    let kind = &before[start..];
    let is_type = kind.starts_with(|c: char| c.is_ascii_uppercase()) && kind.chars().all(|c| c.is_ascii_alphanumeric());
    (is_type && !id.is_empty()).then(|| &address[start..])
}

fn base_of(full_url: &str) -> &str {
    type_and_id(full_url).and_then(|tail| full_url.strip_suffix(tail)).unwrap_or_default()
}

fn identifier_key(resource_type: &str, identifier: &Value) -> Option<String> {
    let (system, value) = (written(&identifier["system"]), text(&identifier["value"]));
    (!resource_type.is_empty() && !system.is_empty() && !value.is_empty())
        .then(|| format!("{resource_type}|{system}|{value}"))
}
