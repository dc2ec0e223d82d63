//! A wrapper that keeps a person's data out of logs, panics and `{:?}`.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A value about a person. `Debug` prints only the type's name, so that a stray `{:?}`, an
/// `assert_eq!` or a tracing field cannot write health data anywhere.
#[derive(Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sensitive<T>(T);

impl<T> Sensitive<T> {
    /// Wraps a value.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value, for showing to the person entitled to it or for sealing.
    pub const fn reveal(&self) -> &T {
        &self.0
    }

    /// The value, given up by its wrapper.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> fmt::Debug for Sensitive<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sensitive(…)")
    }
}

impl<T> From<T> for Sensitive<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_health_data_in_debug() {
        let text = format!("{:?}", Sensitive::new("penicillin"));
        assert!(!text.contains("penicillin"), "{text}");
    }
}
