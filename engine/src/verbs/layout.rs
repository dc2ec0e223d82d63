//! The order of the sections.

use shared::summary::layout::Layout;

use crate::store::KeptLayout;
use crate::{Engine, EngineError};

impl Engine {
    /// How the person signed in wants the sections of a record, in the role they work in now.
    ///
    /// # Errors
    /// `locked`.
    pub async fn layout(&self) -> Result<Layout, EngineError> {
        let open = self.open()?;
        Ok(KeptLayout::get(&open.vault, open.staff.role).await)
    }

    /// Keeps another one, sealed with the person's own keys; `None` goes back to what the role usually needs. The
    /// state follows.
    ///
    /// # Errors
    /// What the storage may say; the one before it is still kept then.
    pub async fn set_layout(&self, layout: Option<Layout>) -> Result<(), EngineError> {
        let open = self.open()?;
        KeptLayout::put(&open.vault, open.staff.role, layout.as_ref()).await?;
        self.inner.show_layout(&open).await;
        Ok(())
    }
}
