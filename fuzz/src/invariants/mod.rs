//! What must hold for any bytes. Each function takes bytes and panics when something does not hold.
//!
//! Nothing here uses the code under test to judge it: what counts as a statement, an allergy or harmless is written
//! down a second time, simpler, and errs on the side of silence.

mod absence;
mod accounts;
mod document;
mod narrative;
mod summary;

pub use document::document;
pub use summary::summary;

use serde_json::Value;

/// All values inside a value, itself first. A loop, whatever the depth.
fn all_values(value: &Value) -> Vec<&Value> {
    let (mut found, mut waiting) = (Vec::new(), vec![value]);
    while let Some(one) = waiting.pop() {
        match one {
            Value::Array(list) => waiting.extend(list),
            Value::Object(map) => waiting.extend(map.values()),
            _ => {}
        }
        found.push(one);
    }
    found
}
