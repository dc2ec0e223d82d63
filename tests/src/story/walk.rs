//! The ways through the app that more than one test walks.

use anyhow::Result;

use crate::device::PIN;
use crate::wait::eventually;
use crate::window::Window;

/// Signs in by name on a device that does not know the person, sets the PIN, and waits for the list.
///
/// # Errors
/// When a screen does not come.
pub async fn sign_in(window: &Window, name: &str) -> Result<()> {
    window.view("sign-in").await?;
    window.click_saying("[data-staff]", name).await?;
    window.view("set-pin").await?;
    window.type_into("#pin", PIN).await?;
    window.type_into("#pin-again", PIN).await?;
    window.click("#pin-save").await?;
    window.view("today").await
}

/// Unlocks as the only or last person of this device.
///
/// # Errors
/// When the vault does not open.
pub async fn unlock(window: &Window, name: &str) -> Result<()> {
    window.view("unlock").await?;
    if window.either(&["[data-person]", "#pin"]).await? == "[data-person]" {
        window.click_saying("[data-person]", name).await?;
    }
    window.type_into("#pin", PIN).await?;
    window.click("#unlock").await?;
    window.view("today").await
}

/// Chooses a job of today's list and reads the record, confirming two identifiers where it is not held yet.
///
/// # Errors
/// When it is not on the list.
pub async fn open_job(window: &Window, patient: &str) -> Result<()> {
    const CONFIRM: &str = "main[data-view=confirm] [data-identifier]";
    go(window, "today").await?;
    window.click_saying("[data-visit]", patient).await?;
    if window.either(&[CONFIRM, "main[data-view=record]"]).await? == CONFIRM {
        confirm_two(window).await?;
    }
    whole_record(window).await
}

/// Waits for a record, and until every further source has answered or is named: the page grows before that, and what
/// is looked at moves.
///
/// # Errors
/// When it does not come.
pub async fn whole_record(window: &Window) -> Result<()> {
    const ASKING: &str = "return document.body.textContent.includes('Still being asked')";
    window.view("record").await?;
    eventually("the further sources", || async { Ok((window.execute(ASKING).await? == false).then_some(())) }).await
}

/// Goes to a place of the bar and waits until it is there: what is typed sooner is typed into the page that goes.
///
/// # Errors
/// When it does not come.
pub async fn go(window: &Window, place: &str) -> Result<()> {
    window.click(&format!("[data-nav={place}]")).await?;
    window.view(place).await
}

/// Looks a person up by NHS number and chooses the only one found.
///
/// # Errors
/// When nobody is found.
pub async fn find_by_number(window: &Window, number: &str) -> Result<()> {
    go(window, "find").await?;
    window.type_into("#find-nhs", number).await?;
    window.click("#find-nhs-go").await?;
    window.click("[data-patient]").await
}

/// Looks people up by family name and date of birth (day, month, year).
///
/// # Errors
/// When a field is missing.
pub async fn find_by_name(window: &Window, family: &str, born: [&str; 3]) -> Result<()> {
    go(window, "find").await?;
    window.type_into("#find-family", family).await?;
    for (field, part) in ["#find-born-day", "#find-born-month", "#find-born-year"].iter().zip(born) {
        window.type_into(field, part).await?;
    }
    window.click("#find-name-go").await
}

/// Presses the first two identifiers that are known and opens the record.
///
/// # Errors
/// When fewer than two are known.
pub async fn confirm_two(window: &Window) -> Result<()> {
    window.view("confirm").await?;
    window.click("[data-identifier=name]").await?;
    window.click("[data-identifier=born]").await?;
    window.click("#open-record").await
}

/// From the choice of what to write to the free page of a note in words.
///
/// # Errors
/// When it does not open.
pub async fn begin_note(window: &Window) -> Result<()> {
    window.view("write").await?;
    window.click("[data-form=visit]").await?;
    window.view("note").await?;
    window.click("[data-option=free]").await
}

/// Writes a note from the record and goes back to it.
///
/// # Errors
/// When it is not said to be saved.
pub async fn save_note(window: &Window, text: &str) -> Result<()> {
    window.click("#write-note").await?;
    begin_note(window).await?;
    window.type_into("#note-text", text).await?;
    window.click("#note-save").await?;
    window.says("#note-saved", "Saved on this device").await
}
