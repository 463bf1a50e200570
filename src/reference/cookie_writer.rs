//! Writes `Set-Cookie`: strict grammar, nothing that a browser would drop, one line for one name.

use super::behaviour::{
    Both, Deletion, DomainRule, ExpiresRule, Forgotten, Lines, MaxAgeRule, PathRule, Repeat, SameSiteRule, SessionLine,
    ValueRule, Writer,
};
use super::cookie_arguments::{CookieArguments, PathArgument, RequestScope};
use super::expiry::{CookieLifetime, later, millis};
use super::set_cookie_line::{Lifetime, Line, date, in_32_bits};
use crate::contract::TimeValue;
use crate::cookie::{NamePrefix, SameSite, Timestamp, is_ip_address, parse_cookie_date};

/// Octets of name and value together that browsers keep (RFC 6265bis, section 5.6).
pub(super) const PAIR_LIMIT: usize = 4096;

/// Octets of an attribute value that browsers read (RFC 6265bis, section 5.6).
const ATTRIBUTE_LIMIT: usize = 1024;

/// What a session cookie with a comma in its value begins with.
const VERSION_MARK: &str = "1,";

/// What a session cookie with a tab in its value begins with.
const TAB_MARK: &str = "1\t";

/// The address that a writer gives for the server's own.
const ADDRESS: &str = "127.0.0.1";

/// Octets that a writer with a short column keeps of a value.
const CUT: usize = 1024;

/// Octets that the same writer keeps of a name.
const NAME_CUT: usize = 32;

/// Seconds of an hour.
const HOUR: i64 = 3600;

/// Seconds of a day.
const DAY: i64 = 86_400;

/// Seconds of the lifetime that a careless writer gives to cookies without one.
const TWO_WEEKS: i64 = 1_209_600;

/// Why a cookie is not set, as a sentence for the reply.
pub(super) type Refused = String;

/// Collects the cookies of one response.
#[derive(Debug, Clone)]
pub(super) struct CookieWriter {
    policy: Writer,
    scope: RequestScope,
    lines: Vec<Line>,
}

impl CookieWriter {
    pub(super) fn new(policy: Writer, scope: RequestScope) -> Self {
        Self { policy, scope, lines: Vec::new() }
    }

    /// The field values of a response of this moment, in the order of the calls.
    pub(super) fn write(&self, now: Timestamp) -> Vec<String> {
        let most = if self.policy.twelve_lines { 12 } else { usize::MAX };
        let lines: Vec<String> = self.lines.iter().take(most).map(|line| line.write(&self.policy, now)).collect();
        if self.policy.folds && !lines.is_empty() { vec![lines.join(", ")] } else { lines }
    }

    /// Names and values of the cookies set so far.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.lines.iter().map(|line| (line.name.as_str(), line.value.as_str()))
    }

    /// Forgets the cookies set so far.
    pub(super) fn discard(&mut self) {
        self.lines.clear();
    }

    /// Sets a cookie.
    pub(super) fn set(&mut self, arguments: &CookieArguments, now: Timestamp) -> Result<(), Refused> {
        let emptied = self.policy.empty_deletes && arguments.value.is_empty();
        let line = Line {
            name: self.name(&arguments.name)?,
            value: self.value(&arguments.value)?,
            lifetime: if emptied { Lifetime::Over } else { self.lifetime(arguments, now)? },
            skew: self.skew(Lines::Application),
            path: self.path(&arguments.path)?,
            domain: self.domain(arguments.domain.as_deref())?,
            secure: arguments.secure,
            http_only: arguments.http_only,
            same_site: self.same_site(arguments)?,
            partitioned: arguments.partitioned,
        };
        self.check(&line)?;
        self.add(line);
        Ok(())
    }

    /// Deletes a cookie of the given scope; `sent` is the value that the browser sent.
    pub(super) fn delete(&mut self, arguments: &CookieArguments, sent: Option<&str>) -> Result<(), Refused> {
        let mut scope = arguments.clone();
        if self.policy.deletion_ignores_path {
            scope.path = PathArgument::Default;
        }
        if self.policy.deletion_ignores_domain {
            scope.domain = None;
        }
        let (value, lifetime) = match self.policy.deletion {
            Deletion::Expired => (String::new(), Lifetime::Over),
            Deletion::AtBrowserClose => (String::new(), Lifetime::BrowserClose),
            Deletion::KeepsValue => (sent.unwrap_or("deleted").to_owned(), Lifetime::BrowserClose),
            Deletion::PositiveMaxAge => {
                let expires = Some(date(&self.policy, Timestamp::from_secs(0)));
                (String::new(), Lifetime::Apart { expires, max_age: Some(3600) })
            }
            Deletion::ExpiredValue => (sent.unwrap_or("deleted").to_owned(), Lifetime::Over),
        };
        let prefix = NamePrefix::of(arguments.name.as_bytes());
        let none =
            arguments.same_site.as_deref().is_some_and(|mode| SameSite::from_value(mode.as_bytes()) == SameSite::None);
        let needs_secure = (prefix.is_some() && !self.policy.deletion_without_secure) || none || arguments.partitioned;
        scope.secure |= needs_secure;
        scope.http_only |= prefix.is_some_and(NamePrefix::needs_http_only);
        let line = Line {
            name: self.name(&scope.name)?,
            value,
            lifetime,
            skew: 0,
            path: self.path(&scope.path)?,
            domain: self.domain(scope.domain.as_deref())?,
            secure: scope.secure,
            http_only: scope.http_only,
            same_site: self.same_site(&scope)?.filter(|_| self.policy.deletion_forgets != Forgotten::SameSite),
            partitioned: scope.partitioned && self.policy.deletion_forgets != Forgotten::Partitioned,
        };
        if !self.policy.deletion_without_secure {
            self.check(&line)?;
        }
        let second = self.lines.iter().any(|earlier| earlier.lifetime == Lifetime::Over && earlier.name != line.name);
        if second && self.policy.second_deletion_lost {
            return Ok(());
        }
        self.add(line);
        Ok(())
    }

    /// Sets the session cookie; its value is cookie-octets already.
    pub(super) fn set_session(&mut self, name: &str, value: &str, secure: bool, lifetime: CookieLifetime) {
        let lifetime = match lifetime {
            CookieLifetime::BrowserClose => Lifetime::BrowserClose,
            CookieLifetime::Until(end) => Lifetime::Until(end),
        };
        self.add_session(name, value, secure, lifetime);
    }

    /// Deletes the session cookie.
    pub(super) fn delete_session(&mut self, name: &str, value: &str, secure: bool) {
        self.add_session(name, value, secure, Lifetime::Over);
    }

    fn add_session(&mut self, name: &str, value: &str, secure: bool, lifetime: Lifetime) {
        let policy = &self.policy;
        if policy.session == SessionLine::LostBesideOthers && !self.lines.is_empty() {
            return;
        }
        if policy.session == SessionLine::ReplacesFourth && self.lines.len() >= 4 {
            self.lines.pop();
        }
        let policy = &self.policy;
        let value = match policy.value {
            ValueRule::CutAt1024 => value.chars().take(CUT).collect(),
            _ => value.to_owned(),
        };
        let wide = policy.domain == DomainRule::HostByDefault || policy.session == SessionLine::WideDomain;
        let elsewhere = (lifetime == Lifetime::Over && policy.session == SessionLine::DeletedElsewhere)
            || policy.session == SessionLine::InDirectory;
        let path = if elsewhere { self.scope.directory.clone() } else { "/".to_owned() };
        let forwarded = self.scope.forwarded.clone().filter(|_| policy.session == SessionLine::ForwardedDomain);
        let weaker = policy.session == SessionLine::WeakerLater && self.scope.returning;
        let same_site = if policy.session == SessionLine::SameSiteNone { "None" } else { "Lax" };
        let line = Line {
            name: name.to_owned(),
            value: match policy.session {
                SessionLine::CommaInValue => format!("{VERSION_MARK}{value}"),
                SessionLine::TabInValue => format!("{TAB_MARK}{value}"),
                _ => value,
            },
            lifetime,
            skew: self.skew(Lines::Session),
            path: (policy.path != PathRule::Dropped).then_some(path),
            domain: forwarded.or_else(|| wide.then(|| self.scope.host.clone())),
            secure: secure || (self.scope.over_tls && policy.session != SessionLine::NeverSecure),
            http_only: policy.session != SessionLine::WithoutHttpOnly && !weaker,
            same_site: (policy.session != SessionLine::WithoutSameSite).then(|| same_site.to_owned()),
            partitioned: false,
        };
        let earlier = (policy.session == SessionLine::DeletedFirst && line.lifetime != Lifetime::Over).then(|| Line {
            value: String::new(),
            lifetime: Lifetime::Over,
            ..line.clone()
        });
        if policy.session == SessionLine::InSixtyParts && line.lifetime != Lifetime::Over {
            let part = |number: usize| Line { name: format!("{name}-{number}"), ..line.clone() };
            let parts: Vec<Line> = (1..=60).map(part).collect();
            self.lines.extend(parts);
        }
        if self.policy.session != SessionLine::Missing {
            self.add(line);
        }
        if let Some(earlier) = earlier {
            self.lines.insert(self.lines.len() - 1, earlier);
        }
    }

    /// The key in the session cookie that a browser sent.
    pub(super) fn read_session(&self, sent: String) -> String {
        let mark = match self.policy.session {
            SessionLine::CommaInValue => VERSION_MARK,
            SessionLine::TabInValue => TAB_MARK,
            _ => return sent,
        };
        sent.strip_prefix(mark).map(str::to_owned).unwrap_or(sent)
    }

    /// By how much Expires is off on some lines.
    fn skew(&self, lines: Lines) -> i64 {
        if self.policy.skewed_expires == lines { HOUR } else { 0 }
    }

    fn add(&mut self, line: Line) {
        let folds = self.policy.repeat == Repeat::ReplacesAnyCase;
        let same = |name: &str| name == line.name || (folds && name.eq_ignore_ascii_case(&line.name));
        let earlier = self.lines.iter().position(|earlier| same(&earlier.name));
        let line = match (self.policy.repeat, earlier) {
            (Repeat::Replaces | Repeat::ReplacesAnyCase, Some(index)) => {
                self.lines.remove(index);
                line
            }
            (Repeat::Merges, Some(index)) => line.merged_over(self.lines.remove(index)),
            (Repeat::KeepsDeletion, Some(index)) => {
                let earlier = self.lines.remove(index);
                if earlier.lifetime == Lifetime::Over { line.merged_over(earlier) } else { line }
            }
            (Repeat::Appends, _) | (_, None) => line,
        };
        self.lines.push(line);
    }

    fn name(&self, name: &str) -> Result<String, Refused> {
        let token = |octet: u8| octet.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&octet);
        if !self.policy.names_unchecked && (name.is_empty() || !name.bytes().all(token)) {
            return Err(format!("{name:?} is no cookie name: it must be a token"));
        }
        let name = if self.policy.names_cut { name.get(..NAME_CUT).unwrap_or(name) } else { name };
        if self.policy.prefixes_lowered && NamePrefix::of(name.as_bytes()).is_some() {
            return Ok(name.to_ascii_lowercase());
        }
        self.attribute_text("name", name)
    }

    fn value(&self, value: &str) -> Result<String, Refused> {
        let policy = &self.policy;
        let kept = |octet: u8| match octet {
            b';' => policy.semicolons_pass,
            b'\r' | b'\n' => policy.line_breaks_pass,
            b'%' if policy.value == ValueRule::PercentAsIs => true,
            b'\\' if policy.value == ValueRule::BackslashAsIs => true,
            b'%' | b' ' | b'"' | b',' | b'\\' | 0x80.. => policy.value == ValueRule::Raw,
            0x21..=0x7e => policy.value != ValueRule::WhollyEncoded,
            _ => policy.controls_pass,
        };
        let replaced: String;
        let value = match policy.value {
            ValueRule::Truncated => value.split([';', '=']).next().unwrap_or_default(),
            ValueRule::Trimmed => value.trim(),
            ValueRule::FourOctetsReplaced => {
                replaced = value.chars().map(|c| if c.len_utf8() == 4 { '\u{fffd}' } else { c }).collect();
                &replaced
            }
            _ => value,
        };
        let mut encoded = Vec::with_capacity(value.len());
        for octet in value.bytes() {
            if kept(octet) {
                encoded.push(octet);
            } else {
                encoded.extend(format!("%{octet:02X}").bytes());
            }
        }
        if policy.value == ValueRule::CutAt1024 {
            encoded.truncate(CUT);
        }
        String::from_utf8(encoded).map_err(|_| "the value is not UTF-8".to_owned())
    }

    fn lifetime(&self, arguments: &CookieArguments, now: Timestamp) -> Result<Lifetime, Refused> {
        let policy = &self.policy;
        let max_age = match &arguments.max_age {
            None | Some(TimeValue::Null) => None,
            Some(TimeValue::In(_)) if policy.max_age == MaxAgeRule::DurationsRefused => {
                return Err("max_age is a number of seconds".to_owned());
            }
            Some(TimeValue::In(seconds)) if policy.max_age == MaxAgeRule::DurationsLoseDays => {
                Some(whole_seconds(*seconds) % DAY)
            }
            Some(TimeValue::Seconds(seconds) | TimeValue::In(seconds)) => Some(whole_seconds(*seconds)),
            Some(TimeValue::At(_) | TimeValue::Raw(_)) => {
                return Err("max_age is a number of seconds or a duration".to_owned());
            }
        };
        let max_age = match policy.max_age {
            MaxAgeRule::Seconds
            | MaxAgeRule::NegativeAsIs
            | MaxAgeRule::DurationsRefused
            | MaxAgeRule::DurationsLoseDays => max_age,
            MaxAgeRule::Ignored => None,
            MaxAgeRule::Minutes => max_age.map(|seconds| seconds.saturating_mul(60)),
            MaxAgeRule::ZeroIsBrowserClose => max_age.filter(|seconds| *seconds != 0),
            MaxAgeRule::NegativeLives => max_age.map(i64::saturating_abs),
            MaxAgeRule::In32Bits => max_age.map(in_32_bits),
        };
        let expires = match &arguments.expires {
            None | Some(TimeValue::Null) => None,
            Some(TimeValue::At(seconds)) => Some(later(now, millis(*seconds))),
            Some(TimeValue::Raw(text)) if policy.expires == ExpiresRule::Copied => {
                let expires = Some(self.attribute_text("expires", text)?);
                return Ok(Lifetime::Apart { expires, max_age });
            }
            Some(TimeValue::Raw(text)) => {
                let date = parse_cookie_date(text.as_bytes()).map_err(|_| format!("{text:?} is no date"))?;
                Some(date)
            }
            Some(TimeValue::Seconds(_) | TimeValue::In(_)) => return Err("expires is an instant or a date".to_owned()),
        };
        let expires = expires.filter(|_| policy.expires != ExpiresRule::Dropped);
        Ok(match (expires, max_age, policy.both) {
            (None, None, _) if policy.always_persistent => Lifetime::For(TWO_WEEKS),
            (None, None, _) => Lifetime::BrowserClose,
            (None, Some(whole), _) if policy.fractions_pass && arguments.fraction().is_some() => {
                let seconds = arguments.fraction().unwrap_or_default();
                // The fraction goes along behind the date.
                let date = date(policy, now.plus(whole));
                Lifetime::Apart { expires: Some(format!("{date}; Max-Age={seconds}")), max_age: None }
            }
            (Some(end), None, _) | (Some(end), Some(_), Both::ExpiresWins) => Lifetime::Until(end),
            (Some(end), Some(seconds), Both::Raw) => {
                Lifetime::Apart { expires: Some(date(policy, end)), max_age: Some(seconds.max(0)) }
            }
            (_, Some(seconds), _) => Lifetime::For(seconds),
        })
    }

    fn path(&self, path: &PathArgument) -> Result<Option<String>, Refused> {
        let path = match (path, self.policy.path) {
            (PathArgument::Omitted, PathRule::RootForNone) => return Ok(Some("/".to_owned())),
            (_, PathRule::Dropped) | (PathArgument::Omitted, _) => return Ok(None),
            (PathArgument::Default, PathRule::Root | PathRule::Unchecked | PathRule::RootForNone) => {
                return Ok(Some("/".to_owned()));
            }
            (PathArgument::Default, PathRule::WithoutSlash) => return Ok(Some(String::new())),
            (PathArgument::Default, PathRule::OfRequest) => return Ok(Some(self.scope.directory.clone())),
            (PathArgument::Given(path), _) => path,
        };
        if path.is_empty() {
            return Ok(None);
        }
        if !path.starts_with('/') && self.policy.path != PathRule::Unchecked {
            return Err(format!("the path {path:?} must begin with /"));
        }
        let path = if self.policy.path == PathRule::WithoutSlash { &path[1..] } else { path };
        self.attribute_text("path", path).map(Some)
    }

    fn domain(&self, domain: Option<&str>) -> Result<Option<String>, Refused> {
        match (domain.filter(|domain| !domain.is_empty()), self.policy.domain) {
            (None, DomainRule::HostByDefault) => Ok(Some(self.scope.host.clone())),
            (_, DomainRule::Dropped) | (None, _) => Ok(None),
            (Some(_), DomainRule::Address) => Ok(Some(ADDRESS.to_owned())),
            (Some(domain), DomainRule::LeadingDot) => Ok(Some(format!(".{domain}"))),
            (Some(domain), DomainRule::LastLabel) => Ok(Some(domain.rsplit('.').next().unwrap_or_default().to_owned())),
            (Some(domain), DomainRule::Beside) => Ok(Some(format!("static.{domain}"))),
            (Some(domain), DomainRule::Unchecked) => self.attribute_text("domain", domain).map(Some),
            (Some(domain), DomainRule::AsAsked | DomainRule::HostByDefault) => {
                let domain = domain.strip_prefix('.').unwrap_or(domain);
                let label = |label: &str| {
                    !label.is_empty() && label.bytes().all(|octet| octet.is_ascii_alphanumeric() || octet == b'-')
                };
                let injects = self.policy.semicolons_pass || self.policy.line_breaks_pass;
                if !injects && !domain.split('.').all(label) && !is_ip_address(domain) {
                    return Err(format!("{domain:?} is no host name"));
                }
                self.attribute_text("domain", domain).map(Some)
            }
        }
    }

    fn same_site(&self, arguments: &CookieArguments) -> Result<Option<String>, Refused> {
        let policy = &self.policy;
        let Some(given) = &arguments.same_site else {
            return Ok(match policy.same_site {
                SameSiteRule::NoneByDefault => Some("None".to_owned()),
                SameSiteRule::EmptyByDefault => Some(String::new()),
                SameSiteRule::Checked | SameSiteRule::NoneUnchecked | SameSiteRule::Unchecked => None,
            });
        };
        let unchecked =
            policy.same_site == SameSiteRule::Unchecked || policy.semicolons_pass || policy.line_breaks_pass;
        match SameSite::from_value(given.as_bytes()).value() {
            Some(mode) => Ok(Some(mode.to_owned())),
            None if unchecked => self.attribute_text("same_site", given).map(Some),
            None => Err(format!("{given:?} is no SameSite mode: use Strict, Lax or None")),
        }
    }

    /// Text that can stand in an attribute.
    fn attribute_text(&self, what: &str, text: &str) -> Result<String, Refused> {
        let policy = &self.policy;
        let passes = |octet: u8| match octet {
            b';' => policy.semicolons_pass,
            b'\r' | b'\n' => policy.line_breaks_pass,
            0x20..=0x7e => true,
            0x80.. if policy.high_octets_pass => true,
            _ => policy.names_unchecked && what == "name",
        };
        if !text.bytes().all(passes) {
            return Err(format!("the {what} {text:?} holds octets that cannot stand there"));
        }
        let any_size = policy.size_unchecked || policy.attribute_size_unchecked || what == "name";
        if text.len() > ATTRIBUTE_LIMIT && !any_size {
            return Err(format!("the {what} has {} octets, browsers read {ATTRIBUTE_LIMIT}", text.len()));
        }
        Ok(text.to_owned())
    }

    /// What browsers demand of a line as a whole (RFC 6265bis, sections 5.6 and 5.7).
    fn check(&self, line: &Line) -> Result<(), Refused> {
        let octets = line.name.len() + line.value.len();
        let checked_before = self.policy.value == ValueRule::WhollyEncoded;
        if octets > PAIR_LIMIT && !self.policy.size_unchecked && !checked_before {
            return Err(format!("name and value have {octets} octets, browsers keep {PAIR_LIMIT}"));
        }
        if line.same_site.as_deref() == Some("None") && !line.secure && self.policy.same_site == SameSiteRule::Checked {
            return Err("SameSite=None needs secure".to_owned());
        }
        if line.partitioned && !line.secure && !self.policy.partitioned_unchecked {
            return Err("partitioned needs secure".to_owned());
        }
        let Some(prefix) = NamePrefix::of(line.name.as_bytes()).filter(|_| !self.policy.prefixes_unchecked) else {
            return Ok(());
        };
        if prefix.needs_http_only() && self.policy.http_prefixes_unknown {
            return Ok(());
        }
        let text = prefix.text();
        if !line.secure {
            return Err(format!("a name that begins with {text} needs secure"));
        }
        if prefix.needs_http_only() && !line.http_only {
            return Err(format!("a name that begins with {text} needs http_only"));
        }
        let whole_host = line.path.as_deref() == Some("/") && line.domain.is_none();
        // Where the policy leaves Path or Domain wrong by itself, the application is not to blame.
        let as_asked = self.policy.path == PathRule::Root && self.policy.domain == DomainRule::AsAsked;
        if prefix.needs_host() && as_asked && !whole_host && !self.policy.host_prefix_unchecked {
            return Err(format!("a name that begins with {text} needs the path / and no domain"));
        }
        Ok(())
    }
}

/// Whole seconds, rounded towards the past; beyond what fits, the largest that do.
#[allow(clippy::cast_possible_truncation, reason = "float to integer casts saturate, which is what is wanted")]
fn whole_seconds(seconds: f64) -> i64 {
    seconds.floor() as i64
}
