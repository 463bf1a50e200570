//! The seams of storage and signatures.

/// What stores keep.
#[derive(Debug, Clone, Default)]
#[allow(clippy::struct_excessive_bools, reason = "each switch is a deviation of its own; false is good everywhere")]
pub struct Storage {
    /// What a miss in the cache in front of the database means.
    pub fallback: Fallback,
    /// Which writes reach the database behind the cache.
    pub cached_writes: CachedWrites,
    /// What was written while the cache was away is not remembered: it comes back stale.
    pub forgets_outage: bool,
    /// A cache that is away makes requests fail although the database is there.
    pub needs_cache: bool,
    /// What deletions leave behind.
    pub deletes_leave: DeletesLeave,
    /// A key that is replaced still opens the copy in the cache.
    pub replaced_stays_in_cache: bool,
    /// Flushing the cache does nothing.
    pub cache_survives_flush: bool,
    /// What is kept of a write.
    pub writes: Writes,
    /// Asking whether a record exists answers null.
    pub exists_broken: bool,
    /// A cache that is away looks like one that is empty.
    pub outage_looks_empty: bool,
    /// A store that cannot be written is not reported.
    pub silent_failures: bool,
    /// A restart begins with an empty store.
    pub lost_on_restart: bool,
    /// A record that cannot be read makes the request fail.
    pub corrupt_fails: bool,
    /// What was deleted behind the server's back is served from the memory of the process.
    pub remembers_deleted: bool,
    /// Of sessions that begin at the same time only the first is stored.
    pub parallel_creation_lost: bool,
    /// Reading answers with what was saved last, whoever saved it.
    pub mixes_records: bool,
    /// An older session in a cookie is mixed with what was stored after it.
    pub mixes_states: bool,
    /// Two processes take turns, each with copies that the other does not know of.
    pub workers_apart: bool,
    /// A record that cannot be read still says who is logged in.
    pub corrupt_keeps_user: bool,
    /// Records that have expired are not counted.
    pub expired_not_counted: bool,
    /// Numbers are stored as text.
    pub stringifies: bool,
    /// What is not ASCII is stored as `?`.
    pub mangles_unicode: bool,
    /// Integers are stored as floating point numbers.
    pub rounds_integers: bool,
}

/// What a miss in the cache in front of the database means.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Fallback {
    /// The database is asked.
    #[default]
    Database,
    /// There is no such session.
    Nothing,
    /// The database is asked, and the session gets a new key.
    NewKey,
    /// The database is asked in any case, the cache never.
    Always,
}

/// What deletions of `cached_db` leave behind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DeletesLeave {
    /// Nothing.
    #[default]
    Nothing,
    /// The copy in the cache.
    Cache,
    /// The row in the database.
    Database,
}

/// What is kept of a write.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Writes {
    /// All of it.
    #[default]
    Kept,
    /// A record without data.
    WithoutData,
    /// All of it, in the memory of the process instead of the store.
    InProcess,
}

/// Which writes reach the database behind the cache.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum CachedWrites {
    /// All, before the cache.
    #[default]
    Through,
    /// None.
    CacheOnly,
    /// The first of each session.
    FirstOnly,
    /// All that the cache has taken.
    CacheFirst,
}

/// How signatures are checked.
#[derive(Debug, Clone, Default)]
#[allow(clippy::struct_excessive_bools, reason = "each switch is a deviation of its own; false is good everywhere")]
pub struct Signing {
    /// How much of a session's signature counts.
    pub session: SignatureCheck,
    /// A signed session never grows too old.
    pub session_ages_ignored: bool,
    /// A signed session that browsers drop for its size is sent.
    pub oversize_in_silence: bool,
    /// How much of a signed value's signature counts.
    pub value: SignatureCheck,
    /// Signed values are signed without their salt.
    pub salt_ignored: bool,
    /// Signed values are signed without their name.
    pub name_ignored: bool,
    /// Signatures of values are compared without case.
    pub case_ignored: bool,
    /// A greatest age that is a duration is none.
    pub duration_ages_ignored: bool,
    /// Signed values never grow too old.
    pub value_ages_ignored: bool,
    /// A signed value comes back as far as its first colon.
    pub value_cut: bool,
    /// A signed value comes back empty.
    pub value_lost: bool,
    /// A signed value that is absent is empty.
    pub missing_is_empty: bool,
    /// Name and salt are signed as one text.
    pub name_and_salt_joined: bool,
    /// A greatest age of zero is none.
    pub zero_age_unlimited: bool,
    /// What has no signature is believed.
    pub unsigned_passes: bool,
}

/// How much of a signature counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SignatureCheck {
    /// All of it, over all of the text.
    #[default]
    Whole,
    /// None of it; it may even be missing.
    Nothing,
    /// It covers the first eight octets of the text.
    Prefix,
    /// All of it, unless the token says that it has none.
    UnlessNone,
    /// All of it, with another secret.
    Renewed,
}

/// How anti-forgery tokens are bound.
#[derive(Debug, Clone, Default)]
#[allow(clippy::struct_excessive_bools, reason = "each switch is a deviation of its own; false is good everywhere")]
pub struct Csrf {
    /// Everybody gets the same token.
    pub same_for_everyone: bool,
    /// A token outlives login.
    pub survives_login: bool,
    /// Any token of the right form is accepted.
    pub accepts_any: bool,
    /// What a token is compared with.
    pub place: TokenPlace,
    /// What passes is not stored.
    pub loses_accepted: bool,
    /// A request without a token passes.
    pub passes_without: bool,
    /// What is refused is stored all the same.
    pub stores_refused: bool,
    /// Tokens are bound to the user, not to the session.
    pub of_user: bool,
    /// A token is good in every session once it was given out.
    pub pooled: bool,
    /// Only the beginning of a token is compared.
    pub beginning_only: bool,
    /// An empty token passes.
    pub empty_passes: bool,
    /// The secret lies among the application's own data.
    pub secret_shows: bool,
    /// Only the token that was given out last is good.
    pub latest_only: bool,
    /// A token is good once.
    pub good_once: bool,
    /// Tokens are compared without case.
    pub case_ignored: bool,
    /// A restart forgets what tokens are signed with.
    pub restart_forgets: bool,
    /// Judging a token begins a session.
    pub judging_creates: bool,
}

/// What an anti-forgery token is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TokenPlace {
    /// A secret in the session.
    #[default]
    Session,
    /// A cookie of its own, bound to nothing.
    Cookie,
}
