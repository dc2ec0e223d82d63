//! `POST {type}`, conditional on an identifier so that sending twice changes nothing.

use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, HeaderName, LOCATION};
use serde_json::Value;

use crate::transport::{FHIR_JSON, etag, server_time};
use crate::{Answer, Client, Error};

const IF_NONE_EXIST: HeaderName = HeaderName::from_static("if-none-exist");

/// What came of a create.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Created {
    /// False when the server had it already (200).
    pub new: bool,
    /// Where it is, as the server says.
    pub location: Option<String>,
}

impl Client {
    /// Creates a resource unless one with `identifier` (`system|value`) exists (FHIR R4 §3.1.0.8.1).
    ///
    /// # Errors
    /// 412 as [`Error::Refused`] when several exist. Any other success than 200 and 201 is [`Error::NotFhir`].
    pub async fn create(&self, resource: &Value, identifier: Option<&str>) -> Result<Answer<Created>, Error> {
        let kind = resource["resourceType"].as_str().ok_or(Error::NotFhir("a FHIR resource to send"))?;
        let mut request = self.request(Method::POST, self.at(&[kind])?)?.header(CONTENT_TYPE, FHIR_JSON);
        if let Some(identifier) = identifier {
            request = request.header(IF_NONE_EXIST, format!("identifier={identifier}"));
        }
        let raw = self.send(request.body(resource.to_string())).await?;
        let location = raw.headers.get(LOCATION).and_then(|v| v.to_str().ok()).map(str::to_owned);
        let new = match raw.status.as_u16() {
            201 => true,
            200 => false,
            _ => return Err(Error::NotFhir("200 or 201")),
        };
        let (server_time, etag) = (server_time(&raw.headers), etag(&raw.headers));
        Ok(Answer { value: Created { new, location }, server_time, etag })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_server::{TestServer, answer};
    use serde_json::json;

    #[tokio::test]
    async fn created_and_already_there_are_told_apart() {
        let script = ["201 Created", "200 OK", "202 Accepted", "412 Precondition Failed"];
        let script =
            script.map(|status| answer(status, "application/fhir+json", "Location: http://h/Basic/1\r\n", "{}"));
        let server = TestServer::start(script.to_vec()).await;
        let resource = json!({"resourceType": "Basic"});
        let create = || async { server.client().create(&resource, Some("urn:x|1")).await };
        assert!(create().await.is_ok_and(|a| a.value.new && a.value.location.is_some()));
        assert!(create().await.is_ok_and(|a| !a.value.new));
        assert!(matches!(create().await, Err(Error::NotFhir(_))));
        assert_eq!(create().await.err().and_then(|e| e.status()), Some(412));
        assert!(server.requests()[0].contains("if-none-exist: identifier=urn:x|1"));
    }
}
