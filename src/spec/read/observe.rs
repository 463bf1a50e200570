//! What can be observed of a step, depending on what it does.

use super::{did_you_mean, error, listed};
use crate::contract::{Operation, ResultField};
use crate::document::{Diagnostic, Span, nearest};
use crate::spec::code;

/// What can be observed of a step.
#[derive(Debug, Default)]
pub(super) struct Observable {
    /// What the step does, as messages call it.
    pub(super) what: String,
    /// Whether a request is made and answered.
    pub(super) answer: bool,
    /// Whether one operation can fail and say why.
    pub(super) error: bool,
    /// The result of the one operation or probe.
    pub(super) result: Option<ResultField>,
    /// The operations of a request of several; `None` for one that does not exist.
    pub(super) program: Option<Vec<Option<&'static Operation>>>,
    /// Whether there is a jar to look into.
    pub(super) jar: Jar,
}

/// Whether there is a jar to look into.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) enum Jar {
    /// That of the browser that acts.
    Browser,
    /// The client is raw.
    Raw,
    /// Nobody acts.
    #[default]
    Nobody,
}

impl Observable {
    pub(super) fn has_answer(&self, key: &str, span: Span) -> Result<(), Diagnostic> {
        if self.answer {
            return Ok(());
        }
        Err(error(code::NEEDS_REQUEST, format!("{} shows no `{key}`", self.what))
            .at(span, "")
            .because(format!("{} makes no request, so there is no answer to look at", self.what))
            .fix(format!("move `{key}` to a step that makes a request")))
    }

    pub(super) fn has_error(&self, span: Span) -> Result<(), Diagnostic> {
        if self.error {
            return Ok(());
        }
        let found = error(code::NEEDS_REQUEST, format!("{} shows no `error`", self.what)).at(span, "");
        Err(if self.program.is_some() {
            found
                .because("each operation of a request has an outcome of its own")
                .fix("look at one of them: `expect: {results: [{error: …}]}`")
        } else {
            found
                .because("`error` says why an operation failed, and there is no operation")
                .fix("move it to a step with an operation")
        })
    }

    pub(super) fn has_result(&self, field: &str, span: Span) -> Result<(), Diagnostic> {
        if let Some(result) = self.result {
            return known_field(&self.what, result, field, span);
        }
        let found = error(code::UNKNOWN_RESULT, format!("{} has no `result`", self.what)).at(span, "");
        Err(if self.program.is_some() {
            found
                .because("each operation of a request has a result of its own")
                .fix("use `results` in expectations, and results.N.FIELD under `save`")
        } else {
            found
                .because("only operations and probes have a result")
                .fix("move it to a step with an operation or probe")
        })
    }

    pub(super) fn has_result_of(&self, index: usize, field: &str, span: Span) -> Result<(), Diagnostic> {
        match self.program(span)?.get(index) {
            Some(Some(operation)) => known_field(&format!("`{}`", operation.name), operation.result, field, span),
            // The operation is unknown, which is reported there.
            Some(None) => Ok(()),
            None => Err(self.too_many(span)),
        }
    }

    /// The operations that have results.
    pub(super) fn program(&self, span: Span) -> Result<&[Option<&'static Operation>], Diagnostic> {
        self.program.as_deref().ok_or_else(|| {
            error(code::RESULTS, format!("{} has no list of results", self.what))
                .at(span, "")
                .because("`results` belongs to `do: request`, which has several operations")
                .fix("use `result`")
        })
    }

    pub(super) fn too_many(&self, span: Span) -> Diagnostic {
        let operations = self.program.as_ref().map_or(0, Vec::len);
        error(code::RESULTS, "more results than operations")
            .at(span, "")
            .because(format!("operations of this request: {operations}; each has one result, counted from 0"))
            .fix("remove it, or add the operation")
    }

    pub(super) fn has_jar(&self, span: Span) -> Result<(), Diagnostic> {
        match self.jar {
            Jar::Browser => Ok(()),
            Jar::Raw => Err(no_jar(span)),
            Jar::Nobody => Err(error(code::NEEDS_REQUEST, format!("{} shows no `jar`", self.what))
                .at(span, "")
                .because("no browser acts in this step")
                .fix("move it to a step of a browser")),
        }
    }
}

pub(super) fn no_jar(span: Span) -> Diagnostic {
    error(code::NO_JAR, "a raw client has no cookie jar")
        .at(span, "")
        .because("clients of the kind `raw` send what the step says and keep nothing")
        .fix("let a client of the kind `browser` do this")
}

fn known_field(what: &str, result: ResultField, field: &str, span: Span) -> Result<(), Diagnostic> {
    let names = result.names();
    if names.contains(&field) {
        return Ok(());
    }
    let found = error(code::UNKNOWN_RESULT, format!("{what} has no result `{field}`")).at(span, "");
    Err(if names.is_empty() {
        found.because(format!("{what} answers null")).fix("look at its `error`, `status` or cookies instead")
    } else {
        found
            .because(format!("its result: {}", listed(names.iter().copied())))
            .fix(did_you_mean(nearest(field, names.iter().copied()), format!("write `{}`", names.join("` or `"))))
    })
}
