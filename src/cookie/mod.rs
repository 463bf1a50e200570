//! Cookies as user agents treat them: dates, grammar, storage and retrieval. No I/O.
//!
//! Two lenses look at one `Set-Cookie` line. [`parse_set_cookie`] and [`Jar`] say
//! what a browser makes of it (RFC 6265bis §5, or RFC 6265 §5); [`check_grammar`]
//! says where it leaves the grammar for servers (§4.1.1). Neither knows the other.
//!
//! Time is always an argument: a [`Timestamp`], read from some [`Clock`].

mod attribute;
mod clock;
mod date;
mod domain;
mod evict;
mod fixdate;
mod grammar;
mod jar;
mod model;
mod origin;
mod path;
mod prefix;
mod public_suffix;
mod refusal;
mod request;
mod retrieve;
mod same_site;
mod set_cookie;
mod store;
mod stored;

pub use attribute::{Attribute, IgnoredBecause, Meaning};
pub use clock::{Clock, ManualClock, OffsetClock, SystemClock, Timestamp};
pub use date::{DateError, parse_cookie_date};
pub use domain::{canonical_host, domain_matches, is_ip_address};
pub use fixdate::{FixdateError, format_imf_fixdate, parse_imf_fixdate, weekday_name};
pub use grammar::{Finding, FindingCode, GrammarProfile, check_grammar, check_in_context};
pub use jar::{Jar, Limits, Reception};
pub use model::UserAgentModel;
pub use origin::{Origin, RequestContext, Scheme};
pub use path::{default_path, path_matches};
pub use prefix::NamePrefix;
pub use public_suffix::{is_public_suffix, registrable_domain, site_of};
pub use refusal::Refusal;
pub use request::{parse_cookie_field, serialize_cookies};
pub use same_site::SameSite;
pub use set_cookie::{LIFETIME_LIMIT, Lifetime, SetCookie, parse_set_cookie};
pub use stored::StoredCookie;
