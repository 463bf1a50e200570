//! Faults of reading `Cookie` fields that no browser sends by itself.

use super::Seam::Parser;
use super::{ALL, Fault, fault};
use crate::reference::behaviour::{FieldLimit, Nameless, SessionChoice};

pub(super) const FIELDS: &[Fault] = &[
    fault(
        Parser,
        "crumbs-lost",
        ALL,
        "of the cookies that arrive in crumbs over HTTP/2 only the first is read",
        |behaviour| {
            behaviour.reader.first_crumb_only = true;
        },
    ),
    fault(Parser, "quadratic-unquoting", ALL, "the time to read a quoted cookie grows with its square", |behaviour| {
        behaviour.reader.quotes_are_slow = true;
    }),
    fault(
        Parser,
        "space-needed-between-pairs",
        ALL,
        "only a semicolon with a space behind it separates cookies",
        |behaviour| {
            behaviour.reader.space_needed = true;
        },
    ),
    fault(Parser, "spaces-split", ALL, "a space in a value begins another cookie", |behaviour| {
        behaviour.reader.spaces_split = true;
    }),
    fault(Parser, "empty-pairs-count", ALL, "an empty pair is a cookie without name and value", |behaviour| {
        behaviour.reader.empty_pairs_count = true;
    }),
    fault(
        Parser,
        "nameless-becomes-name",
        ALL,
        "text without an equals sign is the name of an empty cookie",
        |behaviour| {
            behaviour.reader.nameless = Nameless::Name;
        },
    ),
    fault(Parser, "nameless-shadows", ALL, "a cookie without a name is read as the pair in its value", |behaviour| {
        behaviour.reader.nameless = Nameless::Shifted;
    }),
    fault(Parser, "quotes-dropped", ALL, "quotes around a value are dropped", |behaviour| {
        behaviour.reader.quotes_dropped = true;
    }),
    fault(Parser, "plus-becomes-space", ALL, "a plus sign in a value comes back as a space", |behaviour| {
        behaviour.reader.plus_is_space = true;
    }),
    fault(
        Parser,
        "dollar-version-switches",
        ALL,
        "$Version at the beginning switches to the quoting of RFC 2109",
        |behaviour| {
            behaviour.reader.version_switches = true;
        },
    ),
    fault(
        Parser,
        "special-names-vanish",
        ALL,
        "cookies named as the members of every JavaScript object are lost",
        |behaviour| {
            behaviour.reader.object_names_lost = true;
        },
    ),
    fault(Parser, "names-trimmed-as-unicode", ALL, "names lose the white space of Unicode around them", |behaviour| {
        behaviour.reader.names_trimmed = true;
    }),
    fault(Parser, "dots-become-underscores", ALL, "dots and brackets in names become underscores", |behaviour| {
        behaviour.reader.names_mapped = true;
    }),
    fault(Parser, "twenty-cookies-only", ALL, "cookies behind the twentieth are not seen", |behaviour| {
        behaviour.reader.twenty_pairs = true;
    }),
    fault(Parser, "large-cookie-refused", ALL, "more than 4000 octets of cookies are refused with 431", |behaviour| {
        behaviour.reader.field_limit = FieldLimit::RefusesLarge;
    }),
    fault(Parser, "oversize-cookie-5xx", ALL, "more than 8000 octets of cookies make the request fail", |behaviour| {
        behaviour.reader.field_limit = FieldLimit::FailsOnLarger;
    }),
    fault(Parser, "first-session-cookie-wins", ALL, "of two session cookies the first counts", |behaviour| {
        behaviour.reader.session = SessionChoice::First;
    }),
    fault(Parser, "last-session-cookie-wins", ALL, "of two session cookies the last counts", |behaviour| {
        behaviour.reader.session = SessionChoice::Last;
    }),
    fault(
        Parser,
        "session-cookie-must-come-first",
        ALL,
        "the session cookie is only seen in front of all others",
        |behaviour| {
            behaviour.reader.session = SessionChoice::Foremost;
        },
    ),
    fault(
        Parser,
        "lone-cookies-5xx",
        ALL,
        "a request with other cookies and without that of the session fails",
        |behaviour| {
            behaviour.reader.lone_cookies_fail = true;
        },
    ),
    fault(
        Parser,
        "equal-session-cookies-refused",
        ALL,
        "of two session cookies neither counts, although they are equal",
        |behaviour| {
            behaviour.reader.session = SessionChoice::Single;
        },
    ),
    fault(Parser, "attribute-names-lost", ALL, "cookies that are called like an attribute are not seen", |behaviour| {
        behaviour.reader.attribute_names_lost = true;
    }),
    fault(Parser, "empty-values-lost", ALL, "cookies with an empty value are not seen", |behaviour| {
        behaviour.reader.empty_values_lost = true;
    }),
];
