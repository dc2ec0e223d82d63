//! `GET Patient/{id}/$summary`: the International Patient Summary as a document.

use jiff::Timestamp;
use reqwest::Method;
use reqwest::header::{IF_NONE_MATCH, LAST_MODIFIED};
use shared::identity::PatientId;
use shared::sensitive::Sensitive;

use crate::transport::{etag, granted, http_date, server_time};
use crate::{Answer, Client, Error, Grant, LeaseToken, url};

/// The document, or that the one held is still it.
#[derive(Debug, Clone)]
pub enum SummaryAnswer {
    /// The bytes as received. Whether they are a document, and about whom, is for `shared::fhir` to say.
    Document {
        /// The body.
        bytes: Sensitive<Vec<u8>>,
        /// `Last-Modified`, by the server's clock.
        last_modified: Option<Timestamp>,
        /// Under which it may be kept, when the server signs leases.
        lease: Option<LeaseToken>,
    },
    /// 304: nothing changed since the `ETag` that was sent.
    NotModified {
        /// Under which what is held may be kept, when the server signs leases.
        lease: Option<LeaseToken>,
    },
}

impl Client {
    /// Asks for the summary under a grant (the hub decides again) and, when `held` is given, only if it changed.
    ///
    /// # Errors
    /// 403 with the reason of the decision, 404 for no record, as [`Error::Refused`].
    pub async fn summary(
        &self,
        patient: &PatientId,
        grant: Option<&Grant>,
        held: Option<&str>,
    ) -> Result<Answer<SummaryAnswer>, Error> {
        let url = self.at(&["Patient", url::id(patient.as_str())?, "$summary"])?;
        let mut request = granted(self.request(Method::GET, url)?, grant)?;
        if let Some(held) = held {
            request = request.header(IF_NONE_MATCH, held);
        }
        let raw = self.send(request).await?;
        let (server_time, etag) = (server_time(&raw.headers), etag(&raw.headers));
        let lease = LeaseToken::of(&raw.headers);
        let value = if raw.status.as_u16() == 304 {
            SummaryAnswer::NotModified { lease }
        } else {
            raw.refuse_markup()?;
            let last_modified = raw.headers.get(LAST_MODIFIED).and_then(http_date);
            SummaryAnswer::Document { bytes: raw.body.into(), last_modified, lease }
        };
        Ok(Answer { value, server_time, etag })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_server::{TestServer, answer};

    #[tokio::test]
    async fn the_bytes_are_kept_and_a_304_is_no_document() {
        let kind = "application/fhir+json";
        let script = vec![
            answer(
                "200 OK",
                kind,
                "ETag: W/\"7\"\r\nLast-Modified: Fri, 02 Jan 2026 03:04:05 GMT\r\n",
                "{ \"a\": 1.10 }",
            ),
            b"HTTP/1.1 304 Not Modified\r\nDate: Fri, 02 Jan 2026 03:04:05 GMT\r\nConnection: close\r\n\r\n".to_vec(),
        ];
        let server = TestServer::start(script).await;
        let (client, patient, grant) = (server.client(), PatientId::new("p1"), Grant::new("g"));
        let first = client.summary(&patient, Some(&grant), None).await.unwrap();
        assert_eq!(first.etag.as_deref(), Some("W/\"7\""));
        assert!(
            matches!(&first.value, SummaryAnswer::Document { bytes, last_modified: Some(_), .. } if bytes.reveal() == b"{ \"a\": 1.10 }")
        );
        assert!(!format!("{first:?}").contains("1.10"));
        let second = client.summary(&patient, Some(&grant), first.etag.as_deref()).await.unwrap();
        assert!(matches!(second.value, SummaryAnswer::NotModified { .. }));
        assert!(second.server_time.is_some());
        let requests = server.requests();
        assert!(requests[0].starts_with("GET /fhir/Patient/p1/$summary HTTP"), "{}", requests[0]);
        assert!(requests[1].contains("if-none-match: W/\"7\""));
    }
}
