//! Trap 18: what must not come through with the narrative.

use serde_json::json;

use super::corpus::{Real, real};
use super::fixture::*;

const HOSTILE: &str = r#"<div xmlns="http://www.w3.org/1999/xhtml" onload="steal()"><script>steal()</script><style>p{display:none}</style>
<p onclick="steal()" style="display:none" class="x" id="y">Penicillin: <b>collapse</b></p><img src="https://evil.example/p.png" onerror="steal()"/>
<a href="javascript:steal()">link words</a><a href="https://evil.example">more</a><iframe src="https://evil.example"></iframe>
<svg onload="steal()"><script>steal()</script></svg><math><mtext><script>steal()</script></mtext></math><form action="https://evil.example"><input name="pin"/></form>
<table background="https://evil.example/b.png"><tr><td>Cell</td></tr></table><meta http-equiv="refresh" content="0;url=https://evil.example"/><base href="https://evil.example"/>
<object data="https://evil.example"></object><embed src="https://evil.example"/><link rel="stylesheet" href="https://evil.example"/><video src="https://evil.example"></video></div>"#;

fn assert_harmless(html: &str, name: &str) {
    let lower = html.to_lowercase();
    for gone in [
        "<script",
        "steal",
        "<style",
        "<img",
        "<a ",
        "<iframe",
        "<svg",
        "<math",
        "<form",
        "<input",
        "<object",
        "<embed",
        "<link",
        "<meta",
        "<base",
        "<video",
        "javascript:",
        "onclick",
        "onload",
        "onerror",
        " style=",
        " src=",
        " href=",
        "background=",
        "evil.example",
        "url(",
    ] {
        assert!(!lower.contains(gone), "{name}: {gone}: {html}");
    }
}

#[test]
fn trap_18_script_style_handlers_images_and_links_are_gone_and_the_words_stay() {
    let mut told = section(ALLERGIES, &[]);
    told["text"] = json!({"status": "generated", "div": HOSTILE});
    let seen = read(&bundle(&[told], &[]));
    let html = str_of(&seen.section(ALLERGIES)["narrative"]);
    assert_harmless(html, "own");
    for words in ["Penicillin", "collapse", "link words", "Cell"] {
        assert!(html.contains(words), "{words}: {html}");
    }
    assert!(!seen.statement(ALLERGIES).contains("steal") && seen.statement(ALLERGIES).contains("Penicillin: collapse"));
}

#[test]
fn trap_18_words_of_an_entry_are_never_markup() {
    let item = one(made("Basic", "b", json!({"text": {"div": HOSTILE}})));
    assert!(
        !said(&item).contains('<') && !said(&item).contains("steal") && said(&item).contains("Penicillin"),
        "{item}"
    );
}

#[test]
fn trap_18_markup_that_is_broken_or_endless_is_answered() {
    for div in [
        "<div><p>Latex",
        "<<<<>>>>",
        "<div <b>Latex</b>",
        "<scr<script>ipt>steal()</scr</script>ipt>",
        "<img src=x onerror=steal()//",
        "<!-- <script>steal()</script>",
        "<svg/onload=steal()>",
    ]
    .map(str::to_owned)
    .into_iter()
    .chain([format!("{}Latex", "<div>".repeat(50_000)), "<".repeat(100_000)])
    {
        let mut told = section(ALLERGIES, &[]);
        told["text"] = json!({"div": div});
        let html = read(&bundle(&[told], &[])).section(ALLERGIES)["narrative"].as_str().unwrap().to_lowercase();
        for live in ["<script", "<img", "<svg", "onerror=steal()/"] {
            assert!(!html.contains(live), "{live}: {html}");
        }
    }
}

#[test]
fn trap_18_in_the_corpus_links_styles_and_images_are_gone_and_the_words_stay() {
    let all = real(&[
        "RACSEL_IPS-viewer/example2.json",
        "jddamore_IPSviewer/full_ips.json",
        "jddamore_IPSviewer@history/NZ_Peter_Jordan_02.json",
        "FHIR_fhir-test-cases/bundle-mni-patientOverview-bundle-example1.json",
    ]);
    for section in all.iter().flat_map(|real| real.seen.sections()) {
        assert_harmless(str_of(&section["narrative"]), str_of(&section["title"]));
    }
    let words = |real: &Real| real.seen.sections().iter().any(|s| str_of(&s["narrative"]).len() > 100);
    assert!(all.is_empty() || all.iter().filter(|r| words(r)).count() >= 3);
}
