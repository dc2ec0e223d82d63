//! How long a document may be read on a device, and what the clock may not do about it.
//!
//! The hub sets the times, the device only counts. A lease is never extended here.
//! [`Claims`] is a lease as a hub signs it, [`TrustedClock`] what a device may believe of the time.

mod claims;
mod clock;
#[cfg(test)]
mod tests;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::consent::{Dataset, Purpose, Residual};
use crate::identity::{LeaseId, PatientId};

pub use claims::{BadLease, Bound, Claims, ConsentVersion, HEADER, TYP, patient_hash};
pub use clock::{Monotonic, Now, Reading, TOLERANCE, TrustedClock};

/// A permission to keep one document, as the hub grants it with a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lease {
    /// Id, by which the hub can revoke it.
    pub id: LeaseId,
    /// Whose document.
    pub patient: PatientId,
    /// What for.
    pub purpose: Purpose,
    /// What it opens.
    pub dataset: Dataset,
    /// What stays closed.
    pub residual: Residual,
    /// Hub time of the grant.
    pub issued: Timestamp,
    /// From here on the age is pressed on the reader and a check with the hub is due.
    pub check_after: Timestamp,
    /// From here on the document is hidden.
    pub not_after: Timestamp,
    /// From here on its key is destroyed.
    pub shred_at: Timestamp,
}

/// Where a lease stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum LeaseState {
    /// Read.
    Fresh,
    /// Read, and be told how old it is.
    Stale,
    /// Hidden: connect to renew.
    Expired,
    /// Hidden: the clock of the device was set. Correct it, or connect: the service tells the time.
    ClockDoubted,
    /// Its key must be destroyed.
    ShredDue,
    /// Hidden: who signed it, or for whom, is not as it must be, or who gave it does not know of it any more. Connect
    /// to have it given anew.
    Unproven,
}

impl LeaseState {
    /// Whether the document may be read.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Fresh | Self::Stale)
    }
}

impl Lease {
    /// Where the lease stands. A clock that cannot be believed hides, and destroys only what is over by the least
    /// that it can be.
    pub fn state(&self, now: Now) -> LeaseState {
        match now {
            Now::At(t) | Now::Doubtful { at_least: t } if t >= self.shred_at => LeaseState::ShredDue,
            Now::At(t) | Now::Doubtful { at_least: t } if t >= self.not_after => LeaseState::Expired,
            Now::Doubtful { .. } => LeaseState::ClockDoubted,
            Now::At(t) if t >= self.check_after => LeaseState::Stale,
            Now::At(_) => LeaseState::Fresh,
        }
    }

    /// Whether the times follow each other. One whose times run backwards would be kept longer than anyone allowed.
    pub fn is_in_order(&self) -> bool {
        self.issued <= self.check_after && self.check_after <= self.not_after && self.not_after <= self.shred_at
    }
}
