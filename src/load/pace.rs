//! When virtual users begin their passes.
//!
//! In a phase without a rate a user begins the next pass when the last one has ended (a closed model). With a rate,
//! arrivals are fixed in advance, whatever the server does (an open model): a user who is still busy then begins
//! late, and its latency counts from the intended moment, so that a stall is charged to everything that it delays.

use std::time::Duration;

use super::scenario::Phase;

/// The phases of a run on one time line.
#[derive(Debug, Clone)]
pub(super) struct Schedule {
    /// Start and end of each phase.
    spans: Vec<(Duration, Duration)>,
    phases: Vec<Phase>,
    users: u32,
}

/// What a user does next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Next {
    /// Begins now; the moment is `now`.
    Begin,
    /// Begins an arrival that was intended for this moment, which may lie in the past or in the future.
    Arrival(Duration),
    /// Rests until this moment.
    Rest(Duration),
    /// The run is over.
    Over,
}

/// Where a user stands in the schedule.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Position {
    phase: usize,
    arrivals: u32,
}

impl Schedule {
    pub(super) fn new(phases: &[Phase], users: u32) -> Self {
        let mut at = Duration::ZERO;
        let spans = phases
            .iter()
            .map(|phase| {
                let start = at;
                at += phase.length;
                (start, at)
            })
            .collect();
        Self { spans, phases: phases.to_vec(), users: users.max(1) }
    }

    /// The end of the last phase.
    pub(super) fn end(&self) -> Duration {
        self.spans.last().map_or(Duration::ZERO, |(_, end)| *end)
    }

    /// The phase of a moment; the last one after the end.
    pub(super) fn phase_at(&self, now: Duration) -> usize {
        self.spans.iter().position(|(_, end)| now < *end).unwrap_or(self.spans.len().saturating_sub(1))
    }

    /// What the user with this number, among all workers' users, does next.
    pub(super) fn next(&self, user: u32, position: &mut Position, now: Duration) -> Next {
        if now >= self.end() {
            return Next::Over;
        }
        let current = self.phase_at(now);
        if current != position.phase {
            *position = Position { phase: current, arrivals: 0 };
        }
        let (start, end) = self.spans[current];
        let phase = &self.phases[current];
        let active = phase.users.unwrap_or(self.users).clamp(1, self.users);
        if user >= active {
            return Next::Rest(end);
        }
        let Some(rate) = phase.rate else { return Next::Begin };
        // Users take turns: the arrivals of all of them together are evenly spaced.
        let interval = f64::from(active) / rate;
        let offset = (f64::from(position.arrivals) + f64::from(user) / f64::from(active)) * interval;
        let intended = Duration::try_from_secs_f64(offset).map_or(Duration::MAX, |offset| start.saturating_add(offset));
        if intended >= end {
            return Next::Rest(end);
        }
        position.arrivals += 1;
        Next::Arrival(intended)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phase(seconds: u64, users: Option<u32>, rate: Option<f64>) -> Phase {
        Phase { name: "a".into(), length: Duration::from_secs(seconds), measured: true, users, rate }
    }

    #[test]
    fn arrivals_are_evenly_spaced_over_all_users() {
        let schedule = Schedule::new(&[phase(10, None, Some(10.0))], 4);
        let mut all = Vec::new();
        for user in 0..4 {
            let mut position = Position::default();
            while let Next::Arrival(at) = schedule.next(user, &mut position, Duration::ZERO) {
                all.push(at);
            }
        }
        all.sort();
        assert_eq!(all.len(), 100);
        assert!(all.windows(2).all(|two| two[1].abs_diff(two[0]).as_millis() == 100), "{all:?}");
    }

    #[test]
    fn who_is_late_keeps_the_intended_moment() {
        let schedule = Schedule::new(&[phase(10, None, Some(1.0))], 1);
        let mut position = Position::default();
        let late = Duration::from_millis(3500);
        let next: Vec<_> = (0..5).map(|_| schedule.next(0, &mut position, late)).collect();
        let seconds = |s| Next::Arrival(Duration::from_secs(s));
        assert_eq!(next, [seconds(0), seconds(1), seconds(2), seconds(3), seconds(4)]);
    }

    #[test]
    fn phases_begin_anew_and_some_users_rest() {
        let phases = [phase(1, Some(1), None), phase(2, None, Some(2.0)), phase(1, None, None)];
        let schedule = Schedule::new(&phases, 2);
        let mut position = Position::default();
        let seconds = Duration::from_secs;
        assert_eq!(schedule.next(1, &mut position, Duration::ZERO), Next::Rest(seconds(1)));
        assert_eq!(schedule.next(0, &mut position, Duration::ZERO), Next::Begin);
        assert_eq!(schedule.next(0, &mut position, seconds(1)), Next::Arrival(seconds(1)));
        assert_eq!(schedule.next(0, &mut position, seconds(1)), Next::Arrival(seconds(2)));
        assert_eq!(schedule.next(0, &mut position, seconds(2)), Next::Rest(seconds(3)));
        assert_eq!(schedule.next(0, &mut position, seconds(3)), Next::Begin);
        assert_eq!(schedule.next(0, &mut position, seconds(4)), Next::Over);
    }
}
