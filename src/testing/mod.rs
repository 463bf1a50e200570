//! hardtack inside a Rust test: a server that the test starts is judged, and what breaks fails the test with the
//! report that people read on a terminal.
//!
//! ```no_run
//! # async fn example() -> Result<(), hardtack::testing::Error> {
//! hardtack::testing::Suite::of_url("http://127.0.0.1:8000/")
//!     .await?
//!     .filter("sessions/* and not sessions/timeouts")?
//!     .verify()
//!     .await
//!     .assert_conforms();
//! # Ok(())
//! # }
//! ```
//!
//! [`Suite::search`] looks for what no case describes, with random histories of sessions; a failure is the smallest
//! history that shows it, in words and as a spec.
//!
//! `examples/axum.rs` is a whole application with its test. As a dev-dependency, switch the default features off:
//! `hardtack = { version = "…", default-features = false }` leaves out the command line, the reference server and
//! the load harness.
//!
//! This module is what stays stable between releases, and all that the documentation shows. The floors below it are
//! public for the command line and for those who build upon them, and may change with each release.

mod error;
mod outcome;
mod search;
mod searched;
mod suite;
mod verdicts;

pub use crate::event::Verdict;
pub use crate::spec::Profile;
pub use error::Error;
pub use outcome::{Finding, Outcome};
pub use search::Search;
pub use searched::Searched;
pub use suite::Suite;
pub use verdicts::Verdicts;
