//! The cookie store of one browser.

use super::clock::Timestamp;
use super::model::UserAgentModel;
use super::refusal::Refusal;
use super::stored::StoredCookie;

/// How many cookies a jar holds before it evicts (RFC 6265bis §5.7 and §6.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Cookies that share a domain (and a partition).
    pub per_domain: usize,
    /// Cookies in all.
    pub total: usize,
}

impl Default for Limits {
    /// 50 per domain, 3000 in all.
    fn default() -> Self {
        Self { per_domain: 50, total: 3000 }
    }
}

/// The cookie store of one user agent. A clone is a tab that goes its own way from here.
#[derive(Clone, Debug)]
pub struct Jar {
    pub(super) model: UserAgentModel,
    pub(super) limits: Limits,
    pub(super) cookies: Vec<StoredCookie>,
    /// The creation order of the next new cookie.
    pub(super) next_order: u64,
}

/// What a user agent did with one `Set-Cookie` line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reception {
    /// A new cookie is in the jar.
    Stored {
        /// The cookie as stored.
        cookie: StoredCookie,
    },
    /// The cookie took the place of another with the same identity.
    Replaced {
        /// The cookie as stored, with the creation time of the old one.
        cookie: StoredCookie,
        /// The cookie that was there.
        previous: StoredCookie,
    },
    /// The line arrived already expired; whatever had its identity is gone.
    Removed {
        /// The cookie that was there.
        previous: Option<StoredCookie>,
    },
    /// The user agent ignored the line.
    Refused(Refusal),
}

impl Reception {
    /// The cookie that is in the jar now because of the line.
    #[must_use]
    pub const fn cookie(&self) -> Option<&StoredCookie> {
        match self {
            Self::Stored { cookie } | Self::Replaced { cookie, .. } => Some(cookie),
            Self::Removed { .. } | Self::Refused(_) => None,
        }
    }

    /// Why the line was ignored, if it was.
    #[must_use]
    pub const fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(why) => Some(why),
            _ => None,
        }
    }
}

impl Jar {
    /// An empty jar with the default limits.
    #[must_use]
    pub fn new(model: UserAgentModel) -> Self {
        Self::with_limits(model, Limits::default())
    }

    /// An empty jar with limits of its own.
    #[must_use]
    pub const fn with_limits(model: UserAgentModel, limits: Limits) -> Self {
        Self { model, limits, cookies: Vec::new(), next_order: 0 }
    }

    /// The user-agent model.
    #[must_use]
    pub const fn model(&self) -> UserAgentModel {
        self.model
    }

    /// All cookies, expired ones too if nothing has happened since they expired; in no special order.
    pub fn iter(&self) -> std::slice::Iter<'_, StoredCookie> {
        self.cookies.iter()
    }

    /// How many cookies [`iter`](Self::iter) gives.
    #[must_use]
    pub fn len(&self) -> usize {
        self.cookies.len()
    }

    /// Whether the jar holds nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.cookies.is_empty()
    }

    /// Closes the browser: cookies without an expiry are gone.
    pub fn close(&mut self) {
        self.cookies.retain(|cookie| cookie.expires.is_some());
    }

    /// Drops every cookie with this name, on all domains; tells how many.
    pub fn forget(&mut self, name: &[u8]) -> usize {
        let before = self.cookies.len();
        self.cookies.retain(|cookie| cookie.name != name);
        before - self.cookies.len()
    }

    /// Drops everything.
    pub fn clear(&mut self) {
        self.cookies.clear();
    }

    /// Puts a cookie into the jar without asking any rule, in place of one with its identity.
    ///
    /// Only its `creation_order` is changed: it is the youngest. Limits apply.
    pub fn plant(&mut self, mut cookie: StoredCookie) {
        if let Some(index) = self.position_of(&cookie) {
            self.cookies.swap_remove(index);
        }
        cookie.creation_order = self.take_order();
        let now = cookie.last_access;
        let (domain, partition) = (cookie.domain.clone(), cookie.partition.clone());
        self.cookies.push(cookie);
        self.evict_excess(&domain, partition.as_deref(), now);
    }

    /// Drops the cookies that have expired.
    pub fn expire(&mut self, now: Timestamp) {
        self.cookies.retain(|cookie| !cookie.is_expired(now));
    }

    /// The place of the cookie with the same identity: name, domain, path, partition and, in
    /// RFC 6265bis, the host-only flag.
    pub(super) fn position_of(&self, new: &StoredCookie) -> Option<usize> {
        let host_only_counts = self.model == UserAgentModel::Rfc6265bis;
        self.cookies.iter().position(|old| {
            old.name == new.name
                && old.path == new.path
                && old.domain == new.domain
                && (!host_only_counts || old.host_only == new.host_only)
                && old.partition == new.partition
        })
    }

    pub(super) const fn take_order(&mut self) -> u64 {
        let order = self.next_order;
        self.next_order += 1;
        order
    }
}

impl<'a> IntoIterator for &'a Jar {
    type Item = &'a StoredCookie;
    type IntoIter = std::slice::Iter<'a, StoredCookie>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
