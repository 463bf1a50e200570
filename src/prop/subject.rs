//! What is under test: a variant that is up, with everything that histories need to know of it.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::alphabet::Alphabet;
use super::design::Design;
use super::deviation::Deviation;
use super::play::HOST;
use crate::contract::Call;
use crate::rig::GateKeeper;
use crate::spec::{Body, Case, CaseId, Profile};
use crate::verify::{Instance, Offers, Setting, StageError, Tracing};
use crate::wire::{Client, Limits};

/// Operations that load a session without changing it.
const READERS: [&str; 4] = ["session.keys", "session.items", "session.values", "session.get"];

/// A variant that is up, with everything that histories need to know of it.
#[derive(Clone)]
pub struct Subject {
    /// What is known of it without asking.
    pub setting: Setting,
    /// What it offers.
    pub offers: Offers,
    /// The bounds of every exchange.
    pub limits: Limits,
    /// Where requests can be held.
    pub gates: Option<Arc<GateKeeper>>,
    /// What is known of its design.
    pub design: Design,
    /// What it offers to histories.
    pub alphabet: Arc<Alphabet>,
    /// The catalogue's monitors.
    pub monitors: Vec<Arc<Case>>,
    /// Whose idea of right and wrong is applied.
    pub profile: Profile,
    /// Whether the model looks on.
    pub judged: bool,
    /// Deviations that the target file excuses.
    pub excused: BTreeSet<Deviation>,
    /// Where exchanges are told while they happen; `None` where nobody asked for it.
    pub(crate) tracing: Option<Tracing>,
}

impl Subject {
    /// Asks a variant what it offers.
    pub async fn of(
        setting: &Setting,
        instance: &Arc<dyn Instance>,
        cases: &[Arc<Case>],
        profile: Profile,
        limits: Limits,
    ) -> Result<Self, StageError> {
        let client = Client::new(instance.connector(), limits);
        let client = client.addressed_to(&setting.main).unwrap_or(client);
        let offers = Offers::ask(setting, &client).await?;
        offers.learn_clock(&client, instance.as_ref()).await;
        let excused = excused(setting);
        let mut design = Design::of(&offers.facts);
        design.tolerated.clone_from(&excused);
        let alphabet = Arc::new(Alphabet::of(&offers, &design, setting.fresh_instances));
        let known = |case: &Case| {
            setting
                .target
                .known
                .iter()
                .any(|known| known.case.base() == case.id.base() && known.applies_to(&setting.variant))
        };
        let monitors = cases.iter().filter(|case| matches!(case.body, Body::Monitor(_)) && !known(case));
        Ok(Self {
            setting: setting.clone(),
            gates: if alphabet.gates { GateKeeper::start().await.ok().map(Arc::new) } else { None },
            limits,
            design,
            alphabet,
            monitors: monitors.cloned().collect(),
            profile,
            judged: true,
            excused,
            tracing: None,
            offers,
        })
    }

    /// The same, putting up with wrong behaviour that was reported, so that it hides nothing else. False where the model
    /// cannot follow it.
    pub fn tolerate(&mut self, code: &str, about: &str) -> bool {
        if let Some(deviation) = Deviation::ALL.into_iter().find(|deviation| deviation.as_str() == code) {
            return self.design.tolerated.insert(deviation);
        }
        let before = self.monitors.len();
        self.monitors.retain(|case| case.id.as_str() != about);
        self.monitors.len() < before
    }

    /// The same, telling exchanges as those of a property.
    pub(super) fn telling_of(mut self, property: &str) -> Self {
        self.tracing = self.tracing.map(|tracing| tracing.of(CaseId::new(property)));
        self
    }

    /// A client of an instance.
    #[must_use]
    pub fn client(&self, instance: &Arc<dyn Instance>) -> Client {
        let client = Client::new(instance.connector(), self.limits);
        let authority = self.setting.authority(HOST).unwrap_or_else(|| self.setting.main.clone());
        client.addressed_to(&authority).unwrap_or(client)
    }

    /// A call that loads the session without changing it.
    #[must_use]
    pub fn reader(&self) -> Call {
        let name = READERS.into_iter().find(|name| self.offers.operation(name)).unwrap_or(READERS[0]);
        let call = Call::new(name);
        if name == "session.get" { call.with("key", "hardtack") } else { call }
    }
}

/// Deviations whose case the target file lists as known for this variant.
fn excused(setting: &Setting) -> BTreeSet<Deviation> {
    let known = |deviation: &Deviation| {
        setting
            .target
            .known
            .iter()
            .any(|known| known.case.to_string().starts_with(deviation.case()) && known.applies_to(&setting.variant))
    };
    Deviation::ALL.into_iter().filter(known).collect()
}
