//! How often the same address, and the same device or person, may try.
//!
//! A whole ambulance station may share one address: it is given much, and each device or person behind it little.
//! Whoever is over their own limit takes nothing from the others of their address.

use std::convert::Infallible;
use std::fmt;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::Extensions;
use axum::http::request::Parts;
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::api::Problem;

/// So many at once, and as many a minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate(pub NonZeroU32);

/// Limits of one thing that may be tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Of one address.
    pub address: Rate,
    /// Of one device or person.
    pub one: Rate,
}

impl Limits {
    /// For signing in, tokens, devices and their codes.
    pub const SIGN_IN: Self = Self { address: Rate(number(600)), one: Rate(number(60)) };
    /// For looking for a person.
    pub const SEARCH: Self = Self { address: Rate(number(1200)), one: Rate(number(120)) };
}

const fn number(of: u32) -> NonZeroU32 {
    match NonZeroU32::new(of) {
        Some(number) => number,
        None => NonZeroU32::MIN,
    }
}

/// After so many tries those that are at rest are forgotten.
const SWEEP: u32 = 4096;

/// The limits at work.
pub(crate) struct Limiter {
    address: DefaultKeyedRateLimiter<IpAddr>,
    one: DefaultKeyedRateLimiter<String>,
    asked: AtomicU32,
}

impl fmt::Debug for Limiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Limiter").field("asked", &self.asked).finish_non_exhaustive()
    }
}

impl Limiter {
    pub(crate) fn new(limits: Limits) -> Self {
        let quota = |rate: Rate| Quota::per_minute(rate.0);
        let (address, one) = (quota(limits.address), quota(limits.one));
        Self { address: RateLimiter::keyed(address), one: RateLimiter::keyed(one), asked: AtomicU32::new(0) }
    }

    /// Counts a try. `one`: the device or person, when it is known who.
    ///
    /// # Errors
    /// 429 with the time to wait.
    pub(crate) fn check(&self, address: &Address, one: Option<&str>) -> Result<(), Problem> {
        if self.asked.fetch_add(1, Ordering::Relaxed) % SWEEP == SWEEP - 1 {
            self.address.retain_recent();
            self.one.retain_recent();
        }
        let now = DefaultClock::default().now();
        let seconds = |wait: std::time::Duration| wait.as_secs() + 1;
        if let Some(one) = one {
            let over = self.one.check_key(&one.to_owned());
            over.map_err(|over| Problem::too_often(seconds(over.wait_time_from(now))))?;
        }
        if let Some(address) = address.0 {
            let over = self.address.check_key(&address);
            over.map_err(|over| Problem::too_often(seconds(over.wait_time_from(now))))?;
        }
        Ok(())
    }
}

/// The address a request came from; of IPv6 the network, because one machine has as many addresses as it likes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Address(Option<IpAddr>);

impl Address {
    /// As part of a key.
    pub(crate) fn text(&self) -> String {
        self.0.map(|address| address.to_string()).unwrap_or_default()
    }
}

/// The address behind a request. A header that claims another one is not believed.
pub(crate) fn address_of(extensions: &Extensions) -> Address {
    let from = extensions.get::<ConnectInfo<SocketAddr>>();
    Address(from.map(|ConnectInfo(from)| network(from.ip().to_canonical())))
}

fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from(u128::from(address) & !u128::from(u64::MAX))),
        v4 => v4,
    }
}

impl<S: Sync> FromRequestParts<S> for Address {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(address_of(&parts.extensions))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(address: &str) -> Address {
        Address(Some(network(address.parse::<IpAddr>().unwrap().to_canonical())))
    }

    #[test]
    fn one_device_does_not_use_up_what_its_station_has() {
        let three = Rate(number(3));
        let limiter = Limiter::new(Limits { address: three, one: Rate(number(1)) });
        let station = from("192.0.2.1");
        assert!(limiter.check(&station, Some("a")).is_ok());
        for _ in 0..9 {
            assert!(limiter.check(&station, Some("a")).is_err());
        }
        assert!(limiter.check(&station, Some("b")).is_ok());
        assert!(limiter.check(&station, Some("c")).is_ok());
        assert!(limiter.check(&station, Some("d")).is_err(), "the station itself is over");
        assert!(limiter.check(&from("192.0.2.2"), Some("e")).is_ok());
    }

    #[test]
    fn the_addresses_of_one_network_are_one() {
        let one = Rate(number(1));
        let limiter = Limiter::new(Limits { address: one, one });
        assert!(limiter.check(&from("2001:db8::1"), None).is_ok());
        assert!(limiter.check(&from("2001:db8::2"), None).is_err());
        assert!(limiter.check(&from("2001:db8:0:1::1"), None).is_ok());
        assert!(limiter.check(&from("192.0.2.1"), None).is_ok());
        assert!(limiter.check(&from("::ffff:192.0.2.1"), None).is_err(), "the same in the other notation");
    }
}
