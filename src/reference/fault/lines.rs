//! Faults of what stands in a `Set-Cookie` line, and of what is let through into it.

use super::Seam::CookieWriter;
use super::{ALL, Fault, fault};
use crate::reference::behaviour::{
    Dates, Digits, DomainRule, Extra, Flags, Forgotten, Lifespan, MaxAgeRule, PathRule, SameSiteRule, SessionLine,
    Spacing, ValueRule,
};

pub(super) const LINES: &[Fault] = &[
    fault(
        CookieWriter,
        "session-cookie-deleted-first",
        ALL,
        "the line that sets the session cookie follows one that deletes it",
        |behaviour| {
            behaviour.writer.session = SessionLine::DeletedFirst;
        },
    ),
    fault(CookieWriter, "session-value-with-tab", ALL, "the value of the session cookie holds a tab", |behaviour| {
        behaviour.writer.session = SessionLine::TabInValue;
    }),
    fault(
        CookieWriter,
        "grammar-space-before-semicolon",
        ALL,
        "a space stands on either side of the semicolons",
        |behaviour| {
            behaviour.writer.spacing = Spacing::BeforeSemicolon;
        },
    ),
    fault(CookieWriter, "grammar-trailing-semicolon", ALL, "every line ends with a semicolon", |behaviour| {
        behaviour.writer.extra = Extra::Semicolon;
    }),
    fault(CookieWriter, "version-attribute", ALL, "every line says Version=1, as RFC 2109 wanted", |behaviour| {
        behaviour.writer.extra = Extra::Version;
    }),
    fault(
        CookieWriter,
        "http-only-misspelt",
        ALL,
        "HttpOnly is written as Http-Only, which nobody reads",
        |behaviour| {
            behaviour.writer.flags = Flags::Misspelt;
        },
    ),
    fault(CookieWriter, "flags-with-a-value", ALL, "Secure and HttpOnly are written with =true", |behaviour| {
        behaviour.writer.flags = Flags::Valued;
    }),
    fault(CookieWriter, "max-age-leading-zero", ALL, "Max-Age begins with a zero", |behaviour| {
        behaviour.writer.digits = Digits::LeadingZero;
    }),
    fault(
        CookieWriter,
        "max-age-decimal",
        ALL,
        "Max-Age has a decimal place, so that browsers ignore it",
        |behaviour| {
            behaviour.writer.digits = Digits::Decimal;
        },
    ),
    fault(CookieWriter, "dates-with-short-years", ALL, "dates have years of two digits", |behaviour| {
        behaviour.writer.dates = Dates::ShortYear;
    }),
    fault(CookieWriter, "dates-always-monday", ALL, "every date is said to be a Monday", |behaviour| {
        behaviour.writer.dates = Dates::AlwaysMonday;
    }),
    fault(CookieWriter, "lifetimes-of-two-years", ALL, "no lifetime is shorter than two years", |behaviour| {
        behaviour.writer.lifespan = Lifespan::TwoYears;
    }),
    fault(CookieWriter, "lifetimes-of-twenty-years", ALL, "no lifetime is shorter than twenty years", |behaviour| {
        behaviour.writer.lifespan = Lifespan::TwentyYears;
    }),
    fault(
        CookieWriter,
        "cookies-folded",
        ALL,
        "the cookies of a response are joined into one line with commas",
        |behaviour| {
            behaviour.writer.folds = true;
        },
    ),
    fault(CookieWriter, "path-without-slash", ALL, "Path is written without the slash at its beginning", |behaviour| {
        behaviour.writer.path = PathRule::WithoutSlash;
    }),
    fault(
        CookieWriter,
        "path-unchecked",
        ALL,
        "a path is written as it was given, with a slash or without",
        |behaviour| {
            behaviour.writer.path = PathRule::Unchecked;
        },
    ),
    fault(CookieWriter, "path-not-ascii", ALL, "octets beyond ASCII in a path are sent as they are", |behaviour| {
        behaviour.writer.high_octets_pass = true;
    }),
    fault(
        CookieWriter,
        "path-oversize-in-silence",
        ALL,
        "a path that browsers ignore for its size is sent without an error",
        |behaviour| {
            behaviour.writer.attribute_size_unchecked = true;
        },
    ),
    fault(
        CookieWriter,
        "domain-leading-dot",
        ALL,
        "Domain is written with a dot in front, as RFC 2109 wanted",
        |behaviour| {
            behaviour.writer.domain = DomainRule::LeadingDot;
        },
    ),
    fault(
        CookieWriter,
        "domain-is-public-suffix",
        ALL,
        "Domain is the last label of what was asked, which all sites share",
        |behaviour| {
            behaviour.writer.domain = DomainRule::LastLabel;
        },
    ),
    fault(
        CookieWriter,
        "domain-of-another-host",
        ALL,
        "Domain is a host beside the one that was asked for",
        |behaviour| {
            behaviour.writer.domain = DomainRule::Beside;
        },
    ),
    fault(CookieWriter, "domain-is-address", ALL, "Domain is the address of the server", |behaviour| {
        behaviour.writer.domain = DomainRule::Address;
    }),
    fault(
        CookieWriter,
        "domain-unchecked",
        ALL,
        "a domain is written as it was given, host name or not",
        |behaviour| {
            behaviour.writer.domain = DomainRule::Unchecked;
        },
    ),
    fault(CookieWriter, "same-site-none-by-default", ALL, "cookies without same_site get SameSite=None", |behaviour| {
        behaviour.writer.same_site = SameSiteRule::NoneByDefault;
    }),
    fault(
        CookieWriter,
        "same-site-empty",
        ALL,
        "cookies without same_site get SameSite without a value",
        |behaviour| {
            behaviour.writer.same_site = SameSiteRule::EmptyByDefault;
        },
    ),
    fault(CookieWriter, "secure-always", ALL, "Secure is written over plain http too, asked for or not", |behaviour| {
        behaviour.writer.always_secure = true;
    }),
    fault(
        CookieWriter,
        "partitioned-unchecked",
        ALL,
        "Partitioned passes without Secure, and browsers drop the cookie",
        |behaviour| {
            behaviour.writer.partitioned_unchecked = true;
        },
    ),
    fault(
        CookieWriter,
        "http-prefixes-unknown",
        ALL,
        "names that begin with __Http- are sent without what the prefix promises",
        |behaviour| {
            behaviour.writer.http_prefixes_unknown = true;
        },
    ),
    fault(CookieWriter, "prefixes-in-lower-case", ALL, "names with a prefix are written in lower case", |behaviour| {
        behaviour.writer.prefixes_lowered = true;
    }),
    fault(CookieWriter, "controls-unencoded", ALL, "control octets in a value are sent as they are", |behaviour| {
        behaviour.writer.controls_pass = true;
    }),
    fault(
        CookieWriter,
        "delete-forgets-same-site",
        ALL,
        "the line that deletes a cookie lacks SameSite",
        |behaviour| {
            behaviour.writer.deletion_forgets = Forgotten::SameSite;
        },
    ),
    fault(
        CookieWriter,
        "delete-forgets-partitioned",
        ALL,
        "the line that deletes a cookie lacks Partitioned",
        |behaviour| {
            behaviour.writer.deletion_forgets = Forgotten::Partitioned;
        },
    ),
    fault(
        CookieWriter,
        "value-encoded-in-full",
        ALL,
        "every octet of a value is percent-encoded, after its size was checked",
        |behaviour| behaviour.writer.value = ValueRule::WhollyEncoded,
    ),
    fault(CookieWriter, "empty-value-deletes", ALL, "a cookie that is set to an empty value is deleted", |behaviour| {
        behaviour.writer.empty_deletes = true;
    }),
    fault(
        CookieWriter,
        "unchanged-cookie-not-set",
        ALL,
        "a cookie that the browser has sent with this value is not set again, whatever its lifetime is to be",
        |behaviour| {
            behaviour.answers.unchanged_not_set = true;
        },
    ),
    fault(
        CookieWriter,
        "percent-not-escaped",
        ALL,
        "percent signs in a value are sent as they are, and decoded when they come back",
        |behaviour| {
            behaviour.writer.value = ValueRule::PercentAsIs;
        },
    ),
    fault(
        CookieWriter,
        "session-lost-beside-cookies",
        ALL,
        "the session cookie is not sent beside cookies that the application sets",
        |behaviour| {
            behaviour.writer.session = SessionLine::LostBesideOthers;
        },
    ),
    fault(
        CookieWriter,
        "session-in-directory",
        ALL,
        "the session cookie has the directory of the request as its Path",
        |behaviour| {
            behaviour.writer.session = SessionLine::InDirectory;
        },
    ),
    fault(
        CookieWriter,
        "cookies-lost-with-logout",
        ALL,
        "cookies that the application sets are lost where the session ends",
        |behaviour| {
            behaviour.life.cookies_lost_with_end = true;
        },
    ),
    fault(CookieWriter, "secure-lost-beside-domain", ALL, "Secure is not written beside Domain", |behaviour| {
        behaviour.writer.secure_lost_with_domain = true;
    }),
    fault(
        CookieWriter,
        "duration-loses-days",
        ALL,
        "of a duration object max_age takes what is left beside whole days",
        |behaviour| {
            behaviour.writer.max_age = MaxAgeRule::DurationsLoseDays;
        },
    ),
];
