//! The catalogue: all specs with the rules that they decide.

use std::collections::BTreeMap;
use std::fmt;
use std::num::NonZero;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::thread;

use include_dir::{Dir, DirEntry, include_dir};

use super::read::{Catches, read};
use super::{Case, Fixes, Rules, RulesError, Spec, code};
use crate::document::{Diagnostic, Diagnostics};

static EMBEDDED: Dir = include_dir!("$CARGO_MANIFEST_DIR/specs");

/// The file of rules inside the folder of specs.
const RULES: &str = "_catalogue/rules.yaml";

/// The file of rules for user agents.
const AGENT_RULES: &str = "_catalogue/agent-rules.yaml";

/// The rules for user agents: listed, and decided by nothing in the folder of specs.
pub fn agent_rules() -> Result<Rules, RulesError> {
    let text = EMBEDDED.get_file(AGENT_RULES).map(|file| String::from_utf8_lossy(file.contents())).unwrap_or_default();
    Rules::read(&format!("specs/{AGENT_RULES}"), &text)
}

/// The file of texts on how to mend what cases find.
const FIXES: &str = "_catalogue/fixes.yaml";

/// How to mend what cases find.
pub fn fixes() -> Result<Fixes, serde_yaml::Error> {
    let text = EMBEDDED.get_file(FIXES).map(|file| String::from_utf8_lossy(file.contents())).unwrap_or_default();
    Fixes::read(&text)
}

/// A file: its name for diagnostics, and its bytes.
pub type SpecFile = (String, Vec<u8>);

/// All specs with the rules that they decide.
#[derive(Debug, Clone)]
pub struct Catalogue {
    specs: BTreeMap<String, Spec>,
    rules: Rules,
}

/// Why a catalogue cannot be read: everything that is wrong with any of its files.
#[derive(Debug)]
pub struct CatalogueError {
    /// What is wrong with the rules.
    pub rules: Option<RulesError>,
    /// What is wrong with specs, file by file.
    pub files: Vec<Diagnostics>,
}

impl Catalogue {
    /// The catalogue inside this program.
    pub fn embedded() -> Result<Self, CatalogueError> {
        let mut files = Vec::new();
        collect(&EMBEDDED, &mut files);
        let rules = EMBEDDED.get_file(RULES).map(|file| String::from_utf8_lossy(file.contents())).unwrap_or_default();
        Self::read(&rules, files)
    }

    /// A whole catalogue: the text of its rules, and its specs. Every case must name what it catches.
    pub fn read(rules: &str, files: Vec<SpecFile>) -> Result<Self, CatalogueError> {
        let rules = Rules::read(&format!("specs/{RULES}"), rules)
            .map_err(|error| CatalogueError { rules: Some(error), files: Vec::new() })?;
        Self { specs: BTreeMap::new(), rules }.extended(files, Catches::Required)
    }

    /// Adds specs, or replaces those of the same id. They need not name what they catch.
    pub fn with_directory(self, files: Vec<SpecFile>) -> Result<Self, CatalogueError> {
        self.extended(files, Catches::Optional)
    }

    #[allow(clippy::needless_pass_by_value, reason = "nobody else has any use for the files")]
    fn extended(mut self, files: Vec<SpecFile>, catches: Catches) -> Result<Self, CatalogueError> {
        let mut wrong = Vec::new();
        let mut new: BTreeMap<String, Spec> = BTreeMap::new();
        for spec in read_all(&files, &self.rules, catches) {
            match spec {
                Err(found) => wrong.push(found),
                Ok(spec) => match new.get(spec.id.as_str()) {
                    Some(first) => wrong.push(same_id(first, &spec)),
                    None => {
                        new.insert(spec.id.as_str().to_owned(), spec);
                    }
                },
            }
        }
        if wrong.is_empty() {
            self.specs.extend(new);
            return Ok(self);
        }
        Err(CatalogueError { rules: None, files: wrong })
    }

    /// The specs, by id.
    pub fn specs(&self) -> impl Iterator<Item = &Spec> {
        self.specs.values()
    }

    /// All cases, spec by spec.
    pub fn cases(&self) -> impl Iterator<Item = &Arc<Case>> {
        self.specs().flat_map(|spec| &spec.cases)
    }

    /// The rules.
    #[must_use]
    pub const fn rules(&self) -> &Rules {
        &self.rules
    }

    /// A short hash of all texts: two catalogues with the same digest are the same.
    #[must_use]
    pub fn digest(&self) -> String {
        let mut hash = Fnv::default();
        hash.add(self.rules.source().text());
        for (id, spec) in &self.specs {
            hash.add(id);
            hash.add(spec.source.text());
        }
        format!("{:016x}", hash.0)
    }
}

/// All spec files below a folder; folders that begin with an underscore hold something else.
fn collect(folder: &Dir, files: &mut Vec<SpecFile>) {
    for entry in folder.entries() {
        let name = entry.path().file_name().and_then(|name| name.to_str()).unwrap_or_default();
        match entry {
            DirEntry::Dir(inner) if !name.starts_with('_') => collect(inner, files),
            DirEntry::File(file) if file.path().extension().is_some_and(|ending| ending == "yaml") => {
                files.push((format!("specs/{}", file.path().display()), file.contents().to_vec()));
            }
            _ => {}
        }
    }
}

/// Reads all files, on every core, and keeps their order.
fn read_all(files: &[SpecFile], rules: &Rules, catches: Catches) -> Vec<Result<Spec, Diagnostics>> {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let mut all: Vec<(usize, Result<Spec, Diagnostics>)> = thread::scope(|scope| {
        // Every so-manieth file, so that large ones, which stand together, are shared out.
        let workers = (0..cores).map(|core| {
            scope.spawn(move || {
                let own = files.iter().enumerate().skip(core).step_by(cores);
                own.map(|(at, (name, text))| (at, read(name, text, rules, catches))).collect::<Vec<_>>()
            })
        });
        let workers: Vec<_> = workers.collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap_or_else(|panic| resume_unwind(panic))).collect()
    });
    all.sort_by_key(|(at, _)| *at);
    all.into_iter().map(|(_, spec)| spec).collect()
}

fn same_id(first: &Spec, second: &Spec) -> Diagnostics {
    let found = Diagnostic::error(code::DUPLICATE_ID, format!("the id `{}` is there twice", first.id))
        .because(format!("{} has it too", first.source.name()))
        .fix("change the id and the name of one of the two files");
    Diagnostics::new(second.source.clone(), vec![found])
}

impl fmt::Display for CatalogueError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(rules) = &self.rules {
            writeln!(formatter, "{rules}")?;
        }
        self.files.iter().try_for_each(|file| write!(formatter, "{file}"))
    }
}

impl std::error::Error for CatalogueError {}

/// FNV-1a with 64 bits: stable, and good enough to tell catalogues apart.
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Fnv {
    /// Adds a text and its end.
    fn add(&mut self, text: &str) {
        for byte in text.bytes().chain([0xff]) {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Fnv;

    #[test]
    fn the_hash_is_fnv_1a() {
        let mut hash = Fnv::default();
        for byte in "foobar".bytes() {
            hash.0 = (hash.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
        assert_eq!(hash.0, 0x8594_4171_f739_67e8);
        let (mut one, mut other) = (Fnv::default(), Fnv::default());
        one.add("ab");
        other.add("a");
        other.add("b");
        assert_ne!(one.0, other.0);
    }
}
