//! Raising a target: its services, its data folder, its process.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use url::Url;

use super::requirement::{check_requirements, chosen};
use super::running::Running;
use super::server::Server;
use super::{CommandPlan, ProcessCommand, RigError, Scratch, Service, ServicePlan};
use crate::contract::ServiceRole;
use crate::spec::HostRole;
use crate::target::{Launch, Placeholder, ServiceKind, Target, Variant, expand};
use crate::wire::{Authority, Connector, Limits, Roots, Scheme, WireError};

/// The folder beside a target file for what its `install` commands make.
pub(super) const ENV_DIR: &str = ".env";

/// How targets are raised.
#[derive(Debug, Clone)]
pub struct RigOptions {
    /// The limits for reaching a target that runs elsewhere.
    pub limits: Limits,
    /// Whom to trust over TLS.
    pub roots: Roots,
    /// How long processes may take to end before they are killed.
    pub grace: Duration,
    /// Below which folder data folders are made; the system's temporary folder when `None`.
    pub data_root: Option<PathBuf>,
    /// Whether the server reaches its services directly. Their outages cannot be made then, and no proxy stands in
    /// the way of measuring.
    pub direct: bool,
}

impl Default for RigOptions {
    /// The default limits, the platform's roots, 5 s of grace, the system's temporary folder.
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            roots: Roots::Platform,
            grace: Duration::from_secs(5),
            data_root: None,
            direct: false,
        }
    }
}

/// Raises a variant of a target: checks what it requires, starts its services behind fault proxies and the server
/// itself on a free loopback port, and waits until it is ready. A target with a `base_url` is only looked for.
/// When something fails half-way, what was started is ended.
pub async fn raise(target: &Target, variant: &Variant, options: &RigOptions) -> Result<Running, RigError> {
    check_requirements(target, variant).await?;
    let Some(launch) = &target.launch else {
        let url = target.base_url.as_ref().ok_or(RigError::Nowhere)?;
        return elsewhere(url, options).await;
    };
    let mut services = BTreeMap::new();
    for role in needed(target, variant) {
        let plan = service_plan(role, target, variant, options)?;
        services.insert(role, Service::start(role, plan).await?);
    }
    let mut addresses = BTreeMap::new();
    for (role, service) in &services {
        let direct = if options.direct { service.own_address().await } else { None };
        addresses.insert(*role, direct.unwrap_or(service.address()).to_string());
    }
    let data_dir = Scratch::new(options.data_root.as_deref())?;
    let values = Values {
        data_dir: Some(path_text(data_dir.path())),
        services: Some(addresses),
        ..Values::new(target, variant)?
    };
    let main = target.hosts.get(&HostRole::Main);
    let authority = |port: u16| {
        let host = main.map_or_else(|| "127.0.0.1".to_owned(), Clone::clone);
        Authority::new(Scheme::Http, host, port)
    };
    let server = Server::start(launch, authority, |port| values.command(launch, port)).await?;
    Ok(Running::started(server, services, data_dir, options.grace))
}

/// The services that a variant needs: those that its values name, and those that no value of any axis names.
fn needed(target: &Target, variant: &Variant) -> BTreeSet<ServiceRole> {
    let named: BTreeSet<ServiceRole> =
        target.axes.iter().flat_map(|axis| &axis.values).flat_map(|value| &value.services).copied().collect();
    let asked = chosen(target, variant).flat_map(|(_, value)| &value.services).copied();
    let always = target.services.keys().filter(|role| !named.contains(role)).copied();
    asked.chain(always).filter(|role| target.services.contains_key(role)).collect()
}

/// What starting a service takes.
fn service_plan(
    role: ServiceRole,
    target: &Target,
    variant: &Variant,
    options: &RigOptions,
) -> Result<ServicePlan, RigError> {
    Ok(match &target.services[&role].kind {
        ServiceKind::Memcached => ServicePlan::Memcached,
        ServiceKind::Redis => ServicePlan::Redis,
        ServiceKind::Postgres => ServicePlan::Postgres,
        ServiceKind::Command(command) => ServicePlan::Command(Box::new(CommandPlan {
            what: format!("the service `{}`", role.name()),
            command: command.clone(),
            folder: Values::new(target, variant)?.folder,
            variant: variant.clone(),
            data_root: options.data_root.clone(),
        })),
    })
}

async fn elsewhere(url: &Url, options: &RigOptions) -> Result<Running, RigError> {
    let unreachable = |cause| RigError::Unreachable { url: url.to_string(), cause };
    let authority = Authority::of(url)
        .map_err(|error| unreachable(WireError::Connect { address: url.to_string(), cause: error.to_string() }))?;
    let address = authority.reachable_address(&options.limits).await.map_err(unreachable)?;
    let connector = match authority.scheme {
        Scheme::Http => Connector::tcp(address),
        Scheme::Https => Connector::tls(address, &authority.host, &options.roots)?,
    };
    Ok(Running::found(connector, address, options.grace))
}

/// The values of placeholders in one variant.
#[derive(Debug, Clone)]
pub(super) struct Values<'a> {
    target: &'a Target,
    variant: &'a Variant,
    folder: PathBuf,
    port: Option<u16>,
    data_dir: Option<String>,
    /// `None` before services are started. A service that the variant does without is empty text.
    services: Option<BTreeMap<ServiceRole, String>>,
}

impl<'a> Values<'a> {
    /// What is known before anything is started.
    pub(super) fn new(target: &'a Target, variant: &'a Variant) -> Result<Self, RigError> {
        let folder = std::path::absolute(&target.folder)
            .map_err(|cause| RigError::DataDir { path: target.folder.clone(), cause })?;
        Ok(Self { target, variant, folder, port: None, data_dir: None, services: None })
    }

    /// The target's folder, absolute.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(super) fn expand(&self, text: &str) -> Result<String, RigError> {
        expand(text, |placeholder| self.value(placeholder)).map_err(|name| RigError::Placeholder {
            text: text.to_owned(),
            name,
            variant: self.variant.clone(),
        })
    }

    fn value(&self, placeholder: &Placeholder) -> Option<String> {
        match placeholder {
            Placeholder::Port => self.port.map(|port| port.to_string()),
            Placeholder::DataDir => self.data_dir.clone(),
            Placeholder::EnvDir => Some(path_text(&self.folder.join(ENV_DIR))),
            Placeholder::Folder => Some(path_text(&self.folder)),
            Placeholder::ServiceUrl(role) => {
                self.services.as_ref().map(|services| services.get(role).cloned().unwrap_or_default())
            }
            Placeholder::Axis(axis) => self.variant.value(axis).map(str::to_owned),
        }
    }

    /// The command that starts the server on a port. Values of later axes go before those of earlier ones, and
    /// before what all variants share.
    fn command(&self, launch: &Launch, port: u16) -> Result<ProcessCommand, RigError> {
        let values = Self { port: Some(port), ..self.clone() };
        let words = launch.run.iter().map(|word| values.expand(word)).collect::<Result<Vec<_>, _>>()?;
        let mut words = words.into_iter();
        let program = words.next().ok_or(RigError::Nowhere)?;
        let mut env = BTreeMap::new();
        let added = chosen(self.target, self.variant).flat_map(|(_, value)| &value.env);
        for (name, text) in launch.env.iter().chain(added) {
            env.insert(name.clone(), values.expand(text)?);
        }
        Ok(ProcessCommand {
            what: "the server".to_owned(),
            program: program.into(),
            arguments: words.map(Into::into).collect(),
            env,
            folder: self.folder.clone(),
            user: None,
        })
    }
}

fn path_text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
