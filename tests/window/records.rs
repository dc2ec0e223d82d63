//! Records as people will meet them: the demo people and documents that others wrote, each opened through the hub in
//! the real window, measured in every theme and size of text, and pictured.
//!
//! `DOORSTEP_LOOK=all` measures every person in both sizes of window and keeps every picture, `DOORSTEP_LOOK=okafor` looks
//! at one person; otherwise each is looked at in one of the sizes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use tests::story::{self, Scene, Telling};
use tests::{Launch, Window};

use crate::screens::HOUSE_RULES;

/// What is typed to find somebody.
enum Asked {
    Number(String),
    Name(&'static str, [&'static str; 3]),
}

struct Who {
    name: String,
    asked: Asked,
    /// A record must open; what the patient may refuse is not said of documents from outside.
    opens: bool,
}

/// Documents that are awkward, each in its own way: file below the corpus, whom to look for, born.
const OTHERS: [(&str, &str, [&str; 3]); 14] = [
    ("jddamore_IPSviewer@history/NZ_Peter_Jordan_02.json", "Crout", ["30", "9", "1956"]),
    ("jddamore_IPSviewer@history/NZ_Peter_Jordan_NNJ9186__5861292.json", "JONES", ["30", "9", "1956"]),
    ("jddamore_IPSviewer/TW_Li-Hui_Lee_01-modified.json", "WANG", ["1", "1", "1990"]),
    ("jddamore_IPSviewer/CY_194315.json", "Ioannou - IPS", ["14", "7", "1973"]),
    ("jddamore_IPSviewer/NL_Drimpy_01.json", "Grëcówich", ["2", "2", "1957"]),
    ("jddamore_IPSviewer/EU_IPS_wylem_bars.json", "Koepp", ["3", "8", "1956"]),
    ("jddamore_IPSviewer/CA_VeroSource_buddy_bear.json", "BEAR", ["3", "5", "1998"]),
    ("jddamore_IPSviewer/CA_PuraJuniper_01.json", "Abernathy", ["20", "7", "2000"]),
    ("hl7au_au-fhir-test-data/Bundle-aups-patient-story.json", "Martin", ["11", "7", "1942"]),
    ("jddamore_IPSviewer/US_MEDITECH_ips_2.json", "Newman", ["1", "5", "1970"]),
    ("jddamore_IPSviewer/HK_IPS_Sample1.json", "PATIENT", ["1", "1", "1951"]),
    ("jddamore_IPSviewer@history/DE_no_info_with_Advance_Directive.json", "Rahn", ["25", "4", "1985"]),
    ("jddamore_IPSviewer/US_Epic_connectathon_May2024.json", "Connectathon", ["18", "5", "2004"]),
    ("npm_hl7.fhir.uv.ips_2.0.0/Bundle-bundle-ips-all-sections.json", "JORDANA", ["30", "9", "1956"]),
];

/// The themes and sizes of text every record is seen in.
const DRESSES: [(&str, u16); 4] = [("light", 100), ("night", 200), ("light", 200), ("night", 100)];

/// Opens what is closed, then looks at all the text there is: nothing may stick out, be cut or lie on other text.
const LOOK: &str = "
    const found = [];
    const pane = document.querySelector('.pane-patient');
    const edge = pane.getBoundingClientRect();
    const name = e => (e.closest('[data-section],[data-glance],[id]')?.outerHTML.slice(0, 60) || '') + ' … ' + e.textContent.trim().slice(0, 40);
    if (document.documentElement.scrollWidth > innerWidth || pane.scrollWidth > pane.clientWidth) found.push('scrolls sideways');
    const scrolls = e => { for (let p = e; p && p !== pane; p = p.parentElement) { const o = getComputedStyle(p).overflowX; if (o === 'auto' || o === 'scroll') return true; } return false; };
    const still = e => e.closest('.sticky, .still, .action-bar') !== null;
    const boxes = [];
    const walk = document.createTreeWalker(pane, NodeFilter.SHOW_TEXT);
    for (let node = walk.nextNode(); node; node = walk.nextNode()) {
        const e = node.parentElement;
        if (!node.textContent.trim() || !e.checkVisibility() || e.closest('.only-read')) continue;
        const range = document.createRange();
        range.selectNodeContents(node);
        for (const box of range.getClientRects()) {
            if (box.width < 1 || scrolls(e)) continue;
            if (box.right > edge.right + 1 || box.left < edge.left - 1) found.push('sticks out: ' + name(e));
            if (!still(e)) boxes.push([box, e]);
        }
        for (let p = e; p && p !== pane; p = p.parentElement) {
            const style = getComputedStyle(p);
            if (style.overflowX !== 'visible' && style.overflowX !== 'auto' && p.scrollWidth > p.clientWidth + 1) {
                const end = p.getBoundingClientRect().right;
                const beyond = [...p.querySelectorAll('*')].filter(c => c.getBoundingClientRect().right > end + 1).at(-1);
                found.push('cut off: ' + (beyond?.outerHTML.slice(0, 120) || name(p)));
            }
            if (style.overflowY === 'hidden' && p.scrollHeight > p.clientHeight + 1) found.push('cut below: ' + name(p));
        }
    }
    boxes.sort((a, b) => a[0].top - b[0].top);
    for (let i = 0; i < boxes.length; i++) for (let j = i + 1; j < boxes.length; j++) {
        const [a, b] = [boxes[i][0], boxes[j][0]];
        if (b.top > a.bottom) break;
        const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left), high = Math.min(a.bottom, b.bottom) - b.top;
        if (wide > 3 && high > 0.4 * Math.min(a.height, b.height)) found.push('lies on other text: ' + name(boxes[j][1]));
    }
    if (document.querySelector('.fault')) found.push('says: ' + document.querySelector('.fault').textContent);
    return [...new Set(found)].slice(0, 6).join('; ')";

/// What the first screen keeps: whose record it is, and where the lines that can kill end.
const FIRST: &str = "
    const end = css => document.querySelector(css)?.getBoundingClientRect().bottom ?? null;
    const found = [];
    const who = document.querySelector('#identity h1').getBoundingClientRect();
    if (who.top < 0 || who.bottom > innerHeight) found.push('the name is not on the first screen');
    for (const kind of ['allergy', 'cpr']) if (end(`#glance [data-glance=${kind}]`) === null) found.push('no line on ' + kind);
    if (document.querySelector('#main').children.length === 0) found.push('nothing is drawn');
    const bar = document.querySelector('.action-bar').getBoundingClientRect().top;
    return [found.join('; '), end('#glance'), end('#glance [data-glance=allergy]'), bar]";

/// Scrolled to the end, the name must still be there.
const LAST: &str = "
    const pane = document.querySelector('.pane-patient');
    pane.scrollTop = pane.scrollHeight;
    const shown = [...document.querySelectorAll('#identity h1, #identity-still')].some(e => {
        const box = e.getBoundingClientRect(), top = pane.getBoundingClientRect().top;
        return e.checkVisibility() && box.height > 0 && box.top >= top - 1 && box.bottom <= innerHeight;
    });
    return shown ? '' : 'the name is gone at the end of the page'";

/// As a finger would, because the app hears of it: some of what is closed is only made when it is opened.
const OPEN_ALL: &str = "
    document.querySelectorAll('.pane-patient details:not([open]) > summary').forEach(s => s.click());
    const words = document.querySelectorAll('.senders-words > [aria-expanded=false]');
    // Once each: the page answers late, and a second press would close it again.
    words.forEach(w => { if (!w.dataset.pressed) { w.dataset.pressed = 'yes'; w.click(); } });
    return document.querySelectorAll('.pane-patient details:not([open])').length + words.length";

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
        if let (100, "okafor", Some(end), Some(room)) =
            (percent, who.name.as_str(), first[2].as_f64(), first[3].as_f64())
            && end > room
        {
            self.faults.push(format!("{name}: the allergies end at {end}, the first screen at {room}"));
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

/// The documents from outside in one folder for the hub; `None` when there are none on this machine.
fn gather(folder: &Path) -> Result<Option<PathBuf>> {
    let Some(corpus) = tests::corpus("ips") else { return Ok(None) };
    for (n, (file, ..)) in OTHERS.iter().enumerate() {
        std::fs::copy(corpus.join(file), folder.join(format!("{n}.json"))).with_context(|| (*file).to_owned())?;
    }
    Ok(Some(folder.to_owned()))
}

fn demo_people() -> Result<Vec<Who>> {
    let mut people = Vec::new();
    for entry in std::fs::read_dir(tests::workspace().join("assets/demo/people"))? {
        let person: Value = serde_json::from_slice(&std::fs::read(entry?.path())?)?;
        let text = |key: &str| person[key].as_str().map(str::to_owned).with_context(|| key.to_owned());
        people.push(Who { name: text("slug")?, asked: Asked::Number(text("nhs")?), opens: false });
    }
    people.sort_by(|a, b| a.name.cmp(&b.name));
    ensure!(people.len() > 30, "the demo people were found");
    Ok(people)
}

fn others() -> Vec<Who> {
    let name = |family: &str| family.to_lowercase().replace(' ', "");
    let who = |(_, family, born): (_, &'static str, _)| Who {
        name: name(family),
        asked: Asked::Name(family, born),
        opens: true,
    };
    OTHERS.into_iter().map(who).collect()
}

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
        if wanted {
            if let Err(error) = round.look_at(who).await {
                round.faults.push(format!("{error:#}"));
            }
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

/// The states that no document here brings about, from the gallery's made-up record.
async fn states(size: &'static str) -> Result<()> {
    let app = tests::example("gallery")?;
    let mut faults = Vec::new();
    let environment = vec![("DOORSTEP_WINDOW".to_owned(), size.to_owned())];
    let window = Window::open(Launch { app, environment, screens: tests::screens("records")? }).await?;
    let there = || async { Ok((window.count("[data-scene=record]").await? > 0).then_some(())) };
    tests::eventually("the gallery", there).await?;
    for scene in ["record", "record-damaged", "record-source", "record-hidden"] {
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
