//! What a variant offers: what it says of itself, with what the target file adds.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::mapped::Mapped;
use super::stage::{Instance, Setting, StageError};
use crate::contract::{Call, Control, Description, DescriptionError, Facts, Program, Reply};
use crate::event::{ExitCode, TargetFacts};
use crate::judge::{SESSION_ROLE, SessionNames};
use crate::spec::{Case, HostRole, Transport};
use crate::target::Binding;
use crate::wire::{Client, ConnectionUse, Request, Scheme};

/// What a variant offers to cases.
#[derive(Debug, Clone)]
pub struct Offers {
    /// Its description of itself; empty where it is read passively.
    pub description: Description,
    /// The path of the contract; none where it is read passively.
    pub base_path: Option<String>,
    /// Its facts, the target file's included.
    pub facts: Facts,
    /// What the role `session` stands for.
    pub session: SessionNames,
    /// Its hosts by role.
    pub hosts: BTreeMap<HostRole, String>,
    /// What can be done to the world around it.
    pub controls: BTreeSet<Control>,
    /// How requests reach it.
    pub transport: Transport,
    /// Whether it can reach hardtack's gates.
    pub reaches_gates: bool,
    /// How its own requests serve as operations, where they do.
    pub mapped: Option<Arc<Mapped>>,
}

impl Offers {
    /// Asks a variant what it offers.
    pub async fn ask(setting: &Setting, client: &Client) -> Result<Self, StageError> {
        let description = match &setting.binding {
            Binding::Passive | Binding::Mapped(_) => Description::default(),
            Binding::Contract { base_path } => describe(setting, client, base_path).await?,
        };
        Self::of(setting, description)
    }

    /// What a variant with this description offers.
    pub fn of(setting: &Setting, description: Description) -> Result<Self, StageError> {
        let mapped = match &setting.binding {
            Binding::Mapped(mapping) => Some(Mapped::new(Arc::clone(mapping), setting.target.source.clone())),
            Binding::Contract { .. } | Binding::Passive => None,
        };
        let mapped = mapped
            .transpose()
            .map_err(|missing| StageError { reason: missing.to_string(), exit: ExitCode::BAD_INPUT })?
            .map(Arc::new);
        let description = mapped.as_ref().map_or(description, |mapped| mapped.description());
        let mut facts = description.facts.clone();
        for (name, stated) in setting.facts() {
            if let Some(described) = description.facts.get(&name)
                && *described != stated
            {
                let file = setting.target.source.name();
                let reason = format!(
                    "the server says that its fact `{name}` is {described}, {file} says {stated} for {}: correct the \
                     one that is wrong",
                    setting.variant
                );
                return Err(StageError { reason, exit: ExitCode::BAD_INPUT });
            }
            facts.insert(name, stated);
        }
        let base_path = match &setting.binding {
            Binding::Contract { base_path } => Some(base_path.clone()),
            Binding::Mapped(_) | Binding::Passive => None,
        };
        let session = if description.session_cookies.is_empty() {
            setting.target.session_cookies.clone()
        } else {
            description.session_cookies.clone()
        };
        Ok(Self {
            session: SessionNames::new(session),
            description,
            base_path,
            facts,
            hosts: setting.hosts.clone(),
            controls: setting.controls.clone(),
            transport: match setting.main.scheme {
                Scheme::Http => Transport::Http,
                Scheme::Https => Transport::Https,
            },
            reaches_gates: setting.reaches_gates,
            mapped,
        })
    }

    /// Whether an operation is on offer.
    #[must_use]
    pub fn operation(&self, name: &str) -> bool {
        self.description.operations.contains_key(name)
    }

    /// Whether the server's clock can be advanced.
    #[must_use]
    pub fn clock(&self) -> bool {
        self.operation("clock.advance")
    }

    /// Sets the clock of an instance to that of its server, which somebody may have advanced before.
    pub(crate) async fn learn_clock(&self, client: &Client, instance: &dyn Instance) {
        let Some(base) = self.base_path.as_deref().filter(|_| self.clock() && !instance.shares_clock()) else { return };
        let program = Program::of(Call::new("clock.advance").with("seconds", 0));
        let request = Request::post_json(Program::body_target(base), &program.to_json());
        let exchange = client.send(request, ConnectionUse::Shared).await;
        // Who does not answer stands where every server begins.
        let told = exchange.result.ok().and_then(|response| Reply::parse(&response.body).ok());
        let offset = told.and_then(|reply| reply.results.into_iter().next()?.ok()?.as_i64());
        if let Some(offset) = offset {
            instance.clock().set(offset);
        }
    }

    /// A path of the target, for asking a browser what it would send there.
    pub(super) fn home(&self) -> String {
        match (&self.base_path, &self.mapped) {
            (Some(base), _) => Program::body_target(base),
            (None, Some(mapped)) => mapped.home(),
            (None, None) => "/".to_owned(),
        }
    }

    /// What offers the operations of a case: the description, or lines of the target file.
    pub(super) fn offered_by(&self, case: Option<&Case>) -> String {
        match (&self.mapped, case) {
            (Some(mapped), Some(case)) => format!("mapped at {}", mapped.lines(case)),
            _ => format!("the description at {} offers it", self.base_path.as_deref().unwrap_or("/")),
        }
    }

    /// What reports say of the target.
    #[must_use]
    pub fn target_facts(&self, setting: &Setting) -> TargetFacts {
        let count = self.description.operations.len();
        let binding = match (&self.base_path, &self.mapped) {
            (Some(base), _) => format!("contract at {base}, {count} operations"),
            (None, Some(_)) => {
                let names: Vec<&str> = self.description.operations.keys().map(String::as_str).collect();
                let unnamed = if self.session.first(SESSION_ROLE).is_none() {
                    "; `cookies: {session: NAME}` would say which cookie is the session's, and unlock the cases about it"
                } else {
                    ""
                };
                format!("mapped: its own requests serve as {}{unnamed}", names.join(", "))
            }
            (None, None) => {
                "passive: only what any page shows; serve the contract to unlock operations on cookies and sessions"
                    .to_owned()
            }
        };
        TargetFacts {
            name: setting.target.name.clone(),
            framework: self.description.framework.clone(),
            version: self.description.version.clone(),
            server: self.description.server.clone(),
            file: setting.target.file(),
            binding,
            facts: self.facts.clone(),
        }
    }
}

async fn describe(setting: &Setting, client: &Client, base_path: &str) -> Result<Description, StageError> {
    let exchange = client.send(Request::get(base_path), ConnectionUse::Shared).await;
    let url = exchange.url();
    let response = exchange.result.map_err(|error| StageError {
        reason: format!("failed to get {url}: {error}. {}", error.remedy()),
        exit: ExitCode::UNREACHABLE,
    })?;
    Description::parse(&response.body).map_err(|error| {
        let remedy = match error {
            DescriptionError::Version(_) => String::new(),
            _ => format!(
                " Check `base_path` in {}, and that the contract's routes are switched on.",
                setting.target.source.name()
            ),
        };
        let reason = format!("{url} answered {}, but {error}.{remedy}", response.status);
        StageError { reason, exit: ExitCode::UNREACHABLE }
    })
}
