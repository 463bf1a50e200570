//! `hardtack specs explain`: what a case means, in plain words.

use std::fmt::Display;

use super::super::Failure;
use super::super::catalogue::{Specs, place};
use super::super::output::Console;
use super::choose::choose;
use crate::event::ExitCode;
use crate::report::terminal::look::{FAINT, PLAIN, STRONG};
use crate::report::terminal::{Cell, Page, Table};
use crate::spec::{ByProfile, Case, Catalogue, Design, Fixes, Grade, Level, Profile, RuleId, fixes};

/// Explain a case in plain words: why it matters, which rules it decides, which designs it knows
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Arguments {
    /// A case such as `cookies/delete#at-once`, or a whole spec such as `cookies/delete`
    case: String,
    #[command(flatten)]
    specs: Specs,
}

const AFTER_HELP: &str = "\
Examples:
  hardtack specs explain cookies/delete#at-once
  hardtack specs explain sessions/expiry";

pub(super) fn run(arguments: &Arguments, console: &Console) -> Result<ExitCode, Failure> {
    let catalogue = arguments.specs.load()?;
    let chosen = choose(&catalogue, &arguments.case)?;
    let fixes = fixes().map_err(Failure::our_bug)?;
    console.page(|page| {
        let spec = chosen.spec;
        page.text(0, STRONG, &format!("{}: {}", spec.id, spec.title));
        page.text(2, PLAIN, &spec.why);
        // Rows of a table differ in values only: one explanation is enough.
        for rows in chosen.cases.chunk_by(|one, next| one.id.base() == next.id.base()) {
            explain(page, rows[0], rows.len(), &spec.why, &catalogue, &fixes);
        }
    });
    Ok(ExitCode::CONFORMS)
}

fn explain(page: &mut Page<'_>, case: &Case, rows: usize, why_of_spec: &str, catalogue: &Catalogue, fixes: &Fixes) {
    page.title(case.id.base());
    page.text(2, PLAIN, &case.title);
    if case.why != why_of_spec {
        page.gap();
        page.text(2, PLAIN, &case.why);
    }
    page.gap();
    page.field(2, "level", PLAIN, &by_profile(&case.level, Level::as_str));
    if rows > 1 {
        page.field(2, "rows", PLAIN, &rows.to_string());
    }
    page.field(2, "place", FAINT, &place(&case.source, case.span.line));
    if !case.rules.is_empty() {
        page.gap();
        page.text(2, STRONG, "rules");
        case.rules.iter().for_each(|id| rule(page, id, catalogue));
    }
    if !case.designs.is_empty() {
        page.gap();
        page.text(2, STRONG, "designs that it can tell apart");
        let mut table = Table::new(&["", "", ""]).prose(2);
        case.designs.iter().for_each(|design| table.row(row(design)));
        table.write(page, 4);
    }
    for fix in fixes.of_all(&case.rules) {
        page.gap();
        page.text(2, STRONG, "how to fix it");
        page.text(4, PLAIN, &fix.general);
        let mut table = Table::new(&["", ""]).prose(1);
        for (framework, text) in &fix.frameworks {
            table.row([framework.name(), text.as_str()].map(Cell::from));
        }
        table.write(page, 4);
    }
    if !case.refs.is_empty() {
        page.gap();
        page.text(2, STRONG, "see");
        case.refs.iter().for_each(|reference| page.text(4, FAINT, reference));
    }
}

fn rule(page: &mut Page<'_>, id: &RuleId, catalogue: &Catalogue) {
    let Some(rule) = catalogue.rules().get(id.as_str()) else { return };
    page.text(4, PLAIN, &rule.says);
    page.text(6, FAINT, &format!("{id} · {} · {}", by_profile(&rule.level, Level::as_str), rule.source.join(", ")));
}

fn row(design: &Design) -> [Cell; 3] {
    [design.name.to_string(), by_profile(&design.grade, Grade::as_str), design.means.clone()].map(Cell::from)
}

/// `must`, or `must (tutorial: should)`.
fn by_profile<T: Copy + PartialEq, W: Display>(value: &ByProfile<T>, word: impl Fn(T) -> W) -> String {
    let default = value.get(Profile::Default);
    let others: Vec<String> = Profile::ALL
        .into_iter()
        .filter(|profile| value.get(*profile) != default)
        .map(|profile| format!("{}: {}", profile.as_str(), word(value.get(profile))))
        .collect();
    if others.is_empty() { word(default).to_string() } else { format!("{} ({})", word(default), others.join(", ")) }
}
