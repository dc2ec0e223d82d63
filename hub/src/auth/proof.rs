//! The proof of possession that comes with a request (RFC 9449), and that it comes once.

use axum::http::{HeaderMap, Method};
use jiff::{SignedDuration, Timestamp};
use keys::KeyError;
use keys::dpop::{self, Proof};

use crate::api::{Hub, Problem};
use crate::secret;

/// How much longer than it may be used a proof is remembered: one from a clock that is ahead is good for twice its life.
const MEMORY: SignedDuration = SignedDuration::from_secs(2 * dpop::LIFE.as_secs());

/// Why a proof is not believed.
#[derive(Debug)]
pub(crate) enum NoProof {
    /// None came.
    Missing,
    /// Several came: which of them speaks is not for the hub to choose (§4.3).
    Several,
    /// It is for another request, another token, too old, or not signed as it must be.
    Unsound(KeyError),
    /// It came before.
    Replayed,
    /// The database.
    Failed(Problem),
}

impl From<NoProof> for Problem {
    fn from(fault: NoProof) -> Self {
        let text = match fault {
            NoProof::Failed(problem) => return problem,
            NoProof::Missing => {
                "The request must prove that it comes from the device of the token: send a DPoP header."
            }
            NoProof::Several => "Send one DPoP header.",
            NoProof::Unsound(KeyError::Over | KeyError::TooEarly) => {
                "The proof is not of this moment: set the clock of the device."
            }
            NoProof::Unsound(_) => "The proof is not for this request.",
            NoProof::Replayed => "The proof was used before: make a new one for each request.",
        };
        Self::not_taken(text, "DPoP error=\"invalid_dpop_proof\", algs=\"ES256\"")
    }
}

/// What a request is, for its proof.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) method: &'a Method,
    /// From the root, without the query.
    pub(crate) path: &'a str,
    pub(crate) headers: &'a HeaderMap,
}

/// The proof of a request, checked but for whether it came before: see [`once`].
///
/// # Errors
/// Any [`NoProof`] but a replay.
pub(crate) fn read(hub: &Hub, asked: &Asked<'_>, token: Option<&str>) -> Result<Proof, NoProof> {
    let mut all = asked.headers.get_all("dpop").into_iter();
    let proof = all.next().ok_or(NoProof::Missing)?;
    if all.next().is_some() {
        return Err(NoProof::Several);
    }
    let proof = proof.to_str().map_err(|_| NoProof::Unsound(KeyError::NotAToken))?;
    let address = format!("{}{}", hub.origin(asked.headers), asked.path);
    let request = dpop::Request { method: asked.method.as_str(), address: &address, token, nonce: None };
    dpop::check(proof, &request, Timestamp::now()).map_err(NoProof::Unsound)
}

/// Takes a proof, the first time only. To be called last: whoever can prove nothing else must not fill the memory.
///
/// # Errors
/// [`NoProof::Replayed`], [`NoProof::Failed`].
pub(crate) async fn once(hub: &Hub, proof: &Proof) -> Result<(), NoProof> {
    let forget = proof.issued.checked_add(MEMORY).map_err(|_| NoProof::Unsound(KeyError::TooEarly))?;
    // Two devices may have chosen the same id.
    let id = secret::hash(format!("{} {}", proof.jkt, proof.jti));
    let new = hub.store.remember_proof(&id, forget, Timestamp::now()).await;
    if new.map_err(|error| NoProof::Failed(error.into()))? { Ok(()) } else { Err(NoProof::Replayed) }
}
