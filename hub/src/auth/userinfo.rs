//! Who can be signed in as, and who is.

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use crate::api::{Hub, Problem, Signed};

/// `GET /auth/staff`: who can be signed in as.
pub(crate) async fn staff(State(hub): State<Hub>) -> Result<Json<Value>, Problem> {
    Ok(Json(json!({"staff": hub.store.all_staff().await?})))
}

/// `GET /auth/userinfo`: who is signed in, and what they may do beside their role (`duties`).
pub(crate) async fn userinfo(State(hub): State<Hub>, signed: Signed) -> Result<Json<Value>, Problem> {
    let id = signed.staff.id.as_str();
    let mut person = serde_json::to_value(&signed.staff).map_err(|_| Problem::internal())?;
    person["sub"] = json!(id);
    person["fhirUser"] = json!(format!("Practitioner/{id}"));
    let mut duties = Vec::new();
    duties.extend(hub.store.is_privacy_officer(id).await?.then_some("privacy-officer"));
    duties.extend(hub.store.is_device_steward(id).await?.then_some("device-steward"));
    person["duties"] = json!(duties);
    Ok(Json(person))
}
