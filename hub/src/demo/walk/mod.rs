//! Every path × every demo person × role × purpose, against the pure decision.

mod leaks;
mod leases;
mod listed;
mod oracle;
mod paths;
mod world;

use std::sync::Arc;

use shared::consent::{Basis, EmergencyNone, Outcome, Purpose, Reason, Request, decide};
use tokio::task::JoinSet;

use oracle::Oracle;
use world::{Reply, World};

use super::key;

/// The purposes that are served, and one that is not.
const PURPOSES: [&str; 5] = ["ETREAT", "BTG", "TREAT", "CAREMGT", "HPAYMT"];

async fn walk(setting: EmergencyNone) -> (World, Oracle) {
    (World::seeded(setting).await, Oracle::read())
}

#[tokio::test]
async fn every_decision_is_the_pure_functions() {
    let (world, oracle) = walk(EmergencyNone::Ask).await;
    all_decisions(&world, &oracle, EmergencyNone::Ask, &PURPOSES).await;
}

#[tokio::test]
async fn every_decision_is_the_pure_functions_where_consent_is_implied() {
    let (world, oracle) = walk(EmergencyNone::Implied).await;
    all_decisions(&world, &oracle, EmergencyNone::Implied, &["ETREAT"]).await;
}

async fn all_decisions(world: &World, oracle: &Oracle, setting: EmergencyNone, purposes: &[&str]) {
    let mut permits = 0;
    for person in &oracle.people {
        for staff in world.distinct_staff() {
            for purpose in purposes {
                let known = Purpose::from_code(purpose).ok();
                let first = oracle.request(person, staff, known, Basis::CareTeam, setting);
                // Where the role decides nothing else is looked at: once is enough.
                let rest = decide(&first).reason != Reason::RoleNotPermitted;
                let others = Basis::ALL.iter().filter(|basis| rest && **basis != Basis::CareTeam);
                let questions = others.map(|basis| (*basis, false)).chain(rest.then_some((Basis::CareTeam, true)));
                for (basis, refused) in questions.chain([(Basis::CareTeam, false)]) {
                    let request = oracle.request(person, staff, known, basis, setting);
                    let request = Request { refused_now: refused, ..request };
                    let who = staff.id.as_str();
                    let reply = world.decide(who, &key(&person.slug), purpose, basis.code(), refused).await;
                    check(&reply, &request, &format!("{who} {} {purpose} {basis:?} {refused}", person.slug));
                    permits += i32::from(reply.parameter("grant").is_some());
                }
            }
        }
    }
    assert!(permits > 50, "only {permits} permits");
}

fn check(reply: &Reply, request: &Request, case: &str) {
    let expected = decide(request);
    if expected.outcome == Outcome::NotFound {
        assert_eq!(reply.status, 404, "{case}");
        return;
    }
    let one = |name: &str| reply.parameter(name);
    let duties: Vec<_> = expected.obligations.iter().map(|duty| duty.code().to_owned()).collect();
    assert_eq!(one("decision").as_deref(), Some(expected.outcome.code()), "{case}");
    assert_eq!(one("reason").as_deref(), Some(expected.reason.code()), "{case}");
    assert_eq!(one("dataset").as_deref(), expected.dataset.map(|it| it.code()), "{case}");
    assert_eq!(one("residual").as_deref(), expected.residual.map(|it| it.code()), "{case}");
    assert_eq!(reply.parameters("obligation"), duties, "{case}");
    let open = expected.outcome == Outcome::Permit;
    assert_eq!((one("grant").is_some(), one("lease").is_some()), (open, open), "{case}");
    let glass = Request { purpose: Some(Purpose::BreakGlass), basis: Basis::Incapable, ..*request };
    let blind = [Reason::RoleNotPermitted, Reason::NoRelationship].contains(&expected.reason);
    let offered = !blind && request.purpose != Some(Purpose::BreakGlass) && decide(&glass).outcome == Outcome::Permit;
    let said = reply.json()["parameter"].as_array().unwrap().iter().any(|p| p["valueBoolean"] == true);
    assert_eq!(said, offered, "break-glass offered: {case}");
}

/// Every permit there is: each member of staff, each person, each purpose, with the relationship that opens most.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_path_shows_what_the_decision_opens_and_no_more() {
    let (world, oracle) = walk(EmergencyNone::Ask).await;
    let (world, oracle) = (Arc::new(world), Arc::new(oracle));
    let mut walks = JoinSet::new();
    for at in 0..oracle.people.len() {
        let (world, oracle) = (Arc::clone(&world), Arc::clone(&oracle));
        walks.spawn(async move { paths::of_person(&world, &oracle, &oracle.people[at]).await });
    }
    let walked: usize = walks.join_all().await.into_iter().sum();
    assert!(walked > 60, "only {walked} permits were walked");
}
