//! The steps. Each leaves a picture.

use anyhow::Result;

use super::walk::{open_job, save_note, sign_in, unlock};
use super::{CREW, NURSE, PATIENT, Scene};

const NOTE: &str = "SpO2 84 % on air, 91 % on 28 %. Sat up, son has the plan.";

pub(super) async fn signs_in(scene: &mut Scene) -> Result<()> {
    scene.window.view("sign-in").await?;
    scene.picture("a-1-sign-in").await?;
    sign_in(&scene.window, CREW).await?;
    scene.window.find("[data-visit]").await?;
    scene.picture("a-2-today").await
}

pub(super) async fn reads(scene: &mut Scene) -> Result<()> {
    open_job(&scene.window, PATIENT).await?;
    scene.window.says("#identity", PATIENT).await?;
    for kind in ["cpr", "allergy", "critical-medicine"] {
        scene.window.find(&format!("#glance [data-glance={kind}]")).await?;
    }
    scene.picture("b-record").await
}

pub(super) async fn goes_dark(scene: &mut Scene) -> Result<()> {
    let glance = scene.window.text("#glance").await?;
    scene.hub.stop();
    scene.window.find("[data-link=offline]").await?;
    scene.window.says("#glance", &glance).await?;
    scene.picture("c-offline").await
}

pub(super) async fn writes(scene: &mut Scene) -> Result<()> {
    save_note(&scene.window, NOTE).await?;
    scene.picture("d-1-saved").await?;
    scene.window.click("#note-done").await?;
    scene.window.says("#notes", NOTE).await?;
    scene.window.click("[data-nav=to-send]").await?;
    scene.window.find("[data-note][data-state=pending]").await?;
    scene.picture("d-2-to-send").await
}

pub(super) async fn dies(scene: &mut Scene) -> Result<()> {
    scene.window.kill()?;
    scene.window.relaunch(&[]).await?;
    scene.window.view("unlock").await?;
    scene.picture("e-1-locked").await?;
    unlock(&scene.window, CREW).await?;
    open_job(&scene.window, PATIENT).await?;
    scene.window.find("#glance [data-glance=allergy]").await?;
    scene.window.says("#notes", NOTE).await?;
    scene.picture("e-2-record").await
}

pub(super) async fn sends(scene: &mut Scene) -> Result<()> {
    scene.hub.start_again()?;
    scene.window.click("[data-nav=to-send]").await?;
    scene.window.find("[data-note][data-state=sent]").await?;
    scene.window.gone("[data-note][data-state=pending]").await?;
    scene.picture("f-sent").await
}

pub(super) async fn arrives(scene: &mut Scene) -> Result<()> {
    let device = scene.device("nurse");
    scene.window.relaunch(&[("DOORSTEP_FOLDER", &device)]).await?;
    sign_in(&scene.window, NURSE).await?;
    open_job(&scene.window, PATIENT).await?;
    scene.window.says("#notes", NOTE).await?;
    scene.window.says("#notes", CREW).await?;
    scene.window.execute("document.querySelector('#notes').scrollIntoView()").await?;
    scene.picture("g-nurse").await
}
