//! The seams of cookies: writing `Set-Cookie`.

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
    /// Cookies are not sent.
    pub lost_always: bool,
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
    /// What stands between attributes, and around their equals signs.
    pub spacing: Spacing,
    /// How dates are written.
    pub dates: Dates,
    /// How Max-Age is written.
    pub digits: Digits,
    /// How Secure and `HttpOnly` are written.
    pub flags: Flags,
    /// What every line has that it should not have.
    pub extra: Extra,
    /// The least that a lifetime comes to.
    pub lifespan: Lifespan,
    /// All lines of a response are joined into one, with commas.
    pub folds: bool,
    /// Secure is always written.
    pub always_secure: bool,
    /// Partitioned passes without Secure.
    pub partitioned_unchecked: bool,
    /// The prefixes `__Http-` and `__Host-Http-` are not known.
    pub http_prefixes_unknown: bool,
    /// Names with a prefix are written in lower case.
    pub prefixes_lowered: bool,
    /// Control octets in values pass as they are.
    pub controls_pass: bool,
    /// Octets beyond ASCII in attributes pass as they are.
    pub high_octets_pass: bool,
    /// Attributes that browsers ignore for their size are sent.
    pub attribute_size_unchecked: bool,
    /// An attribute that deletions lack although it was asked for.
    pub deletion_forgets: Forgotten,
    /// Names end after 32 octets.
    pub names_cut: bool,
    /// A cookie with an empty value is deleted.
    pub empty_deletes: bool,
    /// Of the deletions of a response only the first is sent.
    pub second_deletion_lost: bool,
    /// Secure is not written beside Domain.
    pub secure_lost_with_domain: bool,
    /// `HttpOnly` is not written beside `SameSite=None`.
    pub http_only_lost_with_none: bool,
    /// A Max-Age with a fraction is written as it is.
    pub fractions_pass: bool,
    /// Of the lines of an answer only the first twelve are sent.
    pub twelve_lines: bool,
    /// A path or domain beside `__Host-` passes.
    pub host_prefix_unchecked: bool,
}

/// What stands between attributes, and around their equals signs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Spacing {
    /// A semicolon and one space.
    #[default]
    Single,
    /// A semicolon.
    Tight,
    /// A semicolon with a space on either side.
    BeforeSemicolon,
}

/// How dates are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Dates {
    /// In the one good format.
    #[default]
    Fixdate,
    /// With dashes, as Netscape did.
    Dashed,
    /// With dashes and a year of two digits.
    ShortYear,
    /// With Monday for every day.
    AlwaysMonday,
    /// As 32 bits hold them: after 2038 comes 1901.
    In32Bits,
    /// With hours from 1 to 12.
    TwelveHours,
}

/// How Max-Age is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Digits {
    /// In digits.
    #[default]
    Plain,
    /// With a zero in front.
    LeadingZero,
    /// With a decimal place.
    Decimal,
}

/// How Secure and `HttpOnly` are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Flags {
    /// By their name.
    #[default]
    Bare,
    /// With `=true`.
    Valued,
    /// `HttpOnly` with a hyphen.
    Misspelt,
}

/// What every line has that it should not have.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Extra {
    /// Nothing.
    #[default]
    Nothing,
    /// `Version=1`, of RFC 2109.
    Version,
    /// A semicolon at the end.
    Semicolon,
}

/// The least that a lifetime comes to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Lifespan {
    /// What was asked for.
    #[default]
    AsAsked,
    /// Two years.
    TwoYears,
    /// Twenty years.
    TwentyYears,
}

/// An attribute that deletions lack.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Forgotten {
    /// None.
    #[default]
    Nothing,
    /// `SameSite`.
    SameSite,
    /// Partitioned.
    Partitioned,
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
    /// Of duration objects counts what is left beside whole days.
    DurationsLoseDays,
    /// It is held in 32 bits: what is too large becomes negative.
    In32Bits,
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
    /// Strict, Lax and None; None when nothing is said.
    NoneByDefault,
    /// Strict and Lax, and None with Secure; an attribute without a value when nothing is said.
    EmptyByDefault,
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
    /// Its value holds a tab.
    TabInValue,
    /// A line that deletes it stands before the one that sets it.
    DeletedFirst,
    /// It is deleted with the directory of the request as its Path.
    DeletedElsewhere,
    /// It lacks `HttpOnly` when the browser already has one.
    WeakerLater,
    /// It goes along to every site.
    SameSiteNone,
    /// It lacks Secure over https.
    NeverSecure,
    /// It has the name that everybody knows from one framework.
    FrameworkName,
    /// Sixty more come with it.
    InSixtyParts,
    /// It has the directory of the request as its Path.
    InDirectory,
    /// It is not sent beside other cookies.
    LostBesideOthers,
    /// Its Domain is what X-Forwarded-Host says.
    ForwardedDomain,
    /// It takes the place of the last of four other cookies.
    ReplacesFourth,
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
    /// Without the slash at its beginning.
    WithoutSlash,
    /// What was asked, with a slash or without; `/` by default.
    Unchecked,
    /// What was asked, `/` where none was asked for.
    RootForNone,
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
    /// What was asked, behind a dot.
    LeadingDot,
    /// The last label of what was asked.
    LastLabel,
    /// A host beside the one that was asked for.
    Beside,
    /// The address of the server.
    Address,
    /// What was asked, host name or not.
    Unchecked,
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
    /// It replaces the first whose name differs in case at most.
    ReplacesAnyCase,
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
    /// Every octet is percent-encoded, after the size was checked.
    WhollyEncoded,
    /// Percent signs pass as they are.
    PercentAsIs,
    /// Backslashes pass as they are.
    BackslashAsIs,
    /// Characters of four octets become replacement characters.
    FourOctetsReplaced,
    /// Space at the ends is cut.
    Trimmed,
}
