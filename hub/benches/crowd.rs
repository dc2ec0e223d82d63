//! Does a decision with its summary take longer in a large record than in a small one? One run, one machine: the same
//! calls over a real socket to a hub with 10,000 people and to one with 100,000. Prints a table; a file named as the
//! first argument that ends in `.md` gets it too. `CROWD=1000,5000` measures other sizes.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a benchmark stops at the first surprise")]
#![expect(clippy::print_stdout, reason = "figures go to standard output")]
#![expect(dead_code, reason = "the world of the contract tests can do more than is measured here")]

#[path = "../tests/contract/device.rs"]
mod device;
#[path = "../tests/contract/http.rs"]
mod http;
#[path = "../tests/contract/world.rs"]
mod world;

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use world::{Session, World, consent, patient, purpose};

/// Calls measured for each size; the 99th percentile is the slowest of each hundred.
const CALLS: usize = 1000;
/// People inserted in one transaction.
const TOGETHER: usize = 500;

#[tokio::main]
async fn main() {
    let sizes = std::env::var("CROWD").unwrap_or_else(|_| "10000,100000".to_owned());
    let sizes: Vec<usize> = sizes.split(',').map(|size| size.trim().parse().expect("a number of people")).collect();
    let mut worlds = Vec::new();
    for size in &sizes {
        worlds.push(crowded(*size).await);
    }
    let mut times = vec![Vec::with_capacity(CALLS); sizes.len()];
    // In turn, so that what else the machine does falls on all of them.
    for call in 0..CALLS {
        for ((world, session), (size, times)) in worlds.iter().zip(sizes.iter().zip(&mut times)) {
            times.push(one(world, session, call * 7919 % size).await);
        }
    }
    let text = table(&sizes, &mut times);
    println!("{text}");
    if let Some(file) = std::env::args().skip(1).find(|name| name.ends_with(".md")) {
        std::fs::write(file, text).unwrap();
    }
}

/// One decision and one summary, from the first byte sent to the last one read.
async fn one(world: &World, session: &Session, person: usize) -> Duration {
    let id = name(person);
    let started = Instant::now();
    let grant = world.grant(session, &id, "ETREAT", "care_team").await;
    let answer = world.with_grant(session, &format!("/fhir/Patient/{id}/$summary"), &grant).await;
    let took = started.elapsed();
    assert_eq!(answer.status, 200);
    took
}

async fn crowded(size: usize) -> (World, Session) {
    let world = World::new().await;
    for from in (0..size).step_by(TOGETHER) {
        let people = (from..size.min(from + TOGETHER)).flat_map(person);
        world.hub.store.insert_resources(people.collect()).await.unwrap();
    }
    let session = world.sign_in("crew").await;
    (world, session)
}

fn name(person: usize) -> String {
    format!("crowd-{person}")
}

/// A person with an emergency permit, an allergy, two problems and two medicines.
fn person(number: usize) -> Vec<Value> {
    let id = name(number);
    let subject = json!({"reference": format!("Patient/{id}")});
    let active = json!({"coding": [{"code": "active"}]});
    let own = |part: &str| format!("{id}-{part}");
    let text = |text: &str| json!({"text": text});
    let mut all = vec![
        patient(
            &id,
            &format!("Family{}", number % 5000),
            "1950-01-02",
            &format!("{:010}", 4_000_000_000_u64 + number as u64),
        ),
        consent(&own("yes"), &id, "emergency", json!({"type": "permit", "purpose": purpose("ETREAT")})),
        json!({"resourceType": "AllergyIntolerance", "id": own("allergy"), "patient": subject, "code": text("Penicillin")}),
    ];
    all.extend(["Asthma", "Gout"].map(|words| {
        json!({"resourceType": "Condition", "id": own(words).to_lowercase(), "subject": subject, "clinicalStatus": active,
            "code": text(words)})
    }));
    all.extend(["Ramipril 5 mg", "Warfarin 3 mg"].map(|words| {
        json!({"resourceType": "MedicationStatement", "id": own(&words[..5]).to_lowercase(), "subject": subject,
            "status": "active", "medicationCodeableConcept": text(words)})
    }));
    all
}

fn table(sizes: &[usize], times: &mut [Vec<Duration>]) -> String {
    let mut text = format!("Consent decision and summary at the hub, {CALLS} of each in turn:\n\n");
    text.push_str(
        "| people in the record | p50 | p99 | beside the first, p50 | p99 |\n| ---: | ---: | ---: | ---: | ---: |\n",
    );
    let mut first = None;
    for (size, times) in sizes.iter().zip(times) {
        times.sort_unstable();
        let at = |share: usize| times[(times.len() - 1) * share / 100].as_secs_f64() * 1e3;
        let (middle, slow) = (at(50), at(99));
        let (of_middle, of_slow) = *first.get_or_insert((middle, slow));
        let (ratio, slow_ratio) = (middle / of_middle, slow / of_slow);
        writeln!(text, "| {size} | {middle:.1} ms | {slow:.1} ms | {ratio:.2} | {slow_ratio:.2} |").unwrap();
    }
    text
}
