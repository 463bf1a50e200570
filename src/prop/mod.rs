//! Property tests: random histories against a model, made smaller, handed over as specs.
//!
//! `search` draws histories over what a target offers, plays many of them at once and holds every answer against the
//! model of session semantics. What no design explains is made smaller and written down.

#![allow(clippy::result_large_err, reason = "a mismatch ends its history")]
#![allow(clippy::large_futures, reason = "a search is one future, made once")]

mod alphabet;
mod arguments;
mod closing;
mod cookies;
mod coverage;
mod design;
mod deviation;
mod differential;
mod draw;
mod history;
mod minimise;
pub mod model;
mod outage;
mod outcome;
mod overlap;
mod play;
mod player;
mod plot;
mod regressions;
mod run;
mod search;
mod servers;
mod shrinking;
mod situation;
mod spec_writer;
mod strategy;
mod subject;
mod tokens;
mod traced;
mod words;

pub use alphabet::Alphabet;
pub use closing::closing;
pub use cookies::{CookieFinding, cookie_properties};
pub use coverage::Coverage;
pub use design::{Design, Extends};
pub use deviation::Deviation;
pub use differential::{Compared, Difference, Onlooker, Side, compare};
pub use draw::{Source, Tree};
pub use history::{Ask, Damage, Guise, Held, History, Key, Owned, Step, Travel, Way};
pub use minimise::smaller;
pub use play::{Failed, Played, play};
pub use regressions::{Regression, Regressions, RegressionsError};
pub use run::{Handed, PropRequest, PropRun, run_properties};
pub use search::{CounterExample, Progress, SearchOptions, Searched, search};
pub use servers::Servers;
pub use shrinking::{Reproduced, reproduce, shrink_history};
pub use spec_writer::{Found, write as write_spec};
pub use strategy::{BROWSERS, histories};
pub use subject::Subject;
pub use traced::Playing;
pub use words::{lines, name_of};
