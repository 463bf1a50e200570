//! Runs of small catalogues and of the whole one, on servers of every kind.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;

use hardtack::contract::Control;
use hardtack::cookie::{OffsetClock, Scheme};
use hardtack::document::Source;
use hardtack::event::{CaseOutcome, Event, Sink, StoredRun};
use hardtack::reference::Config;
use hardtack::spec::{Case, Catalogue};
use hardtack::target::{Binding, Target, Variant};
use hardtack::verify::{
    BoxFuture, Embedded, Filter, Instance, Options, Pages, Raise, Request, Rigged, Setting, Stage, StageError,
    default_hosts, run,
};
use hardtack::wire::{Authority, Connector, Limits, Response, in_memory};
use tokio::sync::watch;
use url::Url;

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

/// The cases of a small spec called `t`, given from `cases:` on.
pub fn cases(text: &str) -> Vec<Arc<Case>> {
    let head = "spec: 1\nid: t\ntitle: A test\nwhy: Because.\nclients: {alice: browser, bob: browser}\n";
    let files = vec![("t.yaml".to_owned(), format!("{head}{text}").into_bytes())];
    let catalogue = Catalogue::read("[]", Vec::new()).and_then(|catalogue| catalogue.with_directory(files));
    catalogue.unwrap_or_else(|error| panic!("{error}")).cases().cloned().collect()
}

/// A request for the default variants of a target.
pub fn request(cases: Vec<Arc<Case>>, target: Arc<Target>, stages: Arc<dyn Raise>) -> Request {
    let variants = target.default_variants().unwrap();
    Request {
        cases,
        digest: "test".into(),
        target,
        stages,
        variants,
        pages: Pages::default(),
        options: Options::default(),
    }
}

/// A request for the whole catalogue on the reference server of a configuration, on one engine.
pub fn embedded(config: Config, engine: &str, filter: &str) -> Request {
    let mut request = reference(catalogue(), config);
    request.variants.retain(|variant| variant.value("engine") == Some(engine));
    request.options.filter = Filter::parse(filter).unwrap();
    request
}

/// A request for these cases on the reference server's default engine.
pub fn on_reference(cases: Vec<Arc<Case>>) -> Request {
    let mut request = reference(cases, Config::default());
    request.variants.truncate(1);
    request
}

fn reference(cases: Vec<Arc<Case>>, config: Config) -> Request {
    let embedded = Embedded::new(config);
    request(cases, embedded.target(), Arc::new(embedded))
}

/// A request for these cases on whatever answers at a URL.
pub fn at_url(cases: Vec<Arc<Case>>, url: &str, binding: Binding) -> Request {
    let target = Arc::new(Target { binding, ..Target::for_url(Url::parse(url).unwrap()).unwrap() });
    let stages = Rigged { target: Arc::clone(&target), options: hardtack::rig::RigOptions::default() };
    request(cases, target, Arc::new(stages))
}

pub fn contract() -> Binding {
    Binding::Contract { base_path: "/_hardtack".to_owned() }
}

/// Runs to the end.
pub async fn finished(request: Request) -> StoredRun {
    let (_sender, cancel) = watch::channel(false);
    run(request, &mut Names::default(), cancel).await
}

/// The outcomes of a run.
pub async fn outcomes(request: Request) -> Vec<CaseOutcome> {
    let variants = finished(request).await.variants.into_iter();
    variants
        .flat_map(|variant| {
            assert_eq!(variant.failed_to_run, None);
            variant.outcomes
        })
        .collect()
}

/// The outcome of a run of one case.
pub async fn outcome(request: Request) -> CaseOutcome {
    let mut all = outcomes(request).await;
    assert_eq!(all.len(), 1, "{}", shown(&all));
    all.remove(0)
}

/// A few lines per outcome, for messages.
pub fn shown(outcomes: &[CaseOutcome]) -> String {
    let mut lines = String::new();
    for outcome in outcomes {
        write!(lines, "{} {}", outcome.verdict.as_str(), outcome.case).unwrap();
        if let Some(design) = &outcome.design {
            write!(lines, " design {} {:?}", design.name, design.values).unwrap();
        }
        if let Some(reason) = &outcome.reason {
            write!(lines, " because {reason}").unwrap();
        }
        for finding in &outcome.findings {
            let expectation = &finding.expectation;
            write!(lines, "\n    {expectation} {}: {} / {}", finding.code, finding.expected, finding.actual).unwrap();
        }
        lines.push('\n');
    }
    lines
}

/// A server of one function, in memory, that the contract describes.
#[derive(Clone)]
pub struct Scripted {
    pub target: Arc<Target>,
    pub connector: Connector,
    pub clock: OffsetClock,
}

impl Scripted {
    pub fn new<H, F>(handler: H) -> Self
    where
        H: Fn(hardtack::wire::Request) -> F + Send + Sync + 'static,
        F: Future<Output = Response> + Send + 'static,
    {
        let url = Url::parse("http://app.localhost/").unwrap();
        let target =
            Target { binding: contract(), source: Source::new("t/target.yaml", ""), ..Target::for_url(url).unwrap() };
        Self {
            target: Arc::new(target),
            connector: in_memory(Limits::default(), handler),
            clock: OffsetClock::default(),
        }
    }

    pub fn request(self, cases: Vec<Arc<Case>>) -> Request {
        request(cases, Arc::clone(&self.target), Arc::new(self))
    }
}

impl Raise for Scripted {
    fn raise<'a>(&'a self, variant: &'a Variant) -> BoxFuture<'a, Result<Box<dyn Stage>, StageError>> {
        let setting = Setting {
            target: Arc::clone(&self.target),
            variant: variant.clone(),
            binding: self.target.binding.clone(),
            main: Authority::new(Scheme::Http, "app.localhost", 80),
            hosts: default_hosts(),
            controls: BTreeSet::new(),
            fresh_instances: false,
            reaches_gates: true,
        };
        let stage: Box<dyn Stage> = Box::new(ScriptedStage { setting, instance: Arc::new(self.clone()) });
        Box::pin(async { Ok(stage) })
    }
}

struct ScriptedStage {
    setting: Setting,
    instance: Arc<Scripted>,
}

impl Stage for ScriptedStage {
    fn setting(&self) -> &Setting {
        &self.setting
    }

    fn shared(&self) -> Arc<dyn Instance> {
        Arc::clone(&self.instance) as Arc<dyn Instance>
    }

    fn lower(self: Box<Self>) -> BoxFuture<'static, ()> {
        Box::pin(async {})
    }
}

impl Instance for Scripted {
    fn connector(&self) -> Connector {
        self.connector.clone()
    }

    fn clock(&self) -> &OffsetClock {
        &self.clock
    }

    fn shares_clock(&self) -> bool {
        true
    }

    fn control(&self, _: Control) -> BoxFuture<'_, Result<(), String>> {
        Box::pin(async { Err("nothing to control".to_owned()) })
    }
}

/// A description that offers these operations.
pub fn describing(operations: &[&str]) -> Response {
    let description = serde_json::json!({
        "contract": 1, "framework": "script", "version": "1", "session_cookies": ["sid"], "operations": operations,
    });
    Response::json(200, &description)
}
