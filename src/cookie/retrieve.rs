//! Which cookies a request carries (RFC 6265bis §5.8.3, RFC 6265 §5.4).

use std::cmp::Reverse;

use super::clock::Timestamp;
use super::domain::{canonical_host, domain_matches};
use super::jar::Jar;
use super::model::UserAgentModel;
use super::origin::{Origin, RequestContext, Scheme};
use super::path::{path_matches, without_query};
use super::public_suffix::is_public_suffix;
use super::request::serialize_cookies;
use super::same_site::SameSite;
use super::store::partition_key;
use super::stored::StoredCookie;

/// How long after its creation a cookie without `SameSite` may be sent with an unsafe navigation.
const LAX_ALLOWING_UNSAFE_MILLIS: i64 = 120_000;

impl Jar {
    /// The cookies of a request for `request_path` (path and query) at `origin`, in the order in
    /// which they are sent. Evicts what has expired and notes the access.
    pub fn cookies_for(
        &mut self,
        origin: &Origin,
        request_path: &str,
        context: &RequestContext,
        now: Timestamp,
    ) -> Vec<StoredCookie> {
        self.expire(now);
        let chosen = self.select(origin, request_path, context, now);
        for index in &chosen {
            self.cookies[*index].last_access = now;
        }
        chosen.into_iter().map(|index| self.cookies[index].clone()).collect()
    }

    /// The cookie-string of a request; none without cookies.
    pub fn cookie_string(
        &mut self,
        origin: &Origin,
        request_path: &str,
        context: &RequestContext,
        now: Timestamp,
    ) -> Option<Vec<u8>> {
        let cookies = self.cookies_for(origin, request_path, context, now);
        (!cookies.is_empty()).then(|| serialize_cookies(&cookies))
    }

    /// What [`cookies_for`](Self::cookies_for) would give, without noting the access: the cookies
    /// still show when they were last accessed before.
    #[must_use]
    pub fn peek(
        &self,
        origin: &Origin,
        request_path: &str,
        context: &RequestContext,
        now: Timestamp,
    ) -> Vec<StoredCookie> {
        let chosen = self.select(origin, request_path, context, now);
        chosen.into_iter().map(|index| self.cookies[index].clone()).collect()
    }

    /// The places of the cookies of a request, sorted for sending.
    fn select(&self, origin: &Origin, request_path: &str, context: &RequestContext, now: Timestamp) -> Vec<usize> {
        let Some(host) = canonical_host(&origin.host) else {
            return Vec::new();
        };
        let path = without_query(request_path);
        let secure = match self.model {
            // "the request-uri's scheme must denote a secure protocol"
            UserAgentModel::Rfc6265 => origin.scheme == Scheme::Https,
            UserAgentModel::Rfc6265bis => origin.is_potentially_trustworthy(),
        };
        // Most jars hold nothing partitioned and need no key.
        let partitioned = self.cookies.iter().any(|cookie| cookie.partition.is_some());
        let partition = partitioned.then(|| partition_key(origin, context));
        let mut chosen: Vec<usize> = (0..self.cookies.len())
            .filter(|index| {
                let cookie = &self.cookies[*index];
                !cookie.is_expired(now)
                    && (secure || !cookie.secure)
                    && (context.http_api || !cookie.http_only)
                    && path_matches(path, &cookie.path)
                    && (cookie.partition.is_none() || cookie.partition == partition)
                    && self.same_site_allows(cookie, context, now)
                    && if cookie.host_only {
                        *host == *cookie.domain
                    } else {
                        domain_matches(&host, &cookie.domain) && !is_public_suffix(&cookie.domain)
                    }
            })
            .collect();
        chosen.sort_unstable_by_key(|index| {
            let cookie = &self.cookies[*index];
            (Reverse(cookie.path.len()), cookie.creation, cookie.creation_order)
        });
        chosen
    }

    fn same_site_allows(&self, cookie: &StoredCookie, context: &RequestContext, now: Timestamp) -> bool {
        if self.model == UserAgentModel::Rfc6265 || context.same_site || cookie.same_site == SameSite::None {
            return true;
        }
        if !context.http_api || !context.top_level_navigation {
            return false;
        }
        match cookie.same_site {
            SameSite::Strict => false,
            SameSite::Default if context.lax_allowing_unsafe => {
                context.safe_method || now.minus(cookie.creation) <= LAX_ALLOWING_UNSAFE_MILLIS
            }
            SameSite::None | SameSite::Lax | SameSite::Default => context.safe_method,
        }
    }
}
