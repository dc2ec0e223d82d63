//! Members of staff and what they do.

use serde::{Deserialize, Serialize};

use super::StaffId;

/// What a member of staff does, as far as consent and the order of the screen care.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Paramedic, ambulance nurse or doctor.
    #[serde(rename = "emergency")]
    EmergencyClinician,
    /// Hospice or district nurse, GP, palliative doctor.
    #[serde(rename = "care_team")]
    CareTeamClinician,
    /// Social worker.
    #[serde(rename = "social_care")]
    SocialWorker,
    /// Carer who visits at home.
    #[serde(rename = "dom_carer")]
    DomiciliaryCarer,
    /// Anyone whose work needs no clinical record.
    #[serde(rename = "admin")]
    Admin,
}

/// A role code that this version does not know.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown role code {0:?}")]
pub struct UnknownRole(pub String);

impl Role {
    /// The namespace of [`Role::code`].
    pub const SYSTEM: &'static str = "https://doorstep.example/CodeSystem/staff-role";

    /// The code of the role in `CodeSystem/staff-role` and in the decision table.
    pub const fn code(self) -> &'static str {
        match self {
            Self::EmergencyClinician => "emergency",
            Self::CareTeamClinician => "care_team",
            Self::SocialWorker => "social_care",
            Self::DomiciliaryCarer => "dom_carer",
            Self::Admin => "admin",
        }
    }

    /// Reads a code.
    ///
    /// # Errors
    /// [`UnknownRole`]: an unknown role is never mapped to a known one, it would grant purposes.
    pub fn from_code(code: &str) -> Result<Self, UnknownRole> {
        [Self::EmergencyClinician, Self::CareTeamClinician, Self::SocialWorker, Self::DomiciliaryCarer, Self::Admin]
            .into_iter()
            .find(|role| role.code() == code)
            .ok_or_else(|| UnknownRole(code.to_owned()))
    }

    /// The role a coded job of a PractitionerRole stands for: ours, or a job of SNOMED CT that is one role wherever it
    /// is done. A nurse is not among them: she may be of a crew, a ward or a care team.
    pub fn from_coding(system: &str, code: &str) -> Option<Self> {
        match (system, code) {
            (Self::SYSTEM, code) => Self::from_code(code).ok(),
            ("http://snomed.info/sct", "397897005") => Some(Self::EmergencyClinician), // Paramedic
            ("http://snomed.info/sct", "62247001") => Some(Self::CareTeamClinician),   // General practitioner
            ("http://snomed.info/sct", "106328005") => Some(Self::SocialWorker),       // Social worker
            _ => None,
        }
    }
}

/// An organisation by its ODS code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organisation {
    /// Code of the Organisation Data Service, for example `RRU`.
    pub ods: String,
    /// Name as staff know it.
    pub name: String,
}

impl Organisation {
    /// The namespace of the identifier in FHIR (UK Core).
    pub const SYSTEM: &'static str = "https://fhir.nhs.uk/Id/ods-organization-code";
}

/// A member of staff as the sign-in tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Staff {
    /// The `sub` of the sign-in.
    pub id: StaffId,
    /// Name shown beside what they write.
    pub name: String,
    /// What decides purposes and the order of the screen.
    pub role: Role,
    /// The job as people say it: "Paramedic", "Hospice nurse".
    pub job_title: String,
    /// Whom they act for.
    pub organisation: Organisation,
}

impl Staff {
    /// The namespace of a staff identifier in FHIR (UK Core).
    pub const SYSTEM: &'static str = "https://fhir.nhs.uk/Id/sds-user-id";
}
