//! The reference server: contract version 1 complete, five session engines
//! with Django's names, an injected clock, and faults on purpose.
//!
//! [`Server`] answers requests inside the process ([`Server::connector`]) or on
//! a socket ([`Server::listen`]). It conforms: where Django breaks a rule that
//! is a must, this server keeps the rule, and Django's way is a [`fault`].
//!
//! A request is one `Performance`: it loads its session when first asked, runs
//! the program, and `life_cycle` saves at the end. What may go wrong goes
//! through a [`behaviour`], a field for each way; code reads fields and knows
//! no fault.

mod account_operations;
mod accounts;
mod arguments;
mod auth_operations;
pub mod behaviour;
mod config;
mod control_operations;
mod cookie_arguments;
mod cookie_operations;
mod cookie_writer;
mod describe;
mod double_submit;
mod engine;
mod error;
mod expiry;
pub mod fault;
mod http;
mod key_source;
mod life_cycle;
mod mapping_operations;
mod occasion;
mod perform;
mod rare;
mod request_cookies;
mod self_made;
mod serialiser;
mod server;
mod session;
mod session_operations;
mod set_cookie_line;
mod signer;
mod store_directory;
mod store_operations;
mod world;

pub use config::{CacheKind, Config, EngineKind, StorePlace, UnknownEngine};
pub use error::StoreError;
pub use fault::{FAULTS, Fault, FaultError, Seam};
pub use occasion::Occasion;
pub use rare::Rare;
pub use self_made::SelfMade;
pub use server::{ControlError, Server, ServerError};
pub use signer::Secret;
