//! Searching the embedded server.

use std::sync::Arc;
use std::time::Duration;

use hardtack::prop::{SearchOptions, Searched, Subject, search};
use hardtack::reference::{Config, FAULTS, Fault};
use hardtack::spec::{Case, Catalogue, Profile};
use hardtack::target::{Target, Variant, VariantPattern};
use hardtack::verify::{BoxFuture, Embedded, Instance, Raise, Setting, Stage};
use hardtack::wire::Limits;
use tokio::sync::watch;

/// The embedded server with an engine, broken in these ways.
pub struct Broken {
    embedded: Embedded,
    variant: Variant,
}

impl Broken {
    /// With these faults.
    pub fn new(engine: &str, faults: &[&str]) -> Self {
        let faults: Vec<&'static Fault> = faults.iter().map(|name| fault(name)).collect();
        let embedded = Embedded::new(Config { faults, ..Config::default() });
        let pattern = VariantPattern([("engine".to_owned(), engine.to_owned())].into());
        let variant = embedded.target().expand(&[pattern]).unwrap().remove(0);
        Self { embedded, variant }
    }

    /// The target.
    pub fn target(&self) -> Arc<Target> {
        self.embedded.target()
    }

    /// What raises it.
    pub fn stages(&self) -> Arc<dyn Raise> {
        Arc::new(self.embedded.clone())
    }

    /// Its variant.
    pub fn variant(&self) -> Variant {
        self.variant.clone()
    }

    /// Raises it.
    pub async fn raise(&self) -> Box<dyn Stage> {
        self.embedded.raise(&self.variant).await.unwrap()
    }
}

/// A server that all histories share.
pub struct Shared {
    pub setting: Setting,
    pub instance: Arc<dyn Instance>,
}

impl Shared {
    /// An instance in place of the embedded one.
    pub async fn new(instance: Arc<dyn Instance>) -> Self {
        let embedded = Broken::new("db", &[]).raise().await;
        Self { setting: Setting { fresh_instances: false, ..embedded.setting().clone() }, instance }
    }
}

impl Stage for Shared {
    fn setting(&self) -> &Setting {
        &self.setting
    }

    fn shared(&self) -> Arc<dyn Instance> {
        Arc::clone(&self.instance)
    }

    fn lower(self: Box<Self>) -> BoxFuture<'static, ()> {
        Box::pin(async {})
    }
}

/// The catalogue's cases.
pub fn cases() -> Vec<Arc<Case>> {
    Catalogue::embedded().unwrap().cases().map(Arc::clone).collect()
}

/// What is known of a stage.
pub async fn subject(stage: &dyn Stage) -> Subject {
    let instance = stage.shared();
    Subject::of(stage.setting(), &instance, &cases(), Profile::Default, Limits::default()).await.unwrap()
}

/// Options of a search that ends by its number of histories.
pub fn options(cases: u64, seed: u64) -> SearchOptions {
    SearchOptions { cases, seed, time: Duration::from_mins(10), jobs: 2, ..SearchOptions::default() }
}

/// Searches a stage.
pub async fn search_on(stage: &dyn Stage, options: SearchOptions) -> Searched {
    let subject = subject(stage).await;
    let (_keep, mut cancel) = watch::channel(false);
    search(stage, subject, options, &[], &|_| {}, &mut cancel).await
}

/// Searches a server broken in this way.
pub async fn search_broken(engine: &str, faults: &[&str], options: SearchOptions) -> Searched {
    let stage = Broken::new(engine, faults).raise().await;
    let searched = search_on(stage.as_ref(), options).await;
    stage.lower().await;
    searched
}

/// A fault by its name.
pub fn fault(name: &str) -> &'static Fault {
    FAULTS.iter().flat_map(|group| group.iter()).find(|fault| fault.name == name).unwrap()
}
