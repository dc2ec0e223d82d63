//! Several documents about one person as one record.
//!
//! Each document is arranged and judged alone; here their sections become one ([`sections`]), what they say alike
//! becomes one line and what they disagree on is marked, before the glance is drawn. Nothing is dropped.

mod gather;
mod notices;
mod person;
mod verdict;

pub(super) use gather::sections;
pub(super) use notices::notices;
pub(super) use person::person;
