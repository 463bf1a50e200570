//! Storing a cookie (RFC 6265bis §5.7, RFC 6265 §5.3).

use super::clock::Timestamp;
use super::domain::{canonical_host, domain_matches};
use super::jar::{Jar, Reception};
use super::model::UserAgentModel;
use super::origin::{Origin, RequestContext};
use super::path::{default_path, path_matches};
use super::prefix::NamePrefix;
use super::public_suffix::{is_public_suffix, site_of};
use super::refusal::Refusal;
use super::same_site::SameSite;
use super::set_cookie::{SetCookie, parse_set_cookie};
use super::stored::StoredCookie;

impl Jar {
    /// Takes one `Set-Cookie` field value from a response to a request for `request_path` (path
    /// and query) at `origin`.
    pub fn receive(
        &mut self,
        origin: &Origin,
        request_path: &str,
        context: &RequestContext,
        line: &[u8],
        now: Timestamp,
    ) -> Reception {
        match parse_set_cookie(line, self.model) {
            Ok(set) => self.receive_parsed(origin, request_path, context, set, now),
            Err(why) => {
                self.expire(now);
                Reception::Refused(why)
            }
        }
    }

    /// [`receive`](Self::receive) for a line that has been parsed for the model of this jar.
    pub fn receive_parsed(
        &mut self,
        origin: &Origin,
        request_path: &str,
        context: &RequestContext,
        set: SetCookie,
        now: Timestamp,
    ) -> Reception {
        self.expire(now);
        let judged = match self.model {
            UserAgentModel::Rfc6265 => plain_cookie(&set, origin, request_path, context, now),
            UserAgentModel::Rfc6265bis => self.guarded_cookie(&set, origin, request_path, context, now),
        };
        match judged {
            Ok(cookie) => self.insert(StoredCookie { name: set.name, value: set.value, ..cookie }, context, now),
            Err(why) => Reception::Refused(why),
        }
    }

    /// The cookie that RFC 6265bis §5.7 stores, name and value still to be filled in.
    fn guarded_cookie(
        &self,
        set: &SetCookie,
        origin: &Origin,
        request_path: &str,
        context: &RequestContext,
        now: Timestamp,
    ) -> Result<StoredCookie, Refusal> {
        if set.domain().is_some_and(|domain| !domain.is_ascii()) {
            return Err(Refusal::NonAsciiDomain);
        }
        let (domain, host_only) = scope(set, origin)?;
        let mut cookie = blank(set, domain, host_only, request_path, self.model, now);
        let secure_origin = origin.is_potentially_trustworthy();
        if cookie.secure && !secure_origin {
            return Err(Refusal::SecureFromInsecureOrigin);
        }
        if cookie.http_only && !context.http_api {
            return Err(Refusal::HttpOnlyFromNonHttp);
        }
        if !cookie.secure && !secure_origin && self.overlays_secure(&set.name, &cookie) {
            return Err(Refusal::LeaveSecureAlone);
        }
        cookie.same_site = set.same_site().unwrap_or_default();
        let admitted = context.same_site || (context.http_api && context.top_level_navigation);
        if cookie.same_site != SameSite::None && !admitted {
            return Err(Refusal::SameSiteCrossSite);
        }
        if cookie.same_site == SameSite::None && !cookie.secure {
            return Err(Refusal::SameSiteNoneWithoutSecure);
        }
        check_prefix(set, &cookie)?;
        if set.partitioned() {
            if !cookie.secure {
                return Err(Refusal::PartitionedWithoutSecure);
            }
            cookie.partition = Some(partition_key(origin, context));
        }
        Ok(cookie)
    }

    /// Whether a stored Secure cookie would be hidden by this one (bis §5.7 step 16).
    fn overlays_secure(&self, name: &[u8], new: &StoredCookie) -> bool {
        self.cookies.iter().any(|old| {
            old.secure
                && old.name == name
                && old.partition.is_none()
                && (domain_matches(&old.domain, &new.domain) || domain_matches(&new.domain, &old.domain))
                && path_matches(&new.path, &old.path)
        })
    }

    fn insert(&mut self, mut cookie: StoredCookie, context: &RequestContext, now: Timestamp) -> Reception {
        let place = self.position_of(&cookie);
        if let Some(index) = place
            && self.cookies[index].http_only
            && !context.http_api
        {
            return Reception::Refused(Refusal::HttpOnlyFromNonHttp);
        }
        let previous = place.map(|index| self.cookies.swap_remove(index));
        if cookie.is_expired(now) {
            return Reception::Removed { previous };
        }
        if let Some(old) = previous {
            cookie.creation = old.creation;
            cookie.creation_order = old.creation_order;
            self.cookies.push(cookie.clone());
            return Reception::Replaced { cookie, previous: old };
        }
        cookie.creation_order = self.take_order();
        self.cookies.push(cookie.clone());
        self.evict_excess(&cookie.domain, cookie.partition.as_deref(), now);
        if self.cookies.iter().any(|kept| kept.creation_order == cookie.creation_order) {
            Reception::Stored { cookie }
        } else {
            Reception::Refused(Refusal::NoRoom)
        }
    }
}

/// The cookie that RFC 6265 §5.3 stores, name and value still to be filled in.
fn plain_cookie(
    set: &SetCookie,
    origin: &Origin,
    request_path: &str,
    context: &RequestContext,
    now: Timestamp,
) -> Result<StoredCookie, Refusal> {
    let (domain, host_only) = scope(set, origin)?;
    let cookie = blank(set, domain, host_only, request_path, UserAgentModel::Rfc6265, now);
    if cookie.http_only && !context.http_api {
        return Err(Refusal::HttpOnlyFromNonHttp);
    }
    Ok(cookie)
}

/// Domain and host-only flag (bis §5.7 steps 9 and 10; RFC 6265 §5.3 steps 5 and 6).
fn scope(set: &SetCookie, origin: &Origin) -> Result<(String, bool), Refusal> {
    let host = canonical_host(&origin.host).ok_or(Refusal::HostNotCanonical)?;
    let Some(written) = set.domain().filter(|domain| !domain.is_empty()) else {
        return Ok((host.into_owned(), true));
    };
    // A domain that is not text equals no host.
    let domain = std::str::from_utf8(written).map_err(|_| Refusal::DomainMismatch)?;
    if is_public_suffix(domain) {
        return if *domain == *host { Ok((host.into_owned(), true)) } else { Err(Refusal::PublicSuffix) };
    }
    if domain_matches(&host, domain) { Ok((domain.to_owned(), false)) } else { Err(Refusal::DomainMismatch) }
}

fn blank(
    set: &SetCookie,
    domain: String,
    host_only: bool,
    request_path: &str,
    model: UserAgentModel,
    now: Timestamp,
) -> StoredCookie {
    StoredCookie {
        name: Vec::new(),
        value: Vec::new(),
        domain,
        host_only,
        path: match set.path() {
            Some(path) => String::from_utf8_lossy(path).into_owned(),
            None => default_path(request_path).to_owned(),
        },
        expires: set.expiry(now, model),
        creation: now,
        creation_order: 0,
        last_access: now,
        secure: set.secure(),
        http_only: set.http_only(),
        same_site: SameSite::Default,
        partition: None,
    }
}

/// Name prefixes (bis §5.7 steps 20 to 22 and layered cookies).
fn check_prefix(set: &SetCookie, cookie: &StoredCookie) -> Result<(), Refusal> {
    if set.name.is_empty() && NamePrefix::of(&set.value).is_some() {
        return Err(Refusal::PrefixNameless);
    }
    let Some(prefix) = NamePrefix::of(&set.name) else {
        return Ok(());
    };
    let holds = cookie.secure
        && (!prefix.needs_host() || (cookie.host_only && set.has_path() && cookie.path == "/"))
        && (!prefix.needs_http_only() || cookie.http_only);
    if holds {
        return Ok(());
    }
    Err(match prefix {
        NamePrefix::Secure => Refusal::PrefixSecure,
        NamePrefix::Host => Refusal::PrefixHost,
        NamePrefix::Http => Refusal::PrefixHttp,
        NamePrefix::HostHttp => Refusal::PrefixHostHttp,
    })
}

/// The key under which partitioned cookies of a request are stored (CHIPS).
pub(super) fn partition_key(origin: &Origin, context: &RequestContext) -> String {
    context.top_level_site.clone().unwrap_or_else(|| site_of(origin))
}
