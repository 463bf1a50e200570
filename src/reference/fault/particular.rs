//! Faults that show with some values alone: a status, a letter, an hour, a number of sessions.

use super::Seam::{CookieWriter, KeySource, LifeCycle, Parser, Store};
use super::{ALL, Fault, SERVER, fault, on};
use crate::reference::behaviour::{
    CycleKey, Dates, EndAll, Failures, FieldLimit, Login, Making, PathRule, Repeat, SessionChoice, SessionLine,
    SessionList, Source, TellsKey, ValueRule,
};
use crate::reference::occasion::Occasion;

pub(super) const COOKIES: &[Fault] = &[
    fault(CookieWriter, "http-only-lost-with-none", ALL, "HttpOnly is not written beside SameSite=None", |behaviour| {
        behaviour.writer.http_only_lost_with_none = true;
    }),
    fault(
        CookieWriter,
        "names-folded-in-answer",
        ALL,
        "of two cookies whose names differ in case an answer sets the second alone",
        |behaviour| behaviour.writer.repeat = Repeat::ReplacesAnyCase,
    ),
    fault(CookieWriter, "twelve-hour-dates", ALL, "Expires has hours from 1 to 12", |behaviour| {
        behaviour.writer.dates = Dates::TwelveHours;
    }),
    fault(CookieWriter, "backslash-unencoded", ALL, "a backslash in a value is sent as it is", |behaviour| {
        behaviour.writer.value = ValueRule::BackslashAsIs;
    }),
    fault(
        CookieWriter,
        "four-octets-replaced",
        ALL,
        "characters of four octets in a value become replacement characters",
        |behaviour| behaviour.writer.value = ValueRule::FourOctetsReplaced,
    ),
    fault(CookieWriter, "cookie-values-trimmed", ALL, "values lose the space at their ends", |behaviour| {
        behaviour.writer.value = ValueRule::Trimmed;
    }),
    fault(CookieWriter, "fractions-pass", ALL, "a Max-Age with a fraction is written as it is", |behaviour| {
        behaviour.writer.fractions_pass = true;
    }),
    fault(CookieWriter, "no-path-is-root", ALL, "where no Path was asked for it is the root", |behaviour| {
        behaviour.writer.path = PathRule::RootForNone;
    }),
    on(
        Occasion::MovedForGood,
        CookieWriter,
        "cookies-lost-on-308",
        ALL,
        "answers of 301 and 308 set no cookies",
        |behaviour| behaviour.writer.lost_always = true,
    ),
    on(Occasion::Head, CookieWriter, "cookies-lost-on-head", ALL, "answers to HEAD set no cookies", |behaviour| {
        behaviour.writer.lost_always = true;
    }),
    fault(CookieWriter, "twelve-lines-at-most", ALL, "an answer sets twelve cookies at most", |behaviour| {
        behaviour.writer.twelve_lines = true;
    }),
    fault(
        CookieWriter,
        "session-replaces-fourth",
        ALL,
        "the session cookie takes the place of the last of four other cookies",
        |behaviour| behaviour.writer.session = SessionLine::ReplacesFourth,
    ),
    fault(
        CookieWriter,
        "host-prefix-scope-unchecked",
        ALL,
        "a __Host- cookie with a path or a domain is sent",
        |behaviour| behaviour.writer.host_prefix_unchecked = true,
    ),
    fault(
        Parser,
        "broken-escape-empties-list",
        ALL,
        "a broken percent-encoding in one value makes all cookies vanish",
        |behaviour| behaviour.reader.broken_escape_empties = true,
    ),
    fault(Parser, "large-field-ignored", ALL, "a Cookie field of more than 8000 octets is ignored", |behaviour| {
        behaviour.reader.field_limit = FieldLimit::IgnoresLarger;
    }),
    fault(Parser, "comma-and-space-split", ALL, "a comma with a space behind it separates cookies", |behaviour| {
        behaviour.reader.comma_spaces_split = true;
    }),
    fault(Parser, "dollar-names-lost", ALL, "cookies whose names begin with a dollar are not seen", |behaviour| {
        behaviour.reader.dollar_names_lost = true;
    }),
    fault(Parser, "not-utf8-5xx", ALL, "octets that are not UTF-8 in a cookie make the request fail", |behaviour| {
        behaviour.reader.not_utf8_fails = true;
    }),
    fault(Parser, "json-values-read", ALL, "a value that begins with j: is read as JSON", |behaviour| {
        behaviour.reader.json_values = true;
    }),
    fault(
        Parser,
        "session-name-without-case",
        ALL,
        "the session cookie is also taken from a cookie whose name differs in case",
        |behaviour| behaviour.reader.session = SessionChoice::AnyCase,
    ),
    fault(Store, "signed-name-ignored", ALL, "signed values are signed without their name", |behaviour| {
        behaviour.signing.name_ignored = true;
    }),
    fault(Store, "signature-without-case", ALL, "signatures of values are compared without case", |behaviour| {
        behaviour.signing.case_ignored = true;
    }),
    fault(
        Store,
        "signed-duration-age-ignored",
        ALL,
        "the greatest age of a signed value is ignored when it is a duration",
        |behaviour| behaviour.signing.duration_ages_ignored = true,
    ),
];

pub(super) const SESSIONS: &[Fault] = &[
    fault(KeySource, "key-in-path-accepted", SERVER, "a key in a parameter of the path opens a session", |behaviour| {
        behaviour.keys.source = Source::Path;
    }),
    fault(
        KeySource,
        "key-as-bearer-accepted",
        SERVER,
        "a key in the field Authorization opens a session",
        |behaviour| {
            behaviour.keys.source = Source::Bearer;
        },
    ),
    fault(KeySource, "keys-of-fourteen-bits", SERVER, "keys are made of fourteen random bits", |behaviour| {
        behaviour.keys.making = Making::FourteenBits;
    }),
    fault(KeySource, "tenth-key-sequential", SERVER, "every tenth key is a counter", |behaviour| {
        behaviour.keys.making = Making::TenthSequential;
    }),
    fault(LifeCycle, "second-new-key-returns", SERVER, "a second new key is the first one again", |behaviour| {
        behaviour.life.cycle_key = CycleKey::Returns;
    }),
    fault(
        LifeCycle,
        "key-in-error-page-of-readers",
        ALL,
        "the page of a failure shows the key of a session that was asked for",
        |behaviour| behaviour.answers.tells_key = TellsKey::InErrorPageOfReaders,
    ),
    on(
        Occasion::Asks("session.set_expiry"),
        CookieWriter,
        "same-site-lost-with-expiry",
        ALL,
        "the session cookie lacks SameSite when its expiry is set",
        |behaviour| behaviour.writer.session = SessionLine::WithoutSameSite,
    ),
    on(
        Occasion::Get,
        CookieWriter,
        "session-path-of-get",
        ALL,
        "a session that begins with GET is bound to the directory of the request",
        |behaviour| behaviour.writer.session = SessionLine::InDirectory,
    ),
    on(
        Occasion::Conflict,
        LifeCycle,
        "no-save-on-conflict",
        ALL,
        "what a request stores is lost when it is answered with 409, 410 or 451",
        |behaviour| behaviour.life.failures = Failures::Every,
    ),
    on(
        Occasion::ResetContent,
        LifeCycle,
        "session-cookie-lost-on-205",
        ALL,
        "a session that begins with an answer of 205 is saved, and its cookie not sent",
        |behaviour| behaviour.writer.session = SessionLine::Missing,
    ),
    fault(
        LifeCycle,
        "past-instant-ignored",
        ALL,
        "an expiry that is an instant in the past is passed over",
        |behaviour| {
            behaviour.expiry.past_instants_ignored = true;
        },
    ),
    fault(
        LifeCycle,
        "very-long-keys-cut",
        ALL,
        "keys of values end after 128 characters, so that two of them are one",
        |behaviour| behaviour.values.long_keys_cut = true,
    ),
    fault(
        LifeCycle,
        "keys-composed",
        ALL,
        "keys of values are put into one form of Unicode, so that two of them are one",
        |behaviour| behaviour.values.keys_composed = true,
    ),
];

pub(super) const USERS: &[Fault] = &[
    fault(LifeCycle, "third-login-keeps-key", SERVER, "a third login in one session keeps the key", |behaviour| {
        behaviour.life.login = Login::KeepsThirdKey;
    }),
    fault(
        LifeCycle,
        "login-until-close-keeps-key",
        SERVER,
        "a login in a session that ends with the browser keeps the key",
        |behaviour| behaviour.life.login = Login::KeepsKeyUntilClose,
    ),
    fault(
        LifeCycle,
        "login-with-token-keeps-key",
        SERVER,
        "a login in a session that has an anti-forgery token keeps the key",
        |behaviour| behaviour.life.login = Login::KeepsKeyWithToken,
    ),
    on(Occasion::Head, LifeCycle, "login-by-head-keeps-key", SERVER, "a login by HEAD keeps the key", |behaviour| {
        behaviour.life.login = Login::KeepsKey;
    }),
    fault(
        LifeCycle,
        "switch-keeps-old-record",
        SERVER,
        "a login as another user leaves the session of the one before, under its old key",
        |behaviour| behaviour.life.switch_keeps_record = true,
    ),
    fault(
        LifeCycle,
        "end-all-by-likeness",
        ALL,
        "an order to end a user's sessions ends those of users with almost the same name",
        |behaviour| behaviour.accounts.end_all = EndAll::ByLikeness,
    ),
    fault(LifeCycle, "three-sessions-listed", ALL, "a user's list of sessions holds three at most", |behaviour| {
        behaviour.accounts.list = SessionList::ThreeAtMost;
    }),
    fault(LifeCycle, "fourth-login-ends-first", ALL, "a fourth login of a user ends the first sessions", |behaviour| {
        behaviour.accounts.fourth_login_ends_first = true;
    }),
    fault(LifeCycle, "restart-opens-accounts", ALL, "after a restart disabled accounts are open again", |behaviour| {
        behaviour.accounts.restart_enables = true;
    }),
];
