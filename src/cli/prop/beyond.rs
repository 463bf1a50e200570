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
    ("three-sessions-listed", MANY),
    ("fifty-keys-at-most", MANY),
    ("empty-key-lost", "some stores take no empty key of a value"),
    ("hsts-missing", HTTPS),
    ("clear-site-data-missing", "a word to browsers that no history reads"),
    ("session-with-upgrade", UPGRADE),
    ("session-deleted-with-upgrade", UPGRADE),
    ("trace-reflects", "histories send no TRACE"),
    ("cookies-in-interim-answers", "histories ask for no interim answers"),
    ("keys-favour-letters", "needs some hundred keys"),
    ("token-without-algorithm", "needs an attacker who writes the head of a token anew"),
    ("expiry-in-32-bits", "no history asks for an expiry that is decades away"),
    ("text-ends-at-nul", "many stores refuse texts with a NUL, as PostgreSQL does"),
    ("long-text-lost", "many stores refuse texts of more than 64 KiB"),
    ("end-all-by-hundred-letters", "many systems take no name of a user that is so long"),
    ("end-all-by-likeness", "shows when a user is meant whom nobody logs in as"),
    ("restart-opens-accounts", "a restart may forget what an application keeps of its users in memory"),
    ("restart-forgets-tokens", "a restart may forget the secret of tokens"),
    ("underscored-keys-lost", "keys that begin with an underscore are the framework's own"),
    ("vary-missing-on-failures", "the page of a failure is the framework's own"),
    ("mark-of-the-address", CACHING),
    ("csrf-without-case", "letters of a token may mean the same in either case"),
    ("sessions-share-a-lock", "shows in who waits for whom, and a history says only what is answered"),
    ("login-leaves-record", "a record that nobody has the key of shows in the number of records alone"),
    ("cached-db-cache-never-read", "what a cache spares the database shows in no answer"),
    ("large-integers-rounded", "JSON leaves open what becomes of integers beyond 2^53 (RFC 8259, section 6)"),
    ("login-over-https-keeps-key", HTTPS),
    ("logout-over-https-keeps-record", HTTPS),
];

/// Faults that fewer than seventeen of twenty searches find: three of them may miss one.
pub(super) const SELDOM: &[&str] = &["dead-key-with-redirect-begins-session", "query-loses-writes", "values-are-a-set"];

const MANY: &str = "needs more sessions of one user, or more keys, than a history has";
const CACHING: &str = "Vary is enough of a word to caches for a history; cases of the group `cache` ask for more";
const UPGRADE: &str = "histories ask for no upgrade of their connection";
const HTTPS: &str = "histories address the server over http";
