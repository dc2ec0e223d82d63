//! The words of a section, for readers that show nothing else. Everything is escaped.

use serde_json::{Value, json};

/// A generated narrative of paragraphs.
pub(super) fn paragraphs(lines: &[String]) -> Value {
    wrap(&lines.iter().map(|line| format!("<p>{}</p>", escape(line))).collect::<String>())
}

/// A generated narrative: a list of entries, then what is said about the list.
pub(super) fn list(entries: &[String], closing: Option<&str>) -> Value {
    let items: String = entries.iter().map(|e| format!("<li>{}</li>", escape(e))).collect();
    let closing = closing.map(|c| format!("<p>{}</p>", escape(c))).unwrap_or_default();
    wrap(&format!("<ul>{items}</ul>{closing}"))
}

fn wrap(inner: &str) -> Value {
    json!({"status": "generated", "div": format!("<div xmlns=\"http://www.w3.org/1999/xhtml\">{inner}</div>")})
}

/// Text as text in XHTML, wherever it stands in it.
pub(crate) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            // Control characters are no XML, whatever a source sends.
            c if c.is_control() => safe.push(' '),
            c => safe.push(c),
        }
    }
    safe
}

/// One entry in a line: what, where it stands, how much, when, who says so.
pub(super) fn line(resource: &Value) -> String {
    let what = first(&[
        concept(&resource["code"]),
        concept(&resource["medicationCodeableConcept"]),
        concept(&resource["vaccineCode"]),
        concept(&resource["type"]),
        concept(&resource["type"][0]),
        text(&resource["title"]),
        text(&resource["description"]["text"]),
        text(&resource["name"]),
        text(&resource["device"]["display"]),
        text(&resource["resourceType"]),
    ]);
    let parts = [
        value(resource),
        standing(resource),
        detail(resource),
        note(resource),
        when(resource),
        review(resource),
        who(resource),
    ];
    let more: Vec<String> = parts.into_iter().filter(|p| !p.is_empty()).collect();
    if more.is_empty() { what } else { format!("{what}: {}", more.join("; ")) }
}

/// The words of a CodeableConcept, or its code when it has none.
fn concept(concept: &Value) -> String {
    let coding = &concept["coding"][0];
    first(&[text(&concept["text"]), text(&coding["display"]), text(&coding["code"])])
}

fn value(resource: &Value) -> String {
    let components: Vec<String> = resource["component"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|c| format!("{} {}", concept(&c["code"]), one_value(c)))
        .collect();
    first(&[one_value(resource), components.join(", ")])
}

fn one_value(of: &Value) -> String {
    let quantity = |q: &Value| match &q["value"] {
        Value::Null => String::new(),
        number => format!("{} {}", number, first(&[text(&q["unit"]), text(&q["code"])])).trim().to_owned(),
    };
    let range = &of["valueRange"];
    first(&[
        text(&of["valueString"]),
        concept(&of["valueCodeableConcept"]),
        quantity(&of["valueQuantity"]),
        of["valueInteger"].as_i64().map(|n| n.to_string()).unwrap_or_default(),
        text(&of["valueDateTime"]),
        if range.is_null() {
            String::new()
        } else {
            format!("{} to {}", range["low"]["value"], quantity(&range["high"]))
        },
    ])
}

// Words that mean "nothing special" are left out; every other standing is said.
fn standing(resource: &Value) -> String {
    let codes = [
        text(&resource["verificationStatus"]["coding"][0]["code"]),
        text(&resource["clinicalStatus"]["coding"][0]["code"]),
        text(&resource["status"]),
        text(&resource["criticality"]).replace("high", "high risk").replace("low", "low risk"),
    ];
    let usual = ["", "active", "confirmed", "final", "current", "completed"];
    codes.into_iter().filter(|c| !usual.contains(&c.as_str())).collect::<Vec<_>>().join(", ")
}

fn detail(resource: &Value) -> String {
    let reactions = resource["reaction"].as_array().into_iter().flatten();
    let reactions: Vec<String> =
        reactions.flat_map(|r| r["manifestation"].as_array().into_iter().flatten().map(concept)).collect();
    first(&[
        text(&resource["dosageInstruction"][0]["text"]),
        text(&resource["dosage"][0]["text"]),
        reactions.join(", "),
        // Already the name where there is no code; said again only beside one.
        if resource["type"].is_object() { text(&resource["description"]) } else { String::new() },
    ])
}

fn note(resource: &Value) -> String {
    text(&resource["note"][0]["text"])
}

fn when(resource: &Value) -> String {
    let fields = [
        "recordedDate",
        "effectiveDateTime",
        "authoredOn",
        "dateAsserted",
        "date",
        "recordedOn",
        "performedDateTime",
        "occurrenceDateTime",
        "created",
    ];
    let found = fields.iter().map(|f| text(&resource[*f])).find(|t| !t.is_empty());
    let period = text(&resource["period"]["start"]);
    found.unwrap_or(period).chars().take(10).collect()
}

/// When it is to be looked at again: an extension on an Observation, the end of the period of a plan or a flag.
fn review(resource: &Value) -> String {
    let extensions = resource["extension"].as_array().into_iter().flatten();
    let mut reviews = extensions.filter(|e| e["url"].as_str().is_some_and(|url| url.ends_with("/review-date")));
    let own = reviews.next().map(|e| text(&e["valueDate"])).unwrap_or_default();
    let plan = ["Flag", "CarePlan", "DocumentReference"].iter().any(|t| resource["resourceType"] == *t);
    let end = if plan {
        first(&[text(&resource["period"]["end"]), text(&resource["context"]["period"]["end"])])
    } else {
        String::new()
    };
    let day = first(&[own, end]);
    if day.is_empty() { day } else { format!("review due {day}") }
}

fn who(resource: &Value) -> String {
    let fields = [
        &resource["recorder"],
        &resource["asserter"],
        &resource["requester"],
        &resource["informationSource"],
        &resource["performer"][0],
        &resource["performer"][0]["actor"],
        &resource["author"],
        &resource["author"][0],
        &resource["source"],
    ];
    let found = fields.into_iter().map(|w| text(&w["display"])).find(|t| !t.is_empty());
    found.map(|name| format!("recorded by {name}")).unwrap_or_default()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().trim().to_owned()
}

fn first(candidates: &[String]) -> String {
    candidates.iter().find(|c| !c.is_empty()).cloned().unwrap_or_default()
}
