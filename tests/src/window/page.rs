//! What a person does on the page. Everything waits until it can be done; nothing sleeps a guessed time.

use std::path::PathBuf;

use anyhow::{Context, Result};
use fantoccini::Locator;
use fantoccini::elements::Element;
use serde_json::Value;

use super::Window;
use crate::wait::eventually;

impl Window {
    /// Waits for a visible element.
    ///
    /// # Errors
    /// After two minutes, with the text of the page; so do all the others here.
    pub async fn find(&self, css: &str) -> Result<Element> {
        let found = eventually(css, || self.visible(css)).await;
        self.told(found).await
    }

    async fn visible(&self, css: &str) -> Result<Option<Element>> {
        for element in self.client().find_all(Locator::Css(css)).await? {
            // A render between the two questions makes the element stale: ask again.
            if element.is_displayed().await.unwrap_or(false) {
                return Ok(Some(element));
            }
        }
        Ok(None)
    }

    /// Clicks what matches, once it is there and enabled.
    ///
    /// # Errors
    /// When it never is.
    pub async fn click(&self, css: &str) -> Result<()> {
        let clicked = eventually("something to click", || async {
            let Some(element) = self.visible(css).await? else { return Ok(None) };
            if !element.is_enabled().await.unwrap_or(false) {
                return Ok(None);
            }
            Ok(element.click().await.ok())
        });
        let clicked = clicked.await;
        self.told(clicked).await.with_context(|| format!("click {css}"))
    }

    /// Clicks the visible, enabled element that matches and says `words`.
    ///
    /// # Errors
    /// When there never is one.
    pub async fn click_saying(&self, css: &str, words: &str) -> Result<()> {
        let clicked = eventually("something to click", || async {
            for element in self.client().find_all(Locator::Css(css)).await? {
                if element.text().await.is_ok_and(|text| text.contains(words)) {
                    return Ok(element.click().await.ok());
                }
            }
            Ok(None)
        });
        let clicked = clicked.await;
        self.told(clicked).await.with_context(|| format!("click {css} that says {words:?}"))
    }

    /// Types into what matches, key by key.
    ///
    /// # Errors
    /// When it is not there, or takes no keys.
    pub async fn type_into(&self, css: &str, text: &str) -> Result<()> {
        let typed = eventually("a field to type into", || async {
            let Some(field) = self.visible(css).await? else { return Ok(None) };
            match field.send_keys(text).await {
                // It was drawn anew after it was found: no key has gone anywhere.
                Err(gone) if gone.is_stale_element_reference() => Ok(None),
                typed => Ok(Some(typed?)),
            }
        });
        let typed = typed.await;
        self.told(typed).await.with_context(|| format!("type into {css}"))
    }

    /// The visible text of what matches.
    ///
    /// # Errors
    /// When it is not there.
    pub async fn text(&self, css: &str) -> Result<String> {
        let read = eventually("text", || self.text_now(css)).await;
        self.told(read).await.with_context(|| format!("read {css}"))
    }

    async fn text_now(&self, css: &str) -> Result<Option<String>> {
        let Some(element) = self.visible(css).await? else { return Ok(None) };
        Ok(element.text().await.ok())
    }

    /// Waits until what matches says `words`.
    ///
    /// # Errors
    /// When it never does.
    pub async fn says(&self, css: &str, words: &str) -> Result<()> {
        let heard = eventually("these words", || async {
            let text = self.text_now(css).await?;
            Ok(text.is_some_and(|text| text.contains(words)).then_some(()))
        });
        let heard = heard.await;
        self.told(heard).await.with_context(|| format!("{css} should say {words:?}"))
    }

    /// Whether something visible matches now.
    ///
    /// # Errors
    /// When the driver is gone.
    pub async fn shows(&self, css: &str) -> Result<bool> {
        Ok(self.visible(css).await?.is_some())
    }

    /// How many elements match now, visible or not.
    ///
    /// # Errors
    /// When the driver is gone.
    pub async fn count(&self, css: &str) -> Result<usize> {
        Ok(self.client().find_all(Locator::Css(css)).await?.len())
    }

    /// Waits until one of several is visible and says which.
    ///
    /// # Errors
    /// When none ever is.
    pub async fn either<'a>(&self, choices: &[&'a str]) -> Result<&'a str> {
        let found = eventually("one of several", || async {
            for css in choices {
                if self.shows(css).await? {
                    return Ok(Some(*css));
                }
            }
            Ok(None)
        });
        let found = found.await;
        self.told(found).await.with_context(|| format!("one of {choices:?}"))
    }

    /// Waits until nothing visible matches.
    ///
    /// # Errors
    /// When something stays.
    pub async fn gone(&self, css: &str) -> Result<()> {
        let gone = eventually("nothing to be left", || async { Ok((!self.shows(css).await?).then_some(())) }).await;
        self.told(gone).await.with_context(|| format!("{css} should go"))
    }

    /// Waits for a screen by its `data-view`.
    ///
    /// # Errors
    /// When another one stays.
    pub async fn view(&self, name: &str) -> Result<()> {
        self.find(&format!("main[data-view={name:?}]")).await.map(|_| ())
    }

    /// Runs JavaScript and gives its answer.
    ///
    /// # Errors
    /// When it throws.
    pub async fn execute(&self, script: &str) -> Result<Value> {
        Ok(self.client().execute(script, Vec::new()).await?)
    }

    /// Runs JavaScript that answers later: its last argument is the function to call with the answer.
    ///
    /// # Errors
    /// When it throws, or does not answer in time.
    pub async fn execute_async(&self, script: &str, arguments: Vec<Value>) -> Result<Value> {
        Ok(self.client().execute_async(script, arguments).await?)
    }

    /// Saves what the window shows as `NAME.png`, exactly the size of the viewport.
    ///
    /// # Errors
    /// When it cannot be taken or written.
    pub async fn screenshot(&self, name: &str) -> Result<PathBuf> {
        let picture = self.client().screenshot().await?;
        let file = self.launch.screens.join(format!("{name}.png"));
        std::fs::write(&file, picture)?;
        Ok(file)
    }

    /// Milliseconds from the start of the app's process to the first paint with content.
    ///
    /// # Errors
    /// When nothing is ever painted.
    pub async fn first_paint(&self) -> Result<f64> {
        const SCRIPT: &str = "const p = performance.getEntriesByName('first-contentful-paint')[0];
            return p ? performance.timeOrigin + p.startTime : null";
        let painted = eventually("the first paint", || async { Ok(self.execute(SCRIPT).await?.as_f64()) }).await?;
        Ok(painted - self.driver.app_started()?)
    }

    /// Adds what the page says to an error: most failures explain themselves there.
    async fn told<T>(&self, result: Result<T>) -> Result<T> {
        let Err(error) = result else { return result };
        let page = self.execute("return document.body ? document.body.innerText : ''").await;
        let page = page.map_or_else(|e| format!("(no page: {e})"), |text| text.as_str().unwrap_or_default().to_owned());
        let beginning: String = page.replace('\n', " · ").chars().take(600).collect();
        Err(error.context(format!("the page says: {beginning}")))
    }
}
