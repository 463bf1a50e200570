//! The designs that cases recognised.

use anstyle::Style;

use super::look::{BAD, Detail, FAINT, GOOD, PLAIN, STRONG, WARNING};
use super::page::Page;
use super::table::{Cell, Table};
use crate::event::{DesignSeen, Standing, StoredRun};
use crate::report::group::variants_in_words;
use crate::report::words::counted;
use crate::spec::Grade;

/// One case that told designs apart, with the variants that have this design.
struct Choice<'a> {
    case: &'a str,
    design: &'a DesignSeen,
    claim: &'a Standing,
    variants: Vec<&'a str>,
}

/// By case: the design, its grade, what it means, whether the claim holds. Where every variant has the design that
/// the rule asks for, there is nothing to choose and only a number is told.
pub(super) fn designs(page: &mut Page<'_>, run: &StoredRun) {
    let choices = collect(run);
    if choices.is_empty() {
        return;
    }
    page.title("designs recognised");
    let mut expected = 0;
    for of_case in choices.chunk_by(|one, next| one.case == next.case) {
        let plain = matches!(of_case, [one] if one.design.grade == Grade::Pass && !one.claim.fails());
        if plain && page.look().detail != Detail::Every {
            expected += 1;
            continue;
        }
        page.text(2, STRONG, of_case[0].case);
        let mut table = Table::new(&["", "", ""]).prose(2);
        for choice in of_case {
            table.row(row(choice, run));
        }
        table.write(page, 4);
    }
    if expected > 0 {
        let cases = counted(expected, "case has", "cases have");
        page.text(2, FAINT, &format!("{cases} the design that the rule asks for; --verbose lists them"));
    }
}

fn row(choice: &Choice<'_>, run: &StoredRun) -> [Cell; 3] {
    let DesignSeen { name, grade, means, .. } = choice.design;
    let (style, claim) = match choice.claim {
        Standing::ClaimBroken { claimed } => (BAD, format!("; claimed: {claimed}")),
        Standing::AsClaimed => (style_of(*grade), "; as claimed".to_owned()),
        _ => (style_of(*grade), String::new()),
    };
    let on = variants_in_words(&choice.variants, run).map(|words| format!(" (on {words})")).unwrap_or_default();
    [
        Cell::styled(style, name.as_str()),
        Cell::styled(style, format!("{}{claim}", grade.as_str())),
        Cell::from(format!("{means}{on}")),
    ]
}

fn style_of(grade: Grade) -> Style {
    match grade {
        Grade::Pass => GOOD,
        Grade::Accept => PLAIN,
        Grade::Warn => WARNING,
        Grade::Fail => BAD,
    }
}

fn collect(run: &StoredRun) -> Vec<Choice<'_>> {
    let mut choices: Vec<Choice<'_>> = Vec::new();
    for variant in &run.variants {
        for outcome in &variant.outcomes {
            let Some(design) = &outcome.design else { continue };
            let case = outcome.case.as_str();
            let same = |choice: &&mut Choice<'_>| {
                choice.case == case && choice.design.name == design.name && *choice.claim == outcome.standing
            };
            if let Some(choice) = choices.iter_mut().find(same) {
                choice.variants.push(&variant.variant);
                continue;
            }
            let variants = vec![variant.variant.as_str()];
            choices.push(Choice { case, design, claim: &outcome.standing, variants });
        }
    }
    // Keep the variants of a case together.
    choices.sort_by(|a, b| a.case.cmp(b.case));
    choices
}
