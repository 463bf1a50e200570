//! The specs: a model of cases, steps and expectations, read from documents.
//!
//! A spec is a page about one behaviour that somebody who does not program can
//! read aloud. [`Spec`] and [`Case`] are what the reader leaves: complete,
//! checked, examples expanded.

mod action;
mod catalogue;
pub mod code;
mod coverage;
mod expect;
mod fixes;
mod format;
mod given;
mod identity;
mod level;
mod lint;
mod load;
mod matcher;
mod model;
mod probe;
mod read;
mod rules;
mod schema;
mod shape;
mod sight;
mod step;
mod variable;

pub use catalogue::{Catalogue, CatalogueError, SpecFile, agent_rules, fixes};
pub use coverage::{Counts, Coverage, GroupCoverage, RuleCoverage, coverage};
pub use expect::{CookieExpect, Effect, Expect, GrammarExpect, JarExpect, ResultExpect, SetCookieExpect};
pub use fixes::{Fix, Fixes, Framework};
pub use format::format;
pub use given::{Generator, PREDEFINED};
pub use identity::{CaseId, ClientName, DesignName, FaultName, RuleId, SpecId};
pub use level::{ByProfile, Grade, Level, Profile};
pub use lint::lint;
pub use load::load_directory;
pub use matcher::{Matcher, Operand, Test};
pub use model::{Body, Case, ClientKind, Design, Monitor, MonitorExpect, Needs, Spec, Transport};
pub use probe::{PROBES, ProbeInfo};
pub use read::read_spec;
pub use rules::{Rule, Rules, RulesError, Undecided};
pub use schema::json_schema;
pub use shape::documented;
pub use sight::{SIGHTS, Sight};
pub use step::{
    Action, BASE64, BrowserAction, CookieField, Gate, HostRole, Moment, OVERLAP, ProbeCall, Release, Repeat, SavePath,
    Step, Tampering, Together, Via, Wait,
};
pub use variable::{Unsaved, fill};
