//! Exchanges as reports may show them.

use std::sync::Arc;

use serde::Serializer;

use super::CaseOutcome;
use crate::wire::{Exchange, Mask};

/// Octets of each body that a stored run keeps.
pub const STORED_BODY_OCTETS: usize = 16 * 1024;

impl CaseOutcome {
    /// The exchanges for reports. Cookies and credentials of servers that are neither on this machine nor inside
    /// this process are masked.
    pub fn evidence(&self) -> impl Iterator<Item = Arc<Exchange>> {
        self.exchanges.iter().map(for_reports)
    }
}

fn for_reports(exchange: &Arc<Exchange>) -> Arc<Exchange> {
    if exchange.is_local() { Arc::clone(exchange) } else { Arc::new(Mask::AllCookies.exchange(exchange)) }
}

/// Exchanges as [`crate::wire::Evidence`], each body up to [`STORED_BODY_OCTETS`].
pub(super) fn serialize<S: Serializer>(exchanges: &[Arc<Exchange>], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(exchanges.iter().map(|exchange| for_reports(exchange).evidence(STORED_BODY_OCTETS)))
}
