//! Where each resource stands in the document: total, so that nothing falls between two sections.

use serde_json::Value;

use super::RECORD_ITEM;

/// A section of the document, by its LOINC code (IPS 2.0, Composition-uv-ips).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Section {
    /// Allergies and intolerances.
    Allergies,
    /// Scene safety, access, reasonable adjustments, safeguarding.
    Alerts,
    /// CPR decision, ReSPECT, advance decisions, powers of attorney, preferred place.
    AdvanceDirectives,
    /// Medicines.
    Medications,
    /// Problems that hold now.
    Problems,
    /// Implants and aids.
    Devices,
    /// Pregnancy.
    Pregnancy,
    /// How the person usually is.
    FunctionalStatus,
    /// Measurements.
    VitalSigns,
    /// Laboratory and other results.
    Results,
    /// Operations and the like.
    Procedures,
    /// Problems that are over, and entries found to be wrong.
    PastProblems,
    /// Immunisations.
    Immunizations,
    /// Smoking, alcohol, home.
    SocialHistory,
    /// Care plan, goals, team.
    PlanOfCare,
    /// Contacts with services.
    Encounters,
    /// What no other section takes.
    Other,
}

impl Section {
    /// Every section in the order in which a document gives them.
    pub const ALL: [Self; 17] = [
        Self::Allergies,
        Self::Alerts,
        Self::AdvanceDirectives,
        Self::Medications,
        Self::Problems,
        Self::Devices,
        Self::Pregnancy,
        Self::FunctionalStatus,
        Self::VitalSigns,
        Self::Results,
        Self::Procedures,
        Self::PastProblems,
        Self::Immunizations,
        Self::SocialHistory,
        Self::PlanOfCare,
        Self::Encounters,
        Self::Other,
    ];

    /// LOINC code; empty for [`Section::Other`], for which there is none.
    pub const fn code(self) -> &'static str {
        self.names().0
    }

    /// Title in English.
    pub const fn title(self) -> &'static str {
        self.names().1
    }

    /// IPS 2.0 wants these in every document, with entries or with the reason why there are none.
    pub const fn is_required(self) -> bool {
        matches!(self, Self::Problems | Self::Allergies | Self::Medications)
    }

    /// The section of a LOINC code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| !code.is_empty() && s.code() == code)
    }

    const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Allergies => ("48765-2", "Allergies and intolerances"),
            Self::Alerts => ("104605-1", "Alerts"),
            Self::AdvanceDirectives => ("42348-3", "Advance directives"),
            Self::Medications => ("10160-0", "Medication summary"),
            Self::Problems => ("11450-4", "Problems"),
            Self::Devices => ("46264-8", "Medical devices"),
            Self::Pregnancy => ("10162-6", "Pregnancy"),
            Self::FunctionalStatus => ("47420-5", "Functional status"),
            Self::VitalSigns => ("8716-3", "Vital signs"),
            Self::Results => ("30954-2", "Results"),
            Self::Procedures => ("47519-4", "History of procedures"),
            Self::PastProblems => ("11348-0", "Past problems"),
            Self::Immunizations => ("11369-6", "Immunisations"),
            Self::SocialHistory => ("29762-2", "Social history"),
            Self::PlanOfCare => ("18776-5", "Plan of care"),
            Self::Encounters => ("46240-8", "Contacts with services"),
            Self::Other => ("", "Other information"),
        }
    }
}

/// The LOINC code of the section of a resource, empty for [`Section::Other`]. `None` for what is no statement about
/// the person's health: it is only pointed to, or never part of a document.
pub fn section_of(resource: &Value) -> Option<&'static str> {
    Section::of(resource).map(Section::code)
}

impl Section {
    /// Where a resource stands. `None` for people, places, audit, privacy consents and appointments, and for field
    /// notes, which are read by themselves.
    pub fn of(resource: &Value) -> Option<Self> {
        of(resource)
    }
}

fn of(resource: &Value) -> Option<Section> {
    Some(match resource["resourceType"].as_str()? {
        "AllergyIntolerance" => Section::Allergies,
        "Flag" => Section::Alerts,
        "MedicationStatement" | "MedicationRequest" | "MedicationAdministration" | "MedicationDispense" => {
            Section::Medications
        }
        "Condition" => condition(resource),
        "Observation" => observation(resource),
        "DiagnosticReport" => Section::Results,
        "DeviceUseStatement" => Section::Devices,
        "Procedure" => Section::Procedures,
        "Immunization" => Section::Immunizations,
        "CarePlan" | "CareTeam" | "Goal" | "Task" | "ServiceRequest" => Section::PlanOfCare,
        "Encounter" => Section::Encounters,
        "Consent" if has_code(&resource["scope"], "adr") => Section::AdvanceDirectives,
        "DocumentReference" if has_code(&resource["type"], FIELD_NOTE) => return None,
        "DocumentReference" if is_advance(&resource["type"]) => Section::AdvanceDirectives,
        "Patient" | "Practitioner" | "PractitionerRole" | "Organization" | "RelatedPerson" | "Group" | "Device"
        | "Medication" | "Location" | "Provenance" | "AuditEvent" | "Consent" | "List" | "Appointment" => return None,
        _ => Section::Other,
    })
}

const FIELD_NOTE: &str = "11506-3";
/// Plans that bind or guide the next clinician: ReSPECT, treatment escalation, advance and end-of-life care plans.
const ADVANCE_DOCUMENTS: [&str; 5] = ["1382601000000107", "735324008", "736366004", "736373009", "861421000000109"];

fn is_advance(kind: &Value) -> bool {
    has_item(kind, "power-of-attorney")
        || has_item(kind, "advance-decision")
        || ADVANCE_DOCUMENTS.iter().any(|code| has_code(kind, code))
}

fn condition(condition: &Value) -> Section {
    let over = ["resolved", "inactive", "remission"].iter().any(|c| has_code(&condition["clinicalStatus"], c));
    let wrong = ["refuted", "entered-in-error"].iter().any(|c| has_code(&condition["verificationStatus"], c));
    if over || wrong { Section::PastProblems } else { Section::Problems }
}

/// The set itself, ACVPU, NEWS2 and blood glucose.
const OF_A_SET: [&str; 4] = ["85353-1", "1104441000000107", "1104051000000101", "15074-8"];

fn observation(observation: &Value) -> Section {
    let (code, categories) = (&observation["code"], observation["category"].as_array().into_iter().flatten());
    let category = |wanted: &str| categories.clone().any(|c| has_code(c, wanted));
    match () {
        () if has_code(code, "304251008") => Section::AdvanceDirectives,
        () if ["ceiling", "preferred-place", "just-in-case", "care-wish", "treatment-wish"]
            .iter()
            .any(|i| has_item(code, i)) =>
        {
            Section::AdvanceDirectives
        }
        () if ["82810-3", "11778-8", "77386006"].iter().any(|c| has_code(code, c)) => Section::Pregnancy,
        // What goes with a set of vital signs, under whatever category FHIR has for it.
        () if has_item(code, "air-or-oxygen") || OF_A_SET.iter().any(|c| has_code(code, c)) => Section::VitalSigns,
        () if ["phase-of-illness", "akps", "ipos"].iter().any(|i| has_item(code, i)) => Section::FunctionalStatus,
        () if has_item(code, "oxygen-target") || has_item(code, "baseline") => Section::FunctionalStatus,
        () if has_code(code, "763264000") || category("functional-status") => Section::FunctionalStatus,
        () if category("vital-signs") => Section::VitalSigns,
        () if category("social-history") => Section::SocialHistory,
        () => Section::Results,
    }
}

/// Whether a CodeableConcept carries a code, in whatever system.
pub(super) fn has_code(concept: &Value, code: &str) -> bool {
    concept["coding"].as_array().into_iter().flatten().any(|c| c["code"] == code)
}

fn has_item(concept: &Value, item: &str) -> bool {
    concept["coding"].as_array().into_iter().flatten().any(|c| c["system"] == RECORD_ITEM && c["code"] == item)
}
