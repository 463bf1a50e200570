//! Values that a case is given before it begins.

/// What kind of value is drawn. `verify` draws one; property tests draw many.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Generator {
    /// `{text: N}`: N random lower-case letters and digits, which no compression makes smaller.
    Text(usize),
    /// `{imf_date: DURATION}`: the date so many seconds after the case begins, as servers write dates.
    ImfDate(i64),
    /// `{repeated: {text: TEXT, octets: N}}`: a text again and again, up to so many octets, between two others.
    Repeated {
        /// What stands before.
        before: String,
        /// What is repeated.
        text: String,
        /// What stands behind.
        after: String,
        /// How many octets the repeated part has at most.
        octets: usize,
    },
}

/// Values that every case knows without being given them: name and meaning.
pub const PREDEFINED: [(&str, &str); 9] = [
    ("main_host", "the host name of the application"),
    ("sub_host", "the host name of a sub-domain of it"),
    ("sibling_host", "the host name of another sub-domain of the same site"),
    ("other_host", "the host name of another site"),
    ("secure_host", "the host name of the other site over TLS"),
    ("base_path", "the path below which the contract is offered"),
    ("session_cookie", "the name of the session cookie"),
    ("session_cookie_in_other_case", "the name of the session cookie, with small letters for capitals and the reverse"),
    ("default_lifetime", "how long a session lives when nothing is said, in seconds, as the target tells"),
];
