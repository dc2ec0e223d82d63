//! `GET {type}?…`, to the last page.

use std::collections::{HashSet, VecDeque};

use jiff::Timestamp;
use reqwest::{Method, Url};
use serde_json::Value;

use crate::outcome::Issue;
use crate::transport::granted;
use crate::{Client, Error, Grant, url};

/// More pages than any list of this app can have.
const MAX_PAGES: usize = 200;

/// One page.
#[derive(Debug, Clone)]
pub struct Page {
    /// The resources that matched, in the server's order. Nobody's `Debug`: callers read them at once.
    pub resources: Vec<shared::sensitive::Sensitive<Value>>,
    /// What the server says about the search: a page with issues may be incomplete.
    pub issues: Vec<Issue>,
    /// The server's clock.
    pub server_time: Option<Timestamp>,
}

/// The pages of a search, asked for one by one so that each can be stored before the next.
pub struct Pages {
    client: Client,
    kind: &'static str,
    grant: Option<Grant>,
    next: Option<Url>,
    asked: HashSet<Url>,
}

impl Client {
    /// Starts a search. Nothing is sent before the first [`Pages::next`].
    ///
    /// # Errors
    /// Only for an address that cannot be built.
    pub fn pages(
        &self,
        kind: &'static str,
        parameters: &[(&str, &str)],
        grant: Option<&Grant>,
    ) -> Result<Pages, Error> {
        let mut first = self.at(&[kind])?;
        first.query_pairs_mut().extend_pairs(parameters);
        Ok(Pages { client: self.clone(), kind, grant: grant.cloned(), next: Some(first), asked: HashSet::new() })
    }

    /// Searches, and reads every page: a list that ends early reads as "nothing more".
    ///
    /// # Errors
    /// The first page that fails fails the search.
    pub async fn search(
        &self,
        kind: &'static str,
        parameters: &[(&str, &str)],
        grant: Option<&Grant>,
    ) -> Result<Page, Error> {
        let mut pages = self.pages(kind, parameters, grant)?;
        let mut whole = Page { resources: Vec::new(), issues: Vec::new(), server_time: None };
        while let Some(page) = pages.next().await? {
            whole.resources.extend(page.resources);
            whole.issues.extend(page.issues);
            whole.server_time = page.server_time.or(whole.server_time);
        }
        Ok(whole)
    }
}

impl Pages {
    /// The next page; `None` after the last.
    ///
    /// # Errors
    /// [`Error::ForeignLink`] and [`Error::EndlessPages`] when the links are not to be trusted. After an error
    /// the same page can be asked for again.
    pub async fn next(&mut self) -> Result<Option<Page>, Error> {
        let Some(url) = self.next.clone() else { return Ok(None) };
        if self.asked.len() >= MAX_PAGES {
            return Err(Error::EndlessPages);
        }
        let request = granted(self.client.request(Method::GET, url.clone())?, self.grant.as_ref())?;
        let answer = self.client.fhir(request, &["Bundle"]).await?;
        if answer.value["type"] != "searchset" {
            return Err(Error::NotFhir("a searchset"));
        }
        self.asked.insert(url);
        self.next = self.link(&answer.value)?;
        Ok(Some(page(self.kind, answer.value, answer.server_time)))
    }

    fn link(&self, bundle: &Value) -> Result<Option<Url>, Error> {
        let links = bundle["link"].as_array().into_iter().flatten();
        let Some(next) = links.filter(|l| l["relation"] == "next").find_map(|l| l["url"].as_str()) else {
            return Ok(None);
        };
        let next = self.client.base.join(next).map_err(|_| Error::NotFhir("a page link"))?;
        match () {
            // The token and the grant travel with the request: they go to nobody else.
            () if !url::same_origin(&next, &self.client.base) => Err(Error::ForeignLink),
            () if self.asked.contains(&next) => Err(Error::EndlessPages),
            () => Ok(Some(next)),
        }
    }
}

fn page(kind: &str, mut bundle: Value, server_time: Option<Timestamp>) -> Page {
    let entries = match bundle["entry"].take() {
        Value::Array(entries) => VecDeque::from(entries),
        _ => VecDeque::new(),
    };
    let mut page = Page { resources: Vec::new(), issues: Vec::new(), server_time };
    for mut entry in entries {
        let resource = entry["resource"].take();
        match resource["resourceType"].as_str() {
            Some("OperationOutcome") => page.issues.extend(Issue::all(&resource)),
            // An included resource of another type was not asked for; one that is nothing at all is still
            // handed on, so that the caller counts it as unreadable.
            Some(other) if other != kind => {}
            _ => page.resources.push(resource.into()),
        }
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_server::{TestServer, json_answer};
    use serde_json::json;

    fn body(next: Option<&str>, id: &str) -> Vec<u8> {
        let link = next.map(|url| json!({"relation": "next", "url": url}));
        json_answer(
            &json!({"resourceType": "Bundle", "type": "searchset", "link": [{"relation": "self", "url": "x"}, link],
            "entry": [{"resource": {"resourceType": "Patient", "id": id}},
                {"resource": {"resourceType": "OperationOutcome", "issue": [{"code": "incomplete"}]}, "search": {"mode": "outcome"}},
                {"resource": {"resourceType": "Practitioner"}, "search": {"mode": "include"}}]})
            .to_string(),
        )
    }

    #[tokio::test]
    async fn every_page_is_read_with_the_grant() {
        let script = vec![body(Some("Patient?page=2"), "a"), body(Some("/fhir/Patient?page=3"), "b"), body(None, "c")];
        let server = TestServer::start(script).await;
        let grant = Grant::new("g-1");
        let page = server.client().search("Patient", &[("family", "O'Neil & co")], Some(&grant)).await.unwrap();
        assert_eq!((page.resources.len(), page.issues.len()), (3, 3));
        let requests = server.requests();
        assert!(requests[0].starts_with("GET /fhir/Patient?family=O%27Neil+%26+co HTTP"), "{}", requests[0]);
        assert!(requests.iter().all(|r| r.contains("x-doorstep-grant: g-1")));
        assert!(requests[2].starts_with("GET /fhir/Patient?page=3 "));
    }

    #[tokio::test]
    async fn a_link_to_another_server_or_back_is_not_followed() {
        let server = TestServer::start(vec![body(Some("http://127.0.0.1:1/fhir/Patient?page=2"), "a")]).await;
        assert!(matches!(server.client().search("Patient", &[], None).await, Err(Error::ForeignLink)));

        let script = vec![body(Some("Patient?page=2"), "a"), body(Some("Patient?page=2"), "b")];
        let server = TestServer::start(script).await;
        assert!(matches!(server.client().search("Patient", &[], None).await, Err(Error::EndlessPages)));
    }

    #[tokio::test]
    async fn pages_that_never_end_are_left() {
        let script = (0..=MAX_PAGES).map(|n| body(Some(&format!("Patient?page={n}")), "a")).collect();
        let server = TestServer::start(script).await;
        assert!(matches!(server.client().search("Patient", &[], None).await, Err(Error::EndlessPages)));
    }
}
