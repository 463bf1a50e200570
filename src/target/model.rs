//! A target file, as the reader leaves it.

use std::collections::BTreeMap;
use std::sync::Arc;

use url::Url;

use super::Variant;
use super::mapping::Mapping;
use crate::contract::{Facts, ServiceRole};
use crate::document::{Source, Span};
use crate::spec::{CaseId, DesignName, HostRole};

/// What is under test.
#[derive(Debug, Clone)]
pub struct Target {
    /// The file and its text; for a bare URL a made-up one.
    pub source: Source,
    /// The folder of the file: commands run there, relative paths start there.
    pub folder: std::path::PathBuf,
    /// Its name.
    pub name: String,
    /// One sentence.
    pub about: String,
    /// How operations reach it.
    pub binding: Binding,
    /// Where it answers when hardtack does not start it.
    pub base_url: Option<Url>,
    /// Hosts other than loopback that may be written to.
    pub allow_hosts: Vec<String>,
    /// Commands that set it up; run by scripts and CI, never by verify.
    pub install: Vec<String>,
    /// How it is started; `None` when it runs already.
    pub launch: Option<Launch>,
    /// Services that hardtack starts for it, by role.
    pub services: BTreeMap<ServiceRole, ServiceSpec>,
    /// The axes along which it varies, in the order of the file.
    pub axes: Vec<Axis>,
    /// Which variants a plain run covers; empty for "each axis in turn".
    pub variants: Vec<VariantPattern>,
    /// Host names by role.
    pub hosts: BTreeMap<HostRole, String>,
    /// Facts that hold for every variant.
    pub facts: Facts,
    /// The names of the session's cookies, where the description does not say.
    pub session_cookies: Vec<String>,
    /// Designs that it claims.
    pub claims: Vec<Claim>,
    /// Failures that are known.
    pub known: Vec<Known>,
}

/// How operations reach a target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Binding {
    /// The contract's two routes below this path.
    Contract {
        /// The path, without a trailing slash.
        base_path: String,
    },
    /// The application's own requests.
    Mapped(Arc<Mapping>),
    /// None: only passive rules and visits.
    Passive,
}

/// How a target is started. Texts may hold `{placeholders}`: `port`, `data_dir`, `env_dir`, `folder`, each axis by
/// name, `ROLE.url` for each service (host:port).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Launch {
    /// Where it stands in the file.
    pub span: Span,
    /// Program and arguments.
    pub run: Vec<String>,
    /// Environment added to hardtack's own.
    pub env: BTreeMap<String, String>,
    /// When it counts as started.
    pub ready: Ready,
}

/// When a started target counts as ready.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ready {
    /// A path that answers below 500.
    pub get: String,
    /// For how long to try, in milliseconds.
    pub within_ms: u64,
}

/// A service that hardtack starts on a free loopback port, behind its fault proxy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceSpec {
    /// Where it stands in the file.
    pub span: Span,
    /// Which service.
    pub kind: ServiceKind,
}

/// Services that hardtack knows how to start, flush and stop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ServiceKind {
    /// memcached.
    Memcached,
    /// Redis.
    Redis,
    /// `PostgreSQL`.
    Postgres,
    /// Any other, by its command.
    Command(ServiceCommand),
}

/// How a service of no known kind is started, asked and emptied. Texts may hold `{placeholders}`: `port`, `data_dir`
/// (a folder of its own), `env_dir`, `folder`, each axis by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceCommand {
    /// Program and arguments.
    pub run: Vec<String>,
    /// Environment added to hardtack's own.
    pub env: BTreeMap<String, String>,
    /// When it counts as started.
    pub ready: ServiceReady,
    /// For how long to try, in milliseconds.
    pub within_ms: u64,
    /// The command that makes it forget everything; without one it is started anew.
    pub flush: Option<Vec<String>>,
}

/// When a service of no known kind counts as started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ServiceReady {
    /// It accepts connections on its port.
    Connects,
    /// It answers a GET of this path below 500.
    Answers(String),
    /// This command succeeds.
    Succeeds(Vec<String>),
}

/// One axis along which a target varies.
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    /// Its name.
    pub name: String,
    /// Its values; the first is the default.
    pub values: Vec<AxisValue>,
}

/// One value of an axis.
#[derive(Debug, Clone, PartialEq)]
pub struct AxisValue {
    /// Its name.
    pub name: String,
    /// Facts that it adds or replaces.
    pub facts: Facts,
    /// Environment that it adds.
    pub env: BTreeMap<String, String>,
    /// Services that it needs; services that no value names are always started.
    pub services: Vec<ServiceRole>,
    /// Commands that set it up; run by scripts and CI, never by verify.
    pub install: Vec<String>,
    /// A command that must succeed for the value to be available here, `None` when it always is.
    pub requires: Option<Vec<String>>,
}

/// A partial choice of axis values: `*` stands for every value, an axis left out for its default.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct VariantPattern(pub BTreeMap<String, String>);

/// A design that the target claims to have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Where it stands in the file.
    pub span: Span,
    /// Which case decides it; without a row it stands for all rows.
    pub case: CaseId,
    /// For which variants; empty for all.
    pub variant: BTreeMap<String, Vec<String>>,
    /// The design.
    pub design: DesignName,
}

/// A failure that is known and excused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Where it stands in the file.
    pub span: Span,
    /// Which case fails; without a row it stands for all rows.
    pub case: CaseId,
    /// For which variants; empty for all.
    pub variant: BTreeMap<String, Vec<String>>,
    /// In which way: a design's name, a finding's code, or the path of the expectation that breaks.
    pub fails_as: String,
    /// Why it is accepted.
    pub because: String,
    /// When to look again, `YYYY-MM-DD`.
    pub review_by: Option<String>,
}

/// Whether a restriction on axes admits a variant.
#[must_use]
pub(super) fn admits(restriction: &BTreeMap<String, Vec<String>>, variant: &Variant) -> bool {
    restriction.iter().all(|(axis, values)| variant.value(axis).is_some_and(|value| values.iter().any(|v| v == value)))
}

impl Claim {
    /// Whether it speaks of this variant.
    #[must_use]
    pub fn applies_to(&self, variant: &Variant) -> bool {
        admits(&self.variant, variant)
    }
}

impl Known {
    /// Whether it speaks of this variant.
    #[must_use]
    pub fn applies_to(&self, variant: &Variant) -> bool {
        admits(&self.variant, variant)
    }
}
