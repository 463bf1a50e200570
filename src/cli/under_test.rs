//! What a command shall work on: the embedded server, a URL, or a target file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use url::Url;

use super::Failure;
use super::catalogue::unreadable;
use crate::document::nearest;
use crate::event::ExitCode;
use crate::reference::{Config, EngineKind, Fault};
use crate::rig::RigOptions;
use crate::target::{Binding, Target, Variant, VariantError, VariantPattern, read_target};
use crate::verify::{Archive, BoxFuture, Detected, Embedded, Raise, RecordedPages, Rigged, Stage, StageError, detect};
use crate::wire::{Authority, Limits};

/// A target and what raises it.
pub(super) struct UnderTest {
    pub(super) target: Arc<Target>,
    pub(super) stages: Arc<dyn Raise>,
    /// What was found behind a bare URL, and what would unlock more; else empty.
    pub(super) words: String,
    /// The variants of a plain run.
    plain: Vec<VariantPattern>,
}

/// One choice of `--variant`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Choice {
    axis: String,
    value: String,
}

impl std::fmt::Display for Choice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}={}", self.axis, self.value)
    }
}

impl std::str::FromStr for Choice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once('=') {
            Some((axis, value)) if !axis.is_empty() && !value.is_empty() => {
                Ok(Self { axis: axis.to_owned(), value: value.to_owned() })
            }
            _ => Err("write AXIS=VALUE, such as engine=db; `*` as value stands for all of them".to_owned()),
        }
    }
}

impl UnderTest {
    /// The reference server, broken in these ways.
    pub(super) fn embedded(faults: Vec<&'static Fault>) -> Result<Self, Failure> {
        let shows = |engine: &EngineKind| faults.iter().all(|fault| fault.engines.contains(engine));
        let engines: Vec<EngineKind> = EngineKind::ALL.into_iter().filter(shows).collect();
        if engines.is_empty() {
            return Err(Failure::bad_input("there is no engine on which all of these faults show")
                .fix("`hardtack serve --list-faults` tells the engines of each; name fewer of them"));
        }
        let pattern =
            |engine: EngineKind| VariantPattern(BTreeMap::from([("engine".to_owned(), engine.name().to_owned())]));
        let embedded = Embedded::new(Config { faults, ..Config::default() });
        let plain = engines.into_iter().map(pattern).collect();
        Ok(Self { target: embedded.target(), stages: Arc::new(embedded), words: String::new(), plain })
    }

    /// What `text` names: a URL or a target file.
    pub(super) async fn named(text: &str, limits: Limits) -> Result<Self, Failure> {
        if !text.contains("://") {
            return Ok(Self::rigged(by_file(text)?, limits, String::new()));
        }
        let url = url(text)?;
        match detect(&url, &limits).await {
            Ok(Detected { target, words }) => {
                // Of a contract the run itself tells what it offers.
                let words = if target.binding == Binding::Passive { words } else { String::new() };
                Ok(Self::rigged(target, limits, words))
            }
            Err(error) if error.exit == ExitCode::UNREACHABLE => {
                // The run tells it, so that its reports are written.
                let target = Arc::new(Target::for_url(url).map_err(Failure::bad_input)?);
                Ok(Self { target, stages: Arc::new(Unreachable(error)), words: String::new(), plain: Vec::new() })
            }
            Err(error) => Err(Failure::new(error.exit, error.reason)),
        }
    }

    /// What an archive is of: the server of its first exchange.
    pub(super) fn recorded(archive: &Archive) -> Result<Self, Failure> {
        let first = archive.exchanges.first().ok_or_else(|| {
            Failure::new(ExitCode::NOTHING_RUN, "the archive holds no exchange that was answered")
                .fix("record it while you use the site, with the network panel open")
        })?;
        let url = url(&first.exchange.url())?;
        let host = url.host_str().unwrap_or_default().to_owned();
        let target = Arc::new(Target::for_url(url).map_err(Failure::bad_input)?);
        let words = format!("Reading what was recorded of {host}; nothing is sent.");
        Ok(Self { stages: Arc::new(RecordedPages { target: Arc::clone(&target) }), target, words, plain: Vec::new() })
    }

    fn rigged(target: Target, limits: Limits, words: String) -> Self {
        let target = Arc::new(target);
        let options = RigOptions { limits, ..RigOptions::default() };
        Self { stages: Arc::new(Rigged { target: Arc::clone(&target), options }), target, words, plain: Vec::new() }
    }

    /// The variants that were asked for; those of a plain run when none was.
    pub(super) fn variants(&self, choices: &[Choice]) -> Result<Vec<Variant>, Failure> {
        let chosen = if choices.is_empty() {
            if self.plain.is_empty() { self.target.default_variants() } else { self.target.expand(&self.plain) }
        } else {
            self.target.expand(&patterns(choices))
        };
        chosen.map_err(|error| self.unknown(&error))
    }

    /// The variants that patterns stand for.
    pub(super) fn expand(&self, patterns: &[VariantPattern]) -> Result<Vec<Variant>, Failure> {
        self.target.expand(patterns).map_err(|error| self.unknown(&error))
    }

    fn unknown(&self, error: &VariantError) -> Failure {
        let axes = || self.target.axes.iter();
        let near = match error {
            VariantError::NoAxis { axis, .. } => nearest(axis, axes().map(|axis| axis.name.as_str())),
            VariantError::NoValue { axis, value, .. } => {
                let values = axes().filter(|known| known.name == *axis).flat_map(|axis| &axis.values);
                nearest(value, values.map(|value| value.name.as_str()))
            }
        };
        let failure = Failure::bad_input(error);
        match near {
            Some(near) => failure.fix(format!("did you mean `{near}`?")),
            None => failure,
        }
    }
}

/// Choices on different axes go together; several values of one axis are alternatives.
fn patterns(choices: &[Choice]) -> Vec<VariantPattern> {
    let mut patterns = vec![BTreeMap::new()];
    let mut axes: Vec<&str> = Vec::new();
    for choice in choices {
        if !axes.contains(&choice.axis.as_str()) {
            axes.push(&choice.axis);
        }
    }
    for axis in axes {
        let values = choices.iter().filter(|choice| choice.axis == axis).map(|choice| choice.value.as_str());
        patterns = values
            .flat_map(|value| {
                patterns.iter().map(move |pattern| {
                    let mut pattern: BTreeMap<String, String> = pattern.clone();
                    pattern.insert(axis.to_owned(), value.to_owned());
                    pattern
                })
            })
            .collect();
    }
    patterns.into_iter().map(VariantPattern).collect()
}

/// A target that did not answer when it was looked for.
struct Unreachable(StageError);

impl Raise for Unreachable {
    fn raise<'a>(&'a self, _: &'a Variant) -> BoxFuture<'a, Result<Box<dyn Stage>, StageError>> {
        Box::pin(std::future::ready(Err(self.0.clone())))
    }
}

pub(super) fn url(text: &str) -> Result<Url, Failure> {
    let failed = |error: &dyn std::fmt::Display| {
        Failure::bad_input(format!("failed to read the URL `{text}`: {error}"))
            .fix("write it like http://127.0.0.1:8000/ or https://app.example/")
    };
    let url = Url::parse(text).map_err(|error| failed(&error))?;
    Authority::of(&url).map_err(|error| failed(&error))?;
    Ok(url)
}

fn by_file(text: &str) -> Result<Target, Failure> {
    let mut path = PathBuf::from(text);
    if path.is_dir() {
        path.push("target.yaml");
    }
    if !path.exists() && looks_like_a_host(text) {
        return Err(Failure::bad_input(format!("there is no file `{text}`"))
            .fix(format!("if it is an address, write http://{text}")));
    }
    let octets = std::fs::read(&path).map_err(|error| unreadable(&path, &error))?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    Ok(read_target(&path.display().to_string(), folder, &octets)?)
}

/// `localhost:8000`, `app.example/login`
fn looks_like_a_host(text: &str) -> bool {
    let host = text.split(['/', ':']).next().unwrap_or_default();
    let is_yaml = Path::new(text).extension().is_some_and(|ending| ending == "yaml" || ending == "yml");
    !is_yaml && (host == "localhost" || host.contains('.')) && !host.starts_with('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_combine_and_values_are_alternatives() {
        let choices: Vec<Choice> = ["engine=db", "release=5.2", "engine=file"].map(|text| text.parse().unwrap()).into();
        let patterns: Vec<String> = patterns(&choices).iter().map(|pattern| format!("{:?}", pattern.0)).collect();
        assert_eq!(patterns, [r#"{"engine": "db", "release": "5.2"}"#, r#"{"engine": "file", "release": "5.2"}"#]);
    }

    #[test]
    fn addresses_without_a_scheme_are_recognised() {
        for (text, expected) in [
            ("localhost:8000", true),
            ("127.0.0.1", true),
            ("app.example/login", true),
            ("my-target.yaml", false),
            ("targets/django/target.yaml", false),
            ("targets", false),
            ("./x", false),
        ] {
            assert_eq!(looks_like_a_host(text), expected, "{text}");
        }
    }
}
