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
    ("key-in-path-accepted", "a path with a parameter is another page to most servers"),
    ("empty-key-lost", "some stores take no empty key of a value"),
    ("hsts-missing", HTTPS),
    ("clear-site-data-missing", "a word to browsers that no history reads"),
    ("session-with-upgrade", UPGRADE),
    ("session-deleted-with-upgrade", UPGRADE),
    ("trace-reflects", "histories send no TRACE"),
    ("token-without-algorithm", "needs an attacker who writes the head of a token anew"),
    ("expiry-in-32-bits", "no history asks for an expiry that is decades away"),
    ("text-ends-at-nul", "many stores refuse texts with a NUL, as PostgreSQL does"),
    ("long-text-lost", "many stores refuse texts of more than 64 KiB"),
    ("end-all-by-hundred-letters", "many systems take no name of a user that is so long"),
    ("underscored-keys-lost", "keys that begin with an underscore are the framework's own"),
    ("vary-missing-on-failures", "the page of a failure is the framework's own"),
    ("mark-of-the-address", CACHING),
    ("csrf-without-case", "letters of a token may mean the same in either case"),
    ("sessions-share-a-lock", "shows in who waits for whom, and a history says only what is answered"),
    ("login-leaves-record", "a record that nobody has the key of shows in the number of records alone"),
    ("expired-not-counted", "histories share their store, so that nobody knows how many records there are"),
    ("cached-db-cache-never-read", "what a cache spares the database shows in no answer"),
    ("large-integers-rounded", "JSON leaves open what becomes of integers beyond 2^53 (RFC 8259, section 6)"),
    ("login-over-https-keeps-key", HTTPS),
    ("logout-over-https-keeps-record", HTTPS),
];

const CACHING: &str = "Vary is enough of a word to caches for a history; cases of the group `cache` ask for more";
const UPGRADE: &str = "histories ask for no upgrade of their connection";
const HTTPS: &str = "histories address the server over http";
