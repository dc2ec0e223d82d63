//! The sender's own words beside the entries made of them.

use std::collections::HashSet;
use std::sync::Arc;

use dioxus::prelude::*;
use shared::summary::{Section, Summary};

use super::Same;
use crate::components::{Icon, Reveal, Shape};
use crate::i18n::use_lang;

/// The narrative of a section that somebody looks at: closed while the entries say it all, open where there is no
/// entry to read. It is made harmless when it is shown and not before: that is the dearest step of reading a document.
#[component]
pub(super) fn SendersWords(summary: Same<Arc<Summary>>, index: usize) -> Element {
    let lang = use_lang();
    let mut chosen = use_signal(|| None::<bool>);
    let section = &summary.sections[index];
    let told = summary.clone();
    let says_more = use_memo(use_reactive!(|(told, index)| says_more(&told.sections[index])));
    if section.narrative.is_empty() {
        return rsx! {};
    }
    let open = chosen().unwrap_or(section.items.is_empty());
    rsx! {
        div { class: "senders-words", "data-narrative": if open { "open" } else { "closed" }, "data-says-more": if says_more() { "true" } else { "false" },
            button {
                class: "quiet", r#type: "button", "data-open-words": "", "aria-expanded": if open { "true" } else { "false" }, onclick: move |_| chosen.set(Some(!open)),
                Icon { shape: Shape::Speech }
                if says_more() { {lang.t("narrative-says-more")} } else { {lang.t("section-narrative")} }
            }
            if open {
                Words { summary: summary.clone(), index }
            }
        }
    }
}

// Where an item of the section has an entry code, its narrative may have it in a shape that the summary did not find.
#[component]
fn Words(summary: Same<Arc<Summary>>, index: usize) -> Element {
    let gated = summary.sections[index].items.iter().any(|item| !item.gated.is_empty());
    let html = use_memo(use_reactive!(|(summary, index)| summary.sections[index].narrative.harmless()));
    let words = rsx! { div { class: "narrative", dangerous_inner_html: "{html}" } };
    if gated {
        rsx! { Reveal { {words} } }
    } else {
        words
    }
}

/// How many words of its own make a narrative worth a person's time.
const WORDS: usize = 6;

/// Whether the narrative has much that the entries lack: headings and joining words are no facts, so a few words of
/// its own mean nothing.
fn says_more(section: &Section) -> bool {
    if section.items.is_empty() {
        return false;
    }
    let mut known: HashSet<String> = words(&section.title).collect();
    for item in &section.items {
        for text in [&item.text, &item.detail, &item.source, &item.criticality].into_iter().chain(&item.dates) {
            known.extend(words(text));
        }
        known.extend(item.codes.iter().flat_map(|code| words(code)));
    }
    let own: HashSet<String> = words(&section.narrative.plain()).filter(|word| !known.contains(word)).collect();
    own.len() >= WORDS
}

// Figures count whatever their length: a dose is a figure.
fn words(text: &str) -> impl Iterator<Item = String> {
    let words = text.split(|c: char| !c.is_alphanumeric());
    words.filter(|w| w.chars().count() > 3 || w.chars().any(|c| c.is_ascii_digit())).map(str::to_lowercase)
}

#[cfg(test)]
mod tests {
    use shared::summary::{Narrative, SectionState, Status};

    use super::*;

    fn section(narrative: &str) -> Section {
        let item = serde_json::json!({
            "text": "Apixaban 5 mg tablets", "detail": "One tablet twice a day", "status": Status::Active, "criticality": "",
            "dates": ["ordered 2026-10-25"], "source": "Dr Hannah Lim", "listed_in_section": true, "read_the_source": false,
            "codes": [], "resource_type": "MedicationRequest", "entry": 3, "when": "",
        });
        Section {
            code: "10160-0".to_owned(),
            title: "Medicines".to_owned(),
            state: SectionState::Listed,
            statement: String::new(),
            items: vec![serde_json::from_value(item).unwrap()],
            narrative: Narrative::of(narrative),
        }
    }

    #[test]
    fn words_that_stand_in_the_list_are_no_reason_to_read_twice() {
        assert!(!says_more(&section(
            "<table><tr><th>Name</th><th>Dose</th></tr><tr><td>APIXABAN 5 mg</td><td>twice a day, tablet</td></tr></table>"
        )));
        assert!(!says_more(&section("")));
    }

    #[test]
    fn a_dose_or_a_story_that_the_list_lacks_is() {
        assert!(says_more(&section(
            "<p>Apixaban 5 mg tablets. Crush them into yoghurt, because swallowing became unsafe; daughter keeps 40 more.</p>"
        )));
    }

    #[test]
    fn where_nothing_is_listed_the_words_are_open_anyway() {
        let mut alone =
            section("<p>Lives with a sister who is deaf, shouts when frightened, wanders after midnight.</p>");
        alone.items.clear();
        assert!(!says_more(&alone));
    }
}
