//! Drawing one history of a run: the same seed and number give the same history again.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, Reason, RngAlgorithm, TestRng, TestRunner};

use super::alphabet::Alphabet;
use super::closing::closing;
use super::history::{History, Step};
use super::strategy::{Histories, histories};

/// The tree of a history.
pub type Tree = <Histories as Strategy>::Tree;

/// Draws histories over an alphabet.
#[derive(Debug)]
pub struct Source {
    alphabet: Arc<Alphabet>,
    seed: u64,
}

impl Source {
    /// Histories over an alphabet, by the seed of a run.
    #[must_use]
    pub fn new(alphabet: &Arc<Alphabet>, seed: u64) -> Self {
        Self { alphabet: Arc::clone(alphabet), seed }
    }

    /// The tree of the history with this number.
    pub fn tree(&self, number: u64) -> Result<Tree, Reason> {
        let mut seed = [0; 32];
        seed[..8].copy_from_slice(&self.seed.to_le_bytes());
        seed[8..16].copy_from_slice(&number.to_le_bytes());
        let config = Config { failure_persistence: None, ..Config::default() };
        let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &seed));
        histories(&self.alphabet, number).new_tree(&mut runner)
    }

    /// The history with this number, if there is one.
    #[must_use]
    pub fn draw(&self, number: u64) -> Option<History> {
        let tree = self.tree(number).ok()?;
        Some(self.history(&tree))
    }

    /// The history of a tree as it is, with the closing look.
    #[must_use]
    pub fn history(&self, tree: &Tree) -> History {
        let (_, steps, _) = tree.current();
        self.closed(steps)
    }

    /// Steps with the closing look.
    #[must_use]
    pub fn closed(&self, mut steps: Vec<Step>) -> History {
        let closing = closing(&self.alphabet, &steps);
        steps.extend(closing);
        History { steps }
    }

    /// Tells the tree that a value comes from how many of its steps were seen, so that the others go first when it is
    /// made smaller.
    pub fn seen(value: &<Tree as ValueTree>::Value, steps: usize) {
        if let (_, all, Some(counter)) = value {
            counter.store(steps.min(all.len()), Ordering::SeqCst);
        }
    }
}
