//! Running the catalogue against a target: plan, execute, settle.

mod applicability;
mod browser;
mod browser_action;
mod case_run;
mod detect;
mod driver;
#[cfg(feature = "reference")]
mod embedded;
mod filter;
mod given;
mod given_search;
mod har;
mod health;
#[cfg(feature = "reference")]
mod kill_matrix;
mod mapped;
mod mapped_call;
mod monitors;
mod offers;
mod outcome;
mod passive;
mod plan;
mod raised;
mod record;
mod reporter;
mod request;
mod run;
#[cfg(test)]
mod sample;
mod self_test;
mod settle;
mod site;
mod stage;
mod tamper;
#[cfg(any(test, feature = "reference"))]
mod targets;
mod together;
mod trace;
mod users;
mod variant_run;
mod waiting;

pub use applicability::{Missing, Reach, check, reach};
pub use detect::{Detected, detect};
pub use driver::{Budget, Shrinker, Shrunk, shrink};
#[cfg(feature = "reference")]
pub use embedded::Embedded;
pub use filter::{Filter, FilterError};
pub(crate) use given::random_text;
pub use har::{Archive, Recorded, read_archive};
#[cfg(feature = "reference")]
pub use kill_matrix::{FullRow, KillMatrix, KillRow, Notice, full_matrix, kill_matrix};
pub use mapped::Mapped;
pub use offers::Offers;
pub use passive::Pages;
pub use plan::{Decision, plan, select};
pub use raised::{RecordedPages, Rigged};
pub(crate) use reporter::{Reporter, pump};
pub use run::{Options, Purpose, Request, rfc3339, run};
pub use self_test::self_test_cases;
pub use site::{LoginForm, Site, look};
pub use stage::{BoxFuture, Instance, Raise, Setting, Stage, StageError, default_hosts};
pub(crate) use tamper::damaged;
pub(crate) use trace::{Trace, Tracing};
pub(crate) use users::Users;
