//! One failed case: everything that is needed to understand it and to repeat it.

use super::exchange;
use super::look::{BAD, BAD_WORD, FAINT, LABEL, PLAIN, STRONG, WARNING};
use super::page::Page;
use super::table::{Cell, Table};
use super::text::tame_line;
use crate::event::{CaseOutcome, Expectations, Finding, Place, Standing, StoredRun, Verdict};
use crate::report::group::Shared;
use crate::report::words::counted;
use crate::spec::{Grade, RuleId};

/// Where the text of a block begins.
const INDENT: usize = 6;

/// Findings of one case that are shown; a monitor may have hundreds.
const FINDINGS_SHOWN: usize = 5;

/// Exchanges of one case that are shown.
const EXCHANGES_SHOWN: usize = 3;

/// Writes the block of a failed case.
pub(super) fn block(page: &mut Page<'_>, shared: &Shared<'_>, run: &StoredRun) {
    let outcome = shared.outcome;
    page.gap();
    let look = page.look();
    let word = format!("{:<5}", headword(outcome));
    let case = tame_line(outcome.case.as_str());
    page.line(0, &format!("{} {}", look.paint(BAD_WORD, &word), look.paint(STRONG, &case)));
    page.text(INDENT, STRONG, &outcome.title);
    let mut context = vec![format!("{} at {}", outcome.level.as_str(), place(&outcome.place))];
    context.extend(shared.variants_in_words(run).map(|variants| format!("on {variants}")));
    let Expectations { declared, evaluated } = outcome.expectations;
    if declared > 0 {
        context.push(format!("{evaluated} of {} evaluated", counted(declared, "expectation", "expectations")));
    }
    page.text(INDENT, FAINT, &context.join(" · "));
    page.text(INDENT, PLAIN, &outcome.why);
    if let Some(reason) = &outcome.reason {
        page.gap();
        page.text(INDENT, BAD, reason);
    }
    standing(page, outcome);
    design(page, outcome);
    for finding in outcome.findings.iter().take(FINDINGS_SHOWN) {
        write_finding(page, finding);
    }
    if outcome.findings.len() > FINDINGS_SHOWN {
        page.gap();
        let more = outcome.findings.len() - FINDINGS_SHOWN;
        page.text(INDENT, FAINT, &format!("… and {more} more of this case; --json FILE writes them all"));
    }
    steps(page, outcome);
    evidence(page, outcome);
    sources(page, outcome);
}

/// `specs/cookies/delete.yaml:23`
pub(super) fn place(place: &Place) -> String {
    format!("{}:{}", place.file, place.line)
}

fn headword(outcome: &CaseOutcome) -> &'static str {
    match (&outcome.standing, outcome.verdict) {
        (Standing::Stale { .. }, _) => "STALE",
        (Standing::ClaimBroken { .. }, Verdict::Pass | Verdict::Note | Verdict::Warn) => "CLAIM",
        (_, Verdict::Error) => "ERROR",
        (_, Verdict::Untestable) => "UNTESTABLE",
        (_, Verdict::Warn) => "WARN",
        _ => "FAIL",
    }
}

fn standing(page: &mut Page<'_>, outcome: &CaseOutcome) {
    let seen = outcome.design.as_ref().map_or("none", |design| design.name.as_str());
    let text = match &outcome.standing {
        Standing::Plain | Standing::AsClaimed | Standing::Known { .. } => return,
        Standing::KnownButDifferent { expected } => {
            format!("The target file lists this as a known failure, but as `{expected}`: it now fails in another way.")
        }
        Standing::Stale { expected } => format!(
            "The target file lists this as a known failure (`{expected}`), but it does not fail any more. Remove the entry."
        ),
        Standing::ClaimBroken { claimed } => {
            format!("The target file claims the design `{claimed}`, but this run saw `{seen}`.")
        }
    };
    page.gap();
    page.text(INDENT, BAD, &text);
}

fn design(page: &mut Page<'_>, outcome: &CaseOutcome) {
    let Some(design) = &outcome.design else { return };
    let style = match design.grade {
        Grade::Pass | Grade::Accept => PLAIN,
        Grade::Warn => WARNING,
        Grade::Fail => BAD,
    };
    page.gap();
    page.field(INDENT, "design", style, &format!("{} ({})", design.name, design.grade.as_str()));
    page.field(INDENT, "means", PLAIN, &design.means);
    let mut table = Table::new(&["saved", "value"]);
    for (name, value) in &design.values {
        table.row([Cell::from(format!("${name}")), Cell::from(value.to_string())]);
    }
    if !table.is_empty() {
        table.write(page, INDENT);
    }
}

fn write_finding(page: &mut Page<'_>, finding: &Finding) {
    page.gap();
    page.text(INDENT, BAD, &finding.message);
    page.field(INDENT + 2, "expected", PLAIN, &finding.expected);
    page.field(INDENT + 2, "actual", BAD, &finding.actual);
    if !finding.cookie.is_empty() {
        let mut table = Table::new(&["attribute", "expected", "actual", ""]);
        for attribute in &finding.cookie {
            let style = if attribute.held { PLAIN } else { BAD };
            table.row([
                Cell::styled(style, &attribute.name),
                attribute.expected.as_deref().map_or_else(|| Cell::styled(FAINT, "not asked"), Cell::from),
                Cell::styled(style, &attribute.actual),
                Cell::styled(style, if attribute.held { "" } else { "← differs" }),
            ]);
        }
        table.write(page, INDENT + 2);
    }
    let level = finding.level.as_str();
    let source = format!("{} ({level}) · {} at {}", finding.code, finding.expectation, place(&finding.place));
    page.text(INDENT + 2, FAINT, &source);
}

fn steps(page: &mut Page<'_>, outcome: &CaseOutcome) {
    if outcome.steps.is_empty() {
        return;
    }
    page.gap();
    page.text(INDENT, LABEL, "steps");
    for (index, step) in outcome.steps.iter().enumerate() {
        let broke = outcome.findings.iter().any(|finding| step_of(finding, step.exchange, index));
        let (arrow, style) = if broke { ("→", BAD) } else { (" ", PLAIN) };
        let mark = format!("{arrow} {}", index + 1);
        let text = format!("{} (line {})", step.what, step.line);
        page.hanging(INDENT, &mark, style, 5, style, &text);
    }
}

/// Whether a finding belongs to a step: by its exchange, or by the number of the step where there was none.
fn step_of(finding: &Finding, exchange: Option<u64>, index: usize) -> bool {
    match finding.exchange {
        Some(id) => exchange == Some(id),
        None => finding.expectation.starts_with(&format!("steps[{index}].")),
    }
}

fn evidence(page: &mut Page<'_>, outcome: &CaseOutcome) {
    let mut wanted: Vec<u64> = Vec::new();
    for id in outcome.findings.iter().take(FINDINGS_SHOWN).filter_map(|finding| finding.exchange) {
        if !wanted.contains(&id) {
            wanted.push(id);
        }
    }
    let all = &outcome.exchanges;
    let shown = all.iter().filter(|exchange| wanted.contains(&exchange.id)).take(EXCHANGES_SHOWN);
    // Without a finding the last thing that happened says most.
    let last = if wanted.is_empty() { all.last() } else { None };
    for exchange in shown.chain(last) {
        exchange::write(page, INDENT, exchange);
    }
}

fn sources(page: &mut Page<'_>, outcome: &CaseOutcome) {
    let rules = outcome.rules.iter().map(RuleId::as_str).collect::<Vec<_>>().join(", ");
    page.gap();
    for (label, text) in [("rules", rules), ("see", outcome.refs.join("\n"))] {
        if !text.is_empty() {
            page.field(INDENT, label, FAINT, &text);
        }
    }
}
