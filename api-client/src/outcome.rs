//! What a server says about a refusal: OperationOutcome (FHIR R4 §OperationOutcome), read with suspicion.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;
use shared::consent::Reason;
use shared::sensitive::Sensitive;

/// The longest text of a server that is shown to anyone, in characters.
const MAX_TEXT: usize = 300;

/// One issue of an OperationOutcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// `error`, `warning` …; empty when not given.
    pub severity: String,
    /// `suppressed`, `forbidden`, `not-found` …; empty when not given.
    pub code: String,
    /// The reason of a consent decision, when it names one that is known.
    pub reason: Option<Reason>,
    /// The server's words, bounded and without control characters. May speak of a person: show it, never log it.
    pub text: Sensitive<String>,
}

/// An answer with a status that is not a success.
#[derive(Debug, Clone)]
pub struct Refusal {
    /// HTTP status.
    pub status: u16,
    /// How long the server asks us to wait.
    pub retry_after: Option<Duration>,
    /// Its first issue, when the body was an OperationOutcome.
    pub issue: Option<Issue>,
    /// The error code of OAuth, in the body or the challenge: `invalid_grant`, `use_dpop_nonce`, `device_revoked` …
    pub error: Option<String>,
    /// The server's clock.
    pub server_time: Option<Timestamp>,
}

impl Issue {
    /// The issues of an OperationOutcome; empty for anything else.
    pub(crate) fn all(outcome: &Value) -> Vec<Self> {
        if outcome["resourceType"] != "OperationOutcome" {
            return Vec::new();
        }
        outcome["issue"].as_array().into_iter().flatten().take(20).map(Self::read).collect()
    }

    fn read(issue: &Value) -> Self {
        let codings = issue["details"]["coding"].as_array().into_iter().flatten();
        let text = [&issue["details"]["text"], &issue["diagnostics"]].into_iter().find_map(Value::as_str);
        Self {
            severity: bounded(issue["severity"].as_str().unwrap_or_default(), 20),
            code: bounded(issue["code"].as_str().unwrap_or_default(), 40),
            reason: codings.filter_map(|c| c["code"].as_str()).find_map(|c| Reason::from_code(c).ok()),
            text: bounded(text.unwrap_or_default(), MAX_TEXT).into(),
        }
    }
}

fn bounded(text: &str, limit: usize) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(limit).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_a_server_says_is_bounded_and_not_in_debug() {
        let text = format!("Patient has\u{1b}[31m allergies {}", "x".repeat(5000));
        let issues = Issue::all(&json!({"resourceType": "OperationOutcome", "issue": [
            {"severity": "error", "code": "suppressed", "details": {"text": text, "coding": [{"code": "opt-out"}]}}]}));
        assert_eq!(issues[0].reason, Some(Reason::OptOut));
        assert_eq!(issues[0].text.reveal().chars().count(), MAX_TEXT);
        assert!(!issues[0].text.reveal().contains('\u{1b}'));
        assert!(!format!("{issues:?}").contains("allergies"));
        assert!(Issue::all(&json!({"issue": [{}]})).is_empty(), "not an OperationOutcome");
    }
}
