//! The app's own words, in English and Welsh (Project Fluent files in `assets/i18n`).
//!
//! Only the app speaks two languages. What stands in a clinical record is shown as it was written: a translated
//! dose or reaction would be a new statement that nobody made.

use std::sync::OnceLock;

use dioxus::prelude::*;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use serde::{Deserialize, Serialize};
use unic_langid::LanguageIdentifier;

/// A language of the app.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Welsh.
    Cy,
}

const ENGLISH: &str = include_str!("../../assets/i18n/en.ftl");
const WELSH: &str = include_str!("../../assets/i18n/cy.ftl");

type Bundle = FluentBundle<FluentResource>;

impl Lang {
    /// The languages a person can choose.
    pub const ALL: [Self; 2] = [Self::En, Self::Cy];

    /// The BCP 47 tag, for `lang` of the page.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Cy => "cy",
        }
    }

    /// What the language calls itself.
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::Cy => "Cymraeg",
        }
    }

    /// Reads a tag or a locale name: `cy`, `cy-GB`, `cy_GB.UTF-8`.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let language = tag.split(['-', '_', '.']).next()?;
        Self::ALL.into_iter().find(|lang| lang.tag() == language)
    }

    /// A sentence without variables.
    pub fn t(self, key: &str) -> String {
        self.say(key, None)
    }

    /// A sentence with variables.
    pub fn with<const N: usize>(self, key: &str, values: [(&str, FluentValue<'_>); N]) -> String {
        let args: FluentArgs<'_> = values.into_iter().collect();
        self.say(key, Some(&args))
    }

    // A sentence missing in Welsh is said in English, and one missing in both by its key: a test keeps both from
    // happening, and a screen with an odd word is better at a door than one that stopped.
    fn say(self, key: &str, args: Option<&FluentArgs<'_>>) -> String {
        [self, Self::En].into_iter().find_map(|lang| lang.lookup(key, args)).unwrap_or_else(|| key.to_owned())
    }

    fn lookup(self, key: &str, args: Option<&FluentArgs<'_>>) -> Option<String> {
        let bundle = self.bundle();
        let pattern = bundle.get_message(key)?.value()?;
        Some(bundle.format_pattern(pattern, args, &mut Vec::new()).into_owned())
    }

    fn bundle(self) -> &'static Bundle {
        static BUNDLES: [OnceLock<Bundle>; 2] = [OnceLock::new(), OnceLock::new()];
        let source = match self {
            Self::En => ENGLISH,
            Self::Cy => WELSH,
        };
        BUNDLES[self as usize].get_or_init(|| load(self, source))
    }
}

fn load(lang: Lang, source: &str) -> Bundle {
    let id: LanguageIdentifier = lang.tag().parse().unwrap_or_default();
    let mut bundle = Bundle::new_concurrent(vec![id]);
    // Names and numbers stand in sentences without isolation marks: both languages run left to right, and the marks
    // would travel into whatever a person copies.
    bundle.set_use_isolating(false);
    let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(partial, _)| partial);
    bundle.add_resource_overriding(resource);
    bundle
}

/// The language of the screen. English where nobody chose, as in a page drawn on its own.
pub fn use_lang() -> Lang {
    use_hook(try_consume_context::<Signal<Lang>>).map_or(Lang::En, |lang| lang())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locale_name_chooses_the_language() {
        assert_eq!(Lang::from_tag("cy_GB.UTF-8"), Some(Lang::Cy));
        assert_eq!(Lang::from_tag("en"), Some(Lang::En));
        assert_eq!(Lang::from_tag("fr"), None);
    }

    #[test]
    fn numbers_are_counted_as_the_language_counts() {
        let say = |lang: Lang, n: i32| lang.with("to-send-waiting", [("count", n.into())]);
        assert_eq!(say(Lang::En, 1), "1 note waits");
        assert_eq!(say(Lang::En, 3), "3 notes wait");
        assert!(say(Lang::Cy, 3).starts_with('3'));
    }
}
