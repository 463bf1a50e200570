//! `--known` and `--update-known`: the ratchet.

use hardtack::event::ExitCode;

use super::command::{Ran, hardtack};

/// One case on a broken server, or on a good one.
fn verify(known: &str, broken: bool, more: &[&str]) -> Ran {
    let few = ["verify", "--variant", "engine=db", "--filter", "cookies/delete", "--quiet", "--known", known];
    let fault: &[&str] = if broken { &["--fault", "delete-ignores-path"] } else { &[] };
    hardtack(&[&few, fault, more].concat())
}

#[track_caller]
fn assert_exit(ran: &Ran, expected: ExitCode) {
    assert_eq!(ran.code, i32::from(expected.code()), "{ran}");
}

#[test]
fn the_file_is_written_on_demand_and_narrowed_from_then_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("known.yaml");
    let known = path.to_str().unwrap();
    let text = || std::fs::read_to_string(&path).unwrap();

    // Narrowing cannot begin with nothing.
    assert_exit(&verify(known, true, &["--update-known"]), ExitCode::BAD_INPUT);
    assert_exit(&verify(known, true, &["--update-known=all"]), ExitCode::FAILED);
    let entries = text().matches("- case: cookies/delete#").count();
    assert!(
        entries > 0 && text().contains("because: not looked at yet") && text().contains("review_by: "),
        "{}",
        text()
    );

    // What is listed is excused, and narrowing leaves what still fails.
    assert_exit(&verify(known, true, &[]), ExitCode::CONFORMS);
    let before = text();
    assert_exit(&verify(known, true, &["--update-known"]), ExitCode::CONFORMS);
    assert_eq!(text(), before);

    // The server is repaired: the list is stale, which fails, until it is narrowed.
    assert_exit(&verify(known, false, &[]), ExitCode::FAILED);
    let narrowed = verify(known, false, &["--update-known"]);
    assert!(narrowed.err.contains(&format!("{entries} removed")), "{narrowed}");
    assert!(text().ends_with("known: 1\nfailures: []\n"), "{}", text());
    assert_exit(&verify(known, false, &[]), ExitCode::CONFORMS);
}

#[test]
fn an_entry_for_a_variant_that_is_not_there_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("known.yaml");
    let entry = "known: 1\nfailures:\n  - case: cookies/delete#same-path\n    variant: {engine: dbb}\n    fails_as: x\n    because: y\n";
    std::fs::write(&path, entry).unwrap();
    let ran = verify(path.to_str().unwrap(), false, &[]);
    assert_exit(&ran, ExitCode::BAD_INPUT);
    assert!(ran.err.contains("known.yaml:3: ") && ran.err.contains("engine=dbb"), "{ran}");
}
