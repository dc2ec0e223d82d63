//! The source of an entry: laid out to be read, and exactly as it came.

use dioxus::prelude::*;

use super::At;
use super::page::{RecordActions, Source};
use crate::i18n::use_lang;

/// The raw entry, asked for and put away again.
#[component]
pub(super) fn Raw(at: At, source: Option<Source>, actions: RecordActions) -> Element {
    let lang = use_lang();
    let At { document, entry } = at;
    let source = source.filter(|(shown, _)| *shown == at);
    match source {
        None => rsx! {
            button { class: "quiet", r#type: "button", "data-show-source": "{entry}", "data-document": "{document}", onclick: move |_| actions.source.call(at), {lang.t("show-source")} }
        },
        Some((_, Ok(text))) => rsx! {
            button { class: "quiet", r#type: "button", "data-show-source": "{entry}", "data-document": "{document}", "aria-expanded": "true", onclick: move |_| actions.source.call(at), {lang.t("hide-source")} }
            Verbatim { entry, text: text.reveal().clone() }
        },
        Some((_, Err(fault))) => {
            rsx! { crate::components::FaultBox { fault, on_retry: move |()| actions.source.call(at) } }
        }
    }
}

#[component]
fn Verbatim(entry: usize, text: String) -> Element {
    let lang = use_lang();
    let mut as_it_came = use_signal(|| false);
    let shown = if as_it_came() { text } else { laid_out(&text) };
    rsx! {
        div { class: "source",
            pre { "data-source": "{entry}", tabindex: "0", "{shown}" }
            button {
                class: "quiet", r#type: "button", "data-as-it-came": "", "aria-pressed": if as_it_came() { "true" } else { "false" },
                onclick: move |_| as_it_came.toggle(), {lang.t("source-as-it-came")}
            }
        }
    }
}

/// JSON with a line for each member. Only white space outside strings changes: digits, escapes, the order and even
/// what stands twice stay as they came, and what is no JSON is laid out as far as it goes.
pub(super) fn laid_out(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    let (mut deep, mut inside, mut escaped) = (0_usize, false, false);
    let mut letters = text.chars().filter(|c| *c != '\u{feff}').peekable();
    while let Some(letter) = letters.next() {
        if inside {
            out.push(letter);
            (inside, escaped) = (escaped || letter != '"', !escaped && letter == '\\');
            continue;
        }
        match letter {
            c if c.is_whitespace() => {}
            '{' | '[' => {
                out.push(letter);
                while letters.next_if(|c| c.is_whitespace()).is_some() {}
                if letters.peek().is_none_or(|c| !matches!(c, '}' | ']')) {
                    deep += 1;
                    new_line(&mut out, deep);
                } else {
                    out.extend(letters.next());
                }
            }
            '}' | ']' => {
                deep = deep.saturating_sub(1);
                new_line(&mut out, deep);
                out.push(letter);
            }
            ',' => {
                out.push(',');
                new_line(&mut out, deep);
            }
            ':' => out.push_str(": "),
            other => {
                inside = other == '"';
                out.push(other);
            }
        }
    }
    out
}

// Deeper than this the column of a phone is used up.
fn new_line(out: &mut String, deep: usize) {
    out.push('\n');
    out.extend(std::iter::repeat_n("  ", deep.min(8)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_white_space_between_the_words_of_a_source_changes() {
        let source = r#"{"a":[1.50, {"b" : "x, y: \"{z}\" \\"}],"a":null , "e":[ ],"o":{}}"#;
        let expected = "{\n  \"a\": [\n    1.50,\n    {\n      \"b\": \"x, y: \\\"{z}\\\" \\\\\"\n    }\n  ],\n  \"a\": null,\n  \"e\": [],\n  \"o\": {}\n}";
        assert_eq!(laid_out(source), expected);
        assert_eq!(laid_out(&laid_out(source)), expected);
    }

    #[test]
    fn what_is_no_json_is_laid_out_as_far_as_it_goes() {
        assert_eq!(laid_out("}}]x"), "\n}\n}\n]x");
        assert_eq!(laid_out("{\"a\": \"unfinished, "), "{\n  \"a\": \"unfinished, ");
        assert_eq!(laid_out(&"[1,".repeat(50_000)).matches('[').count(), 50_000);
    }
}
