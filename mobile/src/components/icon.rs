//! Icons, inline: nothing is fetched, and they take the colour of the text beside them.

use dioxus::prelude::*;

macro_rules! shapes {
    ($($name:ident = $file:literal),+ $(,)?) => {
        /// The drawings. Each stands beside words and is hidden from a screen reader.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[expect(missing_docs, reason = "a drawing is named by what it shows")]
        pub enum Shape { $($name),+ }

        impl Shape {
            const fn svg(self) -> &'static str {
                match self { $(Self::$name => include_str!(concat!("../../../assets/icons/", $file, ".svg"))),+ }
            }
        }
    };
}

shapes! {
    Today = "today", Find = "find", ToSend = "to-send", Me = "me", Back = "back", Note = "note", Safety = "safety",
    Access = "access", Cpr = "cpr", Allergy = "allergy", Medicine = "medicine", Device = "device",
    Pregnancy = "pregnancy", Place = "place", JustInCase = "just-in-case", Baseline = "baseline", Contact = "contact",
    Offline = "offline", Online = "online", Tick = "tick", Cross = "cross", Lock = "lock", Clock = "clock", Eye = "eye",
    Info = "info", Speech = "speech", Again = "again", Open = "open", Arrange = "arrange",
    Up = "up", Down = "down", Pin = "pin", Hide = "hide", Active = "shape-active",
    Inactive = "shape-inactive", Stopped = "shape-stopped", Forbidden = "shape-forbidden", Refuted = "shape-refuted",
    Error = "shape-error", Negative = "shape-negative", Unknown = "shape-unknown",
}

/// A drawing in the colour and size of the text around it.
#[component]
pub fn Icon(shape: Shape) -> Element {
    rsx! { span { class: "icon", "aria-hidden": "true", dangerous_inner_html: shape.svg() } }
}
