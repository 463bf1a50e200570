//! Specs and cases, as the reader leaves them: complete and consistent.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{
    ByProfile, CaseId, ClientName, DesignName, Expect, FaultName, Generator, Grade, Level, Matcher, RuleId,
    SetCookieExpect, SpecId, Step,
};
use crate::document::{Source, Span};

/// A page about one behaviour.
#[derive(Debug, Clone)]
pub struct Spec {
    /// The file and its text, for diagnostics.
    pub source: Source,
    /// Its id.
    pub id: SpecId,
    /// Its title, a sentence.
    pub title: String,
    /// Why the behaviour matters.
    pub why: String,
    /// Where the behaviour is stated.
    pub refs: Vec<String>,
    /// Its cases; rows of examples are cases of their own.
    pub cases: Vec<Arc<Case>>,
}

/// One case.
#[derive(Debug, Clone)]
pub struct Case {
    /// The file and its text.
    pub source: Source,
    /// Where it stands.
    pub span: Span,
    /// Its id.
    pub id: CaseId,
    /// Its title, a sentence.
    pub title: String,
    /// Why it matters: its own words or the spec's.
    pub why: String,
    /// The rules that it decides.
    pub rules: Vec<RuleId>,
    /// References, the spec's included.
    pub refs: Vec<String>,
    /// Facts and transport that it needs, the spec's included.
    pub needs: Needs,
    /// The clients it uses.
    pub clients: BTreeMap<ClientName, ClientKind>,
    /// Values drawn before it begins, by name.
    pub given: BTreeMap<String, Generator>,
    /// How far `about`, `lifetime` and `agree` may be off, in milliseconds.
    pub tolerance_ms: i64,
    /// Its weight by profile, from its rules or its own `level`.
    pub level: ByProfile<Level>,
    /// What it does.
    pub body: Body,
    /// The designs that it can tell apart; empty when it only passes or fails.
    pub designs: Vec<Design>,
    /// The faults of the reference server that must kill it.
    pub catches: Vec<FaultName>,
}

/// What a case consists of.
#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    /// Steps, in order.
    Steps(Vec<Step>),
    /// A judgement on every exchange of the run.
    Monitor(Monitor),
}

/// A judgement on every exchange of the run.
#[derive(Debug, Clone, PartialEq)]
pub struct Monitor {
    /// Only cookies of this name, or responses that set it; the role `session` is allowed.
    pub cookie: Option<String>,
    /// Only exchanges over this transport.
    pub transport: Option<Transport>,
    /// Only answers that send the browser from http to https.
    pub upgrades: bool,
    /// What should hold each time.
    pub expect: MonitorExpect,
}

/// What a monitor looks at.
#[derive(Debug, Clone, PartialEq)]
pub enum MonitorExpect {
    /// `on: every_set_cookie`
    EverySetCookie(Box<SetCookieExpect>),
    /// `on: every_response`
    EveryResponse(Box<Expect>),
}

/// What a target must be like for a case to apply, beyond offering its operations.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Needs {
    /// Facts by name.
    pub facts: BTreeMap<String, Matcher>,
    /// The transport, when it matters.
    pub transport: Option<Transport>,
}

/// How requests reach a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Transport {
    /// In the clear.
    Http,
    /// Over TLS.
    Https,
}

impl Transport {
    /// The transport with this word.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        match word {
            "http" => Some(Self::Http),
            "https" => Some(Self::Https),
            _ => None,
        }
    }
}

/// A client of a spec.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientKind {
    /// With a cookie jar that follows RFC 6265bis.
    Browser,
    /// Without a jar: sends what the step says and nothing else.
    Raw,
}

/// A design that a case can recognise.
#[derive(Debug, Clone, PartialEq)]
pub struct Design {
    /// Its name.
    pub name: DesignName,
    /// How it is graded.
    pub grade: ByProfile<Grade>,
    /// What it means, in plain words.
    pub means: String,
    /// The saved values that show it; all must match.
    pub when: BTreeMap<String, Matcher>,
}
