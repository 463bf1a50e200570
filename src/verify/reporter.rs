//! The way of events from cases to the one place that writes them.

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::event::{Event, Sink};

/// Sends events. Clones send to the same place; nothing is lost while the receiver lives.
#[derive(Debug, Clone)]
pub(crate) struct Reporter(UnboundedSender<Event>);

impl Reporter {
    /// A reporter, and where its events come out.
    pub(crate) fn new() -> (Self, UnboundedReceiver<Event>) {
        let (sender, receiver) = unbounded_channel();
        (Self(sender), receiver)
    }

    /// Sends one event.
    pub(crate) fn send(&self, event: Event) {
        // Nobody listens any more only when the run itself is gone.
        let _ = self.0.send(event);
    }
}

/// Gives events to a sink until every reporter is gone.
pub(crate) async fn pump(mut events: UnboundedReceiver<Event>, sink: &mut dyn Sink) {
    while let Some(event) = events.recv().await {
        sink.take(&event);
    }
}
