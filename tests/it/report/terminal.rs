//! Terminal reports, as snapshots.

use std::io::Write;
use std::sync::{Arc, Mutex};

use hardtack::event::{Sink, StoredRun};
use hardtack::report::terminal::{Detail, Live, Look, report, trace};

use super::sample;

fn plain(run: &StoredRun, look: &Look) -> String {
    let text = report(run, look);
    assert!(!text.contains('\u{1b}'), "no colours were asked for");
    assert!(text.lines().all(|line| line == line.trim_end()), "no line ends with spaces");
    text
}

#[test]
fn everything_that_can_happen() {
    insta::assert_snapshot!(plain(&sample::everything(), &Look::default()));
}

#[test]
fn quiet_tells_failures_and_the_result() {
    let look = Look { detail: Detail::Failures, ..Look::default() };
    insta::assert_snapshot!(plain(&sample::everything(), &look));
}

#[test]
fn a_conforming_run_is_short() {
    insta::assert_snapshot!(plain(&sample::conforming(), &Look::default()));
}

#[test]
fn every_case_is_listed_on_demand() {
    let look = Look { detail: Detail::Every, ..Look::default() };
    insta::assert_snapshot!(plain(&sample::conforming(), &look));
}

#[test]
fn strict_makes_warnings_failures() {
    let look = Look { strict: true, detail: Detail::Failures, ..Look::default() };
    insta::assert_snapshot!(plain(&sample::conforming(), &look));
}

#[test]
fn an_interrupted_run_is_told() {
    insta::assert_snapshot!(plain(&sample::interrupted(), &Look::default()));
}

#[test]
fn narrow_terminals_get_narrow_lines() {
    let run = sample::everything();
    let text = plain(&run, &Look { width: 60, ..Look::default() });
    // The curl line alone stays in one piece, so that it can be copied.
    let too_wide: Vec<&str> =
        text.lines().filter(|line| line.chars().count() > 60 && !line.trim_start().starts_with("curl ")).collect();
    let in_tables = |line: &&str| !line.contains("  ");
    assert_eq!(too_wide.into_iter().filter(in_tables).collect::<Vec<_>>(), Vec::<&str>::new());
}

#[test]
fn colours_change_nothing_but_the_colour() {
    let run = sample::everything();
    let coloured = report(&run, &Look { colour: true, ..Look::default() });
    assert!(coloured.contains('\u{1b}'));
    let stripped = anstream::adapter::strip_str(&coloured).to_string();
    assert_eq!(stripped, report(&run, &Look::default()));
}

#[test]
fn octets_of_the_server_never_reach_the_terminal() {
    let text = report(&sample::everything(), &Look::default());
    assert!(text.contains(r"probe=\x1b[31m\x00; Path=/"));
    assert!(text.chars().all(|character| character == '\n' || !character.is_control()));
}

/// Keeps what is written.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Write for Kept {
    fn write(&mut self, octets: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(octets);
        Ok(octets.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn the_opening_introduces_each_target_once() {
    let kept = Kept::default();
    let mut live = Live::new(kept.clone(), "", Look::default(), false);
    for event in sample::events(&sample::everything()) {
        live.take(&event);
    }
    insta::assert_snapshot!(String::from_utf8(kept.0.lock().unwrap().clone()).unwrap());
}

#[test]
fn of_a_page_that_is_only_read_it_is_told_once_what_would_unlock_more() {
    let mut run = sample::everything();
    run.variants.truncate(1);
    let told = "1 case needs more than that; --verbose says what";
    assert!(!plain(&run, &Look::default()).contains(told));
    run.variants[0].target.binding = "passive: only what any page shows".to_owned();
    let text = plain(&run, &Look::default());
    assert!(text.contains(told) && text.contains("auth/rotation#login"), "{text}");
    let every = plain(&run, &Look { detail: Detail::Every, ..Look::default() });
    assert!(!every.contains(told) && every.contains("engines/cache#outage"), "{every}");
}

#[test]
fn a_trace_tells_exchanges_below_their_cases() {
    let run = sample::everything();
    let outcome = run.variants[0].outcomes.iter().find(|outcome| outcome.exchanges.len() > 1).unwrap();
    let tell = |variant, exchange| {
        trace(variant, Some(&outcome.case), "alice: session.put", Some(23), exchange, &Look::default())
    };
    let text: String = outcome.exchanges.iter().map(|exchange| tell(None, exchange)).collect();
    insta::assert_snapshot!(text + &tell(Some("engine=db"), &outcome.exchanges[0]));
}
