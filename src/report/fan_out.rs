//! One stream for several readers.

use crate::event::{Event, Sink};

/// Hands each event to several sinks, in order.
#[derive(Default)]
pub struct FanOut(Vec<Box<dyn Sink>>);

impl FanOut {
    /// A stream without readers.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a reader.
    pub fn add(&mut self, sink: impl Sink + 'static) {
        self.0.push(Box::new(sink));
    }
}

impl Sink for FanOut {
    fn take(&mut self, event: &Event) {
        for sink in &mut self.0 {
            sink.take(event);
        }
    }
}
