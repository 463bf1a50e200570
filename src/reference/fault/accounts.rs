//! Faults of accounts: what ends sessions from outside, and what guards requests from elsewhere.

use super::Seam::LifeCycle;
use super::{ALL, Fault, fault};
use crate::reference::behaviour::{EndAll, EndOthers, SessionList};

pub(super) const ACCOUNTS: &[Fault] = &[
    fault(LifeCycle, "disabled-account-goes-on", ALL, "the sessions of a disabled account go on", |behaviour| {
        behaviour.accounts.disabled_goes_on = true;
    }),
    fault(LifeCycle, "disabled-account-logs-in", ALL, "users of a disabled account log in again", |behaviour| {
        behaviour.accounts.disabled_logs_in = true;
    }),
    fault(LifeCycle, "session-list-incomplete", ALL, "a user sees the session that asks and no other", |behaviour| {
        behaviour.accounts.list = SessionList::OwnOnly;
    }),
    fault(LifeCycle, "ended-session-goes-on", ALL, "a session that was ended from another one goes on", |behaviour| {
        behaviour.accounts.ended_goes_on = true;
    }),
    fault(
        LifeCycle,
        "end-others-ends-own",
        ALL,
        "ending the other sessions ends the one that asks, too",
        |behaviour| behaviour.accounts.end_others = EndOthers::OwnToo,
    ),
    fault(
        LifeCycle,
        "end-others-ends-everyone",
        ALL,
        "ending the other sessions ends those of other users, too",
        |behaviour| behaviour.accounts.end_others = EndOthers::OfEveryone,
    ),
    fault(
        LifeCycle,
        "end-all-ends-one",
        ALL,
        "an order to end all sessions of a user ends the oldest one",
        |behaviour| behaviour.accounts.end_all = EndAll::FirstOnly,
    ),
    fault(
        LifeCycle,
        "end-all-ends-everyone",
        ALL,
        "an order to end all sessions of a user ends those of all users",
        |behaviour| behaviour.accounts.end_all = EndAll::OfEveryone,
    ),
    fault(
        LifeCycle,
        "end-all-shuts-out",
        ALL,
        "a user whose sessions were ended never gets another one",
        |behaviour| {
            behaviour.accounts.end_all = EndAll::ForGood;
        },
    ),
    fault(LifeCycle, "csrf-refuses-own-token", ALL, "a form of the application itself is not stored", |behaviour| {
        behaviour.csrf.loses_accepted = true;
    }),
    fault(LifeCycle, "second-login-ends-first", ALL, "a user who logs in again is out elsewhere", |behaviour| {
        behaviour.accounts.second_login_ends_first = true;
    }),
    fault(LifeCycle, "csrf-passes-without-token", ALL, "a request without a token is not checked", |behaviour| {
        behaviour.csrf.passes_without = true;
    }),
    fault(
        LifeCycle,
        "csrf-stores-before-check",
        ALL,
        "what a request from elsewhere asks for is done before it is refused",
        |behaviour| behaviour.csrf.stores_refused = true,
    ),
    fault(
        LifeCycle,
        "session-list-shows-ended",
        ALL,
        "the list of sessions names those that were ended, too",
        |behaviour| {
            behaviour.accounts.list = SessionList::EndedToo;
        },
    ),
    fault(
        LifeCycle,
        "new-key-leaves-list",
        ALL,
        "a session that gets a new key is no longer in the list of its user",
        |behaviour| {
            behaviour.accounts.new_key_leaves_list = true;
        },
    ),
    fault(
        LifeCycle,
        "end-all-by-beginning",
        ALL,
        "an order to end the sessions of a user ends those of all whose names begin like that",
        |behaviour| {
            behaviour.accounts.end_all = EndAll::ByBeginning;
        },
    ),
    fault(
        LifeCycle,
        "user-names-folded",
        ALL,
        "letters of double width in the name of a user become ordinary ones",
        |behaviour| {
            behaviour.accounts.names_folded = true;
        },
    ),
    fault(
        LifeCycle,
        "end-others-ends-new-key",
        ALL,
        "ending the other sessions ends the one that asks, too, when it gets a new key in the same request",
        |behaviour| {
            behaviour.accounts.end_others = EndOthers::OwnWithNewKeyToo;
        },
    ),
    fault(
        LifeCycle,
        "disabled-account-switched-to",
        ALL,
        "who is logged in already becomes a user of a disabled account",
        |behaviour| {
            behaviour.accounts.disabled_switches = true;
        },
    ),
    fault(
        LifeCycle,
        "disabled-misses-login",
        ALL,
        "a login that is under way while its account is disabled goes on",
        |behaviour| {
            behaviour.accounts.disabled_ends_once = true;
        },
    ),
    fault(
        LifeCycle,
        "session-list-shows-expired",
        ALL,
        "the list of sessions names those that are over by themselves, too",
        |behaviour| {
            behaviour.accounts.list = SessionList::ExpiredToo;
        },
    ),
];
