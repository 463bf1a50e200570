//! The pages of cases in Markdown: one page a spec, one section a case.

use std::fmt::Write as _;

use crate::reference::fault;
use crate::spec::{Case, Catalogue, Fixes, Grade, Level, Profile, Spec};

/// The page of a spec.
pub(super) fn page(spec: &Spec, catalogue: &Catalogue, fixes: &Fixes) -> String {
    // Writing to a string cannot fail.
    let mut page = format!("# {}\n\n`{}`\n\n{}\n", spec.title, spec.id, paragraph(&spec.why));
    for rows in spec.cases.chunk_by(|one, next| one.id.base() == next.id.base()) {
        section(&mut page, &rows[0], rows.len(), &spec.why, catalogue, fixes);
    }
    page
}

/// The list of all pages.
pub(super) fn index(catalogue: &Catalogue) -> String {
    let mut page = "# Cases\n\nWritten by `hardtack specs pages`. One page a spec, one section a case.\n\n".to_owned();
    for spec in catalogue.specs() {
        let _ = writeln!(page, "- [{}]({}.md): {}", spec.id, spec.id, spec.title);
    }
    page
}

/// The part of a case's id by which its section is found.
fn anchor(case: &Case) -> &str {
    case.id.base().split_once('#').map_or("", |(_, name)| name)
}

fn section(page: &mut String, case: &Case, rows: usize, why_of_spec: &str, catalogue: &Catalogue, fixes: &Fixes) {
    let _ = write!(page, "\n<a id=\"{}\"></a>\n\n## {}\n\n`{}`", anchor(case), case.title, case.id.base());
    let _ = write!(page, ", level {}", levels(case));
    if rows > 1 {
        let _ = write!(page, ", {rows} rows");
    }
    page.push('\n');
    if case.why != why_of_spec {
        let _ = write!(page, "\n**Why it matters.** {}\n", paragraph(&case.why));
    }
    if !case.rules.is_empty() {
        page.push_str("\n**Rules**\n\n");
        for rule in case.rules.iter().filter_map(|id| catalogue.rules().get(id.as_str())) {
            let _ = writeln!(page, "- `{}`: {} ({})", rule.id, rule.says, rule.source.join(", "));
        }
    }
    if !case.designs.is_empty() {
        page.push_str("\n**Designs that it can tell apart**\n\n");
        for design in &case.designs {
            let grade: Grade = design.grade.get(Profile::Default);
            let _ = writeln!(page, "- `{}` ({}): {}", design.name, grade.as_str(), design.means);
        }
    }
    for fix in fixes.of_all(&case.rules) {
        let _ = write!(page, "\n**How to fix it.** {}\n\n", fix.general);
        for (framework, text) in &fix.frameworks {
            let _ = writeln!(page, "- {}: {}", framework.name(), text);
        }
    }
    if !case.catches.is_empty() {
        page.push_str("\n**Servers that it catches**\n\n");
        for name in &case.catches {
            let about = fault::find(name.as_str()).map_or("", |fault| fault.about);
            let _ = writeln!(page, "- `{name}`: {about}");
        }
    }
    if !case.refs.is_empty() {
        let _ = write!(page, "\n**See** {}\n", case.refs.join("; "));
    }
}

fn levels(case: &Case) -> String {
    let mut text = case.level.get(Profile::Default).as_str().to_owned();
    for profile in Profile::ALL.into_iter().filter(|profile| *profile != Profile::Default) {
        if let Some(level) = case.level.stated(profile) {
            let level: Level = level;
            let _ = write!(text, ", {} in {}", level.as_str(), profile.as_str());
        }
    }
    text
}

/// Text of several lines as one.
fn paragraph(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
