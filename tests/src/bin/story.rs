//! Tells the story in the real window and saves its pictures: `cargo xtask demo --headless`.
#![expect(clippy::print_stdout, reason = "a narrator speaks on standard output")]

use std::path::PathBuf;

use clap::Parser;
use tests::story::{Telling, tell};

/// The story, narrated.
#[derive(Parser)]
struct Arguments {
    /// The size of a tablet instead of a phone.
    #[arg(long)]
    tablet: bool,
    /// IPS documents to import first.
    #[arg(long, value_name = "DIR")]
    import: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let Arguments { tablet, import } = Arguments::parse();
    let size = if tablet { "1024x768" } else { "390x844" };
    let screens = tests::screens("story")?;
    println!("The story, in a window of {size}:");
    let telling = Telling { size, import, screens: screens.clone() };
    let told =
        tell(telling, |letter, words, took| println!("  ✓ {letter}. {words} ({:.1} s)", took.as_secs_f64())).await;
    println!("Pictures: {}", screens.display());
    told
}
