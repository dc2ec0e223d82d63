//! All real documents at once: the facts that matter are worked out a second time, straight from the JSON and in
//! another way than the summary does it, and both must agree.
//!
//! `DOORSTEP_CORPUS` names a folder with documents under `ips/`. Without it the test says so and passes.

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, HashSet};
    use std::io::Write;
    use std::path::{Path, PathBuf};

    use jiff::civil::{Date, date};
    use serde_json::Value;
    use shared::fhir::Document;
    use shared::identity::Role;
    use shared::summary::summarise;

    const TODAY: Date = date(2026, 11, 22);
    const NONE: [&str; 2] = ["716186003", "no-known-allergies"];
    const SCOPED: [&str; 5] =
        ["409137002", "429625007", "no-known-food-allergies", "no-known-medication-allergies", "428607008"];
    const UNKNOWN: [&str; 2] = ["no-allergy-info", "1631000175102"];

    /// One document: its resources in order, those of a Bundle inside it in its place, and its summary as JSON.
    struct Row {
        name: String,
        resources: Vec<(String, Value)>,
        summary: Value,
    }

    fn rows() -> Vec<Row> {
        let Some(root) = std::env::var_os("DOORSTEP_CORPUS") else {
            let _ =
                writeln!(std::io::stderr(), "DOORSTEP_CORPUS IS NOT SET: no table of real documents was worked out.");
            return Vec::new();
        };
        let mut rows: Vec<Row> = paths(&Path::new(&root).join("ips")).iter().map(|p| row(p)).collect();
        rows.sort_by(|a, b| a.name.cmp(&b.name));
        assert!(rows.len() > 100, "{} documents", rows.len());
        rows
    }

    fn paths(root: &Path) -> Vec<PathBuf> {
        let (mut found, mut folders) = (Vec::new(), vec![root.to_owned()]);
        while let Some(folder) = folders.pop() {
            for path in std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()) {
                if path.is_dir() { folders.push(path) } else { found.push(path) }
            }
        }
        found
    }

    fn row(path: &Path) -> Row {
        let bytes = std::fs::read(path).unwrap();
        let json: Value = serde_json::from_slice(&bytes).unwrap();
        let mut resources = Vec::new();
        flatten(&json, &mut resources);
        let summary = summarise(&Document::read(&bytes).unwrap(), Role::EmergencyClinician, TODAY);
        Row { name: path.display().to_string(), resources, summary: serde_json::to_value(summary).unwrap() }
    }

    fn flatten(bundle: &Value, out: &mut Vec<(String, Value)>) {
        for entry in bundle["entry"].as_array().into_iter().flatten() {
            let resource = entry.get("resource").unwrap_or(entry);
            if resource["resourceType"] == "Bundle" {
                flatten(resource, out);
            } else {
                out.push((entry["fullUrl"].as_str().unwrap_or_default().to_owned(), resource.clone()));
            }
        }
    }

    /// Every `code` anywhere inside.
    fn codes_in(value: &Value) -> HashSet<String> {
        let (mut found, mut waiting) = (HashSet::new(), vec![value]);
        while let Some(next) = waiting.pop() {
            match next {
                Value::Array(list) => waiting.extend(list),
                Value::Object(map) => {
                    found.extend(map.get("code").and_then(Value::as_str).map(str::to_owned));
                    waiting.extend(map.values());
                }
                _ => {}
            }
        }
        found
    }

    fn one_code(value: &Value) -> String {
        value.as_str().map_or_else(|| codes_in(value).into_iter().next().unwrap_or_default(), str::to_owned)
    }

    impl Row {
        fn of<'a>(&'a self, kinds: &'a [&str]) -> impl Iterator<Item = (usize, &'a Value)> {
            let wanted = move |r: &Value| kinds.iter().any(|k| r["resourceType"] == *k);
            self.resources.iter().enumerate().map(|(at, (_, r))| (at, r)).filter(move |(_, r)| wanted(r))
        }

        fn sections(&self) -> &[Value] {
            self.summary["sections"].as_array().unwrap()
        }

        /// The items made of an entry, beside the code of their section.
        fn items(&self, entry: usize) -> Vec<(&str, &Value)> {
            let of = |s: &'_ Value| s["items"].as_array().unwrap().iter().filter(|i| i["entry"] == entry).count() > 0;
            let sections = self.sections().iter().filter(|s| of(s));
            sections
                .flat_map(|s| s["items"].as_array().unwrap().iter().map(|i| (s["code"].as_str().unwrap(), i)))
                .filter(|(_, i)| i["entry"] == entry)
                .collect()
        }

        fn state(&self, code: &str) -> &str {
            self.sections().iter().find(|s| s["code"] == code).unwrap()["state"].as_str().unwrap()
        }

        fn glance_entries(&self, kind: &str) -> HashSet<u64> {
            let lines = self.summary["glance"].as_array().unwrap().iter().filter(|g| g["kind"] == kind);
            let path = |g: &Value| Some((g["item"][0].as_u64()?, g["item"][1].as_u64()?));
            let entry = |(s, i): (u64, u64)| self.summary.pointer(&format!("/sections/{s}/items/{i}/entry"))?.as_u64();
            lines.filter_map(path).filter_map(entry).collect()
        }
    }

    fn clinical(resource: &Value) -> &'static str {
        let verification = one_code(&resource["verificationStatus"]);
        match (verification.as_str(), one_code(&resource["clinicalStatus"]).as_str()) {
            ("entered-in-error", _) => "entered-in-error",
            ("refuted", _) => "refuted",
            (_, "active" | "relapse" | "recurrence") => "active",
            (_, "resolved" | "inactive" | "remission") => "inactive",
            _ => "unknown",
        }
    }

    fn has_modifier(resource: &Value) -> bool {
        let text = resource.to_string();
        text.contains("\"modifierExtension\"") || text.contains("\"implicitRules\"")
    }

    #[test]
    fn allergies_and_what_is_said_of_their_absence_agree() {
        let mut table: BTreeMap<&str, usize> = BTreeMap::new();
        for row in &rows() {
            let (mut real, mut none) = (0, 0);
            for (entry, allergy) in row.of(&["AllergyIntolerance"]) {
                let items: Vec<_> = row.items(entry).into_iter().filter(|(code, _)| *code == "48765-2").collect();
                assert_eq!(items.len(), 1, "{}: entry {entry} is told {} times", row.name, items.len());
                let item = items[0].1;
                assert_eq!(item["criticality"], allergy["criticality"].as_str().unwrap_or_default(), "{}", row.name);
                let codes = codes_in(&allergy["code"]);
                let is = |list: &[&str]| list.iter().any(|c| codes.contains(*c));
                let words = allergy["code"]["text"].as_str().unwrap_or_default();
                let expected = match () {
                    () if is(&NONE) => "negative",
                    () if is(&SCOPED) => "negative",
                    () if is(&UNKNOWN) || words.starts_with("No known") => "unknown",
                    () => clinical(allergy),
                };
                none += usize::from(is(&NONE));
                let names = !(is(&NONE) || is(&SCOPED) || is(&UNKNOWN) || words.starts_with("No known"));
                real += usize::from(names && !matches!(expected, "refuted" | "entered-in-error"));
                let contradicted = is(&NONE) && item["text"].as_str().unwrap().starts_with("A statement of no ");
                assert!(
                    item["status"] == expected || contradicted || has_modifier(allergy),
                    "{}: entry {entry}: {item}",
                    row.name
                );
                if names && expected == "active" {
                    let line = row.glance_entries("allergy").contains(&(entry as u64));
                    let shared = row.summary["glance"].to_string().contains(item["text"].as_str().unwrap());
                    assert!(line || shared, "{}: {} is not on the glance", row.name, item["text"]);
                    *table.entry("allergies on the glance").or_default() += 1;
                }
            }
            let state = row.state("48765-2");
            let says = row.summary["glance"].to_string().to_lowercase().contains("no known allergies");
            assert_eq!(state == "none-known", none > 0 && real == 0, "{}: {state}, {none} none, {real} real", row.name);
            assert_eq!(says, none > 0 && real == 0, "{}: the glance", row.name);
            assert_eq!(state == "listed", real > 0, "{}: {state}, {real} real", row.name);
            *table
                .entry(if real > 0 {
                    "with allergies"
                } else if none > 0 {
                    "none known"
                } else {
                    "not known"
                })
                .or_default() += 1;
        }
        say(&table);
    }

    #[test]
    fn statuses_of_medicines_problems_vaccines_and_procedures_agree() {
        let mut table: BTreeMap<String, usize> = BTreeMap::new();
        for row in &rows() {
            for (entry, medicine) in
                row.of(&["MedicationStatement", "MedicationRequest", "MedicationDispense", "MedicationAdministration"])
            {
                let expected = match (medicine["status"].as_str().unwrap_or_default(), medicine["doNotPerform"] == true)
                {
                    ("entered-in-error", _) => "entered-in-error",
                    (_, true) => "not-to-be-given",
                    ("active", _) => "active",
                    ("stopped" | "cancelled" | "not-taken", _) => "stopped",
                    ("completed" | "on-hold", _) => "inactive",
                    _ => "unknown",
                };
                check(row, entry, medicine, expected, &["no-medication-info"], &["no-known-medications", "787481004"]);
                *table.entry(format!("medicine {expected}")).or_default() += 1;
            }
            for (entry, problem) in row.of(&["Condition"]) {
                let over = problem.as_object().unwrap().keys().any(|k| k.starts_with("abatement"));
                let told = clinical(problem);
                let expected = if told == "unknown" && over && one_code(&problem["clinicalStatus"]).is_empty() {
                    "inactive"
                } else {
                    told
                };
                check(row, entry, problem, expected, &["no-problem-info"], &["no-known-problems", "160245001"]);
                *table.entry(format!("problem {expected}")).or_default() += 1;
            }
            for (entry, event) in row.of(&["Immunization", "Procedure"]) {
                let expected = match event["status"].as_str().unwrap_or_default() {
                    "completed" | "in-progress" => "active",
                    "not-done" => "negative",
                    "entered-in-error" => "entered-in-error",
                    "stopped" => "stopped",
                    _ => "unknown",
                };
                check(
                    row,
                    entry,
                    event,
                    expected,
                    &["no-immunization-info", "no-procedure-info"],
                    &["787482006", "no-known-immunizations", "no-known-procedures"],
                );
                *table.entry(format!("event {expected}")).or_default() += 1;
            }
        }
        say(&table);
    }

    fn check(row: &Row, entry: usize, resource: &Value, expected: &str, unknown: &[&str], none: &[&str]) {
        let codes = codes_in(resource);
        let is = |list: &[&str]| list.iter().any(|c| codes.contains(*c));
        // Words alone are no statement: NZPS writes them on active entries.
        let words_only = ["code", "medicationCodeableConcept"].iter().any(|f| {
            resource[*f]["coding"].is_null() && resource[*f]["text"].as_str().is_some_and(|t| t.starts_with("No known"))
        });
        let expected = if words_only || is(unknown) {
            "unknown"
        } else if is(none) {
            "negative"
        } else {
            expected
        };
        let items = row.items(entry);
        assert!(!items.is_empty(), "{}: entry {entry} is no item", row.name);
        for (_, item) in items {
            let doubted = has_modifier(resource) && item["status"] == "unknown" && item["read_the_source"] == true;
            assert!(item["status"] == expected || doubted, "{}: entry {entry}: {expected}: {item}", row.name);
        }
    }

    #[test]
    fn whether_a_section_lists_an_entry_agrees() {
        let mut listed = 0;
        for row in &rows() {
            let named = named(row);
            for (entry, resource) in row.of(&[
                "AllergyIntolerance",
                "Condition",
                "MedicationStatement",
                "MedicationRequest",
                "Flag",
                "Consent",
                "Immunization",
                "Procedure",
                "DeviceUseStatement",
            ]) {
                let expected = named.contains(&entry);
                listed += usize::from(expected);
                for (_, item) in row.items(entry) {
                    assert_eq!(
                        item["listed_in_section"], expected,
                        "{}: entry {entry} {}",
                        row.name, resource["resourceType"]
                    );
                }
            }
        }
        say(&BTreeMap::from([("entries that a section lists", listed)]));
    }

    // By full address, by type and id, or by the last part of an address that is unique among the entries.
    fn named(row: &Row) -> HashSet<usize> {
        let (mut addresses, mut found) = (Vec::new(), HashSet::new());
        for (_, composition) in row.of(&["Composition"]) {
            let mut waiting = vec![&composition["section"]];
            while let Some(next) = waiting.pop() {
                match next {
                    Value::Array(list) => waiting.extend(list),
                    Value::Object(map) => {
                        if let Some(address) = map.get("reference").and_then(Value::as_str) {
                            addresses.push(address.to_owned());
                        }
                        waiting.extend(
                            map.iter().filter(|(name, _)| !matches!(name.as_str(), "author" | "focus")).map(|(_, v)| v),
                        );
                    }
                    _ => {}
                }
            }
        }
        for address in addresses {
            let tail: String =
                address.rsplit('/').take(2).collect::<Vec<_>>().into_iter().rev().collect::<Vec<_>>().join("/");
            let is = |(url, r): &(String, Value)| {
                let id = r["id"].as_str().unwrap_or_default();
                let by_type = format!("{}/{id}", r["resourceType"].as_str().unwrap_or_default());
                *url == address
                    || by_type == tail
                    || (!url.is_empty() && url.ends_with(&tail))
                    || address == format!("urn:uuid:{id}")
            };
            found.extend(row.resources.iter().position(is));
        }
        found
    }

    #[test]
    fn every_decision_on_resuscitation_is_on_the_glance() {
        let mut found = 0;
        for row in &rows() {
            let on_glance = row.glance_entries("cpr");
            for (entry, resource) in row.of(&["Consent", "Goal", "DocumentReference", "Flag", "Observation"]) {
                let mut own = resource.clone();
                own.as_object_mut()
                    .unwrap()
                    .retain(|name, _| !matches!(name.as_str(), "text" | "meta" | "id" | "identifier"));
                let text = own.to_string().to_lowercase();
                if ["\"dnr\"", "resuscitat", "dnacpr", "polst"].iter().any(|w| text.contains(w)) {
                    assert!(on_glance.contains(&(entry as u64)), "{}: entry {entry} is not on the glance", row.name);
                    found += 1;
                }
            }
            assert!(!row.summary["glance"].as_array().unwrap().iter().all(|g| g["kind"] != "cpr"), "{}", row.name);
        }
        say(&BTreeMap::from([("decisions on resuscitation", found)]));
    }

    #[test]
    fn every_entry_is_told_and_nothing_else() {
        let mut entries = 0;
        for row in &rows() {
            let count = row.resources.len();
            let of = |list: &Value| {
                list.as_array().unwrap().iter().map(|e| e["entry"].as_u64().unwrap() as usize).collect::<Vec<_>>()
            };
            let mut told: HashSet<usize> = row.sections().iter().flat_map(|s| of(&s["items"])).collect();
            told.extend(of(&row.summary["unread"]).into_iter().chain(of(&row.summary["context"])));
            assert_eq!(told, (0..count).collect::<HashSet<_>>(), "{}", row.name);
            entries += count;
        }
        say(&BTreeMap::from([("entries", entries)]));
    }

    fn say<K: std::fmt::Display>(table: &BTreeMap<K, usize>) {
        let words: Vec<String> = table.iter().map(|(what, count)| format!("{count} {what}")).collect();
        let _ = writeln!(std::io::stderr(), "the documents of the corpus: {}", words.join(", "));
    }
}
