//! Faults of writing and reading cookies.

use super::Seam::{CookieWriter, Parser};
use super::{ALL, Fault, fault};
use crate::reference::behaviour::{
    BadPair, Both, Dates, Deletion, DomainRule, ExpiresRule, Lines, MaxAgeRule, PathRule, Repeat, SameSiteRule,
    SessionChoice, Spacing, ValueRule,
};

pub(super) const WRITER: &[Fault] = &[
    fault(
        CookieWriter,
        "expires-and-max-age-disagree",
        ALL,
        "a cookie with both expires and max_age gets both attributes as asked, whether they agree or not",
        |behaviour| behaviour.writer.both = Both::Raw,
    ),
    fault(
        CookieWriter,
        "expires-and-max-age-max-age-wins",
        ALL,
        "a cookie with both expires and max_age forgets expires",
        |behaviour| behaviour.writer.both = Both::MaxAgeWins,
    ),
    fault(CookieWriter, "max-age-ignored", ALL, "max_age is ignored", |behaviour| {
        behaviour.writer.max_age = MaxAgeRule::Ignored;
    }),
    fault(CookieWriter, "max-age-off-by-sixty", ALL, "max_age is taken for minutes", |behaviour| {
        behaviour.writer.max_age = MaxAgeRule::Minutes;
    }),
    fault(
        CookieWriter,
        "max-age-negative-raw",
        ALL,
        "a negative max_age is written as it is, which the grammar does not know",
        |behaviour| behaviour.writer.max_age = MaxAgeRule::NegativeAsIs,
    ),
    fault(CookieWriter, "negative-max-age-lives", ALL, "a negative max_age loses its sign", |behaviour| {
        behaviour.writer.max_age = MaxAgeRule::NegativeLives;
    }),
    fault(
        CookieWriter,
        "zero-means-until-close",
        ALL,
        "a max_age of zero means until the browser closes",
        |behaviour| behaviour.writer.max_age = MaxAgeRule::ZeroIsBrowserClose,
    ),
    fault(CookieWriter, "duration-refused", ALL, "max_age given as a duration object is refused", |behaviour| {
        behaviour.writer.max_age = MaxAgeRule::DurationsRefused;
    }),
    fault(CookieWriter, "always-persistent", ALL, "a cookie without a lifetime gets one of two weeks", |behaviour| {
        behaviour.writer.always_persistent = true;
    }),
    fault(
        CookieWriter,
        "expires-beside-max-age-off",
        ALL,
        "Expires is an hour later than the Max-Age beside it",
        |behaviour| behaviour.writer.skewed_expires = Lines::Application,
    ),
    fault(
        CookieWriter,
        "expires-text-unchecked",
        ALL,
        "expires given as text is copied without a look, whether it is a date or not",
        |behaviour| behaviour.writer.expires = ExpiresRule::Copied,
    ),
    fault(CookieWriter, "expires-dropped", ALL, "expires is ignored", |behaviour| {
        behaviour.writer.expires = ExpiresRule::Dropped;
    }),
    fault(CookieWriter, "path-dropped", ALL, "Path is never written", |behaviour| {
        behaviour.writer.path = PathRule::Dropped;
    }),
    fault(
        CookieWriter,
        "path-defaults-to-request",
        ALL,
        "a cookie without a path gets the directory of the request as its Path",
        |behaviour| behaviour.writer.path = PathRule::OfRequest,
    ),
    fault(CookieWriter, "domain-dropped", ALL, "Domain is never written", |behaviour| {
        behaviour.writer.domain = DomainRule::Dropped;
    }),
    fault(
        CookieWriter,
        "domain-by-default",
        ALL,
        "a cookie without a domain gets the host as its Domain, and so goes to all sub-domains",
        |behaviour| behaviour.writer.domain = DomainRule::HostByDefault,
    ),
    fault(CookieWriter, "secure-dropped", ALL, "Secure is never written", |behaviour| {
        behaviour.writer.drops_secure = true;
    }),
    fault(CookieWriter, "http-only-dropped", ALL, "HttpOnly is never written", |behaviour| {
        behaviour.writer.drops_http_only = true;
    }),
    fault(CookieWriter, "same-site-dropped", ALL, "SameSite is never written", |behaviour| {
        behaviour.writer.drops_same_site = true;
    }),
    fault(
        CookieWriter,
        "same-site-unchecked",
        ALL,
        "any text passes as SameSite, and None without Secure too",
        |behaviour| behaviour.writer.same_site = SameSiteRule::Unchecked,
    ),
    fault(
        CookieWriter,
        "same-site-none-unchecked",
        ALL,
        "SameSite=None without Secure is sent, and dropped by every browser",
        |behaviour| behaviour.writer.same_site = SameSiteRule::NoneUnchecked,
    ),
    fault(CookieWriter, "path-sent-twice", ALL, "Path is written twice", |behaviour| {
        behaviour.writer.path_twice = true;
    }),
    fault(
        CookieWriter,
        "prefixes-unchecked",
        ALL,
        "names with a prefix such as __Host- are sent without what the prefix promises",
        |behaviour| behaviour.writer.prefixes_unchecked = true,
    ),
    fault(
        CookieWriter,
        "delete-without-expiry",
        ALL,
        "deleting a cookie sends its old value again, without an expiry",
        |behaviour| behaviour.writer.deletion = Deletion::KeepsValue,
    ),
    fault(
        CookieWriter,
        "delete-at-browser-close",
        ALL,
        "deleting a cookie empties it until the browser is closed",
        |behaviour| behaviour.writer.deletion = Deletion::AtBrowserClose,
    ),
    fault(
        CookieWriter,
        "delete-keeps-max-age",
        ALL,
        "deleting a cookie sends a past Expires beside a positive Max-Age, which wins",
        |behaviour| behaviour.writer.deletion = Deletion::PositiveMaxAge,
    ),
    fault(CookieWriter, "delete-ignores-path", ALL, "cookies are deleted on Path=/ whatever was asked", |behaviour| {
        behaviour.writer.deletion_ignores_path = true;
    }),
    fault(
        CookieWriter,
        "delete-ignores-domain",
        ALL,
        "cookies are deleted without Domain whatever was asked",
        |behaviour| behaviour.writer.deletion_ignores_domain = true,
    ),
    fault(
        CookieWriter,
        "delete-prefix-without-secure",
        ALL,
        "deleting a cookie whose name has a prefix lacks Secure, so browsers ignore it",
        |behaviour| behaviour.writer.deletion_without_secure = true,
    ),
    fault(
        CookieWriter,
        "set-after-delete-stays-deleted",
        ALL,
        "a cookie that is deleted and set in one response stays deleted",
        |behaviour| behaviour.writer.repeat = Repeat::KeepsDeletion,
    ),
    fault(
        CookieWriter,
        "overwrite-keeps-attributes",
        ALL,
        "setting a cookie twice in one response keeps attributes of the first call",
        |behaviour| behaviour.writer.repeat = Repeat::Merges,
    ),
    fault(
        CookieWriter,
        "delete-keeps-value",
        ALL,
        "the line that deletes a cookie carries its old value",
        |behaviour| behaviour.writer.deletion = Deletion::ExpiredValue,
    ),
    fault(
        CookieWriter,
        "cookies-lost-on-error",
        ALL,
        "cookies that the application sets are not sent with an error status",
        |behaviour| behaviour.writer.lost_on_error = true,
    ),
    fault(
        CookieWriter,
        "duplicate-set-cookie",
        ALL,
        "setting a cookie twice in one response sends two lines for one name",
        |behaviour| behaviour.writer.repeat = Repeat::Appends,
    ),
    fault(
        CookieWriter,
        "attribute-injection",
        ALL,
        "a semicolon in an argument passes and begins a new attribute",
        |behaviour| behaviour.writer.semicolons_pass = true,
    ),
    fault(
        CookieWriter,
        "line-injection",
        ALL,
        "CR LF in an argument passes and begins a new header line",
        |behaviour| behaviour.writer.line_breaks_pass = true,
    ),
    fault(
        CookieWriter,
        "value-unencoded",
        ALL,
        "spaces, commas, quotes and UTF-8 in a value are sent as they are",
        |behaviour| behaviour.writer.value = ValueRule::Raw,
    ),
    fault(CookieWriter, "value-truncated", ALL, "a value ends at its first ; or =", |behaviour| {
        behaviour.writer.value = ValueRule::Truncated;
    }),
    fault(CookieWriter, "value-cut-at-1024", ALL, "a value ends after 1024 octets", |behaviour| {
        behaviour.writer.value = ValueRule::CutAt1024;
    }),
    fault(CookieWriter, "name-unchecked", ALL, "names that are no tokens are sent", |behaviour| {
        behaviour.writer.names_unchecked = true;
    }),
    fault(
        CookieWriter,
        "oversize-in-silence",
        ALL,
        "a cookie that browsers drop for its size is sent without an error",
        |behaviour| behaviour.writer.size_unchecked = true,
    ),
    fault(CookieWriter, "grammar-no-space", ALL, "attributes follow the semicolon without a space", |behaviour| {
        behaviour.writer.spacing = Spacing::Tight;
    }),
    fault(CookieWriter, "dates-with-dashes", ALL, "dates are written as 01-Jan-1970", |behaviour| {
        behaviour.writer.dates = Dates::Dashed;
    }),
    fault(
        CookieWriter,
        "max-age-in-32-bits",
        ALL,
        "a max_age that does not fit into 32 bits becomes negative",
        |behaviour| behaviour.writer.max_age = MaxAgeRule::In32Bits,
    ),
    fault(
        CookieWriter,
        "dates-in-32-bits",
        ALL,
        "dates after January 2038 are written as dates of 1901",
        |behaviour| {
            behaviour.writer.dates = Dates::In32Bits;
        },
    ),
    fault(CookieWriter, "long-names-cut", ALL, "names of cookies end after 32 octets", |behaviour| {
        behaviour.writer.names_cut = true;
    }),
    fault(CookieWriter, "second-deletion-lost", ALL, "of several deletions only the first is sent", |behaviour| {
        behaviour.writer.second_deletion_lost = true;
    }),
];

pub(super) const PARSER: &[Fault] = &[
    fault(Parser, "quoted-value-swallows", ALL, "a quoted value swallows the cookies behind it", |behaviour| {
        behaviour.reader.quotes_swallow = true;
    }),
    fault(Parser, "comma-splits", ALL, "a comma separates cookies", |behaviour| {
        behaviour.reader.commas_split = true;
    }),
    fault(
        Parser,
        "percent-decodes-names",
        ALL,
        "names are percent-decoded, so that one cookie can pose as another",
        |behaviour| behaviour.reader.names_decoded = true,
    ),
    fault(Parser, "value-not-decoded", ALL, "values come back in the encoding in which they were sent", |behaviour| {
        behaviour.reader.values_not_decoded = true;
    }),
    fault(Parser, "value-ends-at-equals", ALL, "a value ends at its first equals sign", |behaviour| {
        behaviour.reader.values_end_at_equals = true;
    }),
    fault(Parser, "bad-pair-kills-all", ALL, "one malformed cookie makes all others invisible", |behaviour| {
        behaviour.reader.bad_pair = BadPair::EmptiesTheList;
    }),
    fault(Parser, "bad-pair-5xx", ALL, "one malformed cookie makes the request fail", |behaviour| {
        behaviour.reader.bad_pair = BadPair::FailsTheRequest;
    }),
    fault(Parser, "last-cookie-only", ALL, "only the last cookie of a request is seen", |behaviour| {
        behaviour.reader.last_pair_only = true;
    }),
    fault(Parser, "first-cookie-field-only", ALL, "only the first Cookie field of a request is seen", |behaviour| {
        behaviour.reader.first_field_only = true;
    }),
    fault(
        Parser,
        "cookies-remembered",
        ALL,
        "the application sees cookies that were set in answers to others",
        |behaviour| behaviour.reader.remembers = true,
    ),
    fault(Parser, "case-insensitive-names", ALL, "cookie names are compared without case", |behaviour| {
        behaviour.reader.names_without_case = true;
    }),
    fault(
        Parser,
        "session-name-by-suffix",
        ALL,
        "a cookie whose name ends with that of the session cookie is taken for it",
        |behaviour| behaviour.reader.session = SessionChoice::Suffix,
    ),
    fault(
        Parser,
        "session-lost-beside-long-cookie",
        ALL,
        "the session cookie is not seen beside a cookie of more than 1000 octets",
        |behaviour| behaviour.reader.session_lost_beside_long = true,
    ),
];
