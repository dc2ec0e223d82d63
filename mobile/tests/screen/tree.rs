//! The tree that the virtual DOM's edits build.

use std::collections::BTreeMap;

use dioxus_core::{AttributeValue, ElementId, Template, TemplateAttribute, TemplateNode, WriteMutations};

#[derive(Default)]
struct Node {
    /// `None` for text and for the placeholder of something not drawn.
    tag: Option<&'static str>,
    text: String,
    attributes: BTreeMap<&'static str, String>,
    children: Vec<usize>,
    parent: Option<usize>,
    id: Option<ElementId>,
    listens: bool,
}

pub(super) struct Tree {
    nodes: Vec<Node>,
    by_id: Vec<usize>,
    stack: Vec<usize>,
}

impl Tree {
    pub(super) const ROOT: usize = 0;

    pub(super) fn new() -> Self {
        let root = Node { tag: Some("body"), id: Some(ElementId(0)), ..Node::default() };
        Self { nodes: vec![root], by_id: vec![Self::ROOT], stack: Vec::new() }
    }

    /// Elements in the order of the page that match `tag`, `#id`, `[name]` or `[name=value]`.
    pub(super) fn select(&self, selector: &str) -> Vec<usize> {
        let mut found = Vec::new();
        self.walk(Self::ROOT, &mut |node| {
            if self.matches(node, selector) {
                found.push(node);
            }
        });
        found
    }

    fn walk(&self, from: usize, visit: &mut impl FnMut(usize)) {
        visit(from);
        for child in &self.nodes[from].children {
            self.walk(*child, visit);
        }
    }

    fn matches(&self, node: usize, selector: &str) -> bool {
        let attribute = |name: &str| self.attribute(node, name);
        if let Some(id) = selector.strip_prefix('#') {
            return attribute("id") == Some(id);
        }
        match selector.strip_prefix('[').and_then(|s| s.strip_suffix(']')) {
            None => self.nodes[node].tag == Some(selector),
            Some(inside) => match inside.split_once('=') {
                Some((name, value)) => attribute(name) == Some(value),
                None => attribute(inside).is_some(),
            },
        }
    }

    pub(super) fn attribute(&self, node: usize, name: &str) -> Option<&str> {
        self.nodes[node].attributes.get(name).map(String::as_str)
    }

    pub(super) fn ancestor(&self, node: usize, tag: &str) -> Option<usize> {
        std::iter::successors(Some(node), |n| self.nodes[*n].parent).find(|n| self.nodes[*n].tag == Some(tag))
    }

    /// Where a browser hands an event over: the nearest element that listens to anything.
    pub(super) fn listener(&self, node: usize) -> Option<ElementId> {
        let mut way_up = std::iter::successors(Some(node), |n| self.nodes[*n].parent);
        way_up.find(|n| self.nodes[*n].listens).and_then(|n| self.nodes[n].id)
    }

    /// The words below a node, one space between elements.
    pub(super) fn text(&self, node: usize) -> String {
        let mut words = String::new();
        self.walk(node, &mut |n| {
            if self.nodes[n].tag.is_some() && !words.ends_with(' ') {
                words.push(' ');
            }
            words.push_str(&self.nodes[n].text);
        });
        words.trim().to_owned()
    }

    fn add(&mut self, node: Node) -> usize {
        self.nodes.push(node);
        self.nodes.len() - 1
    }

    fn name(&mut self, node: usize, id: ElementId) {
        if self.by_id.len() <= id.0 {
            self.by_id.resize(id.0 + 1, Self::ROOT);
        }
        self.by_id[id.0] = node;
        self.nodes[node].id = Some(id);
    }

    fn build(&mut self, template: &TemplateNode) -> usize {
        let TemplateNode::Element { tag, attrs, children, .. } = template else {
            let text = if let TemplateNode::Text { text } = template { text.to_string() } else { String::new() };
            return self.add(Node { text, ..Node::default() });
        };
        let attributes = attrs.iter().filter_map(|attribute| match attribute {
            TemplateAttribute::Static { name, value, .. } => Some((*name, value.to_string())),
            TemplateAttribute::Dynamic { .. } => None,
        });
        let node = Node { tag: Some(tag), attributes: attributes.collect(), ..Node::default() };
        let node = self.add(node);
        for child in children.iter() {
            let child = self.build(child);
            self.adopt(node, child, None);
        }
        node
    }

    fn adopt(&mut self, parent: usize, child: usize, at: Option<usize>) {
        self.leave(child);
        let children = &mut self.nodes[parent].children;
        let at = at.unwrap_or(children.len());
        children.insert(at, child);
        self.nodes[child].parent = Some(parent);
    }

    fn leave(&mut self, node: usize) {
        if let Some(parent) = self.nodes[node].parent.take() {
            self.nodes[parent].children.retain(|child| *child != node);
        }
    }

    fn pop(&mut self, count: usize) -> Vec<usize> {
        self.stack.split_off(self.stack.len() - count)
    }

    fn at_path(&self, path: &[u8]) -> usize {
        let top = self.stack.last().copied().unwrap_or(Self::ROOT);
        path.iter().fold(top, |node, step| self.nodes[node].children[usize::from(*step)])
    }

    // Beside `anchor`; a newcomer may come from elsewhere under the same parent, so the place is found anew each time.
    fn put_beside(&mut self, anchor: usize, newcomers: Vec<usize>, after: bool) {
        let Some(parent) = self.nodes[anchor].parent else { return };
        let ordered: Vec<usize> = if after { newcomers.into_iter().rev().collect() } else { newcomers };
        for newcomer in ordered {
            self.leave(newcomer);
            let place = self.nodes[parent].children.iter().position(|child| *child == anchor);
            self.adopt(parent, newcomer, place.map(|p| p + usize::from(after)));
        }
    }
}

impl WriteMutations for Tree {
    fn append_children(&mut self, id: ElementId, count: usize) {
        let parent = self.by_id[id.0];
        for child in self.pop(count) {
            self.adopt(parent, child, None);
        }
    }

    fn assign_node_id(&mut self, path: &'static [u8], id: ElementId) {
        self.name(self.at_path(path), id);
    }

    fn create_placeholder(&mut self, id: ElementId) {
        self.create_text_node("", id);
    }

    fn create_text_node(&mut self, value: &str, id: ElementId) {
        let node = self.add(Node { text: value.to_owned(), ..Node::default() });
        self.name(node, id);
        self.stack.push(node);
    }

    fn load_template(&mut self, template: Template, index: usize, id: ElementId) {
        let node = self.build(&template.roots[index]);
        self.name(node, id);
        self.stack.push(node);
    }

    fn replace_node_with(&mut self, id: ElementId, count: usize) {
        let (old, new) = (self.by_id[id.0], self.pop(count));
        self.put_beside(old, new, false);
        self.leave(old);
    }

    fn replace_placeholder_with_nodes(&mut self, path: &'static [u8], count: usize) {
        let new = self.pop(count);
        let old = self.at_path(path);
        self.put_beside(old, new, false);
        self.leave(old);
    }

    fn insert_nodes_after(&mut self, id: ElementId, count: usize) {
        let new = self.pop(count);
        self.put_beside(self.by_id[id.0], new, true);
    }

    fn insert_nodes_before(&mut self, id: ElementId, count: usize) {
        let new = self.pop(count);
        self.put_beside(self.by_id[id.0], new, false);
    }

    fn set_attribute(&mut self, name: &'static str, _: Option<&'static str>, value: &AttributeValue, id: ElementId) {
        let text = match value {
            AttributeValue::Text(text) => Some(text.clone()),
            AttributeValue::Int(number) => Some(number.to_string()),
            AttributeValue::Float(number) => Some(number.to_string()),
            AttributeValue::Bool(true) => Some(String::new()),
            _ => None,
        };
        let attributes = &mut self.nodes[self.by_id[id.0]].attributes;
        match text {
            Some(text) => attributes.insert(name, text),
            None => attributes.remove(name),
        };
    }

    fn set_node_text(&mut self, value: &str, id: ElementId) {
        self.nodes[self.by_id[id.0]].text = value.to_owned();
    }

    fn create_event_listener(&mut self, _: &'static str, id: ElementId) {
        self.nodes[self.by_id[id.0]].listens = true;
    }

    fn remove_event_listener(&mut self, _: &'static str, _: ElementId) {}

    fn remove_node(&mut self, id: ElementId) {
        self.leave(self.by_id[id.0]);
    }

    fn push_root(&mut self, id: ElementId) {
        self.stack.push(self.by_id[id.0]);
    }
}
