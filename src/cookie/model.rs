//! The user-agent models: which text a browser follows.

use serde::{Deserialize, Serialize};

/// Which specification a user agent follows when it parses, stores and returns cookies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum UserAgentModel {
    /// RFC 6265 §5 (2011).
    Rfc6265,
    /// RFC 6265bis §5, with the `__Http-` prefixes of layered cookies and Partitioned of CHIPS.
    #[default]
    Rfc6265bis,
}

impl UserAgentModel {
    /// Every model.
    pub const ALL: [Self; 2] = [Self::Rfc6265, Self::Rfc6265bis];

    /// The name used in specs and on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rfc6265 => "rfc6265",
            Self::Rfc6265bis => "rfc6265bis",
        }
    }
}

impl std::fmt::Display for UserAgentModel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}
