//! Which hosts may be written to.

use super::Target;
use crate::wire::{Authority, Scheme};

/// Writing to a host that nobody allowed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{host}` may not be written to: it is not loopback, and `allow_hosts` does not name it. {remedy}")]
pub struct WriteRefused {
    /// The host.
    pub host: String,
    /// The line to add, and where, as a sentence.
    pub remedy: String,
}

impl Target {
    /// Whether a host may be written to: loopback always, others when `allow_hosts` names them.
    #[must_use]
    pub fn is_write_allowed(&self, host: &str) -> bool {
        let bare = host.strip_suffix('.').unwrap_or(host);
        Authority::new(Scheme::Http, host, 80).is_loopback()
            || self.allow_hosts.iter().any(|allowed| allowed.eq_ignore_ascii_case(bare))
    }

    /// [`Target::is_write_allowed`] as a result, with the line to add.
    pub fn check_write(&self, host: &str) -> Result<(), WriteRefused> {
        if self.is_write_allowed(host) {
            return Ok(());
        }
        let file = self.source.name();
        let remedy = if self.source.text().is_empty() {
            format!(
                "Write a target file with `base_url: {file}` and `allow_hosts: [{host}]`, if it is yours to test, and \
                 name that file instead of the URL."
            )
        } else {
            let names: Vec<&str> = self.allow_hosts.iter().map(String::as_str).chain([host]).collect();
            format!("Write `allow_hosts: [{}]` in {file}, if it is yours to test.", names.join(", "))
        };
        Err(WriteRefused { host: host.to_owned(), remedy })
    }
}
