//! What the hub decides for the demo people, from their Consents as they are stored.

use shared::consent::{Basis, EmergencyNone, Purpose, Reason};

use super::*;
use crate::consent::{Ask, ask};

type Checked = Result<(), Box<dyn std::error::Error>>;

async fn seeded(folder: &std::path::Path) -> Result<Store, StoreError> {
    let store = Store::open(&folder.join("demo.sqlite")).await?;
    seed(&store).await?;
    Ok(store)
}

#[tokio::test]
async fn every_story_of_consent_ends_as_it_was_meant() -> Checked {
    use Basis::{CareTeam, Incapable};
    let folder = tempfile::tempdir()?;
    let store = seeded(folder.path()).await?;
    for (staff, slug, purpose, basis, expected) in [
        ("paramedic-amara", "okafor", "ETREAT", CareTeam, Reason::TierEmergency),
        ("paramedic-amara", "castellanos", "ETREAT", CareTeam, Reason::AskThePatient),
        ("paramedic-amara", "castellanos", "ETREAT", Basis::ConsentNow, Reason::VerbalPermission),
        ("paramedic-amara", "castellanos", "ETREAT", Incapable, Reason::SelfClaimed),
        ("paramedic-amara", "whitcombe", "ETREAT", CareTeam, Reason::EmergencyDenied),
        ("paramedic-amara", "whitcombe", "BTG", Incapable, Reason::EmergencyDeniedNoBreakGlass),
        ("paramedic-tomasz", "begum", "ETREAT", CareTeam, Reason::EmergencyDeniedBreakGlass),
        ("paramedic-tomasz", "begum", "BTG", Incapable, Reason::BreakGlass),
        ("paramedic-tomasz", "silverman", "ETREAT", CareTeam, Reason::OptOut),
        ("paramedic-tomasz", "silverman", "BTG", Incapable, Reason::OptOut),
        ("paramedic-tomasz", "mwangi", "ETREAT", CareTeam, Reason::NoRecord),
        ("nurse-brannigan", "okafor", "CAREMGT", CareTeam, Reason::TierLongTerm),
        ("carer-blessing", "okafor", "CAREMGT", CareTeam, Reason::TierLongTerm),
        ("social-hughes", "okafor", "CAREMGT", CareTeam, Reason::OrganisationNotInConsent),
        ("nurse-desai", "yilmaz", "CAREMGT", CareTeam, Reason::LongTermDenied),
        ("carer-yusuf", "chaudhry", "CAREMGT", CareTeam, Reason::NoLongTermConsent),
        ("gp-lim", "okafor", "TREAT", CareTeam, Reason::TierCareSetting),
        ("gp-lim", "whitcombe", "TREAT", CareTeam, Reason::OrganisationNotInConsent),
        ("admin-park", "okafor", "TREAT", CareTeam, Reason::RoleNotPermitted),
    ] {
        let who = store.staff(staff).await?.ok_or(staff)?;
        let question = Ask { purpose: Purpose::from_code(purpose).ok(), basis, refused: false };
        let answer = ask(&store, EmergencyNone::Ask, &who, &key(slug), &question).await?;
        assert_eq!(answer.decision.reason, expected, "{staff} {purpose} {slug}");
    }
    Ok(())
}

#[tokio::test]
async fn everyone_who_is_visited_at_home_is_known_and_seeding_fills_the_store_once() -> Checked {
    let folder = tempfile::tempdir()?;
    let store = seeded(folder.path()).await?;
    let demo = demo(Timestamp::now())?;
    for person in &demo.people {
        assert_eq!(store.record_state(person.id.as_str()).await?, person.state);
        let stored = store.of_patient(person.id.as_str()).await?.len();
        let planned = demo.appointments.iter().filter(|a| a.to_string().contains(&format!("Patient/{}\"", person.id)));
        assert_eq!(stored, person.resources.len() + planned.count(), "{}", person.id);
    }
    assert_eq!(store.all_staff().await?, demo.staff);
    Ok(())
}
