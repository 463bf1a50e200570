//! A server that tries to get its own markup and commands into our reports.

use std::sync::Arc;

use hardtack::event::{Counts, StoredRun};
use hardtack::report::{github, html, junit, markdown, sarif};
use hardtack::wire::{Request, Response};

use super::{formats, sample};

/// What must never come out as it went in.
const ATTACKS: [&str; 6] = [
    "<script>alert(1)</script>",
    "</script><script>alert(2)</script>",
    "\"><img src=x onerror=alert(3)>",
    "'-alert(4)-'",
    "<!--<script>",
    "]]><boo/>",
];

/// A failure whose every text comes from the server.
fn hostile_run() -> StoredRun {
    let all = ATTACKS.join(" ");
    let mut outcome = sample::full_failure();
    let request = Request::get("/_hardtack/<script>alert(1)</script>").with_header("Cookie", format!("<b>={all}"));
    let response = Response::text(200, &all)
        .with_header("Set-Cookie", format!("<script>alert(1)</script>={all}; Path=/<script>alert(1)</script>"))
        .with_header("Location", "javascript:alert(5)//</script>");
    outcome.exchanges = vec![Arc::new(sample::exchange(2, request, Ok(response)).evidence(9999))];
    let finding = &mut outcome.findings[0];
    for text in [&mut finding.message, &mut finding.expected, &mut finding.actual, &mut finding.code] {
        text.clone_from(&all);
    }
    for attribute in &mut finding.cookie {
        attribute.name.clone_from(&all);
        attribute.actual.clone_from(&all);
    }
    for text in [&mut outcome.title, &mut outcome.why, &mut outcome.steps[0].what] {
        text.clone_from(&all);
    }
    outcome.reason = Some(all.clone());
    outcome.observed = vec![all.clone()];
    let mut passed = sample::outcome("cookies/set", "fine", hardtack::event::Verdict::Pass);
    passed.title.clone_from(&all);
    let mut run = sample::everything();
    run.variants.truncate(1);
    run.variants[0].variant = format!("engine={all}");
    let target = &mut run.variants[0].target;
    for text in [&mut target.name, &mut target.version, &mut target.binding] {
        text.clone_from(&all);
    }
    target.server = Some(all.clone());
    run.variants[0].outcomes = vec![outcome, passed];
    run.variants[0].counts = Counts::of(&run.variants[0].outcomes);
    run.summary.hints = vec![all];
    run
}

#[test]
fn no_markup_of_the_server_is_markup_in_the_page() {
    let text = html::write(&formats::report(&hostile_run())).unwrap();
    for attack in ATTACKS.into_iter().filter(|attack| attack.contains('<')) {
        assert!(!text.contains(attack), "{attack}");
    }
    // Parsed as browsers do: our own two scripts, no handler, no address that runs.
    let page = scraper::Html::parse_document(&text);
    let select = |selector: &str| page.select(&scraper::Selector::parse(selector).unwrap()).count();
    assert_eq!(select("script"), 2);
    assert_eq!(select("script[type='application/json']"), 1);
    assert_eq!(select("img, iframe, object, embed, base, boo"), 0);
    for element in page.select(&scraper::Selector::parse("*").unwrap()) {
        for (name, value) in element.value().attrs() {
            assert!(!name.starts_with("on"), "{name}={value}");
            assert!(!value.trim_start().starts_with("javascript:"), "{name}={value}");
        }
    }
    // It is all there to be read.
    let body: String = page.root_element().text().collect();
    assert!(body.contains("<script>alert(1)</script>"));
}

#[test]
fn the_page_allows_no_script_but_its_own() {
    let text = html::write(&formats::report(&hostile_run())).unwrap();
    let policy = text.split("Content-Security-Policy\" content=\"").nth(1).unwrap().split('"').next().unwrap();
    assert!(policy.contains("default-src 'none'"), "{policy}");
    assert!(policy.contains("script-src 'sha256-") && !policy.contains("unsafe"), "{policy}");
}

#[test]
fn junit_stays_well_formed() {
    let text = junit::write(&formats::report(&hostile_run())).unwrap();
    for attack in ["<script>", "<img", "<boo/>"] {
        assert!(!text.contains(attack), "{attack}");
    }
    let document = quick_junit::Report::deserialize_from_str(&text).unwrap();
    assert_eq!(document.tests, 2);
}

#[test]
fn markdown_forms_no_markup_and_no_mention() {
    let mut run = hostile_run();
    run.variants[0].outcomes[0].findings[0].message =
        "@octocat [here](javascript:alert(1)) ``` `x` #1 https://evil.example".to_owned();
    let text = markdown::write(&formats::report(&run)).replace("\\]", "");
    for attack in ["<script>", "<img", "<!--", "@octocat", "](", " #1", "https://evil"] {
        let outside_code: Vec<&str> = text.split("```").step_by(2).filter(|part| part.contains(attack)).collect();
        assert!(outside_code.is_empty(), "{attack}: {outside_code:#?}");
    }
}

#[test]
fn annotations_stay_one_command_each() {
    let mut run = hostile_run();
    run.variants[0].outcomes[0].title = "x\r\n::stop-commands::y\n::set-output name=a::b".to_owned();
    let text = github::annotations(&formats::report(&run));
    assert!(text.lines().all(|line| line.starts_with("::error ") || line.starts_with("::notice ")), "{text}");
}

#[test]
fn sarif_stays_json() {
    let text = sarif::write(&formats::report(&hostile_run()));
    let document: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(document["runs"][0]["results"].as_array().unwrap().len(), 1);
}
