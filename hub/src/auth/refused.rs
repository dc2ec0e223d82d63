//! An error as RFC 6749 §5.2 has it: these endpoints are read by OAuth clients, not by FHIR ones.

use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::proof::NoProof;
use crate::StoreError;
use crate::api::Problem;

/// Why a token endpoint gives nothing.
#[derive(Debug)]
pub(crate) enum Refused {
    /// 400 with this error.
    Because(&'static str),
    /// Anything that is not of OAuth.
    Failed(Problem),
}

impl From<Problem> for Refused {
    fn from(problem: Problem) -> Self {
        Self::Failed(problem)
    }
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<NoProof> for Refused {
    fn from(fault: NoProof) -> Self {
        match fault {
            NoProof::Failed(problem) => Self::Failed(problem),
            _ => Self::Because("invalid_dpop_proof"),
        }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        match self {
            Self::Because(error) => {
                let kept = [(header::CACHE_CONTROL, "no-store")];
                (StatusCode::BAD_REQUEST, kept, Json(json!({"error": error}))).into_response()
            }
            Self::Failed(problem) => problem.into_response(),
        }
    }
}
