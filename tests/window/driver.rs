//! The driver itself, on the smallest window there is.

use anyhow::{Context, Result};
use tests::{Launch, Window};

async fn smallest() -> Result<Window> {
    let app = tests::example("minimal")?;
    Window::open(Launch { app, environment: Vec::new(), screens: tests::screens("driver")? }).await
}

#[tokio::test]
#[ignore = "drives a window: cargo xtask test runs it"]
async fn keys_arrive_and_the_picture_is_the_size_of_the_window() -> Result<()> {
    let window = smallest().await?;
    window.type_into("#field", "BP 120/80, no concerns; Łukasz").await?;
    let value = window.execute("return document.querySelector('#field').value").await?;
    assert_eq!(value, "BP 120/80, no concerns; Łukasz");

    let picture = std::fs::read(window.screenshot("minimal").await?)?;
    let number = |at: usize| Some(u32::from_be_bytes(picture.get(at..at + 4)?.try_into().ok()?));
    assert_eq!((number(16), number(20)), (Some(390), Some(844)), "width and height in the head of the PNG");
    Ok(())
}

#[tokio::test]
#[ignore = "drives a window: cargo xtask test runs it"]
async fn a_killed_app_is_gone_and_starts_again() -> Result<()> {
    let mut window = smallest().await?;
    window.type_into("#field", "lost with the process").await?;
    window.kill()?;
    assert!(window.execute("return 1").await.is_err(), "the driver answers for an app that is dead");

    window.relaunch(&[]).await?;
    window.view("minimal").await.context("after the kill")?;
    assert_eq!(window.execute("return document.querySelector('#field').value").await?, "");
    let painted = window.first_paint().await?;
    assert!((0.0..30_000.0).contains(&painted), "{painted} ms from the start to the first paint");
    Ok(())
}
