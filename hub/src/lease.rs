//! How long a device may keep what a decision opens. The obligation of the decision names the row.

use jiff::{SignedDuration, Timestamp};
use shared::consent::{Decision, Obligation, Purpose};
use shared::identity::{LeaseId, PatientId};
use shared::lease::Lease;

/// `(check_after, not_after, shred_at − not_after)`.
const fn times(obligation: Obligation) -> Option<(SignedDuration, SignedDuration, SignedDuration)> {
    let minutes = SignedDuration::from_mins;
    let hours = SignedDuration::from_hours;
    match obligation {
        Obligation::Lease1Hour => Some((minutes(15), hours(1), hours(0))),
        Obligation::Lease12Hours => Some((minutes(15), hours(12), hours(1))),
        Obligation::Lease24Hours => Some((minutes(60), hours(24), hours(1))),
        Obligation::Lease7Days => Some((hours(4), hours(7 * 24), hours(24))),
        _ => None,
    }
}

/// The lease of a permit; `None` for anything else. An emergency lease ends with the shift, when `session_end` is.
pub(crate) fn lease(
    id: LeaseId,
    patient: &str,
    purpose: Purpose,
    decision: &Decision,
    now: Timestamp,
    session_end: Timestamp,
) -> Option<Lease> {
    let (dataset, residual) = (decision.dataset?, decision.residual?);
    let (check, keep, grace) = decision.obligations.iter().find_map(|o| times(*o))?;
    // Signed as whole seconds: cut off, so that nothing is kept for longer than was decided.
    let (now, session_end) = (whole(now)?, whole(session_end)?);
    let mut not_after = now.checked_add(keep).ok()?;
    if purpose == Purpose::EmergencyTreatment {
        not_after = not_after.min(session_end);
    }
    Some(Lease {
        id,
        patient: PatientId::new(patient),
        purpose,
        dataset,
        residual,
        issued: now,
        check_after: now.checked_add(check).ok()?.min(not_after),
        not_after,
        shred_at: not_after.checked_add(grace).ok()?,
    })
}

fn whole(time: Timestamp) -> Option<Timestamp> {
    Timestamp::from_second(time.as_second()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::consent::{Dataset, Outcome, Reason, Residual};
    use uuid::Uuid;

    fn granted(obligation: Obligation, purpose: Purpose, session_hours: i64) -> Option<[i64; 3]> {
        let decision = Decision {
            outcome: Outcome::Permit,
            dataset: Some(Dataset::Emergency),
            residual: Some(Residual::ForbidRestricted),
            reason: Reason::TierEmergency,
            obligations: vec![Obligation::Audit, obligation],
        };
        let now: Timestamp = "2026-06-01T12:00:00Z".parse().unwrap();
        let end = now.checked_add(SignedDuration::from_hours(session_hours)).unwrap();
        let lease = lease(LeaseId::new(Uuid::nil()), "p", purpose, &decision, now, end)?;
        Some([lease.check_after, lease.not_after, lease.shred_at].map(|t| t.duration_since(now).as_secs() / 60))
    }

    #[test]
    fn each_obligation_has_its_times_and_an_emergency_lease_ends_with_the_shift() {
        use Obligation::{Lease1Hour, Lease7Days, Lease12Hours, Lease24Hours};
        use Purpose::{BreakGlass, CareManagement, EmergencyTreatment, Treatment};
        assert_eq!(granted(Lease12Hours, EmergencyTreatment, 12), Some([15, 720, 780]));
        assert_eq!(granted(Lease12Hours, EmergencyTreatment, 3), Some([15, 180, 240]));
        assert_eq!(granted(Lease1Hour, BreakGlass, 12), Some([15, 60, 60]));
        assert_eq!(granted(Lease24Hours, Treatment, 3), Some([60, 1440, 1500]));
        assert_eq!(granted(Lease7Days, CareManagement, 3), Some([240, 10_080, 11_520]));
        assert_eq!(granted(Obligation::StepUp, Treatment, 3), None, "without a length there is no lease");
    }
}
