//! Who vouches for what: one Provenance for each source and labelling, as its feed delivers it.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::record::{Record, hl7};
use crate::demo::DemoError;
use crate::demo::when::whole_seconds;

/// How long ago the nightly feeds of the sources ran.
const FEED_AGE: SignedDuration = SignedDuration::from_hours(9);

impl Record<'_> {
    pub(super) fn provenance(&mut self) -> Result<(), DemoError> {
        let mut delivered: BTreeMap<(String, String), Vec<Value>> = BTreeMap::new();
        for resource in self.made.iter().filter(|r| r["resourceType"] != "Patient") {
            if let Some(source) = resource["meta"]["source"].as_str() {
                // Apart by labels: the name of a clinic says as much as its letters do, and what is vouched for beside
                // them must not go where they go.
                let key = (source.to_owned(), resource["meta"]["security"].to_string());
                delivered.entry(key).or_default().push(resource.clone());
            }
        }
        for ((source, _), resources) in delivered {
            let made = self.delivery(&source, &resources);
            self.made.push(made);
        }
        Ok(())
    }

    fn delivery(&mut self, source: &str, resources: &[Value]) -> Value {
        let id = self.id("provenance");
        let targets: Vec<Value> = resources.iter().map(|r| json!({"reference": crate::demo::address(r)})).collect();
        let keeper = self.sources.organisations.iter().find(|(_, o)| source.ends_with(&format!("/{}", o.ods)));
        let who = match keeper {
            Some((key, org)) => json!({"reference": format!("Organization/{key}"), "display": org.name}),
            None => self.subject(),
        };
        let mut meta = json!({"source": source});
        if let Some(labels) = resources.first().and_then(|r| r["meta"]["security"].as_array()) {
            meta["security"] = json!(labels);
        }
        json!({
            "resourceType": "Provenance",
            "id": id,
            "meta": meta,
            "target": targets,
            "recorded": whole_seconds(self.now - FEED_AGE),
            "activity": hl7("v3-DataOperation", "CREATE"),
            "agent": [{"type": hl7("provenance-participant-type", "author"), "who": who}]
        })
    }
}
