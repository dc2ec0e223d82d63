//! Addresses: what may be asked, and where a link may lead.

use std::net::IpAddr;

use reqwest::Url;

use crate::{Client, Error};

/// Reads a base address; its path ends with a slash so that segments are added to it.
pub(crate) fn base(text: &str) -> Result<Url, Error> {
    let mut url = Url::parse(text).map_err(|_| Error::Address)?;
    if !is_safe(&url) {
        return Err(Error::Address);
    }
    if !url.path().ends_with('/') {
        let path = format!("{}/", url.path());
        url.set_path(&path);
    }
    Ok(url)
}

/// Encrypted, or never leaving this machine.
pub(crate) fn is_safe(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let loopback = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    url.scheme() == "https" || (url.scheme() == "http" && loopback)
}

/// True when both are the same scheme, host and port.
pub(crate) fn same_origin(a: &Url, b: &Url) -> bool {
    a.scheme() == b.scheme() && a.host_str() == b.host_str() && a.port_or_known_default() == b.port_or_known_default()
}

impl Client {
    /// The address of `segments` under the base.
    pub(crate) fn at(&self, segments: &[&str]) -> Result<Url, Error> {
        under(self.base.clone(), segments)
    }

    /// What this service must call itself: the origin of its base (RFC 6454 §6.1), `https://host` or `https://host:port`.
    pub fn origin(&self) -> String {
        self.base.origin().ascii_serialization()
    }

    /// The address of `segments` under the origin, beside the FHIR base.
    pub(crate) fn at_origin(&self, segments: &[&str]) -> Result<Url, Error> {
        let mut origin = self.base.clone();
        origin.set_path("/");
        under(origin, segments)
    }
}

fn under(mut url: Url, segments: &[&str]) -> Result<Url, Error> {
    url.path_segments_mut().map_err(|()| Error::Address)?.pop_if_empty().extend(segments);
    Ok(url)
}

/// A logical id that may stand in a path. An id comes from a server: `..` or a slash in it would ask for
/// something else than what the caller named.
pub(crate) fn id(id: &str) -> Result<&str, Error> {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'.';
    let fits = (1..=64).contains(&id.len()) && id.bytes().all(allowed) && !id.bytes().all(|b| b == b'.');
    fits.then_some(id).ok_or(Error::UnusableId)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_cannot_lead_elsewhere() {
        for bad in ["", ".", "..", "../x", "a/b", "a?b", "a b", "é", &"a".repeat(65)] {
            assert!(id(bad).is_err(), "{bad}");
        }
        assert_eq!(id("a-1.B").ok(), Some("a-1.B"));
    }

    #[test]
    fn addresses_are_joined_under_the_base() -> Result<(), Error> {
        let client = Client::new("http://127.0.0.1:9/fhir", None)?;
        assert_eq!(client.at(&["Patient", "p1", "$summary"])?.path(), "/fhir/Patient/p1/$summary");
        assert_eq!(client.at(&[])?.path(), "/fhir");
        assert_eq!(client.at_origin(&["auth", "staff"])?.path(), "/auth/staff");
        Ok(())
    }

    #[test]
    fn another_port_is_another_origin() {
        let url = |text: &str| Url::parse(text).unwrap();
        assert!(same_origin(&url("https://a.example/x"), &url("https://a.example:443/y")));
        assert!(!same_origin(&url("https://a.example/x"), &url("https://a.example:444/x")));
        assert!(!same_origin(&url("https://a.example/x"), &url("http://a.example/x")));
    }
}
