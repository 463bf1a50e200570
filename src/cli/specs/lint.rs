//! `hardtack specs lint`: everything that is wrong with spec files.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::super::Failure;
use super::super::catalogue::{embedded, unreadable};
use super::super::output::Console;
use crate::document::{Diagnostic, Diagnostics, Source, nearest};
use crate::event::ExitCode;
use crate::reference::fault;
use crate::spec::{Case, Catalogue, FaultName, SpecFile, load_directory};

/// A case that names a fault which the reference server does not have.
const UNKNOWN_FAULT: &str = "spec-unknown-fault";

/// Check spec files; the embedded catalogue when none is named
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Arguments {
    /// Spec files, or folders of them
    #[arg(value_name = "FILE or DIR")]
    paths: Vec<PathBuf>,
    /// Print findings as JSON, one list for all files
    #[arg(long)]
    json: bool,
}

const AFTER_HELP: &str = "\
Ends with 0 when all is well and with 2 when something is wrong.

Examples:
  hardtack specs lint
  hardtack specs lint my-specs/cookies/banner.yaml
  hardtack specs lint my-specs --json";

pub(super) fn run(arguments: &Arguments, console: &Console) -> Result<ExitCode, Failure> {
    match check(arguments) {
        Ok((specs, cases)) => {
            console.print(&if arguments.json {
                "[]\n".to_owned()
            } else {
                format!("{specs} specs, {cases} cases: all well\n")
            });
            Ok(ExitCode::CONFORMS)
        }
        Err(failure) => match failure.found().filter(|_| arguments.json) {
            Some(found) => {
                let all: Vec<_> =
                    found.iter().flat_map(|one| one.found().iter().map(|item| item.to_json(one.source()))).collect();
                console.print(&format!("{:#}\n", serde_json::Value::from(all)));
                Ok(ExitCode::BAD_INPUT)
            }
            None => Err(failure),
        },
    }
}

/// The numbers of specs and cases that were read.
fn check(arguments: &Arguments) -> Result<(usize, usize), Failure> {
    let embedded = embedded()?;
    if arguments.paths.is_empty() {
        return counts(&embedded, |_| true);
    }
    let files = files(&arguments.paths)?;
    let names: Vec<String> = files.iter().map(|(name, _)| name.clone()).collect();
    let catalogue = embedded.with_directory(files)?;
    counts(&catalogue, |source| names.iter().any(|name| name == source.name()))
}

fn files(paths: &[PathBuf]) -> Result<Vec<SpecFile>, Failure> {
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() {
            files.extend(load_directory(path).map_err(|error| unreadable(path, &error))?);
        } else {
            let text = std::fs::read(path).map_err(|error| unreadable(path, &error))?;
            files.push((path.display().to_string(), text));
        }
    }
    if files.is_empty() {
        return Err(
            Failure::bad_input("there is no spec file to check").fix("name files, or folders with `.yaml` files")
        );
    }
    Ok(files)
}

fn counts(catalogue: &Catalogue, wanted: impl Fn(&Source) -> bool) -> Result<(usize, usize), Failure> {
    let specs: Vec<_> = catalogue.specs().filter(|spec| wanted(&spec.source)).collect();
    let cases = specs.iter().flat_map(|spec| &spec.cases);
    let mut found: BTreeMap<String, (Source, Vec<Diagnostic>)> = BTreeMap::new();
    for case in cases.clone() {
        for name in &case.catches {
            if let Some(finding) = unknown_fault(case, name) {
                let (_, list) =
                    found.entry(case.source.name().to_owned()).or_insert_with(|| (case.source.clone(), Vec::new()));
                // Rows of one table name the same faults.
                if !list.contains(&finding) {
                    list.push(finding);
                }
            }
        }
    }
    if found.is_empty() {
        return Ok((specs.len(), cases.count()));
    }
    Err(found.into_values().map(|(source, list)| Diagnostics::new(source, list)).collect::<Vec<_>>().into())
}

fn unknown_fault(case: &Case, name: &FaultName) -> Option<Diagnostic> {
    if fault::find(name.as_str()).is_ok() {
        return None;
    }
    let text = case.source.slice(case.span);
    let catches = text.find("catches").unwrap_or_default();
    let at = text[catches..].find(name.as_str()).map_or(case.span.start, |at| case.span.start + catches + at);
    let fix = match nearest(name.as_str(), fault::all().map(|fault| fault.name)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "name one of `hardtack serve --list-faults`".to_owned(),
    };
    Some(
        Diagnostic::error(UNKNOWN_FAULT, format!("the reference server has no fault `{name}`"))
            .at(case.source.span(at..at + name.as_str().len()), "")
            .because("`catches` names faults that this case must turn red")
            .fix(fix),
    )
}
