//! What is withheld changes nothing that can be measured: the same answers, headers and sizes before it came and after.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use shared::consent::EmergencyNone;

use super::listed::RECORD;
use super::world::{Reply, World};

const WHO: &str = "nurse-brannigan";
const PATIENT: &str = "demo-okafor";

/// Every list in pages of several sizes, and the read of all that the lists show.
async fn everything(world: &World, grant: &str) -> BTreeMap<String, Reply> {
    let mut answers = BTreeMap::new();
    for kind in RECORD {
        for count in [1, 2, 200] {
            let path = format!("/fhir/{kind}?patient={PATIENT}&_count={count}");
            let reply = world.get(WHO, &path, Some(grant)).await;
            for entry in reply.json()["entry"].as_array().into_iter().flatten() {
                let path = format!("/fhir/{kind}/{}", entry["resource"]["id"].as_str().unwrap());
                answers.insert(path.clone(), world.get(WHO, &path, Some(grant)).await);
            }
            answers.insert(path, reply);
        }
    }
    answers
}

fn hidden(kind: &str, label: &str) -> Value {
    let subject = json!({"reference": format!("Patient/{PATIENT}")});
    json!({"resourceType": kind, "id": format!("hidden-{label}"), "subject": subject, "patient": subject,
        "beneficiary": subject, "meta": {"security": [{"code": label}]}, "status": "active",
        "type": {"coding": [{"system": "http://loinc.org", "code": "11506-3"}]}, "code": {"text": "hidden words"},
        "category": [{"coding": [{"code": "none-of-danger"}]}]})
}

async fn granted(world: &World) -> String {
    let reply = world.decide(WHO, PATIENT, "CAREMGT", "care_team", false).await;
    reply.parameter("grant").unwrap()
}

#[tokio::test]
async fn what_is_withheld_changes_no_list_no_page_and_no_size() {
    let world = World::seeded(EmergencyNone::Ask).await;
    let grant = granted(&world).await;
    let before = everything(&world, &grant).await;
    for kind in RECORD {
        // An allergy that is restricted is shown, redacted; one that is very restricted is not.
        for label in ["HIV", "V"].into_iter().filter(|label| kind != "AllergyIntolerance" || *label == "V") {
            world.store.insert_resource(hidden(kind, label)).await.unwrap();
        }
    }
    let after = everything(&world, &grant).await;
    for (path, reply) in &before {
        assert_eq!(after.get(path), Some(reply), "{path}");
    }
    assert_eq!(before.len(), after.len());
    let nothing = world.get(WHO, "/fhir/Condition/there-is-none", Some(&grant)).await;
    for kind in RECORD {
        assert_eq!(world.get(WHO, &format!("/fhir/{kind}/hidden-V"), Some(&grant)).await, nothing, "{kind}");
    }
}

#[tokio::test]
async fn what_is_withheld_changes_neither_the_tag_nor_the_date_of_the_summary() {
    let world = World::seeded(EmergencyNone::Ask).await;
    let grant = granted(&world).await;
    let summary = async || world.get(WHO, &format!("/fhir/Patient/{PATIENT}/$summary"), Some(&grant)).await;
    // That something is not shown is said once, of the whole, by the owner's policy.
    world.store.insert_resource(hidden("Condition", "HIV")).await.unwrap();
    let before = summary().await;
    world.store.an_hour_later().await.unwrap();
    for kind in ["Condition", "Observation", "Procedure", "MedicationRequest", "Flag", "Provenance"] {
        world.store.insert_resource(hidden(kind, "V")).await.unwrap();
    }
    let after = summary().await;
    for header in ["etag", "last-modified"] {
        assert_eq!(after.headers[header], before.headers[header], "{header}");
    }
    assert_eq!(crate::ips::undated(&after.json()), crate::ips::undated(&before.json()));
}

#[tokio::test]
async fn nothing_that_is_shown_points_at_what_is_withheld() {
    let world = World::seeded(EmergencyNone::Ask).await;
    let grant = granted(&world).await;
    let subject = json!({"reference": format!("Patient/{PATIENT}")});
    for it in [
        hidden("Condition", "HIV"),
        json!({"resourceType": "CarePlan", "id": "plan-x", "subject": subject, "title": "A plan",
            "addresses": [{"reference": "Condition/hidden-HIV", "display": "hidden words"}]}),
        json!({"resourceType": "MedicationStatement", "id": "closed-x", "subject": subject,
            "meta": {"security": [{"code": "HIV"}]}, "medicationReference": {"reference": "Medication/tablets-x"}}),
        json!({"resourceType": "Medication", "id": "tablets-x", "code": {"text": "telling tablets"}}),
        json!({"resourceType": "Provenance", "id": "vouches-x", "target": [{"reference": "Condition/hidden-HIV"}],
            "agent": [{"who": {"display": "A clinic whose name tells"}}]}),
    ] {
        let mut write = world.store.begin().await.unwrap();
        write.put(it, Some(PATIENT)).await.unwrap();
        write.commit().await.unwrap();
    }
    let all = everything(&world, &grant).await;
    assert!(all.contains_key("/fhir/CarePlan/plan-x"), "the plan itself is shown");
    for (path, reply) in all {
        for trace in ["hidden", "telling", "tablets-x", "vouches-x", "name tells"] {
            assert!(!reply.body.contains(trace), "{trace} in {path}");
        }
    }
    let nothing = world.get(WHO, "/fhir/Condition/there-is-none", Some(&grant)).await;
    for path in ["Medication/tablets-x", "Provenance/vouches-x", "MedicationStatement/closed-x"] {
        assert_eq!(world.get(WHO, &format!("/fhir/{path}"), Some(&grant)).await, nothing, "{path}");
    }
}

#[tokio::test]
async fn a_choice_made_after_the_permit_counts_on_every_path() {
    let world = World::seeded(EmergencyNone::Ask).await;
    let grant = granted(&world).await;
    let consent = json!({"resourceType": "Consent", "id": "out", "status": "active",
        "scope": {"coding": [{"code": "patient-privacy"}]}, "patient": {"reference": format!("Patient/{PATIENT}")},
        "category": [{"coding": [{"system": "https://doorstep.example/CodeSystem/consent-tier", "code": "opt-out"}]}],
        "provision": {"type": "deny"}});
    world.store.insert_resource(consent).await.unwrap();
    let mut paths: Vec<String> = RECORD.iter().map(|kind| format!("/fhir/{kind}?patient={PATIENT}")).collect();
    paths.extend([format!("/fhir/Consent?patient={PATIENT}"), format!("/fhir/Patient/{PATIENT}/$summary")]);
    let stored = world.store.of_patient(PATIENT).await.unwrap();
    let mine = |it: &Value| it["resourceType"] == "Appointment" && it.to_string().contains(WHO);
    paths.extend(stored.iter().filter(|s| !mine(&s.resource)).map(|s| format!("/fhir/{}/{}", s.kind, s.id)));
    for path in paths {
        let reply = world.get(WHO, &path, Some(&grant)).await;
        assert!([403, 404].contains(&reply.status), "{path}: {}", reply.status);
    }
}
