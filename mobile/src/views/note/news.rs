//! NEWS2 beside the signs it is made of.

use dioxus::prelude::*;
use jiff::Timestamp;

use crate::components::{Icon, Shape};
use crate::forms::{Answers, news};
use crate::i18n::use_lang;

/// The total with what it means, or in words what is missing: never a number that stands for half a set.
#[component]
pub(super) fn NewsPanel(answers: Answers, now: Timestamp) -> Element {
    let lang = use_lang();
    let score = news(&answers, lang, now);
    let (state, urgency) = score.state;
    rsx! {
        section { id: "news", class: "news", "data-news": state, "data-urgency": urgency, "aria-label": "NEWS2",
            p { class: "news-total", role: "status",
                if let Some(total) = score.total {
                    strong { "NEWS2 {total}" }
                } else {
                    Icon { shape: Shape::Info }
                }
                span { "{score.words}" }
            }
            if !score.parts.is_empty() {
                details {
                    summary { {lang.t("news-parts")} }
                    ul { class: "news-parts",
                        for (sign, points) in score.parts {
                            li { key: "{sign}", "data-taken": if points.is_some() { "true" } else { "false" },
                                span { "{sign}" }
                                match points {
                                    Some(points) => rsx! { strong { "{points}" } },
                                    None => rsx! { em { {lang.t("news-missing")} } },
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
