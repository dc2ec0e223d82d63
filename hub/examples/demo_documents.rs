//! Writes what the demo people are made of, for other people's validators and viewers.
//!
//! `cargo run -p hub --example demo_documents -- DIR`: `resources.ndjson`, and each person's whole record as an IPS
//! document `<id>.json`, restricted items included.

use std::io::Write;
use std::path::PathBuf;

use anyhow::Context;
use hub::{demo, ips};
use jiff::Timestamp;
use shared::consent::Dataset;

fn main() -> anyhow::Result<()> {
    let folder = PathBuf::from(std::env::args().nth(1).context("usage: demo_documents DIR")?);
    std::fs::create_dir_all(&folder)?;
    let now = Timestamp::now();
    let demo = demo::demo(now)?;
    let mut all = std::fs::File::create(folder.join("resources.ndjson"))?;
    for resource in demo.shared.iter().chain(&demo.appointments) {
        writeln!(all, "{resource}")?;
    }
    for person in &demo.people {
        writeln!(all, "{}", person.patient)?;
        for resource in &person.resources {
            writeln!(all, "{resource}")?;
        }
        let resources = [person.resources.clone(), demo.shared.clone()].concat();
        let document = ips::assemble(&person.patient, &resources, &[], Dataset::CarePlan, now);
        std::fs::write(folder.join(format!("{}.json", person.id)), format!("{document:#}"))?;
    }
    Ok(())
}
