//! What the reader must be told of the documents, each notice with the names of those that it is about.

use std::collections::{BTreeSet, HashMap};

use super::super::section::Judged;
use super::super::sources::Source;
use super::super::{Notice, Severity, SourceDocument};
use super::dispute::few;
use super::person::differences;

/// The notices of all documents, `told` index by index, and those that only several documents together give.
pub(in super::super) fn notices(
    told: Vec<Vec<Notice>>,
    sources: &[Source<'_>],
    judged: &[Judged<'_>],
    described: &[SourceDocument],
) -> Vec<Notice> {
    let mut all = match told.len() {
        0 => vec![no_document()],
        1 => return told.into_iter().flatten().collect(),
        _ => named(told, described),
    };
    all.extend(disagreement(judged));
    all.extend(differences(sources, described));
    all.sort_by_key(|n| n.severity);
    all
}

fn no_document() -> Notice {
    Notice {
        severity: Severity::Danger,
        code: "no-document".to_owned(),
        text: "There is no document of this person: nothing is known.".to_owned(),
    }
}

// What several documents give in the same words is said once, with all their names.
fn named(told: Vec<Vec<Notice>>, described: &[SourceDocument]) -> Vec<Notice> {
    let mut all: Vec<(Vec<&str>, Notice)> = Vec::new();
    let mut known: HashMap<(String, String), usize> = HashMap::new();
    for (notices, source) in told.into_iter().zip(described) {
        for notice in notices {
            let at = *known.entry((notice.code.clone(), notice.text.clone())).or_insert_with(|| {
                all.push((Vec::new(), notice));
                all.len() - 1
            });
            if all[at].0.last() != Some(&source.name.as_str()) {
                all[at].0.push(&source.name);
            }
        }
    }
    all.into_iter().map(|(names, n)| Notice { text: format!("{}: {}", names.join(", "), n.text), ..n }).collect()
}

fn disagreement(judged: &[Judged<'_>]) -> Option<Notice> {
    let marked = || judged.iter().flat_map(|j| &j.shelf.facts).filter(|f| !f.item.disagreement.is_empty());
    // What is listed says what the dispute is about; a statement of none only when nothing else does.
    let mut names: BTreeSet<&String> = marked().filter(|f| f.absence.is_none()).map(|f| &f.item.text).collect();
    if names.is_empty() {
        names = marked().map(|f| &f.item.text).collect();
    }
    if names.is_empty() {
        return None;
    }
    let names = few(names.into_iter(), ", ");
    Some(Notice {
        severity: Severity::Warning,
        code: "disagreement".to_owned(),
        text: format!("The sources do not agree on {names}. All that they say is shown, and marked."),
    })
}
