//! Cases for unit tests.

use std::collections::BTreeMap;

use crate::document::{Source, Span};
use crate::spec::{Body, ByProfile, Case, CaseId, Level, Needs};

/// A case without steps.
pub fn case(id: &str) -> Case {
    Case {
        source: Source::new("sample.yaml", ""),
        span: Span::START,
        id: CaseId::new(id),
        title: "A sample".into(),
        why: String::new(),
        rules: Vec::new(),
        refs: Vec::new(),
        needs: Needs::default(),
        clients: BTreeMap::new(),
        given: BTreeMap::new(),
        tolerance_ms: 1000,
        level: ByProfile::all(Level::Must),
        body: Body::Steps(Vec::new()),
        designs: Vec::new(),
        catches: Vec::new(),
    }
}
