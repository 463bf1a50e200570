//! Faults that show only after several steps: with two browsers, after a restart, at the same time, in odd requests.

use super::Seam::{CookieWriter, KeySource, LifeCycle, Store};
use super::{ALL, DURABLE, Fault, SERVER, fault};
use crate::reference::behaviour::{
    Adoption, Comparison, CycleKey, Enforcement, Failing, Failures, Login, Making, Overnoticed, RefusedUnknown,
    SessionLine, Source,
};
use crate::reference::config::EngineKind::{self, Db, File};

const RECORDS: &[EngineKind] = &[Db, File];

pub(super) const KEYS: &[Fault] = &[
    fault(KeySource, "user-in-key", SERVER, "the key of a user's session is the user's name", |behaviour| {
        behaviour.keys.making = Making::OfUser;
    }),
    fault(
        KeySource,
        "keys-repeat-after-restart",
        SERVER,
        "every start begins the same sequence of keys",
        |behaviour| {
            behaviour.keys.making = Making::Reseeded;
        },
    ),
    fault(
        KeySource,
        "same-key-in-parallel",
        SERVER,
        "sessions that begin at the same time get the same key",
        |behaviour| behaviour.keys.making = Making::SharedInParallel,
    ),
    fault(KeySource, "ended-key-readopted", SERVER, "the key of an ended session is taken up again", |behaviour| {
        behaviour.keys.adoption = Adoption::Ended;
    }),
    fault(KeySource, "quote-in-key-5xx", SERVER, "a quote in a key makes the request fail", |behaviour| {
        behaviour.keys.failing = Failing::Quoted;
    }),
    fault(KeySource, "key-in-query-accepted", SERVER, "a key in the query opens a session", |behaviour| {
        behaviour.keys.source = Source::Query;
    }),
    fault(KeySource, "key-in-field-accepted", SERVER, "a key in a field of its own opens a session", |behaviour| {
        behaviour.keys.source = Source::Field;
    }),
    fault(
        KeySource,
        "cookieless-continues-last-session",
        SERVER,
        "a request without a cookie goes on with the session that was used last",
        |behaviour| behaviour.keys.source = Source::LastUsed,
    ),
    fault(
        KeySource,
        "key-pattern-matches",
        SERVER,
        "a key is found by a pattern: * and % stand for anything",
        |behaviour| {
            behaviour.keys.comparison = Comparison::Pattern;
        },
    ),
];

pub(super) const LOGIN: &[Fault] = &[
    fault(
        LifeCycle,
        "login-keeps-empty-key",
        SERVER,
        "login leaves the key of a session that holds nothing",
        |behaviour| behaviour.life.login = Login::KeepsEmptyKey,
    ),
    fault(
        LifeCycle,
        "login-binds-first-cookie",
        SERVER,
        "with two session cookies login puts the user into the session of the first one too",
        |behaviour| behaviour.life.login_binds_first = true,
    ),
    fault(
        LifeCycle,
        "login-carries-other-user",
        ALL,
        "login in the session of another user goes on with that user's data",
        |behaviour| behaviour.life.login_carries_other = true,
    ),
    fault(LifeCycle, "logout-ends-all-sessions", ALL, "logout ends the user's other sessions too", |behaviour| {
        behaviour.life.logout_ends_all = true;
    }),
    fault(
        LifeCycle,
        "logout-with-dead-key-fails",
        SERVER,
        "logout with a key that opens nothing makes the request fail",
        |behaviour| behaviour.life.refused_unknown = RefusedUnknown::Logout,
    ),
    fault(
        LifeCycle,
        "flush-with-dead-key-fails",
        SERVER,
        "flush with a key that opens nothing makes the request fail",
        |behaviour| behaviour.life.refused_unknown = RefusedUnknown::Flush,
    ),
    fault(
        LifeCycle,
        "clear-with-dead-key-fails",
        SERVER,
        "clear with a key that opens nothing makes the request fail",
        |behaviour| behaviour.life.refused_unknown = RefusedUnknown::Clear,
    ),
    fault(LifeCycle, "user-from-session-data", ALL, "the user is whoever the session's data names", |behaviour| {
        behaviour.life.user_from_data = true;
    }),
    fault(
        LifeCycle,
        "password-change-ends-everyone",
        ALL,
        "a changed password ends the sessions of all users",
        |behaviour| behaviour.life.password_change_ends_everyone = true,
    ),
    fault(
        LifeCycle,
        "password-change-keeps-key",
        SERVER,
        "a changed password leaves the key of the session that goes on",
        |behaviour| behaviour.life.password_change_keeps_key = true,
    ),
    fault(
        LifeCycle,
        "cycle-key-after-logout-revives",
        SERVER,
        "a new key that was asked for before logout and is saved after it brings the session back",
        |behaviour| behaviour.life.cycle_key = CycleKey::Regardless,
    ),
    fault(
        LifeCycle,
        "stale-read-deletes-cookie",
        SERVER,
        "a read whose key was replaced meanwhile deletes the cookie, and with it the new key",
        |behaviour| behaviour.life.stale_reads_delete = true,
    ),
    fault(
        LifeCycle,
        "login-takes-ended-key",
        SERVER,
        "login takes up the key of a session that was ended",
        |behaviour| {
            behaviour.life.login = Login::TakesIssuedKey;
        },
    ),
    fault(
        LifeCycle,
        "two-new-keys-keep-old",
        SERVER,
        "two new keys in one request leave the record of the first key",
        |behaviour| {
            behaviour.life.cycle_key = CycleKey::TwiceKeepsOldRecord;
        },
    ),
    fault(
        LifeCycle,
        "login-leaves-record",
        DURABLE,
        "a login without a session leaves a record that nobody has the key of",
        |behaviour| {
            behaviour.life.login_leaves_record = true;
        },
    ),
];

pub(super) const REQUESTS: &[Fault] = &[
    fault(LifeCycle, "head-begins-session", ALL, "a HEAD request that reads begins a session", |behaviour| {
        behaviour.life.head_creates = true;
    }),
    fault(LifeCycle, "front-page-begins-session", ALL, "the front page begins a session for everybody", |behaviour| {
        behaviour.life.front_page_creates = true;
    }),
    fault(
        LifeCycle,
        "session-ends-with-connection",
        ALL,
        "a session ends with the connection that it is used on",
        |behaviour| behaviour.life.ends_with_connection = true,
    ),
    fault(LifeCycle, "no-save-on-redirect", ALL, "a request answered with 3xx is not saved", |behaviour| {
        behaviour.life.failures = Failures::Redirects;
    }),
    fault(LifeCycle, "save-on-5xx-but-500", ALL, "a request answered with 5xx other than 500 is saved", |behaviour| {
        behaviour.life.failures = Failures::Only500;
    }),
    fault(LifeCycle, "pop-default-resends", ALL, "pop that answers its default counts as a change", |behaviour| {
        behaviour.mapping.overnoticed = Overnoticed::PopDefault;
    }),
    fault(
        LifeCycle,
        "set-default-resends",
        ALL,
        "set_default of a key that is there counts as a change",
        |behaviour| {
            behaviour.mapping.overnoticed = Overnoticed::SetDefault;
        },
    ),
    fault(
        CookieWriter,
        "session-deleted-in-other-path",
        ALL,
        "the session cookie is deleted with the directory of the request as its Path",
        |behaviour| behaviour.writer.session = SessionLine::DeletedElsewhere,
    ),
    fault(
        CookieWriter,
        "session-cookie-weaker-later",
        ALL,
        "the session cookie lacks HttpOnly when the browser already has one",
        |behaviour| behaviour.writer.session = SessionLine::WeakerLater,
    ),
    fault(CookieWriter, "session-same-site-none", ALL, "the session cookie goes along to every site", |behaviour| {
        behaviour.writer.session = SessionLine::SameSiteNone;
    }),
    fault(
        Store,
        "deleted-record-remembered",
        RECORDS,
        "a record that is gone from the store is served from the memory of the process",
        |behaviour| behaviour.storage.remembers_deleted = true,
    ),
    fault(
        Store,
        "parallel-creation-lost",
        SERVER,
        "of sessions that begin at the same time only the first is stored",
        |behaviour| behaviour.storage.parallel_creation_lost = true,
    ),
];

pub(super) const TIMES: &[Fault] = &[
    fault(
        LifeCycle,
        "expired-read-begins-session",
        SERVER,
        "reading with an expired key begins a session",
        |behaviour| behaviour.expiry.enforcement = Enforcement::BeginsAnew,
    ),
    fault(
        LifeCycle,
        "default-lifetime-not-enforced",
        SERVER,
        "the default lifetime is told to the browser and not enforced on the server",
        |behaviour| behaviour.expiry.enforcement = Enforcement::CustomOnly,
    ),
    fault(
        LifeCycle,
        "instant-not-enforced",
        SERVER,
        "an expiry at an instant is told to the browser and not enforced on the server",
        |behaviour| behaviour.expiry.enforcement = Enforcement::NotInstants,
    ),
    fault(
        LifeCycle,
        "cookie-does-not-follow",
        SERVER,
        "a write extends the session on the server, and its cookie still ends when it did",
        |behaviour| behaviour.expiry.cookie_stays = true,
    ),
    fault(
        LifeCycle,
        "browser-close-sticks",
        ALL,
        "a session that ends with the browser goes on doing so, whatever is set later",
        |behaviour| behaviour.expiry.close_sticks = true,
    ),
];
