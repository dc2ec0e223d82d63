//! The way to a place on the page.

use dioxus::prelude::*;

// Step by step: what is closed is opened as a finger would, because some of it is only made then; the last place is
// marked, given the focus, and stands clear of what sticks to the top. What is still being drawn is waited for, for a
// second or so.
const REACH: &str = "const turn = window.doorstepReach = {};
(function reach(steps, tries) {
    const at = document.querySelector(steps[0]);
    if (window.doorstepReach !== turn) return;
    if (!at) { if (tries > 0) requestAnimationFrame(() => reach(steps, tries - 1)); return; }
    const closed = [];
    for (let around = at.closest('details'); around; around = around.parentElement.closest('details')) closed.push(around);
    closed.push(...at.querySelectorAll(':scope > details'));
    closed.filter(d => !d.open).forEach(d => d.querySelector(':scope > summary').click());
    at.querySelector(':scope > button[aria-expanded=false]')?.click();
    if (steps.length > 1) { reach(steps.slice(1), tries); return; }
    requestAnimationFrame(() => requestAnimationFrame(() => {
        const acts = at.matches('input, button');
        document.querySelectorAll('[data-reached]').forEach(e => e.removeAttribute('data-reached'));
        if (!acts) { at.tabIndex = -1; at.dataset.reached = ''; }
        at.style.scrollMarginTop = ((document.querySelector('.sticky')?.offsetHeight ?? 0) + 8) + 'px';
        at.focus({ preventScroll: true });
        at.scrollIntoView({ block: acts ? 'nearest' : at.offsetHeight > innerHeight / 2 ? 'start' : 'center' });
    }));
})";

/// Opens, marks, focuses and scrolls to what the last selector names; each before it names something around it that
/// is opened first. A page without a document stays as it is.
pub fn reach(steps: &[&str]) {
    let steps = serde_json::Value::from(steps);
    document::eval(&format!("{REACH}({steps}, 600)"));
}
