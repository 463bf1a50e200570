//! The shape of cases.

use crate::document::{MapShape, Shape};
use crate::spec::{Grade, Level, Profile};

use super::Purpose;
use super::expect::{COOKIE, EXPECT};
use super::matcher::MATCHER;
use super::step::STEP;

/// The name of the shape of cases.
pub(super) const CASE: &str = "Case";

/// One case.
pub(super) fn case(purpose: Purpose) -> MapShape {
    Shape::map("Case")
        .about(
            "One situation and what should come of it: a list of steps, or a judgement on every exchange of the run.",
        )
        .required("case", Shape::kebab_id(), "The name of the case within its spec.")
        .required("title", Shape::non_empty_text(), "What happens, in one line without a full stop.")
        .optional("why", Shape::non_empty_text(), "Why it matters, where the spec's own words do not say it.")
        .optional(
            "rules",
            Shape::non_empty_list(Shape::dotted_id()),
            "The rules of the catalogue that the case decides. The weightiest of them gives the level.",
        )
        .optional(
            "level",
            by_profile("Levels", Level::ALL.map(|level| (level.as_str(), about_level(level)))),
            "How much the case weighs where no rule says it; beside `rules` it may only be lower than theirs, with \
             `level_because`. A word, or a map by profile: `{default: must, tutorial: may}`.",
        )
        .optional("level_because", Shape::non_empty_text(), "Why the level is lower than that of the rules.")
        .optional("refs", refs(), "Where the behaviour is stated, beyond the spec's own references.")
        .optional(
            "needs",
            needs(purpose),
            "What the target must be like, beyond the spec's own needs; a fact named here replaces the spec's.",
        )
        .optional("clients", clients(), "The clients of this case, instead of the spec's.")
        .optional(
            "given",
            Shape::map_of(Shape::identifier(), generator(purpose)).not_empty(),
            "Values that every run makes up afresh, by name; steps use them as `$name`.",
        )
        .optional("steps", Shape::non_empty_list(Shape::reference(STEP)), "What is done, in order.")
        .optional(
            "on",
            Shape::one_of_words([
                ("every_set_cookie", "Every Set-Cookie field that any case of the run has caused."),
                ("every_response", "Every answer of the run."),
            ]),
            "Makes the case a monitor, which judges all exchanges of the run instead of doing steps.",
        )
        .optional(
            "where",
            Shape::map("Where")
                .about("Which exchanges a monitor judges.")
                .optional(
                    "cookie",
                    Shape::text(),
                    "Only cookies of this name, or answers that set it; `session` is allowed.",
                )
                .optional(
                    "transport",
                    Shape::one_of_words([("http", "In the clear."), ("https", "Over TLS.")]),
                    "Only exchanges that travelled so.",
                )
                .optional("upgrades", Shape::boolean(), "Only answers over http that redirect to https.")
                .not_empty(),
            "For monitors: which of the exchanges are judged; all of them when nothing is said.",
        )
        .optional("expect", purpose.monitor_expectation(EXPECT, COOKIE), "For monitors: what should hold each time.")
        .optional("examples", purpose.examples(), EXAMPLES)
        .optional(
            "classify",
            Shape::non_empty_list(design()),
            "Designs that the saved values can show, tried in order; the first that fits names what was found. When \
             none fits, the case fails as unclassified.",
        )
        .optional(
            "catches",
            Shape::non_empty_list(Shape::kebab_id()),
            "The faults of the reference server that must make this case fail. Needed in the embedded catalogue.",
        )
        .exactly_one_of(&["steps", "on"])
}

pub(super) const EXAMPLES: &str = "A table: every row makes a case of its own, named after its `row`. The other \
     columns, the same in every row, stand for values as `$column` anywhere in the steps, in `given`, in `where` \
     and in expectations.";

/// The rows of a table.
pub(super) fn examples() -> Shape {
    Shape::non_empty_list(
        Shape::map("Row")
            .about("One row: its label and a value per column.")
            .required("row", Shape::kebab_id(), "The label of the row; it ends the id of its case.")
            .others(Shape::identifier(), Shape::any()),
    )
}

fn generator(purpose: Purpose) -> MapShape {
    Shape::map("Generator")
        .about("How a value is made up.")
        .optional("text", Shape::integer(1..=1_000_000), "So many random lower-case letters and digits.")
        .optional("imf_date", Shape::duration(), "The moment so far from now, as an HTTP date.")
        .optional(
            "repeated",
            Shape::map("Repeated")
                .about("A text again and again, between two others.")
                .required("text", Shape::text(), "What is repeated.")
                .required(
                    "octets",
                    purpose.column_or(Shape::integer(1..=65_536)),
                    "How many octets the repeated part has at most.",
                )
                .optional("before", Shape::text(), "What stands before it.")
                .optional("after", Shape::text(), "What stands behind it."),
            "A long text of one pattern.",
        )
        .exactly_one_of(&["text", "imf_date", "repeated"])
}

fn design() -> MapShape {
    Shape::map("Design")
        .about("A design that the saved values can show.")
        .required("name", Shape::kebab_id(), "Its name; targets may claim it.")
        .required(
            "grade",
            by_profile("Grades", Grade::ALL.map(|grade| (grade.as_str(), about_grade(grade)))),
            "How it is graded: a word, or a map by profile: `{default: pass, tutorial: fail}`.",
        )
        .required("means", Shape::non_empty_text(), "What it means, in plain words.")
        .required(
            "when",
            Shape::map_of(Shape::variable(), Shape::reference(MATCHER)).not_empty(),
            "The saved values that show it, by `$name`; all must fit.",
        )
}

/// A word, or a word for each profile.
fn by_profile<const N: usize>(title: &str, words: [(&'static str, &'static str); N]) -> Shape {
    let word = || Shape::one_of_words(words);
    let mut map = Shape::map(title).about("A word for each grading profile.").required(
        "default",
        word(),
        "What holds where the profile has no entry of its own.",
    );
    for profile in Profile::ALL.into_iter().filter(|profile| *profile != Profile::Default) {
        map = map.optional(profile.as_str(), word(), &format!("What the {} profile says.", profile.as_str()));
    }
    Shape::either(vec![word(), map.into()])
}

pub(super) fn refs() -> Shape {
    Shape::non_empty_list(Shape::non_empty_text())
}

pub(super) fn clients() -> MapShape {
    Shape::map_of(
        Shape::identifier(),
        Shape::one_of_words([
            ("browser", "Has a cookie jar and follows RFC 6265bis."),
            ("raw", "Has no jar; sends what the step says and nothing else."),
        ]),
    )
    .not_empty()
}

pub(super) fn needs(purpose: Purpose) -> MapShape {
    let facts = match purpose {
        Purpose::Check => Shape::map_of(Shape::identifier(), Shape::reference(MATCHER)).not_empty(),
        Purpose::Schema => crate::contract::FACTS.iter().fold(Shape::map("Facts"), |map, fact| {
            map.optional(fact.name, Shape::reference(MATCHER), &format!("{}.", capitalised(fact.about)))
        }),
    };
    Shape::map("Needs")
        .about("What the target must be like, beyond offering the operations and controls that are used.")
        .optional("facts", facts, "Facts about the target, by name.")
        .optional(
            "transport",
            Shape::one_of_words([("http", "In the clear."), ("https", "Over TLS.")]),
            "How requests reach the target, when it matters.",
        )
        .not_empty()
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

const fn about_level(level: Level) -> &'static str {
    match level {
        Level::Must => "Required; breaking it is a failure.",
        Level::Should => "Recommended; breaking it is a warning.",
        Level::May => "Allowed either way; breaking it is a note.",
        Level::Advice => "Good advice; breaking it is a note.",
        Level::Watch => "Observed and shown, never counted against the target.",
    }
}

const fn about_grade(grade: Grade) -> &'static str {
    match grade {
        Grade::Pass => "What the rule asks for.",
        Grade::Accept => "A legitimate choice.",
        Grade::Warn => "Works, with a trap.",
        Grade::Fail => "Breaks the rule.",
    }
}
