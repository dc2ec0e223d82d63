//! Broken glass that was declared without signal is told of, before anything else is sent.

use std::sync::Arc;

use crate::EngineError;
use crate::engine::Inner;
use crate::session::Open;
use crate::store::Declared;

/// Tells of each, oldest first. One that is not taken stays, is said, and keeps no other from being told.
pub(super) async fn tell(inner: &Inner, open: &Arc<Open>) -> Result<(), EngineError> {
    let mut result = Ok(());
    for declared in Declared::all(&open.vault).await?.0 {
        let told = tell_one(inner, open, &declared).await;
        if !inner.is_online() {
            return result.and(told);
        }
        result = result.and(told);
    }
    inner.show_declared(open).await?;
    result
}

async fn tell_one(inner: &Inner, open: &Arc<Open>, declared: &Declared) -> Result<(), EngineError> {
    let answer = open.client()?.declare_break_glass(&declared.request(), declared.at).await;
    inner.heard_as(open, answer).await?;
    Ok(open.vault.put(vec![declared.forget()]).await?)
}
