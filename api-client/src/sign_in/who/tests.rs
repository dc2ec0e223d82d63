use serde_json::json;

use super::*;
use crate::AccessToken;
use crate::test_server::{Request, TestServer, answer, json_answer};

fn token(claims: Value) -> Token {
    let access = AccessToken::new("t".to_owned());
    Token { access, refresh: None, claims: Some(claims), expires: None, patient: None }
}

/// A record service whose provider says nothing but who it is.
async fn service(role: &'static str) -> TestServer {
    TestServer::respond(move |request: &Request| match request.path() {
        "/fhir/.well-known/smart-configuration" => json_answer(&format!(
            r#"{{"token_endpoint":"http://{}/t","code_challenge_methods_supported":["S256"]}}"#,
            request.host()
        )),
        "/fhir/Practitioner/p7" => json_answer(
            r#"{"resourceType":"Practitioner","id":"p7","name":[{"family":"Rao","given":["Asha","K."]}]}"#,
        ),
        "/fhir/PractitionerRole" => json_answer(&format!(
            r#"{{"resourceType":"Bundle","type":"searchset","entry":[{{"resource":{role}}}]}}"#
        )),
        "/fhir/PractitionerRole/r7" => json_answer(role),
        "/fhir/Organization/o1" => json_answer(
            r#"{"resourceType":"Organization","id":"o1","name":"North Ambulance","identifier":[{"system":"https://fhir.nhs.uk/Id/ods-organization-code","value":"ZAM9"}]}"#,
        ),
        _ => answer("404 Not Found", "text/plain", "", ""),
    })
    .await
}

const PARAMEDIC: &str = r#"{"resourceType":"PractitionerRole","id":"r7","practitioner":{"reference":"Practitioner/p7"},"organization":{"reference":"Organization/o1"},"code":[{"coding":[{"system":"http://snomed.info/sct","code":"397897005","display":"Paramedic"}]}]}"#;

#[tokio::test]
async fn who_it_is_is_read_from_the_record_service() {
    let server = service(PARAMEDIC).await;
    let client = server.client().with_token(AccessToken::new("t".to_owned()));
    let absolute = format!("{}PractitionerRole/r7", client.base);
    for user in ["Practitioner/p7", "PractitionerRole/r7", &absolute] {
        let staff = client.who(&token(json!({"sub": "x", "fhirUser": user}))).await.unwrap().value;
        assert_eq!(
            (staff.id.as_str(), staff.name.as_str(), staff.role),
            ("p7", "Asha K. Rao", Role::EmergencyClinician)
        );
        assert_eq!((staff.job_title.as_str(), staff.organisation.ods.as_str()), ("Paramedic", "ZAM9"));
    }
}

#[tokio::test]
async fn nobody_gets_a_role_that_nobody_gave_them() {
    let server = service(r#"{"resourceType":"PractitionerRole","id":"r7","practitioner":{"reference":"Practitioner/p7"},"code":[{"text":"Paramedic"}]}"#).await;
    let client = server.client().with_token(AccessToken::new("t".to_owned()));
    for user in
        ["Practitioner/p7", "PractitionerRole/r7", "Patient/p7", "https://elsewhere.example/fhir/Practitioner/p7"]
    {
        let error = client.who(&token(json!({"sub": "x", "fhirUser": user}))).await.unwrap_err();
        assert!(matches!(error, Error::SignIn(SignInProblem::NoRole)), "{user}: {error:?}");
    }
}
