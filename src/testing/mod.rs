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
//! `examples/axum.rs` is a whole application with its test. As a dev-dependency, switch the default features off:
//! `hardtack = { version = "…", default-features = false }` leaves out the command line, the reference server and
//! the load harness.
//!
//! This module is what stays stable between releases; the floors below it are public for those who build upon them
//! and may change with each.

mod error;
mod suite;
mod verdicts;

pub use crate::event::{CaseOutcome, Finding, Verdict};
pub use crate::spec::Profile;
pub use error::Error;
pub use suite::Suite;
pub use verdicts::Verdicts;
