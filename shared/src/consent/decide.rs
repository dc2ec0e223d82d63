//! The decision: pure, exact-match purposes, the first row that fits wins.

use serde::{Deserialize, Serialize};

use super::{Basis, Choice, Dataset, EmergencyNone, Obligation, Outcome, Purpose, Reason, RecordState, Residual};
use crate::identity::Role;

/// What the patient recorded, tier by tier. One tier never speaks for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tiers {
    /// For emergencies.
    pub emergency: Choice,
    /// For care settings.
    pub care_setting: Choice,
    /// For the long term.
    pub long_term: Choice,
}

/// All that a decision depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Request {
    /// Role of the member of staff.
    pub role: Role,
    /// Purpose asked for; `None` for one that no role here serves (payment, research …).
    pub purpose: Option<Purpose>,
    /// State of the record.
    pub record: RecordState,
    /// The patient is present, has capacity and says no.
    pub refused_now: bool,
    /// Recorded choices.
    pub tiers: Tiers,
    /// The consent that matters names the asking organisation (or its care team).
    pub organisation_in_consent: bool,
    /// Relationship declared.
    pub basis: Basis,
    /// The emergency consent permits break-glass inside a refusal.
    pub break_glass_in_consent: bool,
    /// The owner's setting for no recorded choice.
    pub emergency_none: EmergencyNone,
}

/// The answer, with what it binds the reader to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// Permit, deny, or no record.
    pub outcome: Outcome,
    /// What a permit opens.
    pub dataset: Option<Dataset>,
    /// What stays closed inside it.
    pub residual: Option<Residual>,
    /// Why.
    pub reason: Reason,
    /// What must be done.
    pub obligations: Vec<Obligation>,
}

/// Decides. Total over its input; no clock, no store.
pub fn decide(request: &Request) -> Decision {
    let Some(purpose) = request.purpose.filter(|p| serves(request.role, *p)) else {
        return deny(Reason::RoleNotPermitted);
    };
    // Before existence: whoever declares no relationship must not learn whether there is a record.
    if request.basis == Basis::None {
        return deny(Reason::NoRelationship);
    }
    match request.record {
        RecordState::None => return answer(Outcome::NotFound, Reason::NoRecord, &[]),
        RecordState::Locked if purpose == Purpose::BreakGlass => {
            return answer(Outcome::Deny, Reason::OptOut, &[Obligation::NotifyPrivacyOfficer]);
        }
        RecordState::Locked => return deny(Reason::OptOut),
        RecordState::Open => {}
    }
    if request.refused_now {
        return answer(Outcome::Deny, Reason::RefusedNow, &[Obligation::RecordRefusal]);
    }
    match purpose {
        Purpose::EmergencyTreatment => emergency(request),
        Purpose::BreakGlass => break_glass(request),
        Purpose::Treatment => treatment(request),
        Purpose::CareManagement => care_management(request),
    }
}

const fn serves(role: Role, purpose: Purpose) -> bool {
    match role {
        Role::EmergencyClinician => matches!(purpose, Purpose::EmergencyTreatment | Purpose::BreakGlass),
        Role::CareTeamClinician => {
            matches!(purpose, Purpose::Treatment | Purpose::CareManagement | Purpose::BreakGlass)
        }
        Role::SocialWorker => matches!(purpose, Purpose::Treatment | Purpose::CareManagement),
        Role::DomiciliaryCarer => matches!(purpose, Purpose::CareManagement),
        Role::Admin => false,
    }
}

fn emergency(request: &Request) -> Decision {
    use Obligation::{
        Lease1Hour, Lease12Hours, NotifyPatient, NotifyPrivacyOfficer, NotifyPrivacyOfficerSample, ReasonText,
    };
    let open = |reason, obligations: &[Obligation]| {
        permit(Dataset::Emergency, Residual::ForbidRestricted, reason, obligations)
    };
    match (request.tiers.emergency, request.emergency_none, request.basis) {
        (Choice::Permit, ..) => open(Reason::TierEmergency, &[Lease12Hours]),
        (Choice::Deny, ..) if request.break_glass_in_consent => deny(Reason::EmergencyDeniedBreakGlass),
        (Choice::Deny, ..) => deny(Reason::EmergencyDenied),
        (Choice::None, EmergencyNone::Implied, _) => open(Reason::Implied, &[NotifyPrivacyOfficerSample, Lease12Hours]),
        (Choice::None, EmergencyNone::Ask, Basis::ConsentNow) => {
            open(Reason::VerbalPermission, &[Obligation::RecordPermission, Lease12Hours])
        }
        (Choice::None, EmergencyNone::Ask, Basis::Incapable) => {
            open(Reason::SelfClaimed, &[ReasonText, NotifyPrivacyOfficer, NotifyPatient, Lease1Hour])
        }
        (Choice::None, EmergencyNone::Ask, _) => deny(Reason::AskThePatient),
    }
}

fn break_glass(request: &Request) -> Decision {
    use Obligation::{Lease1Hour, NoRedisclosure, NotifyPatient, NotifyPrivacyOfficer, ReasonText, StepUp};
    if request.basis != Basis::Incapable {
        return deny(Reason::BreakGlassNeedsIncapacity);
    }
    if request.tiers.emergency == Choice::Deny && !request.break_glass_in_consent {
        return answer(Outcome::Deny, Reason::EmergencyDeniedNoBreakGlass, &[NotifyPrivacyOfficer]);
    }
    permit(
        Dataset::Emergency,
        Residual::ForbidVeryRestricted,
        Reason::BreakGlass,
        &[StepUp, ReasonText, NotifyPrivacyOfficer, NotifyPatient, Lease1Hour, NoRedisclosure],
    )
}

fn treatment(request: &Request) -> Decision {
    match (request.tiers.care_setting, request.basis) {
        (Choice::Deny, _) => deny(Reason::CareSettingDenied),
        (Choice::Permit, _) if request.organisation_in_consent => permit(
            Dataset::SharedRecord,
            Residual::ForbidUnlessNested,
            Reason::TierCareSetting,
            &[Obligation::Lease24Hours],
        ),
        (Choice::Permit, _) => deny(Reason::OrganisationNotInConsent),
        (Choice::None, Basis::ConsentNow) => permit(
            Dataset::SharedRecord,
            Residual::ForbidRestricted,
            Reason::VerbalPermission,
            &[Obligation::RecordPermission, Obligation::Lease24Hours],
        ),
        (Choice::None, _) => deny(Reason::AskThePatient),
    }
}

fn care_management(request: &Request) -> Decision {
    match request.tiers.long_term {
        Choice::Deny => deny(Reason::LongTermDenied),
        Choice::None => deny(Reason::NoLongTermConsent),
        Choice::Permit if !request.organisation_in_consent => deny(Reason::OrganisationNotInConsent),
        Choice::Permit if !matches!(request.basis, Basis::CareTeam | Basis::ConsentNow) => deny(Reason::NotInCareTeam),
        Choice::Permit => {
            let dataset = if request.role == Role::DomiciliaryCarer { Dataset::Visit } else { Dataset::CarePlan };
            permit(dataset, Residual::ForbidUnlessNested, Reason::TierLongTerm, &[Obligation::Lease7Days])
        }
    }
}

fn deny(reason: Reason) -> Decision {
    answer(Outcome::Deny, reason, &[])
}

fn answer(outcome: Outcome, reason: Reason, more: &[Obligation]) -> Decision {
    let obligations = [&[Obligation::Audit], more].concat();
    Decision { outcome, dataset: None, residual: None, reason, obligations }
}

fn permit(dataset: Dataset, residual: Residual, reason: Reason, more: &[Obligation]) -> Decision {
    Decision { dataset: Some(dataset), residual: Some(residual), ..answer(Outcome::Permit, reason, more) }
}
