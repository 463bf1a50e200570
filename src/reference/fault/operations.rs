//! Faults that show with one operation, one kind of value or many sessions alone.

use super::Seam::{LifeCycle, Store};
use super::{ALL, DURABLE, Fault, SERVER, fault, on};
use crate::reference::behaviour::{Change, Disabling, EndAll, EndOthers, Ending, Enforcement, Failures, Sliding, Vary};
use crate::reference::config::EngineKind::{self, Cache, CachedDb, Db, File, SignedCookies};
use crate::reference::occasion::Occasion;

/// Engines without a second copy of a record.
const PLAIN: &[EngineKind] = &[Db, File, Cache];
const DATABASES: &[EngineKind] = &[Db, CachedDb];
/// Engines whose sessions outlive the server.
const KEPT: &[EngineKind] = &[Db, File, CachedDb, SignedCookies];

pub(super) const SESSIONS: &[Fault] = &[
    fault(
        LifeCycle,
        "until-close-cookie-stays",
        ALL,
        "the cookie of a session that ends with the browser is not deleted when the session ends",
        |behaviour| {
            behaviour.operations.until_close_cookie_stays = true;
        },
    ),
    on(
        Occasion::Head,
        LifeCycle,
        "logout-by-head-keeps-record",
        SERVER,
        "a logout by HEAD deletes the cookie and leaves the record",
        |behaviour| {
            behaviour.life.logout = Ending::KeepsRecord;
        },
    ),
    fault(
        LifeCycle,
        "visitors-logout-does-nothing",
        SERVER,
        "the logout of somebody who is not logged in leaves the session",
        |behaviour| {
            behaviour.operations.visitors_logout_ignored = true;
        },
    ),
    fault(
        LifeCycle,
        "touch-after-logout-revives",
        SERVER,
        "a touch that was under way during a logout brings the session back",
        |behaviour| {
            behaviour.operations.touch_revives = true;
        },
    ),
    fault(
        LifeCycle,
        "expiry-after-logout-revives",
        SERVER,
        "an expiry that was being set during a logout brings the session back",
        |behaviour| {
            behaviour.operations.expiry_revives = true;
        },
    ),
    on(
        Occasion::RemovesOnly,
        LifeCycle,
        "removing-does-not-extend",
        ALL,
        "a request that only removes values does not extend the session",
        |behaviour| {
            behaviour.expiry.sliding = Sliding::Never;
        },
    ),
    on(
        Occasion::Asks("session.append"),
        LifeCycle,
        "append-does-not-extend",
        ALL,
        "a list that grows is saved, and does not extend the session",
        |behaviour| {
            behaviour.operations.append_noticed = true;
            behaviour.expiry.sliding = Sliding::Never;
        },
    ),
    fault(LifeCycle, "login-forgets-expiry", ALL, "a login goes back to the default lifetime", |behaviour| {
        behaviour.operations.login_forgets_expiry = true;
    }),
    on(
        Occasion::Asks("auth.login"),
        LifeCycle,
        "login-revives-expired",
        DURABLE,
        "a login with the key of a session that is over takes its data along",
        |behaviour| {
            behaviour.expiry.enforcement = Enforcement::Nothing;
        },
    ),
    fault(
        LifeCycle,
        "get-expiry-ignores-instants",
        ALL,
        "the lifetime that is told is the default where an instant was set",
        |behaviour| {
            behaviour.expiry.instants_not_told = true;
        },
    ),
    on(
        Occasion::Asks("cookie.delete"),
        LifeCycle,
        "no-save-beside-deleted-cookie",
        ALL,
        "what a request stores is lost when it deletes a cookie",
        |behaviour| {
            behaviour.life.failures = Failures::Every;
        },
    ),
    fault(LifeCycle, "clear-leaves-lists", ALL, "clear leaves lists", |behaviour| {
        behaviour.operations.clear_leaves_lists = true;
    }),
];

pub(super) const VALUES: &[Fault] = &[
    fault(Store, "dates-rewritten", ALL, "text that is a moment comes back in another form", |behaviour| {
        behaviour.values.change = Change::DatesRewritten;
    }),
    fault(Store, "fractions-single", ALL, "fractions are stored in single precision", |behaviour| {
        behaviour.values.change = Change::SinglePrecision;
    }),
    fault(Store, "deep-values-cut", ALL, "what is nested more than 16 deep is stored as nothing", |behaviour| {
        behaviour.values.change = Change::DeepIsCut;
    }),
    fault(
        Store,
        "underscored-keys-lost",
        ALL,
        "what is stored under a key that begins with an underscore is lost",
        |behaviour| {
            behaviour.values.underscored_lost = true;
        },
    ),
    fault(Store, "fifty-keys-at-most", ALL, "of more than fifty keys the last fifty are kept", |behaviour| {
        behaviour.values.fifty_keys_at_most = true;
    }),
    fault(
        Store,
        "corrupt-record-keeps-user",
        PLAIN,
        "a record that cannot be read still says who is logged in",
        |behaviour| {
            behaviour.storage.corrupt_keeps_user = true;
        },
    ),
    fault(Store, "expired-not-counted", DATABASES, "records that have expired are not counted", |behaviour| {
        behaviour.storage.expired_not_counted = true;
    }),
];

pub(super) const ANSWERS: &[Fault] = &[
    on(
        Occasion::Raises,
        LifeCycle,
        "vary-missing-on-failures",
        ALL,
        "the page of a failure carries neither Vary nor Cache-Control",
        |behaviour| {
            behaviour.life.vary = Vary::Never;
        },
    ),
    on(
        Occasion::AsksAlone("auth.sessions"),
        LifeCycle,
        "vary-missing-on-list-of-sessions",
        ALL,
        "the list of a user's sessions carries neither Vary nor Cache-Control",
        |behaviour| {
            behaviour.life.vary = Vary::Never;
        },
    ),
    on(
        Occasion::AsksAlone("session.get_expiry"),
        LifeCycle,
        "vary-missing-on-expiry",
        ALL,
        "what tells of the expiry carries neither Vary nor Cache-Control",
        |behaviour| {
            behaviour.life.vary = Vary::Never;
        },
    ),
    on(
        Occasion::Asks("auth.logout"),
        LifeCycle,
        "logout-kept-for-a-minute",
        ALL,
        "browsers are told to keep the answer to a logout for a minute",
        |behaviour| {
            behaviour.answers.kept_for_a_minute = true;
        },
    ),
    fault(
        LifeCycle,
        "mark-of-the-address",
        ALL,
        "the ETag of an answer is made of its address, whatever the session holds",
        |behaviour| {
            behaviour.answers.mark_of_address = true;
        },
    ),
    on(Occasion::Head, LifeCycle, "csrf-not-checked-by-head", ALL, "a request by HEAD is not checked", |behaviour| {
        behaviour.csrf.passes_without = true;
    }),
    fault(LifeCycle, "csrf-good-once", ALL, "an anti-forgery token is good once", |behaviour| {
        behaviour.csrf.good_once = true;
    }),
    fault(LifeCycle, "csrf-without-case", ALL, "anti-forgery tokens are compared without case", |behaviour| {
        behaviour.csrf.case_ignored = true;
    }),
    fault(
        LifeCycle,
        "restart-forgets-tokens",
        KEPT,
        "after a restart the anti-forgery tokens from before are refused",
        |behaviour| {
            behaviour.csrf.restart_forgets = true;
        },
    ),
];

pub(super) const USERS: &[Fault] = &[
    fault(
        LifeCycle,
        "disabling-opens-others",
        ALL,
        "who disables an account opens those that were disabled before",
        |behaviour| {
            behaviour.accounts.disabling_opens_others = true;
        },
    ),
    fault(LifeCycle, "disabling-ends-five", ALL, "a disabled account ends five sessions at most", |behaviour| {
        behaviour.accounts.disabling = Disabling::FiveAtMost;
    }),
    fault(
        LifeCycle,
        "disabled-by-beginning",
        ALL,
        "a disabled account ends the sessions of users whose names begin like its own",
        |behaviour| {
            behaviour.accounts.disabling = Disabling::ByBeginning;
        },
    ),
    fault(LifeCycle, "end-all-ends-ten", ALL, "an order to end a user's sessions ends ten at most", |behaviour| {
        behaviour.accounts.end_all = EndAll::TenAtMost;
    }),
    fault(
        LifeCycle,
        "end-all-spares-asker",
        ALL,
        "an order to end a user's sessions spares the one that gives it",
        |behaviour| {
            behaviour.accounts.end_all = EndAll::SparesAsker;
        },
    ),
    fault(
        LifeCycle,
        "end-all-by-hundred-letters",
        ALL,
        "an order to end a user's sessions looks at the first hundred letters of names",
        |behaviour| {
            behaviour.accounts.end_all = EndAll::ByHundredLetters;
        },
    ),
    fault(
        LifeCycle,
        "end-others-spares-newest",
        ALL,
        "who ends the other sessions leaves the newest of several",
        |behaviour| {
            behaviour.accounts.end_others = EndOthers::SparesNewest;
        },
    ),
    fault(
        LifeCycle,
        "end-others-ends-visitors",
        SERVER,
        "who ends the other sessions ends those of all visitors",
        |behaviour| {
            behaviour.accounts.end_others = EndOthers::VisitorsToo;
        },
    ),
    fault(
        LifeCycle,
        "restart-forgets-sessions",
        KEPT,
        "after a restart nobody knows which sessions a user has",
        |behaviour| {
            behaviour.accounts.restart_forgets_sessions = true;
        },
    ),
];
