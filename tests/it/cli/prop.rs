//! `hardtack prop`, by its command line.

use hardtack::event::ExitCode;

use super::command::hardtack;

#[test]
fn the_proof_finds_a_fault_and_tells_how_fast() {
    let ran = hardtack(&["prop", "--proof", "2", "--proof-filter", "flush-reuses-key", "--time", "10m"]);
    assert_eq!(ran.code, i32::from(ExitCode::CONFORMS.code()), "{}", ran.out);
    let rows: Vec<&str> = ran.out.lines().filter(|line| line.starts_with("| flush-reuses-key |")).collect();
    assert_eq!(rows.len(), 1, "{}", ran.out);
    assert!(rows[0].contains("| db | 2 of 2 |") && rows[0].ends_with("| key-reused |"), "{}", rows[0]);
    assert!(ran.out.contains("\nfound with every seed: 1\n"), "{}", ran.out);
}

#[test]
fn a_fault_that_is_not_found_fails_the_proof() {
    // Not in a single history.
    let ran = hardtack(&["prop", "--proof", "1", "--proof-filter", "keys-repeat-after-restart", "--cases", "1"]);
    assert_eq!(ran.code, i32::from(ExitCode::FAILED.code()), "{}", ran.out);
    assert!(ran.out.ends_with("not found: keys-repeat-after-restart\n"), "{}", ran.out);
}
