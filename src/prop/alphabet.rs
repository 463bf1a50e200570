//! The alphabet: what a target offers to histories.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::contract::{Call, Control, Offer, ServiceRole};
use crate::verify::Offers;

use super::design::{Design, Extends};
use super::deviation::Deviation;

/// The beginning of the names of the application's own cookies.
pub(super) const MARKER: &str = "note";

/// Operations of the alphabet and how often they are drawn.
const OPERATIONS: &[(&str, u32)] = &[
    ("session.put", 14),
    ("session.get", 6),
    ("session.has", 3),
    ("session.pop", 5),
    ("session.delete", 5),
    ("session.set_default", 4),
    ("session.update", 4),
    ("session.append", 4),
    ("session.touch", 2),
    ("session.keys", 3),
    ("session.values", 2),
    ("session.items", 5),
    ("session.clear", 5),
    ("session.flush", 6),
    ("session.cycle_key", 5),
    ("session.key", 4),
    ("session.set_expiry", 7),
    ("session.get_expiry", 3),
    ("session.set_test_cookie", 2),
    ("session.test_cookie_worked", 2),
    ("session.delete_test_cookie", 2),
    ("auth.login", 12),
    ("auth.logout", 8),
    ("auth.whoami", 6),
    ("auth.change_password", 3),
    ("auth.sessions", 3),
    ("auth.end_others", 2),
    ("auth.end_all", 2),
    ("auth.disable", 1),
    ("csrf.issue", 4),
    ("csrf.submit", 4),
    ("csrf.put", 2),
    ("store.exists", 2),
    ("store.delete", 1),
    ("store.corrupt", 2),
    ("store.clear_expired", 3),
    ("cookie.set", 2),
    ("cookie.delete", 2),
    ("cookie.list", 2),
    ("ctl.raise", 2),
    ("ctl.header", 2),
];

/// What a target offers to histories.
#[derive(Debug, Clone, Default)]
#[allow(clippy::struct_excessive_bools, reason = "what is on offer is a set of independent facts")]
pub struct Alphabet {
    /// Operations and their weights.
    pub operations: Vec<(&'static str, u32)>,
    /// What operations lack, where they lack anything.
    pub lacks: BTreeMap<&'static str, Offer>,
    /// Controls by name.
    pub controls: Vec<&'static str>,
    /// Stores that can be taken away and brought back.
    pub outages: Vec<ServiceRole>,
    /// Whether the server's clock can be moved.
    pub clock: bool,
    /// Whether requests can be held inside the server.
    pub gates: bool,
    /// Whether there are records behind the keys.
    pub keys: bool,
    /// Whether the front page may be visited without beginning a session.
    pub visits: bool,
    /// Whether the word `user` is a key like any other.
    pub user_key: bool,
    /// How long a session lives when nothing is said, in seconds.
    pub lifetime: u32,
}

impl Alphabet {
    /// What a target offers.
    ///
    /// `alone` says that each history has a server for itself. Else none takes a store away: clients of a store that
    /// have seen an outage may avoid it for a while, and others would see what that does.
    #[must_use]
    pub fn of(offers: &Offers, design: &Design, alone: bool) -> Self {
        // Where there are copies of records, nobody knows what becomes of a session whose record is deleted.
        let known = |name: &str| name != "store.delete" || design.copies == Some(false);
        let offered = |(name, _): &&(&'static str, u32)| offers.operation(name) && known(name);
        let controls = [Control::Flush(ServiceRole::Cache), Control::RestartServer];
        let operations: Vec<_> = OPERATIONS.iter().filter(offered).copied().collect();
        let lacks = operations.iter().filter_map(|(name, _)| {
            let offer = offers.description.operations.get(*name).filter(|offer| !offer.lacks.is_empty())?;
            Some((*name, offer.clone()))
        });
        let reaches = |role: &ServiceRole| {
            [Control::Stop(*role), Control::Start(*role)].iter().all(|control| offers.controls.contains(control))
        };
        Self {
            lacks: lacks.collect(),
            operations,
            outages: [ServiceRole::Cache, ServiceRole::Database]
                .into_iter()
                .filter(|role| alone && reaches(role))
                .collect(),
            controls: controls
                .into_iter()
                .filter(|control| offers.controls.contains(control))
                .map(Control::name)
                .collect(),
            clock: offers.clock() && design.expiry != Extends::Unknown,
            gates: offers.reaches_gates && offers.operation("ctl.wait"),
            keys: !design.in_cookie,
            visits: design.lazy == Some(true) && offers.base_path.is_some(),
            user_key: !design.tolerated.contains(&Deviation::CarriesOtherUser),
            lifetime: design.default_lifetime.and_then(|seconds| u32::try_from(seconds).ok()).unwrap_or(0),
        }
    }

    /// What a target could offer at most, with sessions behind keys or in their cookies.
    #[cfg(test)]
    pub(super) fn everything(keys: bool) -> Self {
        let controls = [Control::Flush(ServiceRole::Cache), Control::RestartServer];
        Self {
            operations: OPERATIONS.to_vec(),
            controls: controls.into_iter().map(Control::name).collect(),
            clock: true,
            gates: true,
            keys,
            visits: true,
            user_key: true,
            lifetime: 1000,
            ..Self::default()
        }
    }

    /// What two targets both offer.
    #[must_use]
    pub fn common(&self, other: &Self) -> Self {
        let both = |name: &&'static str| other.controls.contains(name);
        let mut lacks = self.lacks.clone();
        for (name, offer) in &other.lacks {
            lacks.entry(name).or_default().lacks.extend(offer.lacks.iter().cloned());
        }
        Self {
            lacks,
            operations: self.operations.iter().filter(|(name, _)| other.offers(name)).copied().collect(),
            controls: self.controls.iter().filter(|name| both(name)).copied().collect(),
            outages: self.outages.iter().filter(|one| other.outages.contains(one)).copied().collect(),
            clock: self.clock && other.clock,
            gates: self.gates && other.gates,
            keys: self.keys && other.keys,
            visits: self.visits && other.visits,
            user_key: self.user_key && other.user_key,
            lifetime: self.lifetime.max(other.lifetime),
        }
    }

    /// Whether an operation belongs to it.
    #[must_use]
    pub fn offers(&self, operation: &str) -> bool {
        self.operations.iter().any(|(name, _)| *name == operation)
    }

    /// Whether an operation takes an argument in this form.
    #[must_use]
    pub fn takes(&self, operation: &str, parameter: &str, value: &Value) -> bool {
        self.lacks.get(operation).is_none_or(|offer| offer.lacking(parameter, value).is_none())
    }

    /// A call without the arguments that the framework does not know.
    #[must_use]
    pub fn within(&self, mut call: Call) -> Call {
        call.arguments.retain(|parameter, value| self.takes(&call.op, parameter, value));
        call
    }

    /// Whether it says anything about sessions.
    #[must_use]
    pub fn is_useful(&self) -> bool {
        let reads = ["session.get", "session.items", "session.keys", "auth.whoami"];
        let writes = ["session.put", "session.update", "auth.login"];
        reads.iter().any(|name| self.offers(name)) && writes.iter().any(|name| self.offers(name))
    }

    /// The names of everything that can be drawn.
    #[must_use]
    pub fn names(&self) -> BTreeSet<&'static str> {
        let mut names: BTreeSet<&'static str> = self.operations.iter().map(|(name, _)| *name).collect();
        names.extend(&self.controls);
        names.extend(self.outages.iter().flat_map(|role| [Control::Stop(*role).name(), Control::Start(*role).name()]));
        names.extend(["browser.restart", "browser.forget", "browser.plant", "browser.tamper"]);
        if self.clock {
            names.insert("clock.advance");
        }
        names
    }
}
