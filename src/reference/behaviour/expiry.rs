//! When sessions end, and what is swept away.

/// How long sessions live.
#[derive(Debug, Clone, Default)]
#[allow(clippy::struct_excessive_bools, reason = "each switch is a deviation of its own; false is good everywhere")]
pub struct Expiry {
    /// What is enforced on the server.
    pub enforcement: Enforcement,
    /// What zero means.
    pub zero: ZeroExpiry,
    /// What null means.
    pub null: NullExpiry,
    /// The default lifetime is one day.
    pub short_default: bool,
    /// The default lifetime is one year.
    pub long_default: bool,
    /// A negative lifetime never ends.
    pub negative_is_forever: bool,
    /// What extends a life.
    pub sliding: Sliding,
    /// An absolute instant slides like a duration.
    pub instant_slides: bool,
    /// What `clear_expired` removes.
    pub sweep: SweepRule,
    /// `get_expiry` says that no session ends with the browser.
    pub hides_browser_close: bool,
    /// The cookie has the default lifetime whatever the session's is.
    pub cookie_ignores: bool,
    /// What `set_expiry` does not take.
    pub refused: RefusedExpiry,
    /// A write forgets a custom expiry.
    pub forgotten_on_write: bool,
    /// The cookie keeps the end that the session had before a write extended it.
    pub cookie_stays: bool,
    /// A session that ends with the browser goes on doing so, whatever is set later.
    pub close_sticks: bool,
    /// `get_expiry` answers what was in force when the request began.
    pub told_late: bool,
    /// `get_expiry` answers the default where an instant or a duration was set.
    pub instants_not_told: bool,
    /// What one session sets counts for all that set nothing.
    pub shared: bool,
    /// Only the first custom expiry of a session counts.
    pub first_only: bool,
    /// Lifetimes are held as milliseconds in 32 bits.
    pub in_32_bits: bool,
    /// The cookie ends with the browser when its key was replaced.
    pub replaced_until_close: bool,
    /// The server ends sessions after half their life.
    pub halved: bool,
    /// Of duration objects counts what is left beside whole days.
    pub durations_lose_days: bool,
    /// An instant in the past is passed over.
    pub past_instants_ignored: bool,
    /// Sessions that end with the browser never end on the server.
    pub until_close_is_forever: bool,
    /// An expiry that is set without another change is not saved.
    pub unnoticed_alone: bool,
    /// Text is refused as an expiry, and ends the session all the same.
    pub refused_text_counts: bool,
    /// What is stored behind a flush has the expiry of the session that ended.
    pub survives_flush: bool,
    /// After which writes the record ends when it did before, while the cookie goes on.
    pub record_stays: RecordStays,
}

/// After which writes a record ends when it did before.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum RecordStays {
    /// None.
    #[default]
    Never,
    /// Those that only touch the session.
    Touched,
    /// Those that give it a new key.
    Rotated,
}

/// What is enforced on the server.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Enforcement {
    /// Every expiry.
    #[default]
    All,
    /// None: the browser is trusted to forget.
    Nothing,
    /// The default lifetime only.
    DefaultOnly,
    /// Every expiry, after one more read.
    AfterOneRead,
    /// Every expiry, but the expired key is filled again.
    KeepsKey,
    /// Every expiry, and reading with an expired key begins a session.
    BeginsAnew,
    /// Those that were set, the default lifetime not.
    CustomOnly,
    /// All but instants.
    NotInstants,
}

/// What `set_expiry` does not take.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum RefusedExpiry {
    /// Nothing but text.
    #[default]
    Nothing,
    /// Duration objects.
    Durations,
    /// Instants.
    Instants,
    /// Anything; it is ignored.
    Everything,
}

/// What an expiry of zero means.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ZeroExpiry {
    /// The cookie ends with the browser.
    #[default]
    BrowserClose,
    /// The session ends at once.
    Now,
    /// The default lifetime, cookie included.
    Persistent,
    /// The cookie ends with the browser in a session that begins; in another one nothing changes.
    BeginningOnly,
}

/// What an expiry of null means.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum NullExpiry {
    /// Back to the default.
    #[default]
    Default,
    /// No change.
    KeepsCustom,
    /// No end.
    Forever,
}

/// What extends a life.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sliding {
    /// Writing.
    #[default]
    OnWrite,
    /// Reading too.
    OnRead,
    /// Reading too, where an expiry was set; the cookie is not told.
    CustomOnRead,
    /// Nothing.
    Never,
}

/// What `clear_expired` removes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SweepRule {
    /// Expired records.
    #[default]
    Expired,
    /// Nothing.
    Nothing,
    /// Every record.
    Everything,
    /// Expired records, and those of sessions that end with the browser.
    EndingWithBrowserToo,
    /// Expired records, those of users not.
    OfVisitors,
    /// Expired records, and those of sessions that began longer ago than the default lifetime.
    LongBegunToo,
}
