//! What a decision means for one resource.

use super::{Decision, Label, Outcome, Residual};

/// What a resource is, as far as withholding it could kill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An allergy or intolerance.
    Allergy,
    /// A safety alert.
    SafetyFlag,
    /// Anything else.
    Other,
}

/// What happens to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Treatment {
    /// Sent as it is.
    Show,
    /// Sent without what makes it sensitive: the danger stays visible.
    Redact,
    /// Not sent.
    Withhold,
}

/// Decides for one resource under a decision already made. `nested_permit`: the consent permits this
/// label to this organisation.
pub fn treat(decision: &Decision, label: Label, nested_permit: bool, kind: Kind) -> Treatment {
    let (Outcome::Permit, Some(residual)) = (decision.outcome, decision.residual) else {
        return Treatment::Withhold;
    };
    let restricted_open = match residual {
        Residual::ForbidRestricted => false,
        Residual::ForbidUnlessNested => nested_permit,
        Residual::ForbidVeryRestricted => true,
    };
    match (label, kind) {
        (Label::VeryRestricted, _) => Treatment::Withhold,
        (Label::Normal, _) => Treatment::Show,
        (Label::Restricted, _) if restricted_open => Treatment::Show,
        (Label::Restricted, Kind::Allergy | Kind::SafetyFlag) => Treatment::Redact,
        (Label::Restricted, Kind::Other) => Treatment::Withhold,
    }
}
