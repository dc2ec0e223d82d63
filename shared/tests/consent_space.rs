//! The decision over every input there is: 162,000 requests, each looked at.

use shared::consent::{
    Basis, Choice, Dataset, Decision, EmergencyNone, Kind, Label, Obligation, Outcome, Purpose, Reason, RecordState,
    Request, Residual, Tiers, Treatment, decide, treat,
};
use shared::identity::Role;

const ROLES: [Role; 5] =
    [Role::EmergencyClinician, Role::CareTeamClinician, Role::SocialWorker, Role::DomiciliaryCarer, Role::Admin];
const BOTH: [bool; 2] = [false, true];

fn all_tiers() -> impl Iterator<Item = Tiers> {
    let choices = || Choice::ALL.iter().copied();
    choices().flat_map(move |emergency| {
        choices()
            .flat_map(move |care_setting| choices().map(move |long_term| Tiers { emergency, care_setting, long_term }))
    })
}

/// Every request, in the order of its fields.
fn all_requests() -> impl Iterator<Item = Request> {
    let purposes = || Purpose::ALL.iter().copied().map(Some).chain([None]);
    let flags = || BOTH.into_iter().flat_map(|a| BOTH.into_iter().flat_map(move |b| BOTH.map(|c| (a, b, c))));
    ROLES.into_iter().flat_map(move |role| purposes().map(move |purpose| (role, purpose))).flat_map(
        move |(role, purpose)| {
            RecordState::ALL.iter().flat_map(move |record| {
                all_tiers().flat_map(move |tiers| {
                    Basis::ALL.iter().flat_map(move |basis| {
                        EmergencyNone::ALL.iter().flat_map(move |setting| {
                            flags().map(move |(refused_now, organisation_in_consent, break_glass_in_consent)| Request {
                                role,
                                purpose,
                                record: *record,
                                refused_now,
                                tiers,
                                organisation_in_consent,
                                basis: *basis,
                                break_glass_in_consent,
                                emergency_none: *setting,
                            })
                        })
                    })
                })
            })
        },
    )
}

fn opens(request: &Request) -> bool {
    decide(request).outcome == Outcome::Permit
}

fn is_lease(duty: &Obligation) -> bool {
    use Obligation::{Lease1Hour, Lease7Days, Lease12Hours, Lease24Hours};
    matches!(duty, Lease1Hour | Lease12Hours | Lease24Hours | Lease7Days)
}

#[test]
fn every_request_is_answered_and_the_answer_holds_together() {
    let (mut asked, mut permits) = (0, 0);
    for request in all_requests() {
        let decision = decide(&request);
        let owed: Vec<_> = decision.obligations.iter().filter(|duty| is_lease(duty)).collect();
        let told = decision.dataset.is_some() && decision.residual.is_some();
        assert!(decision.obligations.contains(&Obligation::Audit), "{request:?}");
        asked += 1;
        if decision.outcome != Outcome::Permit {
            assert!(decision.dataset.is_none() && decision.residual.is_none() && owed.is_empty(), "{request:?}");
            continue;
        }
        permits += 1;
        assert!(told && owed.len() == 1, "{request:?}");
        assert!(request.record == RecordState::Open && request.basis != Basis::None && !request.refused_now);
        assert!(request.purpose.is_some() && request.role != Role::Admin, "{request:?}");
    }
    // Roles × purposes × records × tiers × bases × settings × three flags.
    assert_eq!(asked, 5 * 5 * 3 * 27 * 5 * 2 * 8);
    assert!(permits > 0);
}

#[test]
fn a_tier_never_affects_another_tiers_purpose() {
    const NONE: Tiers = Tiers { emergency: Choice::None, care_setting: Choice::None, long_term: Choice::None };
    for request in all_requests() {
        let said = request.tiers;
        // All requests that differ in the other tiers only are equal to this one, and so to each other.
        let tiers = match request.purpose {
            Some(Purpose::EmergencyTreatment | Purpose::BreakGlass) => Tiers { emergency: said.emergency, ..NONE },
            Some(Purpose::Treatment) => Tiers { care_setting: said.care_setting, ..NONE },
            Some(Purpose::CareManagement) => Tiers { long_term: said.long_term, ..NONE },
            None => NONE,
        };
        assert_eq!(decide(&Request { tiers, ..request }), decide(&request), "{request:?}");
    }
}

#[test]
fn turning_a_permit_into_a_deny_never_opens_anything() {
    for request in all_requests() {
        let tiers = request.tiers;
        // One at a time: what is stricter in two or three is reached in steps that are all in this space.
        for stricter in [
            Tiers { emergency: refused(tiers.emergency), ..tiers },
            Tiers { care_setting: refused(tiers.care_setting), ..tiers },
            Tiers { long_term: refused(tiers.long_term), ..tiers },
        ] {
            let changed = decide(&Request { tiers: stricter, ..request });
            if changed.outcome == Outcome::Permit {
                assert_eq!(changed, decide(&request), "what stays open was open in the same way: {request:?}");
            }
        }
    }
}

fn refused(choice: Choice) -> Choice {
    if choice == Choice::Permit { Choice::Deny } else { choice }
}

#[test]
fn a_tier_that_was_refused_opens_nothing_but_break_glass_where_the_refusal_allows_it() {
    for request in all_requests().filter(opens) {
        let own = match request.purpose {
            Some(Purpose::BreakGlass) if request.break_glass_in_consent => Choice::None,
            Some(Purpose::EmergencyTreatment | Purpose::BreakGlass) => request.tiers.emergency,
            Some(Purpose::Treatment) => request.tiers.care_setting,
            Some(Purpose::CareManagement) => request.tiers.long_term,
            None => Choice::Deny,
        };
        assert_ne!(own, Choice::Deny, "{request:?}");
    }
}

#[test]
fn no_single_step_towards_no_opens_anything() {
    for request in all_requests().filter(|request| !opens(request)) {
        for closer in [
            Request { refused_now: true, ..request },
            Request { basis: Basis::None, ..request },
            Request { record: RecordState::Locked, ..request },
            Request { record: RecordState::None, ..request },
            Request { organisation_in_consent: false, ..request },
            Request { break_glass_in_consent: false, ..request },
            Request { emergency_none: EmergencyNone::Ask, ..request },
            Request { purpose: None, ..request },
            Request { role: Role::Admin, ..request },
        ] {
            assert!(!opens(&closer), "{request:?} became {closer:?}");
        }
    }
}

#[test]
fn break_glass_carries_its_duties_shows_no_very_restricted_item_and_is_for_who_cannot_say() {
    use Obligation::{Audit, Lease1Hour, NoRedisclosure, NotifyPatient, NotifyPrivacyOfficer, ReasonText, StepUp};
    let mut broken = 0;
    for request in all_requests().filter(|request| request.purpose == Some(Purpose::BreakGlass)) {
        let decision = decide(&request);
        if decision.outcome != Outcome::Permit {
            continue;
        }
        broken += 1;
        for owed in [Audit, StepUp, ReasonText, NotifyPrivacyOfficer, NotifyPatient, Lease1Hour, NoRedisclosure] {
            assert!(decision.obligations.contains(&owed), "{owed:?} {request:?}");
        }
        assert_eq!(request.basis, Basis::Incapable);
        assert_eq!(
            (decision.dataset, decision.residual),
            (Some(Dataset::Emergency), Some(Residual::ForbidVeryRestricted))
        );
    }
    assert!(broken > 0);
}

#[test]
fn an_opt_out_blocks_everything_break_glass_included() {
    for request in all_requests().filter(|request| request.record == RecordState::Locked) {
        let decision = decide(&request);
        assert_ne!(decision.outcome, Outcome::Permit, "{request:?}");
        if decision.reason == Reason::OptOut {
            let told = decision.obligations.contains(&Obligation::NotifyPrivacyOfficer);
            assert_eq!(told, request.purpose == Some(Purpose::BreakGlass), "{request:?}");
        }
    }
}

#[test]
fn who_declares_no_relationship_cannot_tell_whether_there_is_a_record() {
    for request in all_requests().filter(|request| request.basis == Basis::None) {
        let answers = RecordState::ALL.iter().map(|record| decide(&Request { record: *record, ..request }));
        assert!(answers.into_iter().all(|answer| answer == decide(&request)), "{request:?}");
    }
}

#[test]
fn only_break_glass_reveals_a_restricted_item_that_nobody_permitted_and_nothing_reveals_a_very_restricted_one() {
    const KINDS: [Kind; 3] = [Kind::Allergy, Kind::SafetyFlag, Kind::Other];
    let decisions: Vec<(Option<Purpose>, Decision)> = all_requests().map(|r| (r.purpose, decide(&r))).collect();
    for (purpose, decision) in decisions {
        for kind in KINDS {
            for nested in BOTH {
                let fate = |label| treat(&decision, label, nested, kind);
                let permit = decision.outcome == Outcome::Permit;
                assert_eq!(fate(Label::VeryRestricted), Treatment::Withhold);
                assert_eq!(fate(Label::Normal) == Treatment::Show, permit);
                if fate(Label::Restricted) == Treatment::Show {
                    assert!(permit && (nested || purpose == Some(Purpose::BreakGlass)), "{decision:?}");
                }
            }
        }
    }
}

#[test]
fn an_allergy_is_never_withheld_for_being_restricted() {
    for decision in all_requests().map(|request| decide(&request)).filter(|it| it.outcome == Outcome::Permit) {
        for (kind, nested) in [Kind::Allergy, Kind::SafetyFlag].into_iter().flat_map(|k| BOTH.map(|n| (k, n))) {
            let fate = treat(&decision, Label::Restricted, nested, kind);
            assert_ne!(fate, Treatment::Withhold, "a danger is never hidden: {decision:?}");
        }
    }
}
