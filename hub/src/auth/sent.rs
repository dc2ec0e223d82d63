//! The form of a request to an OAuth endpoint.

use axum::Form;
use axum::extract::{FromRequest, Request};
use serde::de::DeserializeOwned;

use super::refused::Refused;
use crate::api::Hub;

/// A form. What cannot be read is `invalid_request` (RFC 6749 §5.2).
pub(crate) struct Sent<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequest<Hub> for Sent<T> {
    type Rejection = Refused;

    async fn from_request(request: Request, hub: &Hub) -> Result<Self, Refused> {
        let form = Form::from_request(request, hub).await;
        form.map(|Form(sent)| Self(sent)).map_err(|_| Refused::Because("invalid_request"))
    }
}
