//! Which pairs of operations histories have reached: what came before what.

use std::collections::{BTreeMap, BTreeSet};

use super::alphabet::Alphabet;
use super::history::History;

/// Which pairs of operations histories have reached.
#[derive(Debug, Clone, Default)]
pub struct Coverage {
    names: BTreeMap<&'static str, usize>,
    reached: BTreeSet<(usize, usize)>,
}

impl Coverage {
    /// Nothing is reached yet.
    #[must_use]
    pub fn of(alphabet: &Alphabet) -> Self {
        let names = alphabet.names().into_iter().enumerate().map(|(index, name)| (name, index)).collect();
        Self { names, reached: BTreeSet::new() }
    }

    /// Adds the pairs of a history: each operation with the one behind it.
    pub fn add(&mut self, history: &History) {
        let places: Vec<usize> = history
            .steps
            .iter()
            .flat_map(super::history::Step::names)
            .filter_map(|name| self.names.get(name).copied())
            .collect();
        self.reached.extend(places.windows(2).map(|pair| (pair[0], pair[1])));
    }

    /// Adds what others have reached.
    pub fn merge(&mut self, other: &Self) {
        self.reached.extend(&other.reached);
    }

    /// How many pairs were reached.
    #[must_use]
    pub fn reached(&self) -> usize {
        self.reached.len()
    }

    /// How many pairs there are.
    #[must_use]
    pub fn possible(&self) -> usize {
        self.names.len() * self.names.len()
    }
}
