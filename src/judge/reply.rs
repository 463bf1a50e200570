//! The reply of a program, or why there is none.

use crate::contract::{Reply, ReplyError};
use crate::wire::Exchange;

/// Why an exchange has no reply of the contract.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoReply {
    /// There was no complete answer.
    #[error("no answer: {0}")]
    NoAnswer(String),
    /// The answer has no body by its nature: to HEAD, with 204, 205 or 304. It is judged on its head alone.
    #[error("an answer without a body")]
    Bodyless,
    /// The body is no reply.
    #[error("status {status}, and {cause}")]
    Unreadable {
        /// The status of the answer.
        status: u16,
        /// What is wrong with the body.
        cause: ReplyError,
    },
    /// No program was sent.
    #[error("no program was sent")]
    NotAsked,
}

/// Reads the reply to a program.
pub fn read_reply(exchange: &Exchange) -> Result<Reply, NoReply> {
    let response = exchange.result.as_ref().map_err(|error| NoReply::NoAnswer(error.to_string()))?;
    if exchange.request.method == "HEAD" || matches!(response.status, 204 | 205 | 304) {
        return Err(NoReply::Bodyless);
    }
    Reply::parse(&response.body).map_err(|cause| NoReply::Unreadable { status: response.status, cause })
}
