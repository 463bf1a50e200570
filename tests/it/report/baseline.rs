//! Runs over time: new, fixed, still failing.

use hardtack::event::{Counts, ExitCode, StoredRun, Verdict};
use hardtack::report::baseline::Changes;
use hardtack::report::model::Change;
use hardtack::report::terminal::{Detail, Look, report_since};

use super::sample;

/// A run of one variant in which these cases ended so.
fn run(cases: &[(&str, Verdict)]) -> StoredRun {
    let outcomes = cases.iter().map(|(case, verdict)| sample::outcome("sessions/login", case, *verdict)).collect();
    let mut run = sample::everything();
    run.variants.truncate(1);
    run.variants[0].outcomes = outcomes;
    run.variants[0].counts = Counts::of(&run.variants[0].outcomes);
    run.summary.counts = run.variants[0].counts.clone();
    run.summary.exit = run.summary.counts.exit_code(false);
    run
}

fn change(changes: &Changes, case: &str) -> Option<Change> {
    changes.of("engine=db", &format!("sessions/login#{case}"))
}

#[test]
fn each_case_is_compared_with_itself() {
    use Verdict::{Fail, Inconclusive, NotApplicable, Pass, Warn};
    let before = run(&[
        ("stays", Fail),
        ("heals", Fail),
        ("breaks", Pass),
        ("worsens", Warn),
        ("eases", Fail),
        ("goes", Pass),
        ("unclear", Fail),
        ("unlocked", NotApplicable),
    ]);
    let after = run(&[
        ("stays", Fail),
        ("heals", Pass),
        ("breaks", Fail),
        ("worsens", Fail),
        ("eases", Warn),
        ("comes", Fail),
        ("unclear", Inconclusive),
        ("unlocked", Pass),
    ]);
    let changes = Changes::since(&before, &after, false);
    for (case, expected) in [
        ("stays", Some(Change::Still)),
        ("heals", None),
        ("breaks", Some(Change::New)),
        ("worsens", Some(Change::New)),
        ("eases", Some(Change::Still)),
        ("comes", Some(Change::New)),
        ("unclear", None),
        ("unlocked", None),
    ] {
        assert_eq!(change(&changes, case), expected, "{case}");
    }
    let summary = changes.summary();
    assert_eq!(summary.fixed, ["sessions/login#heals"]);
    assert_eq!((summary.new, summary.still, summary.gone), (3, 2, 2));
}

#[test]
fn a_baseline_excuses_nothing_unless_asked_to() {
    let broken = run(&[("login", Verdict::Fail), ("logout", Verdict::Pass)]);
    let same = Changes::since(&broken, &broken, false);
    assert_eq!(broken.summary.exit, ExitCode::FAILED);
    assert!(!same.has_new_failures());
    assert_eq!(same.exit_for_new(&broken), ExitCode::CONFORMS);
    let worse = run(&[("login", Verdict::Fail), ("logout", Verdict::Fail)]);
    assert_eq!(Changes::since(&broken, &worse, false).exit_for_new(&worse), ExitCode::FAILED);
    let open = run(&[("login", Verdict::Fail), ("logout", Verdict::Inconclusive)]);
    assert_eq!(Changes::since(&broken, &open, false).exit_for_new(&open), ExitCode::INCONCLUSIVE);
}

#[test]
fn strict_compares_warnings_as_failures() {
    let before = run(&[("login", Verdict::Pass)]);
    let after = run(&[("login", Verdict::Warn)]);
    assert!(!Changes::since(&before, &after, false).has_new_failures());
    assert!(Changes::since(&before, &after, true).has_new_failures());
}

#[test]
fn changes_on_the_terminal() {
    let after = sample::everything();
    let changes = Changes::since(&sample::before(), &after, false);
    let look = Look { detail: Detail::Failures, ..Look::default() };
    let text = report_since(&after, Some(&changes), &look);
    let start = text.find("since the baseline").unwrap();
    insta::assert_snapshot!(&text[start..]);
}
