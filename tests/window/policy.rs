//! The page loads and runs nothing that is not the app's: the second wall behind the narrative's sanitiser.

use anyhow::{Context, Result, ensure};
use tests::story::{Scene, Telling};

/// Slips into the page what a narrative could hold, in every way it is known to run or to call home.
const SLIP_IN: &str = r#"
    const to = arguments[0], answer = arguments[1], told = [];
    window.ran = [];
    document.addEventListener('securitypolicyviolation', e => told.push(e.effectiveDirective));
    const hole = document.createElement('div');
    hole.innerHTML = `<img src="${to}/image" onerror="window.ran.push('onerror')"><svg onload="window.ran.push('svg')"></svg>
        <div id="slipped" onclick="window.ran.push('onclick')"></div><a id="link" href="javascript:window.ran.push('href')">x</a>
        <iframe src="${to}/frame"></iframe><iframe srcdoc="<script>parent.ran.push('frame')</script>"></iframe>
        <object data="${to}/object"></object><embed src="${to}/embed"><video src="${to}/video"></video>
        <link rel="stylesheet" href="${to}/style"><form action="${to}/form"><button id="send">x</button></form>
        <div style="background: url(${to}/background)">x</div>`;
    document.body.append(hole);
    const inline = document.createElement('script');
    inline.textContent = "window.ran.push('inline')";
    hole.append(inline);
    const fetched = document.createElement('script');
    fetched.src = `${to}/script`;
    hole.append(fetched);
    hole.querySelector('#slipped').click();
    hole.querySelector('#link').click();
    hole.querySelector('#send').click();
    const tries = [fetch(`${to}/fetch`), new Promise((yes, no) => { const x = new XMLHttpRequest(); x.onload = yes; x.onerror = no; x.open('GET', `${to}/xhr`); x.send(); })];
    Promise.allSettled(tries).then(all => setTimeout(() => {
        all.forEach((t, i) => t.status === 'fulfilled' && window.ran.push('answer ' + i));
        hole.remove();
        answer([window.ran, told, location.href]);
    }, 500));"#;

/// A listener that tells whether anybody called.
async fn listener() -> Result<(String, tokio::task::JoinHandle<usize>)> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    // By name: the renderer talks to the window over a socket on 127.0.0.1, and a policy that lets `ws` through to an
    // address lets `http` through to it as well (CSP 3, 6.7.2.8).
    let address = format!("http://localhost:{}", listener.local_addr()?.port());
    let counting = tokio::spawn(async move {
        let mut calls = 0;
        let patience = std::time::Duration::from_secs(2);
        while let Ok(Ok(_)) = tokio::time::timeout(patience, listener.accept()).await {
            calls += 1;
        }
        calls
    });
    Ok((address, counting))
}

#[tokio::test]
#[ignore = "drives a window: cargo xtask test runs it"]
async fn what_slips_into_the_page_loads_nothing_and_runs_nothing() -> Result<()> {
    let telling = Telling { size: "390x844", import: None, screens: tests::screens("policy")? };
    let scene = Scene::set(telling).await?;
    scene.window.view("sign-in").await?;
    let before = scene.window.execute("return location.href").await?;
    let (address, calls) = listener().await?;
    let told = scene.window.execute_async(SLIP_IN, vec![address.into()]).await?;
    ensure!(told[0].as_array().is_some_and(Vec::is_empty), "it ran: {}", told[0]);
    ensure!(told[2] == before, "the page went elsewhere");
    let named = told[1].as_array().context("what was refused")?;
    for directive in ["img-src", "script-src-attr", "script-src-elem", "connect-src", "frame-src"] {
        ensure!(named.iter().any(|said| said == directive), "{directive} was not what refused: {named:?}");
    }
    let calls = calls.await?;
    ensure!(calls == 0, "{calls} calls left the page");
    tests::story::sign_in(&scene.window, tests::story::CREW).await.context("the app itself still works")
}
