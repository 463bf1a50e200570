//! Faults of session keys, of sessions' life and of the answers that show it.

use super::Seam::{CookieWriter, KeySource, LifeCycle};
use super::{ALL, DURABLE, Fault, SERVER, SIGNED, fault};
use crate::reference::behaviour::{
    Adoption, CacheControl, Clear, Comparison, CycleKey, Ending, Failing, Failures, Lines, Login, Making, OnError,
    Reads, SessionLine, Unnoticed, Vary,
};

pub(super) const KEYS: &[Fault] = &[
    fault(KeySource, "client-key-adopted", SERVER, "a key that the client made up is used", |behaviour| {
        behaviour.keys.adoption = Adoption::FromClient;
    }),
    fault(
        KeySource,
        "empty-key-shares-data",
        SERVER,
        "what is stored after a flush goes under the empty key, where everybody finds it",
        |behaviour| behaviour.keys.adoption = Adoption::Empty,
    ),
    fault(KeySource, "short-keys", SERVER, "keys have 8 characters, 41 bits", |behaviour| {
        behaviour.keys.making = Making::Short;
    }),
    fault(KeySource, "sequential-keys", SERVER, "keys are numbers in a row", |behaviour| {
        behaviour.keys.making = Making::Sequential;
    }),
    fault(KeySource, "same-key-for-everyone", SERVER, "every session gets the same key", |behaviour| {
        behaviour.keys.making = Making::Constant;
    }),
    fault(KeySource, "key-tells-data", SERVER, "the key holds the data, readable by anyone", |behaviour| {
        behaviour.keys.making = Making::TellsData;
    }),
    fault(KeySource, "write-rotates-key", SERVER, "every write gives the session a new key", |behaviour| {
        behaviour.keys.rotates_on_write = true;
    }),
    fault(KeySource, "malformed-key-5xx", SERVER, "a malformed key makes the request fail", |behaviour| {
        behaviour.keys.failing = Failing::Malformed;
    }),
    fault(KeySource, "keys-without-case", SERVER, "a key is found in any mixture of case", |behaviour| {
        behaviour.keys.comparison = Comparison::WithoutCase;
    }),
    fault(KeySource, "key-prefix-matches", SERVER, "a key is found with anything appended to it", |behaviour| {
        behaviour.keys.comparison = Comparison::Prefix;
    }),
    fault(KeySource, "key-length-crash", SERVER, "an overlong key makes the request fail", |behaviour| {
        behaviour.keys.failing = Failing::Overlong;
    }),
];

pub(super) const SESSIONS: &[Fault] = &[
    fault(
        LifeCycle,
        "flush-keeps-record",
        SERVER,
        "flush deletes the cookie and leaves the record, which the old key still opens",
        |behaviour| behaviour.life.flush = Ending::KeepsRecord,
    ),
    fault(LifeCycle, "flush-keeps-cookie", SERVER, "flush leaves the cookie in the browser", |behaviour| {
        behaviour.life.flush = Ending::KeepsCookie;
    }),
    fault(
        LifeCycle,
        "signed-flush-keeps-cookie",
        SIGNED,
        "flush leaves the session, which is the cookie",
        |behaviour| {
            behaviour.life.flush = Ending::KeepsCookie;
        },
    ),
    fault(LifeCycle, "clear-keeps-data", ALL, "clear leaves the data", |behaviour| {
        behaviour.life.clear = Clear::KeepsData;
    }),
    fault(LifeCycle, "clear-empties-everyone", SERVER, "clear empties every session of the store", |behaviour| {
        behaviour.life.clear = Clear::EmptiesEveryone;
    }),
    fault(LifeCycle, "flush-creates-session", ALL, "flush without a session begins one", |behaviour| {
        behaviour.life.flush_creates = true;
    }),
    fault(LifeCycle, "flush-reuses-key", SERVER, "what is written after a flush goes under the old key", |behaviour| {
        behaviour.life.flush_reuses_key = true;
    }),
    fault(LifeCycle, "clear-rotates-key", SERVER, "clear gives the session a new key", |behaviour| {
        behaviour.life.clear = Clear::RotatesKey;
    }),
    fault(LifeCycle, "pop-keeps-value", ALL, "pop leaves the value in the session", |behaviour| {
        behaviour.mapping.pop_keeps_value = true;
    }),
    fault(
        LifeCycle,
        "pop-without-default-returns-null",
        ALL,
        "pop of a missing key without a default is no error",
        |behaviour| behaviour.mapping.pop_missing_is_null = true,
    ),
    fault(LifeCycle, "get-creates-session", ALL, "reading begins a session, record and cookie included", |behaviour| {
        behaviour.life.reads = Reads::CreateSession;
    }),
    fault(LifeCycle, "read-refreshes-cookie", ALL, "reading sends the session cookie again", |behaviour| {
        behaviour.life.reads = Reads::RefreshCookie;
    }),
    fault(
        LifeCycle,
        "empty-program-touches-session",
        ALL,
        "a request that does nothing begins a session",
        |behaviour| {
            behaviour.life.touches_untouched = true;
        },
    ),
    fault(LifeCycle, "items-returns-values-only", ALL, "items answers the values without their keys", |behaviour| {
        behaviour.mapping.items_are_values = true;
    }),
    fault(LifeCycle, "set-default-overwrites", ALL, "set_default overwrites what is there", |behaviour| {
        behaviour.mapping.set_default_overwrites = true;
    }),
    fault(LifeCycle, "update-replaces-all", ALL, "update forgets the keys that it does not name", |behaviour| {
        behaviour.mapping.update_replaces = true;
    }),
    fault(LifeCycle, "get-stores-default", ALL, "get stores its default", |behaviour| {
        behaviour.mapping.get_stores_default = true;
    }),
    fault(LifeCycle, "put-forgets-others", ALL, "put forgets all other keys", |behaviour| {
        behaviour.mapping.put_forgets_others = true;
    }),
    fault(LifeCycle, "values-returns-keys", ALL, "values answers the keys", |behaviour| {
        behaviour.mapping.values_are_keys = true;
    }),
    fault(LifeCycle, "append-empties-list", ALL, "append leaves an empty list", |behaviour| {
        behaviour.mapping.append_empties = true;
    }),
    fault(LifeCycle, "update-not-saved", ALL, "update is not noticed as a change", |behaviour| {
        behaviour.mapping.unnoticed = Unnoticed::Update;
    }),
    fault(LifeCycle, "delete-not-saved", ALL, "delete is not noticed as a change", |behaviour| {
        behaviour.mapping.unnoticed = Unnoticed::Delete;
    }),
    fault(LifeCycle, "touch-ignored", ALL, "touch does not mark the session as modified", |behaviour| {
        behaviour.mapping.unnoticed = Unnoticed::Touch;
    }),
    fault(LifeCycle, "save-on-5xx", ALL, "a request answered with 5xx is saved", |behaviour| {
        behaviour.life.on_error = OnError::Saves;
    }),
    fault(LifeCycle, "session-lost-on-5xx", ALL, "a request answered with 5xx ends the session", |behaviour| {
        behaviour.life.on_error = OnError::Loses;
    }),
    fault(LifeCycle, "no-save-on-4xx", ALL, "a request answered with 4xx is not saved", |behaviour| {
        behaviour.life.failures = Failures::Errors;
    }),
    fault(
        LifeCycle,
        "concurrent-writes-lost",
        SERVER,
        "a write that finds another one in between puts back what it had loaded, so that both are lost",
        |behaviour| behaviour.life.conflicts_restore = true,
    ),
    fault(
        LifeCycle,
        "cookie-on-5xx-without-record",
        SERVER,
        "a request answered with 5xx sends a session cookie, and saves nothing",
        |behaviour| behaviour.life.on_error = OnError::SendsCookie,
    ),
    fault(
        LifeCycle,
        "login-on-5xx-destroys-session",
        SERVER,
        "a new key in a request answered with 5xx deletes the old record and never reaches the browser",
        |behaviour| behaviour.life.on_error = OnError::DestroysReplaced,
    ),
    fault(
        LifeCycle,
        "flush-on-5xx-keeps-cookie",
        SERVER,
        "flush and logout in a request answered with 5xx delete the record and leave the cookie",
        |behaviour| behaviour.life.on_error = OnError::DestroysEnded,
    ),
    fault(
        LifeCycle,
        "write-after-logout-revives",
        SERVER,
        "a write that began before logout and ends after it brings the session back",
        |behaviour| behaviour.life.write_revives = true,
    ),
    fault(
        LifeCycle,
        "read-after-logout-revives",
        SERVER,
        "a read that began before logout and ends after it brings the session back",
        |behaviour| behaviour.life.read_revives = true,
    ),
    fault(LifeCycle, "cycle-key-drops-data", ALL, "cycle_key forgets the data", |behaviour| {
        behaviour.life.cycle_key = CycleKey::DropsData;
    }),
    fault(LifeCycle, "cycle-key-keeps-old-record", SERVER, "cycle_key leaves the record of the old key", |behaviour| {
        behaviour.life.cycle_key = CycleKey::KeepsOldRecord;
    }),
    fault(LifeCycle, "cycle-key-resets-expiry", ALL, "cycle_key forgets the expiry", |behaviour| {
        behaviour.life.cycle_key = CycleKey::ResetsExpiry;
    }),
    fault(
        LifeCycle,
        "unknown-key-creates-record",
        ALL,
        "reading with a key that nobody issued begins a session",
        |behaviour| behaviour.life.unknown_key_creates = true,
    ),
    fault(
        LifeCycle,
        "unknown-key-keeps-cookie",
        ALL,
        "a cookie with a key that nobody issued is left in the browser",
        |behaviour| behaviour.life.unknown_key_stays = true,
    ),
    fault(LifeCycle, "missing-page-begins-session", ALL, "a page that is not there begins a session", |behaviour| {
        behaviour.life.missing_page_creates = true;
    }),
    fault(LifeCycle, "empty-values-not-stored", ALL, "values that count as false are not stored", |behaviour| {
        behaviour.mapping.empties_not_stored = true;
    }),
    fault(LifeCycle, "dotted-keys-nest", ALL, "a dot in a key begins a key inside the value", |behaviour| {
        behaviour.mapping.dots_nest = true;
    }),
];

pub(super) const LOGIN: &[Fault] = &[
    fault(LifeCycle, "login-keeps-key", SERVER, "login leaves the key as it was (session fixation)", |behaviour| {
        behaviour.life.login = Login::KeepsKey;
    }),
    fault(
        LifeCycle,
        "login-keeps-old-record",
        SERVER,
        "login gives a new key, and the old one still opens the anonymous data",
        |behaviour| behaviour.life.login = Login::KeepsOldRecord,
    ),
    fault(LifeCycle, "login-drops-data", ALL, "login forgets what the session held before", |behaviour| {
        behaviour.life.login = Login::DropsData;
    }),
    fault(LifeCycle, "login-mangles-data", ALL, "login damages what the session held before", |behaviour| {
        behaviour.life.login = Login::ManglesData;
    }),
    fault(LifeCycle, "relogin-keeps-key", SERVER, "a second login of the same user leaves the key", |behaviour| {
        behaviour.life.relogin_keeps_key = true;
    }),
    fault(
        LifeCycle,
        "logout-keeps-record",
        SERVER,
        "logout deletes the cookie and leaves the record, which the old key still opens",
        |behaviour| behaviour.life.logout = Ending::KeepsRecord,
    ),
    fault(LifeCycle, "logout-keeps-everything", ALL, "logout does nothing", |behaviour| {
        behaviour.life.logout = Ending::Nothing;
    }),
    fault(LifeCycle, "logout-keeps-cookie", ALL, "logout leaves the cookie in the browser", |behaviour| {
        behaviour.life.logout = Ending::KeepsCookie;
    }),
    fault(
        LifeCycle,
        "logout-leaves-live-cookie",
        ALL,
        "the line that deletes the cookie at logout carries the value of a session that still lives",
        |behaviour| behaviour.life.logout = Ending::LiveValue,
    ),
    fault(LifeCycle, "anonymous-logout-creates-record", ALL, "logout without a session begins one", |behaviour| {
        behaviour.life.anonymous_logout_creates = true;
    }),
    fault(
        LifeCycle,
        "password-change-keeps-others",
        ALL,
        "a changed password leaves the user's other sessions alive",
        |behaviour| behaviour.life.password_change_keeps_others = true,
    ),
    fault(LifeCycle, "test-cookie-never-works", ALL, "the test cookie is never found", |behaviour| {
        behaviour.mapping.test_cookie_lost = true;
    }),
    fault(LifeCycle, "test-cookie-not-deleted", ALL, "the test cookie is never deleted", |behaviour| {
        behaviour.mapping.test_cookie_stays = true;
    }),
    fault(LifeCycle, "whoami-sticky", ALL, "whoami answers the last user who logged in to the process", |behaviour| {
        behaviour.life.whoami_sticks = true;
    }),
    fault(
        LifeCycle,
        "login-takes-sent-key",
        SERVER,
        "a login takes up the key that the browser sent, issued or not",
        |behaviour| behaviour.life.login = Login::TakesSentKey,
    ),
    fault(
        LifeCycle,
        "switch-of-user-keeps-key",
        SERVER,
        "a login as another user forgets the data and leaves the key",
        |behaviour| behaviour.life.switch_keeps_key = true,
    ),
    fault(
        LifeCycle,
        "logout-removes-user-only",
        ALL,
        "a logout forgets who was logged in, and nothing else of the session",
        |behaviour| behaviour.life.logout = Ending::UserOnly,
    ),
];

pub(super) const ANSWERS: &[Fault] = &[
    fault(CookieWriter, "session-cookie-never-set", ALL, "the session cookie is never sent", |behaviour| {
        behaviour.writer.session = SessionLine::Missing;
    }),
    fault(CookieWriter, "session-domain-wide", ALL, "the session cookie goes to all sub-domains", |behaviour| {
        behaviour.writer.session = SessionLine::WideDomain;
    }),
    fault(CookieWriter, "session-http-only-missing", ALL, "the session cookie lacks HttpOnly", |behaviour| {
        behaviour.writer.session = SessionLine::WithoutHttpOnly;
    }),
    fault(CookieWriter, "session-same-site-missing", ALL, "the session cookie lacks SameSite", |behaviour| {
        behaviour.writer.session = SessionLine::WithoutSameSite;
    }),
    fault(CookieWriter, "session-name-with-space", ALL, "the name of the session cookie holds a space", |behaviour| {
        behaviour.writer.session = SessionLine::SpaceInName;
    }),
    fault(
        CookieWriter,
        "session-value-with-comma",
        ALL,
        "the value of the session cookie holds a comma",
        |behaviour| {
            behaviour.writer.session = SessionLine::CommaInValue;
        },
    ),
    fault(
        CookieWriter,
        "session-expires-disagrees",
        ALL,
        "Expires of the session cookie is an hour later than its Max-Age",
        |behaviour| behaviour.writer.skewed_expires = Lines::Session,
    ),
    fault(LifeCycle, "vary-missing", ALL, "answers that depend on the session say nothing to caches", |behaviour| {
        behaviour.life.vary = Vary::Never;
    }),
    fault(
        LifeCycle,
        "vary-missing-on-has",
        ALL,
        "answers to questions for the keys of a session say nothing to caches",
        |behaviour| behaviour.life.vary = Vary::NotForKeys,
    ),
    fault(LifeCycle, "cache-control-missing", ALL, "answers carry no Cache-Control", |behaviour| {
        behaviour.life.cache_control = CacheControl::Missing;
    }),
    fault(
        LifeCycle,
        "corrupt-record-5xx",
        DURABLE,
        "a damaged record makes the request fail instead of being an empty session",
        |behaviour| behaviour.storage.corrupt_fails = true,
    ),
];
