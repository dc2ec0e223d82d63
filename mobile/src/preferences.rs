//! How this device looks and speaks: no health data, so a plain file beside the vault.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::i18n::Lang;

/// What a person chose on *Me*.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct Preferences {
    /// The colours.
    pub theme: Theme,
    /// The size of text.
    pub text: TextSize,
    /// The language; `None`: the device's.
    pub lang: Option<Lang>,
}

/// The colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Theme {
    /// As the device says.
    #[default]
    System,
    /// Dark on light.
    Light,
    /// Dim and warm, for a dark room and eyes that must stay used to it.
    Night,
    /// As much contrast as there is.
    Contrast,
}

impl Theme {
    /// In the order of the screen.
    pub const ALL: [Self; 4] = [Self::System, Self::Light, Self::Night, Self::Contrast];

    /// The name in the page.
    pub const fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Night => "night",
            Self::Contrast => "contrast",
        }
    }
}

/// The size of text, as a part of the device's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TextSize {
    /// As the device says.
    #[default]
    Normal,
    /// A quarter larger.
    Large,
    /// Half as large again.
    Larger,
    /// Twice as large (WCAG 2.2, 1.4.4).
    Double,
}

impl TextSize {
    /// In the order of the screen.
    pub const ALL: [Self; 4] = [Self::Normal, Self::Large, Self::Larger, Self::Double];

    /// In percent.
    pub const fn percent(self) -> u16 {
        match self {
            Self::Normal => 100,
            Self::Large => 125,
            Self::Larger => 150,
            Self::Double => 200,
        }
    }
}

const FILE: &str = "preferences.json";

impl Preferences {
    /// Reads the file of the device's folder. A missing or unreadable one is no reason to stop: it holds tastes.
    pub fn load(folder: &Path) -> Self {
        std::fs::read(folder.join(FILE)).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
    }

    /// Writes the file in the background.
    pub fn store(self, folder: PathBuf) {
        tokio::task::spawn_blocking(move || {
            if let Err(error) = self.write(&folder) {
                tracing::warn!(%error, "preferences could not be written");
            }
        });
    }

    fn write(self, folder: &Path) -> std::io::Result<()> {
        let half = folder.join("preferences.json.new");
        std::fs::write(&half, serde_json::to_vec(&self)?)?;
        std::fs::rename(half, folder.join(FILE))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_and_rubbish_is_the_default() -> std::io::Result<()> {
        let folder = tempfile::tempdir()?;
        let chosen = Preferences { theme: Theme::Night, text: TextSize::Double, lang: Some(Lang::Cy) };
        chosen.write(folder.path())?;
        assert_eq!(Preferences::load(folder.path()), chosen);
        std::fs::write(folder.path().join(FILE), b"{\"theme\":\"pink\"}")?;
        assert_eq!(Preferences::load(folder.path()), Preferences::default());
        Ok(())
    }
}
