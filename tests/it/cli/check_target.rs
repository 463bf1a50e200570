//! `hardtack check-target`, and targets that are known by their URL only.

use super::command::hardtack;
use super::serve::serve;

#[test]
fn a_server_that_does_what_it_offers_passes() {
    let served = serve(&["--engine", "file"]);
    let ran = hardtack(&["check-target", &served.url]);
    assert_eq!(ran.code, 0, "{ran}");
    assert!(ran.out.lines().next().unwrap_or_default().contains("contract at /_hardtack"), "{ran}");
}

#[test]
fn what_is_offered_and_does_not_work_is_untestable() {
    let served = serve(&["--fault", "writes-lost"]);
    let ran = hardtack(&["check-target", &served.url]);
    assert_eq!(ran.code, 1, "{ran}");
    assert!(ran.out.contains("UNTESTABLE "), "{ran}");
    assert!(ran.out.contains("offers it, but it does not work"), "{ran}");
}

#[test]
fn a_url_with_a_contract_is_judged_actively_and_any_other_passively() {
    let served = serve(&[]);
    let active = hardtack(&["verify", &served.url, "--filter", "cookies/delete"]);
    assert_eq!(active.code, 0, "{active}");
    assert!(active.out.contains("contract at /_hardtack"), "{active}");
    let elsewhere = format!("{}/elsewhere", served.url);
    let passive = hardtack(&["verify", &elsewhere, "--filter", "cookies/delete"]);
    assert_eq!(passive.code, 5, "nothing of this can be exercised: {passive}");
    assert!(passive.out.starts_with("No contract at "), "{passive}");
    assert!(passive.out.contains("serve the contract"), "{passive}");
}

#[test]
fn a_target_is_needed() {
    let ran = hardtack(&["check-target"]);
    assert_eq!(ran.code, 2, "{ran}");
}
