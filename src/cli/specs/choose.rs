//! Finding cases by what people type.

use std::sync::Arc;

use super::super::Failure;
use crate::document::nearest;
use crate::spec::{Case, Catalogue, Spec};

/// Cases of one spec.
pub(super) struct Chosen<'a> {
    pub(super) spec: &'a Spec,
    /// Rows of one table of examples follow each other.
    pub(super) cases: Vec<&'a Arc<Case>>,
}

/// The cases that `name` stands for: a spec's id, a case's id with or without its row.
pub(super) fn choose<'a>(catalogue: &'a Catalogue, name: &str) -> Result<Chosen<'a>, Failure> {
    let means = |case: &Case| case.id.as_str() == name || case.id.base() == name || case.id.spec() == name;
    for spec in catalogue.specs() {
        let cases: Vec<_> = spec.cases.iter().filter(|case| means(case)).collect();
        if !cases.is_empty() {
            return Ok(Chosen { spec, cases });
        }
    }
    Err(unknown(catalogue, name))
}

fn unknown(catalogue: &Catalogue, name: &str) -> Failure {
    const SHOWN: usize = 5;
    let ids = || {
        catalogue
            .specs()
            .flat_map(|spec| std::iter::once(spec.id.as_str()).chain(spec.cases.iter().map(|case| case.id.base())))
    };
    let failure = Failure::bad_input(format!("there is no case or spec `{name}`"));
    if let Some(near) = nearest(name, ids()) {
        return failure.fix(format!("did you mean `{near}`?"));
    }
    let mut holding: Vec<&str> = ids().filter(|id| id.contains(name)).collect();
    holding.dedup();
    if holding.is_empty() || name.is_empty() {
        return failure.fix("`hardtack specs list` names them all");
    }
    let more = if holding.len() > SHOWN { ", …" } else { "" };
    failure.fix(format!("one of these? {}{more}", holding[..holding.len().min(SHOWN)].join(", ")))
}
