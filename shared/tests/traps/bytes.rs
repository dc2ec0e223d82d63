//! What was received stays what was received: reading and writing again changes nothing.

use proptest::prelude::*;
use serde_json::{Value, json};
use shared::fhir::Document;

use super::corpus::real;
use super::fixture::*;

#[test]
fn every_entry_keeps_its_own_bytes() {
    let entries = [
        "{\"resource\" : {\"resourceType\":\"Composition\" , \"x\" : 0.40}}",
        "{  \"resource\":{\"resourceType\":\"Flag\",\"é\":\"\\u00e9\",\"n\":1E+2 ,\"a\":1,\"a\":2}}",
        "7",
        "{\"resource\": {\"resourceType\": \"Flag\", \"bad\": \"\\uD800\"}}",
    ];
    let text = format!("{{\"resourceType\": \"Bundle\", \"entry\": [ {} ]}}", entries.join(" , "));
    let document = Document::read(text.as_bytes()).unwrap();
    let raw: Vec<&str> = document.entries().iter().map(|e| e.raw.as_ref()).collect();
    assert_eq!(raw, entries);
}

#[test]
fn parsing_and_writing_keeps_every_number_and_every_order() {
    let text = r#"{"z":0.40,"a":[1.0,2.50,1e5,100000000000000000001,-0.0],"m":{"y":1,"b":2}}"#;
    assert_eq!(serde_json::from_str::<Value>(text).unwrap().to_string().len(), text.replace("1e5", "1e+5").len());
    let bundle = format!(
        "{{\"resourceType\":\"Bundle\",\"entry\":[{{\"resource\":{{\"resourceType\":\"Composition\",\"v\":{text}}}}}]}}"
    );
    let document = Document::read(bundle.as_bytes()).unwrap();
    for (pointer, expected) in
        [("/v/z", "0.40"), ("/v/a/1", "2.50"), ("/v/a/3", "100000000000000000001"), ("/v/a/4", "-0.0")]
    {
        assert_eq!(document.resource(0).pointer(pointer).map(ToString::to_string).as_deref(), Some(expected));
    }
}

#[test]
fn in_the_corpus_every_entry_is_a_slice_of_what_was_received() {
    let Some(root) = std::env::var_os("DOORSTEP_CORPUS") else {
        let _ = real(&["any document"]);
        return;
    };
    let (mut folders, mut count) = (vec![std::path::PathBuf::from(root).join("ips")], 0);
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = std::fs::read(&path).unwrap();
            let text = std::str::from_utf8(&bytes).unwrap();
            for entry in Document::read(&bytes).unwrap().entries() {
                let raw: &str = entry.raw.as_ref();
                assert!(text.contains(raw), "{}", path.display());
                // What the reader sees is what stands there, number by number.
                let own: Value = serde_json::from_str(raw).unwrap();
                let seen = own.get("resource").unwrap_or(&own);
                assert_eq!(entry.resource.as_ref().unwrap(), seen, "{}", path.display());
                count += 1;
            }
        }
    }
    assert!(count > 3000, "{count} entries");
}

#[test]
fn a_summary_read_back_is_the_same_summary() {
    let seen = read(&bundle(
        &[section(ALLERGIES, &[allergy("a", worded("Latex"))])],
        &[allergy("a", worded("Latex")), made("Odd", "o", json!({"x": 1}))],
    ));
    let again: shared::summary::Summary = serde_json::from_value(seen.0.clone()).unwrap();
    assert_eq!(serde_json::to_value(again).unwrap(), seen.0);
}

/// Any JSON with numbers that a float would change, written with or without blanks.
fn any_entry() -> impl Strategy<Value = String> {
    let number = prop_oneof![Just("0.40"), Just("1e5"), Just("-0.0"), Just("100000000000000000001"), Just("2.50")];
    let leaf = prop_oneof![
        number.prop_map(str::to_owned),
        "\"[a-zé ]{0,8}\"",
        Just("null".to_owned()),
        Just("true".to_owned())
    ];
    leaf.prop_recursive(4, 30, 5, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(|l| format!("[ {} ]", l.join(" ,"))),
            proptest::collection::vec(("[a-z]{1,6}", inner), 0..4).prop_map(|m| format!(
                "{{{}}}",
                m.iter().map(|(n, v)| format!("\"{n}\" : {v}")).collect::<Vec<_>>().join(",\n")
            )),
        ]
    })
}

proptest! {
    #[test]
    fn reading_and_writing_again_changes_no_byte_of_an_entry(entries in proptest::collection::vec(any_entry(), 0..6), gap in "[ \n\t]{0,3}") {
        let resources: Vec<String> = entries
            .iter()
            .map(|e| format!("{{\"resource\":{gap}{{ \"resourceType\" : \"Basic\",\"x\":{e}}}}}"))
            .collect();
        let all = std::iter::once("{\"resource\":{\"resourceType\":\"Composition\"}}").chain(resources.iter().map(String::as_str));
        let text = format!("{{\"resourceType\":\"Bundle\",{gap}\"entry\":[{}]}}", all.collect::<Vec<_>>().join(","));
        let document = Document::read(text.as_bytes()).map_err(|e| TestCaseError::fail(e.to_string()))?;
        for (entry, written) in document.entries().iter().skip(1).zip(&resources) {
            let raw: &str = entry.raw.as_ref();
            prop_assert_eq!(raw, written);
        }
        // Put together again from what is kept, it is the same document.
        let kept: Vec<&str> = document.entries().iter().map(|e| e.raw.as_ref()).collect();
        let again = format!("{{\"resourceType\":\"Bundle\",{gap}\"entry\":[{}]}}", kept.join(","));
        prop_assert_eq!(again, text);
    }
}
