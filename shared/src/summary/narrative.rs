//! The text that a sender put beside the coded entries, kept as it came and never given out as it came.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::gated::masked;
use crate::fhir::{plain_text, sanitise};

/// A section's narrative. The sender's HTML stays inside: what comes out is cleaned, and access codes that the record
/// masks elsewhere are masked in it too.
///
/// Cleaning is what costs most of a long record, so it is done when somebody opens the narrative, not before.
#[derive(Clone, Default)]
pub struct Narrative {
    raw: String,
    secrets: Vec<String>,
    /// Those of several documents with the names of these, instead of a text of its own.
    parts: Vec<(String, Narrative)>,
}

impl Narrative {
    /// Of the HTML as received.
    pub fn of(html: &str) -> Self {
        Self { raw: html.to_owned(), ..Self::default() }
    }

    /// Of several documents, each under its name. They are cleaned one by one: a tag that one leaves open would
    /// swallow the next.
    pub(super) fn of_several(parts: Vec<(String, Self)>) -> Self {
        Self { parts: parts.into_iter().filter(|(_, n)| !n.raw.trim().is_empty()).collect(), ..Self::default() }
    }

    /// Whether it says nothing at all.
    pub fn is_empty(&self) -> bool {
        self.parts.iter().all(|(_, part)| part.is_empty()) && (self.raw.trim().is_empty() || self.words().is_empty())
    }

    /// HTML without script, style, event handlers, images or anything that reaches outside; empty when there is none.
    pub fn harmless(&self) -> String {
        if !self.parts.is_empty() {
            return self
                .each(|name, part| format!("<p><b>{}</b></p>{}", sanitise(&escaped(name)), part.harmless()))
                .concat();
        }
        let html = masked(&sanitise(&self.raw), &self.in_html());
        let words = plain_text(&html);
        // A code that markup cuts in two reads as one on the screen.
        if self.secrets.iter().any(|s| words.contains(s.as_str())) { sanitise(&escaped(&self.plain())) } else { html }
    }

    /// Its words on one line; empty when there are none.
    pub fn plain(&self) -> String {
        if !self.parts.is_empty() {
            return self.each(|name, part| format!("{name}: {}", part.plain())).join(" ");
        }
        masked(&self.words(), &self.secrets)
    }

    /// From now on these access codes are masked.
    pub(super) fn hide(&mut self, secrets: &[String]) {
        self.secrets = secrets.to_vec();
        self.parts.iter_mut().for_each(|(_, part)| part.hide(secrets));
    }

    fn each(&self, show: impl Fn(&str, &Self) -> String) -> Vec<String> {
        self.parts.iter().filter(|(_, part)| !part.is_empty()).map(|(name, part)| show(name, part)).collect()
    }

    // The quick reader of words may lose some in broken markup: nothing is called empty before the cleaner agrees.
    fn words(&self) -> String {
        let quick = plain_text(&self.raw);
        if quick.is_empty() { plain_text(&sanitise(&self.raw)) } else { quick }
    }

    // The cleaner writes a code with a sign of HTML in it as an entity.
    fn in_html(&self) -> Vec<String> {
        self.secrets.iter().map(|code| escaped(code)).collect()
    }
}

fn escaped(words: &str) -> String {
    words.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Two are alike when they show the same.
impl PartialEq for Narrative {
    fn eq(&self, other: &Self) -> bool {
        (self.raw == other.raw && self.secrets == other.secrets && self.parts == other.parts)
            || self.harmless() == other.harmless()
    }
}

/// As [`Narrative::harmless`].
impl Serialize for Narrative {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.harmless())
    }
}

/// From HTML of any origin: it is cleaned again before it is shown.
impl<'de> Deserialize<'de> for Narrative {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self { raw: String::deserialize(deserializer)?, ..Self::default() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOSTILE: &str = r#"<div onclick="e()"><style>p{}</style><script>alert(1)</script><p style="color:red">Key <b>4071</b> <a href="http://evil.example">here</a><img src="http://t.example/x.png"/></p></div>"#;

    fn assert_harmless(shown: &str) {
        for gone in ["alert", "style", "http", "img", "href", "onclick", "p{}"] {
            assert!(!shown.contains(gone), "{gone} in {shown}");
        }
        assert!(shown.contains("Key") && shown.contains("here"), "{shown}");
    }

    #[test]
    fn whatever_way_it_leaves_it_is_harmless() {
        let narrative = Narrative::of(HOSTILE);
        assert_harmless(&narrative.harmless());
        assert_harmless(&narrative.plain());
        assert_harmless(&serde_json::to_string(&narrative).unwrap());
    }

    #[test]
    fn several_are_cleaned_one_by_one_under_their_names() {
        let open = Narrative::of("<p>Allergic to <!-- unclosed");
        let mut several = Narrative::of_several(vec![
            ("GP <b onclick=\"x()\">record".to_owned(), open),
            ("Nobody".to_owned(), Narrative::default()),
            ("Hospice".to_owned(), Narrative::of("<p>Key safe 4071</p>")),
        ]);
        several.hide(&["4071".to_owned()]);
        assert!(!several.is_empty() && Narrative::of_several(Vec::new()).is_empty());
        let html = several.harmless();
        assert!(html.contains("Allergic to") && html.contains("<b>Hospice</b>") && html.contains("••••"), "{html}");
        assert!(!html.contains("<b onclick") && !html.contains("4071") && !html.contains("Nobody"), "{html}");
        assert_eq!(several.plain(), "GP <b onclick=\"x()\">record: Allergic to Hospice: Key safe ••••");
    }

    #[test]
    fn what_is_read_back_is_cleaned_again() {
        let read: Narrative = serde_json::from_value(HOSTILE.into()).unwrap();
        assert_harmless(&read.harmless());
        assert_harmless(&serde_json::to_string(&read).unwrap());
        assert!(serde_json::from_str::<Narrative>("7").is_err());
    }

    #[test]
    fn access_codes_are_masked_also_when_html_writes_them_in_another_way() {
        let mut narrative = Narrative::of("<p>Key safe &#52;071, side door 7&amp;9A</p>");
        narrative.hide(&["4071".to_owned(), "7&9A".to_owned()]);
        assert_eq!(narrative.harmless(), "<p>Key safe ••••, side door ••••</p>");
        assert_eq!(narrative.plain(), "Key safe ••••, side door ••••");
        let read: Narrative = serde_json::from_str(&serde_json::to_string(&narrative).unwrap()).unwrap();
        assert!(read == narrative && !read.plain().contains("4071"));
        let mut cut = Narrative::of("<p>Key safe 40<b>71</b></p>");
        cut.hide(&["4071".to_owned()]);
        assert_eq!(cut.harmless(), "Key safe ••••");
    }

    #[test]
    fn empty_is_what_no_reader_of_html_would_see() {
        for nothing in ["", " \n", "<div></div>", "<script>x</script>", "<!-- x -->"] {
            assert!(Narrative::of(nothing).is_empty(), "{nothing}");
        }
        for something in ["x", "<p>x</p>", "<!-- y --!>x", "<", "<p title=\"a>b\">x</p>"] {
            assert!(!Narrative::of(something).is_empty(), "{something}");
        }
    }
}
