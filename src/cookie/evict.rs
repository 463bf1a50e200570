//! Removing excess cookies (RFC 6265bis §5.7, RFC 6265 §5.3).

use super::clock::Timestamp;
use super::jar::Jar;
use super::model::UserAgentModel;

impl Jar {
    /// Brings the jar back within its limits after a cookie joined `domain`.
    ///
    /// Expired cookies go first; then, on the over-full domain, those without Secure (in RFC
    /// 6265bis), then any of that domain; then any at all. Within one of these groups the least
    /// recently used goes first, and of two used at the same moment the older.
    pub(super) fn evict_excess(&mut self, domain: &str, partition: Option<&str>, now: Timestamp) {
        let shares = |jar: &Self, index: usize| {
            let cookie = &jar.cookies[index];
            cookie.domain == domain && cookie.partition.as_deref() == partition
        };
        let sharing = (0..self.cookies.len()).filter(|index| shares(self, *index)).count();
        if sharing <= self.limits.per_domain && self.cookies.len() <= self.limits.total {
            return;
        }
        self.expire(now);
        let secure_last = self.model == UserAgentModel::Rfc6265bis;
        let mut sharing = (0..self.cookies.len()).filter(|index| shares(self, *index)).count();
        while sharing > self.limits.per_domain {
            let unsecured =
                self.least_recent(|jar, index| secure_last && shares(jar, index) && !jar.cookies[index].secure);
            let Some(index) = unsecured.or_else(|| self.least_recent(shares)) else {
                break;
            };
            self.cookies.swap_remove(index);
            sharing -= 1;
        }
        while self.cookies.len() > self.limits.total {
            let Some(index) = self.least_recent(|_, _| true) else {
                break;
            };
            self.cookies.swap_remove(index);
        }
    }

    fn least_recent(&self, belongs: impl Fn(&Self, usize) -> bool) -> Option<usize> {
        (0..self.cookies.len())
            .filter(|index| belongs(self, *index))
            .min_by_key(|index| (self.cookies[*index].last_access, self.cookies[*index].creation_order))
    }
}
