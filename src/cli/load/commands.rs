//! The commands that start workers on this machine: this program again, with what each needs to know.

use std::process::Command;

use super::super::Failure;
use super::Arguments;
use super::arguments::Client;
use super::ground::Ground;
use crate::load::scenario::{Access, Scenario};
use crate::load::{Identity, allowed_cores, shared_out};

/// What the workers of one leg have in common.
pub(super) struct Leg<'a> {
    pub(super) scenario: &'a Scenario,
    pub(super) sessions: u32,
    pub(super) run: &'a str,
    pub(super) population: Option<&'a std::path::Path>,
    pub(super) rate: Option<f64>,
    pub(super) duration: Option<std::time::Duration>,
}

impl Arguments {
    /// How many workers there are: one for each core, and a quarter of that beside the server, which has more to do.
    fn worker_count(&self, users: u32, beside_the_server: bool) -> u32 {
        let cores = u32::try_from(allowed_cores().len()).unwrap_or(u32::MAX);
        let usual = if beside_the_server { cores / 4 } else { cores };
        self.workers.workers.unwrap_or(usual).clamp(1, users)
    }

    /// The cores of a server inside this process; `None` when it has to share them with the workers.
    pub(in crate::cli) fn server_cores(&self) -> Option<Vec<usize>> {
        // The scenario may have fewer users than workers: then some of its cores are idle.
        let workers = self.worker_count(self.changes.users.unwrap_or(u32::MAX), true);
        shared_out(workers as usize).map(|(server, _)| server)
    }

    /// One command for each worker.
    pub(super) fn commands(&self, ground: &Ground, leg: &Leg<'_>) -> Result<Vec<Command>, Failure> {
        let program = std::env::current_exe()
            .map_err(|error| Failure::our_bug(format!("failed to find this program again: {error}")))?;
        let here = ground.site.connector.address().is_some_and(|address| address.ip().is_loopback());
        let size = self.worker_count(leg.scenario.users, here);
        let own = shared_out(size as usize).filter(|_| here).map(|(_, workers)| workers).unwrap_or_default();
        let command = |rank: u32| {
            let mut command = Command::new(&program);
            command.args(self.words(ground, leg, Identity { rank, size }));
            if let Some(core) = own.get(rank as usize) {
                command.args(["--core", &core.to_string()]);
            }
            // What an engine says of the parent does not hold for its children.
            for name in ["RANK", "WORLD_SIZE", "SLURM_PROCID", "JOB_COMPLETION_INDEX", "START_AT", "RUN_ID"] {
                command.env_remove(name);
            }
            command
        };
        Ok((0..size).map(command).collect())
    }

    fn words(&self, ground: &Ground, leg: &Leg<'_>, identity: Identity) -> Vec<String> {
        let site = &ground.site;
        let elsewhere = ground.stage.setting().target.base_url.is_some();
        let target = match &self.target {
            // The file says which hosts may be written to.
            Some(text) if elsewhere => text.clone(),
            _ => format!("{}{}", site.url, site.base_path),
        };
        let population = &leg.scenario.population;
        let mut words: Vec<String> = vec!["load".into(), target];
        let mut add = |flag: &str, value: String| words.extend([flag.to_owned(), value]);
        add("--scenario", self.scenario.clone().unwrap_or_default());
        add("--users", leg.scenario.users.to_string());
        add("--sessions", leg.sessions.to_string());
        add("--payload", population.payload.to_string());
        add(
            "--access",
            match population.access {
                Access::Uniform => "uniform".to_owned(),
                Access::One => "one".to_owned(),
                Access::Zipf(exponent) => format!("zipf:{exponent}"),
            },
        );
        add("--seed", self.changes.seed.to_string());
        add("--max-requests", self.max_requests.to_string());
        add("--rank", identity.rank.to_string());
        add("--world-size", identity.size.to_string());
        add("--run-id", leg.run.to_owned());
        add("--host-field", site.host.clone());
        if let Some(rate) = leg.rate.or(self.changes.rate) {
            add("--rate", rate.to_string());
        }
        if let Some(duration) = leg.duration.or(self.changes.duration) {
            add("--duration", format!("{}ms", duration.as_millis()));
        }
        if let Some(timeout) = self.timeout {
            add("--timeout", format!("{}ms", timeout.as_millis()));
        }
        if let Some(path) = leg.population {
            add("--population", path.display().to_string());
        }
        if let Some(path) = &self.workers.goose_report {
            add("--goose-report", path.display().to_string());
        }
        if self.client == Client::Reqwest {
            add("--client", "reqwest".to_owned());
        }
        for (flag, wanted) in [("--trace", self.trace), ("--show-secrets", self.show_secrets)] {
            words.extend(wanted.then(|| flag.to_owned()));
        }
        words.push("--supervised".to_owned());
        words
    }
}
