//! Exchanges told while they happen, where that was asked for.

use super::case_run::Ground;
use super::reporter::Reporter;
use crate::event::{Event, Secrecy};
use crate::spec::CaseId;
use crate::wire::{Exchange, Secrets};

/// Tells the exchanges of one case, or of the pages that are only read.
#[derive(Debug)]
pub(super) struct Trace {
    reporter: Reporter,
    variant: String,
    case: Option<CaseId>,
    secrecy: Secrecy,
    /// What was met so far.
    secrets: Secrets,
}

impl Trace {
    /// A trace; none where nobody asked for it.
    pub(super) fn of(ground: &Ground, case: Option<&CaseId>) -> Option<Self> {
        ground.trace.then(|| Self {
            reporter: ground.reporter.clone(),
            variant: ground.variant(),
            case: case.cloned(),
            secrecy: ground.secrecy.clone(),
            secrets: Secrets::default(),
        })
    }

    /// Tells one exchange.
    pub(super) fn tell(&mut self, what: &str, line: Option<usize>, exchange: &Exchange) {
        let evidence = self.secrecy.live(exchange, &mut self.secrets);
        self.reporter.send(Event::Exchanged {
            variant: self.variant.clone(),
            case: self.case.clone(),
            what: self.secrets.hide_text(what),
            line,
            exchange: Box::new(evidence),
        });
    }
}
