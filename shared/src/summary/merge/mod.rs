//! Several documents about one person as one record.
//!
//! Each document is arranged and judged alone; here their sections become one ([`sections`]). Entries are recognised
//! by what they have in common ([`keys`]) and held against each other by what they claim ([`stance`]): what is said
//! alike becomes one line ([`alike`], [`line`]), what is not stays as it is and is marked ([`dispute`]). All of it
//! happens before the glance is drawn, and nothing is dropped.
//!
//! - One fact: a business identifier (system and value) of entries of one type, or type, a code in common (the words,
//!   where neither has a code) and date. When an allergy, or a medicine or problem that goes on, was written down is
//!   no part of what it is.
//! - One thing: as above whatever the date, for what lasts. Two documents that differ on it in status, verification,
//!   criticality, severity, dose, value or access code disagree; so do opposite decisions on resuscitation, and a
//!   statement that there is nothing beside a document that lists something.
//! - Silence agrees with everybody: a criticality, dose or verification that one document leaves out is taken from
//!   the other. Only an entry without a status never joins one that is over.
//! - Entries of one document are never merged with each other.

mod alike;
mod denial;
mod dispute;
mod gather;
mod keys;
mod line;
mod notices;
mod person;
mod same;
mod stance;
mod verdict;

pub(super) use gather::sections;
pub(super) use notices::notices;
pub(super) use person::person;
