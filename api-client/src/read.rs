//! `GET {type}/{id}`.

use reqwest::Method;
use serde_json::Value;

use crate::transport::granted;
use crate::{Answer, Client, Error, Grant, url};

impl Client {
    /// Reads one resource.
    ///
    /// # Errors
    /// [`Error::NotFhir`] when something of another type comes back; 404 and 410 as [`Error::Refused`].
    pub async fn read(&self, kind: &'static str, id: &str) -> Result<Answer<Value>, Error> {
        self.read_with(kind, id, None).await
    }

    /// The same of an open record: `grant` says that it is.
    ///
    /// # Errors
    /// As [`Client::read`].
    pub async fn read_with(&self, kind: &'static str, id: &str, grant: Option<&Grant>) -> Result<Answer<Value>, Error> {
        let request = granted(self.request(Method::GET, self.at(&[kind, url::id(id)?])?)?, grant)?;
        let answer = self.fhir(request, &[]).await?;
        let same = answer.value["resourceType"] == kind && answer.value["id"] == id;
        if same { Ok(answer) } else { Err(Error::NotFhir("the resource that was asked for")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_server::{TestServer, json_answer};

    #[tokio::test]
    async fn another_resource_than_asked_for_is_refused() {
        let body = r#"{"resourceType":"Patient","id":"p2"}"#;
        let server = TestServer::start(vec![json_answer(body), json_answer(body)]).await;
        assert!(server.client().read("Patient", "p2").await.is_ok());
        assert!(matches!(server.client().read("Patient", "p1").await, Err(Error::NotFhir(_))));
        assert!(server.requests()[0].starts_with("GET /fhir/Patient/p2 HTTP/1.1"));
    }
}
