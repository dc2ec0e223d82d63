//! How many consent decisions a second: every role, purpose, record state, basis and choice for emergencies, each once.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use shared::consent::{Basis, Choice, EmergencyNone, Purpose, RecordState, Request, Tiers, decide};
use shared::identity::Role;

const ROLES: [Role; 5] =
    [Role::EmergencyClinician, Role::CareTeamClinician, Role::SocialWorker, Role::DomiciliaryCarer, Role::Admin];

fn requests() -> Vec<Request> {
    let mut all = Vec::new();
    for role in ROLES {
        for purpose in Purpose::ALL {
            for record in RecordState::ALL {
                for basis in Basis::ALL {
                    all.extend(Choice::ALL.iter().map(|emergency| Request {
                        role,
                        purpose: Some(*purpose),
                        record: *record,
                        refused_now: false,
                        tiers: Tiers { emergency: *emergency, care_setting: *emergency, long_term: *emergency },
                        organisation_in_consent: true,
                        basis: *basis,
                        break_glass_in_consent: true,
                        emergency_none: EmergencyNone::Ask,
                    }));
                }
            }
        }
    }
    all
}

fn decisions(criterion: &mut Criterion) {
    let requests = requests();
    let mut group = criterion.benchmark_group("consent decision");
    group.throughput(Throughput::Elements(requests.len() as u64));
    group.bench_function(format!("{} decisions", requests.len()), |bencher| {
        bencher.iter(|| requests.iter().map(decide).for_each(|decision| drop(black_box(decision))));
    });
    group.finish();
}

criterion_group!(benches, decisions);
criterion_main!(benches);
