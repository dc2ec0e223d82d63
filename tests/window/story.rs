//! The story in both sizes.

use anyhow::Result;
use tests::story::{Telling, tell};

async fn in_a_window_of(size: &'static str) -> Result<()> {
    let mut steps = String::new();
    let telling = Telling { size, import: None, screens: tests::screens("story")? };
    tell(telling, |letter, _, _| steps.push_str(letter)).await?;
    assert_eq!(steps, "abcdefg");
    Ok(())
}

#[tokio::test]
#[ignore = "drives a window: cargo xtask test runs it"]
async fn the_story_on_a_phone() -> Result<()> {
    in_a_window_of("390x844").await
}

#[tokio::test]
#[ignore = "drives a window: cargo xtask test runs it"]
async fn the_story_on_a_tablet() -> Result<()> {
    in_a_window_of("1024x768").await
}
