//! Integration tests of the `rig` floor. Processes need Unix.

mod gate;
#[cfg(unix)]
mod launch;
#[cfg(unix)]
mod process;
mod proxy;
#[cfg(unix)]
mod subject;
