//! Expectations: what a step's exchange should mean.

use std::collections::BTreeMap;

use super::Matcher;

/// What one step should have brought about. Every member present is one or more expectations.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Expect {
    /// The response's status.
    pub status: Option<Matcher>,
    /// The operation's result, by the names of [`crate::contract::ResultField`].
    pub result: BTreeMap<String, Matcher>,
    /// For `do: request`: one entry per operation; `None` asks nothing of it.
    pub results: Vec<Option<ResultExpect>>,
    /// Why the operation failed: `missing`, `invalid`, `unsupported`, `exception`; null when it did not.
    pub error: Option<Matcher>,
    /// Response fields by lower-case name; several lines joined with `, `; null when absent.
    pub header: BTreeMap<String, Matcher>,
    /// Cookies that the response sets, by name or the role `session`.
    pub set_cookie: BTreeMap<String, CookieExpect>,
    /// What the browser holds after the step, by name or the role `session`.
    pub jar: BTreeMap<String, JarExpect>,
    /// What native code sees in the exchange, by the names of [`super::SIGHTS`].
    pub seen: BTreeMap<String, Matcher>,
    /// Values saved so far, this step's included, by name without `$`.
    pub saved: BTreeMap<String, Matcher>,
}

impl Expect {
    /// The number of single expectations declared: what reports count.
    #[must_use]
    pub fn declared(&self) -> usize {
        usize::from(self.status.is_some())
            + self.result.len()
            + self.results.iter().flatten().map(ResultExpect::declared).sum::<usize>()
            + usize::from(self.error.is_some())
            + self.header.len()
            + self.set_cookie.values().map(CookieExpect::declared).sum::<usize>()
            + self.jar.len()
            + self.seen.len()
            + self.saved.len()
    }
}

/// What one operation of a request should have answered.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ResultExpect {
    /// Its result by field name.
    pub result: BTreeMap<String, Matcher>,
    /// Why it failed; null when it did not.
    pub error: Option<Matcher>,
}

impl ResultExpect {
    fn declared(&self) -> usize {
        self.result.len() + usize::from(self.error.is_some())
    }
}

/// What a response should do to one cookie.
#[derive(Debug, Clone, PartialEq)]
pub enum CookieExpect {
    /// The name is not set at all.
    None,
    /// The name is set, and these hold.
    Set(Box<SetCookieExpect>),
}

impl CookieExpect {
    fn declared(&self) -> usize {
        match self {
            Self::None => 1,
            Self::Set(expect) => expect.declared(),
        }
    }
}

/// The effect that a browser gives to a `Set-Cookie`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Kept, with a lifetime or until the browser closes.
    Stored,
    /// Kept, and forgotten when the browser closes.
    StoredUntilClose,
    /// The browser holds no cookie of this name afterwards.
    Removed,
    /// The browser ignores the field.
    Refused,
}

impl Effect {
    /// All effects.
    pub const ALL: [Self; 4] = [Self::Stored, Self::StoredUntilClose, Self::Removed, Self::Refused];

    /// The word in specs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stored => "stored",
            Self::StoredUntilClose => "stored_until_close",
            Self::Removed => "removed",
            Self::Refused => "refused",
        }
    }

    /// The effect with this word.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|effect| effect.as_str() == word)
    }
}

/// What should hold of a cookie that a response sets. Attributes are judged on the last field of the name.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SetCookieExpect {
    /// What a browser makes of it. `Stored` also accepts until-close.
    pub effect: Option<Effect>,
    /// Why it is refused: the code of a [`crate::cookie::Refusal`].
    pub because: Option<Matcher>,
    /// The effective lifetime in seconds, as a browser computes it from the time of arrival; a plain value means
    /// "within the tolerance".
    pub lifetime: Option<Matcher>,
    /// Expires and Max-Age are both present and name the same moment, measured from the response's own Date.
    pub agree: bool,
    /// The value, as text.
    pub value: Option<Matcher>,
    /// The Path attribute as written; null when absent.
    pub path: Option<Matcher>,
    /// The Domain attribute, lower case without a leading dot; null when absent.
    pub domain: Option<Matcher>,
    /// The `SameSite` attribute, lower case; null when absent.
    pub same_site: Option<Matcher>,
    /// Whether Secure is present.
    pub secure: Option<Matcher>,
    /// Whether `HttpOnly` is present.
    pub http_only: Option<Matcher>,
    /// Whether Partitioned is present.
    pub partitioned: Option<Matcher>,
    /// The Max-Age attribute in seconds; null when absent or unreadable.
    pub max_age: Option<Matcher>,
    /// The Expires attribute in seconds from the response's own Date; null when absent or unreadable.
    pub expires: Option<Matcher>,
    /// How many fields of this response set the name.
    pub times: Option<Matcher>,
    /// The strict server grammar.
    pub grammar: Option<GrammarExpect>,
}

impl SetCookieExpect {
    /// The number of single expectations declared; being set at all counts as one when nothing else is said.
    #[must_use]
    pub fn declared(&self) -> usize {
        let attributes = [
            &self.because,
            &self.lifetime,
            &self.value,
            &self.path,
            &self.domain,
            &self.same_site,
            &self.secure,
            &self.http_only,
            &self.partitioned,
            &self.max_age,
            &self.expires,
            &self.times,
        ];
        let count = attributes.iter().filter(|matcher| matcher.is_some()).count()
            + usize::from(self.effect.is_some())
            + usize::from(self.agree)
            + usize::from(self.grammar.is_some());
        count.max(1)
    }
}

/// How much of the strict server grammar is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GrammarExpect {
    /// All of it.
    Strict,
    /// Only these rules of the catalogue.
    Rules(Vec<super::RuleId>),
}

/// What a browser should hold after a step.
#[derive(Debug, Clone, PartialEq)]
pub enum JarExpect {
    /// A cookie of this name that it would send to where the step went.
    Holds,
    /// No cookie of this name that it would send to where the step went.
    Lacks,
    /// Holds it, with this value.
    Value(Matcher),
}
