//! From stored runs to a matrix.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::super::group::Severity;
use super::super::of_verify;
use super::super::words::product;
use super::differ::differs;
use super::{Absent, Column, Mark, Matrix, Note, Row, SCHEMA_VERSION};
use crate::event::{CaseOutcome, ExitCode, Standing, StoredRun};
use crate::spec::RuleId;

/// Problems of one cell that are told; published pages stay small.
const PROBLEMS_TOLD: usize = 3;

/// Characters of one text in a note.
const TEXT_TOLD: usize = 240;

/// What came of one target.
#[derive(Debug, Clone)]
pub struct Gathered {
    /// The target's name, or the file where it could not be read.
    pub target: String,
    /// Its file.
    pub file: String,
    /// Its run, or why there is none.
    pub run: Result<StoredRun, String>,
}

/// The comparison of some targets, in their order.
#[must_use]
pub fn gather(targets: &[Gathered]) -> Matrix {
    let runs = || targets.iter().filter_map(|target| target.run.as_ref().ok());
    let first = runs().next();
    let mut matrix = Matrix {
        schema: SCHEMA_VERSION,
        kind: "matrix",
        tool: env!("CARGO_PKG_VERSION").to_owned(),
        started: runs().map(|run| run.started.clone()).min().unwrap_or_default(),
        catalogue: first.map(|run| run.catalogue.clone()).unwrap_or_default(),
        profile: first.map(|run| run.profile.as_str().to_owned()).unwrap_or_default(),
        columns: Vec::new(),
        absent: Vec::new(),
        rows: Vec::new(),
        notes: Vec::new(),
    };
    let mut cells: Vec<HashMap<&str, &CaseOutcome>> = Vec::new();
    for target in targets {
        match &target.run {
            Err(reason) => matrix.absent.push(Absent {
                target: target.target.clone(),
                variant: String::new(),
                reason: reason.clone(),
                missing_here: false,
            }),
            Ok(run) => columns(target, run, &mut matrix, &mut cells),
        }
    }
    rows(&mut matrix, &cells);
    matrix
}

fn columns<'a>(
    target: &Gathered,
    run: &'a StoredRun,
    matrix: &mut Matrix,
    cells: &mut Vec<HashMap<&'a str, &'a CaseOutcome>>,
) {
    for variant in &run.variants {
        if let Some((reason, exit)) = &variant.failed_to_run {
            matrix.absent.push(Absent {
                target: target.target.clone(),
                variant: variant.variant.clone(),
                reason: reason.clone(),
                missing_here: *exit == ExitCode::CONFORMS,
            });
            continue;
        }
        let mut counts: BTreeMap<Mark, usize> = BTreeMap::new();
        for outcome in &variant.outcomes {
            *counts.entry(mark(outcome)).or_default() += 1;
        }
        matrix.columns.push(Column {
            target: target.target.clone(),
            software: product(&variant.target),
            variant: variant.variant.clone(),
            file: target.file.clone(),
            counts,
        });
        cells.push(variant.outcomes.iter().map(|outcome| (outcome.case.as_str(), outcome)).collect());
    }
}

fn mark(outcome: &CaseOutcome) -> Mark {
    match Severity::of(outcome, false) {
        Severity::Failure => Mark::Fail,
        Severity::Inconclusive => Mark::Inconclusive,
        Severity::Warning => Mark::Warn,
        Severity::Note => Mark::Note,
        Severity::Known => Mark::Known,
        Severity::Passed => Mark::Pass,
        Severity::NotExercised | Severity::NotApplicable => Mark::NotApplicable,
    }
}

fn rows(matrix: &mut Matrix, cells: &[HashMap<&str, &CaseOutcome>]) {
    let mut known_notes: HashMap<Note, usize> = HashMap::new();
    for case in order(cells) {
        let of_case = || cells.iter().map(|column| column.get(case).copied());
        let Some(any) = of_case().flatten().next() else { continue };
        let mut row = Row {
            case: case.to_owned(),
            title: any.title.clone(),
            group: case.split('#').next().unwrap_or_default().to_owned(),
            level: any.level.as_str(),
            why: any.why.clone(),
            rules: any.rules.iter().map(RuleId::as_str).map(str::to_owned).collect(),
            place: format!("{}:{}", any.place.file, any.place.line),
            marks: String::new(),
            differs: false,
            notes: BTreeMap::new(),
        };
        let mut judged = Vec::new();
        for (column, outcome) in of_case().enumerate() {
            let mark = outcome.map_or(Mark::Absent, mark);
            row.marks.push(mark.letter());
            let Some(outcome) = outcome else { continue };
            judged.push((mark, outcome.design.as_ref().map(|design| design.name.as_str())));
            let Some(note) = note(outcome, mark) else { continue };
            let index = *known_notes.entry(note).or_insert_with_key(|note| {
                matrix.notes.push(note.clone());
                matrix.notes.len() - 1
            });
            row.notes.insert(column, index);
        }
        row.differs = differs(&judged);
        matrix.rows.push(row);
    }
}

/// The cases in the order of the catalogue, as far as the runs show it.
fn order<'a>(cells: &[HashMap<&'a str, &'a CaseOutcome>]) -> Vec<&'a str> {
    let mut cases: Vec<(&str, &CaseOutcome)> = Vec::new();
    let mut known: HashSet<&str> = HashSet::new();
    for column in cells {
        for (case, outcome) in column {
            if known.insert(case) {
                cases.push((case, outcome));
            }
        }
    }
    // Within a file by line, then by row.
    cases.sort_by(|(a, one), (b, other)| {
        (&one.place.file, one.place.line, a).cmp(&(&other.place.file, other.place.line, b))
    });
    cases.into_iter().map(|(case, _)| case).collect()
}

/// What there is to say about a cell; a plain pass says nothing.
fn note(outcome: &CaseOutcome, mark: Mark) -> Option<Note> {
    let design = outcome.design.as_ref().map(|design| {
        let claim = if outcome.standing == Standing::AsClaimed { ", as claimed" } else { "" };
        cut(&format!("{} ({}{claim}): {}", design.name, design.grade.as_str(), design.means))
    });
    if mark == Mark::Pass && design.is_none() {
        return None;
    }
    let says = match (&outcome.standing, &outcome.reason) {
        (Standing::Known { because, .. }, _) => because.clone(),
        (_, Some(reason)) => reason.clone(),
        _ => String::new(),
    };
    let problems = outcome.findings.iter().take(PROBLEMS_TOLD);
    Some(Note {
        word: of_verify::word(outcome).to_owned(),
        says: cut(&says),
        design: design.unwrap_or_default(),
        broke: problems.map(|one| [cut(&one.message), cut(&one.expected), cut(&one.actual)]).collect(),
        wire: wire(outcome),
    })
}

/// The exchange of the first finding: what was asked, the status, the cookies.
fn wire(outcome: &CaseOutcome) -> Vec<String> {
    let Some(id) = outcome.findings.iter().find_map(|finding| finding.exchange) else { return Vec::new() };
    let Some(exchange) = outcome.exchanges.iter().find(|exchange| exchange.id == id) else { return Vec::new() };
    let mut lines = vec![cut(&format!("> {} {}", exchange.request.method, exchange.target()))];
    let cookies = |name: &&str| name.eq_ignore_ascii_case("cookie") || name.eq_ignore_ascii_case("set-cookie");
    for (name, value) in exchange.request.fields().into_iter().filter(|(name, _)| cookies(name)) {
        lines.push(cut(&format!("> {name}: {value}")));
    }
    if !exchange.request.body.text.is_empty() {
        lines.push(cut(&format!("> {}", exchange.request.body.text)));
    }
    if let Some(response) = &exchange.response {
        lines.push(format!("< {} {}", response.status, response.reason()).trim_end().to_owned());
        for (name, value) in response.fields().into_iter().filter(|(name, _)| cookies(name)) {
            lines.push(cut(&format!("< {name}: {value}")));
        }
    }
    lines
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(TEXT_TOLD) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}
