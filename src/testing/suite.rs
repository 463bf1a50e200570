//! What shall be judged, and how.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use url::Url;

use super::error::Cause;
use super::{Error, Search, Searched, Verdicts};
use crate::event::Nobody;
use crate::prop::{PropRequest, run_properties};
use crate::rig::RigOptions;
use crate::spec::{Case, Catalogue, Profile, load_directory};
use crate::target::{Target, Variant, VariantPattern, read_target};
use crate::verify::{Filter, Options, Pages, Raise, Request, Rigged, detect, run, select};

/// The catalogue and a server under test: chosen step by step, then run by [`Suite::verify`] or [`Suite::search`].
#[derive(Clone)]
pub struct Suite {
    catalogue: Catalogue,
    target: Arc<Target>,
    stages: Arc<dyn Raise>,
    variants: Vec<Variant>,
    options: Options,
}

impl Suite {
    /// A server that runs already. Where it offers hardtack's contract, at the URL itself or below it at `_hardtack`,
    /// every case that it allows is run; else the passive rules are judged on what the page answers.
    pub async fn of_url(url: &str) -> Result<Self, Error> {
        let parsed = Url::parse(url).map_err(|cause| Cause::Url { text: url.to_owned(), cause }.told())?;
        let found = detect(&parsed, &Options::default().limits).await;
        let found = found.map_err(|error| Cause::Unreachable(error).told())?;
        Self::of_target(found.target)
    }

    /// What a target file describes: started for the run and stopped after it, or found running. All variants of a
    /// plain run, unless [`Suite::variant`] chooses.
    pub fn of_target_file(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        let octets = std::fs::read(path).map_err(|cause| Cause::File { path: path.to_owned(), cause }.told())?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
        let target = read_target(&path.display().to_string(), folder, &octets);
        Self::of_target(target.map_err(|wrong| Cause::Target(wrong).told())?)
    }

    fn of_target(target: Target) -> Result<Self, Error> {
        let target = Arc::new(target);
        Ok(Self {
            catalogue: Catalogue::embedded().map_err(|error| Cause::Specs(error.to_string()).told())?,
            variants: target.default_variants().map_err(|error| Cause::Variant(error).told())?,
            stages: Arc::new(Rigged { target: Arc::clone(&target), options: RigOptions::default() }),
            target,
            options: Options::default(),
        })
    }

    /// Only the variants with this value of an axis; other axes have their defaults.
    pub fn variant(self, axis: &str, value: &str) -> Result<Self, Error> {
        let pattern = VariantPattern(BTreeMap::from([(axis.to_owned(), value.to_owned())]));
        let variants = self.target.expand(&[pattern]).map_err(|error| Cause::Variant(error).told())?;
        Ok(Self { variants, ..self })
    }

    /// Only the cases that a filter chooses: `cookies/* and not rule:cookie.set`.
    pub fn filter(mut self, text: &str) -> Result<Self, Error> {
        self.options.filter = Filter::parse(text).map_err(|error| Cause::Filter(error).told())?;
        if select(&self.cases(), &self.options.filter, self.options.profile).is_empty() {
            return Err(Cause::NothingSelected(text.to_owned()).told());
        }
        Ok(self)
    }

    /// Adds the specs of a folder, or replaces those of the same id.
    pub fn specs(self, folder: impl AsRef<Path>) -> Result<Self, Error> {
        let path = folder.as_ref();
        let files = load_directory(path).map_err(|cause| Cause::File { path: path.to_owned(), cause }.told())?;
        let catalogue = self.catalogue.with_directory(files);
        let catalogue = catalogue.map_err(|error| Cause::Specs(error.to_string()).told())?;
        Ok(Self { catalogue, ..self })
    }

    /// Whose idea of right and wrong is applied.
    #[must_use]
    pub fn profile(mut self, profile: Profile) -> Self {
        self.options.profile = profile;
        self
    }

    /// Warnings fail, too.
    #[must_use]
    pub fn strict(mut self) -> Self {
        self.options.strict = true;
        self
    }

    /// The longest that a case may wait for an expiry; cases that need longer are not applicable. 20 s otherwise.
    #[must_use]
    pub fn wait_budget(mut self, budget: Duration) -> Self {
        self.options.wait_budget = budget;
        self
    }

    /// Runs the cases.
    pub async fn verify(&self) -> Verdicts {
        let request = Request {
            cases: self.cases(),
            digest: self.catalogue.digest(),
            target: Arc::clone(&self.target),
            stages: Arc::clone(&self.stages),
            variants: self.variants.clone(),
            pages: Pages::default(),
            options: self.options.clone(),
        };
        let (_never, cancel) = watch::channel(false);
        Verdicts::new(run(request, &mut Nobody, cancel).await, self.options.strict)
    }

    /// Searches for what no case describes: random histories of sessions and properties of cookies, as
    /// `hardtack prop` does. [`Suite::filter`] and [`Suite::wait_budget`] play no part in it.
    pub async fn search(&self, search: Search) -> Result<Searched, Error> {
        let regressions = search.regressions()?;
        let request = PropRequest {
            cases: self.cases(),
            rules: self.catalogue.rules().clone(),
            digest: self.catalogue.digest(),
            target: Arc::clone(&self.target),
            stages: Arc::clone(&self.stages),
            variants: self.variants.clone(),
            options: search.options(),
            profile: self.options.profile,
            strict: self.options.strict,
            limits: self.options.limits,
            show_secrets: self.options.show_secrets,
            trace: false,
            sessions: true,
            cookies: true,
            regressions: regressions.regressions.clone(),
            command: search.again(),
        };
        let (_never, cancel) = watch::channel(false);
        let run = Box::pin(run_properties(&request, &mut Nobody, &|_, _| (), cancel)).await;
        search.remember(&run, regressions)?;
        Ok(Searched::new(run, search, self.options.strict))
    }

    fn cases(&self) -> Vec<Arc<Case>> {
        self.catalogue.cases().map(Arc::clone).collect()
    }
}
