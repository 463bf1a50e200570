//! The enforcement modes of the `SameSite` attribute.

use serde::{Deserialize, Serialize};

/// The same-site-flag of a cookie (RFC 6265bis §5.6.7).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SameSite {
    /// The attribute is missing or has an unknown value; enforced like Lax.
    #[default]
    Default,
    /// Sent everywhere; needs Secure.
    None,
    /// Sent with same-site requests and with safe top-level navigations.
    Lax,
    /// Sent with same-site requests only.
    Strict,
}

impl SameSite {
    /// The mode that an attribute value asks for, in any case; unknown values give the default.
    #[must_use]
    pub fn from_value(value: &[u8]) -> Self {
        [(Self::None, "none"), (Self::Lax, "lax"), (Self::Strict, "strict")]
            .into_iter()
            .find(|(_, name)| value.eq_ignore_ascii_case(name.as_bytes()))
            .map_or(Self::Default, |(mode, _)| mode)
    }

    /// The value as servers write it; none for the default mode.
    #[must_use]
    pub const fn value(self) -> Option<&'static str> {
        match self {
            Self::Default => None,
            Self::None => Some("None"),
            Self::Lax => Some("Lax"),
            Self::Strict => Some("Strict"),
        }
    }
}
