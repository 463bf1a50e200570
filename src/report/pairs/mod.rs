//! Version pairs: whether the catalogue tells a defect that really happened from its repair.

pub mod markdown;
pub mod terminal;

use std::collections::BTreeMap;

use crate::event::{ExitCode, VariantRun, Verdict};
use crate::spec::CaseId;
use crate::target::{Pair, VariantPattern};

/// The version of the format.
pub const SCHEMA_VERSION: u32 = 1;

/// What came of some pairs; its JSON is what `hardtack pairs --json` writes.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Pairs {
    /// The version of this format.
    pub schema: u32,
    /// What this is, `pairs`.
    pub kind: &'static str,
    /// hardtack's version.
    pub tool: String,
    /// A digest of the catalogue's text and the number of its cases.
    pub catalogue: String,
    /// When it started, RFC 3339.
    pub started: String,
    /// The pairs, in the order of the file.
    pub pairs: Vec<Compared>,
}

/// What came of one pair.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Compared {
    /// The pair's name.
    pub name: String,
    /// The target's folder.
    pub target: String,
    /// What kind of defect it is.
    pub class: String,
    /// Where it is described.
    pub reference: Option<String>,
    /// What was updated, from which version to which.
    pub package: String,
    /// The vulnerable side.
    pub vulnerable: Side,
    /// The fixed side.
    pub fixed: Side,
    /// Whether the cases tell the sides apart.
    pub outcome: Told,
}

/// One side of a pair.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Side {
    /// The variant, as it was run.
    pub variant: String,
    /// What came of each case; empty when the variant did not run.
    pub verdicts: BTreeMap<String, Verdict>,
    /// Why it did not run, and what to do.
    pub failed: Option<String>,
    /// Whether only this machine lacks something, so that nothing is said about the target.
    pub missing_here: bool,
}

/// Whether the cases tell the sides apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Told {
    /// None of the cases passes on the vulnerable side, each passes on the fixed one.
    Apart,
    /// Some case says the same of both, or nothing.
    Alike,
    /// A side did not run for a reason that lies with the target.
    NotRun,
    /// This machine lacks what a side needs.
    NotHere,
}

impl Told {
    /// The words in reports.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Apart => "told apart",
            Self::Alike => "NOT TOLD APART",
            Self::NotRun => "NOT RUN",
            Self::NotHere => "NOT HERE",
        }
    }

    /// How a command ends with it. What is not here is not green.
    #[must_use]
    pub const fn exit(self) -> ExitCode {
        match self {
            Self::Apart => ExitCode::CONFORMS,
            Self::Alike => ExitCode::FAILED,
            Self::NotRun => ExitCode::UNREACHABLE,
            Self::NotHere => ExitCode::INCONCLUSIVE,
        }
    }
}

impl Side {
    /// What a run on a variant says of the cases of a pair. (A target file's other known failures are outcomes, too.)
    #[must_use]
    pub fn of(run: &VariantRun, pair: &Pair) -> Self {
        let (failed, missing_here) = match &run.failed_to_run {
            Some((reason, exit)) => (Some(reason.clone()), *exit == ExitCode::CONFORMS),
            None => (None, false),
        };
        let ours = run.outcomes.iter().filter(|outcome| pair.cases.iter().any(|(case, _)| *case == outcome.case));
        let verdicts = ours.map(|outcome| (outcome.case.to_string(), outcome.verdict));
        Self { variant: run.variant.clone(), verdicts: verdicts.collect(), failed, missing_here }
    }

    /// A side whose target cannot be used.
    #[must_use]
    pub fn unusable(pattern: &VariantPattern, reason: String) -> Self {
        let choices: Vec<String> = pattern.0.iter().map(|(axis, value)| format!("{axis}={value}")).collect();
        Self { variant: choices.join(","), verdicts: BTreeMap::new(), failed: Some(reason), missing_here: false }
    }

    /// How many cases ended how, in words: `3 fail, 1 warn`.
    #[must_use]
    pub fn words(&self) -> String {
        let count = |verdict: Verdict| self.verdicts.values().filter(|one| **one == verdict).count();
        let counted = Verdict::ALL.into_iter().map(|verdict| (count(verdict), verdict)).filter(|(count, _)| *count > 0);
        let words: Vec<String> = counted.map(|(count, verdict)| format!("{count} {}", verdict.as_str())).collect();
        if words.is_empty() { "-".to_owned() } else { words.join(", ") }
    }

    fn verdict(&self, case: &CaseId) -> Option<Verdict> {
        self.verdicts.get(case.as_str()).copied()
    }
}

impl Compared {
    /// Compares the two sides of a pair. Whether a target file excuses a failure does not matter here.
    #[must_use]
    pub fn of(pair: &Pair, vulnerable: Side, fixed: Side) -> Self {
        let sides = [&vulnerable, &fixed];
        let outcome = if sides.iter().any(|side| side.failed.is_some() && !side.missing_here) {
            Told::NotRun
        } else if sides.iter().any(|side| side.failed.is_some()) {
            Told::NotHere
        } else {
            let shows = |case: &CaseId| matches!(vulnerable.verdict(case), Some(Verdict::Fail | Verdict::Warn));
            let mended = |case: &CaseId| fixed.verdict(case) == Some(Verdict::Pass);
            let apart = pair.cases.iter().all(|(case, _)| shows(case) && mended(case));
            if apart && !pair.cases.is_empty() { Told::Apart } else { Told::Alike }
        };
        Self {
            name: pair.name.clone(),
            target: pair.target.clone(),
            class: pair.class.clone(),
            reference: pair.reference.clone(),
            package: pair.package.clone(),
            vulnerable,
            fixed,
            outcome,
        }
    }

    /// What to know about a pair that is not told apart: why a side did not run, or the cases that do not tell.
    fn remarks(&self) -> Vec<String> {
        let sides = [("vulnerable", &self.vulnerable), ("fixed", &self.fixed)];
        let failed = |(word, side): (&str, &Side)| {
            let reason = side.failed.as_ref()?;
            Some(format!("{word}, {}: {reason}", side.variant))
        };
        let reasons: Vec<String> = sides.into_iter().filter_map(failed).collect();
        if !reasons.is_empty() || self.outcome == Told::Apart {
            return reasons;
        }
        let word = |verdict: Option<&Verdict>| verdict.map_or("not run", |verdict| verdict.as_str());
        let line = |(case, verdict): (&String, &Verdict)| {
            format!("{case}: {} before, {} after", verdict.as_str(), word(self.fixed.verdicts.get(case)))
        };
        self.vulnerable.verdicts.iter().map(line).collect()
    }
}

impl Pairs {
    /// The exit code of a run: that of its worst pair.
    #[must_use]
    pub fn exit(&self) -> ExitCode {
        let codes = self.pairs.iter().map(|pair| pair.outcome.exit());
        codes.reduce(ExitCode::and).unwrap_or(ExitCode::NOTHING_RUN)
    }

    /// As JSON, indented, with a line end.
    pub fn json(&self) -> Result<String, serde_json::Error> {
        Ok(format!("{}\n", serde_json::to_string_pretty(self)?))
    }

    fn apart(&self) -> usize {
        self.pairs.iter().filter(|pair| pair.outcome == Told::Apart).count()
    }
}
