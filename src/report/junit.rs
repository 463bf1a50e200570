//! `JUnit` XML, in the dialect that Jenkins, GitLab and GitHub's test reporters read.
//!
//! A test suite is a variant, a test case is a case. Broken musts are failures; what could not be judged is an error;
//! known failures, and what was not applicable or not exercised, are skipped with the reason. Warnings and notes pass,
//! and say what they have to say in `system-out`.

use std::time::Duration;

use quick_junit::{NonSuccessKind, Report as Document, SerializeError, TestCase, TestCaseStatus, TestSuite};

use super::group::Severity;
use super::model::{Entry, Occurrence, Report};
use super::plain;

/// Writes a report.
pub fn write(report: &Report) -> Result<String, SerializeError> {
    let mut document = Document::new(format!("hardtack {}: {}", report.command, report.title));
    document.set_time(Duration::from_millis(report.elapsed_ms));
    for variant in variants(report) {
        let mut suite = TestSuite::new(if variant.is_empty() { report.command } else { variant });
        let mut elapsed = 0;
        for entry in &report.entries {
            for on in entry.on.iter().filter(|on| on.variant == variant) {
                suite.add_test_case(test_case(entry, on));
                elapsed += on.elapsed_ms;
            }
        }
        // Cases run at the same time: the sum is work, not waiting.
        suite.set_time(Duration::from_millis(elapsed));
        for (label, text) in &report.facts {
            suite.add_property((label.as_str(), text.as_str()));
        }
        document.add_test_suite(suite);
    }
    document.to_string()
}

/// In the order of their first entry.
fn variants(report: &Report) -> Vec<&str> {
    let mut variants: Vec<&str> = Vec::new();
    for on in report.entries.iter().flat_map(|entry| &entry.on) {
        if !variants.contains(&on.variant.as_str()) {
            variants.push(&on.variant);
        }
    }
    variants.sort_unstable();
    variants
}

fn test_case(entry: &Entry, on: &Occurrence) -> TestCase {
    let told = matches!(entry.severity, Severity::Warning | Severity::Note);
    let mut case = TestCase::new(entry.id.as_str(), status(entry));
    case.set_classname(entry.group.as_str());
    case.set_time(Duration::from_millis(on.elapsed_ms));
    if let Some(place) = &entry.place {
        case.extra.insert("file".into(), place.file.as_str().into());
        case.extra.insert("line".into(), place.line.to_string().into());
    }
    if told {
        case.set_system_out(format!("{} ({})\n{}", entry.word, entry.level, plain::entry(entry)));
    }
    case
}

fn status(entry: &Entry) -> TestCaseStatus {
    let broken = |kind, type_name: &str| {
        let mut status = TestCaseStatus::non_success(kind);
        let code = entry.problems.first().map_or(type_name, |problem| problem.code.as_str());
        let change = entry.change.map(|change| format!("{}: ", change.as_str())).unwrap_or_default();
        status.set_type(code.to_owned()).set_message(format!("{change}{}", message(entry)));
        status.set_description(plain::entry(entry));
        status
    };
    match entry.severity {
        Severity::Failure if entry.word == "error" => broken(NonSuccessKind::Error, "error"),
        Severity::Failure => broken(NonSuccessKind::Failure, &entry.word),
        Severity::Inconclusive => broken(NonSuccessKind::Error, "inconclusive"),
        Severity::Passed | Severity::Warning | Severity::Note => TestCaseStatus::success(),
        Severity::Known | Severity::NotExercised | Severity::NotApplicable => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(format!("{}: {}", entry.word, message(entry)));
            status
        }
    }
}

fn message(entry: &Entry) -> &str {
    if entry.message.is_empty() { &entry.title } else { &entry.message }
}
