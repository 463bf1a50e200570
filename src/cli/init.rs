//! `hardtack init`: a target file and a workflow to begin with, from what a site shows.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::Failure;
use super::output::{Console, Stream};
use super::starter::{kebab, target_file, workflow};
use super::under_test::url;
use crate::event::ExitCode;
use crate::verify::{Site, look};
use crate::wire::Limits;

/// Write a target file and a CI workflow to begin with, by looking at a site
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Arguments {
    /// The site; without one, a file for a server that offers the contract
    url: Option<String>,
    /// Where the target file goes
    #[arg(long, short, value_name = "FILE", default_value = "target.yaml")]
    output: PathBuf,
    /// Where the workflow goes
    #[arg(long, value_name = "FILE", default_value = ".github/workflows/hardtack.yml", conflicts_with = "no_workflow")]
    workflow: PathBuf,
    /// Write no workflow
    #[arg(long)]
    no_workflow: bool,
    /// Replace files that are there
    #[arg(long)]
    force: bool,
}

const AFTER_HELP: &str = "\
A few pages are read, nothing is sent: the page itself, links and usual places of a login form, and usual places of
an answer that tells who is logged in. Files that are there are never replaced without --force.

Examples:
  hardtack init http://127.0.0.1:3000
  hardtack init https://staging.shop.example --output shop.yaml --no-workflow";

pub(super) async fn run(arguments: Arguments, console: &Console) -> Result<ExitCode, Failure> {
    let address = arguments.url.as_deref().map(url).transpose()?;
    // Nothing is asked of the site when its answer could not be kept.
    let workflow_file = (!arguments.no_workflow).then_some(arguments.workflow.as_path());
    for file in std::iter::once(arguments.output.as_path()).chain(workflow_file) {
        refuse_to_replace(file, arguments.force)?;
    }
    let site = match &address {
        Some(url) => look(url, &Limits::default()).await.map_err(|error| Failure::new(error.exit, error.reason))?,
        None => Site::default(),
    };
    let text = target_file(address.as_ref(), &site);
    write(&arguments.output, &text, arguments.force)?;
    if let Some(file) = workflow_file {
        let name = kebab(address.as_ref().and_then(url::Url::host_str).unwrap_or("my-app"));
        let text = workflow(&arguments.output.display().to_string(), site.login.is_some(), &name);
        write(file, &text, arguments.force)?;
    }
    console.note(&found(&site, address.is_some()));
    Stream::Out.print(&next_steps(&arguments.output, workflow_file, &site));
    Ok(ExitCode::CONFORMS)
}

pub(super) fn refuse_to_replace(file: &Path, force: bool) -> Result<(), Failure> {
    if file.exists() && !force {
        return Err(Failure::bad_input(format!("{} is there already", file.display()))
            .fix("name another file, or replace it with --force"));
    }
    Ok(())
}

pub(super) fn write(file: &Path, text: &str, force: bool) -> Result<(), Failure> {
    let failed = |error: &std::io::Error| {
        Failure::bad_input(format!("failed to write {}: {error}", file.display()))
            .fix("check the folder and its rights")
    };
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(|error| failed(&error))?;
    }
    let mut options = std::fs::OpenOptions::new();
    // Also when somebody else has just made it.
    let options =
        if force { options.write(true).create(true).truncate(true) } else { options.write(true).create_new(true) };
    options.open(file).and_then(|mut file| file.write_all(text.as_bytes())).map_err(|error| failed(&error))
}

fn found(site: &Site, asked: bool) -> String {
    if !asked {
        return "no URL was named: the file is for a server that offers the contract".to_owned();
    }
    let login = match (&site.contract, &site.login) {
        (Some(base), _) => format!("the contract at {base}/"),
        (None, Some(login)) => {
            let tokens = if login.tokens.is_empty() {
                String::new()
            } else {
                format!(" with the token {}", login.tokens.join(", "))
            };
            format!("a login form on {}{tokens}", login.page)
        }
        (None, None) => "no login form".to_owned(),
    };
    let cookie = site
        .session_cookie
        .as_ref()
        .map_or("no session cookie".to_owned(), |name| format!("the session cookie {name}"));
    let who = site
        .whoami
        .as_ref()
        .map_or("nothing that tells who is logged in".to_owned(), |(path, _)| format!("an API at {path}"));
    format!("{} pages were read; found {login}, {cookie}, {who}", site.requests)
}

fn next_steps(target: &Path, workflow: Option<&Path>, site: &Site) -> String {
    let target = target.display();
    let wrote = workflow.map_or_else(String::new, |workflow| format!(" and {}", workflow.display()));
    let mut steps = vec![format!("read {target} and correct what was guessed; docs/describe-a-target.md explains it")];
    if site.login.is_some() {
        steps.push("set the environment variables under `secrets`, and name two users that exist".to_owned());
    }
    steps.push(format!("hardtack check-target {target}"));
    steps.push(format!("hardtack verify {target}"));
    let steps: Vec<String> =
        steps.iter().enumerate().map(|(index, step)| format!("  {}. {step}\n", index + 1)).collect();
    format!("wrote {target}{wrote}\n\nnext:\n{}", steps.concat())
}
