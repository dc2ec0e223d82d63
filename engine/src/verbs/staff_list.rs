//! Who could sign in here.

use shared::identity::Staff;

use crate::{Engine, EngineError};

impl Engine {
    /// The staff of a demo or development sign-in; empty where the service offers no list.
    ///
    /// # Errors
    /// When the service cannot be reached.
    pub async fn staff_list(&self) -> Result<Vec<Staff>, EngineError> {
        Ok(self.inner.hear(self.inner.client.staff_list().await)?.value)
    }
}
