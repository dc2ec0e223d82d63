//! The files are right: numbers, shapes, references, invented throughout.

use std::collections::{BTreeMap, BTreeSet};

use shared::identity::{Demographics, NhsNumber, Role};
use shared::visit::Visit;

use super::wellformed::{faults, references};
use super::*;

type Checked = Result<(), Box<dyn std::error::Error>>;

pub(crate) fn at(time: &str) -> Timestamp {
    time.parse().unwrap()
}

pub(crate) fn now() -> Timestamp {
    at("2026-11-22T09:41:07Z")
}

fn all(demo: &Demo) -> Vec<&Value> {
    let people = demo.people.iter().flat_map(|p| std::iter::once(&p.patient).chain(&p.resources));
    demo.shared.iter().chain(&demo.appointments).chain(people).collect()
}

#[test]
fn every_file_is_in_the_list() -> Checked {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../assets/demo/people");
    let on_disk: BTreeSet<String> = std::fs::read_dir(folder)?
        .map(|f| Ok(f?.file_name().to_string_lossy().into_owned()))
        .collect::<Result<_, std::io::Error>>()?;
    let listed: BTreeSet<String> = files::PEOPLE.iter().map(|(slug, _)| format!("{slug}.json")).collect();
    assert_eq!(on_disk, listed);
    for person in files::people()? {
        assert!(listed.contains(&format!("{}.json", person.slug)), "{} is in a file of another name", person.slug);
    }
    assert!(listed.len() >= 30);
    Ok(())
}

#[test]
fn every_nhs_number_is_of_the_test_range_right_and_used_once() -> Checked {
    let mut seen = BTreeSet::new();
    for person in files::people()? {
        let number = NhsNumber::parse(&person.nhs).map_err(|e| format!("{}: {e}", person.slug))?;
        assert!(number.is_test(), "{}", person.slug);
        assert!(seen.insert(person.nhs.clone()), "{} has a number of somebody else", person.slug);
    }
    Ok(())
}

#[test]
fn every_resource_is_well_formed_whatever_the_day() -> Checked {
    for day in ["2026-11-22T09:41:07Z", "2028-02-29T23:59:59.999Z", "2027-03-31T00:00:00Z", "2026-12-31T12:00:00Z"] {
        let demo = demo(at(day))?;
        let faults: Vec<String> = all(&demo).into_iter().flat_map(faults).collect();
        assert!(faults.is_empty(), "{day}: {faults:#?}");
    }
    Ok(())
}

#[test]
fn ids_are_used_once_and_every_reference_resolves() -> Checked {
    let demo = demo(now())?;
    let mut known = BTreeSet::new();
    for resource in all(&demo) {
        assert!(known.insert(address(resource)), "{} twice", address(resource));
    }
    for resource in all(&demo) {
        for reference in references(resource).into_iter().filter(|r| !r.starts_with('#')) {
            assert!(known.contains(&reference), "{} points to {reference}", address(resource));
        }
    }
    Ok(())
}

#[test]
fn nothing_is_of_a_real_person_or_place() -> Checked {
    // Telephone numbers that the regulator keeps for drama; postcodes end in letters that no postcode ends in.
    let invented = ["020 7946 0", "07700 900", "0117 496 0"];
    for person in files::people()? {
        let phones = person.phone.iter().chain(person.contacts.iter().filter_map(|c| c.phone.as_ref()));
        for phone in phones {
            assert!(invented.iter().any(|range| phone.starts_with(range)), "{}: {phone}", person.slug);
        }
        let inward = person.address.postcode.split(' ').nth(1).unwrap_or_default();
        assert!(inward.contains(['C', 'I', 'K', 'M', 'O', 'V']), "{}: {inward} may exist", person.slug);
        let (north, east) = person.address.at;
        assert!(
            (51.50..51.68).contains(&north) && (-0.26..-0.04).contains(&east),
            "{} is not in north London",
            person.slug
        );
    }
    let sources = sources::Sources::read()?;
    assert!(sources.organisations.values().all(|o| o.ods.starts_with('Z')), "an organisation code that may exist");
    Ok(())
}

#[test]
fn there_is_staff_of_every_role_and_two_of_crew_and_carers() -> Checked {
    let staff = demo(now())?.staff;
    let of = |role: Role| staff.iter().filter(|s| s.role == role).count();
    assert_eq!((of(Role::EmergencyClinician), of(Role::DomiciliaryCarer)), (2, 2));
    assert!(of(Role::CareTeamClinician) >= 3 && of(Role::SocialWorker) == 1 && of(Role::Admin) == 1);
    for id in ["paramedic-amara", "nurse-brannigan"] {
        assert!(staff.iter().any(|s| s.id.as_str() == id), "{id}");
    }
    Ok(())
}

#[test]
fn the_rota_is_of_today_and_every_visit_can_be_read() -> Checked {
    let demo = demo(now())?;
    let mut visits: BTreeMap<String, Vec<Visit>> = BTreeMap::new();
    for appointment in &demo.appointments {
        let visit = Visit::from_fhir(appointment)?;
        let staff =
            references(appointment).into_iter().find_map(|r| r.strip_prefix("Practitioner/").map(str::to_owned));
        assert!(visit.position.is_some() && !visit.address.reveal().is_empty() && visit.end > Some(visit.start));
        visits.entry(staff.unwrap_or_default()).or_default().push(visit);
    }
    let crew = &visits["paramedic-amara"];
    let whom: Vec<_> = crew.iter().map(|v| v.patient.as_str()).collect();
    assert_eq!(whom, ["demo-okafor", "demo-castellanos", "demo-whitcombe"]);
    assert!(crew[0].start <= now() && crew.iter().all(|v| v.kind == "999 call"));
    assert_eq!(visits["nurse-brannigan"].len(), 5);
    assert!((6..=8).contains(&visits["carer-blessing"].len()) && (6..=8).contains(&visits["carer-yusuf"].len()));
    Ok(())
}

#[test]
fn a_person_can_be_told_from_every_other_by_name_and_day_of_birth() -> Checked {
    let demo = demo(now())?;
    let people: Vec<Demographics> =
        demo.people.iter().map(|p| Demographics::from_fhir(&p.patient)).collect::<Result<_, _>>()?;
    let marks: BTreeSet<_> = people.iter().map(|p| (p.display_name(), p.birth_date.reveal().clone())).collect();
    assert_eq!(marks.len(), people.len());
    assert!(people.iter().all(|p| p.nhs_number.is_some() && !p.address.reveal().is_empty()));
    Ok(())
}

#[test]
fn the_readme_tells_of_everyone() -> Checked {
    let readme = include_str!("../../../assets/demo/README.md");
    for person in files::people()? {
        let spaced = NhsNumber::parse(&person.nhs)?.spaced();
        for part in [format!("`{}`", person.slug), spaced, person.awkward.clone()] {
            assert!(readme.contains(&part), "the README does not say {part:?}");
        }
    }
    for staff in demo(now())?.staff {
        assert!(readme.contains(&format!("`{}`", staff.id)), "{} is not in the README", staff.id);
    }
    Ok(())
}

#[test]
fn what_comes_from_a_service_that_tells_why_is_labelled() -> Checked {
    let demo = demo(now())?;
    let telling = ["/ZMH01", "/ZAC03"];
    for resource in all(&demo) {
        let source = resource["meta"]["source"].as_str().unwrap_or_default();
        if telling.iter().any(|ods| source.ends_with(ods)) {
            assert_ne!(crate::ips::carried_label(resource), shared::consent::Label::Normal, "{}", address(resource));
        }
    }
    Ok(())
}
