//! While a run goes on: the opening lines, and a progress bar on a terminal.

use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use super::look::{Look, PLAIN};
use super::opening::{opening, plan};
use super::page::Page;
use super::progress::Progress;
use super::trace::trace;
use crate::contract::Facts;
use crate::event::{Event, Sink, TargetFacts};

/// Writes the opening lines to `out`, and shows progress on stderr where that is a terminal.
pub struct Live<W> {
    out: W,
    look: Look,
    bar: Option<ProgressBar>,
    progress: Arc<Mutex<Progress>>,
    plan: Option<String>,
    /// Whether the run has several variants.
    several: bool,
    introduced: Vec<TargetFacts>,
}

impl<W: Write + Send> Live<W> {
    /// Writes to `out`, `first` before anything else; `bar` asks for a progress bar, which also needs stderr to be a terminal.
    pub fn new(out: W, first: &str, look: Look, bar: bool) -> Self {
        let progress = Arc::new(Mutex::new(Progress::default()));
        let bar = bar.then(|| progress_bar(&progress));
        let mut live = Self { out, look, bar, progress, plan: None, several: false, introduced: Vec::new() };
        if !first.is_empty() {
            let mut page = Page::new(&live.look);
            page.text(0, PLAIN, first);
            let text = page.finish();
            live.write(&text);
        }
        live
    }

    fn write(&mut self, text: &str) {
        let out = &mut self.out;
        // A closed pipe ends nothing: the reports in files are still wanted.
        let mut write = || {
            let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
        };
        match &self.bar {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }

    /// Introduces a target unless the same was introduced before: variants differ in facts only.
    fn introduce(&mut self, variant: &str, target: &TargetFacts) {
        let target = TargetFacts { facts: Facts::default(), ..target.clone() };
        if !self.introduced.contains(&target) {
            let text = opening(&target, self.several.then_some(variant), &self.look);
            self.write(&text);
            self.introduced.push(target);
        }
        if let Some(text) = self.plan.take() {
            self.write(&text);
        }
    }
}

impl<W: Write + Send> Sink for Live<W> {
    fn take(&mut self, event: &Event) {
        let (done, total) = {
            let mut progress = self.progress.lock().unwrap_or_else(PoisonError::into_inner);
            progress.take(event, Instant::now());
            progress.cases()
        };
        if let Some(bar) = &self.bar {
            // Before the first variant is up there is nothing to count.
            if let Event::VariantStarted { .. } = event {
                bar.set_style(style(&self.progress, "{spinner} [{bar:24}] {pos}/{len} {words}"));
            }
            bar.set_length(total as u64);
            bar.set_position(done as u64);
        }
        match event {
            Event::RunStarted { tool, catalogue, profile, variants, .. } => {
                self.several = variants.len() > 1;
                self.plan = Some(plan(tool, catalogue, profile.as_str(), variants, &self.look));
            }
            Event::VariantStarted { variant, target, .. } => self.introduce(variant, target),
            Event::Exchanged { variant, case, what, line, exchange } => {
                let variant = self.several.then_some(variant.as_str());
                let text = trace(variant, case.as_ref(), what, *line, exchange, &self.look);
                self.write(&text);
            }
            Event::RunFinished { .. } => {
                if let Some(bar) = self.bar.take() {
                    bar.finish_and_clear();
                }
            }
            _ => {}
        }
    }
}

fn progress_bar(progress: &Arc<Mutex<Progress>>) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr());
    bar.set_style(style(progress, "{spinner} {words}"));
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

/// `{words}` is what the run is doing, asked for each time the line is drawn.
fn style(progress: &Arc<Mutex<Progress>>, template: &str) -> ProgressStyle {
    let progress = Arc::clone(progress);
    let words = move |_: &ProgressState, line: &mut dyn std::fmt::Write| {
        let progress = progress.lock().unwrap_or_else(PoisonError::into_inner);
        // Writing to a line of the terminal's buffer cannot fail.
        let _ = line.write_str(&progress.words(Instant::now()));
    };
    ProgressStyle::with_template(template)
        .unwrap_or_else(|_| ProgressStyle::default_bar())
        .progress_chars("=> ")
        .with_key("words", words)
}
