//! The commands that start workers on this machine: this program again, with what each needs to know.

use std::process::Command;

use super::super::Failure;
use super::Arguments;
use super::arguments::Client;
use super::ground::Ground;
use crate::load::scenario::{Access, Scenario};
use crate::load::{Identity, cores_here};

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
    /// How many workers a leg has: a core each, and one is left to a server of this machine.
    pub(super) fn worker_count(&self, scenario: &Scenario, ground: &Ground) -> u32 {
        let here = ground.site.connector.address().is_some_and(|address| address.ip().is_loopback());
        let cores = cores_here();
        let usual = if here { cores.saturating_sub(1) } else { cores };
        self.workers.workers.unwrap_or(usual).clamp(1, scenario.users)
    }

    /// One command for each worker.
    pub(super) fn commands(&self, ground: &Ground, leg: &Leg<'_>) -> Result<Vec<Command>, Failure> {
        let program = std::env::current_exe()
            .map_err(|error| Failure::our_bug(format!("failed to find this program again: {error}")))?;
        let size = self.worker_count(leg.scenario, ground);
        let command = |rank| {
            let mut command = Command::new(&program);
            command.args(self.words(ground, leg, Identity { rank, size }));
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
        words.push("--supervised".to_owned());
        words
    }
}
