//! Whether a lease is believed: who signed it, for whom, on which device, of which document.
//!
//! The keys are learned once from the service itself and kept sealed. They are looked at again only when something is
//! signed by a key that is not among them, and then only at the same service. Once they are known, a permission that
//! is not signed is none: nobody between can talk this device out of asking for a signature.

use std::sync::Mutex;

use api_client::LeaseToken;
use keys::{KeyError, KeySet};
use shared::identity::{PatientId, StaffId};
use shared::lease::{BadLease, Bound, Claims, Lease, TYP, patient_hash};

use crate::engine::{Inner, blocking};
use crate::session::held;
use crate::store::Held;
use crate::vault::{Device, Service};
use crate::{Advice, EngineError};

/// Whom this device believes.
pub(crate) struct Trust {
    /// The origin of the service, by which it names itself in what it signs.
    origin: String,
    /// Thumbprint of this device's key, when it has one.
    device: Option<String>,
    keys: Mutex<Option<KeySet>>,
    /// One learning at a time: the sync and an opening may both find that they know nothing yet.
    learning: tokio::sync::Mutex<()>,
}

/// Why a lease is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unproven {
    /// There is none, and this service signs them.
    #[error("the permission is not signed")]
    Unsigned,
    /// The signature.
    #[error(transparent)]
    Signature(#[from] KeyError),
    /// What it says.
    #[error(transparent)]
    Lease(#[from] BadLease),
    /// Its times or what it opens are not those of the decision.
    #[error("the permission is another one than was decided")]
    Another,
    /// Who gave it does not know of it any more.
    #[error("the service does not know of the permission")]
    Unknown,
}

impl Trust {
    /// What the device kept of this service. Keys that cannot be read are learned again.
    pub(crate) fn new(device: &Device, service: &str, origin: String, thumbprint: Option<String>) -> Self {
        let kept = device.service(service).ok().and_then(|service| service.keys);
        let keys = Mutex::new(kept.and_then(|set| KeySet::read(&set).ok()));
        Self { origin, device: thumbprint, keys, learning: Default::default() }
    }

    /// Whether this service signs the leases it gives.
    pub(crate) fn signs(&self) -> bool {
        held(&self.keys).is_some()
    }

    fn claims(&self, token: &LeaseToken) -> Result<Claims, Unproven> {
        let keys = held(&self.keys).clone().ok_or(Unproven::Signature(KeyError::UnknownKey))?;
        Ok(Claims::read(&keys.verify(token.reveal(), Some(TYP))?)?)
    }

    /// Whether a lease is for this person, this device, this patient and, when given, these bytes.
    fn fits(
        &self,
        claims: &Claims,
        staff: &StaffId,
        patient: &PatientId,
        bytes: Option<&[u8]>,
    ) -> Result<(), BadLease> {
        let (patient, hash) = (patient_hash(sha256, claims.id, patient), bytes.map(|bytes| hex::encode(sha256(bytes))));
        claims.check(&Bound {
            issuer: &self.origin,
            staff,
            device: self.device.as_deref(),
            patient: &patient,
            purpose: None,
            bundle_sha256: hash.as_deref(),
        })
    }

    /// Whether what is held is held by right: its lease as it was signed, unchanged. With the bytes of the document,
    /// also that they are those the lease came with.
    pub(crate) fn proves(&self, staff: &StaffId, record: &Held, bytes: Option<&[u8]>) -> Result<(), Unproven> {
        if record.unknown {
            return Err(Unproven::Unknown);
        }
        let Some(token) = &record.proof else { return if self.signs() { Err(Unproven::Unsigned) } else { Ok(()) } };
        let (claims, patient) = (self.claims(token)?, &record.lease.patient);
        self.fits(&claims, staff, patient, bytes)?;
        if claims.lease(patient.clone()) == record.lease { Ok(()) } else { Err(Unproven::Another) }
    }

    /// The same of a further document. Its lease may be an earlier one, when its source did not answer since: then it
    /// opened the same.
    pub(crate) fn proves_further(
        &self,
        staff: &StaffId,
        record: &Held,
        proof: Option<&LeaseToken>,
        bytes: &[u8],
    ) -> Result<(), Unproven> {
        let Some(token) = proof else { return if self.signs() { Err(Unproven::Unsigned) } else { Ok(()) } };
        let claims = self.claims(token)?;
        self.fits(&claims, staff, &record.lease.patient, Some(bytes))?;
        let same = record.opens_the_same_as(&claims.lease(record.lease.patient.clone()));
        if same { Ok(()) } else { Err(Unproven::Another) }
    }
}

impl Inner {
    /// The lease of a decision.
    ///
    /// # Errors
    /// `lease-not-believed`.
    pub(crate) async fn decided_lease(
        &self,
        staff: &StaffId,
        patient: &PatientId,
        token: &LeaseToken,
    ) -> Result<Lease, EngineError> {
        let claims = self.believed(token).await?;
        self.trust.fits(&claims, staff, patient, None).map_err(Unproven::from)?;
        claims.check_issued(self.clock.time()).map_err(Unproven::from)?;
        Ok(claims.lease(patient.clone()))
    }

    /// Whether a document that came with this must be proved by it.
    pub(crate) fn is_signed(&self, proof: Option<&LeaseToken>) -> bool {
        proof.is_some() || self.trust.signs()
    }

    /// The lease a document came with, against the one that was decided: the same, and for these bytes.
    ///
    /// # Errors
    /// `lease-not-believed`.
    pub(crate) async fn document_lease(
        &self,
        staff: &StaffId,
        decided: &Lease,
        token: Option<&LeaseToken>,
        bytes: &[u8],
    ) -> Result<Lease, EngineError> {
        let token = token.ok_or(Unproven::Unsigned)?;
        let claims = self.believed(token).await?;
        self.trust.fits(&claims, staff, &decided.patient, Some(bytes)).map_err(Unproven::from)?;
        let lease = claims.lease(decided.patient.clone());
        // What it opens is as of this moment; what it is for and how long is what was decided.
        let as_decided = Lease { dataset: decided.dataset, residual: decided.residual, ..lease.clone() };
        if as_decided == *decided { Ok(lease) } else { Err(Unproven::Another.into()) }
    }

    /// Verifies with the keys that are known, and once with those the service has now.
    async fn believed(&self, token: &LeaseToken) -> Result<Claims, EngineError> {
        match self.trust.claims(token) {
            Err(Unproven::Signature(KeyError::UnknownKey)) => {
                self.learn_keys().await?;
                Ok(self.trust.claims(token)?)
            }
            found => Ok(found?),
        }
    }

    /// Learns the keys of the service, over its own base.
    pub(crate) async fn learn_keys(&self) -> Result<(), EngineError> {
        let _one = self.trust.learning.lock().await;
        let set = self.hear(self.client.key_set().await)?.value;
        self.believe(set).await
    }

    /// Believes these keys from now on, and no longer those that were believed before.
    pub(crate) async fn believe(&self, set: KeySet) -> Result<(), EngineError> {
        let value = set.to_value();
        self.change_service(move |service| service.keys = Some(value)).await?;
        *held(&self.trust.keys) = Some(set);
        Ok(())
    }

    /// Changes what this device keeps of its service.
    pub(crate) async fn change_service(
        &self,
        change: impl FnOnce(&mut Service) + Send + 'static,
    ) -> Result<(), EngineError> {
        let (device, base) = (self.device.clone(), self.base.clone());
        Ok(blocking(move || device.change_service(&base, change)).await??)
    }
}

impl From<Unproven> for EngineError {
    fn from(error: Unproven) -> Self {
        let text = "The permission that came with this record cannot be proved to be for you, this device and this \
                    record, so nothing was kept. Try again; if it stays so, tell the service desk.";
        Self::new("lease-not-believed", text, Advice::TryAgain).because(error)
    }
}

/// The code of [`unproven`].
pub(crate) const UNPROVEN: &str = "lease-unproven";

/// What is held is not what was given.
pub(crate) fn unproven() -> EngineError {
    let text =
        "The permission for this record cannot be proved on this device, so it is hidden. Connect and open it again.";
    EngineError::new(UNPROVEN, text, Advice::TryAgain)
}

pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut hash = [0; 32];
    // A SHA-256 digest is 32 bytes long.
    hash.copy_from_slice(ring::digest::digest(&ring::digest::SHA256, bytes).as_ref());
    hash
}
