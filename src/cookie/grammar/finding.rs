//! What the grammar reports, and for which text of the grammar.

use serde::{Deserialize, Serialize};

use crate::cookie::UserAgentModel;

/// Which text of the server grammar applies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GrammarProfile {
    /// RFC 6265: exactly one space after a semicolon, Max-Age from 1, empty attributes allowed.
    Rfc6265,
    /// Draft 22 of RFC 6265bis: Max-Age from 1.
    Rfc6265bis22,
    /// RFC 6265bis as its editors left it in 2026: Max-Age=0 is valid.
    #[default]
    Rfc6265bis,
    /// Layered cookies: like the editors' text, with empty attributes allowed.
    LayeredCookies,
}

impl From<UserAgentModel> for GrammarProfile {
    fn from(model: UserAgentModel) -> Self {
        match model {
            UserAgentModel::Rfc6265 => Self::Rfc6265,
            UserAgentModel::Rfc6265bis => Self::Rfc6265bis,
        }
    }
}

impl GrammarProfile {
    /// Whether `foo=bar;` and `foo=bar;; Secure` are allowed.
    pub(super) const fn allows_empty_attributes(self) -> bool {
        matches!(self, Self::Rfc6265 | Self::LayeredCookies)
    }

    /// Whether `Max-Age=0` is allowed.
    pub(super) const fn allows_zero_max_age(self) -> bool {
        matches!(self, Self::Rfc6265bis | Self::LayeredCookies)
    }
}

/// One place at which a line breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The broken rule.
    pub code: FindingCode,
    /// Octets from the start of the field value; the length of the line when something is missing at its end.
    pub offset: usize,
    /// The octet at the offset, when it is the offender.
    pub octet: Option<u8>,
    /// What is wrong, as a lower-case fragment.
    pub message: String,
}

macro_rules! finding_codes {
    ($($(#[$doc:meta])+ $name:ident = $id:literal,)+) => {
        /// A rule of the group `cookie.set`, one to one.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum FindingCode {
            $($(#[$doc])+ #[serde(rename = $id)] $name,)+
        }

        impl FindingCode {
            /// Every code.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The id in the catalogue of rules, such as `cookie.set.name-token`.
            #[must_use]
            pub const fn rule_id(self) -> &'static str {
                match self {
                    $(Self::$name => concat!("cookie.set.", $id),)+
                }
            }
        }
    };
}

finding_codes! {
    /// The pair has no equals sign.
    PairHasEquals = "pair-has-equals",
    /// The name is empty.
    NameNonempty = "name-nonempty",
    /// The name has a printable ASCII octet that no token may have.
    NameToken = "name-token",
    /// The value has a printable ASCII octet that it may not have, quotes aside.
    ValueOctets = "value-octets",
    /// A double quote that is not one of a pair around the whole value.
    ValueQuotesPaired = "value-quotes-paired",
    /// A control octet in name, value or attributes, tab included.
    ValueNoControl = "value-no-control",
    /// An octet above 0x7F in name, value or attributes.
    AsciiOnly = "ascii-only",
    /// Whitespace where the grammar tolerates it only from old senders.
    NoBws = "no-bws",
    /// A semicolon that is not followed by exactly one space.
    SeparatorSingleSpace = "separator-single-space",
    /// Nothing between two semicolons, or after the last.
    NoEmptyAttribute = "no-empty-attribute",
    /// An attribute has an octet outside 0x20 to 0x7E.
    AttributeOctets = "attribute-octets",
    /// An extension attribute ends with whitespace.
    AttributeNoEdgeSpace = "attribute-no-edge-space",
    /// An attribute name is repeated.
    AttributeUnique = "attribute-unique",
    /// An attribute name is not registered.
    AttributeKnown = "attribute-known",
    /// An attribute of RFC 2109 or RFC 2965.
    NoObsoleteAttributes = "no-obsolete-attributes",
    /// Expires is not an IMF-fixdate.
    ExpiresImfFixdate = "expires-imf-fixdate",
    /// The year of Expires has fewer than four digits.
    ExpiresFourDigitYear = "expires-four-digit-year",
    /// The date of Expires does not exist, or its weekday is wrong.
    ExpiresRealDate = "expires-real-date",
    /// Expires is after 19 January 2038.
    ExpiresBefore2038 = "expires-before-2038",
    /// Max-Age is not digits only.
    MaxAgeDigits = "max-age-digits",
    /// Max-Age has a leading zero; which ones count depends on the profile.
    MaxAgeNoLeadingZero = "max-age-no-leading-zero",
    /// Max-Age and Expires name different moments. Needs the Date of the response.
    MaxAgeExpiresAgree = "max-age-expires-agree",
    /// A lifetime above 400 days. Expires needs the Date of the response.
    LifetimeCap = "lifetime-cap",
    /// Domain is not a host name.
    DomainSyntax = "domain-syntax",
    /// Domain is neither the host nor a parent of it. Needs the origin.
    DomainCoversHost = "domain-covers-host",
    /// Domain is an IP address.
    DomainNotIp = "domain-not-ip",
    /// Domain is a public suffix and not the host. Needs the origin.
    DomainNotPublicSuffix = "domain-not-public-suffix",
    /// Path does not begin with a slash.
    PathAbsolute = "path-absolute",
    /// Secure or `HttpOnly` has a value.
    FlagsWithoutValue = "flags-without-value",
    /// `SameSite` is none of Strict, Lax and None.
    SamesiteValue = "samesite-value",
    /// `SameSite=None` without Secure.
    SamesiteNoneSecure = "samesite-none-secure",
    /// Secure over plain HTTP, loopback aside. Needs the origin.
    SecureOverTlsOnly = "secure-over-tls-only",
    /// Partitioned without Secure.
    PartitionedSecure = "partitioned-secure",
    /// `__Secure-` without its conditions.
    PrefixSecure = "prefix-secure",
    /// `__Host-` without its conditions.
    PrefixHost = "prefix-host",
    /// `__Http-` without its conditions.
    PrefixHttp = "prefix-http",
    /// `__Host-Http-` without its conditions.
    PrefixHostHttp = "prefix-host-http",
    /// A prefix in another case than specified.
    PrefixExactCase = "prefix-exact-case",
    /// Several cookies seem to be joined with a comma.
    NotFolded = "not-folded",
    /// Name and value together exceed 4096 octets.
    SizePair = "size-pair",
    /// An attribute value exceeds 1024 octets.
    SizeAttribute = "size-attribute",
}

impl FindingCode {
    /// Whether such a finding leaves the grammar itself (rule `cookie.set.grammar`), as opposed to
    /// breaking a recommendation about a line that is well formed.
    #[must_use]
    pub const fn breaks_grammar(self, profile: GrammarProfile) -> bool {
        match self {
            Self::PairHasEquals
            | Self::NameNonempty
            | Self::NameToken
            | Self::ValueOctets
            | Self::ValueQuotesPaired
            | Self::ValueNoControl
            | Self::AsciiOnly
            | Self::NoBws
            | Self::NoEmptyAttribute
            | Self::AttributeOctets
            | Self::AttributeNoEdgeSpace
            | Self::AttributeUnique
            | Self::ExpiresImfFixdate
            | Self::MaxAgeDigits
            | Self::DomainSyntax
            | Self::FlagsWithoutValue
            | Self::SamesiteValue => true,
            Self::SeparatorSingleSpace => matches!(profile, GrammarProfile::Rfc6265),
            Self::MaxAgeNoLeadingZero => !profile.allows_zero_max_age(),
            _ => false,
        }
    }
}

/// The findings of one line while it is being checked.
pub(super) struct Findings<'a> {
    line: &'a [u8],
    pub(super) profile: GrammarProfile,
    found: Vec<Finding>,
}

impl<'a> Findings<'a> {
    pub(super) const fn new(line: &'a [u8], profile: GrammarProfile) -> Self {
        Self { line, profile, found: Vec::new() }
    }

    /// The octet at `offset` is wrong.
    pub(super) fn at(&mut self, code: FindingCode, offset: usize, message: impl Into<String>) {
        let octet = self.line.get(offset).copied();
        self.found.push(Finding { code, offset, octet, message: message.into() });
    }

    /// The text that begins at `offset` is wrong as a whole, or lacks something.
    pub(super) fn from(&mut self, code: FindingCode, offset: usize, message: impl Into<String>) {
        self.found.push(Finding { code, offset, octet: None, message: message.into() });
    }

    pub(super) fn sorted(mut self) -> Vec<Finding> {
        self.found.sort_by_key(|finding| finding.offset);
        self.found
    }
}
