//! Records as people will meet them: the demo people and documents that others wrote, each opened through the hub in
//! the real window, measured in every theme and size of text, and pictured.
//!
//! `DOORSTEP_LOOK=all` measures every person in both sizes of window and keeps every picture, `DOORSTEP_LOOK=okafor` looks
//! at one person; otherwise each is looked at in one of the sizes.

mod measures;
mod people;

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use tests::story::{self, Scene, Telling};
use tests::{Launch, Window};

use crate::screens::HOUSE_RULES;
use measures::{DRESSES, FIRST, LAST, LOOK, OPEN_ALL};
use people::{Asked, Who, demo_people, gather, others};

struct Round {
    scene: Scene,
    phone: bool,
    wish: String,
    faults: Vec<String>,
    /// Where each glance ends and where the first screen does, at 100 %.
    glances: BTreeMap<String, (f64, f64)>,
}

impl Round {
    async fn of(size: &'static str) -> Result<Self> {
        let documents = tempfile::tempdir()?;
        let import = gather(documents.path())?;
        let telling = Telling { size, import, screens: tests::screens("records")? };
        let scene = Scene::set(telling).await?;
        story::sign_in(&scene.window, story::CREW).await?;
        let wish = std::env::var("DOORSTEP_LOOK").unwrap_or_default();
        Ok(Self { scene, phone: size.starts_with('3'), wish, faults: Vec::new(), glances: BTreeMap::new() })
    }

    async fn look_at(&mut self, who: &Who) -> Result<()> {
        let came = self.come_to(who).await.with_context(|| who.name.clone())?;
        if came != RECORD {
            self.picture(&format!("{}-closed", who.name)).await?;
            if who.opens {
                self.faults.push(format!("{}: does not open", who.name));
            }
            return Ok(());
        }
        story::whole_record(&self.scene.window).await.with_context(|| who.name.clone())?;
        for (nth, (theme, percent)) in DRESSES.into_iter().enumerate() {
            self.dressed(who, theme, percent, self.wish == "all" || nth < 2).await.with_context(|| who.name.clone())?;
        }
        Ok(())
    }

    async fn come_to(&self, who: &Who) -> Result<&'static str> {
        let window = &self.scene.window;
        story::go(window, "today").await?;
        match &who.asked {
            Asked::Number(number) => story::find_by_number(window, number).await?,
            Asked::Name(family, born) => {
                story::find_by_name(window, family, *born).await?;
                window.click("[data-patient]").await?;
            }
        }
        confirm(window).await?;
        let came = window.either(&[RECORD, CLOSED, ASKED]).await?;
        if came != ASKED {
            return Ok(came);
        }
        window.click("#patient-agrees").await?;
        window.either(&[RECORD, CLOSED]).await
    }

    async fn dressed(&mut self, who: &Who, theme: &str, percent: u16, pictured: bool) -> Result<()> {
        let name = format!("{}-{theme}-{percent}", who.name);
        self.run(&format!(
            "window.dress('{theme}', {percent}, 'en'); document.querySelector('.pane-patient').scrollTop = 0"
        ))
        .await?;
        let first = self.run(FIRST).await?;
        self.fault(&name, &first[0]);
        if let (100, true, Some(end), Some(room)) = (percent, self.phone, first[1].as_f64(), first[3].as_f64()) {
            self.glances.insert(who.name.clone(), (end, room));
        }
        // By day nothing was opened yet. Severe ones come first.
        if let ("light", 100, "okafor", Some(end), Some(room)) =
            (theme, percent, who.name.as_str(), first[2].as_f64(), first[3].as_f64())
            && end > room
        {
            self.faults.push(format!("{name}: the first allergy is named at {end}, the first screen at {room}"));
        }
        if pictured {
            self.picture(&name).await?;
        }
        let asked = self.run(LOOK).await?;
        self.fault(&format!("{name} at first"), &asked);
        let opened = || async { Ok((self.run(OPEN_ALL).await? == 0).then_some(())) };
        tests::eventually("everything to be open", opened).await?;
        let told = self.run(LOOK).await?;
        self.fault(&format!("{name} opened"), &told);
        let kept = self.run(HOUSE_RULES).await?;
        self.fault(&format!("{name} house rules"), &kept[2]);
        if pictured {
            for (place, css) in [("sections", "[data-section]"), ("later", "[data-section]:nth-of-type(8)")] {
                self.run(&format!("document.querySelector({css:?})?.scrollIntoView()")).await?;
                self.picture(&format!("{name}-{place}")).await?;
            }
        }
        let last = self.run(LAST).await?;
        self.fault(&name, &last);
        if pictured {
            self.picture(&format!("{name}-end")).await?;
        }
        Ok(())
    }

    async fn picture(&self, name: &str) -> Result<()> {
        drawn(&self.scene.window).await?;
        self.scene.picture(name).await
    }

    async fn run(&self, script: &str) -> Result<Value> {
        self.scene.window.execute(script).await
    }

    fn fault(&mut self, name: &str, told: &Value) {
        if let Some(told) = told.as_str().filter(|told| !told.is_empty()) {
            self.faults.push(format!("{name}: {told}"));
        }
    }
}

/// Not everybody has a name of two parts or a whole date of birth: presses the first two facts that can be checked.
async fn confirm(window: &Window) -> Result<()> {
    window.view("confirm").await?;
    for pressed in 1..=2 {
        window.click("[data-identifier]:not(:disabled)[aria-pressed=false]").await?;
        // The next press waits until this one is drawn, or it would take it back.
        window
            .find(&format!(".tiles:has({})", "[aria-pressed=true] ~ ".repeat(pressed - 1) + "[aria-pressed=true]"))
            .await?;
    }
    window.click("#open-record").await
}

const RECORD: &str = "main[data-view=record] #glance";
const CLOSED: &str = "[data-outcome]";
const ASKED: &str = "main[data-view=consent] #patient-agrees";

async fn look(size: &'static str, mine: usize) -> Result<()> {
    let mut round = Round::of(size).await?;
    let mut people = if tests::corpus("ips").is_some() { others() } else { Vec::new() };
    people.extend(demo_people()?);
    for (n, who) in people.iter().enumerate() {
        let wanted = match round.wish.as_str() {
            "all" => true,
            "" => n % 2 == mine || who.name == "okafor",
            name => who.name == name,
        };
        if wanted && let Err(error) = round.look_at(who).await {
            round.faults.push(format!("{error:#}"));
        }
    }
    let mut beyond: Vec<f64> = round.glances.values().map(|(end, room)| end - room).collect();
    beyond.sort_by(f64::total_cmp);
    // The middle of a few is no middle.
    if let Some(median) = beyond.get(beyond.len() / 2).filter(|over| beyond.len() > 10 && **over > 0.0) {
        round.faults.push(format!("the median glance ends {median:.0} px below the first screen: {:?}", round.glances));
    }
    ensure!(round.faults.is_empty(), "{} faults:\n{}", round.faults.len(), round.faults.join("\n"));
    Ok(())
}

const SCENES: [&str; 7] = [
    "record",
    "record-damaged",
    "record-source",
    "record-hidden",
    "record-unproven",
    "record-clock",
    "record-taken-back",
];

/// The states that no document here brings about, from the gallery's made-up record.
async fn states(size: &'static str) -> Result<()> {
    let app = tests::example("gallery")?;
    let mut faults = Vec::new();
    let environment = vec![("DOORSTEP_WINDOW".to_owned(), size.to_owned())];
    let window = Window::open(Launch { app, environment, screens: tests::screens("records")? }).await?;
    let there = || async { Ok((window.count("[data-scene=record]").await? > 0).then_some(())) };
    tests::eventually("the gallery", there).await?;
    for scene in SCENES {
        window.execute(&format!("document.querySelector('[data-scene={scene}]').click()")).await?;
        window.find("#identity").await?;
        for (theme, percent) in DRESSES {
            let dressed = format!(
                "window.dress('{theme}', {percent}, 'en'); document.querySelector('.pane-patient').scrollTop = 0"
            );
            window.execute(&dressed).await?;
            drawn(&window).await?;
            window.screenshot(&format!("gallery-{scene}-{theme}-{percent}-{size}")).await?;
            let opened = || async { Ok((window.execute(OPEN_ALL).await? == 0).then_some(())) };
            tests::eventually("everything to be open", opened).await?;
            for (place, css) in [("sections", "[data-section]"), ("medicines", "[data-section='10160-0']")] {
                window.execute(&format!("document.querySelector({css:?})?.scrollIntoView()")).await?;
                drawn(&window).await?;
                window.screenshot(&format!("gallery-{scene}-{theme}-{percent}-{place}-{size}")).await?;
            }
            for script in [LOOK, LAST] {
                let told = window.execute(script).await?;
                faults
                    .extend(told.as_str().filter(|t| !t.is_empty()).map(|t| format!("{scene} {theme} {percent}: {t}")));
            }
        }
    }
    ensure!(faults.is_empty(), "{size}:\n{}", faults.join("\n"));
    Ok(())
}

/// What is seen is drawn: a scroll shows two frames later.
async fn drawn(window: &Window) -> Result<()> {
    const DRAWN: &str =
        "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done(true)))";
    window.execute_async(DRAWN, Vec::new()).await.map(|_| ())
}

#[tokio::test]
#[ignore = "drives a window: cargo xtask test runs it"]
async fn every_state_of_a_record() -> Result<()> {
    states("390x844").await?;
    states("320x568").await
}

#[tokio::test]
#[ignore = "drives a window: cargo xtask test runs it"]
async fn every_record_on_a_phone() -> Result<()> {
    look("390x844", 0).await
}

#[tokio::test]
#[ignore = "drives a window: cargo xtask test runs it"]
async fn every_record_on_a_tablet() -> Result<()> {
    look("1024x768", 1).await
}
