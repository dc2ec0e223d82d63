use proptest::prelude::*;

use super::*;
use crate::measure::{Celsius, MmHg, PerMinute, Percent};
use crate::vitals::Pressure;

/// A set in which nothing scores.
fn well() -> Vitals {
    Vitals {
        breathing: PerMinute::steps(16).ok(),
        saturation: Percent::steps(97).ok(),
        air: Some(Air::Room),
        pressure: Some(Pressure { systolic: MmHg::steps(120).unwrap(), diastolic: None }),
        pulse: PerMinute::steps(72).ok(),
        awake: Some(Acvpu::Alert),
        temperature: Celsius::steps(370).ok(),
        ..Vitals::default()
    }
}

fn total(vitals: &Vitals) -> Option<(u8, Response)> {
    match news2(vitals) {
        News2::Total { total, response, .. } => Some((total, response)),
        _ => None,
    }
}

/// Both ends of every row of the chart: the reading in steps and its score.
#[test]
fn every_edge_of_the_chart() {
    let check = |name, rows: &[(u32, u8)], set: &dyn Fn(u32) -> Vitals| {
        for (value, score) in rows {
            assert_eq!(total(&set(*value)).map(|t| t.0), Some(*score), "{name} {value}");
        }
    };
    let rate = |value| PerMinute::steps(value).ok();
    check(
        "breathing",
        &[(0, 3), (8, 3), (9, 1), (11, 1), (12, 0), (20, 0), (21, 2), (24, 2), (25, 3), (60, 3)],
        &|v| Vitals { breathing: rate(v), ..well() },
    );
    check(
        "pulse",
        &[(40, 3), (41, 1), (50, 1), (51, 0), (90, 0), (91, 1), (110, 1), (111, 2), (130, 2), (131, 3)],
        &|v| Vitals { pulse: rate(v), ..well() },
    );
    check("systolic", &[(90, 3), (91, 2), (100, 2), (101, 1), (110, 1), (111, 0), (219, 0), (220, 3)], &|v| Vitals {
        pressure: Some(Pressure { systolic: MmHg::steps(v).unwrap(), diastolic: None }),
        ..well()
    });
    check("temperature", &[(350, 3), (351, 1), (360, 1), (361, 0), (380, 0), (381, 1), (390, 1), (391, 2)], &|v| {
        Vitals { temperature: Celsius::steps(v).ok(), ..well() }
    });
    check("scale 1", &[(91, 3), (92, 2), (93, 2), (94, 1), (95, 1), (96, 0), (100, 0)], &|v| Vitals {
        saturation: Percent::steps(v).ok(),
        ..well()
    });
    let two = |v, air| Vitals { saturation: Percent::steps(v).ok(), scale: Scale::Two, air: Some(air), ..well() };
    check(
        "scale 2 on air",
        &[(83, 3), (84, 2), (85, 2), (86, 1), (87, 1), (88, 0), (92, 0), (93, 0), (100, 0)],
        &|v| two(v, Air::Room),
    );
    // Two of these are for the oxygen itself.
    check(
        "scale 2 on oxygen",
        &[(83, 5), (88, 2), (92, 2), (93, 3), (94, 3), (95, 4), (96, 4), (97, 5), (100, 5)],
        &|v| two(v, Air::Oxygen(None)),
    );
}

#[test]
fn anything_but_alert_is_three_and_a_single_three_is_said() {
    for awake in Acvpu::ALL {
        let expected = if awake == Acvpu::Alert { (0, Response::Low) } else { (3, Response::LowMedium) };
        assert_eq!(total(&Vitals { awake: Some(awake), ..well() }), Some(expected));
    }
}

#[test]
fn the_thresholds_are_five_and_seven() {
    let mut vitals = Vitals { air: Some(Air::Oxygen(None)), breathing: PerMinute::steps(21).ok(), ..well() };
    assert_eq!(total(&vitals), Some((4, Response::Low)));
    vitals.pulse = PerMinute::steps(100).ok();
    assert_eq!(total(&vitals), Some((5, Response::Medium)));
    vitals.pulse = PerMinute::steps(120).ok();
    assert_eq!(total(&vitals), Some((6, Response::Medium)));
    vitals.temperature = Celsius::steps(385).ok();
    assert_eq!(total(&vitals), Some((7, Response::High)));
}

#[test]
fn without_one_part_there_is_no_total_and_it_says_which() {
    let missing = |vitals| match news2(&vitals) {
        News2::Incomplete { missing, .. } => missing,
        _ => Vec::new(),
    };
    assert_eq!(missing(Vitals { breathing: None, ..well() }), [Sign::Breathing]);
    assert_eq!(missing(Vitals { saturation: None, ..well() }), [Sign::SaturationOne]);
    assert_eq!(missing(Vitals { air: None, ..well() }), [Sign::Air]);
    assert_eq!(missing(Vitals { pressure: None, ..well() }), [Sign::Systolic]);
    assert_eq!(missing(Vitals { pulse: None, ..well() }), [Sign::Pulse]);
    assert_eq!(missing(Vitals { awake: None, ..well() }), [Sign::Awake]);
    assert_eq!(missing(Vitals { temperature: None, ..well() }), [Sign::Temperature]);
    assert_eq!(missing(Vitals::default()).len(), 7);
    // 95 % scores 0 on air and 2 on oxygen: without knowing which, it scores nothing.
    let unknown = Vitals { saturation: Percent::steps(95).ok(), scale: Scale::Two, air: None, ..well() };
    assert_eq!(missing(unknown), [Sign::SaturationTwo, Sign::Air]);
}

#[test]
fn children_and_pregnant_people_get_no_score() {
    for unsuited in [Unsuited::Child, Unsuited::Pregnant] {
        assert_eq!(news2(&Vitals { unsuited: Some(unsuited), ..well() }), News2::NotFor(unsuited));
    }
}

proptest! {
    #[test]
    fn a_total_is_the_sum_of_seven_parts(vitals in crate::vitals::fhir::tests::any_vitals()) {
        match news2(&vitals) {
            News2::Total { total, response, parts } => {
                prop_assert_eq!(parts.iter().map(|(_, s)| s.unwrap()).sum::<u8>(), total);
                prop_assert!(total <= 20);
                prop_assert_eq!(response == Response::High, total >= 7);
            }
            News2::Incomplete { parts, missing } => {
                prop_assert_eq!(parts.iter().filter(|(_, s)| s.is_none()).count(), missing.len());
                prop_assert!(!missing.is_empty());
            }
            News2::NotFor(unsuited) => prop_assert_eq!(vitals.unsuited, Some(unsuited)),
        }
    }
}
