//! One document, read by everybody in turn.

use std::hint::black_box;
use std::time::Instant;

use fhirbolt::model::r4::Resource;
use fhirbolt::serde::{DeserializationConfig, DeserializationMode};
use jiff::civil::date;
use serde_json::Value;
use shared::fhir::Document;
use shared::identity::Role;
use shared::summary::summarise;

/// Odd, so that a median is a measured one.
const ROUNDS: usize = 21;

/// Medians in milliseconds; `None` when the peer refuses the document.
pub struct Figures {
    pub floor: f64,
    pub read: f64,
    pub whole: f64,
    pub strict: Option<f64>,
    pub lax: Option<f64>,
}

pub fn measured(bytes: &[u8]) -> Figures {
    let tasks: [fn(&[u8]) -> bool; 5] = [floor, read, whole, strict, lax];
    let mut times: [Vec<f64>; 5] = Default::default();
    let accepted = tasks.map(|task| task(bytes));
    for _ in 0..ROUNDS {
        for (task, times) in tasks.iter().zip(&mut times) {
            let start = Instant::now();
            black_box(task(black_box(bytes)));
            times.push(start.elapsed().as_secs_f64() * 1e3);
        }
    }
    let [floor, read, whole, strict, lax] = times.map(median);
    Figures { floor, read, whole, strict: accepted[3].then_some(strict), lax: accepted[4].then_some(lax) }
}

fn floor(bytes: &[u8]) -> bool {
    black_box(serde_json::from_slice::<Value>(bytes)).is_ok()
}

fn read(bytes: &[u8]) -> bool {
    black_box(Document::read(bytes)).is_ok()
}

fn whole(bytes: &[u8]) -> bool {
    let summary = Document::read(bytes).map(|d| summarise(&d, Role::EmergencyClinician, date(2026, 11, 22)));
    black_box(summary).is_ok()
}

fn strict(bytes: &[u8]) -> bool {
    typed(bytes, DeserializationMode::Strict)
}

fn lax(bytes: &[u8]) -> bool {
    typed(bytes, DeserializationMode::Lax)
}

fn typed(bytes: &[u8], mode: DeserializationMode) -> bool {
    black_box(fhirbolt::json::from_slice::<Resource>(bytes, Some(DeserializationConfig { mode }))).is_ok()
}

fn median(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    all[all.len() / 2]
}
