//! What Goose is told of requests. It is told at the end of a turn, of one request after the other: between two
//! exchanges its bookkeeping costs a multiple, since each then finds the processor's caches full of the other.

use std::time::Duration;

use goose::goose::GooseUser;

use super::judge::Judged;
use super::plan::Through;
use super::worker::{CompiledStep, User, Worker};
use crate::contract::Wrong;

/// A request that went well and that Goose has not been told of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Untold {
    /// Its place among all steps.
    step: usize,
    status: u16,
    response: Duration,
}

impl Worker {
    /// Notes a request that went well, unless Goose has counted it by itself.
    pub(super) fn note_for_goose(&self, user: &mut User, step: &CompiledStep, status: u16, response: Duration) {
        if self.plan.through == Through::Connection {
            user.untold.push(Untold { step: step.index, status, response });
        }
    }

    /// Tells Goose of a request at once, unless it has counted it by itself.
    pub(super) async fn tell_goose(
        &self,
        goose: &mut GooseUser,
        step: &CompiledStep,
        judged: &Judged,
        (status, response): (u16, Duration),
    ) {
        if self.plan.through == Through::Connection {
            let fine = judged.ok && judged.wrong.is_none();
            let reason = judged.reason.as_deref().or(judged.wrong.map(Wrong::name));
            let (method, status) = (step.template.method(), judged.ok.then_some(status));
            // It fails only when Goose has stopped listening.
            let _ = goose.record_custom_request_duration(method, &step.name, response, fine, status, reason).await;
        }
    }

    /// Tells Goose what was noted for it.
    pub(super) async fn tell_goose_what_was_noted(&self, user: &mut User, goose: &mut GooseUser) {
        for one in user.untold.drain(..) {
            let Some(step) = self.journeys.iter().flat_map(|journey| &journey.steps).nth(one.step) else { continue };
            let (method, status) = (step.template.method(), Some(one.status));
            let _ = goose.record_custom_request_duration(method, &step.name, one.response, true, status, None).await;
        }
    }
}
