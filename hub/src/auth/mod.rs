//! How people and devices come in.
//!
//! [`asker`] checks the token of every request, [`proof`] the proof of the device that comes with it, [`issuer`] the
//! tokens of somebody else's identity provider. [`devices`] are let in and shut out. The rest is the identity provider
//! of the demonstration: choose who you are, no password. OAuth 2 with PKCE `S256` only, as SMART App Launch 2.2 asks,
//! OpenID Connect, refresh tokens that are used once, and sign-in from a second screen (RFC 8628).

mod asker;
mod authorize;
mod by_code;
mod by_device;
pub(crate) mod devices;
mod discovery;
mod gate;
mod introspect;
mod issue;
mod issuer;
mod limits;
mod page;
mod proof;
mod redirect;
mod refresh;
mod refused;
mod revoke;
mod second_screen;
mod sent;
mod token;
mod userinfo;
pub(crate) mod words;

pub(crate) use asker::proven_key;
pub(crate) use authorize::authorize;
pub(crate) use by_device::start as start_device;
pub(crate) use discovery::{endpoints, openid_configuration};
pub(crate) use gate::Gate;
pub use gate::{Enrolment, Entrance};
pub(crate) use introspect::introspect;
pub use issuer::{Issuer, IssuerError};
pub(crate) use limits::{Address, address_of};
pub use limits::{Limits, Rate};
pub(crate) use redirect::percent;
pub(crate) use revoke::revoke;
pub(crate) use second_screen::{approve, is_from_elsewhere, show};
pub(crate) use token::token;
pub(crate) use userinfo::{staff, userinfo};

use jiff::SignedDuration;

/// The one client, a public one.
const CLIENT: &str = "doorstep-app";
/// How long a sign-in lasts: a shift.
const SHIFT: SignedDuration = SignedDuration::from_hours(12);
/// The longest scope, state or nonce, bytes.
const MAX_TEXT: usize = 2000;

/// Whether a scope (words with spaces between) has this word.
fn has(scope: &str, word: &str) -> bool {
    scope.split(' ').any(|one| one == word)
}
