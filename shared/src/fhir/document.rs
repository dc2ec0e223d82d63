//! A document as received, entry by entry.

use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::concept::has_code;
use super::reference::Index;
use super::scan::{Repeated, scan};
use super::split::{Items, Members};
use super::{NotADocument, Target, quick};

/// The longest document that is opened, in bytes of plain text. The longest seen in the wild has 1.8 MB.
pub const MAX_BYTES: usize = 8 * 1024 * 1024;
/// The most entries of a document that is opened: some fifty times the most seen in the wild.
pub const MAX_ENTRIES: usize = 20_000;
/// Deeper than this is no record: the deepest seen has 14 levels, and the JSON reader itself stops at 128.
pub(super) const MAX_DEPTH: usize = 100;
/// A Bundle in a Bundle in a searchset is the deepest that anybody sends.
const MAX_BUNDLES: usize = 4;
const IPS: &str = "60591-5";

/// A Bundle that holds a Composition. Cheap to ask, never changed.
#[derive(Clone)]
pub struct Document {
    bundle: Value,
    entries: Vec<Entry>,
    composition: usize,
    index: Index,
}

/// One entry of the Bundle: what it is, or why it cannot be read.
#[derive(Clone)]
pub struct Entry {
    /// As written; empty when absent.
    pub full_url: String,
    /// FHIR type, also of an entry that cannot be read, as far as it tells; else empty.
    pub resource_type: String,
    /// The entry's own text, never changed.
    pub raw: String,
    /// The resource, or why there is none.
    pub resource: Result<Value, Problem>,
    /// Names that it gives twice with different values; the resource holds the later one.
    pub repeated: Vec<Repeated>,
}

/// Why an entry cannot be read. It costs no other entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// Nested deeper than a reader can follow safely.
    #[error("it is nested too deeply to be read safely")]
    TooDeep,
    /// A mistake inside the entry.
    #[error("it is not valid JSON")]
    NotJson,
    /// Neither an object with a resource nor a resource.
    #[error("it holds no resource")]
    NoResource,
    /// A resource that does not name its type.
    #[error("it does not say what it is")]
    NoType,
}

impl Document {
    /// Reads a Bundle of any type that holds a Composition, also a Bundle inside a searchset or Parameters.
    /// Entries that cannot be read are kept with their text and a reason.
    ///
    /// # Errors
    /// See [`NotADocument`].
    pub fn read(bytes: &[u8]) -> Result<Self, NotADocument> {
        let text = checked_text(bytes)?;
        let (bundle, entries) = match quick::bundle(text) {
            Some(plain) => (plain.head, taken(&plain.entries)),
            None => slowly(text)?,
        };
        if entries.len() > MAX_ENTRIES {
            return Err(NotADocument::TooManyEntries { limit: MAX_ENTRIES });
        }
        let composition = lead(&entries).ok_or(NotADocument::NoComposition)?;
        let index = Index::of(&entries);
        Ok(Self { bundle, entries, composition, index })
    }

    /// All entries in the order of the Bundle; those of a Bundle inside it stand in its place.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The resource of an entry; null when there is no such entry or it could not be read.
    pub fn resource(&self, entry: usize) -> &Value {
        self.entries.get(entry).and_then(|e| e.resource.as_ref().ok()).unwrap_or(&Value::Null)
    }

    /// Index of the Composition that leads the document.
    pub const fn composition_index(&self) -> usize {
        self.composition
    }

    /// The Composition that leads the document; null when it could not be read.
    pub fn composition(&self) -> &Value {
        self.resource(self.composition)
    }

    /// The Bundle without its entries.
    pub const fn bundle(&self) -> &Value {
        &self.bundle
    }

    /// What a Reference that stands in entry `from` points to. Total: whatever `reference` is, there is an answer.
    pub fn resolve<'a>(&'a self, from: usize, reference: &'a Value) -> Target<'a> {
        self.index.resolve(&self.entries, from, reference)
    }

    /// The indexes of all entries of a type, readable or not.
    pub fn of_type<'a>(&'a self, resource_type: &'a str) -> impl Iterator<Item = usize> + 'a {
        self.entries.iter().enumerate().filter(move |(_, e)| e.resource_type == resource_type).map(|(i, _)| i)
    }
}

fn checked_text(bytes: &[u8]) -> Result<&str, NotADocument> {
    if bytes.len() > MAX_BYTES {
        return Err(NotADocument::TooLarge { bytes: bytes.len(), limit: MAX_BYTES });
    }
    let text = std::str::from_utf8(bytes).map_err(|e| NotADocument::NotUtf8 { at: e.valid_up_to() })?;
    let text = text.trim_start_matches('\u{feff}');
    if text.trim().is_empty() {
        return Err(NotADocument::Empty);
    }
    Ok(text)
}

fn slowly(text: &str) -> Result<(Value, Vec<Entry>), NotADocument> {
    let bundle = find_bundle(text)?;
    let mut entries = Vec::new();
    collect(&bundle, 1, &mut entries);
    Ok((head(&bundle), entries))
}

fn taken(items: &Items<'_>) -> Vec<Entry> {
    let mut entries = Vec::with_capacity(items.0.len().min(MAX_ENTRIES));
    for item in &items.0 {
        match Entry::plain(item.get()) {
            Some(entry) if entries.len() <= MAX_ENTRIES => entries.push(entry),
            _ => take(item.get(), 1, &mut entries),
        }
    }
    entries
}

// What is an object is validated by taking it apart; anything else is validated to say what is wrong with it.
fn members(text: &str) -> Result<Members<'_>, NotADocument> {
    let whole = serde_json::from_str::<Members<'_>>(text);
    match whole.or_else(|e| {
        if e.is_data() { serde_json::from_str::<&RawValue>(text).map(|_| Members(Vec::new())) } else { Err(e) }
    }) {
        Ok(members) => Ok(members),
        Err(e) if e.is_eof() => Err(NotADocument::Truncated { line: e.line(), column: e.column() }),
        Err(e) => Err(NotADocument::NotJson { line: e.line(), column: e.column() }),
    }
}

fn find_bundle(text: &str) -> Result<Members<'_>, NotADocument> {
    let whole = members(text)?;
    match whole.string("resourceType").as_deref() {
        Some("Bundle") => Ok(whole),
        Some("OperationOutcome") => Err(NotADocument::Outcome),
        Some("Parameters") => parameter(&whole).ok_or(NotADocument::NotABundle),
        _ => Err(NotADocument::NotABundle),
    }
}

fn parameter<'a>(parameters: &Members<'a>) -> Option<Members<'a>> {
    let list = Items::of(parameters.get("parameter")?)?;
    list.0
        .iter()
        .filter_map(|p| Members::of(Members::of(p.get())?.get("resource")?))
        .find(|r| r.string("resourceType").as_deref() == Some("Bundle"))
}

fn head(bundle: &Members<'_>) -> Value {
    let parsed = |(name, raw): &(String, &RawValue)| Some((name.clone(), parse(raw.get()).ok()?));
    Value::Object(bundle.0.iter().filter(|(name, _)| name != "entry").filter_map(parsed).collect::<Map<_, _>>())
}

// `entry` given twice is two lists of entries: both are taken, losing one would lose facts.
fn collect(bundle: &Members<'_>, level: usize, entries: &mut Vec<Entry>) {
    for (_, list) in bundle.0.iter().filter(|(name, _)| name == "entry") {
        match Items::of(list.get()) {
            Some(items) => items.0.iter().for_each(|item| take(item.get(), level, entries)),
            None if list.get() != "null" => take(list.get(), level, entries),
            None => {}
        }
    }
}

fn take(raw: &str, level: usize, entries: &mut Vec<Entry>) {
    // One more than is accepted is enough to refuse the document.
    if entries.len() > MAX_ENTRIES {
        return;
    }
    let members = Members::of(raw);
    let resources: Vec<&str> = match &members {
        Some(m) if m.get("resource").is_some() => m.all("resource"),
        Some(m) if m.get("resourceType").is_some() => vec![raw],
        _ => vec![],
    };
    let full_url = members.as_ref().and_then(|m| m.string("fullUrl")).unwrap_or_default();
    if resources.is_empty() {
        entries.push(Entry::unreadable(full_url.clone(), raw, Problem::NoResource));
    }
    for resource in resources {
        let inside = Members::of(resource);
        let kind = inside.as_ref().and_then(|m| m.string("resourceType"));
        match inside.filter(|m| level < MAX_BUNDLES && kind.as_deref() == Some("Bundle") && m.get("entry").is_some()) {
            Some(bundle) => collect(&bundle, level + 1, entries),
            None => entries.push(Entry::read(full_url.clone(), raw, resource, kind)),
        }
    }
}

fn parse(text: &str) -> Result<Value, Problem> {
    serde_json::from_str(text).map_err(|_| Problem::NotJson)
}

impl Entry {
    // An object with one resource that names its type, and nothing odd anywhere.
    fn plain(raw: &str) -> Option<Self> {
        let mut members = quick::object(raw)?;
        let resource = members.swap_remove("resource").filter(Value::is_object)?;
        let resource_type = resource["resourceType"].as_str().filter(|t| !t.trim().is_empty() && *t != "Bundle")?;
        let (resource_type, full_url) = (resource_type.to_owned(), members.swap_remove("fullUrl"));
        let full_url = match full_url {
            Some(Value::String(url)) => url,
            _ => String::new(),
        };
        Some(Self { full_url, resource_type, raw: raw.to_owned(), resource: Ok(resource), repeated: Vec::new() })
    }

    fn read(full_url: String, raw: &str, resource: &str, declared: Option<String>) -> Self {
        let scanned = scan(resource);
        let value = match scanned {
            _ if scanned.depth > MAX_DEPTH => Err(Problem::TooDeep),
            _ if scanned.reserved => Err(Problem::NotJson),
            _ => parse(resource),
        };
        let value = value.and_then(|v| match v {
            Value::Object(_) if declared.as_deref().is_some_and(|t| !t.trim().is_empty()) => Ok(v),
            Value::Object(_) => Err(Problem::NoType),
            _ => Err(Problem::NoResource),
        });
        let resource_type = declared.unwrap_or_else(|| type_of_url(&full_url));
        Self { full_url, resource_type, raw: raw.to_owned(), resource: value, repeated: scanned.repeated }
    }

    fn unreadable(full_url: String, raw: &str, problem: Problem) -> Self {
        let resource_type = type_of_url(&full_url);
        Self { full_url, resource_type, raw: raw.to_owned(), resource: Err(problem), repeated: Vec::new() }
    }
}

// `…/AllergyIntolerance/1` still tells what was lost.
fn type_of_url(url: &str) -> String {
    let candidate = url.rsplit('/').nth(1).unwrap_or_default();
    let is_type =
        candidate.starts_with(|c: char| c.is_ascii_uppercase()) && candidate.chars().all(char::is_alphanumeric);
    if is_type { candidate.to_owned() } else { String::new() }
}

// A patient summary before any other kind of document, a readable one before an unreadable one.
fn lead(entries: &[Entry]) -> Option<usize> {
    let compositions = || entries.iter().enumerate().filter(|(_, e)| e.resource_type == "Composition");
    let readable = || compositions().filter_map(|(i, e)| Some((i, e.resource.as_ref().ok()?)));
    let summary = readable().find(|(_, c)| has_code(&c["type"], IPS)).map(|(i, _)| i);
    summary.or_else(|| readable().next().map(|(i, _)| i)).or_else(|| compositions().next().map(|(i, _)| i))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;
    use serde_json::json;

    fn read(bundle: &Value) -> Result<Document, NotADocument> {
        let text = bundle.to_string();
        same_both_ways(&text);
        Document::read(text.as_bytes())
    }

    fn same_both_ways(text: &str) {
        let Some(quick) = quick::bundle(text) else { return };
        let (head, entries) = slowly(text).unwrap();
        assert_eq!(quick.head, head);
        let told = |e: Entry| {
            let repeated: Vec<_> = e.repeated.into_iter().map(|r| (r.name, r.earlier)).collect();
            (e.full_url, e.resource_type, e.raw, e.resource, repeated)
        };
        let (quick, slow): (Vec<_>, Vec<_>) =
            (taken(&quick.entries).into_iter().map(told).collect(), entries.into_iter().map(told).collect());
        assert_eq!(quick, slow);
    }

    // All that may be odd about an entry: names given twice, escaped or reserved, values of any shape.
    fn anything() -> impl Strategy<Value = String> {
        let leaf = select(vec![
            "null",
            "7",
            "-0.40",
            "1e400",
            "true",
            r#""Bundle""#,
            r#""Flag""#,
            r#""""#,
            r#""\ud800""#,
            "[]",
            "x",
        ]);
        let name = select(vec![
            "resource",
            "fullUrl",
            "resourceType",
            r"resource\u0054ype",
            "entry",
            "$serde_json::private::Number",
        ]);
        leaf.prop_map(str::to_owned).prop_recursive(4, 20, 4, move |inner| {
            let member = (name.clone(), inner.clone()).prop_map(|(n, v)| format!("\"{n}\": {v}"));
            prop_oneof![
                vec(member.clone(), 0..5).prop_map(|m| format!("{{{}}}", m.join(", "))),
                vec(member, 1..3).prop_map(|m| {
                    format!(r#"{{"resource": {{"resourceType": "Goal", "x": {{"y": 1, {}}}}}}}"#, m.join(", "))
                }),
                vec(inner, 0..4).prop_map(|m| format!("[{}]", m.join(", "))),
            ]
        })
    }

    proptest! {
        #[test]
        fn the_quick_way_and_the_slow_way_agree(entries in vec(anything(), 1..5), more in anything()) {
            same_both_ways(&format!(r#"{{"resourceType": "Bundle", "entry": [{}], "x": {more}}}"#, entries.join(", ")));
        }
    }

    fn composition() -> Value {
        json!({"resource": {"resourceType": "Composition"}})
    }

    #[test]
    fn what_is_no_document_is_refused_with_a_reason_of_its_own() {
        let refused = |bytes: &[u8]| Document::read(bytes).err();
        assert_eq!(refused(b""), Some(NotADocument::Empty));
        assert_eq!(refused(b"\xef\xbb\xbf "), Some(NotADocument::Empty));
        assert_eq!(refused(b"{\"a\": \xff}"), Some(NotADocument::NotUtf8 { at: 6 }));
        assert!(matches!(refused(b"{\"a\": 1"), Some(NotADocument::Truncated { line: 1, .. })));
        assert!(matches!(refused(b"{\n\"a\" 1}"), Some(NotADocument::NotJson { line: 2, .. })));
        assert!(matches!(refused(br#"{"a": "\q"}"#), Some(NotADocument::NotJson { .. })));
        assert_eq!(refused(b"[1]"), Some(NotADocument::NotABundle));
        assert_eq!(refused(br#"{"resourceType": "Patient"}"#), Some(NotADocument::NotABundle));
        assert_eq!(refused(br#"{"resourceType": "OperationOutcome"}"#), Some(NotADocument::Outcome));
        assert_eq!(refused(br#"{"resourceType": "Bundle"}"#), Some(NotADocument::NoComposition));
        assert!(matches!(refused(&vec![b' '; MAX_BYTES + 1]), Some(NotADocument::TooLarge { .. })));
    }

    #[test]
    fn a_refusal_tells_what_to_do_and_holds_nothing_of_the_document() {
        let refused = Document::read(br#"{"name": "Secretname", }"#).err().map(|e| format!("{e} {e:?}"));
        assert!(refused.is_some_and(|m| m.contains("Ask for it again") && !m.contains("Secretname")));
    }

    #[test]
    fn one_bad_entry_costs_no_other() {
        let text = format!(
            r#"{{"resourceType": "Bundle", "entry": [null, 7, {{}}, {{"resource": {{"id": "x"}}, "fullUrl": "http://a/AllergyIntolerance/1"}},
            {{"resource": {{"resourceType": "Flag", "id": "\uD800"}}}}, {{"resource": {{"resourceType": "Goal", "deep": {}1{}}}}},
            {{"resource": {{"resourceType": "Composition"}}}}]}}"#,
            "[".repeat(50_000),
            "]".repeat(50_000)
        );
        same_both_ways(&text);
        let document = Document::read(text.as_bytes()).unwrap();
        let told: Vec<_> =
            document.entries().iter().map(|e| (e.resource_type.as_str(), e.resource.as_ref().err().copied())).collect();
        assert_eq!(
            told,
            [
                ("", Some(Problem::NoResource)),
                ("", Some(Problem::NoResource)),
                ("", Some(Problem::NoResource)),
                ("AllergyIntolerance", Some(Problem::NoType)),
                ("Flag", Some(Problem::NotJson)),
                ("Goal", Some(Problem::TooDeep)),
                ("Composition", None)
            ]
        );
        assert!(document.entries().iter().all(|e| !e.raw.is_empty()));
    }

    #[test]
    fn searchsets_bare_resources_parameters_and_bundles_in_bundles_are_read() {
        let inner =
            json!({"resourceType": "Bundle", "type": "document", "entry": [composition(), {"resourceType": "Flag"}]});
        let outer = json!({"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": inner}]});
        let parameters = json!({"resourceType": "Parameters", "parameter": [{"name": "return", "resource": inner}]});
        for bundle in [&inner, &outer, &parameters] {
            let document = read(bundle).unwrap();
            let types: Vec<_> = document.entries().iter().map(|e| e.resource_type.as_str()).collect();
            assert_eq!(types, ["Composition", "Flag"]);
        }
    }

    #[test]
    fn names_that_the_json_reader_keeps_for_itself_cost_the_entry_and_never_its_meaning() {
        let text = r#"{"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Composition"}},
            {"resource": {"resourceType": "Flag", "code": {"$serde_json::private::RawValue": "{\"text\": \"x\"}"}}}]}"#;
        same_both_ways(text);
        let document = Document::read(text.as_bytes()).unwrap();
        assert_eq!(document.entries()[1].resource.as_ref().err(), Some(&Problem::NotJson));
    }

    #[test]
    fn a_flood_of_entries_is_refused() {
        let flood = format!(r#"{{"resourceType": "Bundle", "entry": [{}7]}}"#, "7,".repeat(MAX_ENTRIES));
        assert_eq!(Document::read(flood.as_bytes()).err(), Some(NotADocument::TooManyEntries { limit: MAX_ENTRIES }));
    }

    #[test]
    fn bundles_without_end_are_answered() {
        let deep = format!(
            r#"{}{{"resource": {{"resourceType": "Composition"}}}}{}"#,
            r#"{"resourceType": "Bundle", "entry": [{"resource": "#.repeat(2000),
            "}]}".repeat(2000)
        );
        assert!(matches!(
            Document::read(deep.as_bytes()),
            Err(NotADocument::NoComposition | NotADocument::NotJson { .. })
        ));
    }

    #[test]
    fn entries_and_resources_given_twice_are_all_kept() {
        let text = r#"{"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Composition"}}],
            "entry": [{"resource": {"resourceType": "Flag", "id": "1"}, "resource": {"resourceType": "Flag", "id": "2"}}]}"#;
        same_both_ways(text);
        let document = Document::read(text.as_bytes()).unwrap();
        assert_eq!(document.of_type("Flag").count(), 2);
    }

    #[test]
    fn the_patient_summary_leads_when_there_are_several_compositions() {
        let ips = json!({"resource": {"resourceType": "Composition", "type": {"coding": [{"code": IPS}]}}});
        let document = read(&json!({"resourceType": "Bundle", "entry": [composition(), ips]})).unwrap();
        assert_eq!(document.composition_index(), 1);
    }

    #[test]
    fn references_are_resolved_in_every_spelling_and_never_fail() {
        let bundle = json!({"resourceType": "Bundle", "entry": [
            {"fullUrl": "https://a.example/fhir/Composition/c", "resource": {"resourceType": "Composition", "id": "c",
                "contained": [{"resourceType": "Patient", "id": "in"}]}},
            {"fullUrl": "https://a.example/fhir/Patient/1", "resource": {"resourceType": "Patient", "id": "1", "identifier": [{"system": "s", "value": "v"}]}},
            {"fullUrl": "https://b.example/fhir/Patient/1", "resource": {"resourceType": "Patient", "id": "1"}},
            {"fullUrl": "urn:uuid:3BF3C9B4-0000-4000-8000-000000000001", "resource": {"resourceType": "Flag", "id": "other"}},
            {"resource": {"resourceType": "Medication", "id": "m"}},
            {"fullUrl": "urn:uuid:not-a-uuid", "resource": {"resourceType": "Device"}},
            {"fullUrl": "x/Goal/9", "resource": 5}
        ]});
        let document = read(&bundle).unwrap();
        let entry = |reference: Value| document.resolve(0, &reference).entry();
        assert_eq!(entry(json!({"reference": "Patient/1"})), Some(1));
        assert_eq!(entry(json!({"reference": "https://b.example/fhir/Patient/1/_history/3"})), Some(2));
        assert_eq!(entry(json!({"reference": "https://c.example/Patient/1"})), Some(1));
        assert_eq!(entry(json!({"reference": "urn:uuid:3bf3c9b4-0000-4000-8000-000000000001"})), Some(3));
        assert_eq!(entry(json!({"reference": "urn:uuid:m"})), Some(4));
        assert_eq!(entry(json!({"reference": {"reference": "urn:uuid:not-a-uuid"}})), Some(5));
        assert_eq!(entry(json!("Medication/m")), Some(4));
        assert_eq!(entry(json!({"reference": "Goal/9"})), Some(6));
        assert_eq!(entry(json!({"type": "Patient", "identifier": {"system": "s", "value": "v"}})), Some(1));
        assert!(document.resolve(0, &json!({"reference": "#in"})).resource().is_some());
        assert_eq!(entry(json!({"reference": "#"})), Some(0));
        for dangling in [
            json!(null),
            json!({"reference": "Patient/nobody"}),
            json!({"reference": "#gone"}),
            json!([]),
            json!(7),
            json!({"reference": ""}),
        ] {
            assert!(
                document.resolve(0, &dangling).entry().is_none() && document.resolve(99, &dangling).entry().is_none()
            );
        }
    }
}
