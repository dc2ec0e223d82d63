//! Every story that a demo, a test or a training session may need is there, by name.

use serde_json::Value;
use shared::consent::RecordState;
use shared::identity::Demographics;

use super::tests::now;
use super::*;

struct Story(DemoPerson);

fn story(slug: &str) -> Story {
    let found = demo(now()).unwrap().people.into_iter().find(|p| p.id.as_str() == key(slug));
    Story(found.unwrap_or_else(|| panic!("no {slug}")))
}

impl Story {
    fn of(&self, kind: &str) -> Vec<&Value> {
        self.0.resources.iter().filter(|r| r["resourceType"] == kind).collect()
    }

    /// Whether a resource of a type says all of `parts` somewhere.
    fn says(&self, kind: &str, parts: &[&str]) -> bool {
        self.of(kind).iter().any(|r| parts.iter().all(|part| r.to_string().contains(part)))
    }

    fn consents(&self, tier: &str) -> Vec<&Value> {
        let of_tier = |c: &&Value| c["category"][2]["coding"][0]["code"] == tier && c["status"] == "active";
        self.of("Consent").into_iter().filter(of_tier).collect()
    }
}

#[test]
fn okafor_has_everything_a_crew_must_see() {
    let it = story("okafor");
    assert!(it.says("AllergyIntolerance", &["91936005", "\"high\"", "39579001", "severe"]));
    assert!(it.says("Observation", &["304251008", "450476008", "yellow folder"]));
    assert!(it.says("DocumentReference", &["1382601000000107", "not for intensive care"]));
    assert!(it.says("Observation", &["\"ceiling\"", "not for intubation"]));
    assert!(it.says("MedicationRequest", &["698090000", "\"active\""]));
    assert!(it.says("Condition", &["13645005"]) && it.says("Observation", &["oxygen-target", "88", "92"]));
    assert!(it.says("Flag", &["access", "Key safe", "4471"]) && it.says("Flag", &["SS", "Oxygen"]));
    assert!(
        it.says("MedicationRequest", &["just-in-case", "Midazolam"])
            && it.says("Observation", &["just-in-case", "wardrobe"])
    );
    assert!(it.says("Observation", &["preferred-place", "110481000000108"]));
    assert!(it.says("CareTeam", &["Practitioner/nurse-brannigan", "Practitioner/carer-blessing"]));
    assert!(it.says("DocumentReference", &["power-of-attorney", "Chidi"]));
    assert_eq!(it.consents("emergency")[0]["provision"]["type"], "permit");
    let sources: std::collections::BTreeSet<_> =
        it.0.resources.iter().filter_map(|r| r["meta"]["source"].as_str()).collect();
    assert!(sources.len() >= 5, "{sources:?}");
}

#[test]
fn choices_for_emergencies_are_of_every_kind() {
    let nobody_asked = ["castellanos", "kowalczyk-b", "thiri", "obi", "paterson"];
    assert!(nobody_asked.iter().all(|slug| story(slug).consents("emergency").is_empty()));
    let plain = &story("whitcombe").0.resources.iter().find(|r| r["resourceType"] == "Consent").cloned().unwrap();
    assert!(plain["provision"]["type"] == "deny" && plain["provision"]["provision"].is_null());
    let begum = story("begum");
    assert_eq!(begum.consents("emergency")[0]["provision"]["provision"][0]["purpose"][0]["code"], "BTG");
    let silverman = story("silverman");
    assert_eq!((silverman.0.state, silverman.consents("opt-out").len()), (RecordState::Locked, 1));
    assert_eq!(story("yilmaz").consents("long-term")[0]["provision"]["type"], "deny");
}

#[test]
fn absence_of_allergies_is_told_in_all_its_ways() {
    assert!(story("haddad").says("AllergyIntolerance", &["716186003", "midwife-ford", "recordedDate"]));
    assert!(
        story("nguyen").says("List", &["48765-2", "notasked"]) && story("nguyen").of("AllergyIntolerance").is_empty()
    );
    assert!(story("thiri").of("AllergyIntolerance").is_empty() && story("thiri").of("List").is_empty());
    assert!(
        story("fitzgerald").says("AllergyIntolerance", &["409137002"])
            && story("fitzgerald").says("AllergyIntolerance", &["Egg"])
    );
}

#[test]
fn decisions_about_resuscitation_conflict_and_grow_old() {
    let two = story("odonnell");
    assert!(
        two.says("Observation", &["450476008", "Saltbell"]) && two.says("Observation", &["450475007", "Northgate"])
    );
    let overdue = story("papadakis");
    let form = overdue.of("DocumentReference")[0]["context"]["period"]["end"].as_str().unwrap().to_owned();
    assert!(form.as_str() < "2025-01-01" && overdue.says("Observation", &["450476008", &form]));
    assert!(story("nakamura").says("DocumentReference", &["advance-decision", "Refuses a breathing tube"]));
}

#[test]
fn restricted_items_are_labelled_and_very_restricted_ones_too() {
    assert!(story("marchetti").says("Condition", &["86406008", "\"R\"", "\"HIV\""]));
    assert!(story("marchetti").says("AllergyIntolerance", &["387005008", "\"HIV\"", "redacted-as"]));
    assert!(story("begum").says("Condition", &["\"PSY\""]) && story("tesfaye").says("Condition", &["\"PSY\""]));
    assert!(story("sorensen").says("Procedure", &["\"V\""]));
    assert!(story("greaves").says("Flag", &["weapons", "\"SS\"", "redacted-as"]));
}

#[test]
fn what_is_dangerous_on_the_scene_and_in_the_body_is_there() {
    let greaves = story("greaves");
    assert!(greaves.says("Flag", &["violence"]) && greaves.says("Flag", &["Dog bites"]));
    assert!(story("nakamura").says("Flag", &["oxygen", "ventilator"]));
    assert!(
        story("papadakis").says("MedicationRequest", &["372756006"])
            && story("papadakis").says("Device", &["14106009"])
    );
    assert!(story("demir").says("DeviceUseStatement", &["ICD", "magnet"]));
    assert!(story("haddad").says("Observation", &["77386006"]) && story("haddad").says("Condition", &["398254007"]));
    assert!(
        story("achterberg").says("MedicationRequest", &["Insulin aspart"])
            && story("kowalczyk-a").says("MedicationRequest", &["411529005"])
    );
    assert!(story("lockwood").says("MedicationRequest", &["Midazolam buccal", "Rescue"]));
    assert!(story("rahman").says("Condition", &["363732003"]) && story("rahman").says("Flag", &["Steroid dependent"]));
    assert!(story("tesfaye").says("MedicationStatement", &["387568001"]));
    assert!(
        story("vasquez").says("MedicationRequest", &["syringe pump"])
            && story("vasquez").says("Observation", &["108401000000102"])
    );
}

#[test]
fn people_are_met_as_they_are() {
    assert!(
        story("lockwood").says("Condition", &["Learning disability"])
            && story("lockwood").says("Flag", &["\"RA\"", "pictures"])
    );
    assert_eq!(story("hargreave").0.patient["communication"][0]["language"]["coding"][0]["code"], "bfi");
    assert!(story("nguyen").0.patient.to_string().contains("patient-interpreterRequired"));
    assert!(story("ashworth").says("Condition", &["429998004"]) && story("odonnell").says("CareTeam", &["quillbrook"]));
    let born = |slug: &str| Demographics::from_fhir(&story(slug).0.patient).unwrap();
    let today = jiff::civil::date(2026, 11, 22);
    assert_eq!(
        (born("fitzgerald").age(today), born("papadakis").age(today), born("haddad").age(today)),
        (Some(8), Some(97), Some(24))
    );
    let (a, b) = (born("kowalczyk-a"), born("kowalczyk-b"));
    assert!(a.display_name() == b.display_name() && a.birth_date != b.birth_date && !b.nhs_number_verified);
    assert!(born("thiri").family.reveal().is_empty() && born("etxeberria").display_name().chars().count() > 60);
    assert!(!born("li").family.reveal().is_ascii());
}

#[test]
fn what_is_no_longer_true_is_kept_as_that() {
    let it = story("chaudhry");
    assert!(
        it.says("AllergyIntolerance", &["91936005", "refuted"])
            && it.says("AllergyIntolerance", &["Morphine", "entered-in-error"])
    );
    assert!(it.says("MedicationRequest", &["372756006", "\"stopped\""]) && it.says("MedicationRequest", &["on-hold"]));
    assert!(it.says("Condition", &["46635009", "entered-in-error"]));
}

#[test]
fn a_record_of_another_region_is_only_pointed_to() {
    let it = story("mwangi");
    assert_eq!(it.0.state, RecordState::None);
    assert!(it.says("DocumentReference", &["ZHX01", "$summary"]) && it.of("Condition").is_empty());
}

#[test]
fn dates_run_from_hours_to_fifteen_years() {
    let demo = demo(now()).unwrap();
    let recorded: Vec<String> = demo
        .people
        .iter()
        .flat_map(|p| &p.resources)
        .filter_map(|r| ["recordedDate", "authoredOn", "effectiveDateTime"].iter().find_map(|f| r[*f].as_str()))
        .map(str::to_owned)
        .collect();
    assert!(recorded.iter().any(|d| d.starts_with("2026-11-2")) && recorded.iter().any(|d| d.starts_with("2011")));
}
