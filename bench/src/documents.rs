//! What is read.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use shared::fhir::Document;

pub struct Documents {
    pub origin: &'static str,
    /// Documents that we read.
    pub accepted: Vec<Vec<u8>>,
    /// Files that anybody would call a Bundle with a Composition.
    pub bundles: usize,
    pub others: usize,
}

pub fn all() -> Documents {
    let corpus = std::env::var_os("DOORSTEP_CORPUS").map(|folder| PathBuf::from(folder).join("ips"));
    let mut documents = Documents {
        origin: if corpus.is_some() { "made by others" } else { "made by the project" },
        accepted: Vec::new(),
        bundles: 0,
        others: 0,
    };
    let folder = corpus.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/seeds"));
    let mut paths = Vec::new();
    collect(&folder, &mut paths);
    paths.sort();
    for bytes in paths.iter().filter_map(|path| fs::read(path).ok()) {
        if is_bundle(&bytes) {
            documents.bundles += 1;
            documents.accepted.extend(Document::read(&bytes).is_ok().then_some(bytes));
        } else {
            documents.others += 1;
        }
    }
    documents
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() { collect(&path, paths) } else { paths.push(path) }
    }
}

// Judged without our own reader: JSON, a Bundle, and a Composition among its entries.
fn is_bundle(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let Ok(whole) = serde_json::from_slice::<Value>(bytes) else { return false };
    let entries = whole["entry"].as_array().map(Vec::as_slice).unwrap_or_default();
    whole["resourceType"] == "Bundle" && entries.iter().any(|e| e["resource"]["resourceType"] == "Composition")
}
