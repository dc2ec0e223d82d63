//! `POST $lease-status`: what became of leases that were given, decided again from the consents of this moment.

use axum::response::Response;
use jiff::Timestamp;
use serde_json::{Value, json};
use shared::consent::Outcome;
use shared::identity::LeaseId;
use uuid::Uuid;

use super::answer::fhir;
use super::context::{Hub, Signed};
use super::problem::Problem;
use crate::consent::{Ask, ask, opens};
use crate::store::Given;

/// The most leases asked about at once.
const MOST: usize = 200;

/// Answers for each lease `active`, `revoked` or `unknown`, in the order asked. Whoever did not get a lease, on this
/// device, learns nothing about it: to them it is unknown.
pub(crate) async fn lease_status(hub: &Hub, signed: &Signed, body: &Value) -> Result<Response, Problem> {
    let asked = read(body)?;
    let mut out = Vec::with_capacity(asked.len());
    for name in asked {
        let status = status(hub, signed, name).await?;
        out.push(json!({"name": "lease", "part": [
            {"name": "id", "valueString": name}, {"name": "status", "valueCode": status}]}));
    }
    Ok(fhir(&json!({"resourceType": "Parameters", "parameter": out})))
}

fn read(body: &Value) -> Result<Vec<&str>, Problem> {
    if body["resourceType"] != "Parameters" {
        return Err(Problem::invalid("Send a Parameters resource."));
    }
    let named = |p: &&Value| p["name"] == "lease";
    let all = body["parameter"].as_array().into_iter().flatten().filter(named);
    let asked: Option<Vec<&str>> = all.map(|p| p["valueString"].as_str()).collect();
    let asked = asked.ok_or_else(|| Problem::invalid("A parameter lease has no valueString."))?;
    match asked.len() {
        0 => Err(Problem::invalid("The parameter lease is missing: send one for each lease.")),
        many if many > MOST => Err(Problem::too_long("200 leases may be asked about at once.")),
        _ => Ok(asked),
    }
}

async fn status(hub: &Hub, signed: &Signed, name: &str) -> Result<&'static str, Problem> {
    let id = Uuid::try_parse(name).ok().map(LeaseId::new);
    let given = match id {
        Some(id) => hub.store.lease(id).await?,
        None => None,
    };
    match given.filter(|given| is_theirs(given, signed)) {
        Some(given) if Timestamp::now() < given.shred_at => decided(hub, signed, &given).await,
        _ => {
            let mut row = signed.audit("lease-status", None);
            (row.decision, row.reason) = (Some(Outcome::Deny.code()), Some("unknown-lease"));
            hub.store.audit(&row).await?;
            Ok("unknown")
        }
    }
}

fn is_theirs(given: &Given, signed: &Signed) -> bool {
    given.staff == signed.staff.id.as_str() && (given.device.is_none() || given.device == signed.jkt)
}

/// A permit that opens something else than it did is not the one that was given: the copy may hold what is closed now.
async fn decided(hub: &Hub, signed: &Signed, given: &Given) -> Result<&'static str, Problem> {
    let question = Ask { purpose: Some(given.purpose), basis: given.basis, refused: false };
    let answer = ask(&hub.store, hub.setting, &signed.staff, &given.patient, &question).await?;
    let permitted = answer.decision.outcome == Outcome::Permit;
    let same = permitted && opens(&answer.decision, &answer.exceptions) == given.opens;
    let mut row = signed.audit("lease-status", Some(&given.patient));
    row.purpose = Some(given.purpose.code().to_owned());
    (row.decision, row.reason) = (Some(answer.decision.outcome.code()), Some(answer.decision.reason.code()));
    (row.consents, row.lease) = (answer.consents, Some(given.id));
    hub.store.audit(&row).await?;
    Ok(if same { "active" } else { "revoked" })
}
