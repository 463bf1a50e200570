//! This process as one worker of several.

use std::io::Write as _;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{oneshot, watch};

use super::super::output::{Console, Stream};
use super::super::{Failure, ctrl_c, verify};
use super::arguments::Client;
use super::ground::{self, Ground};
use super::{Arguments, Identity};
use crate::event::ExitCode;
use crate::load::scenario::Scenario;
use crate::load::{Lead, Message, Plan, SAYS, Through, WorkerError, keep_to, run_worker};
use crate::report::terminal::trace;

pub(super) async fn run(
    arguments: &Arguments,
    scenario: Scenario,
    identity: Identity,
    console: &Console,
) -> Result<ExitCode, Failure> {
    if let Some(core) = arguments.workers.core {
        keep_to(&[core]);
    }
    let under_test = ground::under_test(arguments, &scenario).await?;
    if arguments.target.is_none() || under_test.target.launch.is_some() {
        return Err(Failure::bad_input("each worker would start a server of its own")
            .fix("start the server first, and give all workers its URL, or a target file with `base_url`"));
    }
    if !scenario.events.is_empty() && !arguments.workers.supervised {
        return Err(Failure::bad_input(
            "workers cannot do anything to the world around a server that they did not start",
        )
        .fix("choose a scenario without events, or run on one machine without `--rank`"));
    }
    let variant = under_test.variants(&[])?.into_iter().next().unwrap_or_default();
    let ground = Ground::raise(arguments, &under_test, &variant)
        .await
        .map_err(|error| Failure::new(error.exit, error.reason))?;
    let lacks = ground.site.lacks(&scenario);
    if !lacks.is_empty() {
        return Err(Failure::new(ExitCode::NOTHING_RUN, format!("the server does not offer {}", lacks.join(", ")))
            .fix("choose another scenario"));
    }
    let plan = plan(arguments, scenario, identity, &ground);
    let record = Box::pin(run_worker(plan, lead(arguments, console))).await.map_err(|error| failure(&error))?;
    Stream::Out.print(&record.lines());
    Ok(if record.interrupted { ExitCode::INTERRUPTED } else { ExitCode::CONFORMS })
}

fn plan(arguments: &Arguments, scenario: Scenario, identity: Identity, ground: &Ground) -> Plan {
    let run = arguments.workers.run_id.clone().unwrap_or_else(|| {
        // Workers that were started together agree on their start, if on nothing else.
        format!("{}@{}", scenario.name, arguments.workers.start_at.unwrap_or_default())
    });
    let goose_report = arguments.workers.goose_report.as_ref().map(|path| {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        let ending = path.extension().unwrap_or_default().to_string_lossy();
        path.with_file_name(format!("{stem}.{}-of-{}.{ending}", identity.rank, identity.size))
    });
    Plan {
        run,
        sessions: scenario.population.sessions.first().copied().unwrap_or_default(),
        users: scenario.users,
        scenario: Arc::new(scenario),
        site: ground.site.clone(),
        identity,
        seed: arguments.changes.seed,
        limits: verify::limits(arguments.timeout),
        most_requests: arguments.max_requests,
        population_file: arguments.population.clone(),
        through: match arguments.client {
            Client::Connection => Through::Connection,
            Client::Reqwest => Through::Reqwest,
        },
        // What one worker does, the others do, too.
        trace: (arguments.trace && identity.rank == 0).then(|| ground.stage.setting().secrecy(arguments.show_secrets)),
        goose_report,
    }
}

fn lead(arguments: &Arguments, console: &Console) -> Lead {
    if arguments.workers.supervised {
        return leash();
    }
    let stop = ctrl_c::watch_for(console, "ending the run; once more ends at once");
    let at = arguments.workers.start_at.map(|seconds| Duration::from_secs_f64(seconds.clamp(0.0, 1e12)).as_millis());
    let at = at.map(|at| u64::try_from(at).unwrap_or(u64::MAX));
    // Standard output is for the record.
    let look = console.look(Stream::Err);
    let say = Arc::new(move |message: Message| {
        if let Message::Exchanged { what, exchange } = message {
            Stream::Err.print(&trace(None, None, &what, None, &exchange, &look));
        }
    });
    Lead { say, start: Box::pin(std::future::ready(at)), stop, keep_seconds: false, alone: true }
}

/// Led by a parent: its words come on standard input, whose end is the parent's end.
fn leash() -> Lead {
    let (ask, stop) = watch::channel(false);
    let (begin, beginning) = oneshot::channel();
    // A thread of its own, since reading standard input cannot be given up; it ends with the process.
    std::thread::spawn(move || {
        let mut begin = Some(begin);
        for line in std::io::stdin().lines().map_while(Result::ok) {
            if let Some(at) = line.strip_prefix("start ").and_then(|at| at.trim().parse().ok())
                && let Some(begin) = begin.take()
            {
                let _ = begin.send(Some(at));
            } else if line.trim() == "stop" {
                break;
            }
        }
        ask.send_replace(true);
        // Nobody asks any more, but the run still listens.
        std::thread::park();
    });
    Lead {
        say: Arc::new(|message: Message| {
            let mut out = std::io::stdout().lock();
            // Without a parent there is nobody to tell.
            let _ = writeln!(out, "{SAYS}{}", serde_json::to_string(&message).unwrap_or_default());
            let _ = out.flush();
        }),
        start: Box::pin(async move {
            match beginning.await {
                Ok(at) => at,
                Err(_) => std::future::pending().await,
            }
        }),
        stop,
        keep_seconds: false,
        alone: true,
    }
}

fn failure(error: &WorkerError) -> Failure {
    match error {
        WorkerError::Files(_) => Failure::bad_input(error)
            .fix("use fewer users or more workers, or raise the limit (`ulimit -n`, LimitNOFILE)"),
        WorkerError::Prepare(crate::load::PrepareError::File(_)) => {
            Failure::bad_input(error).fix("name another file with `--population`, or leave it out")
        }
        WorkerError::Prepare(_) => Failure::new(ExitCode::UNREACHABLE, error).fix("look at what the server printed"),
        WorkerError::Goose(_) => Failure::our_bug(error),
        WorkerError::Ended => Failure::new(ExitCode::INTERRUPTED, error),
    }
}
