//! `GET {place}`: a further document of a person, where a pointer said it is.

use reqwest::Method;
use reqwest::header::{IF_NONE_MATCH, LAST_MODIFIED};

use crate::documents::Place;
use crate::transport::{etag, granted, http_date, server_time};
use crate::{Answer, Client, Error, Grant, LeaseToken, SummaryAnswer};

impl Client {
    /// Asks for a document under a grant (the hub decides again) and, when `held` is given, only if it changed.
    ///
    /// # Errors
    /// 403 with the reason of the decision, 404 for what is not there or may not be known of, as [`Error::Refused`].
    pub async fn document(
        &self,
        place: &Place,
        grant: Option<&Grant>,
        held: Option<&str>,
    ) -> Result<Answer<SummaryAnswer>, Error> {
        let mut request = granted(self.request(Method::GET, self.at(&[place.kind(), place.id()])?)?, grant)?;
        if let Some(held) = held {
            request = request.header(IF_NONE_MATCH, held);
        }
        let raw = self.send(request).await?;
        let (server_time, etag) = (server_time(&raw.headers), etag(&raw.headers));
        let lease = LeaseToken::of(&raw.headers);
        if raw.status.as_u16() == 304 {
            return Ok(Answer { value: SummaryAnswer::NotModified { lease }, server_time, etag });
        }
        raw.refuse_markup()?;
        let last_modified = raw.headers.get(LAST_MODIFIED).and_then(http_date);
        Ok(Answer {
            value: SummaryAnswer::Document { bytes: raw.body.into(), last_modified, lease },
            server_time,
            etag,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::documents::tests::{pointer, searchset};
    use crate::test_server::{TestServer, answer, json_answer};
    use shared::identity::PatientId;

    #[tokio::test]
    async fn a_document_comes_with_the_grant_and_a_304_is_none() {
        let whole = answer("200 OK", "application/fhir+json", "ETag: W/\"7\"\r\n", "{ \"a\": 1.10 }");
        let same = b"HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n".to_vec();
        let list = json_answer(&searchset(&[pointer("Bundle/b.1")]));
        let server = TestServer::start(vec![list, whole, same]).await;
        let (client, grant) = (server.client(), Grant::new("g"));
        let found = client.documents(&PatientId::new("p1"), Some(&grant)).await.unwrap().unwrap();
        let place = found.pointers[0].place.clone().unwrap();
        let first = client.document(&place, Some(&grant), None).await.unwrap();
        assert_eq!(first.etag.as_deref(), Some("W/\"7\""));
        assert!(matches!(&first.value, SummaryAnswer::Document { bytes, .. } if bytes.reveal() == b"{ \"a\": 1.10 }"));
        let second = client.document(&place, Some(&grant), first.etag.as_deref()).await.unwrap();
        assert!(matches!(second.value, SummaryAnswer::NotModified { .. }));
        let requests = server.requests();
        assert!(requests[1].starts_with("GET /fhir/Bundle/b.1 HTTP"), "{}", requests[1]);
        assert!(requests[1].contains("x-doorstep-grant: g") && requests[2].contains("if-none-match: W/\"7\""));
    }
}
