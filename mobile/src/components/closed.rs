//! What is closed until a person opens it.

use dioxus::prelude::*;

/// A disclosure of the browser's own: works with a keyboard, a screen reader and "find in page".
#[component]
pub fn Closable(title: String, class: Option<String>, children: Element) -> Element {
    let class = class.unwrap_or_default();
    rsx! { details { class: "closable {class}", summary { "{title}" } {children} } }
}
