//! Finding a person: demographics only, and only by what identifies one.

use axum::response::Response;
use serde_json::{Value, json};
use shared::identity::NhsNumber;

use super::answer::{fhir, versioned};
use super::context::{Hub, Signed};
use super::params::Params;
use super::problem::Problem;
use crate::store::{Stored, fold};

/// `GET Patient?identifier=…` or `GET Patient?family=…&birthdate=…`. Every match is returned: which one is meant is
/// for the asker to find out, and must be asked.
pub(crate) async fn search(hub: &Hub, signed: &Signed, params: &Params, base: &str) -> Result<Response, Problem> {
    params.only(&["identifier", "family", "birthdate"])?;
    let found = match (params.one("identifier")?, params.one("family")?, params.one("birthdate")?) {
        (Some(identifier), None, None) => by_identifier(hub, identifier).await?,
        (None, Some(family), Some(born)) => by_name(hub, family, born).await?,
        _ => return Err(Problem::invalid("Search by identifier, or by family name and date of birth together.")),
    };
    if found.is_empty() {
        hub.store.audit(&signed.audit("search", None)).await?;
    }
    for person in &found {
        hub.store.audit(&signed.audit("search", Some(&person.id))).await?;
    }
    let entries: Vec<_> =
        found.iter().map(|person| super::lists::entry(person, demographics(&person.resource), base)).collect();
    Ok(fhir(&json!({
        "resourceType": "Bundle",
        "type": "searchset",
        "total": found.len(),
        "link": [{"relation": "self", "url": format!("{base}/Patient?{}", params.text())}],
        "entry": entries,
    })))
}

async fn by_identifier(hub: &Hub, token: &str) -> Result<Vec<Stored>, Problem> {
    let (system, value) = match token.split_once('|') {
        Some((system, value)) => (Some(system), value),
        None => (None, token),
    };
    if system != Some(NhsNumber::SYSTEM) {
        return match value.trim() {
            "" => Err(Problem::invalid("The identifier has no value.")),
            value => Ok(hub.store.patients_by_identifier(system, value).await?),
        };
    }
    let number = NhsNumber::parse(value).map_err(|_| Problem::invalid("This is not a valid NHS number."))?;
    Ok(hub.store.patients_by_identifier(system, &number.to_string()).await?)
}

async fn by_name(hub: &Hub, family: &str, born: &str) -> Result<Vec<Stored>, Problem> {
    if fold(family).is_empty() {
        return Err(Problem::invalid("The family name has no letters."));
    }
    let plain = |text: &str| text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    let day = match born.len() {
        4 if plain(born) => format!("{born}-01-01"),
        7 if plain(born) => format!("{born}-01"),
        _ => born.to_owned(),
    };
    let is_date = plain(born) && born.len() <= 10 && day.parse::<jiff::civil::Date>().is_ok();
    if !is_date {
        return Err(Problem::invalid("The date of birth is not a date like 1938-11-23."));
    }
    Ok(hub.store.patients_by_name(family, born).await?)
}

/// `GET Patient/{id}`.
pub(crate) async fn read(hub: &Hub, signed: &Signed, id: &str) -> Result<Response, Problem> {
    let person = hub.store.read("Patient", id).await?.ok_or_else(Problem::not_found)?;
    hub.store.audit(&signed.audit("read", Some(id))).await?;
    Ok(versioned(&person, &demographics(&person.resource)))
}

/// What tells one person from another, and no more: no contacts, no narrative, no extensions.
fn demographics(patient: &Value) -> Value {
    const FIELDS: [&str; 14] = [
        "resourceType",
        "id",
        "meta",
        "identifier",
        "active",
        "name",
        "telecom",
        "gender",
        "birthDate",
        "_birthDate",
        "deceasedBoolean",
        "deceasedDateTime",
        "address",
        "_gender",
    ];
    let mut patient = patient.clone();
    if let Some(map) = patient.as_object_mut() {
        map.retain(|field, _| FIELDS.contains(&field.as_str()));
    }
    if let Some(meta) = patient.get_mut("meta").and_then(Value::as_object_mut) {
        meta.retain(|field, _| ["versionId", "lastUpdated"].contains(&field.as_str()));
    }
    patient
}
