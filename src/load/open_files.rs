//! The limit on open files: every virtual user has a connection.

/// Files that are open besides connections.
const BESIDES: u64 = 128;

/// A limit that does not allow so many connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{users} virtual users need {needed} open files, the system allows this process {allowed}")]
pub struct TooFewFiles {
    /// Virtual users of this worker.
    pub users: u32,
    /// What they need.
    pub needed: u64,
    /// What is allowed at most.
    pub allowed: u64,
}

/// Raises the limit as far as `users` connections need it.
#[cfg(unix)]
pub(super) fn allow(users: u32) -> Result<(), TooFewFiles> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let needed = u64::from(users) + BESIDES;
    let limit = getrlimit(Resource::Nofile);
    // `None` is no limit.
    if limit.current.is_none_or(|current| current >= needed) {
        return Ok(());
    }
    let refused = |allowed| TooFewFiles { users, needed, allowed };
    if let Some(most) = limit.maximum
        && most < needed
    {
        return Err(refused(most));
    }
    setrlimit(Resource::Nofile, Rlimit { current: Some(needed), maximum: limit.maximum })
        .map_err(|_| refused(limit.current.unwrap_or(u64::MAX)))
}

/// Elsewhere there is no such limit to raise.
#[cfg(not(unix))]
pub(super) fn allow(_users: u32) -> Result<(), TooFewFiles> {
    Ok(())
}
