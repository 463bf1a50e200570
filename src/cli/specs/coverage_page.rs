//! The coverage as a page of the documentation, in Markdown.

use std::fmt::Write as _;

use super::coverage::total;
use crate::spec::{Counts, Coverage, GroupCoverage, Profile, RuleCoverage, Rules};

const HEAD: &str = "\
# Coverage of the rules

<!-- Written by `hardtack specs coverage --markdown > docs/coverage.md`; a test compares the two. -->

The catalogue has a rule for everything that standards and guides ask of a server about cookies and sessions. A rule is
*decided* when a case names it, *excluded* when it lies outside of what a case can see, and *pending* when a case could
decide it but does not yet. A rule has a level in the default profile, and one in each profile whose document states it;
`hardtack verify --profile NAME` runs the cases with a level in that profile. The profiles `tutorial` and `django` also
run the cases that refer to their documents. Rules for [user agents](#user-agents) are listed for later: `hardtack agent`
will judge clients by them.
";

/// The page.
pub(super) fn markdown(groups: &[GroupCoverage<'_>], for_agents: &Rules) -> String {
    let mut page = HEAD.to_owned();
    page.push_str("\n| group | rules | decided | excluded | pending |\n| --- | ---: | ---: | ---: | ---: |\n");
    for group in groups {
        counts(&mut page, &format!("[{0}](#{1})", group.name, anchor(group.name)), Counts::of(&group.rules));
    }
    counts(&mut page, "all", total(groups));
    page.push_str("\n| profile | rules | decided | excluded | pending |\n| --- | ---: | ---: | ---: | ---: |\n");
    for profile in Profile::ALL {
        let rules = groups.iter().flat_map(|group| &group.rules);
        let stated = Counts::of(rules.filter(|covered| covered.rule.level.stated(profile).is_some()));
        if stated.rules > 0 {
            counts(&mut page, profile.as_str(), stated);
        }
    }
    for group in groups {
        // Writing to a string cannot fail.
        let _ = write!(page, "\n## {}\n\n| rule | level | coverage |\n| --- | --- | --- |\n", group.name);
        group.rules.iter().for_each(|covered| row(&mut page, covered));
    }
    page.push_str("\n## User agents\n\n| rule | level |\n| --- | --- |\n");
    for rule in for_agents.iter() {
        let _ = writeln!(page, "| `{}`<br>{} | {} |", rule.id, literal(&rule.says), rule.level.default.as_str());
    }
    page
}

fn counts(page: &mut String, name: &str, counts: Counts) {
    let Counts { rules, decided, excluded, pending, .. } = counts;
    let _ = writeln!(page, "| {name} | {rules} | {decided} | {excluded} | {pending} |");
}

fn row(page: &mut String, covered: &RuleCoverage<'_>) {
    let rule = covered.rule;
    let mut level = rule.level.default.as_str().to_owned();
    for (profile, stated) in &rule.level.others {
        let _ = write!(level, "<br>{}: {}", profile.as_str(), stated.as_str());
    }
    let coverage = match covered.coverage() {
        Coverage::Decided => covered.cases.iter().map(|case| format!("`{case}`")).collect::<Vec<_>>().join("<br>"),
        Coverage::Excluded(reason) => format!("excluded: {}", literal(reason)),
        Coverage::Pending(needs) => format!("pending: {}", literal(needs)),
        Coverage::Open => "open".to_owned(),
    };
    let _ = writeln!(page, "| `{}`<br>{} | {level} | {coverage} |", rule.id, literal(&rule.says));
}

/// Text that means nothing to Markdown inside a table.
fn literal(text: &str) -> String {
    let mut literal = String::with_capacity(text.len());
    for one in text.chars() {
        if matches!(one, '\\' | '_' | '*' | '<' | '|') {
            literal.push('\\');
        }
        literal.push(one);
    }
    literal
}

/// The anchor that a heading gets.
fn anchor(heading: &str) -> String {
    heading.replace('.', "")
}
