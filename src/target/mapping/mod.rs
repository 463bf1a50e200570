//! The binding `mapped`: operations as an application's own requests.
//!
//! A [`Mapping`] says for each operation which pages to get before it, which
//! request to send and how to read the answer. Nothing here does I/O: a
//! [`Fill`] builds requests, [`MappedOperation::read`] reads answers,
//! [`Vocabulary`] gives users, keys and values of cases those names that the
//! application can take.

mod answer;
mod check;
mod condition;
mod extract;
mod fill;
mod json_path;
mod model;
mod read;
mod secrets;
mod shape;
mod template;
mod vocabulary;

pub use condition::Condition;
pub use extract::{Extract, Page};
pub use fill::{Fill, FillError};
pub use json_path::{JsonPath, JsonPathError};
pub use model::{Body, MappedOperation, MappedUser, Mapping, Send};
pub use secrets::{MissingSecret, Secrets};
pub use template::{Template, Variables};
pub use vocabulary::{Unaccepted, Vocabulary};

pub(super) use check::check;
pub(super) use read::mapping;
pub(super) use shape::{operations, secrets as secrets_shape, users};
