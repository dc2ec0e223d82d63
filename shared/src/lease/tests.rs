use super::*;
use crate::consent::Obligation;
use crate::identity::StaffId;
use jiff::SignedDuration;
use proptest::prelude::*;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

const START: i64 = 1_800_000_000;

fn at(minutes: i64) -> Timestamp {
    Timestamp::from_second(START + minutes * 60).unwrap()
}

fn lease() -> Lease {
    claims().lease(PatientId::new("p"))
}

fn claims() -> Claims {
    let id = LeaseId::new(Uuid::from_u128(7));
    Claims {
        id,
        issuer: "http://hub.test".into(),
        staff: StaffId::new("amara"),
        device: Some("thumb".into()),
        patient: hash(id, "p"),
        purpose: Purpose::EmergencyTreatment,
        dataset: Dataset::Emergency,
        residual: Residual::ForbidRestricted,
        consents: vec![ConsentVersion { id: "c".into(), version: "3".into() }],
        issued: at(0),
        check_after: at(15),
        not_after: at(720),
        shred_at: at(780),
        obligations: vec![Obligation::Audit, Obligation::Lease12Hours],
        bundle_sha256: Some("abc".into()),
    }
}

fn hash(lease: LeaseId, patient: &str) -> String {
    patient_hash(|bytes| Sha256::digest(bytes).into(), lease, &PatientId::new(patient))
}

/// Both clocks: the wall shows this many minutes, and so many have passed since the device was started.
fn read(wall: i64, up: i64) -> Reading {
    booted(1, wall, up)
}

fn booted(boot: u64, wall: i64, up: i64) -> Reading {
    Reading { wall: at(wall), monotonic: Some(Monotonic { boot, millis: up * 60_000 }) }
}

fn wall(minutes: i64) -> Reading {
    Reading { wall: at(minutes), monotonic: None }
}

#[test]
fn a_lease_runs_fresh_stale_expired_shred() {
    let states: Vec<_> = [0, 14, 15, 719, 720, 779, 780].map(|m| lease().state(Now::At(at(m)))).into();
    use LeaseState::{Expired, Fresh, ShredDue, Stale};
    assert_eq!(states, [Fresh, Fresh, Stale, Stale, Expired, Expired, ShredDue]);
}

#[test]
fn a_clock_turned_back_does_not_help() {
    let mut clock = TrustedClock::from_server(at(0), wall(0));
    assert!(clock.observe(wall(730)));
    assert_eq!(lease().state(clock.now(wall(10))), LeaseState::Expired);
    assert_eq!(lease().state(clock.now(wall(726))), LeaseState::Expired, "within tolerance the mark still counts");
    clock.hear_server(at(5), wall(10));
    assert_eq!(lease().state(clock.now(wall(10))), LeaseState::Fresh, "the server may put it right");
}

#[test]
fn small_steps_back_do_not_add_up() {
    let mut clock = TrustedClock::from_server(at(0), read(0, 0));
    for passed in (4..=720).step_by(4) {
        // Every four minutes the wall clock is put back by as many.
        clock.observe(read(0, passed));
        let open = lease().state(clock.now(read(0, passed))).is_open();
        assert!(!open || passed <= 5, "still open after {passed} minutes");
    }
}

#[test]
fn small_steps_forward_do_not_add_up() {
    let mut clock = TrustedClock::from_server(at(0), read(0, 0));
    for passed in (4..=400).step_by(4) {
        // Every four minutes the wall clock is put forward by as many.
        clock.observe(read(2 * passed, passed));
    }
    assert_eq!(clock.now(read(400, 400)), Now::At(at(400)), "put right, nothing was lost");
}

#[test]
fn a_clock_put_forward_hides_and_destroys_nothing() {
    let mut clock = TrustedClock::from_server(at(0), read(0, 0));
    let ahead = read(2000, 1);
    assert!(!clock.observe(ahead));
    assert_eq!(clock.now(ahead), Now::Doubtful { at_least: at(1) });
    assert_eq!(lease().state(clock.now(ahead)), LeaseState::ClockDoubted);
    assert_eq!(lease().state(clock.now(read(2, 2))), LeaseState::Fresh, "put right, it is as if nothing was");
    let late = read(2, 781);
    assert_eq!(lease().state(clock.now(late)), LeaseState::ShredDue, "what is over by the other clock is over");
}

#[test]
fn after_a_restart_the_wall_clock_counts_and_never_before_the_mark() {
    let mut clock = TrustedClock::from_server(at(0), read(0, 500));
    clock.observe(read(600, 1100));
    let again = booted(2, 603, 1);
    assert_eq!(clock.now(again), Now::At(at(603)));
    assert_eq!(clock.now(booted(2, 400, 1)), Now::Doubtful { at_least: at(600) });
    assert!(clock.observe(again));
    assert_eq!(clock.now(booted(2, 720, 3)), Now::Doubtful { at_least: at(605) }, "and the clocks are compared again");
    let long = TrustedClock::from_server(at(0), read(0, 5));
    assert_eq!(long.now(booted(2, 600, 60)), Now::At(at(600)), "counted from another start, it is no older count");
    let unnamed = TrustedClock::from_server(at(0), booted(0, 0, 500));
    assert_eq!(unnamed.now(booted(0, 60, 2)), Now::At(at(60)), "less than before is a restart too");
}

#[test]
fn a_device_whose_clock_is_wrong_by_days_is_served_by_the_offset() {
    let clock = TrustedClock::from_server(at(0), read(-5000, 0));
    assert_eq!(clock.now(read(-4990, 10)), Now::At(at(10)));
}

#[test]
fn what_an_earlier_version_kept_is_still_read() {
    let kept: TrustedClock = serde_json::from_value(json!({"offset_s": 0, "high_water": at(10).to_string()})).unwrap();
    assert_eq!(kept.now(read(20, 3)), Now::At(at(20)));
    assert!(matches!(kept.now(read(0, 3)), Now::Doubtful { .. }));
}

#[test]
fn claims_come_back_as_they_were_signed() {
    let all = claims();
    assert_eq!(Claims::read(&all.to_value()), Ok(all.clone()));
    let bare = Claims { device: None, bundle_sha256: None, ..all };
    assert_eq!(Claims::read(&bare.to_value()), Ok(bare.clone()));
    assert!(bare.to_value().get("cnf").is_none());
}

#[test]
fn a_claim_that_is_missing_or_unknown_is_a_refusal() {
    let whole = claims().to_value();
    for name in whole.as_object().unwrap().keys() {
        let mut without = whole.clone();
        without.as_object_mut().unwrap().remove(name);
        let optional = ["cnf", "bundle_sha256"].contains(&name.as_str());
        assert_eq!(Claims::read(&without).is_ok(), optional, "{name}");
        let mut strange = whole.clone();
        strange[name] = if name == "cnf" { json!({"jkt": 1}) } else { json!({"strange": true}) };
        assert!(Claims::read(&strange).is_err(), "{name}");
    }
    for (name, value) in
        [("not_after", at(1).as_second()), ("shred_at", at(700).as_second()), ("iat", at(99).as_second())]
    {
        let mut backwards = whole.clone();
        backwards[name] = json!(value);
        assert_eq!(Claims::read(&backwards), Err(BadLease::Times), "{name}");
    }
}

#[test]
fn a_lease_is_of_one_service_and_for_one_person_device_patient_purpose_and_document() {
    let (lease, amara, other) = (claims(), StaffId::new("amara"), StaffId::new("ben"));
    let (patient, purpose) = (hash(lease.id, "p"), Some(Purpose::EmergencyTreatment));
    let (issuer, device, bundle_sha256) = ("http://hub.test", Some("thumb"), Some("abc"));
    let bound = Bound { issuer, staff: &amara, device, patient: &patient, purpose, bundle_sha256 };
    assert_eq!(lease.check(&bound), Ok(()));
    let neighbour = hash(lease.id, "q");
    let wrong = [
        (Bound { issuer: "http://hub.test:8", ..bound }, BadLease::Issuer),
        (Bound { staff: &other, ..bound }, BadLease::Person),
        (Bound { device: Some("another"), ..bound }, BadLease::Device),
        (Bound { device: None, ..bound }, BadLease::Device),
        (Bound { patient: &neighbour, ..bound }, BadLease::Patient),
        (Bound { purpose: Some(Purpose::BreakGlass), ..bound }, BadLease::Purpose),
        (Bound { bundle_sha256: Some("abd"), ..bound }, BadLease::Document),
    ];
    for (bound, why) in wrong {
        assert_eq!(lease.check(&bound), Err(why));
    }
    let unbound = Claims { device: None, ..lease.clone() };
    assert_eq!(unbound.check(&bound), Err(BadLease::Device), "for any device is not for this one");
    assert_eq!(unbound.check(&Bound { device: None, ..bound }), Ok(()), "a device without a key cannot be named");
    let decision = Claims { bundle_sha256: None, ..lease.clone() };
    assert_eq!(decision.check(&bound), Err(BadLease::Document), "a decision alone keeps no document");
    assert_eq!(lease.check_issued(at(-4)), Ok(()));
    assert_eq!(lease.check_issued(at(-6)), Err(BadLease::Future));
}

#[test]
fn two_leases_for_one_person_do_not_tell_so() {
    assert_ne!(hash(LeaseId::new(Uuid::from_u128(1)), "p"), hash(LeaseId::new(Uuid::from_u128(2)), "p"));
}

/// What happens to a device between two looks at the clock.
#[derive(Debug, Clone)]
struct Step {
    /// Minutes that truly pass.
    passes: i64,
    /// Where somebody puts the wall clock, minutes from where it is.
    turned: i64,
    /// The device is started anew.
    restarted: bool,
}

fn steps(restarts: bool) -> impl Strategy<Value = Vec<Step>> {
    let turned = prop_oneof![3 => Just(0i64), 2 => -6i64..6, 2 => -2000i64..2000];
    let step = (0i64..200, turned, prop::bool::weighted(if restarts { 0.2 } else { 0.0 }));
    proptest::collection::vec(step.prop_map(|(passes, turned, restarted)| Step { passes, turned, restarted }), 1..30)
}

proptest! {
    /// While the device runs, no setting of its clock keeps a record open past its time, nor its key past its own.
    #[test]
    fn no_setting_of_the_clock_extends_a_lease(steps in steps(false)) {
        let mut clock = TrustedClock::from_server(at(0), read(0, 0));
        let (mut truth, mut turned) = (0, 0);
        for step in steps {
            (truth, turned) = (truth + step.passes, turned + step.turned);
            let look = read(truth + turned, truth);
            clock.observe(look);
            let state = lease().state(clock.now(look));
            prop_assert!(!state.is_open() || truth < 720, "open at {truth}");
            prop_assert!(state == LeaseState::ShredDue || truth < 780, "kept at {truth}");
            if turned == 0 {
                let honest = lease().state(Now::At(at(truth)));
                prop_assert!(state >= honest, "{state:?} at {truth}");
            }
        }
    }

    /// Whatever both clocks do, restarts included: time as it is told never runs backwards, and what was over once
    /// is over until a server says otherwise.
    #[test]
    fn time_never_runs_backwards(steps in steps(true), jumps in proptest::collection::vec(-500i64..500, 30)) {
        let mut clock = TrustedClock::from_server(at(0), read(0, 0));
        let (mut boot, mut up, mut wall, mut over, mut latest) = (1, 0, 0, false, at(0));
        for (step, jump) in steps.into_iter().zip(jumps) {
            wall += step.passes + step.turned;
            // Even the clock that nobody can set is not trusted to be sound.
            up += step.passes + if step.turned % 7 == 0 { jump } else { 0 };
            if step.restarted {
                (boot, up) = (boot + 1, 0);
            }
            let look = booted(boot, wall, up);
            clock.observe(look);
            // Kept in the vault and read again, as at a start of the app.
            clock = serde_json::from_str(&serde_json::to_string(&clock).unwrap()).unwrap();
            if let Now::At(now) = clock.now(look) {
                prop_assert!(now >= latest, "from {latest} back to {now}");
                latest = now;
            }
            let open = lease().state(clock.now(look)).is_open();
            prop_assert!(!(over && open), "open again");
            over |= latest >= at(720);
        }
    }

    #[test]
    fn a_lease_never_outlives_what_is_doubtful(minutes in -1000i64..1000) {
        let state = lease().state(Now::Doubtful { at_least: at(minutes) });
        let over = if minutes >= 720 { LeaseState::Expired } else { LeaseState::ClockDoubted };
        prop_assert_eq!(state, if minutes >= 780 { LeaseState::ShredDue } else { over });
        let long = at(minutes).checked_add(SignedDuration::from_hours(24 * 365)).unwrap();
        prop_assert_eq!(lease().state(Now::Doubtful { at_least: long }), LeaseState::ShredDue);
    }
}
