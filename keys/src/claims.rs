//! Which claims of a token are good (OpenID Connect Core 1.0 §3.1.3.7, RFC 9068 §4).

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use subtle::ConstantTimeEq as _;

use crate::KeyError;

/// How far two clocks may differ.
const LEEWAY: SignedDuration = SignedDuration::from_secs(60);

/// What the claims of a token must say.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// Who made it, compared character by character.
    pub issuer: &'a str,
    /// For whom it is: among `aud`, and as `azp` when there are several.
    pub audience: &'a str,
    /// The nonce that was sent, when one was.
    pub nonce: Option<&'a str>,
    /// The time now, as whoever asks believes it.
    pub now: Timestamp,
}

impl Expected<'_> {
    /// Whether the claims are these, and of this moment.
    ///
    /// # Errors
    /// Which claim is missing or different.
    pub fn check(&self, claims: &Value) -> Result<(), KeyError> {
        let text = |name: &'static str| claims[name].as_str().ok_or(KeyError::Missing(name));
        if text("iss")? != self.issuer {
            return Err(KeyError::Claim("iss"));
        }
        self.check_audience(claims)?;
        if let Some(nonce) = self.nonce
            && !bool::from(text("nonce")?.as_bytes().ct_eq(nonce.as_bytes()))
        {
            return Err(KeyError::Claim("nonce"));
        }
        check_times(claims, self.now)
    }

    fn check_audience(&self, claims: &Value) -> Result<(), KeyError> {
        let several = match &claims["aud"] {
            Value::String(one) if one == self.audience => false,
            Value::Array(all) if all.iter().any(|one| one == self.audience) => all.len() > 1,
            Value::Null => return Err(KeyError::Missing("aud")),
            _ => return Err(KeyError::Claim("aud")),
        };
        let party = claims["azp"].as_str();
        let fits = match party {
            Some(party) => party == self.audience,
            None => !several,
        };
        if fits { Ok(()) } else { Err(KeyError::Claim("azp")) }
    }
}

fn check_times(claims: &Value, now: Timestamp) -> Result<(), KeyError> {
    if time(claims, "exp")? + LEEWAY.as_secs() <= now.as_second() {
        return Err(KeyError::Over);
    }
    let starts = [("iat", true), ("nbf", false)];
    for (name, needed) in starts {
        match time(claims, name) {
            Ok(start) if start - LEEWAY.as_secs() > now.as_second() => return Err(KeyError::TooEarly),
            Err(error) if needed => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// A time claim in whole seconds (RFC 7519 §2, NumericDate; a fraction is cut).
fn time(claims: &Value, name: &'static str) -> Result<i64, KeyError> {
    let number = claims[name].as_f64().filter(|n| (0.0..=4e12).contains(n));
    #[expect(clippy::cast_possible_truncation, reason = "the range was looked at")]
    number.map(|n| n as i64).ok_or(KeyError::Missing(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn now() -> Timestamp {
        Timestamp::from_second(1_800_000_000).unwrap()
    }

    fn checked(change: impl Fn(&mut Value)) -> Result<(), KeyError> {
        let mut claims = json!({"iss": "https://id.example", "aud": "app", "nonce": "n", "iat": 1_799_999_990,
            "exp": 1_800_000_300});
        change(&mut claims);
        let expected = Expected { issuer: "https://id.example", audience: "app", nonce: Some("n"), now: now() };
        expected.check(&claims)
    }

    #[test]
    fn what_was_expected_is_taken() {
        assert_eq!(checked(|_| ()), Ok(()));
        assert_eq!(checked(|c| c["aud"] = json!(["app"])), Ok(()));
        assert_eq!(checked(|c| (c["aud"], c["azp"]) = (json!(["api", "app"]), json!("app"))), Ok(()));
        assert_eq!(checked(|c| c["exp"] = json!(1_799_999_950)), Ok(()), "within what clocks may differ");
    }

    #[test]
    fn everything_else_is_refused_by_name() {
        use KeyError::{Claim, Missing, Over, TooEarly};
        type Case<'a> = (&'a str, Value, KeyError);
        let cases: [Case<'_>; 14] = [
            ("iss", json!("https://id.example/"), Claim("iss")),
            ("iss", json!(null), Missing("iss")),
            ("aud", json!("other"), Claim("aud")),
            ("aud", json!(["other"]), Claim("aud")),
            ("aud", json!(["app", "other"]), Claim("azp")),
            ("aud", json!(null), Missing("aud")),
            ("azp", json!("other"), Claim("azp")),
            ("nonce", json!("m"), Claim("nonce")),
            ("nonce", json!(null), Missing("nonce")),
            ("exp", json!(1_799_999_940), Over),
            ("exp", json!("soon"), Missing("exp")),
            ("exp", json!(-1), Missing("exp")),
            ("iat", json!(1_800_000_061), TooEarly),
            ("nbf", json!(1_800_000_061), TooEarly),
        ];
        for (name, value, expected) in cases {
            assert_eq!(checked(|c| c[name] = value.clone()), Err(expected), "{name} {value}");
        }
    }
}
