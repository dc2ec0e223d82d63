use crate::world::{NHS, World, patient};

#[tokio::test]
async fn a_person_is_found_by_number_and_by_name_with_birth_date() {
    let world = World::new().await;
    let session = world.sign_in("crew").await;
    for path in [
        format!("/fhir/Patient?identifier={NHS}|9434765919"),
        "/fhir/Patient?family=smith&birthdate=1938-11-23".to_owned(),
        "/fhir/Patient?family=SM&birthdate=1938-11-23".to_owned(),
        "/fhir/Patient?family=O%27Brien&birthdate=1938".to_owned(),
        "/fhir/Patient?family=smith-obr&birthdate=1938-11".to_owned(),
    ] {
        let found = world.get(&session, &path).await.json();
        assert_eq!(found["type"], "searchset");
        assert_eq!(found["entry"].as_array().map(Vec::len), Some(1), "{path}");
        let person = &found["entry"][0]["resource"];
        assert_eq!(person["id"], "p1");
        assert!(person["contact"].is_null(), "demographics only");
    }
    for path in ["/fhir/Patient?family=smith&birthdate=1938-11-24", "/fhir/Patient?family=mith&birthdate=1938-11-23"] {
        assert_eq!(world.get(&session, path).await.json()["entry"], serde_json::json!([]), "{path}");
    }
    let read = world.get(&session, "/fhir/Patient/p1").await;
    assert_eq!((read.status, read.header("etag")), (200, "W/\"1\""));
    assert!(read.header("last-modified").ends_with("GMT"));
    assert!(read.json()["contact"].is_null());
    world.get(&session, "/fhir/Patient/nobody").await.is_problem(404, "not-found");
}

#[tokio::test]
async fn more_than_one_match_is_returned_as_it_is() {
    let world = World::new().await;
    world.hub.store.insert_resource(patient("twin", "Smith", "1938-11-23", "9434765919")).await.unwrap();
    let session = world.sign_in("crew").await;
    let found = world.get(&session, &format!("/fhir/Patient?identifier={NHS}|9434765919")).await.json();
    assert_eq!(found["entry"].as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn a_search_that_identifies_nobody_is_refused() {
    let world = World::new().await;
    let session = world.sign_in("crew").await;
    let bad = [
        "/fhir/Patient".to_owned(),
        "/fhir/Patient?family=smith".to_owned(),
        "/fhir/Patient?birthdate=1938-11-23".to_owned(),
        "/fhir/Patient?family=%25&birthdate=1938-11-23".to_owned(),
        "/fhir/Patient?family=smith&birthdate=1938-13-01".to_owned(),
        "/fhir/Patient?family=smith&birthdate=%25".to_owned(),
        "/fhir/Patient?family=smith&birthdate=1938-11-23&gender=male".to_owned(),
        format!("/fhir/Patient?identifier={NHS}|9434765918"),
        format!("/fhir/Patient?identifier={NHS}|1111111111"),
        format!("/fhir/Patient?identifier={NHS}|"),
        format!("/fhir/Patient?identifier={NHS}|9434765919&identifier={NHS}|9876543210"),
    ];
    for path in bad {
        let answer = world.get(&session, &path).await;
        answer.is_problem(400, "invalid");
    }
}

#[tokio::test]
async fn a_record_that_knows_only_the_year_is_found_by_the_day_and_a_spaced_number_by_its_digits() {
    let world = World::new().await;
    world.hub.store.insert_resource(patient("year", "Halfknown", "1931", "944 930 4130")).await.unwrap();
    world.hub.store.insert_resource(patient("never", "Halfknown", "", "9912003888")).await.unwrap();
    let session = world.sign_in("crew").await;
    let found = world.get(&session, "/fhir/Patient?family=halfknown&birthdate=1931-05-06").await.json();
    assert_eq!(found["entry"].as_array().map(Vec::len), Some(1));
    assert_eq!(found["entry"][0]["resource"]["id"], "year");
    let other = world.get(&session, "/fhir/Patient?family=halfknown&birthdate=1932-05-06").await.json();
    assert_eq!(other["entry"], serde_json::json!([]));
    let number = world.get(&session, &format!("/fhir/Patient?identifier={NHS}|9449304130")).await.json();
    assert_eq!(number["entry"][0]["resource"]["id"], "year");
}
