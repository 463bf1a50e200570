//! Plots: what a history is about, where a handful of steps in the right order is too rare to come about by chance.
//!
//! How long a session lives shows in what has happened to it before its end: it began, somebody gave it an expiry, time
//! passed, somebody used it, time passed again. A history with a plot takes these steps in this order, each in one of its
//! ways, with others in between.

use super::history::Step;

/// Operations, and how often each is drawn.
type Operations = &'static [(u32, &'static str)];

/// The next step of the plot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scene {
    /// A browser asks for one of these operations.
    Ask(u8, Operations),
    /// The session gets the expiry of the plot.
    SetExpiry,
    /// Time passes, but not all that the session has.
    Wait,
    /// Its key comes back into the browser, which has thrown it away when it was over.
    Return,
    /// Somebody looks whether its record is there.
    Exists,
}

const BEGIN: Scene = Scene::Ask(0, &[(1, "session.put"), (2, "auth.login")]);
const TELL: Scene = Scene::Ask(0, &[(1, "session.key")]);
/// A session is used in a way that may make it live longer.
const USE: Scene = Scene::Ask(
    0,
    &[
        (3, "session.items"),
        (1, "session.has"),
        (1, "auth.whoami"),
        (2, "session.touch"),
        (2, "session.put"),
        (2, "session.cycle_key"),
        (1, "auth.login"),
        (1, "session.set_expiry"),
        (1, "session.get_expiry"),
        (1, "session.clear"),
    ],
);
const SWEEP: Scene = Scene::Ask(0, &[(1, "store.clear_expired")]);
const LOOK: Scene = Scene::Ask(0, &[(2, "session.items"), (1, "auth.whoami")]);

/// With the life that everybody has: it is used in time, is over without that, and is swept away.
const USUAL: [&[Scene]; 4] = [
    &[BEGIN, Scene::Wait, USE, Scene::Wait, LOOK],
    &[BEGIN, Scene::Wait, Scene::Wait, Scene::Return, USE, LOOK],
    &[BEGIN, TELL, Scene::Wait, Scene::Wait, SWEEP, Scene::Exists],
    &[BEGIN, Scene::Wait, USE, TELL, Scene::Wait, SWEEP, Scene::Exists, LOOK],
];

/// The same with an expiry of its own.
const SET: [&[Scene]; 3] = [
    &[BEGIN, Scene::SetExpiry, Scene::Wait, USE, Scene::Wait, LOOK],
    &[BEGIN, Scene::SetExpiry, Scene::Wait, Scene::Wait, Scene::Return, USE, LOOK],
    &[BEGIN, Scene::SetExpiry, TELL, Scene::Wait, Scene::Wait, SWEEP, Scene::Exists],
];

/// An expiry, and a wait that it outlives once and not twice, in seconds.
const EXPIRY: (u32, u32) = (600, 400);

const LOGIN: Operations = &[(1, "auth.login")];
const ENDS: Operations =
    &[(2, "auth.end_others"), (2, "auth.end_all"), (2, "auth.change_password"), (1, "auth.disable")];
const WHO: Operations = &[(3, "auth.whoami"), (1, "auth.sessions")];

/// Sessions of users that are ended from outside, and the cookie that tells whether a browser takes any.
const TIMELESS: [&[Scene]; 4] = [
    &[Scene::Ask(0, LOGIN), Scene::Ask(1, LOGIN), Scene::Ask(0, ENDS), Scene::Ask(1, WHO), Scene::Ask(0, WHO)],
    &[
        Scene::Ask(0, LOGIN),
        Scene::Ask(1, LOGIN),
        Scene::Ask(2, LOGIN),
        Scene::Ask(1, ENDS),
        Scene::Ask(2, WHO),
        Scene::Ask(0, WHO),
    ],
    &[Scene::Ask(0, LOGIN), Scene::Ask(0, ENDS), Scene::Ask(0, LOGIN), Scene::Ask(0, WHO)],
    &[
        Scene::Ask(0, &[(1, "session.set_test_cookie")]),
        Scene::Ask(0, &[(3, "session.delete_test_cookie"), (1, "session.test_cookie_worked")]),
        Scene::Ask(0, &[(1, "session.test_cookie_worked")]),
    ],
];

/// A plot, and how far it is.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Plot {
    scenes: &'static [Scene],
    /// How long each wait is, in seconds.
    pub(super) wait: u32,
    /// The expiry that goes with it, in seconds, where it is set.
    pub(super) expiry: u32,
}

impl Plot {
    /// The plot of a history by a number. `clock` says whether the server's clock can be moved, and `lifetime` how long
    /// its sessions live, in seconds, where that is known.
    pub(super) fn of(number: u64, clock: bool, lifetime: Option<u32>) -> Self {
        let chosen = |plots: &[&'static [Scene]]| {
            let place = usize::try_from(number / 4).unwrap_or_default() % plots.len();
            plots.get(place).copied().unwrap_or_default()
        };
        match (number % 4, lifetime) {
            (0 | 1, Some(lifetime)) if clock => Self { scenes: chosen(&USUAL), wait: lifetime / 2 + 100, expiry: 0 },
            (2, _) if clock => Self { scenes: chosen(&SET), wait: EXPIRY.1, expiry: EXPIRY.0 },
            _ => Self { scenes: chosen(&TIMELESS), ..Self::default() },
        }
    }

    /// What comes next; `None` when it is over, or there is none.
    pub(super) fn scene(&self) -> Option<Scene> {
        self.scenes.first().copied()
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

impl Scene {
    fn is_played_by(self, step: &Step) -> bool {
        let asks = |browser: u8, wanted: &dyn Fn(&str) -> bool| {
            let own = step.asks().iter().filter(|ask| ask.browser == browser);
            own.flat_map(|ask| &ask.calls).any(|call| wanted(&call.op))
        };
        match self {
            Self::Ask(browser, operations) => asks(browser, &|op| operations.iter().any(|(_, name)| *name == op)),
            Self::SetExpiry => asks(0, &|op| op == "session.set_expiry"),
            Self::Wait => matches!(step, Step::Advance { .. }),
            Self::Return => matches!(step, Step::Plant { browser: 0, .. }),
            Self::Exists => asks(0, &|op| op == "store.exists"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::Call;
    use crate::prop::history::{Ask, Travel};

    fn ask(browser: u8, op: &str) -> Step {
        Step::Request(Ask { browser, calls: vec![Call::new(op)], status: None, via: Travel::default() })
    }

    #[test]
    fn a_plot_goes_on_by_its_own_steps_alone() {
        let plot = Plot { scenes: USUAL[2], wait: 70, expiry: 0 };
        let plot = plot.after(&ask(1, "auth.login")).after(&ask(0, "session.key"));
        assert_eq!(plot.scene(), Some(BEGIN), "neither another browser nor a later scene");
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
        for number in 0..60 {
            let scenes = |clock, lifetime| Plot::of(number, clock, lifetime).scenes;
            assert!(!scenes(false, Some(1000)).contains(&Scene::Wait), "{number}");
            assert!(!scenes(true, None).is_empty(), "{number}");
            assert!(scenes(true, Some(1000)).len() > 2, "{number}");
        }
    }
}
