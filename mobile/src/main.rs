//! The window.

fn main() -> anyhow::Result<()> {
    mobile::launch()
}
