//! Faults of stores, signatures and anti-forgery tokens.

use super::Seam::{LifeCycle, Store};
use super::{ALL, CACHED, Fault, SERVER, SIGNED as SIGNED_COOKIES, fault};
use crate::reference::behaviour::{CachedWrites, DeletesLeave, Fallback, SignatureCheck, TokenPlace, Writes};
use crate::reference::config::EngineKind::{self, Cache, CachedDb, Db, File};

const CACHES: &[EngineKind] = &[Cache, CachedDb];
const SERVICES: &[EngineKind] = &[Db, Cache, CachedDb];
const DATABASES: &[EngineKind] = &[Db, CachedDb];

pub(super) const STORE: &[Fault] = &[
    fault(
        Store,
        "sessions-share-a-lock",
        ALL,
        "whoever has asked for a session keeps all others waiting",
        |behaviour| {
            behaviour.life.one_at_a_time = true;
        },
    ),
    fault(
        Store,
        "cache-miss-means-empty",
        CACHED,
        "a session that the cache has forgotten is not looked for in the database",
        |behaviour| behaviour.storage.fallback = Fallback::Nothing,
    ),
    fault(
        Store,
        "cache-miss-rotates-key",
        CACHED,
        "a session that the cache has forgotten comes back from the database under a new key",
        |behaviour| behaviour.storage.fallback = Fallback::NewKey,
    ),
    fault(Store, "cached-db-cache-only", CACHED, "sessions are written to the cache alone", |behaviour| {
        behaviour.storage.cached_writes = CachedWrites::CacheOnly;
    }),
    fault(
        Store,
        "cached-db-write-back-lost",
        CACHED,
        "only the first write of a session reaches the database",
        |behaviour| behaviour.storage.cached_writes = CachedWrites::FirstOnly,
    ),
    fault(
        Store,
        "cached-db-stale-cache-after-outage",
        CACHED,
        "after an outage the cache is believed, with what it held before and without the logouts of the meantime",
        |behaviour| behaviour.storage.forgets_outage = true,
    ),
    fault(
        Store,
        "cached-db-fails-without-cache",
        CACHED,
        "requests fail while the cache is away, although the database is there",
        |behaviour| behaviour.storage.needs_cache = true,
    ),
    fault(
        Store,
        "cached-db-logout-leaves-cache",
        CACHED,
        "logout deletes the row and leaves the copy in the cache",
        |behaviour| behaviour.storage.deletes_leave = DeletesLeave::Cache,
    ),
    fault(
        Store,
        "cached-db-logout-leaves-database",
        CACHED,
        "logout deletes the copy in the cache and leaves the row",
        |behaviour| behaviour.storage.deletes_leave = DeletesLeave::Database,
    ),
    fault(Store, "cached-db-cache-never-read", CACHED, "the cache is written and never read", |behaviour| {
        behaviour.storage.fallback = Fallback::Always;
    }),
    fault(
        Store,
        "cached-db-write-stops-at-cache",
        CACHED,
        "writes go to the cache first, and stop there when it is away",
        |behaviour| behaviour.storage.cached_writes = CachedWrites::CacheFirst,
    ),
    fault(Store, "cache-survives-flush", CACHES, "flushing the cache does nothing", |behaviour| {
        behaviour.storage.cache_survives_flush = true;
    }),
    fault(
        Store,
        "records-nowhere",
        &[Db, File],
        "sessions stay in the process, the store has no record",
        |behaviour| {
            behaviour.storage.writes = Writes::InProcess;
        },
    ),
    fault(Store, "writes-lost", ALL, "sessions are stored without their data", |behaviour| {
        behaviour.storage.writes = Writes::WithoutData;
    }),
    fault(Store, "store-exists-broken", SERVER, "nobody can tell whether a record exists", |behaviour| {
        behaviour.storage.exists_broken = true;
    }),
    fault(
        Store,
        "cache-down-deletes-cookie",
        &[Cache],
        "a cache that is away looks empty, so reading deletes the cookie of a session that is still there",
        |behaviour| behaviour.storage.outage_looks_empty = true,
    ),
    fault(
        Store,
        "store-failure-in-silence",
        SERVICES,
        "a session that could not be saved is answered as if it had been",
        |behaviour| behaviour.storage.silent_failures = true,
    ),
    fault(Store, "file-loses-on-restart", &[File], "a restart begins with an empty directory", |behaviour| {
        behaviour.storage.lost_on_restart = true;
    }),
    fault(Store, "db-loses-on-restart", DATABASES, "a restart begins with an empty database", |behaviour| {
        behaviour.storage.lost_on_restart = true;
    }),
    fault(Store, "other-users-data", ALL, "reading answers what was stored last, whoever stored it", |behaviour| {
        behaviour.storage.mixes_records = true;
    }),
    fault(Store, "values-stringified", ALL, "numbers come back as text", |behaviour| {
        behaviour.storage.stringifies = true;
    }),
    fault(Store, "unicode-mangled", ALL, "what is not ASCII comes back as question marks", |behaviour| {
        behaviour.storage.mangles_unicode = true;
    }),
    fault(Store, "large-integers-rounded", ALL, "integers are stored as floating point numbers", |behaviour| {
        behaviour.storage.rounds_integers = true;
    }),
];

pub(super) const SIGNED: &[Fault] = &[
    fault(
        Store,
        "signature-not-checked",
        SIGNED_COOKIES,
        "a session in a cookie is believed whatever its signature, even without one",
        |behaviour| behaviour.signing.session = SignatureCheck::Nothing,
    ),
    fault(
        Store,
        "signature-truncated-check",
        SIGNED_COOKIES,
        "only the beginning of a session in a cookie is signed",
        |behaviour| behaviour.signing.session = SignatureCheck::Prefix,
    ),
    fault(Store, "signed-age-not-enforced", SIGNED_COOKIES, "a session in a cookie never grows too old", |behaviour| {
        behaviour.signing.session_ages_ignored = true;
    }),
    fault(
        Store,
        "signed-cookie-oversize-in-silence",
        SIGNED_COOKIES,
        "a session that is too large for its cookie is sent without an error",
        |behaviour| behaviour.signing.oversize_in_silence = true,
    ),
    fault(
        Store,
        "signed-replay-mixes-state",
        SIGNED_COOKIES,
        "an older session in a cookie is mixed with what was stored after it",
        |behaviour| behaviour.storage.mixes_states = true,
    ),
    fault(Store, "signed-value-lost", ALL, "a signed value comes back empty", |behaviour| {
        behaviour.signing.value_lost = true;
    }),
    fault(Store, "signed-missing-is-empty", ALL, "a signed value that is not there is empty", |behaviour| {
        behaviour.signing.missing_is_empty = true;
    }),
    fault(
        Store,
        "signed-value-tamper-accepted",
        ALL,
        "a signed value is believed whatever its signature",
        |behaviour| {
            behaviour.signing.value = SignatureCheck::Nothing;
        },
    ),
    fault(Store, "signed-salt-ignored", ALL, "a signed value is believed under any salt", |behaviour| {
        behaviour.signing.salt_ignored = true;
    }),
    fault(Store, "signed-max-age-ignored", ALL, "a signed value never grows too old", |behaviour| {
        behaviour.signing.value_ages_ignored = true;
    }),
    fault(Store, "signed-value-cut-at-colon", ALL, "a signed value ends at its first colon", |behaviour| {
        behaviour.signing.value_cut = true;
    }),
    fault(
        Store,
        "signed-name-and-salt-joined",
        ALL,
        "the name and the salt of a signed value are signed as one text",
        |behaviour| {
            behaviour.signing.name_and_salt_joined = true;
        },
    ),
    fault(Store, "signed-zero-age-unlimited", ALL, "a greatest age of zero is none", |behaviour| {
        behaviour.signing.zero_age_unlimited = true;
    }),
    fault(Store, "signed-unsigned-accepted", ALL, "a value without a signature is believed", |behaviour| {
        behaviour.signing.unsigned_passes = true;
    }),
];

pub(super) const CSRF: &[Fault] = &[
    fault(LifeCycle, "csrf-same-token-for-everyone", ALL, "everybody gets the same anti-forgery token", |behaviour| {
        behaviour.csrf.same_for_everyone = true;
    }),
    fault(LifeCycle, "csrf-survives-login", ALL, "an anti-forgery token outlives login", |behaviour| {
        behaviour.csrf.survives_login = true;
    }),
    fault(
        LifeCycle,
        "csrf-token-in-cookie",
        ALL,
        "an anti-forgery token is compared with a cookie alone",
        |behaviour| {
            behaviour.csrf.place = TokenPlace::Cookie;
        },
    ),
    fault(LifeCycle, "csrf-any-token-accepted", ALL, "any text passes as an anti-forgery token", |behaviour| {
        behaviour.csrf.accepts_any = true;
    }),
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
    fault(
        LifeCycle,
        "csrf-tokens-pooled",
        ALL,
        "an anti-forgery token is good in every session once it was given out",
        |behaviour| {
            behaviour.csrf.pooled = true;
        },
    ),
    fault(
        LifeCycle,
        "csrf-beginning-compared",
        ALL,
        "only the beginning of an anti-forgery token is compared",
        |behaviour| {
            behaviour.csrf.beginning_only = true;
        },
    ),
    fault(
        LifeCycle,
        "csrf-secret-in-data",
        ALL,
        "the secret of anti-forgery tokens lies among the data of the application",
        |behaviour| {
            behaviour.csrf.secret_shows = true;
        },
    ),
    fault(
        LifeCycle,
        "csrf-latest-only",
        ALL,
        "only the anti-forgery token that was given out last is good",
        |behaviour| {
            behaviour.csrf.latest_only = true;
        },
    ),
    fault(
        LifeCycle,
        "csrf-judging-begins-session",
        ALL,
        "judging an anti-forgery token begins a session",
        |behaviour| {
            behaviour.csrf.judging_creates = true;
        },
    ),
];
