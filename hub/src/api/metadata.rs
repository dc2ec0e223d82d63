//! What the server says of itself.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::{Value, json};

use super::answer::fhir;
use super::change::TYPES;
use super::context::Hub;
use super::note::NOTE_TYPES;
use crate::auth::endpoints;

/// Types of a record that come from elsewhere and are only read here.
pub(crate) const SOURCE_TYPES: [&str; 31] = [
    "AllergyIntolerance",
    "CarePlan",
    "CareTeam",
    "ClinicalImpression",
    "Communication",
    "Composition",
    "Condition",
    "Coverage",
    "Device",
    "DeviceUseStatement",
    "DiagnosticReport",
    "DocumentReference",
    "Encounter",
    "FamilyMemberHistory",
    "Flag",
    "Goal",
    "Group",
    "Immunization",
    "ImmunizationRecommendation",
    "Location",
    "Medication",
    "MedicationAdministration",
    "MedicationDispense",
    "MedicationRequest",
    "MedicationStatement",
    "Observation",
    "Procedure",
    "Provenance",
    "RelatedPerson",
    "ServiceRequest",
    "Task",
];
/// Types that belong to no one person.
pub(crate) const SHARED_TYPES: [&str; 3] = ["Organization", "Practitioner", "PractitionerRole"];

/// `GET /fhir/metadata`.
pub(crate) async fn capability_statement(State(hub): State<Hub>, headers: HeaderMap) -> Response {
    let base = hub.base(&headers);
    fhir(&json!({
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": "2026-01-01",
        "kind": "instance",
        "software": {"name": "Doorstep hub", "version": env!("CARGO_PKG_VERSION")},
        "implementation": {"description": "A small shared care record with consent enforcement", "url": base},
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json", "json"],
        "instantiates": ["http://hl7.org/fhir/uv/ips/CapabilityStatement/ips-server"],
        "rest": [{
            "mode": "server",
            "security": security(&hub.origin(&headers)),
            "resource": resources(),
            "interaction": [{"code": "transaction"}],
            "operation": [
                {"name": "lease-status", "definition": "https://doorstep.example/OperationDefinition/lease-status"},
                {"name": "relay", "definition": "https://doorstep.example/OperationDefinition/relay"},
                {"name": "receipts", "definition": "https://doorstep.example/OperationDefinition/receipts"}
            ],
        }]
    }))
}

fn security(origin: &str) -> Value {
    json!({
        "cors": false,
        "service": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/restful-security-service", "code": "SMART-on-FHIR"}]}],
        "extension": [{
            "url": "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris",
            "extension": [
                {"url": "authorize", "valueUri": format!("{origin}/auth/authorize")},
                {"url": "token", "valueUri": format!("{origin}/auth/token")}
            ]
        }]
    })
}

fn resources() -> Vec<Value> {
    let mut all = vec![
        json!({
            "type": "Patient",
            "versioning": "versioned",
            "interaction": [{"code": "read"}, {"code": "search-type"}],
            "searchParam": [
                {"name": "identifier", "type": "token"}, {"name": "family", "type": "string"},
                {"name": "birthdate", "type": "date"}
            ],
            "operation": [
                {"name": "summary", "definition": "http://hl7.org/fhir/uv/ips/OperationDefinition/summary"},
                {"name": "consent-decision", "definition": "https://doorstep.example/OperationDefinition/consent-decision"},
                {"name": "break-glass-declared", "definition": "https://doorstep.example/OperationDefinition/break-glass-declared"},
                {"name": "break-glass-end", "definition": "https://doorstep.example/OperationDefinition/break-glass-end"}
            ]
        }),
        json!({
            "type": "Bundle",
            "interaction": [{"code": "read"}],
            "documentation": "Further documents of a person, under the grant of a decision. DocumentReference points to them."
        }),
        json!({
            "type": "AuditEvent",
            "interaction": [{"code": "search-type"}, {"code": "create"}],
            "searchParam": [{"name": "patient", "type": "reference"}, {"name": "patient.identifier", "type": "token"},
                {"name": "date", "type": "date"}],
            "documentation": "Created by devices as a Bundle of type batch, each with its place in the chain of the device. Read by privacy officers."
        }),
        listed("Consent", &["patient"]),
        listed("Appointment", &["practitioner"]),
    ];
    all.extend(SOURCE_TYPES.iter().map(|kind| {
        let mut resource = listed(kind, &["patient"]);
        let mut more = vec![json!({"code": "vread"}), json!({"code": "history-instance"})];
        if *kind == "Provenance" || NOTE_TYPES.contains(kind) {
            more.push(json!({"code": "create"}));
            resource["conditionalCreate"] = json!(true);
            resource["documentation"] = json!("Created in a transaction, conditional on the identifier of the note.");
        }
        if TYPES.contains(kind) {
            more.push(json!({"code": "update"}));
            // R4 has no code for a condition that must be there: without If-Match it is 428.
            resource["versioning"] = json!("versioned-update");
        }
        if *kind == "DocumentReference"
            && let Some(params) = resource["searchParam"].as_array_mut()
        {
            params.push(json!({
                "name": "type",
                "type": "token",
                "documentation": "http://loinc.org|60591-5: pointers to further documents of a person, instead of notes."
            }));
            params.push(json!({"name": "status", "type": "token", "documentation": "With type: current."}));
        }
        if let Some(interactions) = resource["interaction"].as_array_mut() {
            interactions.append(&mut more);
        }
        resource
    }));
    let read_only = |kind: &&str| json!({"type": kind, "versioning": "versioned", "interaction": [{"code": "read"}]});
    all.extend(SHARED_TYPES.iter().map(read_only));
    all
}

fn listed(kind: &str, by: &[&str]) -> Value {
    let by = by.iter().map(|name| json!({"name": name, "type": "reference"}));
    let params: Vec<_> = by.chain([json!({"name": "_lastUpdated", "type": "date"})]).collect();
    json!({
        "type": kind,
        "versioning": "versioned",
        "interaction": [{"code": "read"}, {"code": "search-type"}],
        "searchParam": params
    })
}

/// `GET /fhir/.well-known/smart-configuration` (SMART App Launch 2.2).
pub(crate) async fn smart_configuration(State(hub): State<Hub>, headers: HeaderMap) -> Json<Value> {
    let origin = hub.origin(&headers);
    let mut stated = json!({
        "jwks_uri": format!("{origin}/.well-known/jwks.json"),
        "doorstep_device_endpoint": format!("{origin}/devices"),
        "doorstep_device_enrolment": hub.gate.enrolment.code(),
        "capabilities": ["launch-standalone", "client-public", "sso-openid-connect", "permission-user",
            "permission-offline", "permission-v2"]
    });
    if let (Some(stated), Value::Object(of)) = (stated.as_object_mut(), endpoints(&hub, &origin)) {
        stated.extend(of);
        // Who somebody is here, only this hub can say.
        stated.insert("userinfo_endpoint".to_owned(), json!(format!("{origin}/auth/userinfo")));
    }
    Json(stated)
}
