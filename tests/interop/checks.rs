//! What the tests of all services share.

use std::fmt::Debug;
use std::future::Future;
use std::time::Duration;

use libtest_mimic::Failed;
use tokio::runtime::Runtime;

/// Longer than anything here takes.
pub const LONG: Duration = Duration::from_mins(1);

pub type Tested = Result<(), Failed>;

/// A test and its name.
pub type NamedTest = (&'static str, fn() -> Tested);

pub fn run(test: impl Future<Output = Tested>) -> Tested {
    Runtime::new()?.block_on(test)
}

pub fn holds<T: PartialEq + Debug>(actual: &T, expected: &T, what: &str) -> Tested {
    if actual == expected { Ok(()) } else { Err(format!("{what}: expected {expected:?}, got {actual:?}").into()) }
}
