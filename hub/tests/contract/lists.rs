use serde_json::{Value, json};

use crate::world::{World, consent, note, purpose, uuid};

fn path(answer: &Value, relation: &str) -> Option<String> {
    let link = answer["link"].as_array()?.iter().find(|l| l["relation"] == relation)?;
    Some(format!("/fhir/{}", link["url"].as_str()?.split("/fhir/").nth(1)?))
}

#[tokio::test]
async fn notes_are_listed_page_by_page_to_the_end_in_order_of_time() {
    let world = World::new().await;
    let nurse = world.sign_in("nurse").await;
    for n in 0..7 {
        world.post(&nurse, "/fhir", &note("nurse", "p1", &uuid(n), &format!("Note {n}."))).await;
    }
    let grant = world.grant(&nurse, "p1", "CAREMGT", "care_team").await;
    let mut next = Some("/fhir/DocumentReference?patient=Patient/p1&_sort=_lastUpdated&_count=3".to_owned());
    let (mut seen, mut pages) = (Vec::new(), 0);
    while let Some(at) = next {
        let page = world.with_grant(&nurse, &at, &grant).await.json();
        assert!(page["total"].is_null());
        let entries = page["entry"].as_array().unwrap();
        seen.extend(entries.iter().map(|e| e["resource"]["meta"]["lastUpdated"].as_str().unwrap().to_owned()));
        next = path(&page, "next");
        pages += 1;
    }
    let sorted = {
        let mut sorted = seen.clone();
        sorted.sort();
        sorted
    };
    assert_eq!((pages, seen.len(), &sorted), (3, 7, &seen));
    let since = format!("/fhir/DocumentReference?patient=p1&_lastUpdated=ge{}", seen[4]);
    let page = world.with_grant(&nurse, &since, &grant).await.json();
    assert_eq!(page["entry"].as_array().map(Vec::len), Some(3), "the fifth and what came after");
    let after = format!("/fhir/DocumentReference?patient=p1&_lastUpdated=gt{}", seen[6]);
    let page = world.with_grant(&nurse, &after, &grant).await.json();
    assert!(page["entry"].is_null() && path(&page, "next").is_none());
    let provenance = world.with_grant(&nurse, "/fhir/Provenance?patient=p1&_count=200", &grant).await.json();
    assert_eq!(provenance["entry"].as_array().map(Vec::len), Some(7));
}

#[tokio::test]
async fn a_crew_reads_the_nurses_notes_and_no_other_list() {
    let world = World::new().await;
    let (nurse, crew) = (world.sign_in("nurse").await, world.sign_in("crew").await);
    world.post(&nurse, "/fhir", &note("nurse", "p1", &uuid(1), "For whoever comes.")).await;
    let letter = json!({"resourceType": "DocumentReference", "id": "letter", "status": "current",
        "subject": {"reference": "Patient/p1"}, "type": {"coding": [{"code": "824331000000106"}]}});
    world.hub.store.insert_resource(letter).await.unwrap();
    let grant = world.grant(&crew, "p1", "ETREAT", "care_team").await;
    let list = world.with_grant(&crew, "/fhir/DocumentReference?patient=p1", &grant).await.json();
    assert_eq!(list["entry"].as_array().map(Vec::len), Some(1));
    world.with_grant(&crew, "/fhir/Condition?patient=p1", &grant).await.is_problem(403, "forbidden");
    world.with_grant(&crew, "/fhir/DocumentReference/letter", &grant).await.is_problem(404, "not-found");
    world.get(&crew, "/fhir/DocumentReference?patient=p1").await.is_problem(403, "forbidden");
    let nurse_grant = world.grant(&nurse, "p1", "CAREMGT", "care_team").await;
    assert_eq!(world.with_grant(&nurse, "/fhir/DocumentReference/letter", &nurse_grant).await.status, 200);
    let problems = world.with_grant(&nurse, "/fhir/Condition?patient=p1", &nurse_grant).await.json();
    assert_eq!(problems["entry"].as_array().map(Vec::len), Some(2));
    assert!(!problems.to_string().contains("PSY"), "why something is restricted stays here");
}

#[tokio::test]
async fn a_label_closes_single_resources_too() {
    let world = World::new().await;
    let nurse = world.sign_in("nurse").await;
    let grant = world.grant(&nurse, "p1", "CAREMGT", "care_team").await;
    world.with_grant(&nurse, "/fhir/Procedure/deep", &grant).await.is_problem(404, "not-found");
    let list = world.with_grant(&nurse, "/fhir/Procedure?patient=p1", &grant).await.json();
    assert!(list["entry"].is_null());
    assert_eq!(world.with_grant(&nurse, "/fhir/Condition/secret", &grant).await.status, 200);
    let carer = world.sign_in("carer").await;
    let grant = world.grant(&carer, "p1", "CAREMGT", "care_team").await;
    world.with_grant(&carer, "/fhir/Condition/secret", &grant).await.is_problem(404, "not-found");
}

#[tokio::test]
async fn a_list_of_work_is_for_the_person_whose_it_is() {
    let world = World::new().await;
    let (nurse, crew) = (world.sign_in("nurse").await, world.sign_in("crew").await);
    let mine = world.get(&nurse, "/fhir/Appointment?practitioner=Practitioner/nurse").await.json();
    assert_eq!(mine["entry"][0]["resource"]["id"], "a1");
    let none = world.get(&crew, "/fhir/Appointment?practitioner=Practitioner/crew").await.json();
    assert!(none["entry"].is_null());
    world.get(&crew, "/fhir/Appointment?practitioner=Practitioner/nurse").await.is_problem(403, "forbidden");
    world.get(&crew, "/fhir/Appointment").await.is_problem(400, "invalid");
    world.get(&crew, "/fhir/Appointment/a1").await.is_problem(404, "not-found");
    assert_eq!(world.get(&nurse, "/fhir/Appointment/a1").await.status, 200);
}

#[tokio::test]
async fn consents_are_read_by_those_to_whom_the_record_is_open() {
    let world = World::new().await;
    let nurse = world.sign_in("nurse").await;
    world.get(&nurse, "/fhir/Consent?patient=p1").await.is_problem(403, "forbidden");
    world.grant(&nurse, "p1", "CAREMGT", "care_team").await;
    let list = world.get(&nurse, "/fhir/Consent?patient=p1").await.json();
    assert_eq!(list["entry"].as_array().map(Vec::len), Some(2));
    assert!(!list.to_string().contains("PSY"), "what there is to hide is not told");
    let one = world.get(&nurse, "/fhir/Consent/c2").await.json();
    assert_eq!(one["meta"]["tag"][0]["code"], "SUBSETTED");
    world.get(&nurse, "/fhir/Consent/c3").await.is_problem(403, "forbidden");
    let put = consent("c1", "p1", "emergency", json!({"type": "permit", "purpose": purpose("ETREAT")}));
    let body = put.to_string();
    let headers = [("Content-Type", "application/fhir+json")];
    world.request("PUT", &nurse, "/fhir/Consent/c1", &headers, body.as_bytes()).await.is_problem(405, "not-supported");
}

#[tokio::test]
async fn what_a_search_does_not_know_it_refuses() {
    let world = World::new().await;
    let nurse = world.sign_in("nurse").await;
    let grant = world.grant(&nurse, "p1", "CAREMGT", "care_team").await;
    for query in [
        "",
        "?patient=",
        "?patient=p1&author=x",
        "?patient=p1&_sort=date",
        "?patient=p1&_count=0",
        "?patient=p1&_lastUpdated=soon",
        "?patient=p1&_page=zzz",
        "?patient=p1&patient=p2",
        "?patient=Group/p1",
    ] {
        world.with_grant(&nurse, &format!("/fhir/DocumentReference{query}"), &grant).await.is_problem(400, "invalid");
    }
}
