use keys::SigningKey;

use super::*;

const NOW: i64 = 1_800_000_000;

struct World {
    key: SigningKey,
    trusted: Trusted,
    folder: tempfile::TempDir,
}

fn world(unbound: bool) -> World {
    let (key, folder) = (SigningKey::generate().unwrap(), tempfile::tempdir().unwrap());
    let keys = folder.path().join("jwks.json");
    fs::write(&keys, KeySet::of(&[&key]).to_value().to_string()).unwrap();
    let issuer = Issuer {
        url: "https://id.example/realm".to_owned(),
        audience: "https://hub.example/fhir".to_owned(),
        keys,
        configuration: None,
        unbound,
    };
    World { key, trusted: Trusted::open(&issuer).unwrap(), folder }
}

fn good() -> Value {
    json!({"iss": "https://id.example/realm", "aud": "https://hub.example/fhir", "sub": "amara", "client_id": "doorstep-app",
        "azp": "doorstep-app", "iat": NOW - 10, "exp": NOW + 300, "cnf": {"jkt": "the-key"}})
}

impl World {
    fn checked(&self, typ: &str, claims: &Value) -> Result<Claims, KeyError> {
        let token = self.key.sign(typ, claims).unwrap();
        self.trusted.claims(&token, Timestamp::from_second(NOW).unwrap())
    }

    fn with(&self, name: &str, value: Value) -> Result<Claims, KeyError> {
        let mut claims = good();
        claims[name] = value;
        self.checked("at+jwt", &claims)
    }
}

#[test]
fn a_token_that_is_as_it_must_be_says_who_until_when_and_by_which_key() {
    let world = world(false);
    let found = world.checked("at+jwt", &good()).unwrap();
    assert_eq!((found.staff.as_str(), found.jkt.as_deref()), ("amara", Some("the-key")));
    assert_eq!(found.until.as_second(), NOW + 300);
    let several = world.with("aud", json!(["account", "https://hub.example/fhir"]));
    assert_eq!(several.map(|claims| claims.staff), Ok("amara".to_owned()));
    let started = world.with("auth_time", json!(NOW - 3600)).unwrap();
    assert_eq!(started.until.as_second(), NOW + 11 * 3600, "the shift");
    for user in ["Practitioner/nurse", "https://hub.example/fhir/Practitioner/nurse"] {
        assert_eq!(world.with("fhirUser", json!(user)).unwrap().staff, "nurse", "{user}");
    }
    assert_eq!(world.with("fhirUser", json!("Patient/nurse")).unwrap().staff, "amara");
}

#[test]
fn every_wrong_claim_is_refused_by_name() {
    use KeyError::{Claim, Missing, Over, TooEarly};
    let world = world(false);
    for (name, value, fault) in [
        ("iss", json!("https://evil.example"), Claim("iss")),
        ("iss", json!("https://id.example/realm/"), Claim("iss")),
        ("iss", json!(null), Missing("iss")),
        ("aud", json!("https://other.example/fhir"), Claim("aud")),
        ("aud", json!(["account"]), Claim("aud")),
        ("aud", json!(null), Missing("aud")),
        ("exp", json!(NOW - 61), Over),
        ("exp", json!(null), Missing("exp")),
        ("nbf", json!(NOW + 61), TooEarly),
        ("iat", json!(NOW + 61), TooEarly),
        ("cnf", json!(null), Missing("cnf")),
        ("cnf", json!({"x5t#S256": "a"}), Missing("cnf")),
        ("sub", json!(null), Missing("sub")),
    ] {
        assert_eq!(world.with(name, value.clone()), Err(fault), "{name} {value}");
    }
}

#[test]
fn another_kind_another_key_and_another_algorithm_are_refused() {
    let world = world(false);
    for typ in ["JWT", "dpop+jwt", "id+jwt", ""] {
        assert_eq!(world.checked(typ, &good()), Err(KeyError::WrongKind), "{typ}");
    }
    let now = Timestamp::from_second(NOW).unwrap();
    let foreign = SigningKey::generate().unwrap().sign("at+jwt", &good()).unwrap();
    assert_eq!(world.trusted.claims(&foreign, now), Err(KeyError::UnknownKey));
    let token = world.key.sign("at+jwt", &good()).unwrap();
    let claims = token.split('.').nth(1).unwrap();
    for head in ["{\"alg\":\"none\",\"typ\":\"at+jwt\"}", "{\"alg\":\"HS256\",\"typ\":\"at+jwt\"}"] {
        use base64::Engine as _;
        let head = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(head);
        let refused = world.trusted.claims(&format!("{head}.{claims}.AAAA"), now);
        assert_eq!(refused, Err(KeyError::Algorithm), "{head}");
    }
}

#[test]
fn a_token_of_no_device_is_taken_where_the_owner_says_so() {
    let mut claims = good();
    claims["cnf"] = Value::Null;
    assert_eq!(world(true).checked("at+jwt", &claims).map(|claims| claims.jkt), Ok(None));
    claims["cnf"] = json!({"x5t#S256": "a"});
    let bound_otherwise = world(true).checked("at+jwt", &claims);
    assert_eq!(bound_otherwise, Err(KeyError::Missing("cnf")), "bound in a way that is not checked here");
}

#[test]
fn a_new_key_of_the_issuer_is_learned_from_its_file() {
    let mut world = world(false);
    let file = world.folder.path().join("jwks.json");
    world.key = SigningKey::generate().unwrap();
    assert_eq!(world.checked("at+jwt", &good()), Err(KeyError::UnknownKey));
    fs::write(&file, "not yet whole").unwrap();
    fs::File::options().write(true).open(&file).unwrap().set_modified(SystemTime::UNIX_EPOCH).unwrap();
    assert_eq!(world.checked("at+jwt", &good()), Err(KeyError::UnknownKey));
    fs::write(&file, KeySet::of(&[&world.key]).to_value().to_string()).unwrap();
    assert!(world.checked("at+jwt", &good()).is_ok());
}

#[test]
fn what_is_no_key_set_or_the_document_of_another_is_refused_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path
    };
    let set = KeySet::of(&[&SigningKey::generate().unwrap()]).to_value().to_string();
    let (good, bad) = (file("good", &set), file("bad", "{\"keys\":[]}"));
    let other = file("other", "{\"issuer\":\"https://evil.example\"}");
    let open = |keys: &Path, configuration: Option<&Path>| {
        let (url, audience) = ("https://id.example".to_owned(), "hub".to_owned());
        let configuration = configuration.map(Path::to_owned);
        Trusted::open(&Issuer { url, audience, keys: keys.to_owned(), configuration, unbound: false })
    };
    assert!(open(&good, None).is_ok());
    assert!(matches!(open(&bad, None), Err(IssuerError::Content(_))));
    assert!(matches!(open(&folder.path().join("none"), None), Err(IssuerError::Disk(..))));
    assert!(matches!(open(&good, Some(&other)), Err(IssuerError::Other(_))));
}
