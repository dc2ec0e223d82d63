use crate::http::send;
use crate::world::{World, challenge};

const VERIFIER: &str = "a-verifier-of-forty-three-characters-or-more";

#[tokio::test]
async fn a_sign_in_goes_through_code_and_token_and_says_who_it_is() {
    let world = World::new().await;
    let session = world.sign_in("nurse").await;
    let info = world.get(&session, "/auth/userinfo").await.json();
    assert_eq!(info["sub"], "nurse");
    assert_eq!(info["role"], "care_team");
    assert_eq!(info["organisation"]["ods"], "HOSP1");
    let list = send(world.hub.addr, "GET", "/auth/staff", &[], b"").await.json();
    assert_eq!(list["staff"].as_array().map(Vec::len), Some(5));
    let smart = send(world.hub.addr, "GET", "/fhir/.well-known/smart-configuration", &[], b"").await.json();
    assert_eq!(smart["code_challenge_methods_supported"], serde_json::json!(["S256"]));
    assert_eq!(smart["token_endpoint"], format!("http://{}/auth/token", world.hub.addr));
}

#[tokio::test]
async fn a_code_is_good_once_and_only_with_its_verifier() {
    let world = World::new().await;
    let code = |answer: crate::http::Answer| {
        answer.header("location").split("code=").nth(1).unwrap().split('&').next().unwrap().to_owned()
    };
    let path = world.authorize("crew", &challenge(VERIFIER));
    let first = code(send(world.hub.addr, "GET", &path, &[], b"").await);
    assert_eq!(
        world.exchange(&first, "another-verifier-of-forty-three-characters-x").await.json()["error"],
        "invalid_grant"
    );
    assert_eq!(world.exchange(&first, VERIFIER).await.json()["error"], "invalid_grant", "a wrong guess uses it up");
    let second = code(send(world.hub.addr, "GET", &path, &[], b"").await);
    assert_eq!(world.exchange(&second, VERIFIER).await.status, 200);
    assert_eq!(world.exchange(&second, VERIFIER).await.status, 400, "never a second time");
}

#[tokio::test]
async fn what_an_authorisation_must_have_it_must_have() {
    let world = World::new().await;
    let path = world.authorize("crew", &challenge(VERIFIER));
    for (from, to) in [
        ("code_challenge_method=S256", "code_challenge_method=plain"),
        ("response_type=code", "response_type=token"),
        ("state=st-1", "state="),
        ("%2Ffhir&code", "%2Fother&code"),
    ] {
        let answer = send(world.hub.addr, "GET", &path.replace(from, to), &[], b"").await;
        assert_eq!(answer.status, 302, "{to}");
        assert!(answer.header("location").starts_with("doorstep://signed-in?error=invalid_request"), "{to}");
    }
    let unknown = send(world.hub.addr, "GET", &world.authorize("nobody", &challenge(VERIFIER)), &[], b"").await;
    assert!(unknown.header("location").contains("error=access_denied"));
    // To an address that is not registered nothing is ever sent.
    let elsewhere = path.replace("doorstep%3A%2F%2Fsigned-in", "https%3A%2F%2Fevil.example");
    send(world.hub.addr, "GET", &elsewhere, &[], b"").await.is_problem(400, "invalid");
}

#[tokio::test]
async fn without_a_token_there_is_nothing() {
    let world = World::new().await;
    for path in [
        "/fhir/Patient/p1",
        "/fhir/Patient?family=x&birthdate=1938-01-01",
        "/fhir/Patient/p1/$summary",
        "/fhir/Consent?patient=p1",
        "/fhir/Nonsense",
        "/auth/userinfo",
    ] {
        let answer = send(world.hub.addr, "GET", path, &[], b"").await;
        answer.is_problem(401, "login");
        assert!(answer.header("www-authenticate").starts_with("Bearer"), "{path}");
    }
    let answer = send(world.hub.addr, "GET", "/fhir/Patient/p1", &[("Authorization", "Bearer made-up")], b"").await;
    answer.is_problem(401, "login");
    assert_eq!(send(world.hub.addr, "GET", "/fhir/metadata", &[], b"").await.status, 200);
}
