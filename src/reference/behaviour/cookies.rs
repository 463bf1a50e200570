//! The seams of cookies: writing `Set-Cookie`, reading `Cookie`.

/// How `Set-Cookie` lines are written.
#[derive(Debug, Clone, Default)]
#[allow(clippy::struct_excessive_bools, reason = "each switch is a deviation of its own; false is good everywhere")]
pub struct Writer {
    /// What becomes of `max_age` beside `expires`.
    pub both: Both,
    /// What becomes of `max_age`.
    pub max_age: MaxAgeRule,
    /// What becomes of `expires`.
    pub expires: ExpiresRule,
    /// Cookies without a lifetime get one of two weeks.
    pub always_persistent: bool,
    /// On which lines Expires is an hour later than Max-Age.
    pub skewed_expires: Lines,
    /// What Path is written.
    pub path: PathRule,
    /// What Domain is written.
    pub domain: DomainRule,
    /// Secure is never written.
    pub drops_secure: bool,
    /// `HttpOnly` is never written.
    pub drops_http_only: bool,
    /// `SameSite` is never written.
    pub drops_same_site: bool,
    /// What passes as `SameSite`.
    pub same_site: SameSiteRule,
    /// Path is written twice.
    pub path_twice: bool,
    /// What is wrong with the line of the session cookie alone.
    pub session: SessionLine,
    /// Cookies are not sent with an error status.
    pub lost_on_error: bool,
    /// The conditions of name prefixes are not enforced.
    pub prefixes_unchecked: bool,
    /// What a deletion looks like.
    pub deletion: Deletion,
    /// Deletions are written with Path=/ whatever was asked.
    pub deletion_ignores_path: bool,
    /// Deletions are written without Domain whatever was asked.
    pub deletion_ignores_domain: bool,
    /// Deletions of prefixed names lack Secure.
    pub deletion_without_secure: bool,
    /// What a second call for one name does.
    pub repeat: Repeat,
    /// `;` passes unescaped.
    pub semicolons_pass: bool,
    /// CR and LF pass unescaped.
    pub line_breaks_pass: bool,
    /// How values are written.
    pub value: ValueRule,
    /// Any octets but `;`, CR and LF pass as a name.
    pub names_unchecked: bool,
    /// Cookies that browsers drop for their size are sent.
    pub size_unchecked: bool,
    /// Attributes follow `;` without a space.
    pub no_space: bool,
    /// Dates are written with dashes, as Netscape did.
    pub dashed_dates: bool,
}

/// What becomes of `max_age` beside `expires`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Both {
    /// `expires` decides; both attributes name its moment.
    #[default]
    ExpiresWins,
    /// Each is written as asked, whether they agree or not.
    Raw,
    /// `max_age` decides; both attributes name its moment.
    MaxAgeWins,
}

/// What becomes of `max_age`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum MaxAgeRule {
    /// It is a number of seconds.
    #[default]
    Seconds,
    /// It is ignored.
    Ignored,
    /// It is taken for minutes.
    Minutes,
    /// Zero means until the browser closes.
    ZeroIsBrowserClose,
    /// Negative values are written as they are.
    NegativeAsIs,
    /// Negative values lose their sign.
    NegativeLives,
    /// Duration objects are refused.
    DurationsRefused,
}

/// Some of the lines of a response.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Lines {
    /// None.
    #[default]
    Nothing,
    /// Those that the application asked for.
    Application,
    /// The session cookie.
    Session,
}

/// What passes as `SameSite`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SameSiteRule {
    /// Strict and Lax, and None with Secure.
    #[default]
    Checked,
    /// Strict, Lax and None.
    NoneUnchecked,
    /// Any text.
    Unchecked,
}

/// What is wrong with the line of the session cookie alone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SessionLine {
    /// Nothing.
    #[default]
    Protected,
    /// It is never sent.
    Missing,
    /// It has the host as its Domain.
    WideDomain,
    /// It lacks `HttpOnly`.
    WithoutHttpOnly,
    /// It lacks `SameSite`.
    WithoutSameSite,
    /// Its name holds a space.
    SpaceInName,
    /// Its value holds a comma.
    CommaInValue,
    /// It is deleted with the directory of the request as its Path.
    DeletedElsewhere,
    /// It lacks `HttpOnly` when the browser already has one.
    WeakerLater,
    /// It goes along to every site.
    SameSiteNone,
}

/// What becomes of `expires`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ExpiresRule {
    /// Text must be a date, and is written in the one good format with Max-Age beside it.
    #[default]
    Checked,
    /// Text is copied as it is.
    Copied,
    /// It is ignored.
    Dropped,
}

/// What Path is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum PathRule {
    /// What was asked, `/` by default.
    #[default]
    Root,
    /// None.
    Dropped,
    /// What was asked, the directory of the request by default.
    OfRequest,
}

/// What Domain is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DomainRule {
    /// What was asked, none by default.
    #[default]
    AsAsked,
    /// None.
    Dropped,
    /// What was asked, the host of the request by default.
    HostByDefault,
}

/// What a deletion looks like.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Deletion {
    /// An empty value that expired in 1970, with Max-Age=0.
    #[default]
    Expired,
    /// An empty value without expiry.
    AtBrowserClose,
    /// The value that the browser sent, without expiry.
    KeepsValue,
    /// A date of 1970 beside a positive Max-Age.
    PositiveMaxAge,
    /// The value that the browser sent, expired in 1970.
    ExpiredValue,
}

/// What a second call for one name does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Repeat {
    /// It replaces the first.
    #[default]
    Replaces,
    /// Attributes of the first survive unless overwritten.
    Merges,
    /// It replaces the first, except that a deletion stays one.
    KeepsDeletion,
    /// It is a second line.
    Appends,
}

/// How values are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ValueRule {
    /// What the grammar does not allow is percent-encoded.
    #[default]
    Encoded,
    /// Spaces, quotes, commas, backslashes and UTF-8 pass as they are.
    Raw,
    /// The value ends at the first `;` or `=`.
    Truncated,
    /// The value ends after 1024 octets.
    CutAt1024,
}

/// How `Cookie` fields are read.
#[derive(Debug, Clone, Default)]
#[allow(clippy::struct_excessive_bools, reason = "each switch is a deviation of its own; false is good everywhere")]
pub struct Reader {
    /// A quoted value runs to its closing quote, across `;`.
    pub quotes_swallow: bool,
    /// A comma separates pairs, as `;` does.
    pub commas_split: bool,
    /// Names are percent-decoded.
    pub names_decoded: bool,
    /// Values are not decoded, although the writer encodes them.
    pub values_not_decoded: bool,
    /// A value ends at its first `=`.
    pub values_end_at_equals: bool,
    /// What a malformed pair does.
    pub bad_pair: BadPair,
    /// Only the last pair is seen.
    pub last_pair_only: bool,
    /// Only the first Cookie field is seen.
    pub first_field_only: bool,
    /// Names are compared without case.
    pub names_without_case: bool,
    /// The application sees cookies that were set in answers to others.
    pub remembers: bool,
}

/// What a malformed pair does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum BadPair {
    /// Nothing to the others.
    #[default]
    Isolated,
    /// All pairs are dropped.
    EmptiesTheList,
    /// The request fails with 500.
    FailsTheRequest,
}
