//! Faults that neither histories nor properties of cookies show, and why. `hardtack prop --proof` fails when one of them
//! is found after all.

/// Names of faults with the reason.
pub(super) const BEYOND: &[(&str, &str)] = &[
    ("cache-control-missing", CACHING),
    ("cache-control-missing-on-errors", CACHING),
    ("cache-control-not-for-readers", CACHING),
    ("cache-control-for-sessions-only", CACHING),
    ("no-cache-for-the-field-alone", CACHING),
    ("own-public-stands", CACHING),
    ("sessions-share-a-lock", "shows in who waits for whom, and a history says only what is answered"),
    ("login-leaves-record", "a record that nobody has the key of shows in the number of records alone"),
    ("cached-db-cache-never-read", OUTAGE),
    ("cache-down-deletes-cookie", OUTAGE),
    ("store-failure-in-silence", OUTAGE),
    ("cached-db-stale-cache-after-outage", OUTAGE),
    ("cached-db-fails-without-cache", OUTAGE),
    ("cached-db-write-stops-at-cache", OUTAGE),
    ("large-integers-rounded", "JSON leaves open what becomes of integers beyond 2^53 (RFC 8259, section 6)"),
    ("csrf-token-in-cookie", "needs an attacker who plants the cookie of the token"),
    ("login-over-https-keeps-key", HTTPS),
    ("logout-over-https-keeps-record", HTTPS),
];

const CACHING: &str = "Vary is enough of a word to caches for a history; cases of the group `cache` ask for more";
const OUTAGE: &str = "shows while a store is away, and histories take none away";
const HTTPS: &str = "histories address the server over http";
