//! Enrol the device with a code.

use crate::{Advice, Engine, EngineError, Enrolment};

impl Engine {
    /// Whether an enrolment that was handed over with the app is still of use.
    pub fn wants_enrolment(&self) -> bool {
        !matches!(self.watch().borrow().device.enrolment, Enrolment::Enrolled | Enrolment::Revoked)
    }

    /// Enrols this device with what its steward gave out: the code itself, or the link that holds it
    /// (`doorstep://enrol?hub=…&code=…`). Where the service asks for none, it enrols by itself at first contact.
    ///
    /// # Errors
    /// `wrong-code`, `device-taken`, `device-not-believed`, `device-revoked`, `another-service` when the link is for another one than this device is set up for, or what came
    /// between.
    pub async fn enrol(&self, text: &str) -> Result<(), EngineError> {
        let code = match text.trim().strip_prefix("doorstep://enrol?") {
            Some(query) => self.code_of(query)?,
            None => text.trim().to_owned(),
        };
        if code.is_empty() || code.len() > 200 {
            let text = "This is no enrolment code. Type the code, or the whole link that came with it.";
            return Err(EngineError::new("wrong-code", text, Advice::Correct));
        }
        self.inner.enrol(Some(&code)).await?;
        self.sync_now();
        Ok(())
    }

    fn code_of(&self, query: &str) -> Result<String, EngineError> {
        let value = |name: &str| {
            let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            pairs.find(|(key, _)| *key == name).map(|(_, value)| percent_decoded(value))
        };
        let ours = self.inner.base.trim_end_matches('/');
        if value("hub").is_some_and(|hub| !ours.starts_with(hub.trim_end_matches('/'))) {
            let text = "This link is for another record service than this device is set up for. Tell the service desk.";
            return Err(EngineError::new("another-service", text, Advice::CallServiceDesk));
        }
        Ok(value("code").unwrap_or_default())
    }
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = after.get(..2).and_then(|pair| std::str::from_utf8(pair).ok());
        match (first, hex.and_then(|pair| u8::from_str_radix(pair, 16).ok())) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_link_encodes_is_read() {
        assert_eq!(percent_decoded("http%3A%2F%2Fhub%2Ffhir"), "http://hub/fhir");
        for odd in ["%", "%4", "%zz", "a%"] {
            assert_eq!(percent_decoded(odd), odd);
        }
    }
}
