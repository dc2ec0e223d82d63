use hub::import::import;
use serde_json::{Value, json};
use shared::consent::EmergencyNone;
use shared::fhir::{Document, check_subject};
use shared::identity::Demographics;

use crate::world::{World, parameter, staff};

fn document(identifier: Option<&str>, family: &str, born: &str, date: &str, problem: &str) -> Value {
    let mut patient =
        json!({"resourceType": "Patient", "id": "example", "name": [{"family": family}], "birthDate": born});
    if let Some(value) = identifier {
        patient["identifier"] = json!([{"system": "urn:oid:1.2.3", "value": value}]);
    }
    json!({"resourceType": "Bundle", "type": "document", "timestamp": date, "entry": [
        {"fullUrl": "urn:uuid:c", "resource": {"resourceType": "Composition", "status": "final", "date": date,
            "type": {"coding": [{"system": "http://loinc.org", "code": "60591-5"}]}, "subject": {"reference": "urn:uuid:p"},
            "section": [{"title": "Problems", "code": {"coding": [{"code": "11450-4"}]}, "entry": [{"reference": "urn:uuid:x"}]}]}},
        {"fullUrl": "urn:uuid:p", "resource": patient},
        {"fullUrl": "urn:uuid:x", "resource": {"resourceType": "Condition", "code": {"text": problem}}}]})
}

async fn world(files: &[(&str, String)]) -> (World, Vec<Result<String, String>>) {
    let world = World::empty(EmergencyNone::Ask).await;
    world.hub.store.insert_staff(&staff()[0]).await.unwrap();
    let folder = world.folder.path().join("in/deeper");
    std::fs::create_dir_all(&folder).unwrap();
    for (name, text) in files {
        std::fs::write(folder.join(name), text).unwrap();
    }
    let report = import(&world.hub.store, &world.folder.path().join("in")).await.unwrap();
    let lines = report.lines.into_iter().map(|l| l.result.map(|a| a.patient.to_string()).map_err(|e| e.to_string()));
    let lines = lines.collect();
    (world, lines)
}

#[tokio::test]
async fn a_document_is_served_back_to_the_byte() {
    let text = format!(
        "{}\n\n",
        serde_json::to_string_pretty(&document(
            Some("7"),
            "Étranger",
            "1970-02-03",
            "2026-01-01T00:00:00Z",
            "Café elbow"
        ))
        .unwrap()
    );
    let (world, lines) = world(&[("a.json", text.clone()), ("notes.txt", "x".into())]).await;
    assert_eq!(lines.len(), 1, "only *.json is read");
    let session = world.sign_in("crew").await;
    let found = world.get(&session, "/fhir/Patient?family=etranger&birthdate=1970-02-03").await.json();
    let id = found["entry"][0]["resource"]["id"].as_str().unwrap().to_owned();
    assert!(id.starts_with("imported-"), "{id}");
    let by_number = world.get(&session, "/fhir/Patient?identifier=urn:oid:1.2.3|7").await.json();
    assert_eq!(by_number["entry"][0]["resource"]["id"], id);
    let grant = world.grant(&session, &id, "ETREAT", "care_team").await;
    let answer = world.with_grant(&session, &format!("/fhir/Patient/{id}/$summary"), &grant).await;
    assert_eq!(answer.body, text.as_bytes());
    let tag = answer.header("etag").to_owned();
    let headers = [("X-Doorstep-Grant", grant.as_str()), ("If-None-Match", tag.as_str())];
    let again = world.request("GET", &session, &format!("/fhir/Patient/{id}/$summary"), &headers, b"").await;
    assert_eq!(again.status, 304);
}

#[tokio::test]
async fn several_documents_of_one_person_are_kept_and_the_latest_is_served() {
    let older = document(Some("7"), "One", "1970-02-03", "2025-01-01T00:00:00Z", "Old news");
    let newer = document(Some("7"), "ONE", "1970-02-03", "2026-01-01", "New news");
    let (world, lines) = world(&[("a.json", newer.to_string()), ("b.json", older.to_string())]).await;
    assert_eq!(lines[0], lines[1]);
    let id = lines[0].clone().unwrap();
    let session = world.sign_in("crew").await;
    let grant = world.grant(&session, &id, "ETREAT", "care_team").await;
    let answer = world.with_grant(&session, &format!("/fhir/Patient/{id}/$summary"), &grant).await;
    assert!(String::from_utf8_lossy(&answer.body).contains("New news"));
    let others = format!("/fhir/DocumentReference?patient={id}&type=60591-5");
    let others = world.with_grant(&session, &others, &grant).await.json();
    let pointers = others["entry"].as_array().unwrap();
    assert_eq!(pointers.len(), 1, "the one that is the summary is not a further one");
    let url = pointers[0]["resource"]["content"][0]["attachment"]["url"].as_str().unwrap();
    let path = format!("/fhir/{}", url.split("/fhir/").nth(1).unwrap());
    assert!(String::from_utf8_lossy(&world.with_grant(&session, &path, &grant).await.body).contains("Old news"));
    let again = import(&world.hub.store, world.folder.path()).await.unwrap();
    assert!(again.lines.iter().all(|line| line.result.as_ref().unwrap().known), "a second import changes nothing");
}

#[tokio::test]
async fn one_identifier_on_two_people_joins_nobody() {
    let files = [
        ("a.json", document(Some("7"), "One", "1970-02-03", "2025-01-01", "A").to_string()),
        ("b.json", document(Some("7"), "Two", "1970-02-03", "2025-01-01", "B").to_string()),
        ("c.json", document(Some("7"), "One", "1971-02-03", "2025-01-01", "C").to_string()),
    ];
    let (world, lines) = world(&files).await;
    let mut ids: Vec<_> = lines.into_iter().map(Result::unwrap).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 3);
    let session = world.sign_in("crew").await;
    let found = world.get(&session, "/fhir/Patient?identifier=urn:oid:1.2.3|7").await.json();
    assert_eq!(found["entry"].as_array().map(Vec::len), Some(3), "whoever asks is told of all of them");
}

#[tokio::test]
async fn without_an_identifier_the_documents_own_id_is_kept_while_it_is_free() {
    let files = [
        ("a.json", document(None, "One", "1970-02-03", "2025-01-01", "A").to_string()),
        ("b.json", document(None, "Two", "1980-02-03", "2025-01-01", "B").to_string()),
    ];
    let (_world, lines) = world(&files).await;
    assert_eq!(lines[0].as_deref(), Ok("example"));
    assert!(lines[1].as_ref().unwrap().starts_with("imported-"));
}

#[tokio::test]
async fn a_second_document_under_the_same_id_name_and_birth_date_is_the_same_person() {
    let files = [
        ("a.json", document(None, "One", "1970-02-03", "2025-01-01", "A").to_string()),
        ("b.json", document(None, "One", "1970-02-03", "2026-01-01", "B").to_string()),
    ];
    let (_world, lines) = world(&files).await;
    assert_eq!(lines, [Ok("example".to_owned()), Ok("example".to_owned())]);
}

#[tokio::test]
async fn what_is_no_document_is_refused_with_a_reason_and_costs_no_other() {
    let good = document(Some("1"), "Fine", "1970-02-03", "2025-01-01", "A").to_string();
    let two = {
        let mut two = document(Some("1"), "Fine", "1970-02-03", "2025-01-01", "A");
        two["entry"][0]["resource"]["subject"] = json!({"reference": "urn:uuid:nobody"});
        let second = json!({"fullUrl": "urn:uuid:q", "resource": {"resourceType": "Patient", "id": "other"}});
        two["entry"].as_array_mut().unwrap().push(second);
        two.to_string()
    };
    let files = [
        ("a.json", "{\"resourceType\":".to_owned()),
        ("b.json", "[]".to_owned()),
        ("c.json", String::new()),
        ("d.json", "{\"resourceType\":\"Patient\"}".to_owned()),
        ("e.json", two),
        ("z.json", good),
    ];
    let (_world, lines) = world(&files).await;
    assert_eq!(lines.iter().filter(|line| line.is_err()).count(), 5, "{lines:?}");
    assert!(lines[5].is_ok());
    assert!(lines.iter().flat_map(|l| l.as_ref().err()).all(|reason| !reason.is_empty()));
}

#[tokio::test]
async fn a_labelled_document_is_released_in_part() {
    let mut labelled = document(Some("9"), "Part", "1970-02-03", "2025-01-01", "Hidden sorrow");
    labelled["entry"][2]["resource"]["meta"] = json!({"security": [{"code": "R"}]});
    let (world, lines) = world(&[("a.json", labelled.to_string())]).await;
    let id = lines[0].clone().unwrap();
    let session = world.sign_in("crew").await;
    let grant = world.grant(&session, &id, "ETREAT", "care_team").await;
    let answer = world.with_grant(&session, &format!("/fhir/Patient/{id}/$summary"), &grant).await;
    assert!(!String::from_utf8_lossy(&answer.body).contains("Hidden sorrow"));
    let out = world.decide(&session, &id, "BTG", "incapable").await.json();
    let answer = world.with_grant(&session, &format!("/fhir/Patient/{id}/$summary"), &parameter(&out, "grant")).await;
    assert!(String::from_utf8_lossy(&answer.body).contains("Hidden sorrow"), "break-glass reveals what is restricted");
}

/// Documents nobody here wrote, when there are some: `DOORSTEP_CORPUS` names a folder of them.
#[tokio::test]
async fn a_corpus_is_served_to_the_byte_and_proves_whose_it_is() {
    let Some(corpus) = std::env::var_os("DOORSTEP_CORPUS") else { return };
    let world = World::empty(EmergencyNone::Ask).await;
    world.hub.store.insert_staff(&staff()[0]).await.unwrap();
    let report = import(&world.hub.store, &std::path::Path::new(&corpus).join("ips")).await.unwrap();
    let session = world.sign_in("crew").await;
    let (mut whole, mut unproven) = (0, Vec::new());
    for line in report.lines.iter().filter(|line| line.result.is_ok()) {
        let id = line.result.as_ref().unwrap().patient.to_string();
        let grant = world.grant(&session, &id, "ETREAT", "care_team").await;
        let answer = world.with_grant(&session, &format!("/fhir/Patient/{id}/$summary"), &grant).await;
        let latest = world.hub.store.latest_document(&id).await.unwrap().unwrap();
        assert_eq!(answer.status, 200, "{}", line.file.display());
        let person = world.get(&session, &format!("/fhir/Patient/{id}")).await.json();
        let person = Demographics::from_fhir(&person).unwrap();
        whole += usize::from(answer.body == latest.bytes);
        let proof = check_subject(&Document::read(&answer.body).unwrap(), &person);
        unproven.extend(proof.err().map(|reason| format!("{}: {reason}", line.file.display())));
    }
    let files = report.lines.len();
    assert!(whole * 100 >= files * 90, "{whole} of {files} to the byte");
    // What carries no identifier and an id that somebody else has cannot be tied to anyone; the reader refuses it.
    assert!(unproven.len() * 100 <= files * 8, "{} of {files}: {unproven:#?}", unproven.len());
}
