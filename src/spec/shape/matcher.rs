//! The shape of matchers.

use crate::document::Shape;

use super::Purpose;

/// The name of the shape of matchers.
pub(super) const MATCHER: &str = "Matcher";
/// The name of the shape of a matcher written as a map.
pub(super) const MATCHER_MAP: &str = "MatcherMap";

/// A value, or a map of tests.
pub(super) fn matcher() -> Shape {
    Shape::either(vec![
        Shape::null(),
        Shape::boolean(),
        Shape::number(f64::NEG_INFINITY, f64::INFINITY),
        Shape::text(),
        Shape::list(Shape::any()),
        Shape::reference(MATCHER_MAP),
    ])
    .about(
        "What the value should be: the value itself, `$name` for a saved one, or a map of tests that must all hold. \
         `$$` at the start of a text stands for one dollar. An object is compared with `is: {…}`.",
    )
}

/// The tests.
pub(super) fn matcher_map(purpose: Purpose) -> Shape {
    Shape::map("Matcher")
        .about("Tests that must all hold. To compare with an object, write it under `is`.")
        .optional("is", Shape::any(), "Equal to this; numbers by value, objects as sets of members.")
        .optional("not", Shape::any(), "Not equal to this.")
        .optional("in", purpose.column_or(Shape::non_empty_list(Shape::any())), "Equal to one of these.")
        .optional(
            "has_all",
            purpose.column_or(Shape::non_empty_list(Shape::any())),
            "A list, an object (its keys) or a text that contains all of these.",
        )
        .optional(
            "has_only",
            purpose.column_or(Shape::list(Shape::any())),
            "A list or an object (its keys) whose members are these, in any order.",
        )
        .optional("matches", Shape::text(), "Text in which this regular expression is found.")
        .optional("at_least", amount(), "A number of at least this; a duration such as `1h` is a number of seconds.")
        .optional("at_most", amount(), "A number of at most this; a duration such as `1h` is a number of seconds.")
        .optional("present", purpose.column_or(Shape::boolean()), "Whether there is a value at all; null is none.")
        .optional(
            "about",
            amount(),
            "A number that differs by no more than the tolerance of the spec; a duration such as `1h` is a number of \
             seconds.",
        )
        .not_empty()
        .into()
}

/// A number, a duration, or a saved value.
fn amount() -> Shape {
    Shape::either(vec![Shape::number(f64::NEG_INFINITY, f64::INFINITY), Shape::text()])
}
