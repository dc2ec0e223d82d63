//! `hub device code`: lets one device in.

use jiff::{SignedDuration, Timestamp};
use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;

use crate::auth::words;
use crate::secret;
use crate::store::{Store, StoreError};

/// How long a code waits for its device.
const LIFE: SignedDuration = SignedDuration::from_hours(24);

/// A one-time code that lets a device in within a day: twelve letters in groups.
///
/// # Errors
/// The database.
pub async fn enrolment_code(store: &Store) -> Result<String, StoreError> {
    let (code, now) = (words::random(3)?, Timestamp::now());
    let over = now.checked_add(LIFE).unwrap_or(now);
    store.insert_enrolment_code(&secret::hash(words::plain(&code)), now, over).await?;
    Ok(code)
}

/// The same as a link that the app opens. `hub`: the FHIR base; `pin`: of its certificate, when it has one of its own.
pub fn enrolment_link(hub: &str, code: &str, pin: Option<&str>) -> String {
    let pin = pin.map(|pin| format!("&pin={}", crate::auth::percent(pin))).unwrap_or_default();
    format!("doorstep://enrol?hub={}&code={}{pin}", crate::auth::percent(hub), crate::auth::percent(code))
}

/// A link as a QR code for a terminal; `None` for one that is too long for any.
pub fn enrolment_qr(link: &str) -> Option<String> {
    let code = QrCode::new(link).ok()?;
    // Most terminals are dark: the light modules are what is drawn.
    Some(code.render::<Dense1x2>().dark_color(Dense1x2::Light).light_color(Dense1x2::Dark).build())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_carries_its_parts_unharmed() {
        let link = enrolment_link("https://hub.example:8443/fhir", "BCDF-GHJK", Some("sha256/ab+c="));
        assert_eq!(
            link,
            "doorstep://enrol?hub=https%3A%2F%2Fhub.example%3A8443%2Ffhir&code=BCDF-GHJK&pin=sha256%2Fab%2Bc%3D"
        );
    }

    #[test]
    fn a_link_fits_into_a_qr_code_with_its_quiet_edge() {
        let drawn = enrolment_qr(&enrolment_link("https://hub.example/fhir", "BCDF-GHJK-LMNP", None)).unwrap();
        let lines: Vec<_> = drawn.lines().collect();
        let width = lines[0].chars().count();
        assert!(lines.len() > 15 && lines.iter().all(|line| line.chars().count() == width), "{drawn}");
        assert!(lines[0].chars().all(|c| c == '\u{2588}'), "light all round");
        assert_eq!(enrolment_qr(&"x".repeat(5000)), None);
    }
}
