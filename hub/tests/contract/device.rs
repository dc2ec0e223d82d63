//! A device as these tests need it: a key, and a token that is bound to it.

use jiff::Timestamp;
use keys::SigningKey;
use keys::dpop::{Request, proof};

use crate::http::{Answer, send};
use crate::world::{World, challenge};

pub(crate) const VERIFIER: &str = "a-verifier-of-forty-three-characters-or-more";
const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");

pub(crate) struct Device {
    pub(crate) key: SigningKey,
    pub(crate) token: String,
}

/// A new proof for a request at this hub.
pub(crate) fn proven(world: &World, key: &SigningKey, method: &str, path: &str, token: Option<&str>) -> String {
    let jti = uuid::Uuid::now_v7().to_string();
    proven_at(world, key, (method, path), token, &jti, Timestamp::now())
}

pub(crate) fn proven_at(
    world: &World,
    key: &SigningKey,
    (method, path): (&str, &str),
    token: Option<&str>,
    jti: &str,
    now: Timestamp,
) -> String {
    let address = format!("http://{}{path}", world.hub.addr);
    proof(key, &Request { method, address: &address, token, nonce: None }, jti, now).unwrap()
}

/// Asserts a 401 with this error of RFC 9449.
pub(crate) fn refused(answer: &Answer, error: &str) {
    answer.is_problem(401, "login");
    let challenge = answer.header("www-authenticate");
    assert!(challenge.starts_with(&format!("DPoP error=\"{error}\"")), "{challenge}");
}

impl Device {
    /// A new device with somebody signed in.
    pub(crate) async fn signed_in(world: &World, staff: &str) -> Self {
        let key = SigningKey::generate().unwrap();
        let answer = Self::ask(world, &key, staff).await;
        assert_eq!((answer.status, answer.json()["token_type"].as_str()), (200, Some("DPoP")), "{}", answer.json());
        let token = answer.json()["access_token"].as_str().unwrap().to_owned();
        Self { key, token }
    }

    /// A sign-in up to the answer of the token endpoint.
    pub(crate) async fn ask(world: &World, key: &SigningKey, staff: &str) -> Answer {
        exchange(world, staff, &[&proven(world, key, "POST", "/auth/token", None)]).await
    }

    pub(crate) async fn sign_in_again(&self, world: &World) -> Answer {
        Self::ask(world, &self.key, "crew").await
    }

    pub(crate) async fn get(&self, world: &World, path: &str) -> Answer {
        let proof = proven(world, &self.key, "GET", path, Some(&self.token));
        ask(world, path, "DPoP", &self.token, &[&proof]).await
    }
}

/// A sign-in whose token request carries these proofs.
pub(crate) async fn exchange(world: &World, staff: &str, proofs: &[&str]) -> Answer {
    let answer = send(world.hub.addr, "GET", &world.authorize(staff, &challenge(VERIFIER)), &[], b"").await;
    let form = format!(
        "grant_type=authorization_code&code={}&redirect_uri=doorstep%3A%2F%2Fsigned-in&client_id=doorstep-app\
         &code_verifier={VERIFIER}",
        code(&answer)
    );
    post_form(world, "/auth/token", proofs, &form).await
}

/// The code in the redirect of an authorisation.
pub(crate) fn code(answer: &Answer) -> String {
    answer.header("location").split("code=").nth(1).unwrap().split('&').next().unwrap().to_owned()
}

pub(crate) async fn post_form(world: &World, path: &str, proofs: &[&str], form: &str) -> Answer {
    let mut headers = vec![FORM];
    headers.extend(proofs.iter().map(|proof| ("DPoP", *proof)));
    send(world.hub.addr, "POST", path, &headers, form.as_bytes()).await
}

/// A read with these proofs.
pub(crate) async fn ask(world: &World, path: &str, scheme: &str, token: &str, proofs: &[&str]) -> Answer {
    let authorization = format!("{scheme} {token}");
    let mut headers = vec![("Authorization", authorization.as_str())];
    headers.extend(proofs.iter().map(|proof| ("DPoP", *proof)));
    send(world.hub.addr, "GET", path, &headers, b"").await
}
