//! Plots: what a history is about, where a handful of steps in the right order is too rare to come about by chance.
//!
//! How long a session lives shows in what has happened to it before its end: it began, somebody gave it an expiry, time
//! passed, somebody used it, time passed again. A history with a plot takes these steps in this order, each in one of its
//! ways, with others in between.

mod scene;
mod stories;

use proptest::strategy::BoxedStrategy;

use super::alphabet::Alphabet;
use super::history::Step;
use super::situation::Situation;
use super::strategy::LIFETIMES;
use scene::Scene;
pub(super) use stories::About;
use stories::{Needs, STORIES, Story};

/// Moves from one story to the next so that neighbours in the table are far from each other in a run.
const STRIDE: u64 = 37;

/// An expiry, and a wait that it outlives once and not twice, in seconds.
const EXPIRY: (u32, u32) = (600, 400);

/// A plot, and how far it is.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Plot {
    scenes: &'static [Scene],
    /// How long each wait is, in seconds.
    wait: u32,
    /// What the history is about.
    pub(super) about: Option<About>,
}

impl Plot {
    /// The plot of the history with this number: every other one has one, and all stories have their turn.
    pub(super) fn of(number: u64, alphabet: &Alphabet) -> Option<Self> {
        let lifetime = Some(alphabet.lifetime).filter(|lifetime| alphabet.clock && LIFETIMES.contains(lifetime));
        let told = |story: &&Story| match story.needs {
            Needs::Nothing => true,
            Needs::Clock => alphabet.clock,
            Needs::Lifetime => lifetime.is_some(),
            Needs::Records => alphabet.keys,
            Needs::Values => !alphabet.keys,
        };
        let all: u64 = STORIES.iter().filter(told).map(|story| story.weight).sum();
        if number.is_multiple_of(2) || all == 0 {
            return None;
        }
        // A stride of a prime that does not divide the sum meets all of them.
        let stride = if all.is_multiple_of(STRIDE) { 1 } else { STRIDE };
        let mut place = (number / 2).wrapping_mul(stride) % all;
        let story = STORIES.iter().filter(told).find(|story| {
            let here = place < story.weight;
            place = place.saturating_sub(story.weight);
            here
        })?;
        let wait = match (story.needs, lifetime) {
            (Needs::Lifetime, Some(lifetime)) => lifetime / 2 + 100,
            _ => EXPIRY.1,
        };
        Some(Self { scenes: story.scenes, wait, about: Some(story.about) })
    }

    /// How many scenes are left.
    pub(super) const fn len(&self) -> usize {
        self.scenes.len()
    }

    /// What comes next; `None` when it is over, or there is none.
    fn scene(&self) -> Option<Scene> {
        self.scenes.first().copied()
    }

    /// A step that plays what comes next; `None` where the target does not offer it, too.
    pub(super) fn next(&self, situation: &Situation) -> Option<BoxedStrategy<Step>> {
        self.scene()?.drawn(situation, self.wait)
    }

    /// Behind a step.
    pub(super) fn after(mut self, step: &Step) -> Self {
        if let Some((scene, rest)) = self.scenes.split_first()
            && scene.is_played_by(step)
        {
            self.scenes = rest;
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::Arc;

    use super::*;
    use crate::contract::Call;
    use crate::prop::draw::Source;
    use crate::prop::history::{Ask, Travel};

    fn ask(browser: u8, op: &str) -> Step {
        Step::Request(Ask { browser, calls: vec![Call::new(op)], status: None, via: Travel::default() })
    }

    #[test]
    fn a_plot_goes_on_by_its_own_steps_alone() {
        let scenes = &[stories::BEGIN, stories::TELL, Scene::Wait, Scene::Wait, stories::SWEEP, Scene::Exists];
        let plot = Plot { scenes, wait: 70, about: None };
        let plot = plot.after(&ask(1, "auth.login")).after(&ask(0, "session.key"));
        assert_eq!(plot.scene(), Some(stories::BEGIN), "neither another browser nor a later scene");
        let plot = plot.after(&ask(0, "auth.login")).after(&ask(0, "session.key"));
        assert_eq!(plot.scene(), Some(Scene::Wait));
        let plot = plot.after(&Step::Advance { seconds: 40 }).after(&Step::Advance { seconds: 70 });
        let plot = plot.after(&ask(0, "store.clear_expired"));
        assert_eq!(plot.scene(), Some(Scene::Exists));
        assert_eq!(plot.after(&ask(2, "store.exists")).scene(), Some(Scene::Exists));
        assert_eq!(plot.after(&ask(0, "store.exists")).scene(), None);
    }

    #[test]
    fn nobody_waits_for_a_clock_that_stands_still() {
        let scenes = |clock, lifetime| {
            let alphabet = Alphabet { clock, lifetime, ..Alphabet::default() };
            let plots = (0..400).filter_map(move |number| Plot::of(number, &alphabet));
            plots.flat_map(|plot| plot.scenes).collect::<Vec<_>>()
        };
        assert!(!scenes(false, 1000).contains(&&Scene::Wait));
        assert!(!scenes(false, 1000).is_empty());
        assert!(scenes(true, 0).contains(&&Scene::Wait), "an expiry of its own ends in any case");
    }

    #[test]
    fn every_story_is_told_to_its_end() {
        let (mut told, mut ended) = (BTreeSet::new(), BTreeSet::new());
        for keys in [true, false] {
            let alphabet = Arc::new(Alphabet::everything(keys));
            let source = Source::new(&alphabet, 11);
            for number in 0..600 {
                let Some(plot) = Plot::of(number, &alphabet) else { continue };
                if ended.contains(&(plot.scenes.as_ptr() as usize)) {
                    continue;
                }
                let story = plot.scenes.as_ptr() as usize;
                let history = source.draw(number).unwrap();
                let rest = history.steps.iter().fold(plot, Plot::after);
                told.insert(story);
                if rest.len() == 0 {
                    ended.insert(story);
                }
            }
        }
        assert_eq!(told.len(), STORIES.len(), "all have their turn");
        let missing = STORIES.iter().filter(|story| !ended.contains(&(story.scenes.as_ptr() as usize)));
        assert_eq!(missing.map(|story| story.scenes).collect::<Vec<_>>(), Vec::<&[Scene]>::new());
    }
}
