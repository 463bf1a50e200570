//! The rig against real services. Needs memcached in PATH: without it the tests are shown as ignored, or fail when
//! `HARDTACK_INTEROP=1` asks for them.

use std::env;
use std::process::ExitCode;

use libtest_mimic::{Arguments, Completion, Failed, Trial};

#[cfg(unix)]
mod memcached;

/// Demands the services that these tests need.
const DEMAND: &str = "HARDTACK_INTEROP";

fn main() -> ExitCode {
    #[cfg(unix)]
    if let Some(port) = memcached::subject_port() {
        return memcached::serve(port);
    }
    let arguments = Arguments::from_args();
    libtest_mimic::run(&arguments, trials()).exit_code()
}

#[cfg(unix)]
fn trials() -> Vec<Trial> {
    memcached::TRIALS.iter().map(|(name, test)| trial(name, *test)).collect()
}

#[cfg(not(unix))]
fn trials() -> Vec<Trial> {
    let ignored = || Ok(Completion::ignored_with("services are started on Unix only"));
    vec![Trial::ignorable_test("memcached", ignored)]
}

/// A test that needs memcached.
#[cfg(unix)]
fn trial(name: &str, test: fn() -> Result<(), Failed>) -> Trial {
    Trial::ignorable_test(name, move || {
        if is_in_path("memcached") || env::var_os(DEMAND).is_some_and(|value| value == "1") {
            test().map(|()| Completion::Completed)
        } else {
            Ok(Completion::ignored_with(format!("memcached is not in PATH; {DEMAND}=1 demands it")))
        }
    })
}

#[cfg(unix)]
fn is_in_path(program: &str) -> bool {
    env::var_os("PATH").is_some_and(|path| env::split_paths(&path).any(|folder| folder.join(program).is_file()))
}
