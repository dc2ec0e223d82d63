//! A lease as a hub signs it (a JSON Web Token, RFC 7519): for whom, on which device, of what, until when.
//!
//! No signature is looked at here: what is read must have been verified, and what is written must be signed.

use std::fmt::Write as _;

use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Lease, TOLERANCE};
use crate::consent::{Dataset, Obligation, Purpose, Residual};
use crate::identity::{LeaseId, PatientId, StaffId};

/// What the token says it is.
pub const TYP: &str = "doorstep-lease+jwt";
/// The header that brings a document's own: the lease of the decision with the hash of the body.
pub const HEADER: &str = "x-doorstep-lease";

/// A consent that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsentVersion {
    /// Its id, without the type.
    pub id: String,
    /// Its version at that moment.
    pub version: String,
}

/// What a hub signs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claims {
    /// `jti`: by which it is revoked.
    pub id: LeaseId,
    /// `iss`: origin of the hub.
    pub issuer: String,
    /// `sub`: to whom it was given.
    pub staff: StaffId,
    /// `cnf.jkt`: the device it was given to, by the thumbprint of its key; `None` when the device proved none.
    pub device: Option<String>,
    /// `patient`: see [`patient_hash`].
    pub patient: String,
    /// `purpose`.
    pub purpose: Purpose,
    /// `dataset`.
    pub dataset: Dataset,
    /// `residual`.
    pub residual: Residual,
    /// `consent`: what it was decided from.
    pub consents: Vec<ConsentVersion>,
    /// `iat`, seconds.
    pub issued: Timestamp,
    /// `check_after`, seconds.
    pub check_after: Timestamp,
    /// `not_after`, seconds.
    pub not_after: Timestamp,
    /// `shred_at`, seconds.
    pub shred_at: Timestamp,
    /// `obligations`.
    pub obligations: Vec<Obligation>,
    /// `bundle_sha256`: of the body that the token came with, hex; absent from the token of a decision.
    pub bundle_sha256: Option<String>,
}

/// Whom and what a lease must be for.
#[derive(Debug, Clone, Copy)]
pub struct Bound<'a> {
    /// Origin of the service whose keys verified it.
    pub issuer: &'a str,
    /// Who reads.
    pub staff: &'a StaffId,
    /// The thumbprint of this device's key; `None` when it has none, and then only what is bound to none is for it.
    pub device: Option<&'a str>,
    /// [`patient_hash`] of the person, with the id of the lease.
    pub patient: &'a str,
    /// What for, when that is known.
    pub purpose: Option<Purpose>,
    /// Hash of the document, when there is one.
    pub bundle_sha256: Option<&'a str>,
}

/// Why a lease is not taken. Names no person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadLease {
    /// A claim is missing or has no known value.
    #[error("the lease lacks the claim {0}, or it has no known value")]
    Claim(&'static str),
    /// Its times run backwards.
    #[error("the times of the lease run backwards")]
    Times,
    /// It was given later than now.
    #[error("the lease is from the future")]
    Future,
    /// Another service says that it gave it.
    #[error("the lease is of another service")]
    Issuer,
    /// It was given to somebody else.
    #[error("the lease was given to somebody else")]
    Person,
    /// It was given to another device, or to none.
    #[error("the lease was given to another device")]
    Device,
    /// It is for another patient.
    #[error("the lease is for another patient")]
    Patient,
    /// It is for another purpose.
    #[error("the lease is for another purpose")]
    Purpose,
    /// It is for another document, or for none.
    #[error("the lease is for another document")]
    Document,
}

/// The name of a person in a lease: nobody learns from one whom it is for, nor that two are for the same person.
/// Hex of SHA-256 over `doorstep-lease-patient-v1`, the id of the lease and the id of the patient, a line each.
pub fn patient_hash(sha256: impl Fn(&[u8]) -> [u8; 32], lease: LeaseId, patient: &PatientId) -> String {
    let hash = sha256(format!("doorstep-lease-patient-v1\n{lease}\n{patient}").as_bytes());
    hash.iter().fold(String::with_capacity(64), |mut hex, byte| {
        // Writing to a string does not fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

impl Claims {
    /// As they are signed.
    pub fn to_value(&self) -> Value {
        let consents: Vec<_> = self.consents.iter().map(|c| json!({"id": c.id, "version": c.version})).collect();
        let mut claims = json!({
            "jti": self.id.to_string(),
            "iss": self.issuer,
            "sub": self.staff.as_str(),
            "patient": self.patient,
            "purpose": self.purpose.code(),
            "dataset": self.dataset.code(),
            "residual": self.residual.code(),
            "consent": consents,
            "iat": self.issued.as_second(),
            "check_after": self.check_after.as_second(),
            "not_after": self.not_after.as_second(),
            "shred_at": self.shred_at.as_second(),
            "obligations": self.obligations.iter().map(|duty| duty.code()).collect::<Vec<_>>(),
        });
        if let Some(device) = &self.device {
            claims["cnf"] = json!({"jkt": device});
        }
        if let Some(hash) = &self.bundle_sha256 {
            claims["bundle_sha256"] = json!(hash);
        }
        claims
    }

    /// Reads verified claims. One that is not understood is refused: a permission that is not understood is none.
    ///
    /// # Errors
    /// [`BadLease::Claim`], [`BadLease::Times`].
    pub fn read(claims: &Value) -> Result<Self, BadLease> {
        let text = |name: &'static str| claims[name].as_str().ok_or(BadLease::Claim(name));
        let time = |name: &'static str| {
            let seconds = claims[name].as_i64();
            seconds.and_then(|s| Timestamp::from_second(s).ok()).ok_or(BadLease::Claim(name))
        };
        let optional = |value: &Value, name| match value {
            Value::Null => Ok(None),
            value => value.as_str().map(|text| Some(text.to_owned())).ok_or(BadLease::Claim(name)),
        };
        let list = |name: &'static str| claims[name].as_array().ok_or(BadLease::Claim(name));
        let unknown = |name| move |_| BadLease::Claim(name);
        let claims = Self {
            id: LeaseId::new(Uuid::try_parse(text("jti")?).map_err(|_| BadLease::Claim("jti"))?),
            issuer: text("iss")?.to_owned(),
            staff: StaffId::new(text("sub")?),
            device: optional(&claims["cnf"]["jkt"], "cnf")?,
            patient: text("patient")?.to_owned(),
            purpose: Purpose::from_code(text("purpose")?).map_err(unknown("purpose"))?,
            dataset: Dataset::from_code(text("dataset")?).map_err(unknown("dataset"))?,
            residual: Residual::from_code(text("residual")?).map_err(unknown("residual"))?,
            consents: list("consent")?.iter().map(consent).collect::<Result<_, _>>()?,
            issued: time("iat")?,
            check_after: time("check_after")?,
            not_after: time("not_after")?,
            shred_at: time("shred_at")?,
            obligations: list("obligations")?.iter().map(obligation).collect::<Result<_, _>>()?,
            bundle_sha256: optional(&claims["bundle_sha256"], "bundle_sha256")?,
        };
        let lease = claims.lease(PatientId::new(""));
        if lease.is_in_order() { Ok(claims) } else { Err(BadLease::Times) }
    }

    /// Whether it is of this service, and for this person, device, patient, purpose and document. One that is bound to
    /// no device is not for a device that could have been named.
    ///
    /// # Errors
    /// What it is not for.
    pub fn check(&self, bound: &Bound<'_>) -> Result<(), BadLease> {
        let fits = [
            (self.issuer == bound.issuer, BadLease::Issuer),
            (self.staff == *bound.staff, BadLease::Person),
            (self.device.as_deref() == bound.device, BadLease::Device),
            (self.patient == bound.patient, BadLease::Patient),
            (bound.purpose.is_none_or(|purpose| purpose == self.purpose), BadLease::Purpose),
            (bound.bundle_sha256.is_none() || bound.bundle_sha256 == self.bundle_sha256.as_deref(), BadLease::Document),
        ];
        fits.into_iter().find(|(fits, _)| !fits).map_or(Ok(()), |(_, why)| Err(why))
    }

    /// Whether it was not given later than `now`, as far as clocks may differ.
    ///
    /// # Errors
    /// [`BadLease::Future`].
    pub fn check_issued(&self, now: Timestamp) -> Result<(), BadLease> {
        let early = self.issued.duration_since(now) > TOLERANCE;
        if early { Err(BadLease::Future) } else { Ok(()) }
    }

    /// The lease itself, for the person whose hash it carries.
    pub fn lease(&self, patient: PatientId) -> Lease {
        Lease {
            id: self.id,
            patient,
            purpose: self.purpose,
            dataset: self.dataset,
            residual: self.residual,
            issued: self.issued,
            check_after: self.check_after,
            not_after: self.not_after,
            shred_at: self.shred_at,
        }
    }
}

fn consent(value: &Value) -> Result<ConsentVersion, BadLease> {
    match (value["id"].as_str(), value["version"].as_str()) {
        (Some(id), Some(version)) => Ok(ConsentVersion { id: id.to_owned(), version: version.to_owned() }),
        _ => Err(BadLease::Claim("consent")),
    }
}

fn obligation(value: &Value) -> Result<Obligation, BadLease> {
    let code = value.as_str().ok_or(BadLease::Claim("obligations"))?;
    Obligation::from_code(code).map_err(|_| BadLease::Claim("obligations"))
}
