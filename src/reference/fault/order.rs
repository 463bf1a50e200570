//! Faults that show in some orders of steps only: what one step leaves behind, a later one meets.

use super::Seam::{LifeCycle, Store};
use super::{ALL, CACHED, DURABLE, Fault, SERVER, fault};
use crate::reference::behaviour::{CycleKey, Ending, SweepRule};

pub(super) const ORDER: &[Fault] = &[
    fault(
        LifeCycle,
        "flush-after-new-key-keeps-record",
        SERVER,
        "flush and logout leave the record when its key was replaced in the same request",
        |behaviour| {
            behaviour.life.flush = Ending::KeepsReplaced;
            behaviour.life.logout = Ending::KeepsReplaced;
        },
    ),
    fault(LifeCycle, "cycle-key-logs-out", ALL, "cycle_key forgets who is logged in", |behaviour| {
        behaviour.life.cycle_key = CycleKey::LogsOut;
    }),
    fault(LifeCycle, "logout-ends-everyone", ALL, "a logout ends the sessions of all users", |behaviour| {
        behaviour.life.logout_ends_everyone = true;
    }),
    fault(
        LifeCycle,
        "long-user-names-cut",
        ALL,
        "names of users end after 30 characters, so that two of them are one",
        |behaviour| {
            behaviour.accounts.names_cut = true;
        },
    ),
    fault(
        LifeCycle,
        "logout-brings-back-visitor",
        ALL,
        "a logout goes back to what the visitor had before login",
        |behaviour| {
            behaviour.life.logout_restores_visitor = true;
        },
    ),
    fault(LifeCycle, "restart-logs-out", ALL, "a restart forgets who is logged in, and nothing else", |behaviour| {
        behaviour.life.restart_logs_out = true;
    }),
    fault(
        LifeCycle,
        "password-changes-forgotten",
        ALL,
        "a restart forgets that passwords were changed, so that ended sessions go on",
        |behaviour| {
            behaviour.life.restart_forgets_passwords = true;
        },
    ),
    fault(
        LifeCycle,
        "second-password-change-revives",
        ALL,
        "a second change of the password brings back the sessions that the first one ended",
        |behaviour| {
            behaviour.life.passwords_alternate = true;
        },
    ),
    fault(
        Store,
        "workers-apart",
        SERVER,
        "two processes take turns, and each keeps copies of sessions that the other does not know of",
        |behaviour| {
            behaviour.storage.workers_apart = true;
        },
    ),
    fault(
        LifeCycle,
        "remember-me-survives-logout",
        ALL,
        "a second cookie logs the user in again, also after a logout",
        |behaviour| {
            behaviour.life.remembers_login = true;
        },
    ),
    fault(
        LifeCycle,
        "password-change-by-others-keeps",
        ALL,
        "a password that an administrator changes ends no session",
        |behaviour| {
            behaviour.life.password_change_by_others_keeps = true;
        },
    ),
];

pub(super) const TIMES: &[Fault] = &[
    fault(
        LifeCycle,
        "expiry-set-for-everyone",
        ALL,
        "the expiry that one session sets counts for all that set none",
        |behaviour| {
            behaviour.expiry.shared = true;
        },
    ),
    fault(LifeCycle, "second-expiry-ignored", ALL, "only the first expiry that a session sets counts", |behaviour| {
        behaviour.expiry.first_only = true;
    }),
    fault(
        LifeCycle,
        "expiry-in-32-bits",
        ALL,
        "an expiry of more than 24 days ends at once, since its milliseconds do not fit into 32 bits",
        |behaviour| {
            behaviour.expiry.in_32_bits = true;
        },
    ),
    fault(LifeCycle, "new-key-until-close", ALL, "a session that gets a new key ends with the browser", |behaviour| {
        behaviour.expiry.replaced_until_close = true;
    }),
    fault(
        LifeCycle,
        "clear-expired-removes-until-close",
        DURABLE,
        "clear_expired removes sessions that end with the browser, too",
        |behaviour| {
            behaviour.expiry.sweep = SweepRule::EndingWithBrowserToo;
        },
    ),
    fault(
        Store,
        "new-key-leaves-cache",
        CACHED,
        "a key that was replaced still opens the copy in the cache",
        |behaviour| {
            behaviour.storage.replaced_stays_in_cache = true;
        },
    ),
    fault(
        LifeCycle,
        "expiry-told-late",
        ALL,
        "get_expiry does not know what was set in the same request",
        |behaviour| {
            behaviour.expiry.told_late = true;
        },
    ),
];
