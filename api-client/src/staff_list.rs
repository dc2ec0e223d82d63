//! The staff of a demo or development sign-in.

use reqwest::Method;
use serde::Deserialize;
use shared::identity::Staff;

use crate::{Answer, Client, Error};

#[derive(Deserialize)]
struct List {
    staff: Vec<Staff>,
}

impl Client {
    /// The people one may sign in as at a development identity provider; empty where the service has no such
    /// list, as every real one.
    ///
    /// # Errors
    /// When the service cannot be reached or answers something else.
    pub async fn staff_list(&self) -> Result<Answer<Vec<Staff>>, Error> {
        let request = self.plain(Method::GET, self.at_origin(&["auth", "staff"])?)?;
        match self.json(request).await {
            Ok(answer) => answer.try_map(|value| {
                serde_json::from_value::<List>(value).map(|l| l.staff).map_err(|_| Error::NotFhir("a list of staff"))
            }),
            Err(error) if matches!(error.status(), Some(404 | 405)) => {
                Ok(Answer { value: Vec::new(), server_time: error.server_time(), etag: None })
            }
            Err(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_server::{TestServer, answer, json_answer};

    #[tokio::test]
    async fn a_service_without_a_list_has_no_staff_to_offer() {
        let script = vec![
            json_answer(
                r#"{"staff":[{"id":"s1","name":"Asha Rao","role":"emergency","job_title":"Paramedic","organisation":{"ods":"RRU","name":"LAS"}}]}"#,
            ),
            answer("404 Not Found", "text/plain", "", "no"),
            json_answer(r#"{"staff":[{"id":"s1","role":"wizard"}]}"#),
        ];
        let server = TestServer::start(script).await;
        assert_eq!(server.client().staff_list().await.unwrap().value.len(), 1);
        assert!(server.client().staff_list().await.unwrap().value.is_empty());
        assert!(matches!(server.client().staff_list().await, Err(Error::NotFhir(_))));
        assert!(server.requests()[0].starts_with("GET /auth/staff HTTP"));
    }
}
