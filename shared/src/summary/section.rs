//! From shelves to the sections of the summary.

use super::absence::{Around, Verdict, judge};
use super::arrange::{Arranged, Shelf, bare};
use super::draft::Fact;
use super::negative::Absence;
use super::titles::{self, ALLERGIES, DIRECTIVES, MEDICINES, PROBLEMS};
use super::{Section, SectionState, Status};

/// The section of what is about somebody else.
pub(super) const ABOUT_ANOTHER: &str = "About another person in this document";

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
    divided(&mut judged);
    judged
}

/// A document may have two sections on one thing, and medicines outside the section on them: what one place denies,
/// another may list, withhold or have lost.
pub(super) fn divided(judged: &mut [Judged<'_>]) {
    let denied: Vec<usize> =
        (0..judged.len()).filter(|at| judged[*at].verdict.state == SectionState::NoneKnown).collect();
    for at in denied {
        let code = judged[at].shelf.code.clone();
        let others = || judged.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, j)| j);
        let same = |j: &&Judged<'_>| j.shelf.code == code && !code.is_empty();
        let speaks = |j: &Judged<'_>| {
            matches!(j.verdict.state, SectionState::Listed | SectionState::Withheld | SectionState::Unreadable)
        };
        let elsewhere = code == MEDICINES && others().flat_map(|j| &j.shelf.facts).any(is_taken);
        if elsewhere || others().filter(same).any(speaks) {
            let what = titles::things(&code);
            judged[at].verdict = Verdict::new(
                SectionState::Unreadable,
                format!("A statement of no {what} is recorded, and another part of this record does not bear it out."),
            );
        }
    }
}

/// Whether a fact is a medicine that the person takes, as far as the record tells.
pub(super) fn is_taken(fact: &Fact<'_>) -> bool {
    fact.item.resource_type.starts_with("Medication") && fact.absence.is_none() && fact.holds()
}

fn foreign(facts: Vec<Fact<'_>>) -> Option<Judged<'_>> {
    if facts.is_empty() {
        return None;
    }
    let mut shelf = bare("", ABOUT_ANOTHER);
    shelf.facts = facts;
    let statement = "These entries are about somebody else, not about the person of this record.".to_owned();
    Some(Judged { shelf, verdict: Verdict::new(SectionState::Listed, statement) })
}

/// A negative that the record contradicts may not read as one.
pub(super) fn contradict(judged: &mut Judged<'_>) {
    if judged.verdict.state == SectionState::NoneKnown {
        return;
    }
    let is_allergies = judged.shelf.code == ALLERGIES;
    for fact in judged.shelf.facts.iter_mut().filter(|f| denies(f)) {
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

/// Whether a fact says that there is nothing of its kind at all.
pub(super) fn denies(fact: &Fact<'_>) -> bool {
    fact.absence == Some(Absence::None) && fact.stands()
}

impl Judged<'_> {
    /// Whether a denial of allergies stands in a section that is not without any.
    pub(super) fn is_contradicted(&self) -> bool {
        let is_denial = |f: &Fact<'_>| denies(f) && f.item.resource_type == "AllergyIntolerance";
        self.verdict.state != SectionState::NoneKnown && self.shelf.facts.iter().any(is_denial)
    }

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
