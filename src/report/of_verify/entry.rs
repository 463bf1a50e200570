//! One outcome as an entry.

use super::super::group::Severity;
use super::super::model::{Block, Cell, Entry, Problem, Step, Table, Tone};
use super::evidence;
use super::summary::spec;
use crate::event::{CaseOutcome, ComparedAttribute, Finding, Place, Standing, Verdict};
use crate::spec::{Grade, RuleId};

/// Findings of one case that are told in full; a monitor may have hundreds.
const FINDINGS_TOLD: usize = 12;

/// The entry of an outcome; of those that passed only what is worth reading.
pub(super) fn entry(outcome: &CaseOutcome, severity: Severity, target: Option<&str>) -> Entry {
    let rules = outcome.rules.iter().map(RuleId::as_str).map(str::to_owned);
    Entry {
        id: outcome.case.to_string(),
        group: spec(&outcome.case).to_owned(),
        title: outcome.title.clone(),
        severity,
        word: word(outcome).to_owned(),
        level: outcome.level.as_str(),
        on: Vec::new(),
        change: None,
        message: message(outcome),
        problems: outcome.findings.iter().map(problem).collect(),
        place: Some(outcome.place.clone()),
        target: target.map(|file| Place { file: file.to_owned(), line: 1, column: 1 }),
        why: outcome.why.clone(),
        sources: rules.chain(outcome.refs.iter().cloned()).collect(),
        blocks: blocks(outcome, severity),
    }
}

/// The verdict in a word or two, with its standing.
#[must_use]
pub const fn word(outcome: &CaseOutcome) -> &'static str {
    match (&outcome.standing, outcome.verdict) {
        (Standing::Known { .. }, _) => "known",
        (Standing::Stale { .. }, _) => "stale",
        (Standing::ClaimBroken { .. }, Verdict::Pass | Verdict::Note | Verdict::Warn) => "claim broken",
        (_, verdict) => verdict.as_str(),
    }
}

/// What came of it, in a sentence or two.
fn message(outcome: &CaseOutcome) -> String {
    match &outcome.standing {
        Standing::Known { because, review_by } => {
            let review = review_by.as_ref().map(|date| format!(" (review by {date})")).unwrap_or_default();
            return format!("Excused: {because}{review}.");
        }
        Standing::Plain | Standing::AsClaimed => {}
        standing => return standing_words(standing, outcome),
    }
    if let Some(reason) = &outcome.reason {
        return reason.clone();
    }
    match (outcome.findings.as_slice(), &outcome.design) {
        ([], Some(design)) => format!("{}: {}", design.name, design.means),
        ([], None) => String::new(),
        ([one], _) => one.message.clone(),
        ([first, rest @ ..], _) => format!("{}, and {} more", first.message, rest.len()),
    }
}

fn standing_words(standing: &Standing, outcome: &CaseOutcome) -> String {
    let seen = outcome.design.as_ref().map_or("none", |design| design.name.as_str());
    match standing {
        Standing::Plain | Standing::AsClaimed | Standing::Known { .. } => String::new(),
        Standing::KnownButDifferent { expected } => {
            format!("This is listed as a known failure, but as `{expected}`: it now fails in another way.")
        }
        Standing::Stale { expected } => format!(
            "This is listed as a known failure (`{expected}`), but it does not fail any more. Remove the entry."
        ),
        Standing::ClaimBroken { claimed } => {
            format!("The target file claims the design `{claimed}`, but this run saw `{seen}`.")
        }
    }
}

fn problem(finding: &Finding) -> Problem {
    Problem {
        code: finding.code.clone(),
        message: finding.message.clone(),
        expected: finding.expected.clone(),
        actual: finding.actual.clone(),
        place: Some(finding.place.clone()),
    }
}

fn blocks(outcome: &CaseOutcome, severity: Severity) -> Vec<Block> {
    let mut blocks = Vec::new();
    design(outcome, &mut blocks);
    if !severity.needs_attention() {
        return blocks;
    }
    if !outcome.standing.fails() && !matches!(outcome.standing, Standing::Known { .. }) {
        // The message is the reason already.
    } else if let Some(reason) = &outcome.reason {
        blocks.push(Block::Text(reason.clone()));
    }
    for finding in outcome.findings.iter().take(FINDINGS_TOLD) {
        one_finding(finding, &mut blocks);
    }
    if outcome.findings.len() > FINDINGS_TOLD {
        let more = outcome.findings.len() - FINDINGS_TOLD;
        blocks.push(Block::Text(format!("… and {more} more of this case; the run as JSON has them all.")));
    }
    steps(outcome, &mut blocks);
    evidence::exchanges(outcome, &mut blocks);
    let command = format!("hardtack verify --filter '{}'", outcome.case.base());
    blocks.push(Block::Copy { label: "run only this case".to_owned(), text: command });
    let explain = format!("hardtack specs explain '{}'", outcome.case.base());
    blocks.push(Block::Copy { label: "what it means and how to mend it".to_owned(), text: explain });
    blocks
}

fn design(outcome: &CaseOutcome, blocks: &mut Vec<Block>) {
    let Some(design) = &outcome.design else { return };
    let tone = match design.grade {
        Grade::Pass | Grade::Accept => Tone::Plain,
        Grade::Warn => Tone::Warning,
        Grade::Fail => Tone::Bad,
    };
    let claim = if outcome.standing == Standing::AsClaimed { ", as claimed" } else { "" };
    let text = format!("{} ({}{claim})", design.name, design.grade.as_str());
    blocks.push(Block::Field { label: "design", text, tone });
    blocks.push(Block::Field { label: "means", text: design.means.clone(), tone: Tone::Plain });
    if !design.values.is_empty() {
        let row =
            |(name, value): (&String, &serde_json::Value)| vec![format!("${name}").into(), value.to_string().into()];
        blocks.push(Block::Table(Table {
            caption: "what showed it".to_owned(),
            head: vec!["saved".to_owned(), "value".to_owned()],
            numbers: Vec::new(),
            rows: design.values.iter().map(row).collect(),
        }));
    }
}

fn one_finding(finding: &Finding, blocks: &mut Vec<Block>) {
    let field = |label, text: &str, tone| Block::Field { label, text: text.to_owned(), tone };
    blocks.push(Block::Heading(finding.message.clone()));
    blocks.push(field("expected", &finding.expected, Tone::Plain));
    blocks.push(field("actual", &finding.actual, Tone::Bad));
    if !finding.cookie.is_empty() {
        if let Some(does) = browser_does(&finding.cookie) {
            blocks.push(field("the browser", &does, Tone::Plain));
        }
        blocks.push(Block::Table(cookie_table(&finding.cookie)));
    }
    let Place { file, line, .. } = &finding.place;
    let source = format!("{} ({}) · {} at {file}:{line}", finding.code, finding.level.as_str(), finding.expectation);
    blocks.push(Block::Field { label: "expectation", text: source, tone: Tone::Faint });
}

fn cookie_table(cookie: &[ComparedAttribute]) -> Table {
    let row = |attribute: &ComparedAttribute| {
        let tone = if attribute.held { Tone::Plain } else { Tone::Bad };
        vec![
            Cell::new(attribute.name.replace('_', " "), tone),
            attribute.expected.as_deref().map_or_else(|| Cell::new("not asked", Tone::Faint), Cell::from),
            Cell::new(&attribute.actual, tone),
            Cell::new(if attribute.held { "" } else { "differs" }, tone),
        ]
    };
    Table {
        caption: "the cookie".to_owned(),
        head: ["attribute", "expected", "actual", ""].map(str::to_owned).into(),
        numbers: Vec::new(),
        rows: cookie.iter().map(row).collect(),
    }
}

/// What a browser makes of the line, in plain words.
fn browser_does(cookie: &[ComparedAttribute]) -> Option<String> {
    let actual = |name: &str| cookie.iter().find(|one| one.name == name).map(|one| one.actual.as_str());
    let effect = actual("effect")?;
    Some(match effect {
        "stored" => match actual("lifetime") {
            Some(lifetime) => format!("keeps this cookie for {lifetime}"),
            None => "keeps this cookie".to_owned(),
        },
        "stored until close" => "keeps this cookie until it is closed".to_owned(),
        "removed" => "forgets this cookie at once".to_owned(),
        other => match other.strip_prefix("refused by browsers: ") {
            Some(why) => format!("ignores the whole line: {why}"),
            None if other.starts_with("a removal that misses") => {
                "still holds a cookie of this name: the line names another path or domain".to_owned()
            }
            None => return None,
        },
    })
}

fn steps(outcome: &CaseOutcome, blocks: &mut Vec<Block>) {
    if outcome.steps.is_empty() {
        return;
    }
    let broke = |index: usize, exchange: Option<u64>| {
        outcome.findings.iter().any(|finding| match finding.exchange {
            Some(id) => exchange == Some(id),
            None => finding.expectation.starts_with(&format!("steps[{index}].")),
        })
    };
    let step = |(index, step): (usize, &crate::event::StepTrace)| Step {
        text: format!("{} (line {})", step.what, step.line),
        broke: broke(index, step.exchange),
    };
    blocks.push(Block::Steps(outcome.steps.iter().enumerate().map(step).collect()));
}
