//! A hub that believes somebody else's identity provider.

use hub::{Enrolment, Entrance, Issuer};
use keys::{KeySet, SigningKey};
use serde_json::{Value, json};

use crate::device::{ask, proven, refused};
use crate::http::send;
use crate::world::World;

const URL: &str = "https://id.example/realm";
const PLACE: &str = "/fhir/Patient/p1";

struct Trusting {
    world: World,
    issuer: SigningKey,
    device: SigningKey,
    _folder: tempfile::TempDir,
}

async fn trusting() -> Trusting {
    let (issuer, device, folder) =
        (SigningKey::generate().unwrap(), SigningKey::generate().unwrap(), tempfile::tempdir().unwrap());
    let (keys, document) = (folder.path().join("jwks.json"), folder.path().join("openid.json"));
    std::fs::write(&keys, KeySet::of(&[&issuer]).to_value().to_string()).unwrap();
    let stated = json!({"issuer": URL, "authorization_endpoint": "https://id.example/realm/authorize",
        "token_endpoint": "https://id.example/realm/token", "jwks_uri": "https://id.example/realm/jwks"});
    std::fs::write(&document, stated.to_string()).unwrap();
    let trusted = Issuer {
        url: URL.to_owned(),
        audience: "the-hub".to_owned(),
        keys,
        configuration: Some(document),
        unbound: false,
    };
    let entrance = Entrance { enrolment: Some(Enrolment::Open), issuer: Some(trusted), ..Entrance::default() };
    Trusting { world: World::with(entrance).await, issuer, device, _folder: folder }
}

impl Trusting {
    fn claims(&self) -> Value {
        let now = jiff::Timestamp::now().as_second();
        json!({"iss": URL, "aud": "the-hub", "sub": "crew", "iat": now, "exp": now + 300,
            "cnf": {"jkt": self.device.thumbprint()}})
    }

    fn token(&self, typ: &str, name: &str, value: Value) -> String {
        let mut claims = self.claims();
        claims[name] = value;
        self.issuer.sign(typ, &claims).unwrap()
    }

    fn good(&self) -> String {
        self.token("at+jwt", "iss", json!(URL))
    }

    async fn ask(&self, token: &str) -> crate::http::Answer {
        let proof = proven(&self.world, &self.device, "GET", PLACE, Some(token));
        ask(&self.world, PLACE, "DPoP", token, &[&proof]).await
    }
}

#[tokio::test]
async fn a_token_of_the_issuer_opens_with_the_proof_of_its_device() {
    let it = trusting().await;
    assert_eq!(it.ask(&it.good()).await.status, 200);
    let token = it.token("at+jwt", "fhirUser", json!("Practitioner/nurse"));
    let proof = proven(&it.world, &it.device, "GET", "/auth/userinfo", Some(&token));
    let info = ask(&it.world, "/auth/userinfo", "DPoP", &token, &[&proof]).await.json();
    assert_eq!(info["sub"], "nurse");
}

#[tokio::test]
async fn every_wrong_claim_is_a_refusal() {
    let it = trusting().await;
    let past = jiff::Timestamp::now().as_second() - 3600;
    for (name, value) in [
        ("iss", json!("https://evil.example")),
        ("aud", json!("another-hub")),
        ("exp", json!(past)),
        ("nbf", json!(past + 7200)),
        ("iat", json!(past + 7200)),
        ("cnf", json!(null)),
        ("cnf", json!({"jkt": "another-key"})),
        ("sub", json!("nobody-here")),
    ] {
        refused(&it.ask(&it.token("at+jwt", name, value.clone())).await, "invalid_token");
    }
    refused(&it.ask(&it.token("JWT", "sub", json!("crew"))).await, "invalid_token");
    let forged = SigningKey::generate().unwrap().sign("at+jwt", &it.claims()).unwrap();
    refused(&it.ask(&forged).await, "invalid_token");
    for algorithm in ["none", "HS256"] {
        use base64::Engine as _;
        let part = |value: &Value| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(value.to_string());
        let token = format!("{}.{}.AAAA", part(&json!({"alg": algorithm, "typ": "at+jwt"})), part(&it.claims()));
        refused(&it.ask(&token).await, "invalid_token");
    }
}

#[tokio::test]
async fn a_stolen_token_and_a_replayed_proof_are_refused() {
    let it = trusting().await;
    let token = it.good();
    let thief = SigningKey::generate().unwrap();
    let proof = proven(&it.world, &thief, "GET", PLACE, Some(&token));
    refused(&ask(&it.world, PLACE, "DPoP", &token, &[&proof]).await, "invalid_token");
    refused(&ask(&it.world, PLACE, "Bearer", &token, &[]).await, "invalid_token");
    let proof = proven(&it.world, &it.device, "GET", PLACE, Some(&token));
    assert_eq!(ask(&it.world, PLACE, "DPoP", &token, &[&proof]).await.status, 200);
    refused(&ask(&it.world, PLACE, "DPoP", &token, &[&proof]).await, "invalid_dpop_proof");
}

#[tokio::test]
async fn a_revoked_device_is_shut_out_whoever_signs_its_tokens() {
    let it = trusting().await;
    let proof = proven(&it.world, &it.device, "POST", "/devices", None);
    let id = "01920000-0000-7000-8000-0000000000d1";
    let wish = json!({"device": id, "name": "One"}).to_string();
    let answer = send(it.world.hub.addr, "POST", "/devices", &[("DPoP", proof.as_str())], wish.as_bytes()).await;
    assert_eq!(answer.status, 201);
    let device = it.world.hub.store.devices().await.unwrap()[0].id;
    it.world.hub.store.revoke_device(device, "clerk", jiff::Timestamp::now()).await.unwrap();
    refused(&it.ask(&it.good()).await, "device_revoked");
}

#[tokio::test]
async fn devices_are_told_to_sign_in_there_and_nobody_chooses_who_to_be_here() {
    let it = trusting().await;
    let smart = send(it.world.hub.addr, "GET", "/fhir/.well-known/smart-configuration", &[], b"").await.json();
    assert_eq!(smart["issuer"], URL);
    assert_eq!(smart["token_endpoint"], "https://id.example/realm/token");
    assert_eq!(smart["userinfo_endpoint"], format!("http://{}/auth/userinfo", it.world.hub.addr));
    for path in ["/auth/authorize", "/auth/token", "/auth/staff", "/device", "/.well-known/openid-configuration"] {
        assert_eq!(send(it.world.hub.addr, "GET", path, &[], b"").await.status, 404, "{path}");
    }
}
