//! What a process prints: the end of both streams, kept for reports.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::sync::watch;
use tokio::time::timeout;

/// Octets that are kept of each stream.
const KEPT: usize = 64 * 1024;

/// The end of what a process printed: the last 64 KiB of each stream, octets that are not UTF-8 replaced.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Output {
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Output {
    /// The last lines: of standard error where there are any, else of standard output.
    #[must_use]
    pub fn last_lines(&self, count: usize) -> Vec<&str> {
        let text = if self.stderr.trim().is_empty() { &self.stdout } else { &self.stderr };
        let lines: Vec<&str> = text.trim_end().lines().collect();
        lines[lines.len().saturating_sub(count)..].to_vec()
    }
}

/// The streams of one process, or of one after the other, while they are read.
#[derive(Debug, Clone, Default)]
pub(super) struct Captured {
    tails: Arc<Mutex<[VecDeque<u8>; 2]>>,
}

impl Captured {
    /// What is kept now.
    pub(super) fn output(&self) -> Output {
        let tails = self.tails.lock().unwrap_or_else(PoisonError::into_inner);
        let text = |tail: &VecDeque<u8>| {
            let (start, end) = tail.as_slices();
            String::from_utf8_lossy(&[start, end].concat()).into_owned()
        };
        Output { stdout: text(&tails[0]), stderr: text(&tails[1]) }
    }

    /// Reads both streams to their ends in the background.
    pub(super) fn read<O, E>(&self, stdout: Option<O>, stderr: Option<E>) -> Reading
    where
        O: AsyncRead + Send + Unpin + 'static,
        E: AsyncRead + Send + Unpin + 'static,
    {
        let (open, done) = watch::channel(());
        let captured = self.clone();
        tokio::spawn(async move {
            tokio::join!(captured.read_one(0, stdout), captured.read_one(1, stderr));
            drop(open);
        });
        Reading { done }
    }

    async fn read_one<S: AsyncRead + Unpin>(&self, index: usize, stream: Option<S>) {
        let Some(mut stream) = stream else {
            return;
        };
        let mut buffer = vec![0; 8 * 1024];
        while let Ok(count @ 1..) = stream.read(&mut buffer).await {
            let mut tails = self.tails.lock().unwrap_or_else(PoisonError::into_inner);
            tails[index].extend(&buffer[..count]);
            let surplus = tails[index].len().saturating_sub(KEPT);
            tails[index].drain(..surplus);
        }
    }
}

/// The reading of the streams of one process.
#[derive(Debug, Clone)]
pub(super) struct Reading {
    done: watch::Receiver<()>,
}

impl Reading {
    /// Waits until both streams are at their ends. A process that left the group may hold them open for ever.
    pub(super) async fn finished(&mut self, limit: Duration) {
        // The sender never sends; an error says that it is gone.
        let _ = timeout(limit, self.done.changed()).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_end_of_each_stream_is_kept() {
        let captured = Captured::default();
        let long = [vec![b'a'; KEPT], b"end\xFF\n".to_vec()].concat();
        let mut reading = captured.read(Some(std::io::Cursor::new(long)), Some(&b"one\ntwo\nthree\n"[..]));
        reading.finished(Duration::from_mins(1)).await;
        let output = captured.output();
        assert!(output.stdout.starts_with("aaa") && output.stdout.ends_with("end\u{FFFD}\n"));
        assert_eq!(output.stdout.chars().count(), KEPT);
        assert_eq!(output.last_lines(2), ["two", "three"]);
        assert_eq!(Output { stderr: " \n".into(), ..output }.last_lines(1).len(), 1);
        assert!(Output::default().last_lines(3).is_empty());
    }
}
