//! What people see of a search while it goes on, and at its end.

use std::fmt::Write as _;
use std::sync::Mutex;

use crate::cli::output::Stream;
use crate::prop::{Progress, PropRun};

/// A line of progress on a terminal.
#[derive(Debug)]
pub(super) struct Telling {
    shown: bool,
    last: Mutex<String>,
}

impl Telling {
    pub(super) fn new(shown: bool) -> Self {
        Self { shown, last: Mutex::default() }
    }

    pub(super) fn tell(&self, variant: &str, progress: Progress) {
        if self.shown
            && let Ok(mut last) = self.last.lock()
        {
            *last = format!("{variant}: {}", words(progress));
            Stream::Err.print(&format!("\r\x1b[2K{last}"));
        }
    }

    pub(super) fn finish(&self) {
        if self.last.lock().is_ok_and(|last| !last.is_empty()) {
            Stream::Err.print("\r\x1b[2K");
        }
    }
}

/// How far a search is.
pub(super) fn words(progress: Progress) -> String {
    #[expect(clippy::cast_precision_loss, reason = "a rate for people")]
    let rate = progress.histories as f64 / progress.elapsed.as_secs_f64().max(0.001);
    format!(
        "{} histories, {rate:.0} a second, {} requests, {} of {} pairs of operations",
        progress.histories, progress.requests, progress.reached, progress.possible
    )
}

/// The last lines: how far each search came, and how to draw the same again.
pub(super) fn summary(run: &PropRun, command: &str) -> String {
    let mut text = String::new();
    for (variant, progress) in &run.progress {
        let name = if variant.is_empty() { "the target" } else { variant };
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{name}: {}", words(*progress));
    }
    let _ = writeln!(text, "again: {command}");
    text
}
