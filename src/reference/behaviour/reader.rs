//! The seams of reading `Cookie`.

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
    /// Only the first crumb of HTTP/2 is seen.
    pub first_crumb_only: bool,
    /// Reading a quoted value takes time with the square of its length.
    pub quotes_are_slow: bool,
    /// Names are compared without case.
    pub names_without_case: bool,
    /// The application sees cookies that were set in answers to others.
    pub remembers: bool,
    /// Only a semicolon with a space behind it separates pairs.
    pub space_needed: bool,
    /// A space in a value begins a pair, as `;` does.
    pub spaces_split: bool,
    /// An empty pair is a cookie without name and value.
    pub empty_pairs_count: bool,
    /// What a pair without a name is.
    pub nameless: Nameless,
    /// Quotes around a value are dropped.
    pub quotes_dropped: bool,
    /// A plus sign in a value is a space.
    pub plus_is_space: bool,
    /// A field that begins with `$Version` is read as RFC 2109 did.
    pub version_switches: bool,
    /// Names that every JavaScript object has are lost.
    pub object_names_lost: bool,
    /// Names lose the white space of Unicode around them.
    pub names_trimmed: bool,
    /// Dots and brackets in names become underscores.
    pub names_mapped: bool,
    /// Pairs behind the twentieth are not seen.
    pub twenty_pairs: bool,
    /// How much of a Cookie field is too much.
    pub field_limit: FieldLimit,
    /// Which of several session cookies counts.
    pub session: SessionChoice,
    /// A request with other cookies and without that of the session fails.
    pub lone_cookies_fail: bool,
    /// The session cookie is not seen beside a long one.
    pub session_lost_beside_long: bool,
    /// Names that attributes have are not seen.
    pub attribute_names_lost: bool,
    /// Cookies with an empty value are not seen.
    pub empty_values_lost: bool,
    /// Octets that are not UTF-8 make the request fail.
    pub not_utf8_fails: bool,
    /// Values behind `j:` are read as JSON.
    pub json_values: bool,
    /// A broken percent-encoding in one value empties the list.
    pub broken_escape_empties: bool,
    /// A comma with a space behind it separates pairs.
    pub comma_spaces_split: bool,
    /// Names that begin with a dollar are not seen.
    pub dollar_names_lost: bool,
}

/// What a pair without a name is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Nameless {
    /// A cookie with the empty name.
    #[default]
    EmptyName,
    /// A name with an empty value, where there is no equals sign.
    Name,
    /// What stands behind its first equals sign is read as a pair.
    Shifted,
}

/// How much of a Cookie field is too much.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum FieldLimit {
    /// What the connection takes.
    #[default]
    Connection,
    /// More than 4000 octets are refused with 431.
    RefusesLarge,
    /// More than 8000 octets make the request fail.
    FailsOnLarger,
    /// More than 8000 octets are passed over.
    IgnoresLarger,
}

/// Which of several session cookies counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SessionChoice {
    /// None, unless they are all alike.
    #[default]
    Agreed,
    /// The first.
    First,
    /// The last.
    Last,
    /// The first cookie of the request, if it is one.
    Foremost,
    /// The first cookie whose name ends with the right one.
    Suffix,
    /// The first cookie whose name is the right one, in any case.
    AnyCase,
    /// The only one: of two that agree neither counts.
    Single,
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
