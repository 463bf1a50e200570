//! The page of codes: what a report, or a diagnostic about a file, calls what it found.

use std::fmt::Write as _;

use super::cell;
use crate::cli::Failure;
use crate::cookie::{FindingCode, Refusal};
use crate::judge::CODES;
use crate::spec::Catalogue;
use crate::{document, spec, target};

const INTRODUCTION: &str = "# Findings\n\nEvery finding has a code. It is stable: known failures name it under `fails_as`, \
                            and reports for programs carry it.\n";

pub(super) fn page() -> Result<String, Failure> {
    let catalogue = Catalogue::embedded().map_err(|error| Failure::our_bug(error.to_string()))?;
    let mut text = INTRODUCTION.to_owned();
    let broken = CODES.iter().map(|(code, about)| (code.as_str(), (*about).to_owned()));
    table(
        &mut text,
        "What a server breaks",
        "An expectation of a case did not hold. What kind of expectation it was:",
        broken,
    );
    let grammar = FindingCode::ALL.iter().map(|code| {
        let id = code.rule_id();
        (id, catalogue.rules().get(id).map(|rule| rule.says.clone()).unwrap_or_default())
    });
    let about = "A `Set-Cookie` line broke the grammar for servers. Such a finding is called by the rule itself:";
    table(&mut text, "The grammar of Set-Cookie", about, grammar);
    let refusals = Refusal::examples();
    let refused = refusals.iter().map(|refusal| (refusal.code(), refusal.to_string()));
    let about = "A browser does not take the cookie. `because` in specs names the reason; numbers are examples:";
    table(&mut text, "Why a browser refuses a cookie", about, refused);
    let files = [
        ("Files that are no YAML, or not of the form they should be", document::code::ALL),
        ("Specs", spec::code::ALL),
        ("Target files", target::code::ALL),
        #[cfg(feature = "load")]
        ("Scenarios", crate::load::scenario::code::ALL),
    ];
    for (title, codes) in files {
        let codes = codes.iter().map(|(code, about)| (*code, (*about).to_owned()));
        table(&mut text, title, "A diagnostic with place, cause and fix; the command ends with 2.", codes);
    }
    Ok(text)
}

fn table<'a>(text: &mut String, title: &str, about: &str, rows: impl Iterator<Item = (&'a str, String)>) {
    // Writing to a string cannot fail.
    let _ = write!(text, "\n## {title}\n\n{about}\n\n| code | means |\n| --- | --- |\n");
    for (code, about) in rows {
        let _ = writeln!(text, "| `{code}` | {} |", cell(&about));
    }
}
