//! The versions of one session: which of them a read may give, also while several clients write at once.
//!
//! Every write has a number of its own. Of two writes that overlap either may be the one that stays. A write that
//! was answered before another one was even sent cannot come after it: once that other one is acknowledged, reads
//! sent from then on must not give the older version any more. That holds whoever reads and whoever wrote.

/// What was written to a session, and what of it may still be read.
#[derive(Debug, Clone, Default)]
pub(super) struct Versions(Option<Box<History>>);

#[derive(Debug, Clone, Default)]
struct History {
    /// The last version that was sent.
    issued: u32,
    /// The greatest version that the server acknowledged.
    acked: u32,
    /// Versions that may still be read, and few others.
    writes: Vec<Write>,
    /// What the reads that are under way must not fall behind.
    floors: Vec<u32>,
}

#[derive(Debug, Clone, Copy)]
struct Write {
    number: u32,
    /// The last version that had been sent when this one was answered: those after it overwrite it. `None` while it
    /// may still take effect.
    until: Option<u32>,
}

impl Versions {
    /// The last version that was sent.
    pub(super) fn issued(&self) -> u32 {
        self.0.as_ref().map_or(0, |history| history.issued)
    }

    /// The version that a read sent now must not fall behind, unless [`Versions::allow`] says otherwise.
    pub(super) fn floor(&self) -> u32 {
        self.0.as_ref().map_or(0, |history| history.acked)
    }

    /// A write is sent: its number.
    pub(super) fn issue(&mut self) -> u32 {
        let history = self.0.get_or_insert_default();
        history.issued += 1;
        history.writes.push(Write { number: history.issued, until: None });
        history.issued
    }

    /// A write was answered, and is what the session holds unless another one overlapped.
    pub(super) fn acknowledge(&mut self, number: u32) {
        self.end(number, true);
    }

    /// A write was answered, but went to what is the session no more.
    pub(super) fn dismiss(&mut self, number: u32) {
        self.end(number, false);
    }

    fn end(&mut self, number: u32, acknowledged: bool) {
        let Some(history) = &mut self.0 else { return };
        let issued = history.issued;
        // It is not there when the session began anew meanwhile.
        let Some(write) = history.writes.iter_mut().find(|write| write.number == number) else { return };
        write.until = Some(issued);
        if acknowledged {
            history.acked = history.acked.max(number);
        }
        history.prune();
    }

    /// A read is sent: its floor.
    pub(super) fn begin_read(&mut self) -> u32 {
        let Some(history) = &mut self.0 else { return 0 };
        history.floors.push(history.acked);
        history.acked
    }

    /// The read with this floor is over, and was judged.
    pub(super) fn end_read(&mut self, floor: u32) {
        let Some(history) = &mut self.0 else { return };
        if let Some(at) = history.floors.iter().position(|one| *one == floor) {
            history.floors.swap_remove(at);
        }
    }

    /// Whether a read with this floor may give this version; 0 stands for none.
    pub(super) fn allow(&self, version: u32, floor: u32) -> bool {
        let still_there = |write: &Write| write.number == version && write.until.is_none_or(|until| until >= floor);
        version >= floor || self.0.as_ref().is_some_and(|history| history.writes.iter().any(still_there))
    }

    /// Nothing but this version is left, and all that was to follow it is known to be gone.
    pub(super) fn fall_back_to(&mut self, version: u32) {
        let Some(history) = &mut self.0 else { return };
        history.acked = version;
        history.writes.clear();
        history.writes.push(Write { number: version, until: Some(history.issued) });
    }

    /// The session begins anew, without a version.
    pub(super) fn forget(&mut self) {
        if let Some(history) = &mut self.0 {
            history.acked = 0;
            history.writes.clear();
        }
    }
}

impl History {
    /// Drops writes that no read may give any more, neither one under way nor a later one.
    fn prune(&mut self) {
        let lowest = self.floors.iter().copied().fold(self.acked, u32::min);
        self.writes.retain(|write| write.until.is_none_or(|until| until >= lowest));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(versions: &Versions, floor: u32) -> Vec<u32> {
        (0..=versions.issued()).filter(|version| versions.allow(*version, floor)).collect()
    }

    #[test]
    fn one_writer_leaves_one_version() {
        let mut versions = Versions::default();
        assert_eq!(allowed(&versions, versions.floor()), [0]);
        for number in 1..4 {
            assert_eq!(versions.issue(), number);
            assert_eq!(allowed(&versions, versions.floor()), [number - 1, number], "sent, and perhaps done");
            versions.acknowledge(number);
            assert_eq!(allowed(&versions, versions.floor()), [number]);
        }
    }

    #[test]
    fn of_writes_that_overlap_either_may_stay() {
        let mut versions = Versions::default();
        let (first, second) = (versions.issue(), versions.issue());
        versions.acknowledge(second);
        assert_eq!(allowed(&versions, versions.floor()), [first, second]);
        versions.acknowledge(first);
        assert_eq!(allowed(&versions, versions.floor()), [first, second]);
        let third = versions.issue();
        assert_eq!(allowed(&versions, versions.floor()), [first, second, third]);
        versions.acknowledge(third);
        assert_eq!(allowed(&versions, versions.floor()), [third]);
    }

    #[test]
    fn a_slow_write_may_stay_over_a_quick_one_that_began_later() {
        let mut versions = Versions::default();
        let slow = versions.issue();
        for _ in 0..3 {
            let quick = versions.issue();
            versions.acknowledge(quick);
            assert_eq!(allowed(&versions, versions.floor()), [slow, quick]);
        }
        versions.acknowledge(slow);
        assert_eq!(allowed(&versions, versions.floor()), [slow, 4]);
    }

    #[test]
    fn a_read_under_way_may_give_what_was_there_when_it_was_sent() {
        let mut versions = Versions::default();
        let first = versions.issue();
        versions.acknowledge(first);
        let floor = versions.begin_read();
        for _ in 0..3 {
            let next = versions.issue();
            versions.acknowledge(next);
        }
        assert_eq!(allowed(&versions, floor), [1, 2, 3, 4]);
        assert_eq!(allowed(&versions, versions.floor()), [4]);
        versions.end_read(floor);
    }

    #[test]
    fn a_slow_read_remembers_slow_writes() {
        let mut versions = Versions::default();
        let (slow, quick) = (versions.issue(), versions.issue());
        versions.acknowledge(quick);
        let floor = versions.begin_read();
        versions.acknowledge(slow);
        for _ in 0..3 {
            let next = versions.issue();
            versions.acknowledge(next);
        }
        assert_eq!(allowed(&versions, floor), [1, 2, 3, 4, 5]);
        versions.end_read(floor);
        let last = versions.issue();
        versions.acknowledge(last);
        assert_eq!(allowed(&versions, floor), [2, 3, 4, 5, 6], "nobody asks any more");
    }

    #[test]
    fn a_write_that_failed_may_take_effect_later() {
        let mut versions = Versions::default();
        let failed = versions.issue();
        for _ in 0..2 {
            let next = versions.issue();
            versions.acknowledge(next);
            assert_eq!(allowed(&versions, versions.floor()), [failed, next]);
        }
    }

    #[test]
    fn after_a_loss_the_version_that_is_left_is_right() {
        let mut versions = Versions::default();
        for _ in 0..3 {
            let next = versions.issue();
            versions.acknowledge(next);
        }
        let floor = versions.begin_read();
        assert!(!versions.allow(2, floor));
        versions.fall_back_to(2);
        assert!(versions.allow(2, floor), "a loss counts once, however many see it");
        assert_eq!((versions.floor(), versions.issue()), (2, 4));
        versions.forget();
        assert_eq!((versions.floor(), versions.issued()), (0, 4));
        versions.acknowledge(4);
        assert_eq!(versions.floor(), 0, "it went to the session of before");
    }
}
