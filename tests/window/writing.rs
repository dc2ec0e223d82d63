//! Writing at a door without signal, in the real window: vital signs, a later word on a note, and an app that dies in the
//! middle of a sentence.

use anyhow::{Context, Result, ensure};
use tests::eventually;
use tests::story::{self, Scene, Telling};

use crate::screens::{HOUSE_RULES, choose_theme};

const SET: [(&str, &str); 5] =
    [("breathing", "26"), ("saturation", "90"), ("systolic", "98"), ("pulse", "118"), ("temperature", "38.4")];
const FIRST: &str = "Found on the kitchen floor";
const MORE: &str = ", says the left hip hu";

struct Walk {
    scene: Scene,
    theme: &'static str,
    faults: Vec<String>,
}

impl Walk {
    async fn shot(&mut self, name: &str) -> Result<()> {
        let told = self.scene.window.execute(HOUSE_RULES).await?;
        if let Some(fault) = told[2].as_str().filter(|fault| !fault.is_empty()) {
            self.faults.push(format!("{name}: {fault}"));
        }
        self.scene.picture(&format!("{name}-{}", self.theme)).await
    }

    /// Presses what is scrolled to the middle first, clear of what sticks to the top; a scroll is drawn two frames later.
    async fn press(&self, css: &str) -> Result<()> {
        let middle = format!(
            "const done = arguments[0]; document.querySelector({css:?})?.scrollIntoView({{block: 'center'}}); requestAnimationFrame(() => requestAnimationFrame(() => done(true)))"
        );
        self.scene.window.find(css).await?;
        self.scene.window.execute_async(&middle, Vec::new()).await?;
        self.scene.window.click(css).await
    }

    async fn write(&self, form: &str) -> Result<()> {
        self.scene.window.click("#write-note").await?;
        self.scene.window.view("write").await?;
        self.press(&format!("[data-form={form}]")).await?;
        self.scene.window.view("note").await
    }

    async fn keep(&self) -> Result<()> {
        self.press("#note-save").await?;
        self.scene.window.says("#note-saved", "Saved on this device").await?;
        self.scene.window.click("#note-done").await?;
        self.scene.window.view("record").await
    }
}

async fn vital_signs(walk: &mut Walk) -> Result<()> {
    walk.scene.window.click("#write-note").await?;
    walk.scene.window.view("write").await?;
    walk.shot("write").await?;
    walk.press("[data-form=vitals]").await?;
    for (field, value) in SET {
        walk.press(&format!("#field-{field}")).await?;
        walk.scene.window.type_into(&format!("#field-{field}"), value).await?;
    }
    walk.press("[data-field=air] [data-option=oxygen]").await?;
    walk.scene.window.says("#news", "No NEWS2 score yet. Missing: Awake").await?;
    walk.shot("vitals-half").await?;
    walk.press("[data-field=awake] [data-option=C]").await?;
    // 3 + 3 + 2 + 2 + 2 + 3 + 1 of the chart.
    walk.scene.window.says("#news", "NEWS2 16").await?;
    walk.shot("vitals").await?;
    walk.keep().await?;
    walk.scene.window.says("#notes", "Pulse: 118/min").await?;
    walk.scene.window.says("#notes", "NEWS2 16: High risk").await
}

async fn a_later_word(walk: &mut Walk) -> Result<()> {
    walk.press("[data-amend]").await?;
    walk.scene.window.view("note").await?;
    walk.press("[data-option=append]").await?;
    walk.press("#field-added").await?;
    walk.scene.window.type_into("#field-added", "Taken on 2 L by nasal cannula").await?;
    walk.shot("amend").await?;
    walk.keep().await?;
    walk.scene.window.says("[data-depth='1']", "Taken on 2 L by nasal cannula").await?;
    walk.scene.window.execute("document.querySelector('#notes').scrollIntoView()").await?;
    walk.shot("history").await
}

async fn begun_is_said(walk: &Walk) -> Result<()> {
    walk.write("visit").await?;
    walk.press("[data-option=free]").await?;
    walk.scene.window.type_into("#note-text", FIRST).await?;
    walk.scene.window.click("[data-back]").await?;
    eventually("what was begun to be said", || async {
        walk.scene.window.view("record").await?;
        walk.scene.window.click("#write-note").await?;
        walk.scene.window.view("write").await?;
        if walk.scene.window.shows("[data-form=visit] [data-begun]").await? {
            return Ok(Some(()));
        }
        walk.scene.window.click("[data-back]").await?;
        Ok(None)
    })
    .await
}

async fn dies_in_a_sentence(walk: &mut Walk) -> Result<()> {
    walk.press("[data-form=visit]").await?;
    walk.scene.window.find("[data-resumed]").await?;
    walk.scene.window.type_into("#note-text", MORE).await?;
    walk.scene.window.kill()?;
    walk.scene.window.relaunch(&[]).await?;
    story::unlock(&walk.scene.window, story::CREW).await?;
    story::open_job(&walk.scene.window, story::PATIENT).await?;
    for said in ["NEWS2 16: High risk", "Taken on 2 L by nasal cannula"] {
        walk.scene.window.says("#notes", said).await.context("after the kill")?;
    }
    walk.write("visit").await?;
    walk.scene.window.find("[data-resumed]").await?;
    let kept = walk.scene.window.execute("return document.querySelector('#note-text').value").await?;
    let kept = kept.as_str().unwrap_or_default();
    ensure!(kept.contains(FIRST), "what stood there before the last second is gone: {kept:?}");
    walk.shot("resumed").await?;
    walk.scene.window.click("[data-back]").await?;
    story::go(&walk.scene.window, "to-send").await?;
    let both = || async { Ok((walk.scene.window.count("[data-note][data-state=pending]").await? == 2).then_some(())) };
    eventually("both to wait", both).await?;
    walk.shot("to-send").await
}

async fn walk(size: &'static str, theme: &'static str) -> Result<()> {
    let telling = Telling { size, import: None, screens: tests::screens("writing")? };
    let scene = Scene::set(telling).await?;
    choose_theme(&scene, theme).await?;
    story::open_job(&scene.window, story::PATIENT).await?;
    let mut walk = Walk { scene, theme, faults: Vec::new() };
    walk.scene.hub.stop();
    walk.scene.window.find("[data-link=offline]").await?;
    vital_signs(&mut walk).await?;
    a_later_word(&mut walk).await?;
    begun_is_said(&walk).await?;
    dies_in_a_sentence(&mut walk).await?;
    ensure!(walk.faults.is_empty(), "{size} {theme}:\n{}", walk.faults.join("\n"));
    Ok(())
}

#[tokio::test]
#[ignore = "drives a window: cargo xtask test runs it"]
async fn what_is_written_without_signal_outlives_a_kill_on_a_phone() -> Result<()> {
    walk("390x844", "light").await
}

#[tokio::test]
#[ignore = "drives a window: cargo xtask test runs it"]
async fn what_is_written_without_signal_outlives_a_kill_on_a_tablet() -> Result<()> {
    walk("1024x768", "night").await
}
