//! Runs of small catalogues and of the whole one.

use std::sync::Arc;

use hardtack::event::{CaseOutcome, Event, Sink, StoredRun};
use hardtack::reference::Config;
use hardtack::spec::{Case, Catalogue};
use hardtack::target::Target;
use hardtack::verify::{Embedded, Filter, Options, Raise, Request, run};
use tokio::sync::watch;

/// Keeps the names of events.
#[derive(Default)]
pub struct Names(pub Vec<String>);

impl Sink for Names {
    fn take(&mut self, event: &Event) {
        let value = serde_json::to_value(event).unwrap();
        self.0.push(value["event"].as_str().unwrap().to_owned());
    }
}

pub fn catalogue() -> Vec<Arc<Case>> {
    Catalogue::embedded().unwrap_or_else(|error| panic!("{error}")).cases().cloned().collect()
}

/// A request for the default variants of a target.
pub fn request(cases: Vec<Arc<Case>>, target: Arc<Target>, stages: Arc<dyn Raise>) -> Request {
    let variants = target.default_variants().unwrap();
    Request { cases, digest: "test".into(), target, stages, variants, options: Options::default() }
}

/// A request for the reference server of a configuration, on one engine.
pub fn embedded(config: Config, engine: &str, filter: &str) -> Request {
    let embedded = Embedded::new(config);
    let mut request = request(catalogue(), embedded.target(), Arc::new(embedded));
    request.variants.retain(|variant| variant.value("engine") == Some(engine));
    request.options.filter = Filter::parse(filter).unwrap();
    request
}

/// Runs to the end.
pub async fn finished(request: Request) -> StoredRun {
    let (_sender, cancel) = watch::channel(false);
    run(request, &mut Names::default(), cancel).await
}

/// The outcomes of a run of one variant.
pub async fn outcomes(request: Request) -> Vec<CaseOutcome> {
    finished(request).await.variants.into_iter().flat_map(|variant| variant.outcomes).collect()
}

/// One line per outcome that is not a pass, for messages.
pub fn shown(outcomes: &[CaseOutcome]) -> String {
    let mut lines = String::new();
    for outcome in outcomes {
        lines.push_str(&format!("{} {}", outcome.verdict.as_str(), outcome.case));
        if let Some(design) = &outcome.design {
            lines.push_str(&format!(" design {} {:?}", design.name, design.values));
        }
        if let Some(reason) = &outcome.reason {
            lines.push_str(&format!(" because {reason}"));
        }
        for finding in &outcome.findings {
            lines.push_str(&format!(
                "\n    {} {}: {} / {}",
                finding.expectation, finding.code, finding.expected, finding.actual
            ));
        }
        lines.push('\n');
    }
    lines
}
