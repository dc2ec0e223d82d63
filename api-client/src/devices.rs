//! The life of a device at its record service: enrolment, and whether it is still taken. All of it is asked with the
//! proof of the device's key alone (see [`Client::with_device`]): nobody needs to be signed in.

use reqwest::{Method, Url};
use serde_json::{Value, json};
use shared::identity::DeviceId;

use crate::{Answer, Client, EntryAnswer, Error, url};

/// What a device learns when it is enrolled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrolled {
    /// Notes are sealed to this key: X25519, base64url.
    pub relay_key: String,
    /// The service's signing keys, a JWK Set (RFC 7517 §5).
    pub jwks: Value,
}

/// What a service holds of a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It is enrolled.
    Active,
    /// It was, and is shut out.
    Revoked,
    /// It never was, or the service has forgotten.
    Unknown,
}

impl Standing {
    fn read(value: &Value) -> Result<Self, Error> {
        match value["state"].as_str() {
            Some("active") => Ok(Self::Active),
            Some("revoked") => Ok(Self::Revoked),
            Some("unknown") => Ok(Self::Unknown),
            // What is not understood destroys nothing.
            _ => Err(Error::NotFhir("the state of a device")),
        }
    }
}

impl Client {
    /// Enrols this device, or learns the same again when it is enrolled already. `code` where the service asks for
    /// one. `None`: the service enrols no devices, so none is needed.
    ///
    /// # Errors
    /// [`Error::Refused`] when the service wants a code, or another one; [`Error::NotFhir`] when the answer lacks a key.
    pub async fn enrol(
        &self,
        device: DeviceId,
        name: &str,
        code: Option<&str>,
    ) -> Result<Option<Answer<Enrolled>>, Error> {
        let Some(endpoint) = self.device_endpoint().await? else { return Ok(None) };
        let mut body = json!({"device": device.to_string(), "name": name});
        if let Some(code) = code {
            body["code"] = json!(code);
        }
        let answer = self.json_from_device(self.plain(Method::POST, endpoint)?.json(&body)).await?;
        answer.try_map(|value| enrolled(&value)).map(Some)
    }

    /// What the service holds of this device; `None` when it enrols none.
    ///
    /// # Errors
    /// [`Error::Refused`] with `device_revoked`, or what came between.
    pub async fn standing(&self) -> Result<Option<Answer<Standing>>, Error> {
        let Some(mut endpoint) = self.device_endpoint().await? else { return Ok(None) };
        endpoint.path_segments_mut().map_err(|()| Error::Address)?.pop_if_empty().push("self");
        match self.json_from_device(self.plain(Method::GET, endpoint)?).await {
            Ok(answer) => answer.try_map(|value| Standing::read(&value)).map(Some),
            Err(error) if error.status() == Some(404) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Hands over a note that was sealed to the service; see [`shared::note::relay_place`] for where it belongs.
    /// With a token as the person who delivers it, without one as the device alone.
    ///
    /// # Errors
    /// [`Error::NotFhir`] when the answer does not say what became of it: nothing is taken as accepted then.
    pub async fn relay(&self, parameters: &Value) -> Result<Answer<Vec<EntryAnswer>>, Error> {
        let request = self.request(Method::POST, self.at(&["$relay"])?)?.json(parameters);
        let answer = match self.token_now() {
            Some(_) => self.json(request).await?,
            None => self.json_from_device(request).await?,
        };
        answer.try_map(|value| EntryAnswer::all(&value).ok_or(Error::NotFhir("a transaction-response")))
    }

    /// Under the origin of the base and nowhere else: the proof of this device is for this service.
    async fn device_endpoint(&self) -> Result<Option<Url>, Error> {
        let place = self.at(&[".well-known", "smart-configuration"])?;
        let answer = match self.json(self.plain(Method::GET, place)?).await {
            Err(error) if error.status() == Some(404) => return Ok(None),
            answer => answer?.value,
        };
        let found = answer["doorstep_device_endpoint"].as_str().and_then(|text| Url::parse(text).ok());
        Ok(found.filter(|found| url::is_safe(found) && url::same_origin(found, &self.base)))
    }
}

fn enrolled(value: &Value) -> Result<Enrolled, Error> {
    let relay_key = value["relay_key"].as_str().ok_or(Error::NotFhir("the key that notes are sealed to"))?;
    let jwks = &value["jwks"];
    if !jwks["keys"].is_array() {
        return Err(Error::NotFhir("the service's signing keys"));
    }
    Ok(Enrolled { relay_key: relay_key.to_owned(), jwks: jwks.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_server::{TestServer, json_answer};
    use crate::{AccessToken, Keeper, Renewed, Why};

    fn device() -> DeviceId {
        serde_json::from_value(json!("01890a5d-ac96-774b-bcce-b302099a8057")).unwrap()
    }

    fn service(offers: bool) -> impl Fn(&crate::test_server::Request) -> Vec<u8> + Send + Sync + 'static {
        move |request| {
            let devices = format!("http://{}/devices", request.host());
            match request.path() {
                "/fhir/.well-known/smart-configuration" if offers => {
                    json_answer(&json!({"doorstep_device_endpoint": devices}).to_string())
                }
                "/devices" => json_answer(r#"{"device":"d","relay_key":"a2V5","jwks":{"keys":[]}}"#),
                "/devices/self" => json_answer(r#"{"state":"revoked"}"#),
                _ => json_answer("{}"),
            }
        }
    }

    #[tokio::test]
    async fn a_device_is_enrolled_with_its_proof_alone() {
        let server = TestServer::respond(service(true)).await;
        let client = server.client().with_device(keys::SigningKey::generate().unwrap().into());
        let device = device();
        let enrolled = client.enrol(device, "Tablet 4", Some("123-456")).await.unwrap().unwrap().value;
        assert_eq!(enrolled.relay_key, "a2V5");
        assert_eq!(client.standing().await.unwrap().unwrap().value, Standing::Revoked);
        let sent = server.requests().into_iter().find(|r| r.starts_with("POST /devices ")).unwrap();
        assert!(sent.contains("dpop: ") && !sent.contains("authorization:") && sent.contains("123-456"), "{sent}");
    }

    #[tokio::test]
    async fn a_service_without_devices_needs_no_enrolment() {
        let server = TestServer::respond(service(false)).await;
        let enrolled = server.client().enrol(device(), "Tablet 4", None).await.unwrap();
        assert!(enrolled.is_none());
    }

    /// A sign-in that is renewed by itself, as that of everybody at a device.
    struct Kept;

    impl Keeper for Kept {
        fn current(&self) -> AccessToken {
            AccessToken::bound("t-1".to_owned())
        }

        fn ends_soon(&self) -> bool {
            false
        }

        fn renew(&self, _: &AccessToken, _: Why) -> Renewed {
            Box::pin(async { Ok(None) })
        }

        fn refused(&self, _: &AccessToken) {}
    }

    #[tokio::test]
    async fn whoever_is_signed_in_hands_a_note_over_with_a_proof_for_their_token() {
        let server = TestServer::respond(|_| json_answer("{}")).await;
        let client = server.client().with_device(keys::SigningKey::generate().unwrap().into());
        let _ = client.with_keeper(std::sync::Arc::new(Kept)).relay(&json!({})).await;
        let sent = server.requests().remove(0);
        assert!(sent.contains("authorization: DPoP t-1"), "{sent}");
        let proof = sent.lines().find_map(|line| line.strip_prefix("dpop: ")).unwrap();
        let address = client.at(&["$relay"]).unwrap();
        let (token, nonce) = (Some("t-1"), None);
        let asked = keys::dpop::Request { method: "POST", address: address.as_str(), token, nonce };
        assert!(keys::dpop::check(proof, &asked, jiff::Timestamp::now()).is_ok());
    }

    #[test]
    fn an_answer_without_its_keys_enrols_nothing() {
        assert!(enrolled(&json!({"relay_key": "x"})).is_err());
        assert!(enrolled(&json!({"jwks": {"keys": []}})).is_err());
    }
}
