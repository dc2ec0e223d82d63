//! The list of all that is answered. A path, a type, an interaction or an operation that is not in it stops the
//! tests: whoever adds one says here who may use it, and walks it in `paths`.

use std::collections::BTreeSet;

use serde_json::Value;
use shared::consent::EmergencyNone;

use super::world::World;

/// Parts of one person's record: by a grant, as far as the decision opens them.
pub(super) const RECORD: [&str; 31] = [
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
/// How they are read.
const RECORD_READS: [&str; 4] = ["read", "vread", "history-instance", "search-type"];
/// What can be changed.
pub(super) const CHANGED: [&str; 3] = ["Flag", "Goal", "Task"];
/// Of no one person, for all who are signed in.
pub(super) const SHARED: [&str; 3] = ["Organization", "Practitioner", "PractitionerRole"];

/// `Type interaction` of everything that has a rule of its own.
const OWN_RULES: [&str; 13] = [
    // Demographics, for all who are signed in: to know whom one has in front of one.
    "Patient read",
    "Patient search-type",
    "Patient $summary",
    "Patient $consent-decision",
    // Nothing of anybody: the answer is the same whoever it is about.
    "Patient $break-glass-declared",
    "Patient $break-glass-end",
    // By a grant for the person whom the document is about.
    "Bundle read",
    // For privacy officers; devices hand theirs over.
    "AuditEvent search-type",
    "AuditEvent create",
    // For those to whom the record is open at this moment.
    "Consent read",
    "Consent search-type",
    // One's own work.
    "Appointment read",
    "Appointment search-type",
];

const PATHS: [&str; 33] = [
    // Nothing of anybody.
    "/healthz",
    "/fhir/metadata",
    "/fhir/.well-known/smart-configuration",
    // Public keys.
    "/.well-known/jwks.json",
    "/auth/staff",
    "/auth/authorize",
    "/auth/token",
    "/auth/userinfo",
    "/.well-known/openid-configuration",
    "/auth/device",
    "/device",
    // Of tokens, for whoever has them.
    "/auth/introspect",
    "/auth/revoke",
    // The device itself, by its key; lists and revocations for stewards.
    "/devices",
    "/devices/self",
    "/devices/{id}/revoke",
    // Notes come in; nothing goes out but what the sender sent.
    "/fhir",
    "/fhir/",
    // Sealed notes come in; nothing goes out but that they did.
    "/fhir/$relay",
    // About one's own notes: roles and times.
    "/fhir/$receipts",
    // For privacy officers.
    "/access-report/{patient}",
    "/admin/alerts",
    "/admin/alerts/{id}",
    "/admin/alerts/{id}/review",
    "/admin/alerts/{id}/letter",
    "/admin/access-report",
    // Who can be signed in as, as at `/auth/staff`.
    "/admin/sign-in",
    // About one's own leases.
    "/fhir/$lease-status",
    // By type and operation, below.
    "/fhir/{type}",
    "/fhir/{type}/{id}",
    "/fhir/{type}/{id}/{operation}",
    "/fhir/{type}/{id}/_history/{version}",
    // Everything else.
    "(fallback)",
];

fn stated(statement: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let rest = &statement["rest"][0];
    for resource in rest["resource"].as_array().unwrap() {
        let kind = resource["type"].as_str().unwrap();
        let codes = resource["interaction"].as_array().unwrap().iter().map(|i| i["code"].as_str().unwrap().to_owned());
        let operations = resource["operation"].as_array().into_iter().flatten();
        let operations = operations.map(|o| format!("${}", o["name"].as_str().unwrap()));
        found.extend(codes.chain(operations).map(|what| format!("{kind} {what}")));
    }
    let whole =
        rest["interaction"].as_array().unwrap().iter().chain(rest["operation"].as_array().into_iter().flatten());
    found.extend(whole.map(|it| format!("(system) {}", it["code"].as_str().or(it["name"].as_str()).unwrap())));
    found
}

#[tokio::test]
async fn every_path_type_interaction_and_operation_is_listed() {
    let world = World::seeded(EmergencyNone::Ask).await;
    let mut known: BTreeSet<String> = OWN_RULES.iter().map(|it| (*it).to_owned()).collect();
    known.extend(RECORD.iter().flat_map(|kind| RECORD_READS.map(|it| format!("{kind} {it}"))));
    known.extend(SHARED.iter().map(|kind| format!("{kind} read")));
    // A note and its provenance, in a transaction.
    let own = ["Provenance create", "(system) transaction", "(system) relay", "(system) receipts"];
    let notes = ["DocumentReference", "Flag", "MedicationAdministration", "Observation", "Task"];
    known.extend(notes.map(|kind| format!("{kind} create")));
    // By whoever may read it, on the version that they read.
    known.extend(CHANGED.map(|kind| format!("{kind} update")));
    // About one's own leases.
    known.extend(own.into_iter().chain(["(system) lease-status"]).map(str::to_owned));
    let statement = world.get("", "/fhir/metadata", None).await.json();
    assert_eq!(stated(&statement), known);
    let paths: BTreeSet<_> = crate::api::paths().into_iter().chain(["(fallback)"]).collect();
    assert_eq!(paths, PATHS.into_iter().collect());
}

#[tokio::test]
async fn whoever_is_not_signed_in_learns_nothing() {
    let world = World::seeded(EmergencyNone::Ask).await;
    let open = ["/healthz", "/fhir/metadata", "/device", "/admin/sign-in"];
    let kinds = RECORD.iter().chain(&SHARED).chain(&["Patient", "Consent", "Appointment", "Bundle", "AuditEvent"]);
    let mut paths: Vec<String> =
        crate::api::paths().into_iter().filter(|p| !p.contains('{')).map(str::to_owned).collect();
    paths.retain(|path| !open.contains(&path.as_str()) && !path.contains(".well-known") && !path.starts_with("/auth/"));
    paths.extend(["/auth/userinfo", "/fhir/Patient/demo-okafor/$summary"].map(str::to_owned));
    for kind in kinds {
        let more = [format!("/fhir/{kind}?patient=demo-okafor"), format!("/fhir/{kind}/demo-okafor")];
        let more = more.into_iter().chain(["", "/1"].map(|it| format!("/fhir/{kind}/demo-okafor/_history{it}")));
        paths.extend(more);
    }
    for path in paths {
        let reply = world.get("nobody", &path, None).await;
        assert!([401, 404, 405].contains(&reply.status), "{path}: {}", reply.status);
        assert!(!reply.body.contains("demo-") && !reply.body.contains("KAFOR"), "{path}: {}", reply.body);
    }
}

#[tokio::test]
async fn devices_are_seen_and_revoked_by_their_steward_only() {
    let world = World::seeded(EmergencyNone::Ask).await;
    let revoke = "/devices/01920000-0000-7000-8000-0000000000d1/revoke";
    for staff in world.distinct_staff() {
        let who = staff.id.as_str();
        let steward = who == "admin-park";
        assert_eq!(world.get(who, "/devices", None).await.status, if steward { 200 } else { 403 }, "{who}");
        let reply = world.ask(who, "POST", revoke, None, &Value::Null).await;
        assert_eq!(reply.status, if steward { 404 } else { 403 }, "{who}");
    }
    // A token is no proof of a device.
    for (method, path) in [("POST", "/devices"), ("GET", "/devices/self")] {
        assert_eq!(world.ask("admin-park", method, path, None, &Value::Null).await.status, 401, "{path}");
    }
}
