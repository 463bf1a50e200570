//! What the servers of the Rust targets have in common: their argument, their environment and their release.

use std::env;

/// Where the contract's two routes are.
pub const BASE: &str = "/_hardtack";

const KEY: &str = "hardtack: public on purpose, and 64 octets long as the keys of the crate `cookie` are";

/// The port on 127.0.0.1, the only argument.
pub fn port() -> u16 {
    env::args().nth(1).and_then(|port| port.parse().ok()).expect("the port is the argument")
}

/// The value of an environment variable that is one of `known`; the first of them when it is not set.
pub fn choice(variable: &str, known: &[&str]) -> String {
    let chosen = env::var(variable).unwrap_or_else(|_| known[0].to_owned());
    assert!(known.contains(&chosen.as_str()), "{variable} is one of {}", known.join(", "));
    chosen
}

/// What cookies are signed with.
pub fn secret() -> String {
    env::var("SECRET_KEY").unwrap_or_else(|_| KEY.to_owned())
}

/// The release of a package, as the text of a lock file has it.
pub fn release<'a>(lock: &'a str, package: &str) -> &'a str {
    let rest = lock.split(&format!("name = \"{package}\"\nversion = \"")).nth(1);
    rest.and_then(|rest| rest.split('"').next()).unwrap_or("unknown")
}
