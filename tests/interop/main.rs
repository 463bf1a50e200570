//! The rig against real services: memcached, Redis, `PostgreSQL`; reports against a real browser and public schemas. Without the programs the tests are shown as ignored,
//! or fail when `HARDTACK_INTEROP=1` asks for them.

use std::env;
use std::process::ExitCode;

use libtest_mimic::{Arguments, Completion, Failed, Trial};

#[cfg(unix)]
mod checks;
#[cfg(unix)]
mod command;
#[cfg(unix)]
mod memcached;
mod pages;
#[cfg(unix)]
mod postgres;
#[cfg(unix)]
mod redis;

/// Demands the services that these tests need.
const DEMAND: &str = "HARDTACK_INTEROP";

fn main() -> ExitCode {
    #[cfg(unix)]
    if let Some(port) = memcached::subject_port() {
        return memcached::serve(port);
    }
    let arguments = Arguments::from_args();
    let mut all = trials();
    all.extend(pages::trials());
    libtest_mimic::run(&arguments, all).exit_code()
}

#[cfg(unix)]
fn trials() -> Vec<Trial> {
    let services: [(&'static str, &[checks::NamedTest]); 4] = [
        ("memcached", memcached::TRIALS),
        ("redis-server", redis::TRIALS),
        ("postgres", postgres::TRIALS),
        ("redis-server", command::TRIALS),
    ];
    let all =
        services.iter().flat_map(|(program, trials)| trials.iter().map(|(name, test)| trial(program, name, *test)));
    all.collect()
}

#[cfg(not(unix))]
fn trials() -> Vec<Trial> {
    let ignored = || Ok(Completion::ignored_with("services are started on Unix only"));
    vec![Trial::ignorable_test("memcached", ignored)]
}

/// A test that needs a program.
#[cfg(unix)]
fn trial(program: &'static str, name: &str, test: fn() -> Result<(), Failed>) -> Trial {
    Trial::ignorable_test(name, move || {
        if is_installed(program) || env::var_os(DEMAND).is_some_and(|value| value == "1") {
            test().map(|()| Completion::Completed)
        } else {
            Ok(Completion::ignored_with(format!("{program} is not in PATH; {DEMAND}=1 demands it")))
        }
    })
}

/// Whether a program is in PATH, or where Debian keeps that of `PostgreSQL`.
#[cfg(unix)]
fn is_installed(program: &str) -> bool {
    let debian = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let path = env::var_os("PATH").unwrap_or_default();
    let mut folders = env::split_paths(&path).chain(debian.map(|version| version.path().join("bin")));
    folders.any(|folder| folder.join(program).is_file())
}
