//! Faults of what answers say to caches.

use super::Seam::LifeCycle;
use super::{ALL, Fault, SERVER, fault};
use crate::reference::behaviour::{CacheControl, Vary};

pub(super) const CACHING: &[Fault] = &[
    fault(
        LifeCycle,
        "vary-missing-for-strangers",
        ALL,
        "answers to requests without a session cookie say nothing of it to caches",
        |behaviour| {
            behaviour.life.vary = Vary::NotForStrangers;
        },
    ),
    fault(
        LifeCycle,
        "vary-missing-for-old-browsers",
        ALL,
        "answers to browsers that are said to mishandle Vary go without it",
        |behaviour| {
            behaviour.life.vary = Vary::NotForOldBrowsers;
        },
    ),
    fault(LifeCycle, "vary-missing-on-errors", ALL, "answers with an error status go without Vary", |behaviour| {
        behaviour.life.vary = Vary::NotOnErrors;
    }),
    fault(
        LifeCycle,
        "vary-missing-beside-own",
        ALL,
        "Vary of the application keeps the server from adding Cookie",
        |behaviour| {
            behaviour.life.vary = Vary::NotBesideOwn;
        },
    ),
    fault(
        LifeCycle,
        "renewal-open-to-caches",
        ALL,
        "every answer sends the session cookie again; where nobody looked at the session, nothing is said to caches",
        |behaviour| {
            behaviour.life.renews_untouched = true;
            behaviour.life.vary = Vary::NotForUntouched;
        },
    ),
    fault(
        LifeCycle,
        "cache-control-not-for-readers",
        ALL,
        "answers that only read the session carry no Cache-Control",
        |behaviour| {
            behaviour.life.cache_control = CacheControl::NotForReaders;
        },
    ),
    fault(
        LifeCycle,
        "cache-control-for-sessions-only",
        ALL,
        "answers that set other cookies carry no Cache-Control",
        |behaviour| {
            behaviour.life.cache_control = CacheControl::SessionsOnly;
        },
    ),
    fault(
        LifeCycle,
        "session-answers-public",
        ALL,
        "answers that set the session cookie may be shared for ten minutes",
        |behaviour| {
            behaviour.life.cache_control = CacheControl::Public;
        },
    ),
    fault(
        LifeCycle,
        "no-cache-for-the-field-alone",
        ALL,
        "no-cache is said of the field Set-Cookie alone",
        |behaviour| {
            behaviour.life.cache_control = CacheControl::FieldForm;
        },
    ),
    fault(
        LifeCycle,
        "answers-replayed",
        SERVER,
        "a cache in front gives one client's answer to the next, Set-Cookie included",
        |behaviour| {
            behaviour.life.answers_replayed = true;
        },
    ),
    fault(
        LifeCycle,
        "vary-replaces-own",
        ALL,
        "Vary names Cookie alone, and what the application has set is lost",
        |behaviour| {
            behaviour.life.vary = Vary::ReplacesOwn;
        },
    ),
    fault(
        LifeCycle,
        "cache-control-missing-on-errors",
        ALL,
        "answers with an error status carry no Cache-Control",
        |behaviour| {
            behaviour.life.cache_control = CacheControl::NotOnErrors;
        },
    ),
    fault(
        LifeCycle,
        "own-public-stands",
        ALL,
        "an answer with the session cookie may be shared when the application says so",
        |behaviour| {
            behaviour.life.cache_control = CacheControl::OwnStands;
        },
    ),
];
