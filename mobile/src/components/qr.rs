//! A QR code, drawn in place: nothing is fetched, and it is dark on light in every theme, as cameras want it.

use dioxus::prelude::*;
use qrcode::{Color, EcLevel, QrCode};

/// Light modules around the code (ISO/IEC 18004 §6.3.8).
const QUIET: usize = 4;

/// The code of `text`; nothing when it is too long for one, so the words beside it must be enough.
#[component]
pub fn Qr(text: String, label: String) -> Element {
    let Some((side, path)) = drawn(&text) else { return rsx! {} };
    let whole = side + 2 * QUIET;
    rsx! {
        svg {
            class: "qr", role: "img", "aria-label": label, view_box: "0 0 {whole} {whole}", "shape-rendering": "crispEdges",
            rect { width: "{whole}", height: "{whole}", fill: "#fff" }
            path { d: path, fill: "#000" }
        }
    }
}

/// Modules a side, and one run of dark modules after another.
fn drawn(text: &str) -> Option<(usize, String)> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let (side, colours) = (code.width(), code.to_colors());
    let mut path = String::new();
    for (y, row) in colours.chunks(side).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|a, b| a == b) {
            if run.first() == Some(&Color::Dark) {
                path.push_str(&format!("M{} {}h{}v1h-{}z", x + QUIET, y + QUIET, run.len(), run.len()));
            }
            x += run.len();
        }
    }
    Some((side, path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_dark_module_is_drawn_and_the_three_corners_are_there() {
        let text = "https://id.example/device?user_code=WDJB-MJHT";
        let (side, path) = drawn(text).unwrap();
        let dark = QrCode::with_error_correction_level(text, EcLevel::M).unwrap().to_colors();
        let dark = dark.into_iter().filter(|c| *c == Color::Dark).count();
        let runs = path.split('M').skip(1).map(|run| run.split(['h', 'v']).nth(1).unwrap().parse::<usize>().unwrap());
        assert_eq!(runs.sum::<usize>(), dark);
        let far = side + QUIET - 7;
        for corner in [format!("M{QUIET} {QUIET}h7"), format!("M{far} {QUIET}h7"), format!("M{QUIET} {far}h7")] {
            assert!(path.contains(&corner), "{corner}");
        }
        assert!(drawn(&"x".repeat(4000)).is_none());
    }
}
