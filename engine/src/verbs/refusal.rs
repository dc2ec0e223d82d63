//! A refusal, in words.

use shared::consent::Reason;

use crate::OpenOutcome;

/// Whether the patient's own choice forbids it: then a copy from before is destroyed.
pub(super) const fn is_patients_no(reason: Reason) -> bool {
    matches!(
        reason,
        Reason::OptOut
            | Reason::RefusedNow
            | Reason::EmergencyDenied
            | Reason::EmergencyDeniedBreakGlass
            | Reason::EmergencyDeniedNoBreakGlass
            | Reason::CareSettingDenied
            | Reason::LongTermDenied
    )
}

/// A refusal as an outcome.
pub(super) fn refused(reason: Reason, break_glass_available: bool) -> OpenOutcome {
    OpenOutcome::Refused { reason, text: words(reason).to_owned(), break_glass_available }
}

fn words(reason: Reason) -> &'static str {
    match reason {
        Reason::RoleNotPermitted => "Your role does not open clinical records for this purpose.",
        Reason::NoRelationship => "You have not said how you come to care for this person.",
        Reason::OptOut => "This person has chosen that nobody sees their shared record.",
        Reason::RefusedNow => {
            "The patient says no. That is recorded for now and can be changed by the patient at any time."
        }
        Reason::EmergencyDenied | Reason::EmergencyDeniedBreakGlass | Reason::EmergencyDeniedNoBreakGlass => {
            "This person has refused that their record is seen in an emergency."
        }
        Reason::BreakGlassNeedsIncapacity => "This way is only for people who cannot say yes or no.",
        Reason::CareSettingDenied => "This person has refused that care services see their record.",
        Reason::OrganisationNotInConsent => "This person's consent does not name your organisation.",
        Reason::LongTermDenied => "This person has refused that their record is shared for long-term care.",
        Reason::NoLongTermConsent => "This person has not agreed yet that their record is shared for long-term care.",
        Reason::IdentifiersDiffer => {
            "What this device knows of this person is not what the record says. Find the person again by NHS number."
        }
        Reason::StepUpNotProven => "The record service could not tell that the PIN was entered just now. Try again.",
        Reason::NotInCareTeam => "You are not in the care team that this person's consent names.",
        _ => "The record service does not open this record.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_is_a_sentence_and_only_a_no_destroys() {
        for reason in Reason::ALL {
            assert!(words(*reason).ends_with('.'));
        }
        let kept = [Reason::AskThePatient, Reason::NotInCareTeam, Reason::NoLongTermConsent, Reason::RoleNotPermitted];
        assert!(!kept.into_iter().any(is_patients_no));
    }
}
