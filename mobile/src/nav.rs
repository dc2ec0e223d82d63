//! Where a person is: one of four lists, and over it at most a few steps towards one patient's record.
//!
//! No router: there are no addresses to type, and a patient's id must never stand in a history.

use dioxus::prelude::*;
use shared::consent::Reason;
use shared::identity::{Demographics, NoteId, PatientId};
use shared::sensitive::Sensitive;

use crate::components::Whom;
use crate::forms::Form;
use crate::views::At;

/// The lists of the bottom bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tab {
    /// The work list.
    #[default]
    Today,
    /// Looking a person up.
    Find,
    /// The outbox.
    ToSend,
    /// The member of staff and the device.
    Me,
}

impl Tab {
    /// In the order of the bar.
    pub const ALL: [Self; 4] = [Self::Today, Self::Find, Self::ToSend, Self::Me];

    /// The name of the view in the page.
    pub const fn view(self) -> &'static str {
        match self {
            Self::Today => "today",
            Self::Find => "find",
            Self::ToSend => "to-send",
            Self::Me => "me",
        }
    }
}

/// Whom a row of a list means, before two identifiers were confirmed.
#[derive(Debug, Clone, PartialEq)]
pub enum Candidate {
    /// A visit: the id and what dispatch calls the person.
    Visit {
        /// Id on the record service.
        patient: PatientId,
        /// The name on the work list.
        name: Sensitive<String>,
    },
    /// A search result.
    Found(Demographics),
}

/// A step about one patient.
#[derive(Debug, Clone, PartialEq)]
pub enum Place {
    /// Two identifiers, before anything is asked for.
    Confirm(Candidate),
    /// Nothing is recorded for this tier: the patient is asked.
    Consent(Demographics),
    /// The record stays closed.
    Refused(Demographics, Closed),
    /// The glass is to be broken: why, and the PIN again.
    Glass(Demographics),
    /// The record.
    Record(Demographics),
    /// What is to be written.
    Write(Demographics),
    /// A form being filled in.
    Note(Demographics, Form),
    /// An edit of what stands at this place of the record.
    Edit(Demographics, At),
    /// Two edits of the same thing: which of them holds.
    Settle(Whom, NoteId),
    /// A note that was set aside, being written anew.
    Again(Whom, NoteId),
    /// A note that was set aside, for a colleague to write.
    HandOver(Whom, NoteId),
    /// A note being taken out of the app.
    TakeOut(Whom, NoteId),
}

/// Why a record stays closed.
#[derive(Debug, Clone, PartialEq)]
pub enum Closed {
    /// The decision was no.
    Refused {
        /// Why.
        reason: Reason,
        /// In words.
        text: String,
        /// Whether the consent would allow break-glass.
        break_glass_available: bool,
    },
    /// There is none.
    NoRecord,
}

impl Place {
    /// The name of the view in the page.
    pub const fn view(&self) -> &'static str {
        match self {
            Self::Confirm(_) => "confirm",
            Self::Consent(_) => "consent",
            Self::Refused(..) => "refused",
            Self::Glass(_) => "break-glass",
            Self::Record(_) => "record",
            Self::Write(_) => "write",
            Self::Note(..) | Self::Edit(..) | Self::Again(..) => "note",
            Self::Settle(..) => "conflict",
            Self::HandOver(..) => "hand-over",
            Self::TakeOut(..) => "take-out",
        }
    }

    /// Whom the step is about.
    pub const fn patient(&self) -> &PatientId {
        match self {
            Self::Confirm(Candidate::Visit { patient, .. }) => patient,
            Self::Confirm(Candidate::Found(person))
            | Self::Consent(person)
            | Self::Refused(person, _)
            | Self::Glass(person)
            | Self::Record(person)
            | Self::Write(person)
            | Self::Note(person, _)
            | Self::Edit(person, _) => &person.patient,
            Self::Settle(whom, _) | Self::Again(whom, _) | Self::HandOver(whom, _) | Self::TakeOut(whom, _) => {
                whom.patient()
            }
        }
    }
}

/// The list chosen and the steps over it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Nav {
    tab: Tab,
    places: Vec<Place>,
}

impl Nav {
    /// The list chosen.
    pub const fn tab(&self) -> Tab {
        self.tab
    }

    /// The topmost step.
    pub fn place(&self) -> Option<&Place> {
        self.places.last()
    }

    /// The name of what is in front.
    pub fn view(&self) -> &'static str {
        self.place().map_or(self.tab.view(), Place::view)
    }

    /// Goes to a list and leaves the patient: one person at a time.
    pub fn open_tab(&mut self, tab: Tab) {
        self.tab = tab;
        self.places.clear();
    }

    /// Starts over with one patient.
    pub fn begin(&mut self, place: Place) {
        self.places = vec![place];
    }

    /// A step further.
    pub fn push(&mut self, place: Place) {
        self.places.push(place);
    }

    /// The next step instead of this one, so that *back* does not ask again what was answered.
    pub fn replace(&mut self, place: Place) {
        self.places.pop();
        self.places.push(place);
    }

    /// A step back.
    pub fn back(&mut self) {
        self.places.pop();
    }
}

/// The navigation of the app.
pub fn use_nav() -> Signal<Nav> {
    use_context()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn visit() -> Place {
        Place::Confirm(Candidate::Visit { patient: PatientId::new("p"), name: "A".to_owned().into() })
    }

    #[test]
    fn a_list_closes_the_patient_and_back_returns_to_the_list() {
        let mut nav = Nav::default();
        nav.begin(visit());
        assert_eq!(nav.view(), "confirm");
        nav.open_tab(Tab::ToSend);
        assert_eq!(nav.view(), "to-send");
        nav.begin(visit());
        nav.back();
        nav.back();
        assert_eq!(nav.view(), "to-send");
    }
}
