//! Rules that only the source can show.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn sources() -> Vec<(PathBuf, String)> {
    fn gather(folder: &Path, all: &mut Vec<(PathBuf, String)>) {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                gather(&path, all);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let text = fs::read_to_string(&path).unwrap_or_default();
                assert!(!text.is_empty(), "{} was read", path.display());
                all.push((path, text));
            }
        }
    }
    let mut all = Vec::new();
    gather(&root(), &mut all);
    assert!(all.len() > 30, "the sources were found");
    all
}

/// A webview answers a keystroke late. A field whose value is written back by the app loses what was typed between.
#[test]
fn no_text_field_is_bound_to_a_value() {
    for (path, text) in sources() {
        for field in ["input {", "textarea {"] {
            for (at, _) in text.match_indices(field) {
                let body = &text[at..text[at..].find('}').map_or(text.len(), |end| at + end)];
                let bound = body.match_indices("value:").any(|(i, _)| !body[..i].ends_with("initial_"));
                assert!(!bound, "{}: {body}", path.display());
                assert!(body.contains("initial_value:"), "{}: {body}", path.display());
            }
        }
    }
}

#[test]
fn nothing_needs_a_bundler_and_no_view_owns_long_lived_work() {
    for (path, text) in sources() {
        for banned in ["asset!(", "use_future", "use_coroutine"] {
            assert!(!text.contains(banned), "{banned} in {}", path.display());
        }
    }
}

#[test]
fn the_page_may_be_zoomed_names_its_language_and_fetches_nothing() {
    let page = include_str!("../../assets/index.html");
    for word in ["user-scalable", "maximum-scale", "http:", "https:", "src="] {
        assert!(!page.contains(word), "{word}");
    }
    assert!(page.contains("lang=\"en\"") && page.contains("viewport-fit=cover"));
}

fn messages(file: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut all = BTreeMap::new();
    let mut key = String::new();
    for line in file.lines() {
        if let Some((name, _)) = line.split_once(" = ").filter(|_| line.starts_with(|c: char| c.is_ascii_lowercase())) {
            key = name.to_owned();
            assert!(all.insert(key.clone(), BTreeSet::new()).is_none(), "{key} stands twice");
        }
        let variables =
            line.split('$').skip(1).map(|v| v.split(|c: char| !c.is_alphanumeric()).next().unwrap_or("").to_owned());
        all.entry(key.clone()).or_default().extend(variables);
    }
    all.remove("");
    all
}

#[test]
fn both_languages_say_the_same_things() {
    let english = messages(include_str!("../../assets/i18n/en.ftl"));
    let welsh = messages(include_str!("../../assets/i18n/cy.ftl"));
    assert!(english.len() > 150);
    for (key, variables) in &english {
        assert_eq!(welsh.get(key), Some(variables), "{key} in Welsh");
    }
    assert_eq!(english.len(), welsh.len());
}

#[test]
fn every_sentence_that_is_said_exists_and_every_one_that_exists_is_said() {
    let english = messages(include_str!("../../assets/i18n/en.ftl"));
    let code: String = sources().into_iter().map(|(_, text)| text).collect();
    for call in [".t(\"", ".with(\""] {
        for said in code.split(call).skip(1) {
            let key = said.split('"').next().unwrap_or_default();
            assert!(english.contains_key(key), "{key} is said and does not exist");
        }
    }
    for key in english.keys() {
        assert!(code.contains(&format!("\"{key}\"")), "{key} is never said");
    }
}
