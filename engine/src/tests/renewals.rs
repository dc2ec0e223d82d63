//! A sign-in is renewed before it ends, and what a lost answer costs.

use api_client::{AccessToken, Keeper as _};
use jiff::SignedDuration;
use shared::identity::StaffId;
use shared::note::Content;
use shared::sync::OutboxState;

use super::device::{Device, p, pin};
use super::hub::{Fault, Hub, Renewing, Request};

/// A service whose tokens last four minutes, and somebody signed in there.
async fn signed_in() -> (Hub, Device) {
    let hub = Hub::start().await;
    hub.world().renewing = Some(Renewing { lasts: 240, ..Renewing::default() });
    let device = Device::of(&hub, "crew").await;
    device.hold("p1").await;
    (hub, device)
}

fn later(hub: &Hub, device: &Device, minutes: i64) {
    let mut world = hub.world();
    world.ahead += SignedDuration::from_mins(minutes);
    device.turn_clock(minutes);
}

fn given(hub: &Hub) -> usize {
    hub.world().renewing.as_ref().unwrap().given
}

fn reused(hub: &Hub) -> bool {
    hub.world().renewing.as_ref().unwrap().reused
}

fn renews(request: &Request) -> bool {
    request.path == "/auth/token" && request.body.contains("grant_type=refresh_token")
}

async fn until(what: &str, right: impl Fn() -> bool) {
    for _ in 0..400 {
        if right() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("never {what}");
}

#[tokio::test]
async fn a_sign_in_is_renewed_before_it_ends_and_survives_a_kill() {
    let (hub, device) = signed_in().await;
    assert_eq!(given(&hub), 1);
    later(&hub, &device, 3);
    // The one who renews may be somebody in the background, whom a request does not wait for while the token is good.
    device.person("p2").await;
    until("renewed before it ended", || given(&hub) == 2).await;

    let device = device.restart().await;
    device.engine.unlock(&StaffId::new("crew"), pin()).await.unwrap();
    later(&hub, &device, 3);
    device.person("p2").await;
    until("renewed with the newest refresh token, out of the vault", || given(&hub) == 3).await;
    assert!(!reused(&hub));
}

#[tokio::test]
async fn a_refusal_in_the_middle_of_a_shift_is_answered_with_one_renewal() {
    let (hub, device) = signed_in().await;
    // The service took its tokens back, but not the sign-in.
    hub.world().renewing.as_mut().unwrap().ended = 1;
    device.person("p2").await;
    assert!(device.state().problems.is_empty());
    assert_eq!(given(&hub), 2);
    hub.misbehave(|r| r.path.contains("Patient").then_some(Fault::Status("401 Unauthorized", "")));
    assert_eq!(device.engine.person(&p("p2")).await.unwrap_err().code, "sign-in-again");
    assert_eq!(given(&hub), 3, "once, not for ever");
}

#[tokio::test]
async fn a_lost_answer_to_a_renewal_costs_nothing_before_the_token_ends() {
    let (hub, device) = signed_in().await;
    hub.misbehave(|r| renews(r).then_some(Fault::DropAfter));
    later(&hub, &device, 3);
    device.person("p2").await;
    until("given, though it never arrived", || given(&hub) == 2).await;
    device.person("p2").await;
    assert!(!reused(&hub), "the spent token was not tried again while the other one was good");
    let tries = hub.world().count("POST /auth/token");
    let device = device.restart().await;
    device.engine.unlock(&StaffId::new("crew"), pin()).await.unwrap();
    device.person("p2").await;
    assert_eq!(hub.world().count("POST /auth/token"), tries, "nor after a kill");

    // The token is over, and the spent refresh token is all there is: a new sign-in, and nothing is lost.
    hub.behave();
    hub.world().renewing.as_mut().unwrap().ended = 1;
    later(&hub, &device, 2);
    device.engine.save_note(&p("p1"), "Still here".into(), Content::default()).await.unwrap();
    let state = device.until("sign in again", |s| s.problems.iter().any(|p| p.code == "sign-in-again")).await;
    assert!(reused(&hub) && matches!(state.outbox[0].state, OutboxState::Pending { .. } | OutboxState::Sending));
    hub.world().renewing = Some(Renewing { lasts: 240, ..Renewing::default() });
    device.engine.sign_in(&StaffId::new("crew")).await.unwrap();
    device.until("sent", |s| matches!(s.outbox[0].state, OutboxState::Sent { .. })).await;
}

#[tokio::test]
async fn a_screen_that_is_left_does_not_lose_the_answer() {
    let (hub, device) = signed_in().await;
    hub.misbehave(|r| renews(r).then_some(Fault::Late(std::time::Duration::from_millis(600))));
    later(&hub, &device, 3);
    // Given up while the renewal is on its way, whoever began it.
    let _ = tokio::time::timeout(std::time::Duration::from_millis(200), device.engine.person(&p("p2"))).await;
    until("asked for", || hub.world().count("grant_type=refresh_token") == 1).await;
    assert_eq!(given(&hub), 1, "and nothing of it is here yet");
    device.engine.lock().await;
    hub.behave();
    device.engine.unlock(&StaffId::new("crew"), pin()).await.unwrap();
    device.person("p2").await;
    assert!(given(&hub) == 2 && !reused(&hub));
}

#[tokio::test]
async fn who_leaves_gives_the_sign_in_back() {
    let (hub, device) = signed_in().await;
    device.engine.sign_out().await;
    let back = || hub.world().renewing.as_ref().unwrap().given_back.clone();
    until("given back", || back().len() == 2).await;
    assert_eq!(back(), ["refresh-1", "token-crew_1"]);
}

#[tokio::test]
async fn what_was_begun_under_an_earlier_sign_in_does_not_end_the_new_one() {
    let (hub, device) = signed_in().await;
    let open = device.engine.open().unwrap();
    // On its way when the person signs in again, which gives its token back.
    let (begun, earlier) = (open.client().unwrap(), AccessToken::new("token-crew_1".to_owned()));
    let keeper = open.tokens().unwrap();
    device.engine.sign_in(&StaffId::new("crew")).await.unwrap();
    until("given back", || hub.world().renewing.as_ref().unwrap().given_back.len() == 2).await;
    hub.world().renewing.as_mut().unwrap().ended = 1;
    assert_eq!(given(&hub), 2);
    let answer = begun.read("Patient", "p2").await;
    assert!(device.engine.inner.heard_as(&open, answer).await.is_ok(), "it goes again with the new token");

    // Refused with the earlier one, after the new one came.
    keeper.refused(&earlier);
    hub.misbehave(|r| r.path.contains("Patient").then_some(Fault::Status("401 Unauthorized", "")));
    open.token_ended().await;
    assert!(device.state().problems.is_empty() && !open.must_sign_in());
    let device = device.restart().await;
    hub.behave();
    device.engine.unlock(&StaffId::new("crew"), pin()).await.unwrap();
    device.person("p2").await;
    assert!(!reused(&hub), "and it is in the vault");
}
