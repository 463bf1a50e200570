//! Judging every exchange of a run.

use super::cookie::judge_line;
use super::expectation::judge;
use super::judged::Judged;
use super::matching::Matching;
use super::observation::Observation;
use crate::cookie::Scheme;
use crate::spec::{Monitor, MonitorExpect, Transport};
use crate::wire::Response;

/// Judges one exchange; empty when it holds nothing for this monitor to look at, or never got an answer.
#[must_use]
pub fn judge_monitor(monitor: &Monitor, observation: &Observation, matching: Matching<'_>) -> Vec<Judged> {
    if !concerns_exchange(monitor, observation) {
        return Vec::new();
    }
    let names = monitor.cookie.as_deref().map(|name| observation.session.resolve(name));
    let concerns =
        |name: &[u8]| names.as_ref().is_none_or(|names| names.iter().any(|wanted| wanted.as_bytes() == name));
    let mut judged = match &monitor.expect {
        MonitorExpect::EverySetCookie(expect) => observation
            .cookies
            .iter()
            .filter(|seen| concerns(&seen.written.name))
            .flat_map(|seen| judge_line(expect, seen, matching, "expect"))
            .collect(),
        MonitorExpect::EveryResponse(expect) => {
            let sets = names.is_none() || observation.cookies.iter().any(|seen| concerns(&seen.written.name));
            if !sets || observation.exchange.result.is_err() {
                return Vec::new();
            }
            let mut judged = judge(expect, observation, matching, "");
            for one in &mut judged {
                one.expectation = one.expectation.trim_start_matches('.').to_owned();
            }
            judged
        }
    };
    for one in &mut judged {
        one.exchange = Some(observation.exchange.id);
    }
    judged
}

/// Whether a monitor looks at an exchange at all.
fn concerns_exchange(monitor: &Monitor, observation: &Observation) -> bool {
    let over = match observation.visit.origin.scheme {
        Scheme::Http => Transport::Http,
        Scheme::Https => Transport::Https,
    };
    let redirect = || observation.exchange.seen().and_then(Response::redirect).unwrap_or_default();
    monitor.transport.is_none_or(|wanted| wanted == over)
        && (!monitor.upgrades || (over == Transport::Http && redirect().to_ascii_lowercase().starts_with(b"https://")))
}

/// The number of single expectations that a monitor declares.
#[must_use]
pub fn monitor_expectations(monitor: &Monitor) -> usize {
    match &monitor.expect {
        MonitorExpect::EverySetCookie(expect) => expect.declared(),
        MonitorExpect::EveryResponse(expect) => expect.declared(),
    }
}
