//! The legs of a run: every variant and population size, one after the other.

use std::path::Path;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use tokio::sync::watch;

use super::super::Failure;
use super::super::output::Console;
use super::super::under_test::UnderTest;
use super::Arguments;
use super::commands;
use super::follow::Live;
use super::ground::Ground;
use crate::event::ExitCode;
use crate::load::scenario::Scenario;
use crate::load::{Ceiling, CeilingRequest, Leg, LegError, LegRequest, LoadRun, NotRun, RankError, Verdict, run_leg};
use crate::rig::Scratch;
use crate::target::Variant;

/// Runs the legs.
pub(super) struct Legs<'a> {
    pub(super) arguments: &'a Arguments,
    pub(super) scenario: Arc<Scenario>,
    pub(super) under_test: &'a UnderTest,
    pub(super) stop: watch::Receiver<bool>,
    pub(super) console: &'a Console,
}

/// What a leg changes in the scenario.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Change {
    pub(super) rate: Option<f64>,
    pub(super) duration: Option<std::time::Duration>,
}

impl<'a> Legs<'a> {
    pub(super) fn new(
        arguments: &'a Arguments,
        scenario: Arc<Scenario>,
        under_test: &'a UnderTest,
        stop: watch::Receiver<bool>,
        console: &'a Console,
    ) -> Self {
        Self { arguments, scenario, under_test, stop, console }
    }

    /// Every variant and size.
    pub(super) async fn all(&mut self, run: &mut LoadRun, follow: &mut Live) -> Result<(), Failure> {
        let variants = self.variants()?;
        for variant in &variants {
            if *self.stop.borrow() {
                break;
            }
            let ground = match self.raise(variant).await {
                Ok(ground) => ground,
                Err(not_run) => {
                    run.add(not_run);
                    continue;
                }
            };
            let told = self.sizes(run, follow, variant, &ground, variants.len() > 1).await;
            ground.lower().await;
            told?;
        }
        Ok(())
    }

    async fn sizes(
        &mut self,
        run: &mut LoadRun,
        follow: &mut Live,
        variant: &Variant,
        ground: &Ground,
        several: bool,
    ) -> Result<(), Failure> {
        if let Some(reason) = ground.lacks(&self.scenario) {
            run.add(empty(variant, ground, NotRun { reason, exit: ExitCode::CONFORMS }));
            return Ok(());
        }
        follow.server();
        let sizes = self.scenario.population.sessions.clone();
        // Larger populations begin with the sessions of the smaller ones.
        let scratch = Scratch::new(None).map_err(Failure::our_bug)?;
        let file = self.arguments.population.clone().unwrap_or_else(|| scratch.path().join("population"));
        for sessions in &sizes {
            if *self.stop.borrow() {
                break;
            }
            let label = match (several, sizes.len() > 1) {
                (_, true) => format!("{} sessions", thousands(u64::from(*sessions))),
                (true, false) => variant.to_string(),
                (false, false) => self.scenario.name.clone(),
            };
            follow.leg(&label);
            let mut leg = self.leg(follow, variant, ground, *sessions, &file, Change::default()).await?;
            leg.label = label;
            run.add(leg);
        }
        Ok(())
    }

    /// The variants that were asked for; a scenario may ask for all of them.
    fn variants(&self) -> Result<Vec<Variant>, Failure> {
        let all = self.under_test.variants(&self.arguments.variants)?;
        let several = self.scenario.every_variant || !self.arguments.variants.is_empty();
        Ok(if several { all } else { all.into_iter().take(1).collect() })
    }

    /// Raises a variant; a leg that says why it is not up.
    pub(super) async fn raise(&self, variant: &Variant) -> Result<Ground, Leg> {
        Ground::raise(self.arguments, self.under_test, variant).await.map_err(|error| {
            let not_run = NotRun { reason: error.reason, exit: error.exit };
            Leg { not_run: Some(not_run), ..blank(variant) }
        })
    }

    pub(super) fn first_variant(&self) -> Result<Variant, Failure> {
        Ok(self.variants()?.into_iter().next().unwrap_or_default())
    }

    /// Runs one leg.
    pub(super) async fn leg(
        &mut self,
        follow: &mut Live,
        variant: &Variant,
        ground: &Ground,
        sessions: u32,
        population: &Path,
        change: Change,
    ) -> Result<Leg, Failure> {
        let ceiling = self.ceiling(ground, sessions, change).await;
        let run = run_id();
        let commands = self.arguments.commands(
            ground,
            &commands::Leg {
                scenario: &self.scenario,
                sessions,
                run: &run,
                population: Some(population),
                rate: change.rate,
                duration: change.duration,
            },
        )?;
        let mut scenario = (*self.scenario).clone();
        if let Some(rate) = change.rate {
            scenario.phases.iter_mut().for_each(|phase| phase.rate = Some(rate));
        }
        if let Some(duration) = change.duration {
            let changes = super::arguments::Changes { duration: Some(duration), ..Default::default() };
            scenario = changes.apply(scenario)?;
        }
        let thinks = scenario.journeys.iter().flat_map(|one| &one.steps).any(|step| !step.think.to.is_zero());
        let thresholds = scenario.thresholds.clone();
        let instance = ground.stage.shared();
        let request = LegRequest {
            scenario: Arc::new(scenario),
            commands,
            address: ground.site.connector.address(),
            instance,
            stop: self.stop.clone(),
        };
        let blank = empty(variant, ground, NotRun { reason: String::new(), exit: ExitCode::CONFORMS });
        let seen = match run_leg(request, follow).await {
            Ok(seen) => seen,
            Err(error) => {
                let output = ground.stage.shared().last_output();
                return Ok(Leg { not_run: Some(not_run(&error, &output)), ..blank });
            }
        };
        Ok(Leg {
            not_run: None,
            verdict: Some(Verdict::of(&seen.record, thinks)),
            missed: thresholds.missed(&seen.record),
            record: Some(seen.record),
            events: seen.events,
            target_cpu: seen.target_cpu,
            ceiling,
            ..blank
        })
    }

    async fn ceiling(&self, ground: &Ground, sessions: u32, change: Change) -> Option<Ceiling> {
        if self.arguments.no_ceiling || change.rate.is_some() {
            return None;
        }
        let engine = ground.site.facts.get("engine").and_then(serde_json::Value::as_str)?;
        let request = CeilingRequest {
            engine: engine.to_owned(),
            sessions,
            payload: self.scenario.population.payload,
            services: ground.stage.shared().services().await,
        };
        match request.measure().await {
            Ok(ceiling) => ceiling,
            Err(why) => {
                self.console.warn(&format!("the store's ceiling could not be measured: {why}"));
                None
            }
        }
    }
}

fn blank(variant: &Variant) -> Leg {
    Leg {
        label: variant.to_string(),
        variant: variant.to_string(),
        server: String::new(),
        record: None,
        not_run: None,
        events: Vec::new(),
        target_cpu: None,
        verdict: None,
        ceiling: None,
        missed: Vec::new(),
    }
}

fn empty(variant: &Variant, ground: &Ground, not_run: NotRun) -> Leg {
    Leg { server: ground.site.server.clone(), not_run: Some(not_run), ..blank(variant) }
}

fn not_run(error: &LegError, output: &[String]) -> NotRun {
    let exit = match error {
        LegError::Rank(RankError::NoRecord { code: Some(code), .. }) => {
            u8::try_from(*code).ok().and_then(|code| ExitCode::try_from(code).ok()).unwrap_or(ExitCode::OUR_BUG)
        }
        LegError::Rank(_) | LegError::Merge(_) => ExitCode::OUR_BUG,
        LegError::Ended => ExitCode::INTERRUPTED,
    };
    let mut reason = error.to_string();
    if !output.is_empty() && exit == ExitCode::UNREACHABLE {
        reason = format!("{reason}\nThe server's last lines:\n{}", output.join("\n"));
    }
    NotRun { reason, exit }
}

/// A name that no other run has.
fn run_id() -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    format!("{}-{}", now.as_nanos(), std::process::id())
}

/// `1,000,000`
fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn thousands_are_set_apart() {
        assert_eq!([5, 1000, 1_000_000].map(super::thousands), ["5", "1,000", "1,000,000"]);
    }
}
