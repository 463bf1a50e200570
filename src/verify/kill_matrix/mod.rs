//! The kill matrix: every case must notice the broken servers that it names.

mod full;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

pub use full::{FullRow, Notice, full_matrix};

use super::embedded::Embedded;
use super::passive::Pages;
use super::plan::measures_time;
use super::run::{Options, Request, run};
use crate::event::{CaseOutcome, Nobody};
use crate::reference::{Config, EngineKind, Fault, fault};
use crate::spec::{Action, Body, Case, CaseId, FaultName};

/// Which cases notice which broken servers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KillMatrix {
    /// One row per case and fault that it names, in the order of the catalogue.
    pub rows: Vec<KillRow>,
    /// Faults that no case names.
    pub unnamed: Vec<&'static str>,
}

/// One case and one fault that it names. A case with examples has noticed when one of its rows has.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct KillRow {
    /// The case, without rows of examples.
    pub case: CaseId,
    /// The fault.
    pub fault: FaultName,
    /// The engines on which both were tried, by name. Empty when there is none on which both act, or no such fault.
    pub tried: Vec<&'static str>,
    /// The engine on which the case noticed.
    pub killed_on: Option<&'static str>,
    /// What told the broken server from the good one; or why nothing did.
    pub how: String,
    /// Everything that told them apart: expectations by their place, or the design.
    pub by: Vec<String>,
}

impl KillMatrix {
    /// The rows in which the broken server passed for a good one.
    pub fn survivors(&self) -> impl Iterator<Item = &KillRow> {
        self.rows.iter().filter(|row| row.killed_on.is_none())
    }

    /// Faults that one expectation alone notices, and the same one for each of a group: nothing tells them apart.
    #[must_use]
    pub fn alike(&self) -> Vec<(String, Vec<&str>)> {
        let mut by_fault: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for row in self.rows.iter().filter(|row| row.killed_on.is_some()) {
            let all = row.by.iter().map(|how| format!("{} {how}", row.case));
            by_fault.entry(row.fault.as_str()).or_default().extend(all);
        }
        let mut groups: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for (fault, by) in by_fault {
            if let (1, Some(only)) = (by.len(), by.into_iter().next()) {
                groups.entry(only).or_default().push(fault);
            }
        }
        groups.into_iter().filter(|(_, faults)| faults.len() > 1).collect()
    }
}

/// Runs the cases of a catalogue against every broken server that they name, inside the process.
pub async fn kill_matrix(cases: &[Arc<Case>], options: &Options) -> KillMatrix {
    let mut good = BTreeMap::new();
    for engine in EngineKind::ALL {
        good.insert(engine, outcomes(cases.to_vec(), Vec::new(), engine, options).await);
    }
    let field = Arc::new(Field { cases: cases.to_vec(), good, options: options.clone() });
    // What is told by the time that it takes is looked at by itself, when the others are done.
    let (timed, others): (Vec<_>, Vec<_>) = named(cases).into_iter().partition(|name| field.is_timed(name));
    let mut by_fault = field.side_by_side(others).await;
    for name in timed {
        by_fault.insert(name.clone(), field.rows_of(&name).await);
    }
    let mut rows: Vec<KillRow> = by_fault.into_values().flatten().collect();
    let place = |id: &CaseId| cases.iter().position(|case| case.id.base() == id.as_str());
    rows.sort_by_key(|row| place(&row.case));
    let named: BTreeSet<FaultName> = named(cases).into_iter().collect();
    let unnamed = fault::all().map(|fault| fault.name).filter(|name| !named.contains(&FaultName::new(*name))).collect();
    KillMatrix { rows, unnamed }
}

fn named(cases: &[Arc<Case>]) -> Vec<FaultName> {
    let names: BTreeSet<&FaultName> = cases.iter().flat_map(|case| &case.catches).collect();
    names.into_iter().cloned().collect()
}

type Outcomes = BTreeMap<CaseId, CaseOutcome>;

/// What all faults have in common: the cases, and what they say of the good server.
struct Field {
    cases: Vec<Arc<Case>>,
    good: BTreeMap<EngineKind, Outcomes>,
    options: Options,
}

impl Field {
    /// The rows of these faults, as many at once as there are processors.
    async fn side_by_side(self: &Arc<Self>, names: Vec<FaultName>) -> BTreeMap<FaultName, Vec<KillRow>> {
        let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let permits = Arc::new(Semaphore::new(processors));
        let mut tasks = JoinSet::new();
        for name in names {
            let (field, permits) = (Arc::clone(self), Arc::clone(&permits));
            tasks.spawn(async move {
                let _permit = permits.acquire_owned().await;
                let rows = field.rows_of(&name).await;
                (name, rows)
            });
        }
        let mut rows = BTreeMap::new();
        while let Some(ended) = tasks.join_next().await {
            match ended {
                Ok((name, of_fault)) => drop(rows.insert(name, of_fault)),
                Err(error) => std::panic::resume_unwind(error.into_panic()),
            }
        }
        rows
    }

    /// The cases that name a fault.
    fn naming(&self, name: &FaultName) -> Vec<&Arc<Case>> {
        self.cases.iter().filter(|case| case.catches.contains(name)).collect()
    }

    fn is_timed(&self, name: &FaultName) -> bool {
        self.naming(name).into_iter().any(|case| measures_time(case))
    }

    /// The rows of one fault. Engines are tried until every case has noticed.
    async fn rows_of(&self, name: &FaultName) -> Vec<KillRow> {
        let naming = self.naming(name);
        let mut rows: Vec<KillRow> = Vec::new();
        for case in &naming {
            if rows.last().is_none_or(|row| row.case.as_str() != case.id.base()) {
                rows.push(KillRow {
                    case: CaseId::new(case.id.base()),
                    fault: name.clone(),
                    tried: Vec::new(),
                    killed_on: None,
                    how: "there is no engine on which both the fault and the case act".to_owned(),
                    by: Vec::new(),
                });
            }
        }
        let fault = match fault::find(name.as_str()) {
            Ok(fault) => fault,
            Err(error) => {
                for row in &mut rows {
                    row.how = error.to_string();
                }
                return rows;
            }
        };
        for engine in EngineKind::ALL.into_iter().filter(|engine| fault.shows_on(*engine)) {
            for exchanges in [Exchanges::OfOnePerSpec, Exchanges::OfAll] {
                let open = self.open(&naming, &rows, engine);
                let monitors = open.iter().any(|case| is_monitor(case));
                if open.is_empty() || (exchanges == Exchanges::OfAll && !monitors) {
                    continue;
                }
                let others: Vec<Arc<Case>> = if monitors { self.others(&open, exchanges) } else { Vec::new() };
                let run: Vec<Arc<Case>> = open.iter().cloned().chain(others).collect();
                let broken = outcomes(run, vec![fault], engine, &self.options).await;
                for case in &open {
                    self.note(case, engine, &broken, &mut rows);
                }
            }
        }
        rows
    }

    /// The cases that act on an engine and have not noticed yet.
    fn open(&self, naming: &[&Arc<Case>], rows: &[KillRow], engine: EngineKind) -> Vec<Arc<Case>> {
        let noticed =
            |case: &Case| rows.iter().any(|row| row.case.as_str() == case.id.base() && row.killed_on.is_some());
        let open = naming.iter().filter(|case| !noticed(case) && acts(&self.good[&engine], &case.id));
        open.map(|case| Arc::clone(case)).collect()
    }

    /// The cases whose exchanges monitors get to see. Those that repeat themselves show them nothing new.
    fn others(&self, open: &[Arc<Case>], exchanges: Exchanges) -> Vec<Arc<Case>> {
        let mut seen = BTreeSet::new();
        let mut first = |case: &Case| seen.insert(case.id.as_str().split('#').next().map(str::to_owned));
        let others = self.cases.iter().filter(|case| {
            !repeats(case)
                && !is_monitor(case)
                && !open.iter().any(|one| one.id == case.id)
                && (exchanges == Exchanges::OfAll || first(case))
        });
        others.cloned().collect()
    }

    /// Notes in its row what a case said of the broken server.
    fn note(&self, case: &Case, engine: EngineKind, broken: &Outcomes, rows: &mut [KillRow]) {
        let Some(row) = rows.iter_mut().find(|row| row.case.as_str() == case.id.base()) else { return };
        let (Some(good), Some(broken)) = (self.good[&engine].get(&case.id), broken.get(&case.id)) else { return };
        if !row.tried.contains(&engine.name()) {
            row.tried.push(engine.name());
        }
        match difference(good, broken) {
            Ok(how) => {
                (row.killed_on, row.how) = (Some(engine.name()), how);
                // Rows of examples differ in values: which of them noticed tells faults apart, too.
                let label = case.id.as_str().split_once('@').map(|(_, row)| format!("@{row} ")).unwrap_or_default();
                row.by.extend(all_differences(good, broken).into_iter().map(|how| format!("{label}{how}")));
            }
            Err(why) if row.killed_on.is_none() => row.how = why,
            Err(_) => {}
        }
    }
}

/// Whose exchanges monitors get to see. Those of one case per spec mostly show them what is wrong, for a tenth of the
/// work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Exchanges {
    OfOnePerSpec,
    OfAll,
}

fn is_monitor(case: &Case) -> bool {
    matches!(case.body, Body::Monitor(_))
}

fn repeats(case: &Case) -> bool {
    match &case.body {
        Body::Steps(steps) => steps.iter().any(|step| matches!(step.action, Action::Repeat(_))),
        Body::Monitor(_) => false,
    }
}

fn acts(good: &Outcomes, case: &CaseId) -> bool {
    good.get(case).is_some_and(|outcome| outcome.verdict != crate::event::Verdict::NotApplicable)
}

/// Everything that tells a broken server's outcome from the good one's.
fn all_differences(good: &CaseOutcome, broken: &CaseOutcome) -> Vec<String> {
    let held = |expectation: &str| good.findings.iter().all(|finding| finding.expectation != expectation);
    let new = broken.findings.iter().filter(|finding| held(&finding.expectation));
    let mut all: Vec<String> = new.map(|finding| format!("{} {}", finding.expectation, finding.code)).collect();
    if let (Some(before), Some(after)) = (&good.design, &broken.design)
        && before.grade < after.grade
    {
        all.push(after.name.to_string());
    }
    all
}

/// What tells a broken server's outcome from the good one's, and is worse; or why that is no kill.
fn difference(good: &CaseOutcome, broken: &CaseOutcome) -> Result<String, String> {
    let held = |expectation: &str| good.findings.iter().all(|finding| finding.expectation != expectation);
    if let Some(finding) = broken.findings.iter().find(|finding| held(&finding.expectation)) {
        return Ok(finding.expectation.clone());
    }
    if let (Some(before), Some(after)) = (&good.design, &broken.design)
        && before.name != after.name
        && before.grade < after.grade
    {
        return Ok(format!("{} instead of {}", after.name, before.name));
    }
    let design = broken.design.as_ref().map(|design| format!(", design {}", design.name)).unwrap_or_default();
    let reason = broken.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
    Err(format!("{}{design}{reason}", broken.verdict.as_str()))
}

async fn outcomes(
    cases: Vec<Arc<Case>>,
    faults: Vec<&'static Fault>,
    engine: EngineKind,
    options: &Options,
) -> Outcomes {
    let embedded = Embedded::new(Config { engine, faults, ..Config::default() });
    let target = embedded.target();
    let variants = target.default_variants().unwrap_or_default();
    let request = Request {
        cases,
        digest: String::new(),
        variants: variants.into_iter().filter(|variant| variant.value("engine") == Some(engine.name())).collect(),
        target,
        stages: Arc::new(embedded),
        pages: Pages::default(),
        options: options.clone(),
    };
    let (_sender, cancel) = watch::channel(false);
    let run = run(request, &mut Nobody, cancel).await;
    let outcomes = run.variants.into_iter().flat_map(|variant| variant.outcomes);
    outcomes.map(|outcome| (outcome.case.clone(), outcome)).collect()
}
