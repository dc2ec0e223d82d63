//! An entry as it travels: the AuditEvent itself, with its place in the chain in an extension.

use serde_json::{Value, json};

use super::chain::{Entry, Head};

/// The extension that carries the place.
const PLACE: &str = "https://doorstep.example/StructureDefinition/audit-chain";

impl Entry {
    /// The event with its place in the chain. `None` for an event that is no resource.
    pub fn to_resource(&self) -> Option<Value> {
        let mut resource = self.event.clone();
        let part = |url: &str, value: String| json!({"url": url, "valueString": value});
        let place = json!({"url": PLACE, "extension": [
            part("v", self.v.to_string()), part("device", self.device.to_string()), part("seq", self.seq.to_string()),
            part("prev", self.prev.clone()), part("hash", self.hash.clone())]});
        let map = resource.as_object_mut()?;
        match map.get_mut("extension").and_then(Value::as_array_mut) {
            Some(list) => list.push(place),
            None => drop(map.insert("extension".to_owned(), json!([place]))),
        }
        Some(resource)
    }

    /// The entry that a resource carries: the event is the resource without its place. `None` when it has none, or
    /// more than one, or one that cannot be read.
    pub fn from_resource(resource: &Value) -> Option<Self> {
        let mut event = resource.clone();
        let list = event.get_mut("extension")?.as_array_mut()?;
        let (places, others): (Vec<Value>, Vec<Value>) = list.drain(..).partition(|it| it["url"] == PLACE);
        let [place] = &places[..] else { return None };
        if others.is_empty() {
            // `shift_remove` keeps the order of what stays, as the text was sent.
            event.as_object_mut()?.shift_remove("extension");
        } else {
            *list = others;
        }
        let part = |name: &str| {
            let mut found = place["extension"].as_array()?.iter().filter(|it| it["url"] == *name);
            found.next()?["valueString"].as_str().map(str::to_owned)
        };
        Some(Self {
            device: serde_json::from_value(Value::from(part("device")?)).ok()?,
            hash: part("hash")?,
            prev: part("prev")?,
            seq: part("seq")?.parse().ok()?,
            v: part("v")?.parse().ok()?,
            event,
        })
    }
}

/// A batch as a device hands it over. `signature` is the device's over [`Head::to_sign`] of where the last entry
/// stands: 64 bytes, base64url without filling. `when` is the device's time.
pub fn to_batch(entries: &[Entry], signature: Option<&str>, when: jiff::Timestamp) -> Value {
    let resource = |entry: &Entry| {
        Some(json!({"resource": entry.to_resource()?, "request": {"method": "POST", "url": "AuditEvent"}}))
    };
    let mut bundle = json!({"resourceType": "Bundle", "type": "batch",
        "entry": entries.iter().filter_map(resource).collect::<Vec<_>>()});
    if let (Some(signature), Some(Head { device, .. })) = (signature, entries.last().map(Entry::head)) {
        let kind = json!({"system": "urn:iso-astm:E1762-95:2013", "code": "1.2.840.10065.1.12.1.5"});
        bundle["signature"] = json!({"type": [kind], "when": when, "data": filled(signature),
            "who": {"identifier": {"system": "urn:ietf:rfc:3986", "value": device.urn()}}});
    }
    bundle
}

/// The signature of a batch, as [`to_batch`] was given it; `None` when it has none.
pub fn signature_of(bundle: &Value) -> Option<String> {
    let data = bundle["signature"]["data"].as_str()?;
    Some(data.trim_end_matches('=').replace('+', "-").replace('/', "_"))
}

/// FHIR's base64Binary is the filled one of RFC 4648 §4; 64 bytes want two characters of filling.
fn filled(base64url: &str) -> String {
    format!("{}==", base64url.replace('-', "+").replace('_', "/"))
}
