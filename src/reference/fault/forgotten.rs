//! Faults that those forget who try a server once: the tenth request, the second logout, a name that is long, a page
//! that is not there, a value that counts as false.

use super::Seam::{CookieWriter, LifeCycle, Parser, Store};
use super::{ALL, Fault, SERVER, fault, on};
use crate::reference::behaviour::{Dates, Ending, Enforcement, Login, MaxAgeRule, SessionChoice, TellsKey, Writes};
use crate::reference::config::EngineKind::{self, Db, File};
use crate::reference::occasion::Occasion;

const RECORDS: &[EngineKind] = &[Db, File];

pub(super) const LOGIN: &[Fault] = &[
    fault(
        LifeCycle,
        "login-takes-sent-key",
        SERVER,
        "a login takes up the key that the browser sent, issued or not",
        |behaviour| behaviour.life.login = Login::TakesSentKey,
    ),
    on(
        Occasion::InParallel,
        LifeCycle,
        "logins-in-parallel-mixed",
        ALL,
        "while another request is inside, a login logs in whoever logged in last",
        |behaviour| behaviour.life.logins_mixed = true,
    ),
    on(
        Occasion::Relogin,
        LifeCycle,
        "relogin-in-one-request-keeps-key",
        SERVER,
        "logout and login in one request give the old key to the new session",
        |behaviour| behaviour.life.flush_reuses_key = true,
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
    on(
        Occasion::LogoutAgain,
        LifeCycle,
        "second-logout-keeps-record",
        SERVER,
        "a logout leaves the record when the user has logged out before",
        |behaviour| behaviour.life.logout = Ending::KeepsRecord,
    ),
    on(
        Occasion::PasswordsChanged,
        LifeCycle,
        "second-password-change-keeps-others",
        ALL,
        "a changed password ends no session once two were changed",
        |behaviour| behaviour.life.password_change_keeps_others = true,
    ),
    fault(
        LifeCycle,
        "csrf-token-of-user",
        ALL,
        "an anti-forgery token is good in every session of its user, those after a logout included",
        |behaviour| behaviour.csrf.of_user = true,
    ),
    fault(LifeCycle, "csrf-empty-token-accepted", ALL, "an empty anti-forgery token is accepted", |behaviour| {
        behaviour.csrf.empty_passes = true;
    }),
];

pub(super) const SESSIONS: &[Fault] = &[
    on(
        Occasion::TenthRequest,
        Store,
        "tenth-write-empties-session",
        ALL,
        "from the tenth request on a write stores a session without data",
        |behaviour| behaviour.storage.writes = Writes::WithoutData,
    ),
    on(
        Occasion::OldSession,
        LifeCycle,
        "old-session-cookie-does-not-follow",
        SERVER,
        "an hour after its beginning a session is extended by writes, and its cookie no longer",
        |behaviour| behaviour.expiry.cookie_stays = true,
    ),
    on(
        Occasion::AfterRestart,
        LifeCycle,
        "not-enforced-after-restart",
        RECORDS,
        "after a restart the server serves sessions that are over",
        |behaviour| behaviour.expiry.enforcement = Enforcement::Nothing,
    ),
    on(
        Occasion::LoggedIn,
        LifeCycle,
        "not-enforced-for-users",
        RECORDS,
        "the server serves sessions that are over to those who are logged in",
        |behaviour| behaviour.expiry.enforcement = Enforcement::Nothing,
    ),
    on(
        Occasion::Redirect,
        LifeCycle,
        "dead-key-with-redirect-begins-session",
        SERVER,
        "a redirect begins a session for a browser with a key that opens nothing",
        |behaviour| behaviour.life.unknown_key_creates = true,
    ),
    fault(LifeCycle, "missing-page-begins-session", ALL, "a page that is not there begins a session", |behaviour| {
        behaviour.life.missing_page_creates = true;
    }),
    fault(LifeCycle, "key-in-error-page", ALL, "the page that tells of a failure shows the session key", |behaviour| {
        behaviour.answers.tells_key = TellsKey::InErrorPage;
    }),
    fault(LifeCycle, "empty-values-not-stored", ALL, "values that count as false are not stored", |behaviour| {
        behaviour.mapping.empties_not_stored = true;
    }),
    fault(LifeCycle, "dotted-keys-nest", ALL, "a dot in a key begins a key inside the value", |behaviour| {
        behaviour.mapping.dots_nest = true;
    }),
    fault(Store, "large-integers-rounded", ALL, "integers are stored as floating point numbers", |behaviour| {
        behaviour.storage.rounds_integers = true;
    }),
];

pub(super) const COOKIES: &[Fault] = &[
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
