//! `hardtack prop --proof`: how long it takes to find each fault of the reference server that is one of sessions.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::watch;

use super::beyond::BEYOND;
use super::telling::words;
use crate::cli::output::Stream;
use crate::cli::{Failure, catalogue::embedded};
use crate::event::ExitCode;
use crate::prop::{Failed, Playing, SearchOptions, Searched, Subject, cookie_properties, play, search};
use crate::reference::{Config, EngineKind, Fault, Seam, fault};
use crate::spec::{Case, Level, Profile};
use crate::target::VariantPattern;
use crate::verify::{Budget, Embedded, Raise, Stage};
use crate::wire::Limits;

/// A search without making anything smaller: what counts is when it finds.
const AS_FOUND: Budget = Budget { tries: 0, time: Duration::ZERO };

/// How many searches in vain are enough.
const PATIENCE: u64 = 3;

/// How many histories look for a fault that is said to be beyond them.
const IN_VAIN: u64 = 300;

const HEAD: &str = "\
| fault | engine | found | histories, median | worst | time, median | worst | as |
| --- | --- | --- | --- | --- | --- | --- | --- |
";

/// Searches the server with each fault, with so many seeds, and tells median and worst. What is found is played on the
/// server without the fault too, which must stand it.
pub(super) async fn run(seeds: u64, filter: &str, options: SearchOptions) -> Result<ExitCode, Failure> {
    let proof = Proof {
        seeds,
        options: SearchOptions { replays: 0, budget: AS_FOUND, keep_going: false, warnings_end: true, ..options },
        catalogue: embedded()?.cases().map(Arc::clone).collect(),
    };
    let (mut tally, mut false_alarms) = (Tally::default(), Vec::new());
    Stream::Out.print(HEAD);
    for fault in fault::all().filter(|fault| is_stateful(fault) && fault.name.contains(filter)) {
        let beyond = BEYOND.iter().find(|(name, _)| *name == fault.name).map(|(_, why)| *why);
        // What nobody expects to find is looked for with fewer histories.
        let cases = if beyond.is_some() { options.cases.min(IN_VAIN) } else { options.cases };
        let found = proof.searches(fault, cases, &mut false_alarms).await?;
        tally.count(fault, found.len(), seeds, beyond.is_some());
        let row = Row { fault, found: &found, seeds, beyond };
        Stream::Out.print(&row.to_string());
    }
    Stream::Out.print(&tally.to_string());
    if let Some((fault, seed, failed)) = false_alarms.first() {
        return Err(Failure::our_bug(format!(
            "{} false alarms: what seed {seed} finds with {fault} fails without the fault, too: {}",
            false_alarms.len(),
            failed.mismatch.message
        )));
    }
    Ok(if tally.missed.is_empty() && tally.stale.is_empty() { ExitCode::CONFORMS } else { ExitCode::FAILED })
}

struct Proof {
    seeds: u64,
    options: SearchOptions,
    catalogue: Vec<Arc<Case>>,
}

/// A history that found a fault on the server without it: fault, seed and mismatch.
type FalseAlarm = (&'static str, u64, Failed);

/// What one search found first.
struct FoundFirst {
    /// How many histories were played by then; 0 for a property of cookies.
    histories: u64,
    after: Duration,
    /// As what it was found.
    kind: String,
}

impl Proof {
    /// One search for each seed: those that found the fault, the fastest first. What the first few do not find is not
    /// searched again.
    async fn searches(
        &self,
        fault: &'static Fault,
        cases: u64,
        alarms: &mut Vec<FalseAlarm>,
    ) -> Result<Vec<FoundFirst>, Failure> {
        let mut found = Vec::new();
        // A run tries both. What only properties of cookies find is looked for with them first.
        let mut by_property = false;
        for seed in 0..self.seeds {
            let early = if by_property { self.cookies(fault, seed).await? } else { None };
            let first = match early {
                Some(first) => Some(first),
                None => self.histories(fault, SearchOptions { cases, seed, ..self.options }, alarms).await?,
            };
            let first = match first {
                None if !by_property => self.cookies(fault, seed).await?,
                first => first,
            };
            by_property |= first.as_ref().is_some_and(|first| first.histories == 0);
            match first {
                Some(first) => found.push(first),
                None if found.is_empty() && seed + 1 >= PATIENCE => break,
                None => {}
            }
        }
        found.sort_unstable_by_key(|first| (first.histories, first.after));
        Ok(found)
    }

    async fn histories(
        &self,
        fault: &'static Fault,
        options: SearchOptions,
        alarms: &mut Vec<FalseAlarm>,
    ) -> Result<Option<FoundFirst>, Failure> {
        let stage = stage(engine(fault), vec![fault]).await?;
        let subject = self.subject(stage.as_ref()).await?;
        let (_keep, mut cancel) = watch::channel(false);
        let tell = |progress| drop(words(progress));
        let searched = search(stage.as_ref(), subject, options, &[], &tell, &mut cancel).await;
        stage.lower().await;
        if let Some(failed) = self.fails_without(fault, &searched).await? {
            alarms.push((fault.name, options.seed, failed));
        }
        Ok(searched.found.first().map(|first| {
            let mismatch = &first.failed.mismatch;
            let level = if mismatch.level == Level::Must { "" } else { " (should)" };
            let subject = if mismatch.subject.is_empty() { String::new() } else { format!(" {}", mismatch.subject) };
            let kind = format!("{}{subject}{level}", mismatch.code);
            FoundFirst { histories: first.histories.max(1), after: first.after, kind }
        }))
    }

    /// How what was found fails on the server without the fault, where it does.
    async fn fails_without(&self, fault: &'static Fault, searched: &Searched) -> Result<Option<Failed>, Failure> {
        let Some(first) = searched.found.first() else { return Ok(None) };
        let stage = stage(engine(fault), Vec::new()).await?;
        let subject = self.subject(stage.as_ref()).await?;
        let played = play(&subject, &stage.shared(), &first.history, Playing::Again).await;
        stage.lower().await;
        Ok(played.failure)
    }

    /// As what the properties of cookies find a fault.
    async fn cookies(&self, fault: &'static Fault, seed: u64) -> Result<Option<FoundFirst>, Failure> {
        let stage = stage(engine(fault), vec![fault]).await?;
        let subject = self.subject(stage.as_ref()).await?;
        let begun = Instant::now();
        let findings = cookie_properties(stage.as_ref(), &subject, SearchOptions { seed, ..self.options }).await;
        let after = begun.elapsed();
        let secrecy = stage.setting().secrecy(true);
        stage.lower().await;
        let outcomes = findings.into_iter().map(|finding| finding.outcome(Profile::Default, &secrecy));
        let first = outcomes.flat_map(|outcome| outcome.findings).next();
        Ok(first.map(|finding| FoundFirst { histories: 0, after, kind: format!("cookie property {}", finding.code) }))
    }

    async fn subject(&self, stage: &dyn Stage) -> Result<Subject, Failure> {
        Subject::of(stage.setting(), &stage.shared(), &self.catalogue, Profile::Default, Limits::default())
            .await
            .map_err(|error| Failure::new(error.exit, error.reason))
    }
}

/// Whether a fault is one of sessions, and not of single cookies.
fn is_stateful(fault: &Fault) -> bool {
    matches!(fault.seam, Seam::KeySource | Seam::LifeCycle | Seam::Store)
}

fn engine(fault: &Fault) -> EngineKind {
    fault.engines.first().copied().unwrap_or(EngineKind::Db)
}

async fn stage(engine: EngineKind, faults: Vec<&'static Fault>) -> Result<Box<dyn Stage>, Failure> {
    let embedded = Embedded::new(Config { faults, ..Config::default() });
    let pattern = VariantPattern([("engine".to_owned(), engine.name().to_owned())].into());
    let variant = embedded.target().expand(&[pattern]).ok().and_then(|all| all.into_iter().next());
    let variant = variant.ok_or_else(|| Failure::our_bug("an engine without a variant"))?;
    embedded.raise(&variant).await.map_err(|error| Failure::new(error.exit, error.reason))
}

/// A line of the table.
struct Row<'a> {
    fault: &'a Fault,
    found: &'a [FoundFirst],
    seeds: u64,
    beyond: Option<&'static str>,
}

impl fmt::Display for Row<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, engine, found) = (self.fault.name, engine(self.fault), self.found);
        let [Some(median), Some(worst)] = [found.get(found.len() / 2), found.last()] else {
            let how = self.beyond.map_or_else(|| "-".to_owned(), |why| format!("not: {why}"));
            return writeln!(f, "| {name} | {engine} | 0 of {} | - | - | - | - | {how} |", self.seeds);
        };
        let mut times: Vec<f64> = found.iter().map(|first| first.after.as_secs_f64()).collect();
        times.sort_unstable_by(f64::total_cmp);
        let mut kinds = BTreeMap::<&str, usize>::new();
        for first in found {
            *kinds.entry(first.kind.as_str()).or_default() += 1;
        }
        let most = kinds.into_iter().max_by_key(|(_, count)| *count).map(|(kind, _)| kind).unwrap_or_default();
        writeln!(
            f,
            "| {name} | {engine} | {} of {} | {} | {} | {:.2} s | {:.2} s | {most} |",
            found.len(),
            self.seeds,
            median.histories,
            worst.histories,
            times[times.len() / 2],
            times[times.len() - 1],
        )
    }
}

/// What all searches came to.
#[derive(Default)]
struct Tally {
    always: usize,
    sometimes: Vec<String>,
    beyond: usize,
    missed: Vec<&'static str>,
    /// Faults that are said to be beyond a search, and are found.
    stale: Vec<&'static str>,
}

impl Tally {
    fn count(&mut self, fault: &'static Fault, found: usize, seeds: u64, is_beyond: bool) {
        match (found, is_beyond) {
            (0, true) => self.beyond += 1,
            (_, true) => self.stale.push(fault.name),
            (0, false) => self.missed.push(fault.name),
            (found, false) if u64::try_from(found).ok() == Some(seeds) => self.always += 1,
            (found, false) => self.sometimes.push(format!("{} ({found})", fault.name)),
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |names: &[&str]| if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        let sometimes: Vec<&str> = self.sometimes.iter().map(String::as_str).collect();
        writeln!(f, "\nfound with every seed: {}", self.always)?;
        writeln!(f, "found with some seeds: {}", list(&sometimes))?;
        writeln!(f, "beyond a search, with a reason: {}", self.beyond)?;
        if !self.stale.is_empty() {
            writeln!(f, "said to be beyond a search, and found: {}", list(&self.stale))?;
        }
        writeln!(f, "not found: {}", list(&self.missed))
    }
}
