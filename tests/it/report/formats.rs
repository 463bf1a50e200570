//! Every format over the same run: as snapshots, and against what its readers expect.

use hardtack::event::StoredRun;
use hardtack::report::baseline::Changes;
use hardtack::report::of_verify::{self, Telling};
use hardtack::report::{Report, Severity, github, html, junit, markdown, sarif};
use serde_json::Value;

use super::sample;

pub(super) fn report(run: &StoredRun) -> Report {
    of_verify::report(run, Telling::default())
}

/// A report with everything that a report can have, a baseline included.
fn full() -> Report {
    let run = sample::everything();
    let changes = Changes::since(&sample::before(), &run, false);
    of_verify::report(&run, Telling { strict: false, changes: Some(&changes) })
}

#[test]
fn junit_as_text() {
    insta::assert_snapshot!(junit::write(&full()).unwrap());
}

#[test]
fn junit_reads_back_and_counts_like_the_run() {
    let run = sample::everything();
    let document = quick_junit::Report::deserialize_from_str(&junit::write(&report(&run)).unwrap()).unwrap();
    let cases: usize = run.variants.iter().map(|variant| variant.outcomes.len()).sum();
    // The two variants that did not run are a case each.
    assert_eq!(document.tests, cases + 2);
    assert_eq!(document.test_suites.len(), run.variants.len());
    let broken = run.variants.iter().flat_map(|variant| &variant.outcomes);
    let broken = broken.filter(|outcome| Severity::of(outcome, false) == Severity::Failure).count();
    assert_eq!(document.failures + document.errors, broken + 1 + inconclusive(&run));
}

fn inconclusive(run: &StoredRun) -> usize {
    let outcomes = run.variants.iter().flat_map(|variant| &variant.outcomes);
    outcomes.filter(|outcome| Severity::of(outcome, false) == Severity::Inconclusive).count()
}

#[test]
fn sarif_as_text() {
    insta::assert_snapshot!(sarif::write(&full()));
}

/// What code scanning reads of the format; the public schema is checked where it is at hand, by `tests/interop`.
const SARIF_AS_READ: &str = include_str!("sarif.schema.json");

#[test]
fn sarif_has_what_its_readers_need() {
    let schema: Value = serde_json::from_str(SARIF_AS_READ).unwrap();
    jsonschema::meta::validate(&schema).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for run in [sample::everything(), sample::conforming(), sample::interrupted()] {
        let mut document: Value = serde_json::from_str(&sarif::write(&report(&run))).unwrap();
        let errors: Vec<String> =
            validator.iter_errors(&document).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(errors.is_empty(), "{errors:#?}");
        for result in document["runs"][0]["results"].as_array().unwrap() {
            let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
            assert_eq!(document["runs"][0]["tool"]["driver"]["rules"][index]["id"], result["ruleId"]);
        }
        document["runs"][0]["results"] = "none".into();
        assert!(!validator.is_valid(&document));
    }
}

#[test]
fn markdown_as_text() {
    insta::assert_snapshot!(markdown::write(&full()));
}

#[test]
fn markdown_fits_a_comment() {
    let mut run = sample::everything();
    let failure = sample::full_failure();
    for index in 0..500 {
        let mut outcome = failure.clone();
        outcome.case = hardtack::spec::CaseId::new(format!("cookies/delete#case-{index}"));
        run.variants[0].outcomes.push(outcome);
    }
    let text = markdown::write(&report(&run));
    assert!(text.len() < 65_536, "{}", text.len());
    assert!(text.contains("left out, to keep this short"));
    assert_eq!(text.matches("<details>").count(), text.matches("</details>").count());
}

#[test]
fn github_as_text() {
    insta::assert_snapshot!(github::annotations(&full()));
}

#[test]
fn annotations_are_commands_and_no_more_than_github_shows() {
    let mut run = sample::everything();
    for index in 0..40 {
        let mut outcome = sample::full_failure();
        outcome.case = hardtack::spec::CaseId::new(format!("cookies/delete#case-{index}"));
        outcome.title = "100 %,\nand ::error::more".to_owned();
        run.variants[0].outcomes.push(outcome);
    }
    let text = github::annotations(&report(&run));
    let lines: Vec<&str> = text.lines().collect();
    let commands = |command: &str| lines.iter().filter(|line| line.starts_with(command)).count();
    assert_eq!(commands("::error "), 10);
    assert_eq!(commands("::error ") + commands("::warning ") + commands("::notice "), lines.len());
    assert!(text.contains("100 %25,%0Aand ::error::more"));
}

#[test]
fn html_as_text() {
    let text = html::write(&full()).unwrap();
    // The style and the script have files of their own.
    let start = text.find("<body>").unwrap();
    let end = text.rfind("<script>").unwrap();
    insta::assert_snapshot!(&text[start..end]);
}

#[test]
fn html_needs_nothing_from_elsewhere() {
    let text = html::write(&full()).unwrap();
    for needs in ["<link", "src=", "@import", "url(", "<iframe", "<img"] {
        assert!(!text.contains(needs), "{needs}");
    }
}

#[test]
fn every_format_tells_every_failure() {
    let report = full();
    let formats = [
        junit::write(&report).unwrap(),
        sarif::write(&report),
        markdown::write(&report).replace("&#35;", "#").replace("&#95;", "_"),
        html::write(&report).unwrap().replace("&#35;", "#"),
    ];
    let failures: Vec<_> = report.of(Severity::Failure).collect();
    assert!(failures.len() > 5);
    for entry in failures {
        for (index, text) in formats.iter().enumerate() {
            assert!(text.contains(&entry.id), "format {index} does not tell {}", entry.id);
        }
    }
}
