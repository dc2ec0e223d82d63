//! What is measured on the page, in its own language: the driver runs these there.

/// The themes and sizes of text every record is seen in.
pub(super) const DRESSES: [(&str, u16); 4] = [("light", 100), ("night", 200), ("light", 200), ("night", 100)];

/// Opens what is closed, then looks at all the text there is: nothing may stick out, be cut or lie on other text.
pub(super) const LOOK: &str = "
    const found = [];
    const pane = document.querySelector('.pane-patient');
    const edge = pane.getBoundingClientRect();
    const name = e => (e.closest('[data-section],[data-glance],[id]')?.outerHTML.slice(0, 60) || '') + ' … ' + e.textContent.trim().slice(0, 40);
    if (document.documentElement.scrollWidth > innerWidth || pane.scrollWidth > pane.clientWidth) found.push('scrolls sideways');
    const scrolls = e => { for (let p = e; p && p !== pane; p = p.parentElement) { const o = getComputedStyle(p).overflowX; if (o === 'auto' || o === 'scroll') return true; } return false; };
    const still = e => e.closest('.sticky, .still, .action-bar') !== null;
    const boxes = [];
    const walk = document.createTreeWalker(pane, NodeFilter.SHOW_TEXT);
    for (let node = walk.nextNode(); node; node = walk.nextNode()) {
        const e = node.parentElement;
        if (!node.textContent.trim() || !e.checkVisibility() || e.closest('.only-read')) continue;
        const range = document.createRange();
        range.selectNodeContents(node);
        for (const box of range.getClientRects()) {
            if (box.width < 1 || scrolls(e)) continue;
            if (box.right > edge.right + 1 || box.left < edge.left - 1) found.push('sticks out: ' + name(e));
            if (!still(e)) boxes.push([box, e]);
        }
        for (let p = e; p && p !== pane; p = p.parentElement) {
            const style = getComputedStyle(p);
            if (style.overflowX !== 'visible' && style.overflowX !== 'auto' && p.scrollWidth > p.clientWidth + 1) {
                const end = p.getBoundingClientRect().right;
                const beyond = [...p.querySelectorAll('*')].filter(c => c.getBoundingClientRect().right > end + 1).at(-1);
                found.push('cut off: ' + (beyond?.outerHTML.slice(0, 120) || name(p)));
            }
            if (style.overflowY === 'hidden' && p.scrollHeight > p.clientHeight + 1) found.push('cut below: ' + name(p));
        }
    }
    boxes.sort((a, b) => a[0].top - b[0].top);
    for (let i = 0; i < boxes.length; i++) for (let j = i + 1; j < boxes.length; j++) {
        const [a, b] = [boxes[i][0], boxes[j][0]];
        if (b.top > a.bottom) break;
        const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left), high = Math.min(a.bottom, b.bottom) - b.top;
        if (wide > 3 && high > 0.4 * Math.min(a.height, b.height)) found.push('lies on other text: ' + name(boxes[j][1]));
    }
    if (document.querySelector('.fault')) found.push('says: ' + document.querySelector('.fault').textContent);
    return [...new Set(found)].slice(0, 6).join('; ')";

/// What the first screen keeps: whose record it is, and where the lines that can kill end.
pub(super) const FIRST: &str = "
    const end = css => document.querySelector(css)?.getBoundingClientRect().bottom ?? null;
    const found = [];
    const who = document.querySelector('#identity h1').getBoundingClientRect();
    if (who.top < 0 || who.bottom > innerHeight) found.push('the name is not on the first screen');
    for (const kind of ['allergy', 'cpr']) if (end(`#glance [data-glance=${kind}]`) === null) found.push('no line on ' + kind);
    if (document.querySelector('#main').children.length === 0) found.push('nothing is drawn');
    const bar = document.querySelector('.action-bar').getBoundingClientRect().top;
    return [found.join('; '), end('#glance'), end('#glance [data-glance=allergy] strong'), bar]";

/// Scrolled to the end, the name must still be there.
pub(super) const LAST: &str = "
    const pane = document.querySelector('.pane-patient');
    pane.scrollTop = pane.scrollHeight;
    const shown = [...document.querySelectorAll('#identity h1, #identity-still')].some(e => {
        const box = e.getBoundingClientRect(), top = pane.getBoundingClientRect().top;
        return e.checkVisibility() && box.height > 0 && box.top >= top - 1 && box.bottom <= innerHeight;
    });
    return shown ? '' : 'the name is gone at the end of the page'";

/// As a finger would, because the app hears of it: some of what is closed is only made when it is opened.
pub(super) const OPEN_ALL: &str = "
    document.querySelectorAll('.pane-patient details:not([open]) > summary').forEach(s => s.click());
    const words = document.querySelectorAll('.senders-words > [aria-expanded=false]');
    // Once each: the page answers late, and a second press would close it again.
    words.forEach(w => { if (!w.dataset.pressed) { w.dataset.pressed = 'yes'; w.click(); } });
    return document.querySelectorAll('.pane-patient details:not([open])').length + words.length";
