//! The privacy officer's pages in a browser: a cookie of their own, and forms that no other page can send.

use serde_json::json;

use crate::account::past_the_hub;
use crate::http::{Answer, send};
use crate::world::{Session, World};

const HTML: (&str, &str) = ("Accept", "text/html,application/xhtml+xml");
const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");
const WORDS: &str = "outcome=justified&words=Crew+sheet+says+GCS+3";

struct Browser<'a> {
    world: &'a World,
    cookie: String,
}

impl<'a> Browser<'a> {
    async fn sign_in(world: &'a World, staff: &str) -> (Answer, Self) {
        let answer = send(world.hub.addr, "POST", "/admin/sign-in", &[FORM], format!("staff={staff}").as_bytes()).await;
        let cookie = answer.header("set-cookie").split(';').next().unwrap_or_default().to_owned();
        (answer, Self { world, cookie })
    }

    async fn get(&self, path: &str) -> Answer {
        send(self.world.hub.addr, "GET", path, &[HTML, ("Cookie", &self.cookie)], b"").await
    }

    async fn post(&self, path: &str, more: &[(&str, &str)], form: &str) -> Answer {
        let headers = [&[HTML, FORM, ("Cookie", self.cookie.as_str())], more].concat();
        send(self.world.hub.addr, "POST", path, &headers, form.as_bytes()).await
    }
}

fn text(answer: &Answer) -> String {
    String::from_utf8(answer.body.clone()).unwrap()
}

/// What the forms of a page bring back.
fn form_of(page: &str) -> String {
    page.split("name=\"form\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

async fn glass_broken() -> (World, Session, String) {
    let world = World::new().await;
    world.hub.store.appoint_privacy_officer("clerk").await.unwrap();
    let crew = world.sign_in("crew").await;
    world.grant(&crew, "p2", "BTG", "incapable").await;
    let id = sqlx::query_scalar("SELECT id FROM alerts").fetch_one(&past_the_hub(&world).await).await.unwrap();
    (world, crew, id)
}

#[tokio::test]
async fn a_browser_signs_in_looks_into_an_alert_and_reads_the_account_of_a_number() {
    let (world, _, id) = glass_broken().await;
    let stranger = Browser { world: &world, cookie: String::new() };
    let sent = stranger.get("/admin/alerts").await;
    assert_eq!((sent.status, sent.header("location")), (303, "/admin/sign-in"));
    assert!(text(&stranger.get("/admin/sign-in").await).contains("value=\"clerk\""));

    let (answer, browser) = Browser::sign_in(&world, "clerk").await;
    assert_eq!((answer.status, answer.header("location")), (303, "/admin/alerts"));
    let cookie = answer.header("set-cookie");
    for part in ["; HttpOnly", "; SameSite=Strict", "; Path=/admin", "; Max-Age=900"] {
        assert!(cookie.contains(part), "{part} in {cookie}");
    }
    let queue = browser.get("/admin/alerts").await;
    assert_eq!((queue.status, text(&queue).contains(&id)), (200, true));
    let page = text(&browser.get(&format!("/admin/alerts/{id}")).await);
    assert!(page.contains("<textarea name=\"words\"") && page.contains("<option>justified"), "{page}");

    let (review, letter) = (format!("/admin/alerts/{id}/review"), format!("/admin/alerts/{id}/letter"));
    let form = form_of(&page);
    let done = browser.post(&review, &[("Sec-Fetch-Site", "same-origin")], &format!("form={form}&{WORDS}")).await;
    assert_eq!((done.status, done.header("location")), (303, format!("/admin/alerts/{id}").as_str()));
    assert_eq!(browser.post(&letter, &[], &format!("form={form}")).await.status, 303);
    let page = text(&browser.get(&format!("/admin/alerts/{id}")).await);
    assert!(page.contains("justified, ") && page.contains("Crew sheet says GCS 3") && !page.contains("<textarea"));

    let report = browser.post("/admin/access-report", &[], &format!("form={form}&number=987+654+3210")).await;
    let report = text(&report);
    for words in ["Record p2.", "Name of crew, Tester", "Unconscious: Found on the floor, no answer", "Told on"] {
        assert!(report.contains(words), "{words} in {report}");
    }
    let wrong = browser.post("/admin/access-report", &[], &format!("form={form}&number=9876543211")).await;
    assert_eq!(wrong.status, 400);
}

#[tokio::test]
async fn a_form_that_is_not_of_the_hubs_own_page_does_nothing() {
    let (world, _, id) = glass_broken().await;
    let (_, browser) = Browser::sign_in(&world, "clerk").await;
    let (_, other) = Browser::sign_in(&world, "clerk").await;
    let form = form_of(&text(&browser.get("/admin/alerts").await));
    let anothers = form_of(&text(&other.get("/admin/alerts").await));
    let review = format!("/admin/alerts/{id}/review");
    for bad in [WORDS.to_owned(), format!("form=&{WORDS}"), format!("form={anothers}&{WORDS}")] {
        browser.post(&review, &[], &bad).await.is_problem(403, "forbidden");
    }
    let good = format!("form={form}&{WORDS}");
    browser.post(&review, &[("Sec-Fetch-Site", "cross-site")], &good).await.is_problem(403, "forbidden");
    let parameters = json!({"resourceType": "Parameters", "parameter": [{"name": "outcome", "valueCode": "justified"},
        {"name": "words", "valueString": "Crew sheet says GCS 3"}]});
    let headers = [("Content-Type", "application/fhir+json"), ("Cookie", browser.cookie.as_str())];
    let plain = send(world.hub.addr, "POST", &review, &headers, parameters.to_string().as_bytes()).await;
    plain.is_problem(400, "invalid");
    browser.post(&format!("/admin/alerts/{id}/letter"), &[], "").await.is_problem(403, "forbidden");
    browser.post("/admin/access-report", &[], "number=9876543210").await.is_problem(403, "forbidden");
    let headers = [FORM, ("Sec-Fetch-Site", "cross-site")];
    send(world.hub.addr, "POST", "/admin/sign-in", &headers, b"staff=clerk").await.is_problem(403, "forbidden");
    assert!(text(&browser.get(&format!("/admin/alerts/{id}")).await).contains("Waits"), "nothing came of any of it");
}

#[tokio::test]
async fn the_cookie_opens_these_pages_only_for_officers_only_and_not_for_long() {
    let (world, _, id) = glass_broken().await;
    let (refused, nobody) = Browser::sign_in(&world, "nurse").await;
    refused.is_problem(403, "forbidden");
    assert_eq!((nobody.cookie.as_str(), nobody.get("/admin/alerts").await.status), ("", 303));
    let (_, browser) = Browser::sign_in(&world, "clerk").await;
    for path in ["/fhir/Patient/p2", "/fhir/AuditEvent?patient=p2", "/access-report/p2", "/devices", "/auth/userinfo"] {
        assert_eq!(browser.get(path).await.status, 401, "{path}");
    }
    let pool = past_the_hub(&world).await;
    sqlx::query("DELETE FROM privacy_officers").execute(&pool).await.unwrap();
    assert_eq!(browser.get("/admin/alerts").await.status, 403, "no officer any more");
    sqlx::query("UPDATE visits SET expires_at = 1").execute(&pool).await.unwrap();
    assert_eq!(browser.get(&format!("/admin/alerts/{id}")).await.status, 303);
    browser.post(&format!("/admin/alerts/{id}/review"), &[], WORDS).await.is_problem(401, "login");
}
