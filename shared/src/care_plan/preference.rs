//! A wish for the end of life, as it was said to whoever was there. It is `preliminary` until a clinician confirms it,
//! stands beside whatever the record says, and overwrites nothing: there is no way to write it over another.
//!
//! Places: SNOMED CT UK edition, preferred place of death. Other wishes: LOINC as in US Core (care experience preference,
//! treatment intervention preference).

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::goal::codes;
use crate::identity::NoteId;
use crate::note::observation::{Category, observation};
use crate::note::wire::{LOINC, Part, RECORD_ITEM, SNOMED, SYSTEM, code_of, concept, list, our_code, ours};
use crate::note::{Note, NoteError};
use crate::sensitive::Sensitive;

codes! {
    /// Where somebody wants to be.
    Place {
        /// At home.
        Home = "110481000000108",
        /// In a hospice.
        Hospice = "108401000000102",
        /// In hospital.
        Hospital = "109401000000108",
        /// In a care home.
        CareHome = "710571000000101",
        /// In a community hospital.
        CommunityHospital = "89751000000108",
        /// Not decided.
        Undecided = "517161000000101",
        /// Asked, and did not want to say.
        Declined = "766391000000108",
        /// Could not say.
        Unable = "517111000000103",
        /// Has no preference.
        NoPreference = "1060941000000102",
    }
}

/// What is wished.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Wish {
    /// The preferred place of death.
    PlaceOfDeath(Place),
    /// What matters in care, in the words of the note.
    Care,
    /// What treatment is wanted or not, in the words of the note.
    Treatment,
}

/// Who said it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Speaker {
    /// The person themself.
    Person,
    /// Somebody for them: who, in words.
    Other(Sensitive<String>),
}

/// A wish as it was heard.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preference {
    /// What is wished.
    pub wish: Wish,
    /// Who said it.
    pub speaker: Speaker,
    /// Logical id of the DocumentReference it is written in, where there is one.
    pub document: Option<String>,
    /// The earlier note that a clinician confirms by this one; it makes this one `final`.
    pub confirms: Option<NoteId>,
}

crate::measure::quiet!(Wish, Speaker, Preference);

impl Place {
    const fn words(self) -> &'static str {
        match self {
            Self::Home => "Preferred place of death: home",
            Self::Hospice => "Preferred place of death: hospice",
            Self::Hospital => "Preferred place of death: hospital",
            Self::CareHome => "Preferred place of death: care home",
            Self::CommunityHospital => "Preferred place of death: community hospital",
            Self::Undecided => "Preferred place of death: patient undecided",
            Self::Declined => "Preferred place of death: patient declined to say",
            Self::Unable => "Preferred place of death: patient unable to express",
            Self::NoPreference => "Preferred place of death: no preference",
        }
    }
}

fn question(wish: &Wish) -> Value {
    let loinc = |ours: &str, code: &str, words: &str| json!({"coding": [{"system": RECORD_ITEM, "code": ours}, {"system": LOINC, "code": code}], "text": words});
    match wish {
        Wish::PlaceOfDeath(_) => ours("preferred-place", "Preferred place of death"),
        Wish::Care => loinc("care-wish", "95541-9", "What matters in care"),
        Wish::Treatment => loinc("treatment-wish", "75773-2", "What treatment is wished"),
    }
}

pub(crate) fn parts(note: &Note, preference: &Preference) -> Vec<Part> {
    let mut made =
        observation(note, None, Category::SocialHistory, question(&preference.wish), &note.authored.to_string());
    made["status"] = json!(if preference.confirms.is_some() { "final" } else { "preliminary" });
    match preference.wish {
        Wish::PlaceOfDeath(place) => made["valueCodeableConcept"] = concept(SNOMED, place.code(), place.words()),
        // The words are the value; they stand as a note as well, with their author.
        Wish::Care | Wish::Treatment => made["valueString"] = json!(note.text.reveal()),
    }
    let speaker = match &preference.speaker {
        Speaker::Person => ours("person", "The person"),
        Speaker::Other(who) => ours("other", who.reveal()),
    };
    made["component"] = json!([{"code": ours("said-by", "Said by"), "valueCodeableConcept": speaker}]);
    let document = preference.document.iter().map(|id| json!({"reference": format!("DocumentReference/{id}")}));
    let earlier = preference
        .confirms
        .iter()
        .map(|id| json!({"type": "Observation", "identifier": {"system": SYSTEM, "value": id.to_string()}}));
    let from: Vec<Value> = document.chain(earlier).collect();
    if !from.is_empty() {
        made["derivedFrom"] = Value::Array(from);
    }
    vec![Part { name: None, resource: made }]
}

pub(crate) fn read(made: &Value) -> Result<Preference, NoteError> {
    let place = || code_of(&made["valueCodeableConcept"], SNOMED).and_then(Place::from_code);
    let wish = match our_code(&made["code"]) {
        Some("preferred-place") => Wish::PlaceOfDeath(place().ok_or(NoteError::Missing("a known place"))?),
        Some("care-wish") => Wish::Care,
        Some("treatment-wish") => Wish::Treatment,
        _ => return Err(NoteError::Missing("a known wish")),
    };
    let speaker = list(made, "component").find(|c| our_code(&c["code"]) == Some("said-by"));
    let speaker = speaker.map_or(&Value::Null, |c| &c["valueCodeableConcept"]);
    let from = || list(made, "derivedFrom");
    let document = from().find_map(|d| d["reference"].as_str()?.strip_prefix("DocumentReference/"));
    let earlier = from().find(|d| d["identifier"]["system"] == SYSTEM);
    Ok(Preference {
        wish,
        speaker: match our_code(speaker) {
            Some("person") => Speaker::Person,
            Some("other") => Speaker::Other(speaker["text"].as_str().unwrap_or_default().to_owned().into()),
            _ => return Err(NoteError::Missing("who said it")),
        },
        document: document.map(str::to_owned),
        confirms: earlier.and_then(|d| d["identifier"]["value"].as_str()?.parse().ok()).map(NoteId::new),
    })
}
