//! Making a counter-example smaller: proptest's value trees, driven asynchronously within a budget.

use std::time::Duration;

use proptest::strategy::ValueTree;
use tokio::time::Instant;

/// How much may be spent on making a counter-example smaller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// How many values may be tried.
    pub tries: usize,
    /// For how long.
    pub time: Duration,
}

impl Default for Budget {
    /// 600 values, 30 s.
    fn default() -> Self {
        Self { tries: 600, time: Duration::from_secs(30) }
    }
}

/// A counter-example that got smaller.
#[derive(Debug, Clone, PartialEq)]
pub struct Shrunk<T, F> {
    /// The smallest value that fails.
    pub value: T,
    /// How it fails.
    pub failure: F,
    /// How many values were tried.
    pub tries: usize,
}

/// A value tree that is being made smaller. It asks for nothing: whoever tests the values says how they did, so that
/// tests may be asynchronous.
#[derive(Debug)]
pub struct Shrinker<T> {
    tree: T,
    goes_on: bool,
    tries: usize,
    most: usize,
    until: Instant,
}

impl<T: ValueTree> Shrinker<T> {
    /// Begins with a tree whose value fails.
    pub fn new(mut tree: T, budget: Budget) -> Self {
        let goes_on = tree.simplify();
        Self { tree, goes_on, tries: 0, most: budget.tries, until: Instant::now() + budget.time }
    }

    /// The next value to test; none when nothing smaller is left, or the budget is spent.
    pub fn candidate(&mut self) -> Option<T::Value> {
        if !self.goes_on || self.tries >= self.most || Instant::now() >= self.until {
            return None;
        }
        self.tries += 1;
        Some(self.tree.current())
    }

    /// The last candidate fails too: smaller still.
    pub fn fails(&mut self) {
        self.goes_on = self.tree.simplify();
    }

    /// The last candidate does not fail: not as small.
    pub fn holds(&mut self) {
        self.goes_on = self.tree.complicate();
    }

    /// How many candidates there were.
    #[must_use]
    pub const fn tries(&self) -> usize {
        self.tries
    }
}

/// Makes a value that fails smaller for as long as it fails. `test` answers how a value fails; each call has to begin
/// with a clean state.
pub async fn shrink<T, F, Test>(
    tree: T,
    value: T::Value,
    failure: F,
    budget: Budget,
    mut test: Test,
) -> Shrunk<T::Value, F>
where
    T: ValueTree,
    Test: AsyncFnMut(&T::Value) -> Option<F>,
{
    let mut shrinker = Shrinker::new(tree, budget);
    let mut best = (value, failure);
    while let Some(value) = shrinker.candidate() {
        match test(&value).await {
            Some(failure) => {
                best = (value, failure);
                shrinker.fails();
            }
            None => shrinker.holds(),
        }
    }
    Shrunk { value: best.0, failure: best.1, tries: shrinker.tries() }
}

#[cfg(test)]
mod tests {
    use proptest::strategy::Strategy;
    use proptest::test_runner::TestRunner;

    use super::*;

    #[tokio::test]
    async fn the_smallest_failing_value_is_found() {
        let mut runner = TestRunner::deterministic();
        let tree = (1000_u32..10_000).new_tree(&mut runner).unwrap();
        let first = tree.current();
        let fails = async |value: &u32| (*value >= 1234).then_some(*value);
        let shrunk = shrink(tree, first, first, Budget::default(), fails).await;
        assert_eq!((shrunk.value, shrunk.failure), if first >= 1234 { (1234, 1234) } else { (first, first) });
        assert!(shrunk.tries > 0);
    }

    #[tokio::test]
    async fn a_budget_ends_it() {
        let mut runner = TestRunner::deterministic();
        let tree = (0_u64..u64::MAX).new_tree(&mut runner).unwrap();
        let first = tree.current();
        let budget = Budget { tries: 3, ..Budget::default() };
        let shrunk = shrink(tree, first, (), budget, async |value| (*value > 1).then_some(())).await;
        assert_eq!(shrunk.tries, 3);
    }
}
