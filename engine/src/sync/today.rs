//! The work list, refreshed.

use std::sync::Arc;

use api_client::Page;
use jiff::SignedDuration;
use shared::visit::Visit;

use crate::EngineError;
use crate::engine::Inner;
use crate::session::Open;
use crate::store::Visits;

/// How old the stored time of hearing may be while nothing else changed: a write costs the battery.
const HEARD_AGAIN: SignedDuration = SignedDuration::from_mins(2);

/// Asks for the list of the person signed in and keeps it for when there is no link.
pub(super) async fn refresh(inner: &Inner, open: &Arc<Open>) -> Result<(), EngineError> {
    let client = open.client()?;
    let practitioner = format!("Practitioner/{}", open.staff.id);
    let answer = client.search("Appointment", &[("practitioner", &practitioner)], None).await;
    let page = inner.heard_page(open, answer).await?;
    let list = list(&page, page.server_time.unwrap_or_else(|| inner.clock.time()));
    // A stored list that cannot be read is replaced.
    let stored = Visits::get(&open.vault).await.unwrap_or(None);
    let same = stored.is_some_and(|stored| {
        let heard = list.heard.duration_since(stored.heard).abs();
        (&stored.visits, stored.unreadable) == (&list.visits, list.unreadable) && heard < HEARD_AGAIN
    });
    if same {
        inner.update_for(open, |state| state.today.heard = Some(list.heard));
        return Ok(());
    }
    list.put(&open.vault).await?;
    inner.show_today(open).await
}

fn list(page: &Page, heard: jiff::Timestamp) -> Visits {
    let read: Vec<_> = page.resources.iter().map(|r| Visit::from_fhir(r.reveal())).collect();
    let failed = read.iter().filter(|v| v.is_err()).count();
    // The server itself may say that the list is not whole.
    let incomplete = page.issues.iter().filter(|i| matches!(i.severity.as_str(), "error" | "fatal")).count();
    Visits { visits: read.into_iter().filter_map(Result::ok).collect(), heard, unreadable: failed + incomplete }
}
