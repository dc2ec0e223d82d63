//! Search and the reader's own order, in the real window: trusted keys and touches, a kill, and the way back.

use anyhow::{Context, Result, ensure};
use tests::story::{self, Scene, Telling};

use crate::screens::HOUSE_RULES;

/// The place a search led to: what it says, whether all of it is seen below what sticks to the top, whether it has
/// the focus.
const REACHED: &str = "
    const at = document.querySelector('[data-reached]');
    if (!at) return null;
    const box = at.getBoundingClientRect(), head = document.querySelector('.sticky').getBoundingClientRect();
    const seen = at.checkVisibility() && box.top >= head.bottom - 1 && box.top < innerHeight;
    return [at.textContent, seen, document.activeElement === at]";

struct Walk {
    scene: Scene,
    theme: &'static str,
    faults: Vec<String>,
}

impl Walk {
    async fn begin(size: &'static str, theme: &'static str) -> Result<Self> {
        let telling = Telling { size, import: None, screens: tests::screens("personal")? };
        let scene = Scene::set(telling).await?;
        story::sign_in(&scene.window, story::CREW).await?;
        story::go(&scene.window, "me").await?;
        scene.window.click(&format!("[data-theme-choice={theme}]")).await?;
        story::open_job(&scene.window, story::PATIENT).await?;
        Ok(Self { scene, theme, faults: Vec::new() })
    }

    async fn shot(&mut self, name: &str) -> Result<()> {
        let told = self.scene.window.execute(HOUSE_RULES).await?;
        if let Some(fault) = told[2].as_str().filter(|fault| !fault.is_empty()) {
            self.faults.push(format!("{name}: {fault}"));
        }
        self.scene.picture(&format!("{name}-{}", self.theme)).await
    }

    /// Presses what is scrolled to the middle first: a scroll is drawn two frames later, and a press before that lands
    /// where the page was.
    async fn press(&self, css: &str) -> Result<()> {
        let middle = format!(
            "const done = arguments[0]; document.querySelector({css:?})?.scrollIntoView({{block: 'center'}}); requestAnimationFrame(() => requestAnimationFrame(() => done(true)))"
        );
        self.scene.window.find(css).await?;
        self.scene.window.execute_async(&middle, Vec::new()).await?;
        self.scene.window.click(css).await
    }

    /// Presses what goes away by it: the driver may call that press failed, so what comes in its place decides.
    async fn press_away(&self, css: &str, to: &str) -> Result<()> {
        let pressed = || async {
            if self.scene.window.shows(to).await? {
                return Ok(Some(()));
            }
            let gone = tokio::time::timeout(std::time::Duration::from_secs(2), self.press(css)).await;
            Ok(gone.is_ok_and(|pressed| pressed.is_ok()).then_some(()))
        };
        tests::eventually(to, pressed).await?;
        self.scene.window.find(to).await.map(|_| ())
    }

    async fn ask(&self, words: &str) -> Result<()> {
        let window = &self.scene.window;
        if window.shows("#search-clear").await? {
            window.click("#search-clear").await?;
            window.gone("#search-clear").await?;
        }
        window.find("#record-search").await?;
        window.execute("document.querySelector('.search').scrollIntoView({block: 'center'})").await?;
        window.type_into("#record-search", words).await?;
        let typed = window.execute("return document.querySelector('#record-search').value").await?;
        ensure!(typed == words, "typed {words:?}, the field has {typed}");
        Ok(())
    }

    async fn reached(&self, words: &str) -> Result<()> {
        let there = || async {
            let told = self.scene.window.execute(REACHED).await?;
            let says = told[0].as_str().is_some_and(|text| text.contains(words));
            Ok((says && told[1] == true && told[2] == true).then_some(()))
        };
        tests::eventually("the place to be reached", there).await.with_context(|| words.to_owned())
    }
}

async fn searches(walk: &mut Walk) -> Result<()> {
    walk.ask("heart failure").await?;
    walk.scene.window.find("[data-hit]").await?;
    walk.shot("search-found").await?;
    walk.ask("painkiller").await?;
    walk.scene.window.says("[data-because]", "is a kind of “painkiller”").await?;
    walk.shot("search-synonym").await?;
    walk.press("[data-hit=item]").await?;
    walk.reached("orphine").await?;
    walk.shot("search-reached").await?;

    walk.ask("chemotherapy").await?;
    walk.scene.window.says("#search-said", "That does not mean that there is none").await?;
    walk.shot("search-nothing").await?;
    // Escape, as WebDriver writes it.
    walk.scene.window.type_into("#record-search", "\u{E00C}").await?;
    walk.scene.window.gone("#search-clear").await?;
    let empty = || async {
        let field = walk.scene.window.execute("const f = document.activeElement; return f.id + ':' + f.value").await?;
        Ok((field == "record-search:").then_some(()))
    };
    tests::eventually("an empty field with the focus", empty).await
}

/// The first section of this record that may be hidden.
const HIDE: &str = "[data-act^='hide/']";

const FOCUS: &str = "return document.activeElement?.dataset.act?.startsWith('hide/') === true";

async fn arranges(walk: &mut Walk) -> Result<String> {
    walk.press_away("#arrange", "#arrange-done").await?;
    walk.scene.window.find(HIDE).await?;
    walk.shot("arrange").await?;
    let row = "const row = document.querySelector(\"[data-act^='hide/']\").closest('li'); return row.querySelector('strong').textContent";
    let title = walk.scene.window.execute(row).await?.as_str().context("a title")?.to_owned();
    walk.scene
        .window
        .execute("document.querySelector(\"[data-act^='hide/']\").scrollIntoView({block: 'center'})")
        .await?;
    walk.press(HIDE).await?;
    walk.scene.window.find("[data-arrange][data-hidden=true]").await?;
    let kept = || async { Ok((walk.scene.window.execute(FOCUS).await? == true).then_some(())) };
    tests::eventually("the pressed button to keep the focus", kept).await?;
    walk.shot("arrange-hidden").await?;
    walk.press_away("#arrange-done", "#arrange").await?;
    walk.scene.window.says("[data-hidden-sections] > summary", "1 section hidden by you").await?;
    walk.scene.window.says("[data-hidden-sections] > summary", &title).await?;
    walk.scene
        .window
        .execute("document.querySelector('[data-hidden-sections]').scrollIntoView({block: 'center'})")
        .await?;
    walk.shot("hidden").await?;
    Ok(title)
}

async fn comes_back(walk: &mut Walk, title: &str) -> Result<()> {
    walk.scene.window.kill()?;
    walk.scene.window.relaunch(&[]).await?;
    story::unlock(&walk.scene.window, story::CREW).await?;
    story::open_job(&walk.scene.window, story::PATIENT).await?;
    walk.scene.window.says("[data-hidden-sections] > summary", title).await.context("after the kill")?;

    story::go(&walk.scene.window, "me").await?;
    walk.press_away("#arrange", "#arrange-done").await?;
    walk.scene.window.find("[data-arrange][data-hidden=true]").await?;
    walk.shot("arrange-me").await?;
    walk.press("#arrange-usual").await?;
    walk.scene.window.gone("[data-arrange][data-hidden=true]").await?;
    walk.press_away("#arrange-done", "#arrange").await?;
    story::open_job(&walk.scene.window, story::PATIENT).await?;
    walk.scene.window.find("#arrange").await?;
    ensure!(!walk.scene.window.shows("[data-hidden-sections]").await?, "the usual order hides nothing");
    Ok(())
}

async fn walk(size: &'static str, theme: &'static str) -> Result<()> {
    let mut walk = Walk::begin(size, theme).await?;
    searches(&mut walk).await?;
    let title = arranges(&mut walk).await?;
    comes_back(&mut walk, &title).await?;
    ensure!(walk.faults.is_empty(), "{size} {theme}:\n{}", walk.faults.join("\n"));
    Ok(())
}

#[tokio::test]
#[ignore = "drives a window: cargo xtask test runs it"]
async fn a_search_leads_there_and_an_order_outlives_a_kill_on_a_phone() -> Result<()> {
    walk("390x844", "light").await
}

#[tokio::test]
#[ignore = "drives a window: cargo xtask test runs it"]
async fn a_search_leads_there_and_an_order_outlives_a_kill_on_a_tablet() -> Result<()> {
    walk("1024x768", "night").await
}
