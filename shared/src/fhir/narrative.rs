//! The narrative is HTML from outside: cleaned before it is shown, never trusted.

use std::collections::HashSet;
use std::sync::LazyLock;

use ammonia::Builder;

use super::lens::clean;

/// Longer or deeper narratives are given as plain text: HTML that nests without end makes any cleaner slow, and a
/// reader at the door gains nothing from its layout.
const LONGEST_HTML: usize = 512 * 1024;
const DEEPEST_HTML: usize = 200;

const TAGS: [&str; 38] = [
    "a",
    "abbr",
    "b",
    "blockquote",
    "br",
    "caption",
    "cite",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "div",
    "dl",
    "dt",
    "em",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "ins",
    "li",
    "ol",
    "p",
    "pre",
    "small",
    "span",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "th",
];
const MORE_TAGS: [&str; 6] = ["thead", "tfoot", "tr", "tt", "u", "ul"];

static CLEANER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut tags: HashSet<&str> = TAGS.into_iter().chain(MORE_TAGS).collect();
    // Links lose their target, so they are only words.
    tags.remove("a");
    let mut builder = Builder::empty();
    builder
        .tags(tags)
        .clean_content_tags(HashSet::from(["script", "style", "title", "iframe", "object", "noscript", "template"]))
        .tag_attributes(
            [("td", HashSet::from(["colspan", "rowspan"])), ("th", HashSet::from(["colspan", "rowspan"]))].into(),
        )
        .generic_attributes(HashSet::from(["lang", "dir"]))
        .url_schemes(HashSet::new());
    builder
});

/// The narrative without script, style, event handlers, images, links or anything that reaches outside. Words stay.
pub fn sanitise(html: &str) -> String {
    if html.trim().is_empty() {
        return String::new();
    }
    if html.len() > LONGEST_HTML || depth(html) > DEEPEST_HTML {
        return format!("<pre>{}</pre>", ammonia::clean_text(&words(html)));
    }
    CLEANER.clean(html).to_string().trim().to_owned()
}

/// The words of a narrative on one line, for a reader of one line. Empty when there are none.
pub fn plain_text(html: &str) -> String {
    clean(&words(html))
}

// Counted, not parsed: close enough to refuse what is hostile, and linear.
fn depth(html: &str) -> usize {
    let (mut now, mut most) = (0usize, 0);
    let bytes = html.as_bytes();
    for (at, _) in html.match_indices('<') {
        match bytes.get(at + 1) {
            Some(b'/') => now = now.saturating_sub(1),
            Some(b) if b.is_ascii_alphabetic() => {
                let end = bytes[at..].iter().take(160).position(|b| *b == b'>').map_or(at, |e| at + e);
                let is_void = ["br", "hr", "img", "col"].iter().any(|v| bytes[at + 1..].starts_with(v.as_bytes()));
                now += usize::from(!is_void && bytes.get(end.saturating_sub(1)) != Some(&b'/'));
            }
            _ => {}
        }
        most = most.max(now);
    }
    most
}

fn words(html: &str) -> String {
    let mut out = String::with_capacity(html.len() / 2);
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        let tag = &rest[at..];
        match skip_tag(tag) {
            Some(after) => {
                out.push_str(if is_inline(tag) { "" } else { " " });
                rest = after;
            }
            None => {
                out.push('<');
                rest = &tag[1..];
            }
        }
    }
    out.push_str(rest);
    decode(&out)
}

// Inline tags do not part words: H<sub>2</sub>O.
fn is_inline(tag: &str) -> bool {
    let name: String = tag
        .chars()
        .skip(1)
        .skip_while(|c| *c == '/')
        .take_while(char::is_ascii_alphanumeric)
        .collect::<String>()
        .to_ascii_lowercase();
    ["b", "i", "em", "strong", "span", "sub", "sup", "a", "u", "small"].contains(&name.as_str())
}

/// What follows the tag, or `None` when this is only a sign for "less than".
fn skip_tag(tag: &str) -> Option<&str> {
    for (open, close) in [("<!--", "-->"), ("<script", "</script"), ("<style", "</style")] {
        if tag.get(..open.len()).is_some_and(|t| t.eq_ignore_ascii_case(open)) {
            let after = tag.find(close).map_or("", |end| &tag[end + close.len()..]);
            return Some(if open == "<!--" { after } else { after.find('>').map_or("", |end| &after[end + 1..]) });
        }
    }
    let is_tag = tag.chars().nth(1).is_some_and(|c| matches!(c, '/' | '!' | '?') || c.is_ascii_alphabetic());
    is_tag.then(|| tag.find('>').map_or("", |end| &tag[end + 1..]))
}

fn decode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        let tail = &rest[at + 1..];
        match tail
            .char_indices()
            .take(12)
            .find(|(_, c)| *c == ';')
            .and_then(|(end, _)| Some((entity(&tail[..end])?, end)))
        {
            Some((c, end)) => {
                out.push(c);
                rest = &tail[end + 1..];
            }
            None => {
                out.push('&');
                rest = tail;
            }
        }
    }
    out.push_str(rest);
    out
}

fn entity(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)?
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn script_style_handlers_images_and_links_go_and_words_stay() {
        let html = r#"<div xmlns="x" onclick="e()"><style>p{}</style><script>alert(1)</script><p style="background:url(http://e)">Take <a href="http://evil.example">with food</a><img src="http://t.example/x.png" alt="y"/></p><table><tr><td colspan="2">1 &lt; 2</td></tr></table></div>"#;
        let safe = sanitise(html);
        for gone in ["alert", "style", "http", "img", "href", "onclick", "p{}"] {
            assert!(!safe.contains(gone), "{gone} in {safe}");
        }
        assert!(
            safe.contains("Take with food") && safe.contains(r#"colspan="2""#) && safe.contains("1 &lt; 2"),
            "{safe}"
        );
    }

    #[test]
    fn hostile_depth_and_length_are_answered_with_plain_words() {
        let deep = format!("{}x&lt;b&gt;{}", "<div>".repeat(100_000), "</div>".repeat(100_000));
        assert!(sanitise(&deep).starts_with("<pre>") && sanitise(&deep).contains("x&lt;b&gt;"));
        assert!(sanitise(&"<a".repeat(200_000)).len() < 1_000_000);
        assert!(sanitise(&"<p>a</p>".repeat(100_000)).starts_with("<pre>"));
    }

    #[test]
    fn the_words_of_a_narrative_are_one_line() {
        assert_eq!(
            plain_text("<div><p>Penicillin</p><p>H<sub>2</sub>O &amp; more &#8211; 5 < 6</p></div>"),
            "Penicillin H2O & more – 5 < 6"
        );
        assert_eq!(plain_text("<script>x</script><!-- y -->z<style>q</style>"), "z");
        assert_eq!(plain_text("<"), "<");
    }
}
