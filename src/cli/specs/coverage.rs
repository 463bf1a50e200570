//! `hardtack specs coverage`: which rules the cases decide, and why the others are open.

use serde_json::{Value, json};

use super::super::Failure;
use super::super::catalogue::Specs;
use super::super::output::{Console, Stream};
use super::coverage_page::markdown;
use crate::event::ExitCode;
use crate::report::terminal::{
    Cell, Page, Table,
    look::{BAD, FAINT, GOOD, PLAIN},
};
use crate::spec::{Counts, Coverage, GroupCoverage, Profile, RuleCoverage, Rules, agent_rules, coverage};

/// Show which rules the cases decide, and why the others are open
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Arguments {
    #[command(flatten)]
    specs: Specs,
    /// Every rule with its cases, or with what keeps it open
    #[arg(long, short, conflicts_with_all = ["json", "markdown"])]
    verbose: bool,
    /// Print JSON, every rule included
    #[arg(long, conflicts_with = "markdown")]
    json: bool,
    /// Print the page of the documentation
    #[arg(long)]
    markdown: bool,
}

const AFTER_HELP: &str = "\
A rule is decided when a case names it, excluded when it lies outside of what a case can see, and
pending when a case could decide it but does not yet.

Examples:
  hardtack specs coverage
  hardtack specs coverage --verbose
  hardtack specs coverage --json
  hardtack specs coverage --markdown > docs/coverage.md";

pub(super) fn run(arguments: &Arguments, console: &Console) -> Result<ExitCode, Failure> {
    let catalogue = arguments.specs.load()?;
    let groups = coverage(&catalogue);
    if arguments.markdown {
        Stream::Out.print(&markdown(&groups, &for_agents()?));
    } else if arguments.json {
        let mut value = to_json(&groups);
        value["agent"] = for_agents()?
            .iter()
            .map(|rule| json!({"rule": rule.id, "says": rule.says, "level": rule.level.default, "source": rule.source}))
            .collect();
        Stream::Out.print(&format!("{value:#}\n"));
    } else {
        let for_agents = for_agents()?;
        console.page(|page| {
            if arguments.verbose {
                for group in &groups {
                    list(page, group);
                }
                page.gap();
            }
            summary(page, &groups);
            page.gap();
            page.text(
                0,
                FAINT,
                &format!("{} rules for user agents are listed beside them, for later", for_agents.iter().count()),
            );
        });
    }
    Ok(ExitCode::CONFORMS)
}

/// The rules for user agents.
fn for_agents() -> Result<Rules, Failure> {
    agent_rules().map_err(Failure::bad_input)
}

fn summary(page: &mut Page<'_>, groups: &[GroupCoverage<'_>]) {
    let all = total(groups);
    // Rules of which nothing is said are a mistake in the catalogue, and rare.
    let with_open = all.open > 0;
    let mut head = vec!["group", "rules", "decided", "excluded", "pending"];
    if with_open {
        head.push("open");
    }
    let mut table = (1..head.len()).fold(Table::new(&head), Table::numbers);
    let rows = groups.iter().map(|group| (group.name, Counts::of(&group.rules)));
    for (name, counts) in rows.chain([("all", all)]) {
        let numbers = [counts.rules, counts.decided, counts.excluded, counts.pending, counts.open];
        let numbers = numbers.iter().take(head.len() - 1).map(|number| Cell::from(number.to_string()));
        table.row([Cell::from(name)].into_iter().chain(numbers));
    }
    table.write(page, 0);
}

fn list(page: &mut Page<'_>, group: &GroupCoverage<'_>) {
    page.title(group.name);
    let mut table = Table::new(&["", "", ""]).prose(2);
    for covered in &group.rules {
        let (style, word) = match covered.coverage() {
            Coverage::Decided => (GOOD, "decided"),
            Coverage::Excluded(_) => (FAINT, "excluded"),
            Coverage::Pending(_) => (PLAIN, "pending"),
            Coverage::Open => (BAD, "open"),
        };
        let cells = [Cell::from(covered.rule.id.as_str()), Cell::styled(style, word), Cell::from(how(covered))];
        table.row(cells);
    }
    table.write(page, 2);
}

/// The cases, or what keeps the rule open.
fn how(covered: &RuleCoverage<'_>) -> String {
    match covered.coverage() {
        Coverage::Decided => covered.cases.join(", "),
        Coverage::Excluded(reason) | Coverage::Pending(reason) => reason.to_owned(),
        Coverage::Open => "neither a case nor a reason".to_owned(),
    }
}

pub(super) fn total(groups: &[GroupCoverage<'_>]) -> Counts {
    Counts::of(groups.iter().flat_map(|group| &group.rules))
}

fn to_json(groups: &[GroupCoverage<'_>]) -> Value {
    let rule = |covered: &RuleCoverage<'_>| {
        let rule = covered.rule;
        let stated = |profile: Profile| Some((profile.as_str().to_owned(), json!(rule.level.stated(profile)?)));
        let mut value = json!({
            "rule": rule.id,
            "says": rule.says,
            "levels": Profile::ALL.into_iter().filter_map(stated).collect::<serde_json::Map<_, _>>(),
            "source": rule.source,
            "cases": covered.cases,
        });
        match covered.coverage() {
            Coverage::Excluded(reason) => value["excluded"] = reason.into(),
            Coverage::Pending(needs) => value["pending"] = needs.into(),
            Coverage::Decided | Coverage::Open => {}
        }
        value
    };
    let group = |group: &GroupCoverage<'_>| {
        let rules: Vec<Value> = group.rules.iter().map(rule).collect();
        json!({"group": group.name, "counts": Counts::of(&group.rules), "rules": rules})
    };
    json!({"counts": total(groups), "groups": groups.iter().map(group).collect::<Vec<_>>()})
}
