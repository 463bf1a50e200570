//! `--find-max`: one leg for each rate that is tried.

use std::time::Duration;

use super::super::Failure;
use super::follow::Live;
use super::legs::{Change, Legs};
use crate::event::ExitCode;
use crate::load::{Bracket, Criteria, LoadRun, NotRun, Search, in_ms};
use crate::rig::Scratch;

/// How long each rate is measured when nobody says.
const STEP: Duration = Duration::from_secs(5);

impl Legs<'_> {
    pub(super) async fn search(&mut self, run: &mut LoadRun, follow: &mut Live) -> Result<(), Failure> {
        let variant = self.first_variant()?;
        let ground = match self.raise(&variant).await {
            Ok(ground) => ground,
            Err(not_run) => {
                run.add(not_run);
                return Ok(());
            }
        };
        let found = if let Some(reason) = ground.lacks(&self.scenario) {
            Err(Failure::new(ExitCode::NOTHING_RUN, reason).fix("choose another scenario"))
        } else {
            self.steps(run, follow, &variant, &ground).await
        };
        ground.lower().await;
        run.search = Some(found?);
        Ok(())
    }

    async fn steps(
        &mut self,
        run: &mut LoadRun,
        follow: &mut Live,
        variant: &crate::target::Variant,
        ground: &super::ground::Ground,
    ) -> Result<Search, Failure> {
        let criteria = Criteria {
            p99_us: self.scenario.thresholds.p99_us.unwrap_or(u64::MAX),
            errors: self.scenario.thresholds.errors.unwrap_or(0.0),
        };
        let scratch = Scratch::new(None).map_err(Failure::our_bug)?;
        let file = self.arguments.population.clone().unwrap_or_else(|| scratch.path().join("population"));
        let sessions = self.scenario.population.sessions.first().copied().unwrap_or_default();
        let mut bracket = Bracket::from(self.arguments.search.find_from);
        let mut steps = Vec::new();
        while let Some(rate) = bracket.next() {
            if *self.stop.borrow() {
                break;
            }
            follow.leg(&format!("{rate} per second"));
            let change = Change { rate: Some(rate), duration: Some(self.arguments.search.step.unwrap_or(STEP)) };
            let mut leg = self.leg(follow, variant, ground, sessions, &file, change).await?;
            leg.label = format!("{rate} per second");
            let Some(record) = &leg.record else {
                run.add(leg);
                break;
            };
            if record.interrupted {
                break;
            }
            let step = criteria.judge(rate, record);
            let held = if step.held { "held".to_owned() } else { format!("did not hold: {}", step.because) };
            follow.tell(&format!("{rate} per second {held} (p99 {})", in_ms(step.p99_us)));
            bracket.learn(&step, leg.verdict.as_ref().map(|verdict| verdict.kind));
            steps.push(step);
            if leg.missed.iter().any(|missed| missed.threshold == "wrong_user") {
                run.exit = run.exit.and(ExitCode::FAILED);
            }
            // Steps that do not hold are what a search is for: their thresholds do not count.
            run.legs.push(leg);
        }
        if bracket.limited_by_us && bracket.held().is_some() {
            run.exit = run.exit.and(ExitCode::LOAD_INVALID);
        }
        if bracket.held().is_none() {
            run.exit = run.exit.and(ExitCode::FAILED);
        }
        if let Some(reason) = steps.is_empty().then(|| "no rate was measured".to_owned()) {
            let not_run = NotRun { reason, exit: ExitCode::NOTHING_RUN };
            run.exit = run.exit.and(not_run.exit);
        }
        Ok(Search { wanted: criteria.words(), held: bracket.held(), failed: bracket.failed(), steps })
    }
}
