use shared::summary::Summary;

const FORBIDDEN: [&str; 22] = [
    "script", "style", "img", "a", "iframe", "object", "embed", "svg", "math", "link", "meta", "base", "form", "input",
    "button", "video", "audio", "source", "template", "frame", "body", "textarea",
];
const ATTRIBUTES: [&str; 4] = ["colspan", "rowspan", "lang", "dir"];

/// Nothing in a narrative runs, reaches outside or covers the screen.
pub(super) fn harmless(made: &Summary) {
    for section in &made.sections {
        let html = section.narrative.harmless();
        let mut rest = html.as_str();
        while let Some(at) = rest.find('<') {
            rest = tag(&rest[at + 1..]);
        }
        let plain = section.narrative.plain();
        assert!(!plain.contains(['\n', '\u{202e}']), "plain words are one line");
    }
}

// Checks one tag and gives what follows it.
fn tag(text: &str) -> &str {
    let text = text.strip_prefix('/').unwrap_or(text);
    let name: String = text.chars().take_while(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    assert!(!name.is_empty() && !FORBIDDEN.contains(&name.as_str()), "a tag {name:?} in a narrative");
    let mut rest = text[name.len()..].trim_start();
    while !rest.starts_with('>') {
        let Some((attribute, after)) = rest.split_once("=\"") else {
            assert!(rest.trim_start_matches('/').starts_with('>'), "a tag without an end");
            return rest;
        };
        assert!(ATTRIBUTES.contains(&attribute.trim()), "an attribute in a narrative");
        rest = after.split_once('"').map_or("", |(_, more)| more).trim_start();
    }
    rest
}

/// A code that is behind the gate stands nowhere else: not at a glance, not in a statement, not in a narrative.
pub(super) fn codes_are_masked(made: &Summary) {
    let items = || made.sections.iter().flat_map(|s| &s.items).filter(|i| !i.gated.is_empty());
    if items().count() > 20 {
        return;
    }
    for item in items() {
        let parts = item.gated.split(|c: char| !c.is_ascii_alphanumeric());
        let shown = |part: &str| item.text.contains(part) || item.detail.contains(part);
        for code in parts.filter(|p| p.len() >= 4 && p.bytes().all(|b| b.is_ascii_digit()) && !shown(p)).take(5) {
            let told = made.glance.iter().any(|l| l.text.contains(code) || l.detail.contains(code))
                || made.sections.iter().any(|s| s.statement.contains(code) || s.narrative.plain().contains(code));
            assert!(!told || item.detail.ends_with("(read the source)"), "an access code stands in clear");
        }
    }
}
