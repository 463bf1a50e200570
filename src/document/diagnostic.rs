//! What is wrong with a document: place, cause and fix.

use std::fmt;

use serde_json::json;

use super::render::{Style, render};
use super::source::{Source, Span};

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Good to know.
    Note,
    /// Worth changing; the document is usable.
    Warning,
    /// The document cannot be used.
    Error,
}

impl Severity {
    /// The word for it: `note`, `warning`, `error`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// A place in the source, with a few words about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// What to say beside it; may be empty.
    pub text: String,
    /// Whether this is the place of the finding itself, rather than a related one.
    pub primary: bool,
}

/// One finding about a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Stable name of the finding, for example `doc-duplicate-key`.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, in one line.
    pub message: String,
    /// The places. Without any, the finding is about the file as a whole.
    pub labels: Vec<Label>,
    /// Why that is wrong; may be empty.
    pub because: String,
    /// What to do; may be empty.
    pub fix: String,
}

impl Diagnostic {
    /// An error about the file as a whole until [`Diagnostic::at`] gives it a place.
    #[must_use]
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            message: message.into(),
            labels: Vec::new(),
            because: String::new(),
            fix: String::new(),
        }
    }

    /// A warning; otherwise as [`Diagnostic::error`].
    #[must_use]
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, message) }
    }

    /// Points to the place of the finding.
    #[must_use]
    pub fn at(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into(), primary: true });
        self
    }

    /// Points to a related place.
    #[must_use]
    pub fn also(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into(), primary: false });
        self
    }

    /// Says why it is wrong.
    #[must_use]
    pub fn because(mut self, because: impl Into<String>) -> Self {
        self.because = because.into();
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = fix.into();
        self
    }

    /// The place of the finding: of the first primary label, else the start of the file.
    #[must_use]
    pub fn span(&self) -> Span {
        self.labels.iter().find(|label| label.primary).map_or(Span::START, |label| label.span)
    }

    /// `{code, severity, file, line, column, message, because, fix}`.
    #[must_use]
    pub fn to_json(&self, source: &Source) -> serde_json::Value {
        let span = self.span();
        json!({
            "code": self.code,
            "severity": self.severity.as_str(),
            "file": source.name(),
            "line": span.line,
            "column": span.column,
            "message": self.message,
            "because": self.because,
            "fix": self.fix,
        })
    }
}

/// Findings about one source, in the order of their places. Displays as the plain rendering.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostics {
    source: Source,
    found: Vec<Diagnostic>,
}

impl Diagnostics {
    /// Findings about `source`; sorts them by place.
    #[must_use]
    pub fn new(source: Source, mut found: Vec<Diagnostic>) -> Self {
        found.sort_by_key(|diagnostic| diagnostic.span().start);
        Self { source, found }
    }

    /// `Ok(value)` when nothing of severity error was found.
    pub fn unless_errors<T>(source: &Source, found: Vec<Diagnostic>, value: T) -> Result<T, Self> {
        if found.iter().any(|one| one.severity == Severity::Error) {
            return Err(Self::new(source.clone(), found));
        }
        Ok(value)
    }

    /// The text that the findings point into.
    #[must_use]
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// The findings.
    #[must_use]
    pub fn found(&self) -> &[Diagnostic] {
        &self.found
    }

    /// For people, in rustc's look.
    #[must_use]
    pub fn render(&self, style: Style) -> String {
        render(&self.found, &self.source, style)
    }

    /// For programs: a list of [`Diagnostic::to_json`].
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        self.found.iter().map(|one| one.to_json(&self.source)).collect()
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(Style::Plain))
    }
}

impl std::error::Error for Diagnostics {}
