//! Organisations, professionals and codes that the people's records point to.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};
use shared::identity::{Organisation, Role, Staff, StaffId};

use super::{DemoError, files};

const SNOMED: &str = "http://snomed.info/sct";

/// An invented organisation.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Org {
    pub(super) ods: String,
    pub(super) name: String,
    phone: Option<String>,
    /// Named by consents of the emergency tier.
    #[serde(default)]
    pub(super) emergency: bool,
}

/// A professional, invented as well.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Professional {
    pub(super) name: String,
    pub(super) title: String,
    pub(super) org: String,
    /// Set for those who can sign in.
    role: Option<Role>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SourcesFile {
    organisations: BTreeMap<String, Org>,
    professionals: BTreeMap<String, Professional>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Code {
    code: String,
    display: String,
    #[serde(default)]
    system: Option<String>,
    /// How people say it, where the display is not what they say.
    #[serde(default)]
    text: Option<String>,
}

/// All that people's files may name.
#[derive(Debug)]
pub(super) struct Sources {
    pub(super) organisations: BTreeMap<String, Org>,
    pub(super) professionals: BTreeMap<String, Professional>,
    codes: BTreeMap<String, Code>,
}

impl Sources {
    /// Reads the files.
    ///
    /// # Errors
    /// [`DemoError::File`].
    pub(super) fn read() -> Result<Self, DemoError> {
        let SourcesFile { organisations, professionals } = files::read("sources", files::SOURCES)?;
        Ok(Self { organisations, professionals, codes: files::read("codes", files::CODES)? })
    }

    /// A CodeableConcept: the code of `key` when there is one, and the words.
    ///
    /// # Errors
    /// [`DemoError::Code`] for a key that is not in the file, or when there are neither key nor words.
    pub(super) fn concept(&self, key: Option<&str>, words: Option<&str>) -> Result<Value, DemoError> {
        match (key, words) {
            (None, Some(words)) => Ok(json!({"text": words})),
            (None, None) => Err(DemoError::Code("(none)".to_owned())),
            (Some(key), words) => {
                let code = self.codes.get(key).ok_or_else(|| DemoError::Code(key.to_owned()))?;
                let system = code.system.as_deref().unwrap_or(SNOMED);
                Ok(json!({
                    "coding": [{"system": system, "code": code.code, "display": code.display}],
                    "text": words.or(code.text.as_deref()).unwrap_or(&code.display)
                }))
            }
        }
    }

    /// A concept of a key, or the words as they stand when there is no such key.
    pub(super) fn concept_or_text(&self, key_or_words: &str) -> Value {
        self.concept(Some(key_or_words), None).unwrap_or_else(|_| json!({"text": key_or_words}))
    }

    /// The organisation of a key.
    ///
    /// # Errors
    /// [`DemoError::Source`].
    pub(super) fn org(&self, key: &str) -> Result<&Org, DemoError> {
        self.organisations.get(key).ok_or_else(|| DemoError::Source(key.to_owned()))
    }

    /// The professional of a key.
    ///
    /// # Errors
    /// [`DemoError::Source`].
    pub(super) fn professional(&self, key: &str) -> Result<&Professional, DemoError> {
        self.professionals.get(key).ok_or_else(|| DemoError::Source(key.to_owned()))
    }

    /// Who recorded something: the PractitionerRole, because a name without the job and the organisation says little.
    ///
    /// # Errors
    /// [`DemoError::Source`].
    pub(super) fn in_role(&self, key: &str) -> Result<Value, DemoError> {
        Ok(json!({"reference": format!("PractitionerRole/{key}-role"), "display": self.in_words(key)?}))
    }

    /// The person, as teams and rotas name them.
    ///
    /// # Errors
    /// [`DemoError::Source`].
    pub(super) fn in_person(&self, key: &str) -> Result<Value, DemoError> {
        Ok(json!({"reference": format!("Practitioner/{key}"), "display": self.in_words(key)?}))
    }

    fn in_words(&self, key: &str) -> Result<String, DemoError> {
        let it = self.professional(key)?;
        Ok(format!("{}, {}, {}", it.name, it.title, self.org(&it.org)?.name))
    }

    /// The organisation a fact by `key` comes from.
    ///
    /// # Errors
    /// [`DemoError::Source`].
    pub(super) fn org_of(&self, key: &str) -> Result<(&str, &Org), DemoError> {
        let org = &self.professional(key)?.org;
        Ok((org, self.org(org)?))
    }

    /// Everyone who can sign in.
    ///
    /// # Errors
    /// [`DemoError::Source`].
    pub(super) fn staff(&self) -> Result<Vec<Staff>, DemoError> {
        let signing_in = self.professionals.iter().filter_map(|(key, p)| Some((key, p, p.role?)));
        signing_in
            .map(|(key, p, role)| {
                let org = self.org(&p.org)?;
                Ok(Staff {
                    id: StaffId::new(key),
                    name: p.name.clone(),
                    role,
                    job_title: p.title.clone(),
                    organisation: Organisation { ods: org.ods.clone(), name: org.name.clone() },
                })
            })
            .collect()
    }

    /// Organization, Practitioner and PractitionerRole resources.
    pub(super) fn resources(&self) -> Vec<Value> {
        let organisations = self.organisations.iter().map(|(key, org)| organization(key, org));
        let practitioners = self.professionals.iter().map(|(key, p)| practitioner(key, p));
        let roles = self.professionals.iter().map(|(key, p)| role(key, p));
        organisations.chain(practitioners).chain(roles).collect()
    }
}

fn organization(key: &str, org: &Org) -> Value {
    let mut made = json!({
        "resourceType": "Organization",
        "id": key,
        "identifier": [{"system": Organisation::SYSTEM, "value": org.ods}],
        "active": true,
        "name": org.name
    });
    if let Some(phone) = &org.phone {
        made["telecom"] = json!([{"system": "phone", "value": phone, "use": "work"}]);
    }
    made
}

fn practitioner(key: &str, it: &Professional) -> Value {
    json!({
        "resourceType": "Practitioner",
        "id": key,
        "identifier": [{"system": Staff::SYSTEM, "value": key}],
        "active": true,
        "name": [{"text": it.name}]
    })
}

fn role(key: &str, it: &Professional) -> Value {
    json!({
        "resourceType": "PractitionerRole",
        "id": format!("{key}-role"),
        "active": true,
        "practitioner": {"reference": format!("Practitioner/{key}"), "display": it.name},
        "organization": {"reference": format!("Organization/{}", it.org)},
        "code": [{"text": it.title}]
    })
}
