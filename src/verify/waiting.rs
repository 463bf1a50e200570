//! Waiting for a moment in the life of a cookie, as observed in this run.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;

use super::browser::Life;
use super::case_run::CaseRun;
use super::record::Stop;
use crate::contract::{Call, Program, Reply};
use crate::cookie::Timestamp;
use crate::event::Event;
use crate::judge::SESSION_ROLE;
use crate::spec::{HostRole, Moment, Step, Wait};
use crate::wire::{ConnectionUse, Request};

/// How long after the end of a life it is safe to say that it ended, in milliseconds: engines that keep whole
/// seconds are up to one second late.
const AFTER: i64 = 1600;

/// How long before the end a cookie must still live, in milliseconds: such engines are up to one second early.
const BEFORE: i64 = 2000;

/// How much of `BEFORE` may be lost on the way.
const MARGIN: i64 = 1000;

impl CaseRun {
    pub(super) async fn wait(&mut self, step: &Step, wait: &Wait) -> Result<(), Stop> {
        let name = self.name(&wait.cookie)?;
        let life = self.browser(&step.who).life(&name);
        let life =
            life.ok_or_else(|| Stop::Inconclusive(format!("set-up failed: no cookie {name} was set to wait for")))?;
        let moment = moment(life, wait.until).ok_or_else(|| no_moment(&name, life, wait.cookie == SESSION_ROLE))?;
        let what = wait.until.of(&name);
        self.record.step(format!("{}: wait {what}", step.who), step.span, None);
        match wait.until {
            Moment::Expired => self.outlives = true,
            Moment::HalfLife | Moment::JustBeforeExpiry => drop(self.timed.insert(name.clone())),
        }
        let left = moment.minus(self.now());
        if left > 0 {
            if self.ground.offers.clock() {
                self.advance(left, wait.until).await?;
            } else {
                self.sleep(left, wait.until, what).await?;
            }
        }
        let late = self.now().minus(moment);
        let missed = match wait.until {
            Moment::JustBeforeExpiry if late > MARGIN => "the moment before the end",
            // A quarter of the life is left for what comes next.
            Moment::HalfLife if life.shortest.is_some_and(|seconds| late > seconds * 250) => "the middle of the life",
            _ => return Ok(()),
        };
        Err(Stop::TooLate(format!("{missed} of the cookie {name} was missed")))
    }

    /// Advances the server's clock and with it the case's.
    async fn advance(&mut self, millis: i64, until: Moment) -> Result<(), Stop> {
        let seconds = match until {
            Moment::Expired => millis.saturating_add(999).div_euclid(1000),
            Moment::HalfLife | Moment::JustBeforeExpiry => millis.div_euclid(1000),
        };
        let failed = |cause: String| Stop::Inconclusive(format!("an offered clock did not work: {cause}"));
        let client = self.clients.get(&HostRole::Main).cloned().ok_or_else(|| failed("no host".to_owned()))?;
        let program = Program::of(Call::new("clock.advance").with("seconds", seconds));
        let base = self.ground.offers.base_path.as_deref().unwrap_or_default();
        let request = Request::post_json(Program::body_target(base), &program.to_json());
        let exchange = client.send(request, ConnectionUse::Shared).await;
        let response = exchange.result.map_err(|error| failed(error.to_string()))?;
        let offset = match Reply::parse(&response.body).map(|reply| reply.results.into_iter().next()) {
            Ok(Some(Ok(offset))) => offset,
            Ok(Some(Err(failure))) => return Err(failed(failure.error.as_str().to_owned())),
            Ok(None) => return Err(failed("no result".to_owned())),
            Err(error) => return Err(failed(error.to_string())),
        };
        if !self.instance.shares_clock() {
            let clock = self.instance.clock();
            clock.set(offset.as_i64().unwrap_or_else(|| clock.offset().saturating_add(seconds)));
        }
        Ok(())
    }

    /// What was over before the answer came, though the case did not mean to outlive it: what such an answer shows says
    /// something about the machine, not about the server.
    pub(super) fn overtaken(&self, now: Timestamp) -> Option<Stop> {
        if self.outlives {
            return None;
        }
        let session = self.ground.offers.session.resolve("session");
        let mut names = session.into_iter().chain(self.timed.iter().map(String::as_str));
        names.find_map(|name| {
            let seconds = self.browsers.values().filter_map(|browser| browser.life(name)).find_map(|life| {
                let seconds = life.shortest.filter(|seconds| *seconds > 0)?;
                (now.minus(life.arrival) >= seconds.saturating_mul(1000)).then_some(seconds)
            })?;
            let why =
                format!("the {seconds} s of the cookie {name} were over before the answer came: the machine is slow");
            Some(Stop::TooLate(why))
        })
    }

    /// Really waits, without holding up others.
    async fn sleep(&mut self, millis: i64, until: Moment, what: String) -> Result<(), Stop> {
        let time = Duration::from_millis(u64::try_from(millis).unwrap_or(0));
        let budget = self.ground.wait_budget;
        if time > budget {
            return Err(Stop::NotApplicable(format!(
                "needs a wait of {} s, more than the budget of {} s: offer `clock.advance`, or a short lifetime (an axis \
                 of the target file)",
                time.as_secs(),
                budget.as_secs()
            )));
        }
        let held = self.permit.take().is_some();
        let for_ms = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        let (variant, case) = (self.ground.variant(), self.case.id.clone());
        self.ground.reporter.send(Event::CaseWaiting { variant, case, for_ms, what });
        sleep(time).await;
        // Permits go to who asked first, and many cases may have: in their queue a moment that passes would be missed.
        // Without a permit the case merely runs beside one more.
        if held && until == Moment::Expired {
            self.permit = Arc::clone(&self.ground.permits).acquire_owned().await.ok();
        }
        Ok(())
    }
}

/// When a moment of a life comes; `None` for a life without an end, or too short for it.
fn moment(life: Life, until: Moment) -> Option<Timestamp> {
    let millis = |seconds: i64| seconds.saturating_mul(1000);
    let after = match until {
        Moment::Expired => millis(life.longest?) + AFTER,
        Moment::HalfLife => millis(life.shortest?) / 2,
        Moment::JustBeforeExpiry => Some(millis(life.shortest?) - BEFORE).filter(|after| *after >= 0)?,
    };
    Some(Timestamp::from_millis(life.arrival.as_millis().saturating_add(after)))
}

/// A session that lasts until the browser closes is a design, and there is nothing to wait for; any other cookie was
/// asked for with a lifetime.
fn no_moment(name: &str, life: Life, is_session: bool) -> Stop {
    if is_session && life.longest.is_none() {
        return Stop::NotApplicable(format!(
            "needs a session with a lifetime: the cookie {name} lasts until the browser closes; state \
             `browser_close: true` in `facts`, or offer sessions that end"
        ));
    }
    Stop::Inconclusive(format!(
        "set-up failed: the cookie {name} has no lifetime to wait for, or one that is too short"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_allow_for_whole_seconds_and_skew() {
        let arrival = Timestamp::from_secs(100);
        let life = Life { arrival, shortest: Some(10), longest: Some(12) };
        assert_eq!(moment(life, Moment::Expired), Some(Timestamp::from_millis(113_600)));
        assert_eq!(moment(life, Moment::HalfLife), Some(Timestamp::from_millis(105_000)));
        assert_eq!(moment(life, Moment::JustBeforeExpiry), Some(Timestamp::from_millis(108_000)));
        let short = Life { arrival, shortest: Some(1), longest: Some(1) };
        assert_eq!(moment(short, Moment::JustBeforeExpiry), None);
        let session = Life { arrival, shortest: None, longest: None };
        assert_eq!(moment(session, Moment::Expired), None);
    }
}
