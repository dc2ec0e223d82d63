//! The closed vocabularies of the decision. Each code is what goes on the wire and into the audit.

use serde::{Deserialize, Serialize};

/// A code that this version does not know. It is never read as a near one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown {what} code {code:?}")]
pub struct UnknownCode {
    /// The vocabulary.
    pub what: &'static str,
    /// What was sent.
    pub code: String,
}

macro_rules! vocabulary {
    ($(#[$doc:meta])* $name:ident $what:literal { $($(#[$vdoc:meta])* $variant:ident = $code:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $code)] $variant,)+ }

        impl $name {
            /// Every value, in the order of the specification.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The code on the wire.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// Reads a code exactly.
            ///
            /// # Errors
            /// [`UnknownCode`] for anything else.
            pub fn from_code(code: &str) -> Result<Self, UnknownCode> {
                Self::ALL.iter().copied().find(|v| v.code() == code)
                    .ok_or_else(|| UnknownCode { what: $what, code: code.to_owned() })
            }
        }
    };
}

vocabulary! {
    /// Purpose of use (HL7 v3 ActReason). Compared exactly: the code system nests TREAT ⊃ ETREAT ⊃ BTG,
    /// and a reader that follows the nesting would let a care-setting consent open break-glass.
    Purpose "purpose" {
        /// Emergency treatment.
        EmergencyTreatment = "ETREAT",
        /// Break the glass.
        BreakGlass = "BTG",
        /// Treatment in a care setting.
        Treatment = "TREAT",
        /// Care management, long term.
        CareManagement = "CAREMGT",
    }
}
vocabulary! {
    /// What the patient recorded for one tier.
    Choice "choice" {
        /// Agreed.
        Permit = "permit",
        /// Refused.
        Deny = "deny",
        /// Nothing recorded.
        None = "none",
    }
}
vocabulary! {
    /// Whether there is a record and whether it may be viewed at all.
    RecordState "record state" {
        /// Viewable under the tiers.
        Open = "open",
        /// The patient opted out of viewing.
        Locked = "locked",
        /// No record is kept.
        None = "none",
    }
}
vocabulary! {
    /// The legitimate relationship a member of staff declares for this patient.
    Basis "basis" {
        /// None declared.
        None = "none",
        /// Of the team or crew that looks after the patient.
        CareTeam = "care_team",
        /// The patient is here and says yes.
        ConsentNow = "consent_now",
        /// The patient cannot say yes or no.
        Incapable = "incapable",
        /// The patient is not here; a reason is given.
        AbsentReason = "absent_reason",
    }
}
vocabulary! {
    /// The owner's setting for an emergency with no recorded choice.
    EmergencyNone "emergency setting" {
        /// Ask the patient.
        Ask = "ask",
        /// Take consent as implied, as some ambulance services do.
        Implied = "implied",
    }
}
vocabulary! {
    /// The answer.
    Outcome "decision" {
        /// The dataset may be read under the obligations.
        Permit = "PERMIT",
        /// It may not.
        Deny = "DENY",
        /// There is no record.
        NotFound = "NOT_FOUND",
    }
}
vocabulary! {
    /// How much of the record a permit opens.
    Dataset "dataset" {
        /// The emergency dataset.
        Emergency = "emergency",
        /// The shared record.
        SharedRecord = "shared-record",
        /// Care plan and shared record.
        CarePlan = "care-plan+shared-record",
        /// What a carer needs on a visit.
        Visit = "visit-dataset",
    }
}
vocabulary! {
    /// What stays closed inside a permitted dataset.
    Residual "residual" {
        /// Restricted and very restricted items.
        ForbidRestricted = "forbid R,V",
        /// The same, except where the patient permitted a label to this organisation.
        ForbidUnlessNested = "forbid R,V unless nested permit",
        /// Very restricted items only.
        ForbidVeryRestricted = "forbid V",
    }
}
vocabulary! {
    /// Effective confidentiality of a resource (HL7 v3 Confidentiality).
    Label "confidentiality label" {
        /// Normal.
        Normal = "N",
        /// Restricted.
        Restricted = "R",
        /// Very restricted.
        VeryRestricted = "V",
    }
}
vocabulary! {
    /// What must be done with a decision.
    Obligation "obligation" {
        /// Write it to the audit.
        Audit = "audit",
        /// Ask for the PIN (or the stronger sign-in) again.
        StepUp = "step-up",
        /// Record the patient's spoken permission.
        RecordPermission = "record-permission",
        /// Record that the patient said no now.
        RecordRefusal = "record-refusal",
        /// Take a reason in words.
        ReasonText = "reason-text",
        /// Tell the privacy officer.
        NotifyPrivacyOfficer = "notify-privacy-officer",
        /// Tell the privacy officer of a sample.
        NotifyPrivacyOfficerSample = "notify-privacy-officer-sample",
        /// Tell the patient within 72 hours.
        NotifyPatient = "notify-patient",
        /// Keep for one hour at most.
        Lease1Hour = "lease-1h",
        /// Keep for twelve hours at most.
        Lease12Hours = "lease-12h",
        /// Keep for twenty-four hours at most.
        Lease24Hours = "lease-24h",
        /// Keep for seven days at most.
        Lease7Days = "lease-7d",
        /// Do not pass on.
        NoRedisclosure = "no-redisclosure",
    }
}
vocabulary! {
    /// Why. Shown in the reader's words, recorded as the code.
    Reason "decision reason" {
        /// The role does not serve this purpose.
        RoleNotPermitted = "role-not-permitted-for-purpose",
        /// No relationship with the patient was declared.
        NoRelationship = "no-legitimate-relationship",
        /// No record is kept.
        NoRecord = "no-record",
        /// The patient opted out.
        OptOut = "opt-out",
        /// The patient says no now.
        RefusedNow = "patient-refused-now",
        /// Emergency tier: permitted.
        TierEmergency = "tier-emergency",
        /// Emergency tier: denied, break-glass allowed by the consent.
        EmergencyDeniedBreakGlass = "emergency-denied-btg-available",
        /// Emergency tier: denied.
        EmergencyDenied = "emergency-denied",
        /// The patient said yes.
        VerbalPermission = "verbal-permission",
        /// The patient cannot say; the clinician takes it on.
        SelfClaimed = "self-claimed-emergency",
        /// Nothing recorded: ask.
        AskThePatient = "ask-the-patient",
        /// Nothing recorded; the owner's setting implies consent.
        Implied = "implied-direct-care",
        /// Glass broken.
        BreakGlass = "break-glass",
        /// Break-glass is for people who cannot say.
        BreakGlassNeedsIncapacity = "btg-needs-incapacity-or-danger-to-life",
        /// Emergency tier denied and break-glass not allowed by the consent.
        EmergencyDeniedNoBreakGlass = "emergency-denied-no-btg",
        /// Care-setting tier: permitted.
        TierCareSetting = "tier-care-setting",
        /// Care-setting tier: denied.
        CareSettingDenied = "care-setting-denied",
        /// The consent does not name the organisation.
        OrganisationNotInConsent = "org-not-in-consent",
        /// Long-term tier: permitted.
        TierLongTerm = "tier-long-term",
        /// Long-term tier: denied.
        LongTermDenied = "long-term-denied",
        /// Long-term tier: nothing recorded.
        NoLongTermConsent = "no-long-term-consent",
        /// The relationship declared is not the care team's.
        NotInCareTeam = "not-in-care-team",
        /// Glass: the identifiers that came with the request are not this person's. Not a row of the table: what must
        /// hold besides it.
        IdentifiersDiffer = "identifiers-do-not-match",
        /// Glass: not proved that the PIN was entered just now. Not a row of the table either.
        StepUpNotProven = "step-up-not-proven",
    }
}
vocabulary! {
    /// Why the glass is broken, as the member of staff says. The words beside it say more.
    GlassReason "break-glass reason" {
        /// Unconscious.
        Unconscious = "unconscious",
        /// Life is at risk now.
        LifeAtRisk = "life-at-risk",
        /// Cannot decide: confused, demented, too ill.
        LacksCapacity = "lacks-capacity",
        /// Another; the words say which.
        Other = "other",
    }
}

impl Label {
    /// The effective label from the codes on a resource: very restricted wins; a sensitivity category
    /// makes it restricted; without a label it is normal.
    pub fn effective<'a>(codes: impl IntoIterator<Item = &'a str>) -> Self {
        const SENSITIVE: [&str; 11] =
            ["PSY", "PSYTHPN", "MH", "ETH", "ETHUD", "OPIOIDUD", "SUD", "SDV", "SEX", "STD", "HIV"];
        codes.into_iter().fold(Self::Normal, |label, code| match code {
            "V" => Self::VeryRestricted,
            _ if label == Self::VeryRestricted => label,
            "R" => Self::Restricted,
            c if SENSITIVE.contains(&c) => Self::Restricted,
            _ => label,
        })
    }
}

impl Purpose {
    /// The purpose staff of a role ask under when they open a record in the ordinary way.
    pub const fn usual_for(role: crate::identity::Role) -> Option<Self> {
        use crate::identity::Role;
        match role {
            Role::EmergencyClinician => Some(Self::EmergencyTreatment),
            Role::CareTeamClinician | Role::SocialWorker | Role::DomiciliaryCarer => Some(Self::CareManagement),
            Role::Admin => None,
        }
    }
}
