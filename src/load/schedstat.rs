//! What the scheduler says about this thread: time on a core, and time in which it waited for one.

/// Nanoseconds since the thread began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Schedule {
    pub(super) running_ns: u64,
    pub(super) waiting_ns: u64,
}

impl Schedule {
    /// Of this thread; `None` where the system does not tell (it is Linux that does).
    pub(super) fn of_this_thread() -> Option<Self> {
        parse(&std::fs::read_to_string("/proc/thread-self/schedstat").ok()?)
    }

    pub(super) fn since(self, earlier: Self) -> Self {
        Self {
            running_ns: self.running_ns.saturating_sub(earlier.running_ns),
            waiting_ns: self.waiting_ns.saturating_sub(earlier.waiting_ns),
        }
    }
}

fn parse(text: &str) -> Option<Schedule> {
    let mut numbers = text.split_ascii_whitespace().map(str::parse);
    Some(Schedule { running_ns: numbers.next()?.ok()?, waiting_ns: numbers.next()?.ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernels_line_is_read() {
        assert_eq!(parse("123 45 6\n"), Some(Schedule { running_ns: 123, waiting_ns: 45 }));
        assert_eq!(parse(""), None);
    }
}
