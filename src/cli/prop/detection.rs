//! How long it takes to find each fault of the reference server.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::telling::words;
use crate::cli::output::{Console, Stream};
use crate::cli::{Failure, catalogue::embedded};
use crate::event::ExitCode;
use crate::prop::{SearchOptions, Subject, cookie_properties, search};
use crate::reference::{Config, EngineKind, FAULTS, Fault};
use crate::spec::{Level, Profile};
use crate::target::VariantPattern;
use crate::verify::{Budget, Embedded, Raise, Stage};
use crate::wire::Limits;

/// Searches the server with each fault, with so many seeds, and tells median and worst.
pub(super) async fn table(seeds: u64, cases: u64, filter: &str, _: &Console) -> Result<ExitCode, Failure> {
    let cases_of_catalogue: Vec<_> = embedded()?.cases().map(Arc::clone).collect();
    let mut unseen = Vec::new();
    Stream::Out.print("| fault | engine | found | histories, median | worst | time, median | worst | as |\n| --- | --- | --- | --- | --- | --- | --- | --- |\n");
    for fault in FAULTS.iter().flat_map(|group| group.iter()).filter(|fault| fault.name.contains(filter)) {
        let engine = fault.engines.first().copied().unwrap_or(EngineKind::Db);
        let mut runs: Vec<(u64, Duration)> = Vec::new();
        let mut as_what = std::collections::BTreeMap::<String, usize>::new();
        for seed in 0..seeds {
            if let Some((histories, time, code)) = once(fault, engine, seed, cases, &cases_of_catalogue).await? {
                runs.push((histories, time));
                *as_what.entry(code).or_default() += 1;
            }
            // What is never found by the first seeds is not found by the others.
            if seed == 2 && runs.is_empty() {
                break;
            }
        }
        runs.sort_unstable();
        let what = as_what.into_iter().max_by_key(|(_, count)| *count).map(|(code, _)| code).unwrap_or_default();
        if runs.is_empty() {
            let by_cookies = cookies(fault, engine, &cases_of_catalogue).await?;
            unseen.push(fault.name);
            let by = if by_cookies.is_empty() { "-".to_owned() } else { format!("cookie property: {by_cookies}") };
            Stream::Out.print(&format!("| {} | {engine} | 0 | - | - | - | - | {by} |\n", fault.name));
            continue;
        }
        let (median, worst) = (runs[runs.len() / 2], runs[runs.len() - 1]);
        let times: Vec<Duration> = {
            let mut times: Vec<Duration> = runs.iter().map(|(_, time)| *time).collect();
            times.sort_unstable();
            times
        };
        Stream::Out.print(&format!(
            "| {} | {engine} | {} of {seeds} | {} | {} | {:.2} s | {:.2} s | {what} |\n",
            fault.name,
            runs.len(),
            median.0,
            worst.0,
            times[times.len() / 2].as_secs_f64(),
            times[times.len() - 1].as_secs_f64(),
        ));
    }
    Stream::Out.print(&format!("\nnot found by histories: {}\n", unseen.join(", ")));
    Ok(ExitCode::CONFORMS)
}

async fn stage(fault: &'static Fault, engine: EngineKind) -> Result<Box<dyn Stage>, Failure> {
    let embedded = Embedded::new(Config { faults: vec![fault], ..Config::default() });
    let pattern = VariantPattern([("engine".to_owned(), engine.name().to_owned())].into());
    let variant = embedded.target().expand(&[pattern]).ok().and_then(|all| all.into_iter().next());
    let variant = variant.ok_or_else(|| Failure::our_bug("an engine without a variant"))?;
    embedded.raise(&variant).await.map_err(|error| Failure::new(error.exit, error.reason))
}

async fn once(
    fault: &'static Fault,
    engine: EngineKind,
    seed: u64,
    cases: u64,
    catalogue: &[Arc<crate::spec::Case>],
) -> Result<Option<(u64, Duration, String)>, Failure> {
    let stage = stage(fault, engine).await?;
    let options = SearchOptions {
        cases,
        seed,
        jobs: 2,
        replays: 0,
        budget: Budget { tries: 0, time: Duration::ZERO },
        keep_going: false,
        ..SearchOptions::default()
    };
    let subject = Subject::of(stage.setting(), &stage.shared(), catalogue, Profile::Default, Limits::default()).await;
    let subject = subject.map_err(|error| Failure::new(error.exit, error.reason))?;
    let (_keep, mut cancel) = watch::channel(false);
    let searched = search(stage.as_ref(), subject, options, &[], &|progress| drop(words(progress)), &mut cancel).await;
    stage.lower().await;
    let first = searched.found.iter().min_by_key(|example| example.histories);
    Ok(first.map(|example| {
        let mismatch = &example.failed.mismatch;
        let level = if mismatch.level == Level::Must { "" } else { " (should)" };
        (example.histories.max(1), example.after, format!("{}{}{level}", mismatch.code, about(&mismatch.subject)))
    }))
}

fn about(subject: &str) -> String {
    if subject.is_empty() { String::new() } else { format!(" {subject}") }
}

async fn cookies(
    fault: &'static Fault,
    engine: EngineKind,
    catalogue: &[Arc<crate::spec::Case>],
) -> Result<String, Failure> {
    let stage = stage(fault, engine).await?;
    let subject = Subject::of(stage.setting(), &stage.shared(), catalogue, Profile::Default, Limits::default()).await;
    let subject = subject.map_err(|error| Failure::new(error.exit, error.reason))?;
    let options = SearchOptions {
        keep_going: true,
        budget: Budget { tries: 0, time: Duration::ZERO },
        ..SearchOptions::default()
    };
    let findings = cookie_properties(stage.as_ref(), &subject, options).await;
    let outcomes =
        findings.into_iter().map(|finding| finding.outcome(Profile::Default, &stage.setting().secrecy(true)));
    let codes: Vec<String> = outcomes
        .flat_map(|outcome| outcome.findings.into_iter().map(|finding| finding.code).collect::<Vec<_>>())
        .collect();
    stage.lower().await;
    Ok(codes.join(", "))
}
