//! Archives that a browser has recorded.

use std::sync::Arc;

use hardtack::event::{CaseOutcome, Verdict};
use hardtack::target::Target;
use hardtack::verify::{Archive, Pages, RecordedPages, Request, read_archive};
use serde_json::{Value, json};
use url::Url;

use super::harness::{catalogue, outcomes, request, shown};

/// An entry of an archive.
fn entry(url: &str, request: &Value, response: &Value) -> Value {
    json!({
        "startedDateTime": "2026-03-01T12:00:00.000Z", "time": 12.5,
        "request": {"method": "GET", "url": url, "httpVersion": "HTTP/2", "headers": request, "cookies": []},
        "response": {
            "status": 200, "statusText": "", "headers": response, "cookies": [], "redirectURL": "",
            "content": {"size": 0, "mimeType": "text/html"},
        },
    })
}

fn archive(entries: &[Value]) -> Archive {
    let text = json!({"log": {"version": "1.2", "entries": entries}}).to_string();
    read_archive("recorded.har", text.as_bytes()).unwrap_or_else(|wrong| panic!("{wrong}"))
}

async fn judged(archive: Archive) -> Vec<CaseOutcome> {
    let url = Url::parse(&archive.exchanges[0].exchange.url()).unwrap();
    let target = Arc::new(Target::for_url(url).unwrap());
    let stages = RecordedPages { target: Arc::clone(&target) };
    let pages = Pages { recorded_only: true, recorded: Arc::new(archive.exchanges), ..Pages::default() };
    let request = Request { pages, ..request(catalogue(), target, Arc::new(stages)) };
    outcomes(request).await
}

fn verdict(all: &[CaseOutcome], case: &str) -> Verdict {
    all.iter().find(|outcome| outcome.case.as_str() == case).unwrap_or_else(|| panic!("{}", shown(all))).verdict
}

#[tokio::test]
async fn chromium_and_firefox_write_several_cookies_differently() {
    let chromium = json!([
        {"name": "content-type", "value": "text/html"},
        {"name": "set-cookie", "value": "sid=0123456789abcdef; Path=/; Secure; HttpOnly; SameSite=Lax"},
        {"name": "set-cookie", "value": "bad name=x"},
    ]);
    let lines = "sid=0123456789abcdef; Path=/; Secure; HttpOnly; SameSite=Lax\nbad name=x";
    let firefox = json!([{"name": "Set-Cookie", "value": lines}]);
    for headers in [chromium, firefox] {
        let archive =
            archive(&[entry("https://shop.example/", &json!([{"name": ":method", "value": "GET"}]), &headers)]);
        assert_eq!(archive.exchanges[0].exchange.seen().unwrap().set_cookies().count(), 2);
        let all = judged(archive).await;
        assert_eq!(verdict(&all, "cookies/grammar#name"), Verdict::Warn, "{}", shown(&all));
        // The name looks like that of a session.
        assert_eq!(verdict(&all, "sessions/over-https#secure"), Verdict::Pass, "{}", shown(&all));
    }
}

#[tokio::test]
async fn a_key_in_a_page_or_link_is_seen_across_entries() {
    let set = json!([{"name": "set-cookie", "value": "sid=0123456789abcdef; Path=/"}]);
    let brought = json!([{"name": "cookie", "value": "sid=0123456789abcdef"}]);
    let mut page = entry("https://shop.example/cart", &brought, &json!([]));
    page["response"]["content"]["text"] = json!("<a href=\"/pay;sid=0123456789abcdef\">Pay</a>");
    let all = judged(archive(&[entry("https://shop.example/", &json!([]), &set), page])).await;
    for case in ["sessions/told-elsewhere#not-in-urls", "sessions/told-elsewhere#not-in-answers"] {
        assert!(matches!(verdict(&all, case), Verdict::Fail | Verdict::Warn), "{case}: {}", shown(&all));
    }
}

#[tokio::test]
async fn other_sites_are_left_alone() {
    let good = json!([{"name": "set-cookie", "value": "theme=dark; Path=/"}]);
    let bad = json!([{"name": "set-cookie", "value": "a b=c"}]);
    let all = judged(archive(&[
        entry("https://shop.example/", &json!([]), &good),
        entry("https://ads.example.net/", &json!([]), &bad),
        entry("https://static.shop.example/", &json!([]), &good),
    ]))
    .await;
    assert_eq!(verdict(&all, "cookies/grammar#name"), Verdict::Pass, "{}", shown(&all));
}

#[test]
fn cookies_may_stand_in_their_array_alone() {
    let mut one = entry("http://shop.example/", &json!([]), &json!([]));
    one["request"]["cookies"] = json!([{"name": "a", "value": "1"}, {"name": "b", "value": "2"}]);
    one["response"]["cookies"] = json!([{
        "name": "sid", "value": "x", "path": "/", "domain": ".shop.example", "expires": "2026-03-02T12:00:00.000Z",
        "httpOnly": true, "secure": false, "sameSite": "Lax",
    }]);
    let archive = archive(&[one]);
    let exchange = &archive.exchanges[0].exchange;
    assert_eq!(exchange.request.header("Cookie"), Some(&b"a=1; b=2"[..]));
    let line = exchange.seen().unwrap().set_cookies().next().unwrap();
    let expected = "sid=x; Expires=Mon, 02 Mar 2026 12:00:00 GMT; Domain=shop.example; Path=/; SameSite=Lax; HttpOnly";
    assert_eq!(String::from_utf8_lossy(line), expected);
}

#[test]
fn bodies_may_be_missing_or_encoded_and_answers_absent() {
    let mut encoded = entry("http://shop.example/a", &json!([]), &json!([]));
    encoded["response"]["content"] = json!({"text": "aGVsbG8=", "encoding": "base64"});
    let mut blocked = entry("http://shop.example/b", &json!([]), &json!([]));
    blocked["response"]["status"] = json!(0);
    let data = entry("data:text/plain,x", &json!([]), &json!([]));
    let mut bare = entry("http://shop.example/c", &json!([]), &json!([]));
    bare["response"].as_object_mut().unwrap().remove("content");
    let archive = archive(&[encoded, blocked, data, bare]);
    assert_eq!((archive.exchanges.len(), archive.unanswered, archive.without_cookies), (2, 1, true));
    assert_eq!(archive.exchanges[0].exchange.seen().unwrap().body, b"hello");
}

fn wrong(text: &str) -> String {
    read_archive("recorded.har", text.as_bytes()).unwrap_err().to_string()
}

#[test]
fn a_broken_archive_is_told_with_its_place() {
    insta::assert_snapshot!("har_cut_off", wrong("{\"log\": {\n  \"entries\": [\n"));
    insta::assert_snapshot!("har_of_another_kind", wrong("{\"har\": []}\n"));
    let no_url = entry("shop", &json!([]), &json!([]));
    let text = format!("{:#}", json!({"log": {"entries": [no_url]}}));
    insta::assert_snapshot!("har_without_a_url", wrong(&text));
    let mut when = entry("http://shop.example/", &json!([]), &json!([]));
    when["startedDateTime"] = json!("yesterday");
    let text = format!("{:#}", json!({"log": {"entries": [when]}}));
    insta::assert_snapshot!("har_without_a_moment", wrong(&text));
}
