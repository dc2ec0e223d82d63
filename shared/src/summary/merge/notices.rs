//! What the reader must be told of the documents, each notice with the names of those that it is about.

use super::super::section::Judged;
use super::super::sources::Source;
use super::super::{Notice, Severity, SourceDocument};
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
    for (notices, source) in told.into_iter().zip(described) {
        for notice in notices {
            match all.iter_mut().find(|(_, n)| *n == notice) {
                Some((names, _)) if names.contains(&source.name.as_str()) => {}
                Some((names, _)) => names.push(&source.name),
                None => all.push((vec![&source.name], notice)),
            }
        }
    }
    all.into_iter().map(|(names, n)| Notice { text: format!("{}: {}", names.join(", "), n.text), ..n }).collect()
}

fn disagreement(judged: &[Judged<'_>]) -> Option<Notice> {
    let marked = judged.iter().flat_map(|j| &j.shelf.facts).filter(|f| !f.item.disagreement.is_empty());
    let mut names: Vec<&str> = marked.map(|f| f.item.text.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    if names.is_empty() {
        return None;
    }
    let more = if names.len() > 5 { format!(" and {} more", names.len() - 5) } else { String::new() };
    let names = names.iter().take(5).copied().collect::<Vec<_>>().join(", ");
    Some(Notice {
        severity: Severity::Warning,
        code: "disagreement".to_owned(),
        text: format!("The sources do not agree on {names}{more}. All that they say is shown, and marked."),
    })
}
