//! The account of who looked: devices hand theirs over, privacy officers read it.

mod page;
mod receive;
mod search;

pub(crate) use page::{named, page, what, why};
pub(crate) use receive::receive;
pub(crate) use search::search;

use super::context::{Hub, Signed};
use super::problem::Problem;

/// Refuses whoever is no privacy officer, before anything about the person is looked up, and notes it.
async fn require_privacy_officer(hub: &Hub, signed: &Signed, patient: &str) -> Result<(), Problem> {
    let mut row = signed.audit("account", Some(patient));
    if hub.store.is_privacy_officer(signed.staff.id.as_str()).await? {
        return Ok(hub.store.audit(&row).await?);
    }
    (row.decision, row.reason) = (Some("DENY"), Some("not-a-privacy-officer"));
    hub.store.audit(&row).await?;
    Err(Problem::forbidden("The account of accesses is for privacy officers."))
}
