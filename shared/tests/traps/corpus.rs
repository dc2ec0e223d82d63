//! Real documents, where they are at hand. They stay where they are: only their names and what must be seen of them
//! stand here.

use std::io::Write;
use std::path::PathBuf;

use serde_json::Value;
use shared::fhir::Document;
use shared::identity::Role;

use super::fixture::{Seen, accounts};

/// A real document: as parsed JSON, and as a person reads it.
pub(crate) struct Real {
    pub(crate) json: Value,
    pub(crate) seen: Seen,
    pub(crate) document: Document,
}

/// The documents of these names. None without the corpus, which is said aloud; a missing file is a failure.
pub(crate) fn real(names: &[&str]) -> Vec<Real> {
    let Some(root) = std::env::var_os("DOORSTEP_CORPUS") else {
        let _ = writeln!(
            std::io::stderr(),
            "DOORSTEP_CORPUS IS NOT SET: not checked on {}. Set it to the folder that holds ips/.",
            names.join(", ")
        );
        return Vec::new();
    };
    names.iter().map(|name| open(&PathBuf::from(&root).join("ips").join(name), name)).collect()
}

fn open(path: &std::path::Path, name: &str) -> Real {
    let bytes = std::fs::read(path).unwrap_or_else(|e| panic!("{name}: {e}"));
    let document = Document::read(&bytes).unwrap_or_else(|e| panic!("{name}: {e}"));
    let seen = Seen::of(&document, Role::EmergencyClinician);
    accounts(&document, &seen, name);
    Real { json: serde_json::from_slice(&bytes).unwrap(), seen, document }
}

impl Real {
    /// The resources of a type, straight from the JSON.
    pub(crate) fn resources(&self, kind: &str) -> Vec<&Value> {
        let entries = self.json["entry"].as_array().unwrap();
        entries.iter().map(|e| e.get("resource").unwrap_or(e)).filter(|r| r["resourceType"] == kind).collect()
    }
}
