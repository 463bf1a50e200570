//! The live view of a load run, on stderr.

use std::collections::BTreeSet;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::super::output::{Console, Stream};
use crate::load::{EventRecord, Follow, Latencies, Second, in_ms};
use crate::report::terminal::trace;
use crate::wire::Evidence;

/// How many seconds the rate and percentiles of the live view cover.
const WINDOW: usize = 5;

/// Shows a run while it goes on: on a terminal as a line that changes, elsewhere a line now and then.
pub(super) struct Live {
    bar: ProgressBar,
    console: Console,
    quiet: bool,
    label: String,
    told: Option<u64>,
    /// Where exchanges are shown.
    stream: Stream,
    /// Those of this server that were.
    traced: BTreeSet<String>,
}

impl Live {
    /// Exchanges go to `stream`, everything else to stderr.
    pub(super) fn new(console: &Console, quiet: bool, stream: Stream) -> Self {
        let shown = !quiet && Stream::Err.is_terminal();
        let target = if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        Self {
            bar: ProgressBar::with_draw_target(None, target),
            console: console.clone(),
            quiet,
            label: String::new(),
            told: None,
            stream,
            traced: BTreeSet::new(),
        }
    }

    /// Another server is next: its exchanges have not been seen.
    pub(super) fn server(&mut self) {
        self.traced.clear();
    }

    /// A leg begins.
    pub(super) fn leg(&mut self, label: &str) {
        label.clone_into(&mut self.label);
        self.told = None;
    }

    /// A line that stays.
    pub(super) fn tell(&self, text: &str) {
        if !self.quiet {
            self.bar.suspend(|| self.console.note(text));
        }
    }

    fn style(&self, template: &str) {
        // The templates are constants, and a test draws them.
        self.bar.set_style(ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()));
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

impl Follow for Live {
    fn preparing(&mut self, done: u64, of: u64) {
        self.style("{prefix}: preparing {pos} of {len} sessions {wide_bar}");
        self.bar.set_prefix(self.label.clone());
        self.bar.set_length(of);
        self.bar.set_position(done);
        // Without a terminal, every quarter of a large population.
        let quarter = done * 4 / of.max(1);
        if self.bar.is_hidden() && of >= 50_000 && self.told != Some(quarter) {
            self.told = Some(quarter);
            self.tell(&format!("{}: {done} of {of} sessions prepared", self.label));
        }
    }

    fn begins(&mut self, length: Duration) {
        self.style("{prefix}: {pos}/{len} s  {msg}");
        self.bar.set_length(length.as_secs());
        self.bar.set_position(0);
        self.bar.set_message("");
        if self.bar.is_hidden() {
            self.tell(&format!("{}: measuring for {} s", self.label, length.as_secs()));
        }
    }

    fn seconds(&mut self, seconds: &[Second]) {
        // The last second may still grow.
        let whole = &seconds[..seconds.len().saturating_sub(1)];
        let window = &whole[whole.len().saturating_sub(WINDOW)..];
        let mut latencies = Latencies::with_digits(2);
        for second in window {
            latencies.add(&second.latencies);
        }
        let sum = |pick: fn(&Second) -> u64| window.iter().map(pick).sum::<u64>();
        let rate = sum(|second| second.requests) / (window.len() as u64).max(1);
        let wrong: u64 = seconds.iter().map(|second| second.wrong).sum();
        let mut text = format!("{rate}/s  p50 {}  p99 {}", in_ms(latencies.at(0.5)), in_ms(latencies.at(0.99)));
        for (count, what) in [(sum(|second| second.failed), "failed"), (wrong, "WRONG")] {
            if count > 0 {
                text = format!("{text}  {count} {what}");
            }
        }
        self.bar.set_message(text);
        self.bar.set_position(u64::from(seconds.last().map_or(0, |second| second.at)));
    }

    fn exchanged(&mut self, what: &str, exchange: &Evidence) {
        // Each leg has workers of its own, which ask the same again.
        if self.traced.insert(what.to_owned()) {
            let what = format!("{}: {what}", self.label);
            let text = trace(None, None, &what, None, exchange, &self.console.look(self.stream));
            self.bar.suspend(|| self.stream.print(&text));
        }
    }

    fn event(&mut self, event: &EventRecord) {
        let outcome = event.failed.as_ref().map_or(String::new(), |why| format!(", which failed: {why}"));
        self.tell(&format!("{}: {:.1} s: {}{outcome}", self.label, event.at, event.control));
    }
}
