//! The event stream as JSON lines: `schemas/events.schema.json` describes one line.

use std::io::{self, Write};

use crate::event::{Event, Sink};

/// The JSON Schema of one line. It refers to the schema of stored runs beside it.
pub const SCHEMA: &str = include_str!("../../schemas/events.schema.json");

/// Writes one JSON object per event, each on its own line, and flushes it at once.
pub struct EventLines<W> {
    out: W,
    failed: Option<io::Error>,
    on_failure: Box<dyn FnMut(&io::Error) + Send>,
}

impl<W: Write + Send> EventLines<W> {
    /// Writes to `out`. When that fails, `on_failure` hears of it once and nothing more is written: a full disk
    /// must not end a run.
    pub fn new(out: W, on_failure: impl FnMut(&io::Error) + Send + 'static) -> Self {
        Self { out, failed: None, on_failure: Box::new(on_failure) }
    }

    fn write(&mut self, event: &Event) -> io::Result<()> {
        serde_json::to_writer(&mut self.out, event)?;
        self.out.write_all(b"\n")?;
        self.out.flush()
    }
}

impl<W: Write + Send> Sink for EventLines<W> {
    fn take(&mut self, event: &Event) {
        if self.failed.is_some() {
            return;
        }
        if let Err(error) = self.write(event) {
            (self.on_failure)(&error);
            self.failed = Some(error);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    struct FullDisk;

    impl Write for FullDisk {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::StorageFull.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_full_disk_is_told_once() {
        let told = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&told);
        let mut lines = EventLines::new(FullDisk, move |_| {
            counter.fetch_add(1, Ordering::Relaxed);
        });
        for _ in 0..3 {
            let variant = "default".to_owned();
            lines.take(&Event::VariantFinished { variant, counts: crate::event::Counts::default() });
        }
        assert_eq!(told.load(Ordering::Relaxed), 1);
    }
}
