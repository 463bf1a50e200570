//! Why a user agent ignores a cookie.

use serde::{Deserialize, Serialize};

/// The reason for which a user agent ignored a whole `Set-Cookie` line.
///
/// Serialised as a map with the key `code`, holding [`Refusal::code`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum Refusal {
    /// A control octet other than tab (bis §5.6 step 1).
    #[error("octet {offset} of the line is the control octet 0x{octet:02X}")]
    ControlOctet {
        /// Octets from the start of the line.
        offset: usize,
        /// The octet itself.
        octet: u8,
    },
    /// Name and value together exceed 4096 octets (bis §5.6 step 5).
    #[error("name and value have {length} octets together, more than 4096")]
    TooLarge {
        /// Octets of name and value, without the equals sign.
        length: usize,
    },
    /// Neither a name nor a value (bis §5.7 step 2).
    #[error("name and value are both empty")]
    EmptyNameAndValue,
    /// No equals sign before the first semicolon (RFC 6265 §5.2 step 2).
    #[error("there is no equals sign before the first semicolon")]
    NoEquals,
    /// Nothing before the equals sign (RFC 6265 §5.2 step 5).
    #[error("the name is empty")]
    EmptyName,
    /// The host of the request has no canonical form (bis §5.1.2).
    #[error("the host of the request is not a valid host name")]
    HostNotCanonical,
    /// Domain is a public suffix and not the host itself (bis §5.7 step 9).
    #[error("the Domain attribute is a public suffix, shared by unrelated sites")]
    PublicSuffix,
    /// The host of the request does not domain-match Domain (bis §5.7 step 10).
    #[error("the Domain attribute is neither the host of the request nor a parent of it")]
    DomainMismatch,
    /// Domain has octets above 0x7F (bis §5.7 step 8).
    #[error("the Domain attribute is not ASCII")]
    NonAsciiDomain,
    /// Secure from an origin that is not secure (bis §5.7 step 13).
    #[error("the Secure attribute came over a connection that is not secure")]
    SecureFromInsecureOrigin,
    /// `HttpOnly` set or overwritten through a non-HTTP API (bis §5.7 steps 15 and 23.2).
    #[error("a script may neither set nor overwrite an HttpOnly cookie")]
    HttpOnlyFromNonHttp,
    /// Would overlay a stored Secure cookie from an origin that is not secure (bis §5.7 step 16).
    #[error("it would overlay a Secure cookie from a connection that is not secure")]
    LeaveSecureAlone,
    /// SameSite=None without Secure (bis §5.7 step 19).
    #[error("SameSite=None needs the Secure attribute")]
    SameSiteNoneWithoutSecure,
    /// Not SameSite=None, and the request was cross-site without being a navigation (bis §5.7 step 18).
    #[error("the request is cross-site and the cookie is not SameSite=None")]
    SameSiteCrossSite,
    /// `__Secure-` without Secure (bis §5.7 step 20).
    #[error("the prefix __Secure- needs the Secure attribute")]
    PrefixSecure,
    /// `__Host-` without its conditions (bis §5.7 step 21).
    #[error("the prefix __Host- needs Secure, Path=/ and no Domain")]
    PrefixHost,
    /// `__Http-` without its conditions (layered cookies).
    #[error("the prefix __Http- needs Secure and HttpOnly")]
    PrefixHttp,
    /// `__Host-Http-` without its conditions (layered cookies).
    #[error("the prefix __Host-Http- needs Secure, HttpOnly, Path=/ and no Domain")]
    PrefixHostHttp,
    /// No name, and a value that begins with a prefix (bis §5.7 step 22).
    #[error("a nameless cookie may not have a value that begins with a name prefix")]
    PrefixNameless,
    /// Partitioned without Secure (CHIPS).
    #[error("Partitioned needs the Secure attribute")]
    PartitionedWithoutSecure,
    /// Stored, and at once the first to be evicted from a full jar (bis §5.7, excess cookies).
    #[error("the jar is full and every other cookie has precedence")]
    NoRoom,
}

impl Refusal {
    /// The kebab-case name that specs use as `because`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::ControlOctet { .. } => "control-octet",
            Self::TooLarge { .. } => "too-large",
            Self::EmptyNameAndValue => "empty-name-and-value",
            Self::NoEquals => "no-equals",
            Self::EmptyName => "empty-name",
            Self::HostNotCanonical => "host-not-canonical",
            Self::PublicSuffix => "public-suffix",
            Self::DomainMismatch => "domain-mismatch",
            Self::NonAsciiDomain => "non-ascii-domain",
            Self::SecureFromInsecureOrigin => "secure-from-insecure-origin",
            Self::HttpOnlyFromNonHttp => "http-only-from-non-http",
            Self::LeaveSecureAlone => "leave-secure-alone",
            Self::SameSiteNoneWithoutSecure => "same-site-none-without-secure",
            Self::SameSiteCrossSite => "same-site-cross-site",
            Self::PrefixSecure => "prefix-secure",
            Self::PrefixHost => "prefix-host",
            Self::PrefixHttp => "prefix-http",
            Self::PrefixHostHttp => "prefix-host-http",
            Self::PrefixNameless => "prefix-nameless",
            Self::PartitionedWithoutSecure => "partitioned-without-secure",
            Self::NoRoom => "no-room",
        }
    }

    /// One example of every variant, in the order in which a user agent tests for them.
    #[must_use]
    pub fn examples() -> Vec<Self> {
        vec![
            Self::ControlOctet { offset: 0, octet: 0 },
            Self::NoEquals,
            Self::EmptyName,
            Self::TooLarge { length: 4097 },
            Self::EmptyNameAndValue,
            Self::HostNotCanonical,
            Self::NonAsciiDomain,
            Self::PublicSuffix,
            Self::DomainMismatch,
            Self::SecureFromInsecureOrigin,
            Self::HttpOnlyFromNonHttp,
            Self::LeaveSecureAlone,
            Self::SameSiteCrossSite,
            Self::SameSiteNoneWithoutSecure,
            Self::PrefixSecure,
            Self::PrefixHttp,
            Self::PrefixHostHttp,
            Self::PrefixHost,
            Self::PrefixNameless,
            Self::PartitionedWithoutSecure,
            Self::NoRoom,
        ]
    }

    /// Every code, for linting and schemas.
    #[must_use]
    pub fn codes() -> Vec<&'static str> {
        Self::examples().iter().map(Self::code).collect()
    }
}
