//! What a device and a record service prove to each other, and what one seals for the other to open.
//!
//! Where to start: [`SigningKey`] (one P-256 key: who has it can sign), [`KeySet`] (whom to believe),
//! [`Expected`] (which claims are good), [`dpop`] (proof that a token is used by the device it was given to),
//! [`RelayKey`] and [`seal_to`] (a message only the record service can open).
//!
//! No I/O and no clock; randomness comes from the system, because a key made of anything else is not one.
//! Signatures are ES256; RS256 is understood too, because other people's identity providers sign with it.
//! Nothing else is: an algorithm that is not on the list is a refusal, whatever the header of a token says.

mod claims;
pub mod dpop;
mod error;
mod provider;
mod relay;
mod set;
mod signing;

pub use claims::Expected;
pub use error::KeyError;
pub use relay::{RelayKey, RelayPublic, seal_to};
pub use set::{KeySet, header};
pub use signing::{SigningKey, thumbprint, verify_raw};
