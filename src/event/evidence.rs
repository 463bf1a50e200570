//! Exchanges as reports may show them: without the secrets of real applications.

use std::sync::Arc;

use super::{CaseOutcome, Finding};
use crate::wire::{Evidence, Exchange, Mask, Secrets};

/// Octets of each body that a stored run keeps.
pub const STORED_BODY_OCTETS: usize = 16 * 1024;

/// What reports may tell of cookies, session keys and credentials.
///
/// Contract apps on this machine hold nothing worth hiding, and their values are what one wants to see. Everything
/// else is hidden where outcomes are made, so that no report, stored run or event ever holds it.
#[derive(Debug, Clone, Default)]
pub struct Secrecy {
    /// Whether everything is shown, wherever the server is.
    pub show_all: bool,
    /// Whether a real application is under test, so that its secrets are hidden on this machine too.
    pub real_application: bool,
    /// Further secrets, such as the passwords that a target file takes from the environment.
    pub known: Vec<String>,
}

impl Secrecy {
    /// Whether what this exchange holds must be hidden.
    #[must_use]
    pub fn hides(&self, exchange: &Exchange) -> bool {
        !self.show_all && (self.real_application || !exchange.is_local())
    }

    /// An outcome with these exchanges as its evidence, and without the secrets that stand in them.
    #[must_use]
    pub fn with_evidence(&self, mut outcome: CaseOutcome, exchanges: &[Arc<Exchange>]) -> CaseOutcome {
        let hidden = exchanges.iter().any(|exchange| self.hides(exchange)) || self.hides_without_exchange();
        if !hidden {
            outcome.exchanges = exchanges.iter().map(|one| Arc::new(one.evidence(STORED_BODY_OCTETS))).collect();
            return outcome;
        }
        let secrets = self.secrets(exchanges);
        outcome.exchanges = exchanges
            .iter()
            .map(|one| Arc::new(Mask::AllCookies.exchange_without(one, &secrets).evidence(STORED_BODY_OCTETS)))
            .collect();
        hide_in(&mut outcome, &secrets);
        outcome
    }

    /// An exchange while its case goes on; `secrets` are those that the case has met so far. Where secrets are hidden it
    /// has no bodies, and no line that repeats it: that something in a body is a secret may show in a later exchange.
    #[must_use]
    pub fn live(&self, exchange: &Exchange, secrets: &mut Secrets) -> Evidence {
        if !self.hides(exchange) && !self.hides_without_exchange() {
            return exchange.evidence(STORED_BODY_OCTETS);
        }
        for known in &self.known {
            secrets.insert(known.as_bytes());
        }
        Mask::AllCookies.add_secrets(exchange, secrets);
        Evidence { curl: String::new(), ..Mask::AllCookies.exchange_without(exchange, secrets).evidence(0) }
    }

    fn hides_without_exchange(&self) -> bool {
        !self.show_all && !self.known.is_empty()
    }

    fn secrets(&self, exchanges: &[Arc<Exchange>]) -> Secrets {
        let mut secrets = Mask::AllCookies.secrets(exchanges.iter().map(|exchange| &**exchange));
        for known in &self.known {
            secrets.insert(known.as_bytes());
        }
        secrets
    }
}

/// Takes the secrets out of every text that came from the run.
fn hide_in(outcome: &mut CaseOutcome, secrets: &Secrets) {
    let hide = |text: &mut String| *text = secrets.hide_text(text);
    outcome.reason.iter_mut().for_each(hide);
    outcome.observed.iter_mut().for_each(hide);
    outcome.steps.iter_mut().for_each(|step| hide(&mut step.what));
    for Finding { message, expected, actual, cookie, .. } in &mut outcome.findings {
        [message, expected, actual].into_iter().for_each(hide);
        for attribute in cookie {
            attribute.expected.iter_mut().for_each(hide);
            hide(&mut attribute.actual);
        }
    }
    if let Some(design) = &mut outcome.design {
        design.values.values_mut().for_each(|value| hide_in_value(value, secrets));
    }
}

fn hide_in_value(value: &mut serde_json::Value, secrets: &Secrets) {
    match value {
        serde_json::Value::String(text) => *text = secrets.hide_text(text),
        serde_json::Value::Array(items) => items.iter_mut().for_each(|item| hide_in_value(item, secrets)),
        serde_json::Value::Object(fields) => fields.values_mut().for_each(|field| hide_in_value(field, secrets)),
        _ => {}
    }
}
