//! How to search for what no case describes.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::Error;
use super::error::Cause;
use crate::prop::{PropRun, Regressions, SearchOptions};

/// How to search for what no case describes: for how long, by which seed, and which failures are known from before.
///
/// ```
/// use std::time::Duration;
/// use hardtack::testing::Search;
///
/// let quick = Search::new().histories(300).time(Duration::from_secs(5));
/// let again = Search::new().seed(7);
/// # drop((quick, again));
/// ```
#[derive(Debug, Clone)]
pub struct Search {
    options: SearchOptions,
    regressions: Option<PathBuf>,
}

impl Default for Search {
    fn default() -> Self {
        Self::new()
    }
}

impl Search {
    /// 2000 histories or 10 s per variant, whichever comes first, drawn by a seed that is another one each time.
    #[must_use]
    pub fn new() -> Self {
        let mut octets = [0; 4];
        // Without randomness from the system all searches draw the same.
        let _ = getrandom::fill(&mut octets);
        let seed = u64::from(u32::from_le_bytes(octets));
        let options = SearchOptions { seed, time: Duration::from_secs(10), ..SearchOptions::default() };
        Self { options, regressions: None }
    }

    /// What is drawn: the same seed draws the same histories. A failure says its seed.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.options.seed = seed;
        self
    }

    /// How many histories at most.
    #[must_use]
    pub fn histories(mut self, most: u64) -> Self {
        self.options.cases = most;
        self
    }

    /// For how long at most; making what was found smaller comes on top.
    #[must_use]
    pub fn time(mut self, most: Duration) -> Self {
        self.options.time = most;
        self
    }

    /// A file of histories that failed: they are played first, and new ones are added. Commit it, as one commits the
    /// regressions of proptest. A file that is not there yet is empty.
    #[must_use]
    pub fn regressions_in(mut self, file: impl AsRef<Path>) -> Self {
        self.regressions = Some(file.as_ref().to_owned());
        self
    }

    pub(super) fn options(&self) -> SearchOptions {
        self.options
    }

    /// What draws the same again, for those who read a failure.
    pub(super) fn again(&self) -> String {
        format!("the test with `Search::new().seed({})`", self.options.seed)
    }

    pub(super) fn regressions(&self) -> Result<Regressions, Error> {
        let read = self.regressions.as_deref().map(Regressions::read).transpose();
        Ok(read.map_err(|error| Cause::Regressions(error).told())?.unwrap_or_default())
    }

    /// Adds what was found to the file.
    pub(super) fn remember(&self, run: &PropRun, mut regressions: Regressions) -> Result<(), Error> {
        let mut new = false;
        for handed in &run.found {
            new |= regressions.add(handed.regression.clone());
        }
        match &self.regressions {
            Some(file) if new => regressions.write(file).map_err(|error| Cause::Regressions(error).told()),
            _ => Ok(()),
        }
    }
}
