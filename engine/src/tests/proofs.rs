//! Whose leases are taken: signed by this service, for this person, this device, this patient, these bytes. What is
//! held is looked at again at every reading.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::SignedDuration;
use keys::SigningKey;
use serde_json::{Value, json};
use shared::identity::StaffId;
use shared::lease::{LeaseState, TYP};

use super::device::{Device, p, pin};
use super::hub::{Hub, World, document, patient};
use crate::store::Held;
use crate::vault::{Kind, Write};
use crate::{OpenOutcome, Permission};

/// Opens a record at a service that does this to the leases it gives, and expects that none of it is kept.
async fn refused(what: &str, spoil: impl FnOnce(&mut World)) {
    let hub = Hub::start().await;
    let device = Device::of(&hub, "crew").await;
    let person = device.person("p1").await;
    spoil(&mut hub.world());
    let error = device.engine.open_record(&person, Permission::Recorded).await.unwrap_err();
    assert_eq!(error.code, "lease-not-believed", "{what}");
    assert!(device.state().held.is_empty(), "{what}");
    assert_eq!(device.engine.record(&p("p1")).await.err().map(|e| e.code), Some("not-held"), "{what}");
}

fn claims(token: &str) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap()).unwrap()
}

/// The same, a day longer.
fn longer(token: &str) -> Value {
    let mut claims = claims(token);
    for end in ["not_after", "shred_at"] {
        claims[end] = json!(claims[end].as_i64().unwrap() + 86_400);
    }
    claims
}

/// Longer, under the signature that it had.
fn stretched(token: String) -> String {
    let parts: Vec<_> = token.split('.').collect();
    format!("{}.{}.{}", parts[0], URL_SAFE_NO_PAD.encode(longer(&token).to_string()), parts[2])
}

/// Longer, and signed by somebody nobody knows.
fn signed_by_nobody(token: String) -> String {
    SigningKey::generate().unwrap().sign(TYP, &longer(&token)).unwrap()
}

/// Longer, and signed by somebody who says that they are the service.
fn signed_in_its_name(token: String) -> String {
    let other = signed_by_nobody(token.clone());
    let (own, theirs): (Vec<_>, Vec<_>) = (token.split('.').collect(), other.split('.').collect());
    format!("{}.{}.{}", own[0], theirs[1], theirs[2])
}

#[tokio::test]
async fn a_lease_that_was_changed_or_signed_by_another_is_refused() {
    refused("changed", |hub| hub.tamper = stretched).await;
    refused("signed by nobody", |hub| hub.tamper = signed_by_nobody).await;
    refused("signed in its name", |hub| hub.tamper = signed_in_its_name).await;
    refused("cut", |hub| hub.tamper = |token| token[..token.len() - 8].to_owned()).await;
    refused("of another kind", |hub| hub.typ = "at+jwt").await;
}

#[tokio::test]
async fn a_lease_that_is_for_another_is_refused() {
    refused("another person", |hub| hub.forge = |lease| lease["sub"] = json!("nurse")).await;
    refused("another device", |hub| hub.forge = |lease| lease["cnf"]["jkt"] = json!("of-another")).await;
    refused("no device", |hub| hub.forge = |lease| drop(lease.as_object_mut().unwrap().remove("cnf"))).await;
    refused("another patient", |hub| hub.forge = |lease| lease["patient"] = json!("ab".repeat(32))).await;
    refused("another service", |hub| hub.forge = |lease| lease["iss"] = json!("https://elsewhere.example")).await;
    refused("the future", |hub| {
        hub.forge = |lease| {
            for time in ["iat", "check_after", "not_after", "shred_at"] {
                lease[time] = json!(lease[time].as_i64().unwrap() + 3600);
            }
        };
    })
    .await;
}

#[tokio::test]
async fn a_document_under_another_lease_than_was_decided_is_refused() {
    refused("another document", |hub| hub.forge_document = |lease| lease["bundle_sha256"] = json!("0".repeat(64)))
        .await;
    refused("no document", |hub| {
        hub.forge_document = |lease| drop(lease.as_object_mut().unwrap().remove("bundle_sha256"));
    })
    .await;
    refused("another device", |hub| hub.forge_document = |lease| lease["cnf"]["jkt"] = json!("of-another")).await;
    refused("a longer one", |hub| {
        hub.forge_document = |lease| lease["shred_at"] = json!(lease["shred_at"].as_i64().unwrap() + 60);
    })
    .await;
}

#[tokio::test]
async fn a_service_that_signed_once_is_not_believed_without_a_signature() {
    let hub = Hub::start().await;
    let device = Device::of(&hub, "crew").await;
    let person = device.hold("p1").await;
    let other = device.person("p2").await;
    hub.world().signs = None;
    hub.world().requests.clear();
    let first = device.engine.open_record(&other, Permission::Recorded).await.unwrap_err();
    assert_eq!(first.code, "lease-not-believed");
    // Nor after a start, when all that is known of the service is what was kept, whatever it says of itself.
    let mut device = device;
    for decides in [true, false] {
        hub.world().decides_on_consent = decides;
        device = device.restart().await;
        device.engine.unlock(&StaffId::new("crew"), pin()).await.unwrap();
        let error = device.engine.open_record(&person, Permission::Recorded).await.unwrap_err();
        assert_eq!(error.code, "lease-not-believed", "decides: {decides}");
    }
    assert_eq!(hub.world().count("$summary"), 0, "no document is asked for on such a word");
    assert_eq!(device.engine.record(&p("p1")).await.unwrap().lease.state, LeaseState::Fresh, "what was proved stays");
}

#[tokio::test]
async fn a_service_may_change_its_key_and_what_the_old_one_signed_counts_while_it_says_so() {
    let hub = Hub::start().await;
    let device = Device::of(&hub, "crew").await;
    let person = device.hold("p1").await;
    let state = async || device.engine.record(&p("p1")).await.unwrap().lease.state;
    let change = || {
        let mut hub = hub.world();
        let old = hub.signs.replace(SigningKey::generate().unwrap());
        hub.retired = old.into_iter().collect();
    };
    change();
    device.hold("p2").await;
    assert_eq!(state().await, LeaseState::Fresh, "both keys are published");
    change();
    let other = device.person("p2").await;
    device.engine.open_record(&other, Permission::Recorded).await.unwrap();
    let view = device.engine.record(&p("p1")).await.unwrap();
    assert_eq!((view.lease.state, view.summary.is_none()), (LeaseState::Unproven, true), "nobody stands for it now");
    assert_eq!(device.engine.source(&p("p1"), 0, 2).await.unwrap_err().code, "lease-unproven");
    assert_eq!(device.engine.open_record(&person, Permission::Recorded).await.unwrap(), OpenOutcome::Opened);
    assert_eq!(state().await, LeaseState::Fresh);
}

/// Changes what is held, as somebody could who has the keys of the vault.
async fn held_as(device: &Device, change: impl FnOnce(&mut Held)) {
    let open = device.engine.inner.open().unwrap();
    let mut record = Held::get(&open.vault, &p("p1")).await.unwrap().unwrap();
    change(&mut record);
    open.vault.put(vec![record.write().unwrap()]).await.unwrap();
}

#[tokio::test]
async fn what_is_held_and_was_changed_is_hidden_and_never_kept_longer() {
    for case in 0..4 {
        let hub = Hub::start().await;
        let device = Device::of(&hub, "crew").await;
        device.hold("p1").await;
        device.cut_off(&hub).await;
        let day = SignedDuration::from_hours(24);
        let extend = |record: &mut Held| {
            record.lease.not_after += day;
            record.lease.shred_at += day;
        };
        match case {
            0 => held_as(&device, extend).await,
            1 => {
                held_as(&device, |record| {
                    extend(record);
                    let token = record.proof.as_ref().unwrap().reveal().to_owned();
                    record.proof = Some(api_client::LeaseToken::new(signed_by_nobody(token)));
                })
                .await;
            }
            2 => held_as(&device, |record| record.proof = None).await,
            _ => {
                let lease = device.engine.inner.open().unwrap();
                let id = Held::get(&lease.vault, &p("p1")).await.unwrap().unwrap().lease.id;
                let other = document(&patient("p1", "9434765919"), "Another");
                let swapped = Write::put(Kind::Document, "p1", other.into_bytes()).leased(id);
                lease.vault.put(vec![swapped]).await.unwrap();
            }
        }
        let view = device.engine.record(&p("p1")).await.unwrap();
        assert_eq!((view.lease.state, view.summary.is_none()), (LeaseState::Unproven, true), "case {case}");
        assert_eq!(device.engine.source(&p("p1"), 0, 2).await.unwrap_err().code, "lease-unproven", "case {case}");
    }
}
