//! What other services wrote about the demo people: documents beside the record that is put together here, with the
//! disagreements that such papers have.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use shared::identity::{Organisation, PatientId};

use super::format::Person;
use super::sources::Sources;
use super::when::{as_instant, when};
use super::{DemoError, DemoLetter, expand, files, key};
use crate::ips::{Letterhead, letter};

/// A file of `assets/demo/documents`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    /// Slug of the person.
    of: String,
    /// Key of the organisation that keeps it.
    from: String,
    /// Key of who wrote it.
    by: String,
    on: String,
    title: String,
    /// Labels of the document as such.
    #[serde(default)]
    labels: Vec<String>,
    /// Fields of a person's file: what this service knows, and what it knows differently.
    record: Map<String, Value>,
}

/// What another service knows of a person unless its own file says otherwise.
const KNOWN: [&str; 9] = ["nhs", "nhs_status", "family", "given", "born", "sex", "address", "phone", "gp"];

/// All of them, as they stand at `now`.
///
/// # Errors
/// [`DemoError`].
pub(super) fn letters(sources: &Sources, now: Timestamp) -> Result<Vec<DemoLetter>, DemoError> {
    files::LETTERS.iter().map(|(name, text)| written(&files::read(name, text)?, sources, now)).collect()
}

fn written(it: &Written, sources: &Sources, now: Timestamp) -> Result<DemoLetter, DemoError> {
    let person = person(it)?;
    let on = when(&it.on, now)?;
    let composed: Timestamp = as_instant(&on).parse().map_err(|_| DemoError::Date(it.on.clone()))?;
    let mut resources = expand::expand(&person, sources, now)?;
    let patient = resources.remove(0);
    // Feeds and who vouches for them are of the record that is put together here, not of a letter.
    resources.retain(|resource| resource["resourceType"] != "Provenance");
    let org = sources.org(&it.from)?;
    resources.extend(sources.resources());
    let head = Letterhead {
        base: &format!("https://{}.example/fhir", org.ods.to_lowercase()),
        id: &format!("{}-{}", key(&it.of), it.from),
        title: &it.title,
        composed,
        author: sources.in_role(&it.by)?,
        custodian: json!({
            "reference": format!("Organization/{}", it.from),
            "identifier": {"system": Organisation::SYSTEM, "value": org.ods},
            "display": org.name
        }),
        labels: it.labels.iter().map(|code| expand::label(code)).collect(),
    };
    let document = letter(&patient, &resources, &head);
    Ok(DemoLetter { patient: PatientId::new(key(&it.of)), composed, document })
}

/// The person as that service has them: under an id of its own, and perhaps another address.
fn person(it: &Written) -> Result<Person, DemoError> {
    let known = files::PEOPLE.iter().find(|(slug, _)| *slug == it.of);
    let (name, text) = known.ok_or_else(|| DemoError::Source(it.of.clone()))?;
    let mut fields: Map<String, Value> = files::read(name, text)?;
    fields.retain(|field, _| KNOWN.contains(&field.as_str()));
    fields.extend(it.record.clone());
    fields.insert("slug".into(), json!(format!("{}-{}", it.of, it.from)));
    fields.insert("awkward".into(), json!(""));
    let wrong = |source| DemoError::File { name: format!("{}-{}", it.of, it.from), source };
    serde_json::from_value(Value::Object(fields)).map_err(wrong)
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use shared::fhir::{Document, check_subject};
    use shared::identity::{Demographics, Role};
    use shared::summary::{GlanceKind, Source, Summary, summarise_all};

    use super::super::tests::now;
    use super::super::wellformed::faults;
    use super::super::{Demo, demo};
    use super::*;

    fn of<'a>(demo: &'a Demo, slug: &str) -> Vec<&'a DemoLetter> {
        demo.letters.iter().filter(|letter| letter.patient.as_str() == key(slug)).collect()
    }

    #[test]
    fn every_file_is_in_the_list() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../assets/demo/documents");
        let files = std::fs::read_dir(folder).unwrap().map(|f| f.unwrap().file_name().into_string().unwrap());
        let listed = files::LETTERS.iter().map(|(name, _)| format!("{name}.json"));
        assert_eq!(files.collect::<BTreeSet<_>>(), listed.collect());
    }

    #[test]
    fn every_letter_is_a_document_about_its_person_and_well_formed() {
        let demo = demo(now()).unwrap();
        for letter in &demo.letters {
            let person = demo.people.iter().find(|p| p.id == letter.patient).unwrap();
            let document = Document::read(letter.document.to_string().as_bytes()).unwrap();
            check_subject(&document, &Demographics::from_fhir(&person.patient).unwrap()).unwrap();
            assert!(document.entries().iter().all(|entry| entry.resource.is_ok()));
            let wrong: Vec<_> = document.entries().iter().flat_map(|e| faults(e.resource.as_ref().unwrap())).collect();
            assert!(wrong.is_empty(), "{}: {wrong:#?}", letter.patient);
            let text = letter.document.to_string();
            assert!(!text.contains("Not part of this summary"), "{} points to what it does not hold", letter.patient);
            assert!(letter.composed < now());
        }
        let mut people: BTreeMap<&str, usize> = BTreeMap::new();
        demo.letters.iter().for_each(|letter| *people.entry(letter.patient.as_str()).or_default() += 1);
        assert!(people.len() >= 4 && people.values().all(|count| (1..=3).contains(count)), "{people:?}");
        assert!(people.contains_key("demo-okafor"));
    }

    #[test]
    fn nothing_in_a_letter_is_of_a_real_place() {
        for (name, text) in files::LETTERS {
            let written: Written = files::read(name, text).unwrap();
            let address = person(&written).unwrap().address;
            let inward = address.postcode.split(' ').nth(1).unwrap();
            assert!(inward.contains(['C', 'I', 'K', 'M', 'O', 'V']), "{name}: {inward} may exist");
            let phone = written.record.get("phone").and_then(Value::as_str).unwrap_or("020 7946 0");
            assert!(phone.starts_with("020 7946 0") || phone.starts_with("07700 900"), "{name}");
        }
    }

    /// The record put together here and the letters, as a crew with all of it reads them.
    fn merged(slug: &str) -> Summary {
        let demo = demo(now()).unwrap();
        let person = demo.people.iter().find(|p| p.id.as_str() == key(slug)).unwrap();
        let seen = [person.resources.clone(), demo.shared.clone()].concat();
        let own = crate::ips::assemble(&person.patient, &seen, &[], shared::consent::Dataset::Emergency, now());
        let letters = of(&demo, slug).into_iter().map(|letter| &letter.document);
        let documents: Vec<_> =
            [&own].into_iter().chain(letters).map(|d| Document::read(d.to_string().as_bytes()).unwrap()).collect();
        let source = |document| Source { document, name: String::new(), retrieved: String::new() };
        let sources: Vec<_> = documents.iter().map(source).collect();
        summarise_all(&sources, Role::EmergencyClinician, jiff::civil::date(2026, 11, 22))
    }

    fn disputed(summary: &Summary, words: &str) -> usize {
        let items = summary.sections.iter().flat_map(|section| &section.items);
        items.filter(|item| item.text.contains(words) && !item.disagreement.is_empty()).count()
    }

    #[test]
    fn the_letters_disagree_where_they_were_meant_to() {
        let okafor = merged("okafor");
        assert!(disputed(&okafor, "Furosemide") >= 2, "stopped at the hospice, active at the practice");
        assert!(disputed(&okafor, "Apixaban") >= 2, "two strengths");
        assert!(!okafor.glance.iter().any(|line| line.text.starts_with("No known allerg")));
        assert!(okafor.glance.iter().any(|l| l.kind == GlanceKind::Allergy && l.text.contains("enicillin")));
        let penicillin: Vec<_> = okafor
            .sections
            .iter()
            .flat_map(|section| &section.items)
            .filter(|item| item.text.contains("penicillin"))
            .collect();
        assert!(penicillin.len() == 1 && penicillin[0].also.len() == 1, "one entry in two documents is one line");
        let vasquez = merged("vasquez");
        let decisions = vasquez.glance.iter().filter(|line| line.kind == GlanceKind::Cpr);
        let decisions: Vec<_> = decisions.map(|line| line.text.clone()).collect();
        assert!(decisions.iter().any(|text| text.starts_with("For CPR (CONFLICTING")), "{decisions:?}");
        assert!(decisions.iter().any(|text| text.starts_with("NOT for CPR (CONFLICTING")), "{decisions:?}");
    }
}
