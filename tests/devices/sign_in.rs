//! Signing in at a service that this project did not write (npm `oidc-provider`), with a record service that takes its
//! tokens. Both are as strict as they can be: PKCE, proofs of the device with a nonce, refresh tokens that are good once.

use std::sync::{Arc, Mutex};

use anyhow::{Context, Result, ensure};
use api_client::{Client, Error, Loopback, SignInProblem, Token};
use engine::{Session, SigningIn};
use shared::identity::Role;
use tests::{Browser, ForeignService, Provider, TestDevice, eventually};

const WHO: &str = "rao";

/// The app's client with a key of its own, and what it talks to. `None` where the provider is not installed.
async fn scene(signs: &str) -> Result<Option<(Provider, ForeignService, Client)>> {
    let Some(provider) = Provider::start(3600, signs)? else { return Ok(None) };
    let service = ForeignService::start(&provider.issuer, &provider.issuer).await?;
    let key = Arc::new(keys::SigningKey::generate()?);
    let client = Client::new(&service.base, None)?.with_device(key);
    Ok(Some((provider, service, client)))
}

/// A whole sign-in in a browser that opens what `bend` makes of the address.
async fn in_browser(client: &Client, bend: impl Fn(&str) -> String) -> Result<Result<Token, Error>> {
    let loopback = Loopback::listen().await?;
    let asked = client.ask(Some(&loopback), None).await?;
    let (page, state) = (bend(asked.url()), asked.state().to_owned());
    let waiting = tokio::spawn(async move { loopback.heard(&state, "Go back to Doorstep").await });
    let (_, last) = Browser::default().sign_in(&page, WHO).await?;
    ensure!(last.contains("Go back to Doorstep"), "the browser ended at {last}");
    Ok(client.answered(asked, &waiting.await?).await.map(|answer| answer.value))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_with_pkce_proof_and_nonce_gives_tokens_that_are_renewed_once_each() -> Result<()> {
    for signs in ["ES256", "RS256"] {
        let Some((provider, _service, client)) = scene(signs).await? else { return Ok(()) };
        let token = in_browser(&client, str::to_owned).await??;
        ensure!(token.access.is_bound(), "the token is bound to the device");
        ensure!(token.claims.as_ref().is_some_and(|claims| claims["sub"] == WHO), "the id_token was believed");
        let first = token.refresh.clone().context("a refresh token")?;

        let second = client.refresh(&first, Some(WHO)).await?.value;
        ensure!(second.access.reveal() != token.access.reveal());
        let next = second.refresh.clone().context("the next one")?;
        ensure!(next.reveal() != first.reveal(), "rotated");
        client.refresh(&next, Some(WHO)).await?;
        // The trap: a spent one ends the whole sign-in, whoever sends it.
        ensure!(matches!(client.refresh(&next, Some(WHO)).await, Err(Error::SignIn(SignInProblem::Refused))));
        provider.says("ended a sign-in", 1).await?;
        provider.says("gave refresh_token", 2).await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_asked_or_not_asked_so_is_refused() -> Result<()> {
    let Some((provider, service, client)) = scene("ES256").await? else { return Ok(()) };
    // The provider refuses a request without PKCE, and says so to the app.
    let without = |url: &str| {
        let kept: Vec<_> = url.split('&').filter(|part| !part.starts_with("code_challenge")).collect();
        kept.join("&")
    };
    let ended = in_browser(&client, without).await?;
    ensure!(matches!(ended, Err(Error::SignIn(SignInProblem::Refused))), "{ended:?}");
    provider.says("refused authorization invalid_request", 1).await?;

    // A page that changed the nonce on its way gets an id_token for another question.
    let other = |name: &'static str, value: &'static str| {
        move |url: &str| {
            let changed = |part: &str| match part.split_once('=') {
                Some((key, _)) if key.trim_start_matches("http").ends_with(name) => format!("{key}={value}"),
                _ => part.to_owned(),
            };
            url.split('&').map(changed).collect::<Vec<_>>().join("&")
        }
    };
    let ended = in_browser(&client, other("nonce", "another")).await?;
    let wrong = SignInProblem::NotBelieved(keys::KeyError::Claim("nonce"));
    ensure!(matches!(ended, Err(Error::SignIn(problem)) if problem == wrong), "{ended:?}");
    // A code that was given to another app is not for this one.
    let ended = in_browser(&client, other("client_id", "another-app")).await?;
    ensure!(matches!(ended, Err(Error::SignIn(SignInProblem::Refused))), "{ended:?}");

    // A code that was caught is worth nothing to another device.
    let loopback = Loopback::listen().await?;
    let asked = client.ask(Some(&loopback), None).await?;
    let (page, state) = (asked.url().to_owned(), asked.state().to_owned());
    let waiting = tokio::spawn(async move { loopback.heard(&state, "").await });
    Browser::default().sign_in(&page, WHO).await?;
    let thief = Client::new(&service.base, None)?.with_device(Arc::new(keys::SigningKey::generate()?));
    let ended = thief.answered(asked, &waiting.await?).await;
    ensure!(matches!(ended, Err(Error::SignIn(SignInProblem::Refused))), "{ended:?}");

    // The record service names an issuer that the provider does not call itself.
    let alias = provider.issuer.replace("127.0.0.1", "localhost");
    let service = ForeignService::start(&provider.issuer, &alias).await?;
    let ended = Client::new(&service.base, None)?.ask(None, None).await.map(|_| ());
    ensure!(matches!(ended, Err(Error::SignIn(SignInProblem::WrongIssuer))), "{ended:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_app_signs_in_in_a_browser_and_stays_signed_in_through_the_shift() -> Result<()> {
    let Some(provider) = Provider::start(8, "ES256")? else { return Ok(()) };
    let service = ForeignService::start(&provider.issuer, &provider.issuer).await?;
    let device = TestDevice::new(&service.base).await?;
    let engine = device.engine()?;
    let ways = engine.sign_in_ways().await?;
    ensure!(ways.staff.is_empty() && ways.browser && ways.code, "{ways:?}");

    let browsing = Arc::new(Mutex::new(None));
    let opened = Arc::clone(&browsing);
    let open = move |url: &str| {
        let url = url.to_owned();
        let task = tokio::spawn(async move { Browser::default().sign_in(&url, WHO).await });
        opened.lock().is_ok_and(|mut slot| slot.replace(task).is_none())
    };
    engine.sign_in_in_browser(Some("Go back to Doorstep"), open).await?;
    let Session::NeedsPin(staff) = device.state()?.session.clone() else { anyhow::bail!("nobody signed in") };
    ensure!((staff.id.as_str(), staff.name.as_str(), staff.role) == (WHO, "Asha Rao", Role::EmergencyClinician));
    ensure!(staff.organisation.name == "North Crew" && staff.job_title == "Paramedic");
    engine.set_pin("274913".to_owned().into()).await?;

    // The token lasts eight seconds: whatever asks renews it by itself, again and again.
    let renewed = || async {
        engine.sync_now();
        Ok((service.tokens().len() >= 3).then_some(()))
    };
    eventually("two renewals", renewed).await?;
    ensure!(device.state()?.problems.is_empty(), "{:?}", device.state()?.problems);
    ensure!(provider.said("ended a sign-in") == 0, "no refresh token came twice");
    engine.sign_out().await;
    let back = || async {
        Ok((provider.said("took a refresh token back") > 0 || provider.said("ended a sign-in") > 0).then_some(()))
    };
    eventually("the sign-in to be given back", back).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tablet_without_a_browser_signs_in_with_a_code_on_another_device() -> Result<()> {
    let Some(provider) = Provider::start(3600, "ES256")? else { return Ok(()) };
    let service = ForeignService::start(&provider.issuer, &provider.issuer).await?;
    let device = TestDevice::new(&service.base).await?;
    let engine = device.engine()?.clone();
    let signing_in = tokio::spawn(async move { engine.sign_in_with_code().await });
    let shown = || async { Ok(device.state()?.signing_in.clone()) };
    let SigningIn::Code { words, page, link, .. } = eventually("a code", shown).await? else {
        anyhow::bail!("another way to sign in")
    };
    ensure!(words.len() >= 8 && page.starts_with(&provider.issuer), "{words} {page}");
    let link = link.context("an address for the QR code")?;
    let (_, last) = Browser::default().sign_in(&link, WHO).await?;
    ensure!(last.contains("Success"), "the other device ended at {last}");
    signing_in.await??;
    ensure!(matches!(&device.state()?.session, Session::NeedsPin(staff) if staff.name == "Asha Rao"));
    ensure!(device.state()?.signing_in.is_none(), "the code is off the screen");

    // Left, the code is off the screen at once and nobody is signed in.
    let engine = device.engine()?.clone();
    let leaving = tokio::spawn(async move { engine.sign_in_with_code().await });
    eventually("another code", shown).await?;
    device.engine()?.cancel_sign_in();
    ensure!(leaving.await?.is_err_and(|e| e.code == "sign-in-cancelled") && device.state()?.signing_in.is_none());
    Ok(())
}
