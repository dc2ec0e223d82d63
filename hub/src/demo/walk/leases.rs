//! Every permit there is comes with a lease that says the same, and a withdrawal is told of at the next question.

use serde_json::{Value, json};
use shared::consent::{Basis, EmergencyNone, Outcome, Purpose, decide};
use shared::identity::PatientId;
use shared::lease::{Claims, TYP, patient_hash};

use super::world::World;
use super::{key, walk};
use crate::secret;

#[tokio::test]
async fn every_permit_has_its_lease_and_every_withdrawal_ends_it() {
    let (world, oracle) = walk(EmergencyNone::Ask).await;
    let mut given = Vec::new();
    for person in &oracle.people {
        for staff in world.distinct_staff() {
            for purpose in Purpose::ALL {
                let open = |basis: &&Basis| {
                    let request = oracle.request(person, staff, Some(*purpose), **basis, EmergencyNone::Ask);
                    decide(&request).outcome == Outcome::Permit
                };
                let Some(basis) = Basis::ALL.iter().find(open) else { continue };
                let (who, patient) = (staff.id.as_str(), key(&person.slug));
                let case = format!("{who} {} {purpose:?}", person.slug);
                given.push((who, patient.clone(), one(&world, who, &patient, *purpose, *basis, &case).await));
            }
        }
    }
    assert!(given.len() > 60, "only {} permits", given.len());
    for (who, _, lease) in &given {
        assert_eq!(status(&world, who, lease).await, "active");
        let other = world.staff.iter().find(|it| it.id.as_str() != *who).unwrap();
        assert_eq!(status(&world, other.id.as_str(), lease).await, "unknown");
    }
    for person in &oracle.people {
        let patient = key(&person.slug);
        let out = json!({"resourceType": "Consent", "id": format!("out-{}", person.slug), "status": "active",
            "category": [{"coding": [{"system": "https://doorstep.example/CodeSystem/consent-tier", "code": "opt-out"}]}],
            "patient": {"reference": format!("Patient/{patient}")}, "provision": {"type": "deny"}});
        world.store.insert_resource(out).await.unwrap();
    }
    for (who, patient, lease) in &given {
        assert_eq!(status(&world, who, lease).await, "revoked", "{who} {patient}");
    }
}

/// Asks for one permit and its summary; the id of its lease.
async fn one(world: &World, who: &str, patient: &str, purpose: Purpose, basis: Basis, case: &str) -> String {
    let reply = world.decide(who, patient, purpose.code(), basis.code(), false).await;
    let read = |token: &str| Claims::read(&world.believed.verify(token, Some(TYP)).unwrap()).unwrap();
    let lease = read(&reply.parameter("leaseJws").unwrap());
    assert_eq!((lease.staff.as_str(), lease.purpose), (who, purpose), "{case}");
    assert_eq!(lease.patient, patient_hash(secret::sha256, lease.id, &PatientId::new(patient)), "{case}");
    assert_eq!(Some(lease.dataset.code().to_owned()), reply.parameter("dataset"), "{case}");
    let grant = reply.parameter("grant").unwrap();
    let summary = world.get(who, &format!("/fhir/Patient/{patient}/$summary"), Some(&grant)).await;
    let beside = read(&summary.headers["x-doorstep-lease"]);
    assert_eq!(beside.bundle_sha256, Some(secret::hash(&summary.body)), "{case}");
    assert_eq!(Claims { bundle_sha256: None, ..beside }, lease, "{case}");
    lease.id.to_string()
}

async fn status(world: &World, who: &str, lease: &str) -> String {
    let body = json!({"resourceType": "Parameters", "parameter": [{"name": "lease", "valueString": lease}]});
    let reply = world.ask(who, "POST", "/fhir/$lease-status", None, &body).await;
    let answer: Value = reply.json();
    answer["parameter"][0]["part"][1]["valueCode"].as_str().unwrap().to_owned()
}
