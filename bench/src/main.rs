//! Reading and summarising a record beside its peers, in one run: `cargo xtask bench`.
//!
//! Each document is read in turn by everybody, round after round, so that what else the machine does falls on all
//! alike; dropping what was read counts. The median of a document's rounds is its figure; the table shows the middle,
//! the ninth decile and the largest figure of all documents.
//!
//! With `DOORSTEP_CORPUS` naming a folder, the IPS documents in it; else the seeds of the fuzz targets.

mod documents;
mod rounds;

use std::fmt::Write as _;

use documents::Documents;
use rounds::{Figures, measured};

fn main() {
    let documents = documents::all();
    let figures: Vec<Figures> = documents.accepted.iter().map(|bytes| measured(bytes)).collect();
    let text = report(&documents, &figures);
    match std::env::args().nth(1) {
        Some(path) => std::fs::write(path, &text).expect("the report can be written"),
        None => println!("{text}"),
    }
}

type Column = (&'static str, fn(&Figures) -> Option<f64>);

const COLUMNS: [Column; 5] = [
    ("`serde_json::Value`, the floor", |f| Some(f.floor)),
    ("`Document::read`", |f| Some(f.read)),
    ("read and summarise, as the screen needs it", |f| Some(f.whole)),
    ("`fhirbolt`, typed R4 Bundle, strict", |f| f.strict),
    ("`fhirbolt`, typed R4 Bundle, lax", |f| f.lax),
];

fn report(documents: &Documents, figures: &[Figures]) -> String {
    let mut text = String::new();
    let _ = writeln!(text, "Reading a record: {} documents, {}.\n", figures.len(), documents.origin);
    let _ = writeln!(text, "| what | p50 | p90 | max | beside the floor (p50, p90, max) | documents accepted |");
    let _ = writeln!(text, "| --- | ---: | ---: | ---: | :---: | ---: |");
    for (name, of) in COLUMNS {
        // A peer that refuses documents is compared on those that it reads, with the floor of the same ones.
        let read: Vec<&Figures> = figures.iter().filter(|f| of(f).is_some()).collect();
        let own = spread(read.iter().filter_map(|f| of(f)).collect());
        let floor = spread(read.iter().map(|f| f.floor).collect());
        let (Some(own), Some(floor)) = (own, floor) else {
            let _ = writeln!(text, "| {name} | | | | | 0 of {} |", figures.len());
            continue;
        };
        let times = own.map(|ms| format!("{ms:.2} ms")).join(" | ");
        let ratios = [0, 1, 2].map(|i| format!("{:.2}", own[i] / floor[i])).join(", ");
        let _ = writeln!(text, "| {name} | {times} | {ratios} | {} of {} |", read.len(), figures.len());
    }
    let _ = writeln!(
        text,
        "\nOf {} files that are a JSON Bundle with a Composition, read: {}. Other files: {}.",
        documents.bundles,
        documents.accepted.len(),
        documents.others
    );
    text
}

/// The middle, the ninth decile and the largest.
fn spread(mut all: Vec<f64>) -> Option<[f64; 3]> {
    all.sort_by(f64::total_cmp);
    let last = all.len().checked_sub(1)?;
    Some([all[last / 2], all[last * 9 / 10], all[last]])
}
