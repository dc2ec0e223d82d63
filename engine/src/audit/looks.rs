//! A screen reads a record again whenever something of it changed: that is one look, not many.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use shared::identity::{LeaseId, PatientId};

use crate::session::held;

/// For how long a reading of the same record is the same look.
const ONE_LOOK: Duration = Duration::from_secs(60);

/// What was looked at since this person unlocked the device.
#[derive(Default)]
pub(crate) struct Looks(Mutex<HashMap<PatientId, (Look, Instant)>>);

/// What of a record was looked at.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Look {
    pub(crate) lease: LeaseId,
    pub(crate) retrieved: Timestamp,
    pub(crate) hidden: bool,
}

impl Looks {
    /// Whether this is the look that was written down a moment ago.
    pub(crate) fn is_written(&self, patient: &PatientId, look: &Look) -> bool {
        held(&self.0).get(patient).is_some_and(|(last, when)| last == look && when.elapsed() < ONE_LOOK)
    }

    /// It is written down.
    pub(crate) fn written(&self, patient: &PatientId, look: Look) {
        held(&self.0).insert(patient.clone(), (look, Instant::now()));
    }
}
