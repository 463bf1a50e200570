//! Exchanges told while they happen, where that was asked for.

use super::case_run::Ground;
use super::reporter::Reporter;
use crate::event::{Event, Secrecy};
use crate::spec::CaseId;
use crate::wire::{Exchange, Secrets};

/// Where exchanges are told, of what, and without which secrets.
#[derive(Debug, Clone)]
pub(crate) struct Tracing {
    reporter: Reporter,
    variant: String,
    case: Option<CaseId>,
    secrecy: Secrecy,
}

impl Tracing {
    /// Of a variant, and of no case yet.
    pub(crate) fn new(reporter: Reporter, variant: String, secrecy: Secrecy) -> Self {
        Self { reporter, variant, case: None, secrecy }
    }

    /// The same, of a case.
    pub(crate) fn of(&self, case: CaseId) -> Self {
        Self { case: Some(case), ..self.clone() }
    }

    /// A trace that has met no secrets yet.
    pub(crate) fn begin(&self) -> Trace {
        Trace { tracing: self.clone(), secrets: Secrets::default() }
    }
}

/// Tells the exchanges of one case, of one history, or of the pages that are only read.
#[derive(Debug)]
pub(crate) struct Trace {
    tracing: Tracing,
    /// What was met so far.
    secrets: Secrets,
}

impl Trace {
    /// A trace; none where nobody asked for it.
    pub(super) fn of(ground: &Ground, case: Option<&CaseId>) -> Option<Self> {
        ground.trace.then(|| {
            let tracing = Tracing::new(ground.reporter.clone(), ground.variant(), ground.secrecy.clone());
            Tracing { case: case.cloned(), ..tracing }.begin()
        })
    }

    /// Tells one exchange.
    pub(crate) fn tell(&mut self, what: &str, line: Option<usize>, exchange: &Exchange) {
        let Tracing { reporter, variant, case, secrecy } = &self.tracing;
        let evidence = secrecy.live(exchange, &mut self.secrets);
        reporter.send(Event::Exchanged {
            variant: variant.clone(),
            case: case.clone(),
            what: self.secrets.hide_text(what),
            line,
            exchange: Box::new(evidence),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cookie::Timestamp;
    use crate::wire::{Authority, Request, Response, Scheme};

    const KEY: &str = "abcdefghijklmnopqrstuvwxyz";

    fn exchange() -> Exchange {
        let request = Request::get("/").with_header("Cookie", format!("sid={KEY}"));
        let authority = Authority::new(Scheme::Http, "shop.example".to_owned(), 80);
        let at = Timestamp::from_secs(0);
        Exchange::recorded(authority, request, Response::text(200, KEY), at, std::time::Duration::ZERO)
    }

    /// What is told of an exchange, as text.
    fn told(secrecy: Secrecy) -> String {
        let (reporter, mut events) = Reporter::new();
        let tracing = Tracing::new(reporter, "default".to_owned(), secrecy);
        let mut trace = tracing.of(CaseId::new("prop/sessions#histories")).begin();
        trace.tell(&format!("alice: {KEY}"), Some(2), &exchange());
        format!("{:?}", events.try_recv().unwrap())
    }

    #[test]
    fn what_is_told_has_a_case_and_no_secret_unless_it_is_asked_for() {
        let masked = told(Secrecy { real_application: true, ..Secrecy::default() });
        assert!(masked.contains("alice: ab…yz") && masked.contains("prop/sessions#histories"), "{masked}");
        assert!(!masked.contains(&KEY[..16]), "{masked}");
        let shown = told(Secrecy { real_application: true, show_all: true, ..Secrecy::default() });
        assert!(shown.contains(&format!("alice: {KEY}")) && shown.contains(&format!("text: \"{KEY}\"")), "{shown}");
    }
}
