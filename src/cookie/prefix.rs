//! Cookie name prefixes (RFC 6265bis §5.4; `__Http-` and `__Host-Http-` from layered cookies).

/// A prefix of a cookie name that promises attributes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NamePrefix {
    /// `__Secure-`: Secure.
    Secure,
    /// `__Host-`: Secure, Path=/ and no Domain.
    Host,
    /// `__Http-`: Secure and `HttpOnly`.
    Http,
    /// `__Host-Http-`: what both `__Host-` and `__Http-` ask for.
    HostHttp,
}

impl NamePrefix {
    /// Every prefix, the longer ones first.
    pub const ALL: [Self; 4] = [Self::HostHttp, Self::Secure, Self::Host, Self::Http];

    /// The prefix as it is written.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Secure => "__Secure-",
            Self::Host => "__Host-",
            Self::Http => "__Http-",
            Self::HostHttp => "__Host-Http-",
        }
    }

    /// The longest prefix that `text` begins with, in any case.
    #[must_use]
    pub fn of(text: &[u8]) -> Option<Self> {
        if !text.starts_with(b"__") {
            return None;
        }
        Self::ALL.into_iter().find(|prefix| {
            let prefix = prefix.text().as_bytes();
            text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
        })
    }

    /// Whether the prefix asks for a host-only cookie with an explicit Path=/.
    #[must_use]
    pub const fn needs_host(self) -> bool {
        matches!(self, Self::Host | Self::HostHttp)
    }

    /// Whether the prefix asks for `HttpOnly`.
    #[must_use]
    pub const fn needs_http_only(self) -> bool {
        matches!(self, Self::Http | Self::HostHttp)
    }
}
