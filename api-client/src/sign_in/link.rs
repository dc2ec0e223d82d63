//! What other programs hand over: links of the app's own scheme.
//!
//! | link | from |
//! |---|---|
//! | `doorstep://signed-in?code=…&state=…&iss=…` | the browser, at the end of a sign-in |
//! | `doorstep://launch?iss=…&launch=…` | a crew's or practice's own system (SMART App Launch 2.2, EHR launch) |

use reqwest::Url;

use super::REDIRECT;

/// A launch by another program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Launch {
    /// The FHIR service it is about (`iss`). Only the device's own is taken: a link must not choose whom to trust.
    pub service: String,
    /// What the service gave that program, to be handed back to it.
    pub launch: String,
}

/// A link of the app's scheme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Link {
    /// The redirect of a sign-in, whole.
    SignedIn(String),
    /// A launch.
    Launch(Launch),
}

impl Link {
    /// Reads a link; `None` for anything else, and for one without what it must have. A launch is also taken as the
    /// `https` address such a system would open: what counts is its query.
    pub fn parse(text: &str) -> Option<Self> {
        let url = Url::parse(text).ok().filter(|_| text.len() <= 8192)?;
        if text.strip_prefix(REDIRECT).is_some_and(|rest| rest.starts_with('?')) {
            return Some(Self::SignedIn(text.to_owned()));
        }
        let value = |name| url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
        let launches = (url.scheme() == "doorstep" && url.host_str() == Some("launch")) || url.scheme() == "https";
        let (service, launch) = (value("iss")?, value("launch")?);
        (launches && !launch.is_empty()).then_some(Self::Launch(Launch { service, launch }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_read_by_what_they_are_for() {
        let redirect = "doorstep://signed-in?code=c&state=s";
        assert_eq!(Link::parse(redirect), Some(Link::SignedIn(redirect.to_owned())));
        let launch = Link::Launch(Launch { service: "https://r.example/fhir".into(), launch: "xyz".into() });
        for text in [
            "doorstep://launch?iss=https%3A%2F%2Fr.example%2Ffhir&launch=xyz",
            "https://doorstep.example/launch?iss=https%3A%2F%2Fr.example%2Ffhir&launch=xyz",
        ] {
            assert_eq!(Link::parse(text), Some(launch.clone()), "{text}");
        }
        for text in [
            "doorstep://signed-in.elsewhere?code=c",
            "doorstep://launch?iss=https%3A%2F%2Fr.example",
            "doorstep://launch?iss=https%3A%2F%2Fr.example&launch=",
            "doorstep://other?iss=x&launch=y",
            "file:///etc/passwd?iss=x&launch=y",
            "",
        ] {
            assert_eq!(Link::parse(text), None, "{text}");
        }
    }
}
