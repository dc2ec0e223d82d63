//! The compact form in which the demo people are written (`assets/demo`). See the README there.

use serde::Deserialize;

/// One person.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Person {
    pub(super) slug: String,
    /// What is hard about this person, for people who read the file.
    pub(super) awkward: String,
    pub(super) nhs: String,
    /// UK Core verification status of the number; `01` (verified) when not given.
    #[serde(default)]
    pub(super) nhs_status: Option<String>,
    #[serde(default)]
    pub(super) family: Option<String>,
    #[serde(default)]
    pub(super) given: Vec<String>,
    /// Other names: `maiden`, `nickname`, `usual`, or the name in its own script.
    #[serde(default)]
    pub(super) also: Vec<OtherName>,
    pub(super) born: String,
    pub(super) sex: String,
    pub(super) address: Address,
    #[serde(default)]
    pub(super) phone: Option<String>,
    /// Key of the practice.
    pub(super) gp: String,
    #[serde(default)]
    pub(super) languages: Vec<Language>,
    #[serde(default)]
    pub(super) contacts: Vec<Contact>,
    /// No record is kept here.
    #[serde(default)]
    pub(super) no_record: bool,
    #[serde(default)]
    pub(super) consents: Vec<Choice>,
    /// Sections nobody asked about: `allergies`, `medicines`, `problems`.
    #[serde(default)]
    pub(super) not_asked: Vec<String>,
    #[serde(default)]
    pub(super) allergies: Vec<Fact>,
    #[serde(default)]
    pub(super) problems: Vec<Fact>,
    #[serde(default)]
    pub(super) medicines: Vec<Fact>,
    #[serde(default)]
    pub(super) flags: Vec<Fact>,
    /// CPR decisions.
    #[serde(default)]
    pub(super) cpr: Vec<Fact>,
    /// ReSPECT forms, advance decisions, powers of attorney, care plans kept as documents.
    #[serde(default)]
    pub(super) documents: Vec<Fact>,
    /// Ceilings, preferred place, baseline, oxygen target.
    #[serde(default)]
    pub(super) wishes: Vec<Fact>,
    #[serde(default)]
    pub(super) devices: Vec<Fact>,
    #[serde(default)]
    pub(super) pregnancy: Vec<Fact>,
    #[serde(default)]
    pub(super) measures: Vec<Fact>,
    #[serde(default)]
    pub(super) results: Vec<Fact>,
    #[serde(default)]
    pub(super) social: Vec<Fact>,
    #[serde(default)]
    pub(super) procedures: Vec<Fact>,
    #[serde(default)]
    pub(super) vaccines: Vec<Fact>,
    #[serde(default)]
    pub(super) contacts_with: Vec<Fact>,
    /// Records kept elsewhere.
    #[serde(default)]
    pub(super) elsewhere: Vec<Fact>,
    #[serde(default)]
    pub(super) care: Option<Care>,
}

/// Another name of a person.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OtherName {
    pub(super) r#use: String,
    #[serde(default)]
    pub(super) family: Option<String>,
    #[serde(default)]
    pub(super) given: Vec<String>,
    #[serde(default)]
    pub(super) text: Option<String>,
}

/// Where a person lives.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Address {
    pub(super) line: String,
    pub(super) postcode: String,
    /// North, east; WGS 84.
    pub(super) at: (f64, f64),
}

/// A language a person speaks.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Language {
    /// BCP 47.
    pub(super) tag: String,
    pub(super) name: String,
    #[serde(default)]
    pub(super) interpreter: bool,
}

/// Somebody to ring.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Contact {
    pub(super) name: String,
    /// `Daughter`, `Neighbour, holds a key`.
    pub(super) relation: String,
    #[serde(default)]
    pub(super) phone: Option<String>,
}

/// A recorded choice of one tier.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Choice {
    /// `emergency`, `care-setting`, `long-term`, `opt-out`.
    pub(super) tier: String,
    /// `permit`, `deny`, or `deny-but-break-glass`.
    pub(super) choice: String,
    pub(super) on: String,
    /// Organisations it names, by key; the emergency tier names the ambulance services when none is given.
    #[serde(default)]
    pub(super) orgs: Vec<String>,
    /// Sensitivity codes that the organisations may see all the same.
    #[serde(default)]
    pub(super) labels: Vec<String>,
    /// A choice that was replaced.
    #[serde(default)]
    pub(super) superseded: bool,
}

/// The care plan and its team.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Care {
    pub(super) title: String,
    pub(super) by: String,
    pub(super) on: String,
    pub(super) review: String,
    pub(super) text: String,
    #[serde(default)]
    pub(super) goals: Vec<String>,
    /// Professionals by key.
    pub(super) team: Vec<String>,
}

/// Anything recorded about a person. Which fields count depends on the list it stands in.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Fact {
    /// Key of `codes.json`; what has none is text only.
    pub(super) is: Option<String>,
    /// The number that the system it came from gave it: the same fact in another document has the same.
    pub(super) id: Option<String>,
    /// The words of the record; those of the code when not given.
    pub(super) r#as: Option<String>,
    /// Professional who recorded it, by key, or `patient`.
    pub(super) by: String,
    /// When it was recorded.
    pub(super) on: String,
    /// FHIR status where it is not the usual one.
    pub(super) status: Option<String>,
    pub(super) note: Option<String>,
    /// Security labels: `R`, `V`, `HIV`, `PSY` …
    pub(super) labels: Vec<String>,
    /// What readers are told who may not see the rest.
    pub(super) redacted_as: Option<String>,
    /// Since when.
    pub(super) since: Option<String>,
    /// Until when; for decisions and plans the review date.
    pub(super) until: Option<String>,
    /// Allergies: `high`, `low`, `unable-to-assess`.
    pub(super) critical: Option<String>,
    /// Allergies: key of the reaction, or text.
    pub(super) reaction: Option<String>,
    /// Allergies: `mild`, `moderate`, `severe`.
    pub(super) severity: Option<String>,
    /// Allergies: `medication`, `food`, `environment`, `biologic`.
    pub(super) category: Option<String>,
    /// Medicines: how it is taken.
    pub(super) dose: Option<String>,
    /// Medicines: what for; `just-in-case` marks medicines kept in the house for the last days.
    pub(super) r#for: Option<String>,
    /// Medicines: reported (MedicationStatement) rather than prescribed here.
    pub(super) reported: bool,
    /// Measurements and results: a number as written, with its unit.
    pub(super) value: Option<serde_json::Number>,
    pub(super) unit: Option<String>,
    /// Blood pressure: systolic, diastolic. Ranges: low, high.
    pub(super) pair: Option<(serde_json::Number, serde_json::Number)>,
    /// A value that is text or a key of `codes.json`.
    pub(super) says: Option<String>,
    /// Documents: where the paper is.
    pub(super) r#where: Option<String>,
}
