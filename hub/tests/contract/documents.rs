//! Several documents of one person: found, opened, refused.

use hub::import::import;
use serde_json::{Value, json};
use shared::consent::RecordState;
use shared::identity::PatientId;

use crate::http::Answer;
use crate::world::{NHS, Session, World, consent};

const SEARCH: &str = "/fhir/DocumentReference?patient=p1&type=http%3A%2F%2Floinc.org%7C60591-5";
const P1: (&str, &str) = ("9434765919", "1938-11-23");

/// A document of a hospice about the person of an NHS number, with one problem and one result.
fn document(person: (&str, &str), title: &str, problem: &str) -> Value {
    let section = |code: &str, entry: &str| {
        json!({"title": code, "entry": [{"reference": entry}],
        "code": {"coding": [{"system": "http://loinc.org", "code": code}]}})
    };
    json!({"resourceType": "Bundle", "type": "document", "timestamp": "2026-03-04T05:06:07Z", "entry": [
        {"fullUrl": "urn:uuid:c", "resource": {"resourceType": "Composition", "status": "final", "title": title,
            "date": "2026-03-04T05:06:07Z", "type": {"coding": [{"system": "http://loinc.org", "code": "60591-5"}]},
            "subject": {"reference": "urn:uuid:p"}, "author": [{"display": "Dr Somebody"}],
            "custodian": {"reference": "urn:uuid:o"}, "text": {"status": "generated", "div": "<div>Told in words</div>"},
            "section": [section("11450-4", "urn:uuid:x"), section("30954-2", "urn:uuid:r")]}},
        {"fullUrl": "urn:uuid:p", "resource": {"resourceType": "Patient", "birthDate": person.1,
            "identifier": [{"system": NHS, "value": person.0}], "name": [{"family": "Elsewhere-Named"}]}},
        {"fullUrl": "urn:uuid:o", "resource": {"resourceType": "Organization", "name": "Far Hospice",
            "identifier": [{"system": "https://fhir.nhs.uk/Id/ods-organization-code", "value": "ZFA01"}]}},
        {"fullUrl": "urn:uuid:x", "resource": {"resourceType": "Condition", "code": {"text": problem}}},
        {"fullUrl": "urn:uuid:r", "resource": {"resourceType": "Observation", "code": {"text": "Iron in the blood"}}}]})
}

fn labelled(mut document: Value, entry: usize, codes: &[&str]) -> Value {
    let codes: Vec<_> = codes.iter().map(|code| json!({"code": code})).collect();
    document["entry"][entry]["resource"]["meta"] = json!({"security": codes});
    document
}

/// A world with documents imported; whose each became.
async fn world(documents: &[String]) -> (World, Vec<String>) {
    let world = World::new().await;
    let folder = world.folder.path().join("in");
    std::fs::create_dir_all(&folder).unwrap();
    for (at, text) in documents.iter().enumerate() {
        std::fs::write(folder.join(format!("{at:03}.json")), text).unwrap();
    }
    let report = import(&world.hub.store, &folder).await.unwrap();
    let whose = report.lines.iter().map(|line| line.result.as_ref().unwrap().patient.to_string()).collect();
    (world, whose)
}

async fn crew(world: &World) -> (Session, String) {
    let session = world.sign_in("crew").await;
    let grant = world.grant(&session, "p1", "ETREAT", "care_team").await;
    (session, grant)
}

/// The addresses that a search points to, as paths.
async fn found(world: &World, session: &Session, grant: &str) -> Vec<String> {
    let page = world.with_grant(session, SEARCH, grant).await;
    assert_eq!(page.status, 200, "{}", String::from_utf8_lossy(&page.body));
    paths(&page.json())
}

fn paths(page: &Value) -> Vec<String> {
    let entries = page["entry"].as_array().into_iter().flatten();
    let urls = entries.map(|e| e["resource"]["content"][0]["attachment"]["url"].as_str().unwrap().to_owned());
    urls.map(|url| format!("/fhir/{}", url.split("/fhir/").nth(1).unwrap())).collect()
}

#[tokio::test]
async fn a_document_about_somebody_known_stands_beside_their_record_and_comes_to_the_byte() {
    let text = format!("\n{:#}\n", document(P1, "Hospice letter", "Café elbow"));
    let (world, whose) = world(std::slice::from_ref(&text)).await;
    assert_eq!(whose, ["p1"], "no second person, though the name changed");
    let (session, grant) = crew(&world).await;
    let summary = world.with_grant(&session, "/fhir/Patient/p1/$summary", &grant).await;
    assert!(
        String::from_utf8_lossy(&summary.body).contains("Chair-shaped knee"),
        "the record itself stays the summary"
    );

    let page = world.with_grant(&session, SEARCH, &grant).await.json();
    assert!(page["total"].is_null() && page["type"] == "searchset");
    let pointer = &page["entry"][0]["resource"];
    assert_eq!((&pointer["status"], &pointer["subject"]["reference"]), (&json!("current"), &json!("Patient/p1")));
    assert_eq!(pointer["custodian"]["display"], "Far Hospice");
    assert_eq!(pointer["custodian"]["identifier"]["value"], "ZFA01");
    assert_eq!((&pointer["date"], &pointer["description"]), (&json!("2026-03-04T05:06:07Z"), &json!("Hospice letter")));
    assert_eq!(pointer["content"][0]["attachment"]["contentType"], "application/fhir+json");
    let paths = paths(&page);
    let answer = world.with_grant(&session, &paths[0], &grant).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/fhir+json"));
    assert_eq!(answer.body, text.as_bytes());
    let tag = answer.header("etag").to_owned();
    let headers = [("X-Doorstep-Grant", grant.as_str()), ("If-None-Match", tag.as_str())];
    let again = world.request("GET", &session, &paths[0], &headers, b"").await;
    assert_eq!((again.status, again.body.len()), (304, 0));

    let id = pointer["id"].as_str().unwrap();
    let read = world.with_grant(&session, &format!("/fhir/DocumentReference/{id}"), &grant).await.json();
    assert_eq!(&read, pointer);
    let notes = world.with_grant(&session, "/fhir/DocumentReference?patient=p1", &grant).await.json();
    assert!(notes["entry"].is_null(), "a pointer is no note");
    let known = world.get(&session, &format!("/fhir/Patient?identifier={NHS}%7C{}", P1.0)).await.json();
    assert_eq!(known["entry"].as_array().map(Vec::len), Some(1));
    assert!(known.to_string().contains("Śmith") && !known.to_string().contains("Elsewhere-Named"));
}

#[tokio::test]
async fn an_nhs_number_with_another_date_of_birth_joins_nobody() {
    let (_world, whose) = world(&[document((P1.0, "1938-11-24"), "T", "A").to_string()]).await;
    assert_ne!(whose, ["p1"]);
}

#[tokio::test]
async fn without_a_grant_nothing_is_told_and_one_404_says_all_the_rest() {
    let (world, _) = world(&[document(P1, "T", "Far knee").to_string()]).await;
    let (session, grant) = crew(&world).await;
    let path = found(&world, &session, &grant).await.remove(0);
    let pointer = path.replace("Bundle", "DocumentReference");
    let other = world.sign_in("crew2").await;
    let out = world.decide(&session, "p2", "BTG", "incapable").await.json();
    let elsewhere = crate::world::parameter(&out, "grant");

    let same = |answers: &[Answer]| {
        for answer in answers {
            assert_eq!((answer.status, &answer.body), (answers[0].status, &answers[0].body));
            assert!(!String::from_utf8_lossy(&answer.body).contains("Far"));
        }
    };
    let no_grant = [
        world.get(&session, &path).await,
        world.get(&session, "/fhir/Bundle/never-heard-of").await,
        world.with_grant(&session, &path, "made-up").await,
        world.with_grant(&other, &path, &grant).await,
        world.get(&session, SEARCH).await,
        world.with_grant(&session, SEARCH, &elsewhere).await,
        world.get(&session, &pointer).await,
        world.get(&session, "/fhir/DocumentReference/never-heard-of").await,
    ];
    no_grant[0].is_problem(403, "forbidden");
    assert_eq!(no_grant[0].reason(), "no-legitimate-relationship");
    same(&no_grant);
    let nothing = [
        world.with_grant(&session, "/fhir/Bundle/never-heard-of", &grant).await,
        world.with_grant(&session, &path, &elsewhere).await,
        world.with_grant(&session, &pointer, &elsewhere).await,
        world.with_grant(&session, "/fhir/DocumentReference/never-heard-of", &grant).await,
    ];
    nothing[0].is_problem(404, "not-found");
    same(&nothing);
    let report = world.hub.store.access_report("p1").await.unwrap();
    let reached = report.iter().filter(|line| line.action == "document" && line.decision.as_deref() == Some("DENY"));
    assert_eq!(reached.count(), 4, "who reached for it without a right to it is told of");
}

#[tokio::test]
async fn the_hub_decides_again_at_every_document() {
    let (world, _) = world(&[document(P1, "T", "Far knee").to_string()]).await;
    let (session, grant) = crew(&world).await;
    let path = found(&world, &session, &grant).await.remove(0);
    world.hub.store.insert_resource(consent("c1", "p1", "emergency", json!({"type": "deny"}))).await.unwrap();
    for path in [path.as_str(), SEARCH] {
        let refused = world.with_grant(&session, path, &grant).await;
        refused.is_problem(403, "suppressed");
        assert_eq!(refused.reason(), "emergency-denied");
    }
    world.hub.store.set_record_state(&PatientId::new("p1"), RecordState::None).await.unwrap();
    world.with_grant(&session, &path, &grant).await.is_problem(404, "not-found");
    world.with_grant(&session, SEARCH, &grant).await.is_problem(404, "not-found");
}

#[tokio::test]
async fn importing_changes_nothing_of_what_a_person_chose() {
    let (world, whose) = world(&[document(("9876543210", "1950-01-02"), "T", "Far knee").to_string()]).await;
    assert_eq!(whose, ["p2"]);
    let session = world.sign_in("crew").await;
    let out = world.decide(&session, "p2", "ETREAT", "care_team").await.json();
    assert_eq!(crate::world::parameter(&out, "reason"), "emergency-denied-btg-available");
}

#[tokio::test]
async fn what_is_restricted_is_not_in_it_and_what_is_closed_as_a_whole_is_not_there() {
    let part = labelled(document(P1, "Part", "Hidden sorrow"), 3, &["R", "PSY"]);
    let deep = labelled(document(P1, "Deep", "Unspoken cut"), 3, &["V"]);
    let whole = labelled(document(P1, "Closed letter", "Secret knee"), 0, &["R"]);
    let (world, _) = world(&[part.to_string(), deep.to_string(), whole.to_string()]).await;
    let (session, grant) = crew(&world).await;
    let page = world.with_grant(&session, SEARCH, &grant).await;
    assert!(!String::from_utf8_lossy(&page.body).contains("Closed letter"), "not even that it exists");
    let paths = paths(&page.json());
    assert_eq!(paths.len(), 2);
    for path in &paths {
        let text = String::from_utf8(world.with_grant(&session, path, &grant).await.body).unwrap();
        assert!(text.contains("Iron in the blood") && text.contains("withheld"), "{text}");
        for hidden in ["Hidden sorrow", "Unspoken cut", "PSY", "Told in words"] {
            assert!(!text.contains(hidden), "{hidden}");
        }
    }
    let all = world.hub.store.further_documents("p1").await.unwrap();
    let closed = all.iter().find(|d| String::from_utf8_lossy(&d.bytes).contains("Secret knee")).unwrap();
    world.with_grant(&session, &format!("/fhir/Bundle/{}", closed.id), &grant).await.is_problem(404, "not-found");
    world
        .with_grant(&session, &format!("/fhir/DocumentReference/{}", closed.id), &grant)
        .await
        .is_problem(404, "not-found");

    let nurse = world.sign_in("nurse").await;
    let grant = world.grant(&nurse, "p1", "CAREMGT", "care_team").await;
    let mut seen = String::new();
    for path in found(&world, &nurse, &grant).await {
        seen.push_str(&String::from_utf8_lossy(&world.with_grant(&nurse, &path, &grant).await.body));
    }
    assert!(seen.contains("Hidden sorrow"), "the consent opens this label to this organisation");
    assert!(!seen.contains("Unspoken cut") && !seen.contains("Secret knee"));
}

#[tokio::test]
async fn a_visit_gets_the_sections_of_a_visit() {
    let (world, _) = world(&[document(P1, "T", "Far knee").to_string()]).await;
    let carer = world.sign_in("carer").await;
    let grant = world.grant(&carer, "p1", "CAREMGT", "care_team").await;
    let path = found(&world, &carer, &grant).await.remove(0);
    let answer = world.with_grant(&carer, &path, &grant).await;
    let text = String::from_utf8(answer.body).unwrap();
    assert!(text.contains("Far knee") && text.contains("Far Hospice"), "{text}");
    for outside in ["Iron in the blood", "30954-2", "Told in words", "withheld"] {
        assert!(!text.contains(outside), "{outside}: {text}");
    }
    assert!(!answer_tag_is_of(&world, &path).await, "the tag of a part is not the one of the whole");
}

/// Whether a crew, who gets the whole, has the same tag as the carer's part.
async fn answer_tag_is_of(world: &World, path: &str) -> bool {
    let (session, grant) = crew(world).await;
    let whole = world.with_grant(&session, path, &grant).await.header("etag").to_owned();
    let carer = world.sign_in("carer").await;
    let grant = world.grant(&carer, "p1", "CAREMGT", "care_team").await;
    whole == world.with_grant(&carer, path, &grant).await.header("etag")
}

#[tokio::test]
async fn pointers_come_page_by_page_newest_first_and_those_to_elsewhere_too() {
    let documents: Vec<_> = (0..5)
        .map(|n| {
            let mut it = document(P1, &format!("Letter {n}"), "A");
            it["entry"][0]["resource"]["date"] = json!(format!("2026-01-0{}", n + 1));
            it.to_string()
        })
        .collect();
    let (world, _) = world(&documents).await;
    let far = |id: &str, labels: Value| {
        json!({"resourceType": "DocumentReference", "id": id, "status": "current", "meta": {"security": labels},
        "type": {"coding": [{"system": "http://loinc.org", "code": "60591-5"}]}, "subject": {"reference": "Patient/p1"},
        "custodian": {"display": "Another region"}, "content": [{"attachment": {"url": format!("https://far.example/fhir/{id}")}}]})
    };
    world.hub.store.insert_resource(far("open", json!([]))).await.unwrap();
    world.hub.store.insert_resource(far("closed", json!([{"code": "R"}, {"code": "PSY"}]))).await.unwrap();
    let (session, grant) = crew(&world).await;
    let mut next = Some(format!("{SEARCH}&_count=2"));
    let (mut titles, mut pages) = (Vec::new(), 0);
    while let Some(at) = next {
        let page = world.with_grant(&session, &at, &grant).await.json();
        let entries = page["entry"].as_array().unwrap().clone();
        titles.extend(entries.iter().map(|e| e["resource"]["description"].as_str().unwrap_or("elsewhere").to_owned()));
        let links = page["link"].as_array().unwrap();
        let link = links.iter().find(|l| l["relation"] == "next").and_then(|l| l["url"].as_str());
        next = link.map(|url| format!("/fhir/{}", url.split("/fhir/").nth(1).unwrap()));
        pages += 1;
    }
    assert_eq!(titles, ["Letter 4", "Letter 3", "Letter 2", "Letter 1", "Letter 0", "elsewhere"]);
    assert_eq!(pages, 3);
    for bad in ["&_page=x", "&_count=0", "&status=superseded", "&_sort=date"] {
        world.with_grant(&session, &format!("{SEARCH}{bad}"), &grant).await.is_problem(400, "invalid");
    }
    let other = "/fhir/DocumentReference?patient=p1&type=11506-3";
    world.with_grant(&session, other, &grant).await.is_problem(400, "invalid");
    world.get(&session, "/fhir/Bundle?_id=x").await.is_problem(400, "invalid");
}

#[tokio::test]
async fn reading_a_document_is_in_the_access_report_and_the_statement_tells_of_documents() {
    let (world, _) = world(&[document(P1, "T", "A").to_string()]).await;
    let (session, grant) = crew(&world).await;
    let path = found(&world, &session, &grant).await.remove(0);
    world.with_grant(&session, &path, &grant).await;
    let report = world.hub.store.access_report("p1").await.unwrap();
    let lines: Vec<_> = report.iter().map(|l| (l.action.as_str(), l.decision.as_deref().unwrap_or_default())).collect();
    assert_eq!(lines, [("decision", "PERMIT"), ("documents", "PERMIT"), ("document", "PERMIT")]);
    assert!(report.iter().all(|line| line.staff.as_deref() == Some("crew")));

    let stated = world.get(&session, "/fhir/metadata").await.json();
    let resources = stated["rest"][0]["resource"].as_array().unwrap();
    let of = |kind: &str| resources.iter().find(|r| r["type"] == kind).unwrap();
    assert_eq!(of("Bundle")["interaction"][0]["code"], "read");
    let params = of("DocumentReference")["searchParam"].as_array().unwrap();
    assert!(params.iter().any(|p| p["name"] == "type" && p["documentation"].to_string().contains("60591-5")));
}
