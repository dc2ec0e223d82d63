//! The owner's settings of how people and devices come in.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;

use super::issuer::{Issuer, IssuerError, Trusted};
use super::limits::{Limiter, Limits};

/// How a hub lets people and devices in.
#[derive(Debug, Clone)]
pub struct Entrance {
    /// Let anybody sign in as any member of staff also at an address that other machines reach.
    pub dev_sign_in_anywhere: bool,
    /// Which devices are let in; by default all in a demonstration, else those with a code.
    pub enrolment: Option<Enrolment>,
    /// Give tokens that are bound to no device to whoever asks without a proof. Whoever steals one has it.
    pub unbound: bool,
    /// Who else says who somebody is. The development identity provider is then off, unless it is let in anywhere.
    pub issuer: Option<Issuer>,
    /// How often signing in, tokens and devices may be tried.
    pub sign_in: Limits,
    /// How often people may be looked for.
    pub search: Limits,
}

impl Default for Entrance {
    fn default() -> Self {
        let (sign_in, search) = (Limits::SIGN_IN, Limits::SEARCH);
        Self { dev_sign_in_anywhere: false, enrolment: None, unbound: false, issuer: None, sign_in, search }
    }
}

/// Which devices are let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Enrolment {
    /// Any that asks.
    Open,
    /// Those that bring a one-time code.
    Code,
}

impl Enrolment {
    /// The word of the setting.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Code => "code",
        }
    }

    /// Reads the word of the setting.
    ///
    /// # Errors
    /// What words there are.
    pub fn from_code(code: &str) -> Result<Self, &'static str> {
        match code {
            "open" => Ok(Self::Open),
            "code" => Ok(Self::Code),
            _ => Err("say open or code"),
        }
    }
}

/// The settings of a running hub.
#[derive(Debug)]
pub(crate) struct Gate {
    pub(crate) enrolment: Enrolment,
    pub(crate) unbound: bool,
    pub(crate) issuer: Option<Trusted>,
    pub(crate) sign_in: Limiter,
    pub(crate) search: Limiter,
    /// The minute, and how many tokens of nobody were shown in it.
    unknown: Mutex<(i64, u32)>,
}

/// How many tokens of nobody are written down in a minute.
const UNKNOWN_A_MINUTE: u32 = 20;

impl Gate {
    /// Whether one more token of nobody is to be written down: whoever shows many must not fill the account.
    pub(crate) fn is_one_of_few(&self, now: Timestamp) -> bool {
        let minute = now.as_second() / 60;
        let mut seen = self.unknown.lock().unwrap_or_else(PoisonError::into_inner);
        *seen = if seen.0 == minute { (minute, seen.1.saturating_add(1)) } else { (minute, 1) };
        seen.1 <= UNKNOWN_A_MINUTE
    }

    pub(crate) fn new(entrance: &Entrance, demo: bool) -> Result<Arc<Self>, IssuerError> {
        let usual = if demo { Enrolment::Open } else { Enrolment::Code };
        Ok(Arc::new(Self {
            enrolment: entrance.enrolment.unwrap_or(usual),
            unbound: entrance.unbound,
            issuer: entrance.issuer.as_ref().map(Trusted::open).transpose()?,
            sign_in: Limiter::new(entrance.sign_in),
            search: Limiter::new(entrance.search),
            unknown: Mutex::default(),
        }))
    }
}
