//! The account of who looked: devices hand theirs over, privacy officers read it.

mod page;
mod receive;
mod search;

pub(crate) use page::{named, page, page_of_number, what, why};
pub(crate) use receive::{entries, receive};
pub(crate) use search::search;

use super::context::{Hub, Signed};
use super::problem::Problem;

/// Refuses whoever is no privacy officer, and notes who asked about whom. A number that nobody has is noted without.
async fn require_privacy_officer(hub: &Hub, signed: &Signed, patients: &[String]) -> Result<(), Problem> {
    let is_officer = hub.store.is_privacy_officer(signed.staff.id.as_str()).await?;
    let named = patients.iter().map(|patient| Some(patient.as_str()));
    for patient in named.chain(patients.is_empty().then_some(None)) {
        let mut row = signed.audit("account", patient);
        if !is_officer {
            (row.decision, row.reason) = (Some("DENY"), Some("not-a-privacy-officer"));
        }
        hub.store.audit(&row).await?;
    }
    if is_officer { Ok(()) } else { Err(Problem::forbidden("The account of accesses is for privacy officers.")) }
}
