//! A service that is started by a command of the target file; Redis plays one.

use std::env;

use hardtack::contract::ServiceRole;
use hardtack::rig::{CommandPlan, Service, ServicePlan};
use hardtack::target::{ServiceCommand, ServiceReady, Variant};

use super::checks::{LONG, NamedTest, Tested, holds, run};
use super::redis::ask;

pub const TRIALS: &[NamedTest] = &[
    ("command::is_flushed_by_its_command", || run(is_flushed_by_its_command())),
    ("command::without_one_it_is_started_anew", || run(without_one_it_is_started_anew())),
    ("command::comes_back_from_a_crash_with_its_folder", || run(comes_back_from_a_crash_with_its_folder())),
    ("command::a_failing_command_is_told", || run(a_failing_command_is_told())),
];

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// A Redis that writes every command to its folder.
fn plan(ready: ServiceReady, flush: Option<&[&str]>) -> ServicePlan {
    let run = ["redis-server", "--bind", "127.0.0.1", "--port", "{port}", "--dir", "{data_dir}"];
    let durable = ["--save", "", "--appendonly", "yes", "--appendfsync", "always"];
    ServicePlan::Command(Box::new(CommandPlan {
        what: "the service `database`".to_owned(),
        command: ServiceCommand {
            run: words(&[&run[..], &durable[..]].concat()),
            env: [("LC_ALL".to_owned(), "C".to_owned())].into(),
            ready,
            within_ms: 30_000,
            flush: flush.map(words),
        },
        folder: env::temp_dir(),
        variant: Variant::default(),
        data_root: None,
    }))
}

/// Accepting connections is not enough: it may still be loading.
fn answers() -> ServiceReady {
    ServiceReady::Succeeds(words(&["redis-cli", "-e", "-p", "{port}", "GET", "a"]))
}

async fn is_flushed_by_its_command() -> Tested {
    let plan = plan(answers(), Some(&["redis-cli", "-p", "{port}", "FLUSHALL"]));
    let service = Service::start(ServiceRole::Database, plan).await?;
    ask(service.address(), "SET a one").await?;
    holds(&ask(service.address(), "GET a").await?.as_str(), &"one", "before the flush")?;
    let mut kept = super::redis::Session::connect(service.address()).await?;
    service.flush().await?;
    holds(&kept.ask("GET a").await?.as_str(), &"$-1", "after the flush, on the same connection")?;
    service.stop(LONG).await;
    Ok(())
}

async fn without_one_it_is_started_anew() -> Tested {
    let service = Service::start(ServiceRole::Database, plan(ServiceReady::Connects, None)).await?;
    let address = service.address();
    ask(address, "SET a one").await?;
    service.flush().await?;
    holds(&service.address(), &address, "its address")?;
    holds(&ask(address, "GET a").await?.as_str(), &"$-1", "after the flush")
}

async fn comes_back_from_a_crash_with_its_folder() -> Tested {
    let service = Service::start(ServiceRole::Database, plan(answers(), None)).await?;
    ask(service.address(), "SET a one").await?;
    service.crash().await?;
    holds(&ask(service.address(), "GET a").await?.as_str(), &"one", "after the crash")
}

async fn a_failing_command_is_told() -> Tested {
    let plan = plan(ServiceReady::Connects, Some(&["sh", "-c", "echo no such luck >&2; exit 3"]));
    let service = Service::start(ServiceRole::Database, plan).await?;
    let error = service.flush().await.err().map(|error| error.to_string()).unwrap_or_default();
    let expected = "failed to flush the service `database`: failed (exit status: 3): no such luck";
    holds(&error.as_str(), &expected, "the error")
}
