//! Where to sign in, for whoever knows the hub only.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use serde_json::{Value, json};

use crate::api::Hub;

const SCOPES: [&str; 10] = [
    "openid",
    "fhirUser",
    "offline_access",
    "user/Patient.rs",
    "user/Consent.rs",
    "user/Appointment.rs",
    "user/DocumentReference.crs",
    "user/Provenance.crs",
    "user/Provenance.c",
    "user/AuditEvent.c",
];

/// What OpenID Connect Discovery 1.0 and SMART App Launch 2.2 both say of the provider: of somebody else's what its own
/// document says, of ours what is in this folder, and nothing where nobody can sign in.
pub(crate) fn endpoints(hub: &Hub, origin: &str) -> Value {
    if let Some(issuer) = &hub.gate.issuer {
        return issuer.endpoints();
    }
    if !hub.dev_sign_in {
        return json!({});
    }
    json!({
        "issuer": origin,
        "jwks_uri": format!("{origin}/.well-known/jwks.json"),
        "authorization_endpoint": format!("{origin}/auth/authorize"),
        "token_endpoint": format!("{origin}/auth/token"),
        "introspection_endpoint": format!("{origin}/auth/introspect"),
        "revocation_endpoint": format!("{origin}/auth/revoke"),
        "device_authorization_endpoint": format!("{origin}/auth/device"),
        "grant_types_supported": ["authorization_code", "refresh_token", super::by_device::GRANT],
        "response_types_supported": ["code"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["none"],
        "dpop_signing_alg_values_supported": ["ES256"],
        "authorization_response_iss_parameter_supported": true,
        "scopes_supported": SCOPES,
    })
}

/// `GET /.well-known/openid-configuration`, of the identity provider of the demonstration.
pub(crate) async fn openid_configuration(State(hub): State<Hub>, headers: HeaderMap) -> Json<Value> {
    let origin = hub.origin(&headers);
    let mut stated = endpoints(&hub, &origin);
    stated["userinfo_endpoint"] = json!(format!("{origin}/auth/userinfo"));
    stated["subject_types_supported"] = json!(["public"]);
    stated["id_token_signing_alg_values_supported"] = json!(["ES256"]);
    stated["acr_values_supported"] = json!(["0"]);
    stated["claims_supported"] =
        json!(["iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "at_hash", "fhirUser"]);
    stated["prompt_values_supported"] = json!(["login", "select_account", "consent"]);
    Json(stated)
}
