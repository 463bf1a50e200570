//! `hardtack specs lint`: everything that is wrong with spec files.

use std::path::PathBuf;

use super::super::Failure;
use super::super::catalogue::{embedded, unreadable};
use super::super::output::{Console, Stream};
use crate::document::{Diagnostics, Severity};
use crate::event::ExitCode;
use crate::reference::fault;
use crate::spec::{Catalogue, SpecFile, lint, load_directory};

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
Ends with 0 when nothing is wrong (warnings aside) and with 2 otherwise.

Examples:
  hardtack specs lint
  hardtack specs lint my-specs/cookies/banner.yaml
  hardtack specs lint my-specs --json";

pub(super) fn run(arguments: &Arguments, console: &Console) -> Result<ExitCode, Failure> {
    let (found, summary) = match check(&arguments.paths) {
        Ok(checked) => checked,
        Err(failure) => match failure.found() {
            Some(found) => (found.to_vec(), String::new()),
            None => return Err(failure),
        },
    };
    let all = || found.iter().flat_map(|file| file.found().iter().map(move |one| (file, one)));
    let wrong = all().filter(|(_, one)| one.severity == Severity::Error).count();
    if arguments.json {
        let findings: Vec<_> = all().map(|(file, one)| one.to_json(file.source())).collect();
        Stream::Out.print(&format!("{:#}\n", serde_json::Value::from(findings)));
    } else {
        for file in &found {
            Stream::Err.print(&file.render(console.style(Stream::Err)));
        }
        let result = if all().next().is_none() { "all well" } else { "see the findings" };
        if !summary.is_empty() {
            Stream::Out.print(&format!("{summary}: {result}\n"));
        }
    }
    Ok(if wrong > 0 { ExitCode::BAD_INPUT } else { ExitCode::CONFORMS })
}

/// The findings, and how much was read.
fn check(paths: &[PathBuf]) -> Result<(Vec<Diagnostics>, String), Failure> {
    let mut catalogue = embedded()?;
    let mut names: Option<Vec<String>> = None;
    if !paths.is_empty() {
        let files = files(paths)?;
        names = Some(files.iter().map(|(name, _)| name.clone()).collect());
        catalogue = catalogue.with_directory(files)?;
    }
    // What stands in other files was asked for by nobody.
    let wanted = |name: &str| names.as_ref().is_none_or(|names| names.iter().any(|one| one == name));
    let faults: Vec<&str> = fault::all().map(|fault| fault.name).collect();
    let found = lint(&catalogue, &faults).into_iter().filter(|file| wanted(file.source().name())).collect();
    Ok((found, counts(&catalogue, wanted)))
}

pub(super) fn files(paths: &[PathBuf]) -> Result<Vec<SpecFile>, Failure> {
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

fn counts(catalogue: &Catalogue, wanted: impl Fn(&str) -> bool) -> String {
    let specs: Vec<_> = catalogue.specs().filter(|spec| wanted(spec.source.name())).collect();
    let cases: usize = specs.iter().map(|spec| spec.cases.len()).sum();
    let s = |count: usize| if count == 1 { "" } else { "s" };
    format!("{} spec{}, {cases} case{}", specs.len(), s(specs.len()), s(cases))
}
