//! The seams of sessions: keys, life cycle, mapping, answers.

/// Where session keys come from and which are believed.
#[derive(Debug, Clone, Default)]
pub struct Keys {
    /// Which keys that nobody issued are used.
    pub adoption: Adoption,
    /// What new keys look like.
    pub making: Making,
    /// How a presented key is compared with the stored one.
    pub comparison: Comparison,
    /// Which presented keys make the request fail.
    pub failing: Failing,
    /// Every write gives the session a new key.
    pub rotates_on_write: bool,
    /// Where a request may carry its key.
    pub source: Source,
}

/// Where a request may carry its key.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Source {
    /// In the session cookie, and nowhere else.
    #[default]
    Cookie,
    /// In a parameter of the query, too.
    Query,
    /// In the field X-Session-Id, too.
    Field,
    /// As a bearer token in the field Authorization, too.
    Bearer,
    /// In a parameter of the path, too.
    Path,
    /// Nowhere: a request without a cookie goes on with the session that was used last.
    LastUsed,
}

/// Which keys that nobody issued are used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Adoption {
    /// None.
    #[default]
    Never,
    /// Any that the client sends.
    FromClient,
    /// The empty one: sessions without a key share a record.
    Empty,
    /// Those of sessions that were ended.
    Ended,
}

/// Which presented keys make the request fail.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Failing {
    /// None.
    #[default]
    Nothing,
    /// Those of more than 64 octets.
    Overlong,
    /// Those that no server issues.
    Malformed,
    /// Those with a quote.
    Quoted,
}

/// What new keys look like.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Making {
    /// 32 random letters and digits.
    #[default]
    Random,
    /// 8 random letters and digits.
    Short,
    /// A counter.
    Sequential,
    /// One key for all.
    Constant,
    /// The data, readable by anyone.
    TellsData,
    /// The name of the user, once there is one.
    OfUser,
    /// Random to look at, the same sequence after every start.
    Reseeded,
    /// Requests that are inside at the same time get the same.
    SharedInParallel,
    /// Random letters and digits, every other of them from the first four.
    Biased,
    /// Of fourteen random bits, spread over 32 letters and digits.
    FourteenBits,
    /// Every tenth is a counter.
    TenthSequential,
}

/// How a presented key is compared with the stored one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Comparison {
    /// Octet by octet.
    #[default]
    Exact,
    /// Without case.
    WithoutCase,
    /// The first 32 octets.
    Prefix,
    /// As a pattern: `*` and `%` stand for anything.
    Pattern,
}

/// When sessions begin, change and end.
#[derive(Debug, Clone, Default)]
#[allow(clippy::struct_excessive_bools, reason = "each switch is a deviation of its own; false is good everywhere")]
pub struct LifeCycle {
    /// What login does to an anonymous session.
    pub login: Login,
    /// Login without a session leaves a record that nobody has the key of.
    pub login_leaves_record: bool,
    /// A second login of the same user keeps the key.
    pub relogin_keeps_key: bool,
    /// How logout ends a session.
    pub logout: Ending,
    /// How flush ends a session.
    pub flush: Ending,
    /// What clear does.
    pub clear: Clear,
    /// flush without a session makes one.
    pub flush_creates: bool,
    /// What is written after a flush goes under the old key.
    pub flush_reuses_key: bool,
    /// What reading does.
    pub reads: Reads,
    /// A request that does nothing begins a session.
    pub touches_untouched: bool,
    /// A request that does nothing sends the cookie of its session again.
    pub renews_untouched: bool,
    /// What happens to the session of a request answered with 5xx.
    pub on_error: OnError,
    /// Which statuses make a request a failed one.
    pub failures: Failures,
    /// A write that finds another one in between puts back what it had loaded.
    pub conflicts_restore: bool,
    /// A write brings back a session that was ended meanwhile.
    pub write_revives: bool,
    /// A read stores what it has loaded.
    pub reads_write_back: bool,
    /// A request that has asked for its session keeps all others that ask for theirs waiting.
    pub one_at_a_time: bool,
    /// A read brings back a session that was ended meanwhile.
    pub read_revives: bool,
    /// What `cycle_key` does.
    pub cycle_key: CycleKey,
    /// When `Vary: Cookie` (and Cache-Control) is sent.
    pub vary: Vary,
    /// What Cache-Control says.
    pub cache_control: CacheControl,
    /// An answer to GET is given again to whoever asks the same.
    pub answers_replayed: bool,
    /// A changed password leaves the user's other sessions alive.
    pub password_change_keeps_others: bool,
    /// whoami answers the last user of the process.
    pub whoami_sticks: bool,
    /// A request with an unknown key gets a live session by reading.
    pub unknown_key_creates: bool,
    /// A cookie with an unknown key is left in the browser.
    pub unknown_key_stays: bool,
    /// Logout without a session makes one.
    pub anonymous_logout_creates: bool,
    /// With two session cookies login puts the user into the session of the first one too.
    pub login_binds_first: bool,
    /// Login in the session of another user goes on with that user's data.
    pub login_carries_other: bool,
    /// Logout ends the user's other sessions too.
    pub logout_ends_all: bool,
    /// What is refused to a request with an unknown key.
    pub refused_unknown: RefusedUnknown,
    /// The user is whoever the application's data says.
    pub user_from_data: bool,
    /// A read that finds its record gone at the end deletes the cookie.
    pub stale_reads_delete: bool,
    /// HEAD begins a session.
    pub head_creates: bool,
    /// The front page begins a session.
    pub front_page_creates: bool,
    /// A session ends with the connection that it is used on.
    pub ends_with_connection: bool,
    /// A changed password ends everybody's sessions.
    pub password_change_ends_everyone: bool,
    /// A changed password leaves the key of the session that goes on.
    pub password_change_keeps_key: bool,
    /// A login logs in whoever logged in last.
    pub logins_mixed: bool,
    /// A login as another user keeps the key.
    pub switch_keeps_key: bool,
    /// A login as another user leaves the session of the one before, under its old key.
    pub switch_keeps_record: bool,
    /// A page that is not there begins a session.
    pub missing_page_creates: bool,
    /// Asking for the key begins a session.
    pub asking_for_key_creates: bool,
    /// Logout ends the sessions of all users.
    pub logout_ends_everyone: bool,
    /// Logout goes back to what the visitor had before login.
    pub logout_restores_visitor: bool,
    /// Cookies that the application sets are lost where the session ends.
    pub cookies_lost_with_end: bool,
    /// What tells who is logged in is worth nothing after a restart.
    pub restart_logs_out: bool,
    /// A restart forgets that passwords were changed.
    pub restart_forgets_passwords: bool,
    /// Login sets a second cookie that logs the user in again, and logout leaves it.
    pub remembers_login: bool,
    /// A password that somebody else changes ends no session.
    pub password_change_by_others_keeps: bool,
    /// A password that was changed twice counts as the first one.
    pub passwords_alternate: bool,
}

/// Which statuses make a request a failed one, whose session is not saved.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Failures {
    /// 5xx.
    #[default]
    ServerErrors,
    /// 4xx and 5xx.
    Errors,
    /// 3xx and 5xx.
    Redirects,
    /// 500 alone.
    Only500,
    /// Any.
    Every,
}

/// What is refused to a request with a key that opens nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum RefusedUnknown {
    /// Nothing.
    #[default]
    Nothing,
    /// clear.
    Clear,
    /// flush.
    Flush,
    /// logout.
    Logout,
}

/// What login does to an anonymous session.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Login {
    /// It moves the data to a new key.
    #[default]
    Rotates,
    /// It keeps the key.
    KeepsKey,
    /// It keeps the key of a session that holds nothing.
    KeepsEmptyKey,
    /// It copies the data to a new key and leaves the old record.
    KeepsOldRecord,
    /// It begins with no data under a new key.
    DropsData,
    /// It moves the data to a new key and damages it on the way.
    ManglesData,
    /// It takes up the key that the browser sent, issued or not, where there is no session.
    TakesSentKey,
    /// It takes up the key that the browser sent, where it was issued once and there is no session.
    TakesIssuedKey,
    /// It keeps the key of a session in which somebody has logged in twice.
    KeepsThirdKey,
    /// It keeps the key of a session that ends with the browser.
    KeepsKeyUntilClose,
    /// It keeps the key of a session that has a token.
    KeepsKeyWithToken,
}

/// How a session is ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Ending {
    /// Record and cookie are deleted.
    #[default]
    Whole,
    /// The record stays.
    KeepsRecord,
    /// The cookie stays in the browser, its record is deleted.
    KeepsCookie,
    /// The deleting line carries the value of the live session.
    LiveValue,
    /// It is not ended at all.
    Nothing,
    /// It goes on without its user.
    UserOnly,
    /// The record stays when its key was replaced in the same request.
    KeepsReplaced,
}

/// What clear does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Clear {
    /// It forgets the data and keeps the key.
    #[default]
    ForgetsData,
    /// It keeps the data.
    KeepsData,
    /// It forgets the data and the key.
    RotatesKey,
    /// It forgets the data of every session of the store.
    EmptiesEveryone,
    /// It forgets the data, which comes back with the next value that is stored in the same request.
    UntilNextWrite,
}

/// What reading does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Reads {
    /// Nothing but reading.
    #[default]
    Only,
    /// It begins a session where there is none.
    CreateSession,
    /// It sends the cookie of a live session again.
    RefreshCookie,
}

/// How a session behaves as a mapping.
#[derive(Debug, Clone, Default)]
#[allow(clippy::struct_excessive_bools, reason = "each switch is a deviation of its own; false is good everywhere")]
pub struct Mapping {
    /// get stores its default.
    pub get_stores_default: bool,
    /// put forgets all other keys.
    pub put_forgets_others: bool,
    /// pop leaves the value in place.
    pub pop_keeps_value: bool,
    /// pop of a missing key without default answers null.
    pub pop_missing_is_null: bool,
    /// items answers the values alone.
    pub items_are_values: bool,
    /// values answers the keys.
    pub values_are_keys: bool,
    /// `set_default` overwrites what is there.
    pub set_default_overwrites: bool,
    /// update forgets what it does not name.
    pub update_replaces: bool,
    /// append leaves an empty list.
    pub append_empties: bool,
    /// A change that is not noticed, and so not saved.
    pub unnoticed: Unnoticed,
    /// What counts as a change although nothing changed.
    pub overnoticed: Overnoticed,
    /// The test cookie is never found.
    pub test_cookie_lost: bool,
    /// The test cookie is never deleted.
    pub test_cookie_stays: bool,
    /// Values that count as false are not stored.
    pub empties_not_stored: bool,
    /// A dot in a key begins a key inside the value.
    pub dots_nest: bool,
    /// A key that was deleted stays away although it is stored again in the same request.
    pub deletion_wins: bool,
    /// get and pop answer the default where the stored value counts as false.
    pub default_for_false: bool,
    /// has denies keys whose value counts as false.
    pub has_denies_false: bool,
    /// `set_default` answers what was given, whatever is stored.
    pub set_default_answers_given: bool,
    /// values answers equal values once.
    pub values_are_a_set: bool,
    /// update merges objects instead of replacing them.
    pub update_merges: bool,
    /// A session whose last value is deleted ends.
    pub emptied_ends: bool,
    /// What is stored under the empty key is lost.
    pub empty_key_lost: bool,
    /// keys answers those of digits as numbers.
    pub digit_keys_are_numbers: bool,
    /// has affirms names that every JavaScript object has.
    pub has_object_names: bool,
    /// `set_default` takes a stored null for nothing.
    pub default_over_null: bool,
}

/// What counts as a change although nothing changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Overnoticed {
    /// Nothing but touch and assignments.
    #[default]
    Nothing,
    /// pop that answers its default.
    PopDefault,
    /// `set_default` of a key that is there.
    SetDefault,
}

/// A change that is not noticed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Unnoticed {
    /// None but changes inside a stored value.
    #[default]
    Nothing,
    /// update.
    Update,
    /// delete.
    Delete,
    /// touch.
    Touch,
    /// Storing under a key that is there.
    Overwriting,
    /// Storing what counts as the same: 1 for true, 0 for an empty text.
    LooselyEqual,
}

/// What happens to the session of a request answered with 5xx.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum OnError {
    /// Nothing: record and cookie stay as they were.
    #[default]
    Nothing,
    /// It is saved as if nothing had happened.
    Saves,
    /// Its cookie is sent, its record not saved.
    SendsCookie,
    /// Keys that were replaced are deleted, their successors not saved.
    DestroysReplaced,
    /// flush and logout delete the record, the cookie stays.
    DestroysEnded,
    /// The session is lost.
    Loses,
}

/// What `cycle_key` does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum CycleKey {
    /// It moves data and expiry to a new key.
    #[default]
    Moves,
    /// It drops the data.
    DropsData,
    /// It leaves the old record.
    KeepsOldRecord,
    /// It drops the expiry.
    ResetsExpiry,
    /// It moves them even when the session was ended meanwhile.
    Regardless,
    /// It moves them without the user.
    LogsOut,
    /// Asked for twice in one request it leaves the old record.
    TwiceKeepsOldRecord,
    /// The second time it gives back the first key.
    Returns,
}

/// When `Vary: Cookie` is sent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Vary {
    /// Whenever the session was looked at.
    #[default]
    OnAccess,
    /// Never; nor is Cache-Control.
    Never,
    /// Not when the session was only asked for its keys.
    NotForKeys,
    /// Not when the request came without a session cookie.
    NotForStrangers,
    /// Not for browsers that are said to mishandle it.
    NotForOldBrowsers,
    /// Not with an error status.
    NotOnErrors,
    /// Not when the application has set Vary itself.
    NotBesideOwn,
    /// As the only name, whatever the application has set.
    ReplacesOwn,
    /// Not when the session was not looked at; nor is Cache-Control, cookie or not.
    NotForUntouched,
}

/// What Cache-Control says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum CacheControl {
    /// `no-store` where a cookie is set, `private` where the session was looked at.
    #[default]
    Whole,
    /// Nothing.
    Missing,
    /// Nothing where the session was only looked at.
    NotForReaders,
    /// Nothing where the session was not looked at.
    SessionsOnly,
    /// Nothing with an error status.
    NotOnErrors,
    /// That the answer may be shared for ten minutes.
    Public,
    /// `no-cache`, for the field Set-Cookie alone.
    FieldForm,
    /// What the application says, that the answer may be shared included.
    OwnStands,
}
