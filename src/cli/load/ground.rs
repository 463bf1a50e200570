//! What is put under load, raised and asked what it offers.

use std::sync::Arc;

use url::Url;

use super::super::under_test::UnderTest;
use super::super::{Failure, serve, verify};
use super::Arguments;
use crate::contract::Control;
use crate::load::scenario::Scenario;
use crate::load::{Served, Site};
use crate::reference::{Config, Rare};
use crate::rig::RigOptions;
use crate::target::{Binding, Target, Variant};
use crate::verify::{Offers, Rigged, Stage, StageError};
use crate::wire::Client;

/// A server that is up, and what it offers.
pub(super) struct Ground {
    pub(super) stage: Box<dyn Stage>,
    pub(super) site: Site,
    /// What can be done to the world around it.
    pub(super) controls: std::collections::BTreeSet<Control>,
}

/// What the arguments name.
pub(super) async fn under_test(arguments: &Arguments, scenario: &Scenario) -> Result<UnderTest, Failure> {
    if let Some(text) = &arguments.target {
        refuse_elsewhere(text)?;
        let limits = verify::limits(arguments.timeout);
        let mut named = UnderTest::named(text, limits).await?;
        if named.target.launch.is_some() && !scenario.makes_outages() {
            // A proxy in front of the store would be measured, too.
            let options = RigOptions { limits, direct: true, ..RigOptions::default() };
            named.stages = Arc::new(Rigged { target: Arc::clone(&named.target), options });
        }
        return Ok(named);
    }
    let faults = serve::faults(&arguments.faults)?;
    let rare = arguments.rare.map(|kind| Rare { kind, one_in: arguments.one_in, seed: arguments.changes.seed });
    let mut embedded = UnderTest::embedded(faults.clone())?;
    let config = Config { faults, rare, ..Config::default() };
    embedded.stages = Arc::new(Served::new(Arc::clone(&embedded.target), config));
    Ok(embedded)
}

/// Load goes to loopback, or to hosts that a target file allows: a bare URL elsewhere is not even looked at.
fn refuse_elsewhere(text: &str) -> Result<(), Failure> {
    let url = text.contains("://").then(|| Url::parse(text).ok()).flatten();
    if let Some(url) = url
        && let Some(host) = url.host_str().map(ToOwned::to_owned)
    {
        let target = Target::for_url(url).map_err(Failure::bad_input)?;
        target.check_write(&host).map_err(Failure::bad_input)?;
    }
    Ok(())
}

/// What reports call it.
pub(super) fn name(arguments: &Arguments, under_test: &UnderTest) -> String {
    match &arguments.target {
        Some(text) if text.contains("://") => text.clone(),
        Some(_) => under_test.target.name.clone(),
        None => "the embedded reference server".to_owned(),
    }
}

impl Ground {
    /// Raises a variant.
    pub(super) async fn raise(
        arguments: &Arguments,
        under_test: &UnderTest,
        variant: &Variant,
    ) -> Result<Self, StageError> {
        let stage = under_test.stages.raise(variant).await?;
        match Self::ask(arguments, &*stage).await {
            Ok(site) => Ok(Self { controls: stage.setting().controls.clone(), stage, site }),
            Err(error) => {
                stage.lower().await;
                Err(error)
            }
        }
    }

    async fn ask(arguments: &Arguments, stage: &dyn Stage) -> Result<Site, StageError> {
        let setting = stage.setting();
        let Binding::Contract { base_path } = setting.binding.clone() else {
            let reason = "there is no contract here, and load needs its operations: serve the contract, or name a \
                          target file with `binding: contract`"
                .to_owned();
            return Err(StageError { reason, exit: crate::event::ExitCode::BAD_INPUT });
        };
        let connector = stage.shared().connector();
        let client = Client::new(connector.clone(), verify::limits(arguments.timeout));
        let client = client.addressed_to(&setting.main).unwrap_or(client);
        let offers = Offers::ask(setting, &client).await?;
        let main = setting.main.clone();
        let host = arguments.workers.host_field.clone().unwrap_or_else(|| main.host_field());
        let url = connector.address().map_or_else(
            || main.url(""),
            |address| {
                format!("{}://{address}", if main.scheme == crate::cookie::Scheme::Https { "https" } else { "http" })
            },
        );
        Ok(Site::new(connector, url, host, base_path, &offers.description, offers.facts))
    }

    /// Why a scenario cannot be run here, and what would allow it.
    pub(super) fn lacks(&self, scenario: &Scenario) -> Option<String> {
        let lacks = self.site.lacks(scenario);
        if !lacks.is_empty() {
            return Some(format!("it does not offer {}", lacks.join(", ")));
        }
        let missing: Vec<&str> = scenario
            .events
            .iter()
            .map(|event| event.control)
            .filter(|control| !self.controls.contains(control))
            .map(Control::name)
            .collect();
        (!missing.is_empty()).then(|| {
            let other = self
                .stage
                .setting()
                .target
                .axes
                .iter()
                .any(|axis| axis.name == "engine" && axis.values.iter().any(|value| value.name == "cached_db"));
            let try_it = if other { "; try `--variant engine=cached_db`" } else { "" };
            format!(
                "nothing here can perform {}: it needs a cache or database that hardtack has started for the \
                 server{try_it}",
                missing.join(", ")
            )
        })
    }

    /// Takes it down.
    pub(super) async fn lower(self) {
        self.stage.lower().await;
    }
}
