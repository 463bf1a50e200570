//! Secrets of real applications stand in no report, unless they are asked for.

use std::sync::Arc;

use hardtack::event::{Counts, Secrecy, StoredRun};
use hardtack::report::terminal::{Look, report as on_terminal, trace};
use hardtack::report::{github, html, junit, markdown, sarif};
use hardtack::wire::{Exchange, Request, Response, Secrets};

use super::{formats, sample};

const KEY: &str = "abcdefghijklmnopqrstuvwxyz";
const PASSWORD: &str = "correct horse battery";

/// An exchange with a server at this address, with a session key in every place where one can stand.
fn exchange(address: [u8; 4]) -> Exchange {
    let request = Request::get(format!("/account?key={KEY}"))
        .with_header("Cookie", format!("sid={KEY}"))
        .with_header("Authorization", "Bearer 0123456789-token-9876543210");
    let response = Response::text(200, &format!("hello {KEY}, {PASSWORD}, 0123456789-token-9876543210"))
        .with_header("Set-Cookie", format!("sid={KEY}; Path=/"));
    Exchange { address: Some((address, 443).into()), ..(*sample::exchange(2, request, Ok(response))).clone() }
}

/// A failure on a server at this address.
fn run(secrecy: &Secrecy, address: [u8; 4]) -> StoredRun {
    let exchange = exchange(address);
    let mut outcome = sample::full_failure();
    outcome.exchanges.clear();
    outcome.reason = Some(format!("the key {KEY} still opens the account"));
    outcome.steps[0].what = format!("alice: session.put key={KEY}");
    let finding = &mut outcome.findings[0];
    finding.message = format!("the session {KEY} lives");
    finding.expected = format!("anything but {KEY}");
    // Reports cut long values.
    finding.actual = format!("\"{}…", &KEY[..20]);
    finding.cookie[0].actual = format!("\"{KEY}\"");
    outcome.design = Some(hardtack::event::DesignSeen {
        name: hardtack::spec::DesignName::new("key-kept"),
        grade: hardtack::spec::Grade::Fail,
        means: "The key stays.".to_owned(),
        values: serde_json::json!({"key": KEY, "all": [{"key": KEY}]}).as_object().cloned().unwrap(),
    });
    let outcome = secrecy.with_evidence(outcome, &[Arc::new(exchange)]);
    let mut run = sample::everything();
    run.variants.truncate(1);
    run.variants[0].outcomes = vec![outcome];
    run.variants[0].counts = Counts::of(&run.variants[0].outcomes);
    run
}

/// Every report, by name.
fn reports(run: &StoredRun) -> Vec<(&'static str, String)> {
    let report = formats::report(run);
    let events: Vec<String> = sample::events(run).iter().map(|event| serde_json::to_string(event).unwrap()).collect();
    vec![
        ("terminal", on_terminal(run, &Look::default())),
        ("json", serde_json::to_string(run).unwrap()),
        ("events", events.join("\n")),
        ("junit", junit::write(&report).unwrap()),
        ("sarif", sarif::write(&report)),
        ("markdown", markdown::write(&report)),
        ("html", html::write(&report).unwrap()),
        ("github", github::annotations(&report)),
    ]
}

#[track_caller]
fn assert_masked(run: &StoredRun) {
    for (name, text) in reports(run) {
        for secret in [&KEY[..16], "0123456789-token"] {
            assert!(!text.contains(secret), "{name} shows {secret}:\n{text}");
        }
    }
    let told = reports(run);
    assert!(told.iter().filter(|(_, text)| text.contains("ab…yz")).count() >= 7, "the ends of the key are shown");
}

#[test]
fn servers_elsewhere_are_masked_in_every_format() {
    assert_masked(&run(&Secrecy::default(), [192, 0, 2, 1]));
}

#[test]
fn real_applications_are_masked_on_this_machine_too() {
    assert_masked(&run(&Secrecy { real_application: true, ..Secrecy::default() }, [127, 0, 0, 1]));
}

#[test]
fn known_secrets_are_masked_wherever_they_stand() {
    let secrecy = Secrecy { real_application: true, known: vec![PASSWORD.to_owned()], ..Secrecy::default() };
    for (name, text) in reports(&run(&secrecy, [127, 0, 0, 1])) {
        assert!(!text.contains(PASSWORD), "{name}");
    }
    let shown = serde_json::to_string(&run(&Secrecy::default(), [127, 0, 0, 1])).unwrap();
    assert!(shown.contains(PASSWORD), "the sample holds it");
}

#[test]
fn everything_is_shown_on_demand_and_for_contract_apps_on_this_machine() {
    let asked = run(&Secrecy { show_all: true, real_application: true, ..Secrecy::default() }, [192, 0, 2, 1]);
    let contract = run(&Secrecy::default(), [127, 0, 0, 1]);
    for run in [asked, contract] {
        for (name, text) in reports(&run) {
            assert!(text.contains(KEY), "{name} hides the key");
        }
    }
}

/// What a trace tells of an exchange: on the terminal, and as an event.
fn traced(secrecy: &Secrecy, address: [u8; 4]) -> [String; 2] {
    let evidence = secrecy.live(&exchange(address), &mut Secrets::default());
    [trace(None, None, "a page", None, &evidence, &Look::default()), serde_json::to_string(&evidence).unwrap()]
}

#[test]
fn a_trace_masks_what_reports_mask_and_leaves_bodies_out() {
    let known = Secrecy { known: vec![PASSWORD.to_owned()], real_application: true, ..Secrecy::default() };
    for (secrecy, address) in [(Secrecy::default(), [192, 0, 2, 1]), (known, [127, 0, 0, 1])] {
        let [terminal, event] = traced(&secrecy, address);
        for text in [&terminal, &event] {
            assert!(text.contains("ab…yz"), "{text}");
            for secret in [&KEY[..16], "0123456789-token", PASSWORD, "hello"] {
                assert!(!text.contains(secret), "{secret} is shown:\n{text}");
            }
        }
        assert!(terminal.contains("< … "), "the size of the body is told:\n{terminal}");
    }
    for (secrecy, address) in [
        (Secrecy { show_all: true, real_application: true, ..Secrecy::default() }, [192, 0, 2, 1]),
        (Secrecy::default(), [127, 0, 0, 1]),
    ] {
        assert!(traced(&secrecy, address).iter().all(|text| text.contains(KEY) && text.contains(PASSWORD)));
    }
}

#[test]
fn a_secret_stays_one_for_the_rest_of_a_trace() {
    let mut secrets = Secrets::default();
    let secrecy = Secrecy::default();
    let first = serde_json::to_string(&secrecy.live(&exchange([192, 0, 2, 1]), &mut secrets)).unwrap();
    assert!(!first.contains(&KEY[..16]), "{first}");
    let later = Exchange {
        address: Some(([192, 0, 2, 1], 443).into()),
        ..(*sample::exchange(3, Request::get(format!("/?again={KEY}")), Ok(Response::text(200, "")))).clone()
    };
    let text = serde_json::to_string(&secrecy.live(&later, &mut secrets)).unwrap();
    assert!(text.contains("again=ab…yz") && !text.contains(&KEY[..16]), "{text}");
}
