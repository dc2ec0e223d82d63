//! From shelves to the sections of the summary.

use super::absence::{Around, Verdict, judge};
use super::arrange::{Arranged, Shelf, bare};
use super::draft::Fact;
use super::negative::Absence;
use super::titles::{self, ALLERGIES, DIRECTIVES, MEDICINES, PROBLEMS};
use super::{Section, SectionState, Status};

/// A section beside the facts of its items, index by index.
pub(super) struct Judged<'a> {
    pub(super) shelf: Shelf<'a>,
    pub(super) verdict: Verdict,
}

/// Adds the sections that a reader expects and the document lacks, and judges each.
pub(super) fn judged<'a>(arranged: &mut Arranged<'a>, around: Around<'_>) -> Vec<Judged<'a>> {
    let mut shelves = std::mem::take(&mut arranged.shelves);
    for code in [ALLERGIES, DIRECTIVES, MEDICINES, PROBLEMS] {
        if !shelves.iter().any(|s| s.code == code) {
            shelves.push(bare(code, titles::title(code).unwrap_or_default()));
        }
    }
    shelves.sort_by_key(|s| titles::rank(&s.code));
    let mut judged: Vec<Judged<'a>> =
        shelves.into_iter().map(|shelf| Judged { verdict: judge(&shelf, around), shelf }).collect();
    judged.extend(foreign(std::mem::take(&mut arranged.foreign)));
    judged.iter_mut().for_each(contradict);
    judged
}

fn foreign(facts: Vec<Fact<'_>>) -> Option<Judged<'_>> {
    if facts.is_empty() {
        return None;
    }
    let mut shelf = bare("", "About another person in this document");
    shelf.facts = facts;
    let statement = "These entries are about somebody else, not about the person of this record.".to_owned();
    Some(Judged { shelf, verdict: Verdict { state: SectionState::Listed, statement } })
}

// A negative that the document itself contradicts may not read as one.
fn contradict(judged: &mut Judged<'_>) {
    if judged.verdict.state == SectionState::NoneKnown {
        return;
    }
    let is_allergies = judged.shelf.code == ALLERGIES;
    for fact in judged.shelf.facts.iter_mut().filter(|f| f.absence == Some(Absence::None) && f.stands()) {
        let own = std::mem::take(&mut fact.item.text);
        let what = titles::things(if is_allergies || fact.item.resource_type == "AllergyIntolerance" {
            ALLERGIES
        } else {
            &judged.shelf.code
        });
        fact.item.text = format!("A statement of no {what} that this document does not bear out");
        fact.item.detail =
            [format!("in the record's words: {}", own.to_lowercase()), std::mem::take(&mut fact.item.detail)]
                .join("; ")
                .trim_end_matches("; ")
                .to_owned();
        fact.item.status = Status::Unknown;
        fact.item.read_the_source = true;
    }
}

impl Judged<'_> {
    /// The section as it is shown.
    pub(super) fn section(self) -> Section {
        Section {
            code: self.shelf.code,
            title: self.shelf.title,
            state: self.verdict.state,
            statement: self.verdict.statement,
            items: self.shelf.facts.into_iter().map(|f| f.item).collect(),
            narrative: self.shelf.narrative,
        }
    }
}
