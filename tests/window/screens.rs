//! Every screen, in both sizes, by day and by night, with and without signal: each is walked to, held to what all
//! screens must keep, and pictured.

use anyhow::{Result, ensure};
use tests::story::{self, Scene, Telling};

/// What all screens keep: the chosen theme, nothing cut off at the side, targets a gloved finger hits.
pub(crate) const HOUSE_RULES: &str = "
    const found = [];
    const root = document.documentElement;
    if (root.scrollTop > 0 || document.body.scrollTop > 0) found.push('the frame has moved with its content');
    if (root.scrollWidth > innerWidth) found.push('wider than the window by ' + (root.scrollWidth - innerWidth));
    if (document.querySelectorAll('main').length !== 1) found.push('not one main');
    for (const e of document.querySelectorAll('button, input, textarea, select, summary, a[href]')) {
        // The word that opens a line stands for the whole line, which takes the touch wherever it lands.
        const box = (e.matches('[data-more]') ? e.closest('p') : e).getBoundingClientRect();
        if (!box.width || !box.height || !e.checkVisibility()) continue;
        // What stands in a line of text may be as high as its line; its neighbours are words, not targets.
        const least = getComputedStyle(e).display === 'inline' ? 24 : 47.5;
        if (box.height < least || box.width < least)
            found.push(`${e.id || e.textContent.trim().slice(0, 30)} is ${box.width.toFixed()} x ${box.height.toFixed()}`);
        const name = e.getAttribute('aria-label') || e.textContent.trim() || e.labels?.length || e.placeholder;
        if (!name) found.push(`${e.outerHTML.slice(0, 80)} has no name`);
    }
    return [root.dataset.theme, root.lang, found.join('; ')]";

struct Tour {
    scene: Scene,
    theme: &'static str,
    faults: Vec<String>,
}

impl Tour {
    /// A picture of what is in front, and a look at what it keeps.
    async fn shot(&mut self, name: &str) -> Result<()> {
        self.scene.picture(&format!("{name}-{}", self.theme)).await?;
        let told = self.scene.window.execute(HOUSE_RULES).await?;
        let text = |at: usize| told[at].as_str().unwrap_or_default().to_owned();
        if text(0) != self.theme {
            self.faults.push(format!("{name}: the theme is {:?}", text(0)));
        }
        if text(1) != "en" || !text(2).is_empty() {
            self.faults.push(format!("{name}: [{}] {}", text(1), text(2)));
        }
        Ok(())
    }

    async fn end(&self, css: &str) -> Result<()> {
        self.scene.window.execute(&format!("document.querySelector({css:?}).scrollIntoView()")).await.map(|_| ())
    }
}

async fn tour(size: &'static str, theme: &'static str) -> Result<()> {
    let telling = Telling { size, import: None, screens: tests::screens("screens")? };
    let mut tour = Tour { scene: Scene::set(telling).await?, theme, faults: Vec::new() };
    choose_theme(&tour.scene, theme).await?;
    with_signal(&mut tour).await?;
    closed_records(&mut tour).await?;
    at_the_door(&mut tour).await?;
    without_signal(&mut tour).await?;
    ensure!(tour.faults.is_empty(), "{size} {theme}:\n{}", tour.faults.join("\n"));
    Ok(())
}

pub(crate) async fn choose_theme(scene: &Scene, theme: &str) -> Result<()> {
    story::sign_in(&scene.window, story::CREW).await?;
    scene.window.click("[data-nav=me]").await?;
    scene.window.click(&format!("[data-theme-choice={theme}]")).await?;
    scene.window.find(&format!("[data-theme={theme}]")).await.map(|_| ())
}

async fn with_signal(tour: &mut Tour) -> Result<()> {
    tour.shot("me").await?;
    story::go(&tour.scene.window, "to-send").await?;
    tour.scene.window.view("to-send").await?;
    tour.shot("to-send-empty").await?;
    story::go(&tour.scene.window, "today").await?;
    tour.scene.window.find("[data-visit]").await?;
    tour.shot("today").await?;
    story::go(&tour.scene.window, "find").await?;
    tour.scene.window.view("find").await?;
    tour.shot("find").await?;
    story::find_by_name(&tour.scene.window, "Kowalczyk", ["12", "03", "1951"]).await?;
    tour.scene.window.find("[data-patient]").await?;
    tour.shot("find-found").await?;
    story::go(&tour.scene.window, "today").await?;
    story::find_by_name(&tour.scene.window, "Nobody", ["1", "1", "1950"]).await?;
    tour.scene.window.find("[data-empty=nobody]").await?;
    tour.shot("find-nobody").await
}

async fn closed_records(tour: &mut Tour) -> Result<()> {
    for (number, name, outcome) in
        [("9390996031", "refused", "[data-outcome=refused]"), ("9281590131", "no-record", "[data-outcome=no-record]")]
    {
        story::go(&tour.scene.window, "today").await?;
        story::find_by_number(&tour.scene.window, number).await?;
        story::confirm_two(&tour.scene.window).await?;
        tour.scene.window.find(outcome).await?;
        tour.shot(name).await?;
    }
    story::go(&tour.scene.window, "today").await?;
    story::find_by_number(&tour.scene.window, "9131860915").await?;
    tour.scene.window.view("confirm").await?;
    tour.shot("confirm").await?;
    story::confirm_two(&tour.scene.window).await?;
    tour.scene.window.view("consent").await?;
    tour.shot("consent").await?;
    tour.scene.window.click("#patient-cannot-say").await?;
    tour.scene.window.find("#cannot-say-reason").await?;
    tour.shot("consent-cannot-say").await
}

async fn at_the_door(tour: &mut Tour) -> Result<()> {
    story::open_job(&tour.scene.window, story::PATIENT).await?;
    tour.scene.window.find("#glance [data-glance=cpr]").await?;
    tour.shot("record").await?;
    tour.end("[data-section='48765-2']").await?;
    tour.shot("record-sections").await?;
    tour.scene.window.click("#write-note").await?;
    story::begin_note(&tour.scene.window).await?;
    tour.scene.window.type_into("#note-text", "Łukasz: SpO2 84 %").await?;
    tour.shot("note").await?;
    tour.scene.window.click("#note-save").await?;
    tour.scene.window.find("#note-saved").await?;
    tour.shot("note-saved").await?;
    story::go(&tour.scene.window, "to-send").await?;
    tour.scene.window.find("[data-note][data-state=sent]").await?;
    tour.shot("to-send-sent").await
}

async fn without_signal(tour: &mut Tour) -> Result<()> {
    tour.scene.hub.stop();
    story::go(&tour.scene.window, "today").await?;
    story::go(&tour.scene.window, "find").await?;
    tour.scene.window.type_into("#find-nhs", "9289171234").await?;
    tour.shot("find-number-wrong").await?;
    story::go(&tour.scene.window, "today").await?;
    story::find_by_name(&tour.scene.window, "Begum", ["21", "5", "1979"]).await?;
    tour.scene.window.find("main[data-view=find] [role=alert]").await?;
    tour.shot("find-offline").await?;
    story::open_job(&tour.scene.window, story::PATIENT).await?;
    tour.scene.window.find("[data-link=offline]").await?;
    tour.shot("record-offline").await?;
    story::save_note(&tour.scene.window, "In the dark.").await?;
    tour.shot("note-saved-offline").await?;
    story::go(&tour.scene.window, "to-send").await?;
    tour.scene.window.find("[data-note][data-state=pending]").await?;
    tour.shot("to-send-offline").await?;
    story::go(&tour.scene.window, "me").await?;
    tour.scene.window.click("#lock").await?;
    tour.scene.window.view("unlock").await?;
    tour.shot("unlock").await?;
    tour.scene.window.type_into("#pin", "111111").await?;
    tour.scene.window.click("#unlock").await?;
    tour.scene.window.find("[role=alert]").await?;
    tour.shot("unlock-wrong-pin").await?;
    tour.scene.window.click("[data-other]").await?;
    tour.scene.window.find("main[data-view=sign-in] [role=alert]").await?;
    tour.shot("sign-in-offline").await
}

macro_rules! tours {
    ($($name:ident: $size:literal $theme:literal,)+) => {$(
        #[tokio::test]
        #[ignore = "drives a window: cargo xtask test runs it"]
        async fn $name() -> Result<()> {
            tour($size, $theme).await
        }
    )+};
}

tours! {
    every_screen_on_a_phone_by_day: "390x844" "light",
    every_screen_on_a_phone_by_night: "390x844" "night",
    every_screen_on_a_tablet_by_day: "1024x768" "light",
    every_screen_on_a_tablet_by_night: "1024x768" "night",
}
