//! What makes a target run and suffer: processes, services, fault proxy, gates, controls.
//!
//! [`raise`] starts a target's variant with the services that it needs, each
//! behind a [`Proxy`], and gives a [`Running`]; dropping that ends everything.
//! Process groups need Unix; elsewhere only targets that run already can be
//! raised.

mod account;
mod error;
mod gate;
mod group;
mod latch;
mod launch;
mod output;
mod port;
mod process;
mod proxy;
mod ready;
mod relay;
mod requirement;
mod running;
mod scratch;
mod server;
mod service;

pub use account::Account;
pub use error::RigError;
pub use gate::{Gate, GateKeeper};
pub use launch::{RigOptions, raise};
pub use output::Output;
pub use port::{free_port, is_port_free};
pub use process::{Process, ProcessCommand};
pub use proxy::{Held, Mode, Proxy};
pub use requirement::check_requirements;
pub use running::Running;
pub use scratch::Scratch;
pub use service::{CommandPlan, CommandService, Memcached, Postgres, Redis, Service, ServicePlan};
