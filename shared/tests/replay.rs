//! What the fuzzer starts from and what it has found, replayed: the same functions as in its targets.

use std::fs;
use std::path::Path;

#[expect(unreachable_pub, reason = "also compiled into the fuzz targets, which live elsewhere")]
#[path = "../../fuzz/src/invariants/mod.rs"]
mod invariants;

fn each(folder: &str, check: impl Fn(&[u8])) -> usize {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz").join(folder);
    let mut checked = 0;
    for entry in fs::read_dir(folder).into_iter().flatten().flatten().filter(|e| e.path().is_file()) {
        check(&fs::read(entry.path()).unwrap_or_default());
        checked += 1;
    }
    checked
}

#[test]
fn what_must_hold_for_any_bytes_holds_for_the_seeds() {
    assert!(each("seeds", invariants::document) >= 7);
    assert!(each("seeds", invariants::summary) >= 7);
}

#[test]
fn what_the_fuzzer_found_once_stays_mended() {
    each("findings", invariants::document);
    each("findings", invariants::summary);
}
