//! What holds stands before what must not be done, and that before what no longer holds or never did.

use shared::summary::{Item, Status};

/// A part of a section's items.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// Holds now, held once, or says that something is not there.
    Holds,
    /// Must not be given or done.
    NotToBeGiven,
    /// Was stopped, was looked into and is not so, or was written by mistake.
    NoLonger,
}

impl Standing {
    /// In the order of the page.
    pub(super) const ALL: [Self; 3] = [Self::Holds, Self::NotToBeGiven, Self::NoLonger];

    /// The name in the page.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::NotToBeGiven => "not-to-be-given",
            Self::NoLonger => "no-longer",
        }
    }

    const fn of(status: Status) -> Self {
        match status {
            Status::Active | Status::Inactive | Status::Negative | Status::Unknown => Self::Holds,
            Status::NotToBeGiven => Self::NotToBeGiven,
            Status::Stopped | Status::Refuted | Status::EnteredInError => Self::NoLonger,
        }
    }

    /// Which of the items stand here, in the order of the summary; what held once after what holds.
    pub(super) fn among(self, items: &[Item]) -> Vec<usize> {
        let mut found: Vec<usize> = (0..items.len()).filter(|i| Self::of(items[*i].status) == self).collect();
        found.sort_by_key(|i| items[*i].status == Status::Inactive);
        found
    }
}
