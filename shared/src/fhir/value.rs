//! Values as written: quantities keep their zeros, dates their precision.

use serde_json::Value;

use super::concept::concept_text;
use super::lens::{absent_reason, items, text};

/// The choice element `base` of a resource (`value` → `valueQuantity`): its type's name and its value. An absent
/// value that gives a reason is found too, as `_valueQuantity` or alike.
pub fn choice<'a>(resource: &'a Value, base: &str) -> Option<(&'a str, &'a Value)> {
    let map = resource.as_object()?;
    map.iter().find_map(|(name, value)| {
        let kind = name.strip_prefix(base)?;
        (kind.starts_with(|c: char| c.is_ascii_uppercase()) && !value.is_null()).then_some((kind, value))
    })
}

/// The choice element in words; when it is absent with a reason, the reason in brackets; else empty.
pub fn choice_text(resource: &Value, base: &str) -> String {
    if let Some((kind, value)) = choice(resource, base) {
        return value_text(kind, value);
    }
    let shadow = format!("_{base}");
    let absent = choice(resource, &shadow).and_then(|(kind, _)| absent_reason(resource, &format!("{base}{kind}")));
    absent.map(|reason| format!("[{reason}]")).unwrap_or_default()
}

/// A value of a FHIR type in words. Types that are not known here are given by what they hold.
pub fn value_text(kind: &str, value: &Value) -> String {
    match kind {
        "Quantity" | "Age" | "Duration" | "Count" | "Money" | "SimpleQuantity" | "Distance" => quantity_text(value),
        "CodeableConcept" | "Coding" => concept_text(value),
        "Range" => joined(&quantity_text(&value["low"]), " to ", &quantity_text(&value["high"])),
        "Ratio" => joined(&quantity_text(&value["numerator"]), " / ", &quantity_text(&value["denominator"])),
        "Period" => period_text(value),
        "Boolean" => yes_no(value),
        "Reference" | "Identifier" => first(&[&value["display"], &value["value"], &value["reference"]]),
        "Attachment" => first(&[&value["title"], &value["contentType"]]),
        "Timing" => timing_text(value),
        "Annotation" => text(&value["text"]),
        "SampledData" => "a recorded curve".to_owned(),
        _ if value.is_object() => first(&[&value["text"], &value["display"], &value["value"], &value["code"]]),
        _ => items(value).into_iter().map(text).filter(|t| !t.is_empty()).collect::<Vec<_>>().join(", "),
    }
}

fn yes_no(value: &Value) -> String {
    match text(value).as_str() {
        "true" => "yes".to_owned(),
        "false" => "no".to_owned(),
        other => other.to_owned(),
    }
}

fn first(candidates: &[&Value]) -> String {
    candidates
        .iter()
        .map(|v| if v.is_object() { concept_text(v) } else { text(v) })
        .find(|t| !t.is_empty())
        .unwrap_or_default()
}

fn joined(left: &str, middle: &str, right: &str) -> String {
    match (left.is_empty(), right.is_empty()) {
        (false, false) => format!("{left}{middle}{right}"),
        (false, true) => format!("{left}{middle}?"),
        (true, false) => format!("?{middle}{right}"),
        (true, true) => String::new(),
    }
}

/// A Quantity as written: comparator, number with its trailing zeros, unit.
pub fn quantity_text(quantity: &Value) -> String {
    if !quantity.is_object() {
        return text(quantity);
    }
    let number = text(&quantity["value"]);
    if number.is_empty() {
        return absent_reason(quantity, "value").map(|reason| format!("[{reason}]")).unwrap_or_default();
    }
    let unit = first(&[&quantity["unit"], &quantity["code"]]);
    let comparator = text(&quantity["comparator"]);
    format!("{comparator}{}{number} {unit}", if comparator.is_empty() { "" } else { " " }).trim_end().to_owned()
}

/// A Period as written.
pub fn period_text(period: &Value) -> String {
    let (start, end) = (text(&period["start"]), text(&period["end"]));
    match (start.is_empty(), end.is_empty()) {
        (false, false) => format!("{start} to {end}"),
        (false, true) => format!("since {start}"),
        (true, false) => format!("until {end}"),
        (true, true) => text(period),
    }
}

fn timing_text(timing: &Value) -> String {
    let code = concept_text(&timing["code"]);
    if !code.is_empty() {
        return code;
    }
    let repeat = &timing["repeat"];
    let (frequency, period, unit) = (text(&repeat["frequency"]), text(&repeat["period"]), text(&repeat["periodUnit"]));
    let when: Vec<String> = items(&repeat["when"]).into_iter().chain(items(&repeat["timeOfDay"])).map(text).collect();
    let often = match (frequency.is_empty(), period.is_empty()) {
        (false, false) => format!("{frequency} × per {period} {}", unit_words(&unit)),
        (true, false) => format!("every {period} {}", unit_words(&unit)),
        (false, true) => format!("{frequency} ×"),
        (true, true) => String::new(),
    };
    let bounds = choice_text(repeat, "bounds");
    let events: Vec<String> = items(&timing["event"]).into_iter().map(text).collect();
    [often, when.join(" "), bounds, events.join(", ")]
        .into_iter()
        .filter(|t| !t.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

fn unit_words(unit: &str) -> &str {
    match unit {
        "s" => "seconds",
        "min" => "minutes",
        "h" => "hours",
        "d" => "day(s)",
        "wk" => "week(s)",
        "mo" => "month(s)",
        "a" => "year(s)",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> Value {
        serde_json::from_str(text).unwrap_or_default()
    }

    #[test]
    fn a_number_keeps_the_zeros_it_was_written_with() {
        assert_eq!(quantity_text(&value(r#"{"value": 0.40, "unit": "mg"}"#)), "0.40 mg");
        assert_eq!(quantity_text(&value(r#"{"comparator": "<", "value": 5.00, "code": "mmol/L"}"#)), "< 5.00 mmol/L");
        assert_eq!(quantity_text(&value(r#"{"value": 1e400}"#)), "1e+400");
        assert_eq!(quantity_text(&value(r#"{"value": "12.0", "unit": "g"}"#)), "12.0 g");
    }

    #[test]
    fn partial_dates_stay_as_they_are() {
        assert_eq!(choice_text(&value(r#"{"onsetDateTime": "2016-10"}"#), "onset"), "2016-10");
        assert_eq!(choice_text(&value(r#"{"onsetPeriod": {"start": "2015"}}"#), "onset"), "since 2015");
        assert_eq!(period_text(&value("{}")), "");
    }

    #[test]
    fn an_absent_choice_gives_its_reason_and_other_names_are_not_taken_for_it() {
        let absent = value(
            r#"{"_effectiveDateTime": {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}]}}"#,
        );
        assert_eq!(choice_text(&absent, "effective"), "[not known]");
        assert_eq!(choice_text(&value(r#"{"valued": 1}"#), "value"), "");
    }

    #[test]
    fn how_often_is_said_in_words() {
        let timing = value(r#"{"repeat": {"frequency": 2, "period": 1, "periodUnit": "d", "when": ["ACM"]}}"#);
        assert_eq!(value_text("Timing", &timing), "2 × per 1 day(s) ACM");
    }
}
