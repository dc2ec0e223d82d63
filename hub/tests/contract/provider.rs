//! The identity provider of the demonstration: what it says of itself, whom it vouches for, and how a sign-in ends.

use keys::{Expected, KeyError, KeySet, SigningKey};
use serde_json::{Value, json};

use crate::device::{Device, VERIFIER, ask, code, post_form, proven, refused};
use crate::http::{Answer, send};
use crate::world::{World, challenge};

const PLACE: &str = "/fhir/Patient/p1";
const SCOPE: &str = "scope=openid%20fhirUser%20offline_access&nonce=n-1&";

/// A sign-in with a refresh token and an id_token, and its key.
async fn signed_in(world: &World) -> (SigningKey, Value) {
    let key = SigningKey::generate().unwrap();
    let path = world.authorize("crew", &challenge(VERIFIER)).replace("scope=openid&", SCOPE);
    let given = code(&send(world.hub.addr, "GET", &path, &[], b"").await);
    let answer = collect(world, &key, &given, "doorstep%3A%2F%2Fsigned-in").await;
    assert_eq!(answer.status, 200, "{}", answer.json());
    (key, answer.json())
}

async fn collect(world: &World, key: &SigningKey, code: &str, redirect: &str) -> Answer {
    let form = format!(
        "grant_type=authorization_code&code={code}&redirect_uri={redirect}&client_id=doorstep-app&code_verifier={VERIFIER}"
    );
    token(world, Some(key), &form).await
}

async fn token(world: &World, key: Option<&SigningKey>, form: &str) -> Answer {
    let proof = key.map(|key| proven(world, key, "POST", "/auth/token", None));
    post_form(world, "/auth/token", proof.as_deref().as_slice(), form).await
}

async fn renewed(world: &World, key: Option<&SigningKey>, refresh: &Value) -> Answer {
    let refresh = refresh.as_str().unwrap();
    token(world, key, &format!("grant_type=refresh_token&refresh_token={refresh}&client_id=doorstep-app")).await
}

async fn read(world: &World, key: &SigningKey, access: &Value) -> Answer {
    let access = access.as_str().unwrap();
    let proof = proven(world, key, "GET", PLACE, Some(access));
    ask(world, PLACE, "DPoP", access, &[&proof]).await
}

fn is_error(answer: &Answer, error: &str) {
    assert_eq!((answer.status, answer.json()["error"].as_str()), (400, Some(error)));
}

#[tokio::test]
async fn it_says_where_everything_is_and_everything_is_there() {
    let world = World::new().await;
    let origin = format!("http://{}", world.hub.addr);
    let openid = send(world.hub.addr, "GET", "/.well-known/openid-configuration", &[], b"").await.json();
    let smart = send(world.hub.addr, "GET", "/fhir/.well-known/smart-configuration", &[], b"").await.json();
    assert_eq!(openid["issuer"], origin);
    for name in ["authorization", "token", "userinfo", "introspection", "revocation", "device_authorization"] {
        let name = format!("{name}_endpoint");
        assert_eq!(openid[&name], smart[&name], "{name}");
        let path = openid[&name].as_str().unwrap().strip_prefix(&origin).unwrap();
        assert_ne!(send(world.hub.addr, "GET", path, &[], b"").await.status, 404, "{name}");
    }
    let keys = openid["jwks_uri"].as_str().unwrap().strip_prefix(&origin).unwrap();
    assert!(KeySet::read(&send(world.hub.addr, "GET", keys, &[], b"").await.json()).is_ok());
    assert_eq!(openid["dpop_signing_alg_values_supported"], json!(["ES256"]));
    assert_eq!(openid["code_challenge_methods_supported"], json!(["S256"]));
}

#[tokio::test]
async fn the_id_token_says_who_when_how_and_in_answer_to_what() {
    let world = World::new().await;
    let (_, given) = signed_in(&world).await;
    let set = send(world.hub.addr, "GET", "/.well-known/jwks.json", &[], b"").await.json();
    let claims = KeySet::read(&set).unwrap().verify(given["id_token"].as_str().unwrap(), Some("JWT")).unwrap();
    let (issuer, now) = (format!("http://{}", world.hub.addr), jiff::Timestamp::now());
    let expected = |audience, nonce| Expected { issuer: &issuer, audience, nonce: Some(nonce), now };
    assert_eq!(expected("doorstep-app", "n-1").check(&claims), Ok(()));
    assert_eq!(expected("doorstep-app", "n-2").check(&claims), Err(KeyError::Claim("nonce")));
    assert_eq!(expected("another", "n-1").check(&claims), Err(KeyError::Claim("aud")));
    assert_eq!((&claims["sub"], &claims["acr"]), (&json!("crew"), &json!("0")));
    assert_eq!(claims["fhirUser"], format!("{issuer}/fhir/Practitioner/crew"));
    let age = now.as_second() - claims["auth_time"].as_i64().unwrap();
    assert!((0..60).contains(&age), "{age}");
    assert!(given["expires_in"].as_i64().unwrap() <= 900, "short, because it can be renewed");
    assert_eq!(
        KeySet::of(&[&SigningKey::generate().unwrap()]).verify(given["id_token"].as_str().unwrap(), None).err(),
        Some(KeyError::UnknownKey)
    );
}

#[tokio::test]
async fn a_refresh_token_gives_new_tokens_of_the_same_sign_in() {
    let world = World::new().await;
    let (key, first) = signed_in(&world).await;
    let answer = renewed(&world, Some(&key), &first["refresh_token"]).await;
    assert_eq!(answer.status, 200);
    let second = answer.json();
    assert_ne!(second["refresh_token"], first["refresh_token"]);
    assert_ne!(second["access_token"], first["access_token"]);
    let claims = |given: &Value| -> Value {
        use base64::Engine as _;
        let body = given["id_token"].as_str().unwrap().split('.').nth(1).unwrap().to_owned();
        serde_json::from_slice(&base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(body).unwrap()).unwrap()
    };
    assert_eq!(claims(&second)["auth_time"], claims(&first)["auth_time"], "nobody signed in anew");
    assert_eq!(claims(&second)["exp"], claims(&first)["exp"], "and the shift does not grow");
    assert_eq!(read(&world, &key, &second["access_token"]).await.status, 200);
}

#[tokio::test]
async fn a_refresh_token_used_twice_ends_the_sign_in_for_thief_and_owner() {
    let world = World::new().await;
    let (key, first) = signed_in(&world).await;
    let second = renewed(&world, Some(&key), &first["refresh_token"]).await.json();
    is_error(&renewed(&world, Some(&key), &first["refresh_token"]).await, "invalid_grant");
    read(&world, &key, &second["access_token"]).await.is_problem(401, "login");
    read(&world, &key, &first["access_token"]).await.is_problem(401, "login");
    is_error(&renewed(&world, Some(&key), &second["refresh_token"]).await, "invalid_grant");
    assert!(audited(&world, "refresh-token-reused").await);
    let (key, again) = signed_in(&world).await;
    assert_eq!(read(&world, &key, &again["access_token"]).await.status, 200, "signing in again helps");
}

/// Whether the account has a line for this reason.
async fn audited(world: &World, reason: &str) -> bool {
    let pool = sqlx::SqlitePool::connect(world.folder.path().join("hub.sqlite").to_str().unwrap()).await.unwrap();
    let sql = "SELECT COUNT(*) FROM audit_events WHERE event LIKE '%' || $1 || '%'";
    let found: i64 = sqlx::query_scalar(sql).bind(reason).fetch_one(&pool).await.unwrap();
    found > 0
}

#[tokio::test]
async fn of_parallel_refreshes_one_at_most_succeeds_and_the_sign_in_ends() {
    let world = World::new().await;
    let (key, first) = signed_in(&world).await;
    let send = || renewed(&world, Some(&key), &first["refresh_token"]);
    let (a, b, c) = tokio::join!(send(), send(), send());
    let given: Vec<_> = [a, b, c].into_iter().filter(|answer| answer.status == 200).collect();
    assert!(given.len() <= 1);
    for answer in given {
        read(&world, &key, &answer.json()["access_token"]).await.is_problem(401, "login");
    }
}

#[tokio::test]
async fn a_refresh_token_is_worth_nothing_without_the_key_of_its_device() {
    let world = World::new().await;
    let (key, first) = signed_in(&world).await;
    let thief = SigningKey::generate().unwrap();
    is_error(&renewed(&world, Some(&thief), &first["refresh_token"]).await, "invalid_grant");
    assert_ne!(renewed(&world, None, &first["refresh_token"]).await.status, 200);
    assert!(audited(&world, "proof-of-another-device").await);
    assert_eq!(renewed(&world, Some(&key), &first["refresh_token"]).await.status, 200, "the owner is not harmed");
    is_error(&renewed(&world, Some(&key), &json!("made-up")).await, "invalid_grant");
}

#[tokio::test]
async fn a_code_that_comes_twice_ends_what_it_gave() {
    let world = World::new().await;
    let key = SigningKey::generate().unwrap();
    let path = world.authorize("crew", &challenge(VERIFIER));
    let given = code(&send(world.hub.addr, "GET", &path, &[], b"").await);
    let first = collect(&world, &key, &given, "doorstep%3A%2F%2Fsigned-in").await.json();
    is_error(&collect(&world, &key, &given, "doorstep%3A%2F%2Fsigned-in").await, "invalid_grant");
    read(&world, &key, &first["access_token"]).await.is_problem(401, "login");
}

#[tokio::test]
async fn a_code_that_was_asked_for_with_a_key_comes_back_with_that_key_only() {
    let world = World::new().await;
    let (key, thief) = (SigningKey::generate().unwrap(), SigningKey::generate().unwrap());
    let path = format!("{}&dpop_jkt={}", world.authorize("crew", &challenge(VERIFIER)), key.thumbprint());
    let ask = async || code(&send(world.hub.addr, "GET", &path, &[], b"").await);
    is_error(&collect(&world, &thief, &ask().await, "doorstep%3A%2F%2Fsigned-in").await, "invalid_grant");
    assert_eq!(collect(&world, &key, &ask().await, "doorstep%3A%2F%2Fsigned-in").await.status, 200);
}

#[tokio::test]
async fn a_desktop_is_answered_on_its_own_loopback_port() {
    let world = World::new().await;
    let place = "http%3A%2F%2F127.0.0.1%3A51234%2Fsigned-in";
    let path = world.authorize("crew", &challenge(VERIFIER)).replace("doorstep%3A%2F%2Fsigned-in", place);
    let answer = send(world.hub.addr, "GET", &path, &[], b"").await;
    assert!(
        answer.header("location").starts_with("http://127.0.0.1:51234/signed-in?code="),
        "{}",
        answer.header("location")
    );
    let issuer = format!("iss=http%3A%2F%2F127.0.0.1%3A{}", world.hub.addr.port());
    assert!(answer.header("location").contains(&issuer), "who answers is said (RFC 9207)");
    let key = SigningKey::generate().unwrap();
    is_error(&collect(&world, &key, &code(&answer), "doorstep%3A%2F%2Fsigned-in").await, "invalid_grant");
    let answer = send(world.hub.addr, "GET", &path, &[], b"").await;
    assert_eq!(collect(&world, &key, &code(&answer), place).await.status, 200);
}

#[tokio::test]
async fn without_a_hint_a_page_asks_who_it_is() {
    let world = World::new().await;
    let path = world.authorize("", &challenge(VERIFIER)).replace("&login_hint=", "");
    let answer = send(world.hub.addr, "GET", &path, &[], b"").await;
    let page = String::from_utf8(answer.body.clone()).unwrap();
    assert_eq!(answer.status, 200);
    assert!(answer.header("content-security-policy").contains("default-src 'none'"));
    let link = page.split("href=\"").find(|part| part.contains("login_hint=nurse")).unwrap();
    let link = format!("/auth/authorize{}", link.split('"').next().unwrap().replace("&amp;", "&"));
    let answer = send(world.hub.addr, "GET", &link, &[], b"").await;
    assert!(answer.header("location").starts_with("doorstep://signed-in?code="));
    let scripted = format!("{path}&x=%22%3E%3Cscript%3E\"><script>");
    let answer = send(world.hub.addr, "GET", &scripted, &[], b"").await;
    assert!(!String::from_utf8_lossy(&answer.body).contains("<script"), "nothing of a request becomes markup");
}

#[tokio::test]
async fn a_prompt_and_an_age_are_kept_or_refused() {
    let world = World::new().await;
    let path = world.authorize("crew", &challenge(VERIFIER));
    for good in ["prompt=login", "max_age=0", "max_age=300&prompt=login", "prompt=login%20consent"] {
        let answer = send(world.hub.addr, "GET", &format!("{path}&{good}"), &[], b"").await;
        assert!(answer.header("location").contains("code="), "{good}");
    }
    for (bad, error) in [
        ("prompt=none", "login_required"),
        ("prompt=whatever", "invalid_request"),
        ("max_age=-1", "invalid_request"),
        ("max_age=soon", "invalid_request"),
        ("dpop_jkt=short", "invalid_request"),
    ] {
        let answer = send(world.hub.addr, "GET", &format!("{path}&{bad}"), &[], b"").await;
        assert!(answer.header("location").contains(&format!("error={error}")), "{bad}");
    }
}

#[tokio::test]
async fn signing_out_ends_every_token_of_the_sign_in() {
    let world = World::new().await;
    for kind in ["access_token", "refresh_token"] {
        let (key, given) = signed_in(&world).await;
        assert_eq!(read(&world, &key, &given["access_token"]).await.status, 200);
        let form = format!("token={}&client_id=doorstep-app", given[kind].as_str().unwrap());
        assert_eq!(post_form(&world, "/auth/revoke", &[], &form).await.status, 200);
        read(&world, &key, &given["access_token"]).await.is_problem(401, "login");
        is_error(&renewed(&world, Some(&key), &given["refresh_token"]).await, "invalid_grant");
    }
    assert_eq!(post_form(&world, "/auth/revoke", &[], "token=made-up").await.status, 200);
    is_error(&post_form(&world, "/auth/revoke", &[], "").await, "invalid_request");
}

#[tokio::test]
async fn what_a_token_is_worth_is_told_to_its_owner_and_to_stewards() {
    let world = World::new().await;
    let (key, given) = signed_in(&world).await;
    let token = given["access_token"].as_str().unwrap();
    let introspect = async |session: &crate::world::Session, token: &str| {
        let headers = [("Content-Type", "application/x-www-form-urlencoded")];
        let form = format!("token={token}");
        world.request("POST", session, "/auth/introspect", &headers, form.as_bytes()).await.json()
    };
    let (crew, nurse, clerk) =
        (world.sign_in("crew").await, world.sign_in("nurse").await, world.sign_in("clerk").await);
    world.hub.store.appoint_device_steward("clerk").await.unwrap();
    let told = introspect(&crew, token).await;
    assert_eq!(
        (&told["active"], &told["client_id"], &told["sub"]),
        (&json!(true), &json!("doorstep-app"), &json!("crew"))
    );
    assert_eq!(told["cnf"]["jkt"], key.thumbprint());
    assert_eq!(told["scope"], "openid fhirUser offline_access");
    assert!(told["exp"].as_i64().unwrap() > jiff::Timestamp::now().as_second());
    assert_eq!(introspect(&clerk, token).await["active"], true);
    assert_eq!(introspect(&nurse, token).await, json!({"active": false}), "another's is like none");
    assert_eq!(introspect(&clerk, "made-up").await, json!({"active": false}));
    post_form(&world, "/auth/revoke", &[], &format!("token={token}")).await;
    assert_eq!(introspect(&clerk, token).await, json!({"active": false}));
    let answer = post_form(&world, "/auth/introspect", &[], &format!("token={token}")).await;
    answer.is_problem(401, "login");
}

#[tokio::test]
async fn what_somebody_may_do_beside_their_role_is_told() {
    let world = World::new().await;
    world.hub.store.appoint_device_steward("clerk").await.unwrap();
    let (clerk, nurse) = (world.sign_in("clerk").await, world.sign_in("nurse").await);
    assert_eq!(world.get(&clerk, "/auth/userinfo").await.json()["duties"], json!(["device-steward"]));
    assert_eq!(world.get(&nurse, "/auth/userinfo").await.json()["duties"], json!([]));
}

#[tokio::test]
async fn a_device_that_signs_in_again_keeps_nothing_of_before() {
    let world = World::new().await;
    let device = Device::signed_in(&world, "crew").await;
    let form = format!("token={}", device.token);
    post_form(&world, "/auth/revoke", &[], &form).await;
    device.get(&world, PLACE).await.is_problem(401, "login");
    assert_eq!(device.sign_in_again(&world).await.status, 200);
    device.get(&world, PLACE).await.is_problem(401, "login");
    refused(&ask(&world, PLACE, "DPoP", &device.token, &[]).await, "invalid_dpop_proof");
}
