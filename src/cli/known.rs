//! `--known` and `--update-known`: known failures in a file of their own, and the ratchet that narrows it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Failure;
use super::catalogue::unreadable;
use crate::cookie::{Clock, SystemClock};
use crate::event::{CaseOutcome, Standing, StoredRun, Verdict};
use crate::target::{Known, KnownFile, Target, Variant, read_known};
use crate::verify::{Request, rfc3339};

/// Days until a new look at what `--update-known=all` adds.
const REVIEW_AFTER_DAYS: i64 = 90;

/// Which failures are excused beside those of the target file.
#[derive(Debug, Default, clap::Args)]
pub(super) struct KnownFailures {
    /// Excuse the failures of this file as well
    #[arg(long, value_name = "FILE", help_heading = "Runs over time")]
    known: Option<PathBuf>,
    /// Write that file anew: without what does not fail any more, or with everything that fails
    #[arg(long, value_name = "HOW", value_enum, requires = "known", num_args = 0..=1, default_missing_value = "narrow", require_equals = true, help_heading = "Runs over time")]
    update_known: Option<Update>,
}

/// How the file is written anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Update {
    /// Take out what does not fail any more
    Narrow,
    /// And add everything that fails, to be looked at
    All,
}

/// The file, read.
pub(super) struct Excused {
    path: PathBuf,
    file: KnownFile,
    variants: Vec<Variant>,
    update: Option<Update>,
}

impl KnownFailures {
    /// Reads the file and adds its failures to those of the target.
    pub(super) fn apply(&self, request: &mut Request) -> Result<Option<Excused>, Failure> {
        let Some(path) = &self.known else { return Ok(None) };
        let octets = match std::fs::read(path) {
            Ok(octets) => octets,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && self.update_known == Some(Update::All) => {
                EMPTY.as_bytes().to_vec()
            }
            Err(error) => {
                return Err(unreadable(path, &error).fix("`--update-known=all` writes a file to begin with"));
            }
        };
        let file = read_known(&path.display().to_string(), &octets)?;
        check_axes(&file, &request.target)?;
        request.target = Arc::new(Target::clone(&request.target).with_known(&file));
        let variants = request.variants.clone();
        Ok(Some(Excused { path: path.clone(), file, variants, update: self.update_known }))
    }
}

/// A file to begin with.
const EMPTY: &str = "# Failures that are known and excused; hardtack verify --known FILE\nknown: 1\nfailures: []\n";

/// An entry for an axis that is not there would excuse nothing, silently.
fn check_axes(file: &KnownFile, target: &Target) -> Result<(), Failure> {
    for known in file.failures() {
        for (axis, values) in &known.variant {
            let axis_here = target.axes.iter().find(|one| one.name == *axis);
            let fits =
                |value: &String| axis_here.is_some_and(|one| one.values.iter().any(|known| known.name == *value));
            if let Some(value) = values.iter().find(|value| !fits(value)) {
                let place = format!("{}:{}", file.name(), known.span.line);
                return Err(Failure::bad_input(format!("{place}: {} has no variant {axis}={value}", target.name))
                    .fix("correct the entry's `variant`, or remove the entry"));
            }
        }
    }
    Ok(())
}

/// What became of one entry in a run.
#[derive(Debug, Default, Clone, Copy)]
struct Use {
    excuses: usize,
    stale: usize,
}

impl Excused {
    /// Writes the file anew where that was asked for; what was done, in words.
    pub(super) fn update(&self, run: &StoredRun) -> Result<Option<String>, Failure> {
        let Some(update) = self.update else { return Ok(None) };
        let uses: Vec<Use> = self.file.failures().iter().map(|known| self.use_of(known, run)).collect();
        let gone = |index: usize| uses[index].excuses == 0 && uses[index].stale > 0;
        let mut text = self.file.without(gone);
        let mut said =
            format!("{}: {} removed", self.path.display(), (0..uses.len()).filter(|index| gone(*index)).count());
        for (known, used) in
            self.file.failures().iter().zip(&uses).filter(|(_, used)| used.excuses > 0 && used.stale > 0)
        {
            let _ = write!(
                said,
                "\n{}:{}: {} still fails on {} and not on {}: restrict it with `variant`",
                self.file.name(),
                known.span.line,
                known.case,
                used.excuses,
                used.stale
            );
        }
        if update == Update::All {
            let (added, count) = additions(run, &self.variants);
            if count > 0 {
                text = text.replace("failures: []\n", "failures:\n");
                if !text.ends_with('\n') {
                    text.push('\n');
                }
                text.push_str(&added);
            }
            let _ = write!(said, ", {count} added");
        }
        write(&self.path, &text)?;
        Ok(Some(said))
    }

    fn use_of(&self, known: &Known, run: &StoredRun) -> Use {
        let mut used = Use::default();
        for variant in &run.variants {
            let applies = self.variants.iter().any(|one| one.to_string() == variant.variant && known.applies_to(one));
            let about =
                |outcome: &&CaseOutcome| known.case == outcome.case || known.case.as_str() == outcome.case.base();
            for outcome in variant.outcomes.iter().filter(|_| applies).filter(about) {
                match &outcome.standing {
                    Standing::Known { .. } if outcome.ways_of_failing().contains(&known.fails_as.as_str()) => {
                        used.excuses += 1;
                    }
                    Standing::Stale { .. } => used.stale += 1,
                    _ => {}
                }
            }
        }
        used
    }
}

/// Entries for everything that fails and is not excused.
fn additions(run: &StoredRun, variants: &[Variant]) -> (String, usize) {
    let now = SystemClock.now();
    let day = |text: String| text.chars().take(10).collect::<String>();
    let (today, review) = (day(rfc3339(now)), day(rfc3339(now.plus(REVIEW_AFTER_DAYS * 86_400))));
    let mut text = String::new();
    let mut count = 0;
    for variant in &run.variants {
        let choices = variants.iter().find(|one| one.to_string() == variant.variant).map(Variant::choices);
        let choices = choices.unwrap_or_default().iter().map(|(axis, value)| format!("{axis}: \"{value}\""));
        let restriction = choices.collect::<Vec<_>>().join(", ");
        for outcome in &variant.outcomes {
            let fails = matches!(outcome.verdict, Verdict::Fail | Verdict::Untestable);
            let Some(way) = outcome.ways_of_failing().first().copied().filter(|_| fails && addable(outcome)) else {
                continue;
            };
            // Writing to a string cannot fail.
            let _ = writeln!(text, "  - case: {}", outcome.case);
            if !restriction.is_empty() {
                let _ = writeln!(text, "    variant: {{{restriction}}}");
            }
            let _ = writeln!(text, "    fails_as: {way}");
            let _ = writeln!(text, "    because: not looked at yet; added by --update-known on {today}");
            let _ = writeln!(text, "    review_by: {review}");
            count += 1;
        }
    }
    (text, count)
}

/// What another entry speaks of already is for people to settle.
fn addable(outcome: &CaseOutcome) -> bool {
    matches!(outcome.standing, Standing::Plain | Standing::AsClaimed)
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    std::fs::write(path, text)
        .map_err(|error| Failure::bad_input(format!("failed to write {}: {error}", path.display())))
}
