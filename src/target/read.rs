//! From a target file to a [`Target`].

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use url::Url;

use super::check;
use super::mapping;
use super::model::{
    Axis, AxisValue, Binding, Claim, Known, Launch, Ready, ServiceCommand, ServiceKind, ServiceReady, ServiceSpec,
    Target, VariantPattern,
};
use super::shape::shape;
use crate::contract::{DEFAULT_BASE_PATH, FactInfo, FactKind, Facts, ServiceRole};
use crate::document::{Diagnostic, Diagnostics, Key, Node, Shapes, Source, Span, read};
use crate::spec::{CaseId, DesignName, HostRole};
use crate::wire::{Authority, AuthorityError};

/// For how long a started server may take when the file does not say, in milliseconds.
const READY_WITHIN_MS: u64 = 30_000;

/// Reads a target file. `name` is what diagnostics call it, `folder` where its commands run.
pub fn read_target(name: &str, folder: &Path, bytes: &[u8]) -> Result<Target, Diagnostics> {
    let document = read(name, bytes)?;
    let source = document.source.clone();
    let mut found = Shapes::new().check(&shape(), &document);
    if found.is_empty() {
        found = check::check(&document);
    }
    Diagnostics::unless_errors(&source, found, ())?;
    target(&document.root, source.clone(), folder).map_err(|error| Diagnostics::new(source, vec![error]))
}

impl Target {
    /// The name of its file, `None` where it was made up.
    #[must_use]
    pub fn file(&self) -> Option<String> {
        (!self.source.text().is_empty()).then(|| self.source.name().to_owned())
    }

    /// A server that is known by its URL only: passive until a contract is found there.
    pub fn for_url(url: Url) -> Result<Self, AuthorityError> {
        let name = Authority::of(&url)?.host_field();
        Ok(Self {
            source: Source::new(url.as_str(), ""),
            folder: PathBuf::from("."),
            name,
            about: String::new(),
            binding: Binding::Passive,
            base_url: Some(url),
            allow_hosts: Vec::new(),
            install: Vec::new(),
            launch: None,
            services: BTreeMap::new(),
            axes: Vec::new(),
            variants: Vec::new(),
            hosts: BTreeMap::new(),
            facts: Facts::new(),
            session_cookies: Vec::new(),
            claims: Vec::new(),
            known: Vec::new(),
        })
    }
}

fn target(root: &Node, source: Source, folder: &Path) -> Result<Target, Diagnostic> {
    let binding = match root.at("binding")?.text()? {
        "contract" => {
            Binding::Contract { base_path: root.get("base_path").map_or(Ok(DEFAULT_BASE_PATH), Node::text)?.to_owned() }
        }
        "mapped" => Binding::Mapped(Arc::new(mapping::mapping(root)?)),
        _ => Binding::Passive,
    };
    Ok(Target {
        source,
        folder: folder.to_owned(),
        name: root.at("name")?.text()?.to_owned(),
        about: root.get("about").map_or(Ok(""), Node::text)?.to_owned(),
        base_url: root.get("base_url").and_then(Node::as_text).and_then(|text| Url::parse(text).ok()),
        allow_hosts: texts(root.get("allow_hosts"))?,
        install: texts(root.get("install"))?,
        launch: root.get_entry("start").map(|(key, start)| launch(key, start, &binding)).transpose()?,
        binding,
        services: services(root)?,
        axes: axes(root)?,
        variants: variants(root)?,
        hosts: hosts(root)?,
        facts: facts(root.get("facts"))?,
        session_cookies: texts(root.get("cookies").and_then(|cookies| cookies.get("session")))?,
        claims: claims(root)?,
        known: list(root.get("known"))?.iter().map(known).collect::<Result<_, _>>()?,
    })
}

fn launch(key: &Key, start: &Node, binding: &Binding) -> Result<Launch, Diagnostic> {
    let base = match binding {
        Binding::Contract { base_path } => base_path.as_str(),
        Binding::Mapped(_) | Binding::Passive => "/",
    };
    let ready = start.get("ready");
    Ok(Launch {
        span: key.span,
        run: texts(start.get("run"))?,
        env: env(start.get("env"))?,
        ready: Ready {
            get: ready.map_or(Ok(base), |ready| ready.at("get")?.text())?.to_owned(),
            within_ms: within(ready)?,
        },
    })
}

fn services(root: &Node) -> Result<BTreeMap<ServiceRole, ServiceSpec>, Diagnostic> {
    let spec = |(key, node): &(Key, Node)| {
        let kind = node.at("kind")?;
        let kind = match kind.text()? {
            "memcached" => ServiceKind::Memcached,
            "redis" => ServiceKind::Redis,
            "postgres" => ServiceKind::Postgres,
            "command" => ServiceKind::Command(service_command(node)?),
            other => return Err(unexpected(other, kind.span)),
        };
        Ok((role(&key.text, key.span)?, ServiceSpec { span: key.span, kind }))
    };
    entries(root.get("services"))?.iter().map(spec).collect()
}

fn service_command(node: &Node) -> Result<ServiceCommand, Diagnostic> {
    let ready = node.get("ready");
    let of_ready = |key: &str| ready.and_then(|ready| ready.get(key));
    Ok(ServiceCommand {
        run: texts(node.get("run"))?,
        env: env(node.get("env"))?,
        ready: match (of_ready("get"), of_ready("run")) {
            (Some(path), _) => ServiceReady::Answers(path.text()?.to_owned()),
            (None, Some(command)) => ServiceReady::Succeeds(command.texts()?),
            (None, None) => ServiceReady::Connects,
        },
        within_ms: within(ready)?,
        flush: node.get("flush").map(Node::texts).transpose()?,
    })
}

/// For how long to wait until something is ready, in milliseconds.
fn within(ready: Option<&Node>) -> Result<u64, Diagnostic> {
    let within = ready.and_then(|ready| ready.get("within")).map(Node::milliseconds).transpose()?;
    Ok(within.and_then(|within| u64::try_from(within).ok()).unwrap_or(READY_WITHIN_MS))
}

fn role(name: &str, span: Span) -> Result<ServiceRole, Diagnostic> {
    [ServiceRole::Cache, ServiceRole::Database]
        .into_iter()
        .find(|role| role.name() == name)
        .ok_or_else(|| unexpected(name, span))
}

fn axes(root: &Node) -> Result<Vec<Axis>, Diagnostic> {
    let value = |(key, node): &(Key, Node)| -> Result<AxisValue, Diagnostic> {
        let services = list(node.get("services"))?;
        Ok(AxisValue {
            name: key.text.clone(),
            facts: facts(node.get("facts"))?,
            env: env(node.get("env"))?,
            services: services.iter().map(|one| role(one.text()?, one.span)).collect::<Result<_, _>>()?,
            install: texts(node.get("install"))?,
            requires: node.get("requires").map(Node::texts).transpose()?,
        })
    };
    entries(root.get("axes"))?
        .iter()
        .map(|(key, node)| {
            let values = node.entries()?.iter().map(value).collect::<Result<_, _>>()?;
            Ok(Axis { name: key.text.clone(), values })
        })
        .collect()
}

fn variants(root: &Node) -> Result<Vec<VariantPattern>, Diagnostic> {
    list(root.get("variants"))?.iter().map(|pattern| env(Some(pattern)).map(VariantPattern)).collect()
}

fn hosts(root: &Node) -> Result<BTreeMap<HostRole, String>, Diagnostic> {
    let role = |key: &Key| match key.text.as_str() {
        "main" => Ok(HostRole::Main),
        "sub" => Ok(HostRole::Sub),
        "sibling" => Ok(HostRole::Sibling),
        "other" => Ok(HostRole::Other),
        name => Err(unexpected(name, key.span)),
    };
    entries(root.get("hosts"))?.iter().map(|(key, host)| Ok((role(key)?, host.text()?.to_owned()))).collect()
}

/// Facts as JSON; durations become seconds.
fn facts(node: Option<&Node>) -> Result<Facts, Diagnostic> {
    entries(node)?
        .iter()
        .map(|(key, value)| {
            let seconds = FactInfo::named(&key.text).is_some_and(|fact| fact.kind == FactKind::Seconds);
            let json = if seconds { in_seconds(value.milliseconds()?) } else { value.to_json() };
            Ok((key.text.clone(), json))
        })
        .collect()
}

fn in_seconds(milliseconds: i64) -> serde_json::Value {
    if milliseconds % 1000 == 0 {
        return serde_json::Value::from(milliseconds / 1000);
    }
    #[expect(clippy::cast_precision_loss, reason = "a lifetime with a fraction of a second is short")]
    serde_json::Value::from(milliseconds as f64 / 1000.0)
}

fn claims(root: &Node) -> Result<Vec<Claim>, Diagnostic> {
    let Some(node) = root.get("claims") else {
        return Ok(Vec::new());
    };
    if let Some(entries) = node.as_map() {
        let claim = |(key, design): &(Key, Node)| {
            Ok(Claim {
                span: key.span,
                case: CaseId::new(key.text.as_str()),
                variant: BTreeMap::new(),
                design: DesignName::new(design.text()?),
            })
        };
        return entries.iter().map(claim).collect();
    }
    let claim = |item: &Node| {
        let case = item.at("case")?;
        Ok(Claim {
            span: case.span,
            case: CaseId::new(case.text()?),
            variant: restriction(item)?,
            design: DesignName::new(item.at("design")?.text()?),
        })
    };
    node.items()?.iter().map(claim).collect()
}

pub(super) fn known(item: &Node) -> Result<Known, Diagnostic> {
    let case = item.at("case")?;
    Ok(Known {
        span: case.span,
        case: CaseId::new(case.text()?),
        variant: restriction(item)?,
        fails_as: item.at("fails_as")?.text()?.to_owned(),
        because: item.at("because")?.text()?.to_owned(),
        review_by: item.get("review_by").map(|date| date.text().map(str::to_owned)).transpose()?,
    })
}

fn restriction(item: &Node) -> Result<BTreeMap<String, Vec<String>>, Diagnostic> {
    entries(item.get("variant"))?.iter().map(|(axis, values)| Ok((axis.text.clone(), values.texts()?))).collect()
}

fn entries(node: Option<&Node>) -> Result<&[(Key, Node)], Diagnostic> {
    node.map_or(Ok(&[]), Node::entries)
}

fn list(node: Option<&Node>) -> Result<&[Node], Diagnostic> {
    node.map_or(Ok(&[]), Node::items)
}

fn texts(node: Option<&Node>) -> Result<Vec<String>, Diagnostic> {
    node.map_or(Ok(Vec::new()), Node::texts)
}

fn env(node: Option<&Node>) -> Result<BTreeMap<String, String>, Diagnostic> {
    entries(node)?.iter().map(|(key, value)| Ok((key.text.clone(), value.text()?.to_owned()))).collect()
}

/// A word that the shape should have refused.
fn unexpected(word: &str, span: Span) -> Diagnostic {
    Diagnostic::error(crate::document::code::UNKNOWN_WORD, format!("`{word}` means nothing here")).at(span, "")
}
