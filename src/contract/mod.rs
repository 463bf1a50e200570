//! The contract: the operations that specs, properties and loads speak of,
//! their parameters and results, and how they travel.
//!
//! `GET {base}` describes a server ([`Description`]); `POST {base}/run` or
//! `GET {base}/run?program=…` performs a [`Program`] inside one request and
//! answers with a [`Reply`].

mod call;
mod control;
mod description;
mod facts;
mod operation;
mod operations;
mod program;
mod reply;
mod time;
mod wrong;

pub use call::Call;
pub use control::{CONTROLS, Control, ControlInfo, ServiceRole};
pub use description::{Description, DescriptionError, Offer};
pub use facts::{FACTS, FactInfo, FactKind, Facts};
pub use operation::{Operation, Parameter, ParameterKind, ResultField, Scope};
pub use operations::{OPERATIONS, operation};
pub use program::{Method, Program};
pub use reply::{Failure, FailureKind, OperationResult, Reply, ReplyError};
pub use time::{TimeError, TimeValue};
pub use wrong::{NotWrong, Wrong};

/// The version of the contract that this crate speaks.
pub const VERSION: u64 = 1;

/// The path under which a server offers the contract when nothing else is said.
pub const DEFAULT_BASE_PATH: &str = "/_hardtack";
