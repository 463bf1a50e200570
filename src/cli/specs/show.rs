//! `hardtack specs show`: the text of a case, what it needs and what it catches.

use super::super::Failure;
use super::super::catalogue::{Specs, place};
use super::super::output::{Console, Stream};
use super::choose::choose;
use super::curl;
use super::needs::needs;
use crate::document::{Source, Span};
use crate::event::ExitCode;
use crate::report::terminal::look::{FAINT, PLAIN};
use crate::report::terminal::{Page, tame};
use crate::spec::FaultName;

/// Print the text of a case, what it needs of a target and which faults it catches
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Arguments {
    /// A case such as `cookies/delete#at-once`, or a whole spec such as `cookies/delete`
    case: String,
    /// Print its requests as curl lines instead, for a server that speaks the contract
    #[arg(long)]
    curl: bool,
    /// Where that server has the contract
    #[arg(long, value_name = "URL", requires = "curl", default_value = "http://127.0.0.1:8000/_hardtack")]
    base: String,
    #[command(flatten)]
    specs: Specs,
}

const AFTER_HELP: &str = "\
Examples:
  hardtack specs show cookies/delete#at-once
  hardtack specs show cookies/delete --specs my-specs
  hardtack specs show sessions/login#new-key --curl";

pub(super) fn run(arguments: &Arguments, console: &Console) -> Result<ExitCode, Failure> {
    let catalogue = arguments.specs.load()?;
    let chosen = choose(&catalogue, &arguments.case)?;
    if arguments.curl {
        let base = arguments.base.trim_end_matches('/');
        let scripts: Vec<String> = chosen.cases.iter().map(|case| curl::script(case, base)).collect();
        Stream::Out.print(&tame(&scripts.join("\n")));
        return Ok(ExitCode::CONFORMS);
    }
    if chosen.spec.id.as_str() == arguments.case {
        Stream::Out.print(&tame(chosen.spec.source.text()));
        return Ok(ExitCode::CONFORMS);
    }
    let Some(case) = chosen.cases.first() else { return Ok(ExitCode::CONFORMS) };
    console.page(|page| {
        page.text(0, FAINT, &format!("# {}", place(&case.source, case.span.line)));
        // As it is written, so that it can be copied: not wrapped.
        for line in dedented(&case.source, case.span).lines() {
            page.line(0, &tame(line));
        }
        let has_rows = chosen.cases.len() > 1 || case.id.base() != case.id.as_str();
        if has_rows {
            list(page, "rows", chosen.cases.iter().map(|case| case.id.as_str()));
        }
        list(page, "needs", needs(case).iter().map(String::as_str));
        list(page, "catches", case.catches.iter().map(FaultName::as_str));
    });
    Ok(ExitCode::CONFORMS)
}

fn list<'a>(page: &mut Page<'_>, title: &str, lines: impl Iterator<Item = &'a str>) {
    let lines: Vec<&str> = lines.collect();
    if !lines.is_empty() {
        page.title(title);
    }
    for line in lines {
        page.text(2, PLAIN, line);
    }
}

/// The text under a span, moved to the left margin.
fn dedented(source: &Source, span: Span) -> String {
    let margin = span.column - 1;
    let mut lines = source.slice(span).trim_end().lines();
    let first = lines.next().unwrap_or_default().to_owned();
    let moved = lines.map(|line| {
        let blank = line.len() - line.trim_start_matches(' ').len();
        &line[blank.min(margin)..]
    });
    std::iter::once(first.as_str()).chain(moved).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_moves_to_the_left_margin() {
        let source = Source::new("x.yaml", "cases:\n  - case: a\n    steps:\n      - do: b\n  - case: c\n");
        let start = source.text().find("case: a").unwrap();
        let end = source.text().find("  - case: c").unwrap();
        assert_eq!(dedented(&source, source.span(start..end)), "case: a\nsteps:\n  - do: b");
    }
}
