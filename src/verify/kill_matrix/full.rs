//! Every broken server against the whole catalogue: what notices it, declared or not.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{acts, difference, outcomes};
use crate::reference::{EngineKind, Fault};
use crate::spec::{Case, CaseId, FaultName};
use crate::verify::Options;

/// What notices one fault.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct FullRow {
    /// The fault.
    pub fault: FaultName,
    /// Who noticed it, in the order of the catalogue.
    pub noticed: Vec<Notice>,
    /// The engines on which it shows and nobody noticed.
    pub silent_on: Vec<&'static str>,
}

/// One case that noticed a fault.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Notice {
    /// The case, without rows of examples.
    pub case: CaseId,
    /// Whether it says so in `catches`.
    pub declared: bool,
    /// What told the broken server from the good one.
    pub how: String,
    /// On which engine first.
    pub engine: &'static str,
}

/// Runs all cases against each of these faults, on each of these engines where it shows.
pub async fn full_matrix(
    cases: &[Arc<Case>],
    faults: &[&'static Fault],
    engines: &[EngineKind],
    options: &Options,
) -> Vec<FullRow> {
    let mut good = BTreeMap::new();
    for engine in engines {
        good.insert(*engine, outcomes(cases.to_vec(), Vec::new(), *engine, options).await);
    }
    let mut rows = Vec::new();
    for fault in faults {
        let name = FaultName::new(fault.name);
        let mut row = FullRow { fault: name.clone(), noticed: Vec::new(), silent_on: Vec::new() };
        let mut known = BTreeSet::new();
        for engine in engines.iter().copied().filter(|engine| fault.shows_on(*engine)) {
            let broken = outcomes(cases.to_vec(), vec![*fault], engine, options).await;
            let mut anybody = false;
            for case in cases.iter().filter(|case| acts(&good[&engine], &case.id)) {
                let (Some(before), Some(after)) = (good[&engine].get(&case.id), broken.get(&case.id)) else { continue };
                let Ok(how) = difference(before, after) else { continue };
                anybody = true;
                if known.insert(case.id.base().to_owned()) {
                    let declared = case.catches.contains(&name);
                    row.noticed.push(Notice {
                        case: CaseId::new(case.id.base()),
                        declared,
                        how,
                        engine: engine.name(),
                    });
                }
            }
            if !anybody {
                row.silent_on.push(engine.name());
            }
        }
        rows.push(row);
    }
    rows
}
