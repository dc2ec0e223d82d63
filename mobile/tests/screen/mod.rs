//! A page without a window: the virtual DOM's edits applied to a small tree, real Dioxus events fired into it.
//!
//! It finds elements by the hooks that the window driver uses (`#id`, `[attribute]`, `[attribute=value]`, a tag),
//! refuses what a person could not do (press a disabled button), and does what a browser does by itself: a submit
//! button submits its form, a remount brings a field back to its `initial_value`.

mod tree;

use std::any::Any;
use std::rc::Rc;
use std::time::Duration;

use dioxus_core::{ComponentFunction, Event, VirtualDom};
use dioxus_html::{PlatformEventData, SerializedFormData, SerializedHtmlEventConverter, SerializedMouseData};

use tree::Tree;

pub(crate) struct Screen {
    dom: VirtualDom,
    tree: Tree,
}

impl Screen {
    pub(crate) async fn of<P: Clone + 'static, M: 'static>(root: impl ComponentFunction<P, M>, props: P) -> Self {
        dioxus_html::set_event_converter(Box::new(SerializedHtmlEventConverter));
        let mut dom = VirtualDom::new_with_props(root, props);
        let mut tree = Tree::new();
        dom.rebuild(&mut tree);
        let mut screen = Self { dom, tree };
        screen.settle().await;
        screen
    }

    /// Draws until nothing is left to draw now.
    pub(crate) async fn settle(&mut self) {
        while tokio::time::timeout(Duration::from_millis(5), self.dom.wait_for_work()).await.is_ok() {
            self.dom.render_immediate(&mut self.tree);
        }
    }

    pub(crate) fn count(&self, selector: &str) -> usize {
        self.tree.select(selector).len()
    }

    pub(crate) fn has(&self, selector: &str) -> bool {
        self.count(selector) > 0
    }

    /// The words of the page, or of the one element.
    pub(crate) fn text(&self, selector: &str) -> String {
        self.tree.text(self.one(selector))
    }

    pub(crate) fn words(&self) -> String {
        self.tree.text(Tree::ROOT)
    }

    pub(crate) fn attribute(&self, selector: &str, name: &str) -> Option<String> {
        self.tree.attribute(self.one(selector), name).map(str::to_owned)
    }

    /// The attribute of every match, in the order of the page.
    pub(crate) fn attributes(&self, selector: &str, name: &str) -> Vec<&str> {
        self.tree.select(selector).into_iter().filter_map(|element| self.tree.attribute(element, name)).collect()
    }

    pub(crate) async fn press(&mut self, selector: &str) {
        let element = self.one(selector);
        self.press_element(element, selector).await;
    }

    pub(crate) async fn press_first(&mut self, selector: &str) {
        self.press_nth(selector, 0).await;
    }

    pub(crate) async fn press_nth(&mut self, selector: &str, nth: usize) {
        let element = self.tree.select(selector)[nth];
        self.press_element(element, selector).await;
    }

    async fn press_element(&mut self, element: usize, selector: &str) {
        assert!(self.tree.attribute(element, "disabled").is_none(), "{selector} is disabled");
        let goes_on = self.fire(element, "click", Box::new(SerializedMouseData::default()));
        let submits = self.tree.attribute(element, "type") == Some("submit");
        if let Some(form) = self.tree.ancestor(element, "form").filter(|_| goes_on && submits) {
            self.fire(form, "submit", Box::new(SerializedFormData::new(String::new(), Vec::new())));
        }
        self.settle().await;
    }

    pub(crate) async fn write(&mut self, selector: &str, text: &str) {
        let field = self.one(selector);
        self.fire(field, "input", Box::new(SerializedFormData::new(text.to_owned(), Vec::new())));
        self.settle().await;
    }

    fn one(&self, selector: &str) -> usize {
        let found = self.tree.select(selector);
        assert_eq!(found.len(), 1, "{} elements match {selector} in: {}", found.len(), self.words());
        found[0]
    }

    // The event starts where a browser hands it over and bubbles from there.
    fn fire(&self, element: usize, name: &str, data: Box<dyn Any>) -> bool {
        let Some(id) = self.tree.listener(element) else { return true };
        let data: Rc<dyn Any> = Rc::new(PlatformEventData::new(data));
        let event = Event::new(data, true);
        self.dom.runtime().handle_event(name, event.clone(), id);
        event.default_action_enabled()
    }
}
