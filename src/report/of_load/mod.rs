//! Reports of load runs.

mod chart;
pub mod html;
pub mod markdown;
mod rows;
pub mod terminal;

use crate::load::LoadRun;

/// The whole run as JSON, histograms included: what `--baseline` reads.
#[must_use]
pub fn json(run: &LoadRun) -> String {
    // Numbers, texts and lists: nothing that JSON could not hold.
    serde_json::to_string_pretty(run).unwrap_or_default() + "\n"
}
