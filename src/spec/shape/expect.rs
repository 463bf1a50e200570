//! The shape of expectations.

use crate::document::{MapShape, Shape};
use crate::spec::{Effect, SIGHTS};

use super::Purpose;
use super::matcher::{MATCHER, MATCHER_MAP};

/// The name of the shape of a step's expectations.
pub(super) const EXPECT: &str = "Expect";
/// The name of the shape of the expectations of a cookie.
pub(super) const COOKIE: &str = "Cookie";

/// What a step should have brought about.
pub(super) fn expect(purpose: Purpose) -> MapShape {
    let result = || Shape::map_of(Shape::identifier(), Shape::reference(MATCHER)).not_empty();
    Shape::map("Expect")
        .about("What should come of the step. Every entry must hold.")
        .optional("status", Shape::reference(MATCHER), "The status of the answer.")
        .optional(
            "result",
            result(),
            "What the operation or probe answers, by the names of its result. An operation that fails has no result.",
        )
        .optional(
            "results",
            Shape::non_empty_list(Shape::either(vec![
                Shape::null(),
                Shape::map("Result")
                    .about("What one operation of the request answers; null asks nothing.")
                    .optional("result", result(), "What it answers, by the names of its result.")
                    .optional("error", Shape::reference(MATCHER), "Why it failed; null when it did not.")
                    .not_empty()
                    .into(),
            ])),
            "For `do: request`: one entry per operation, in order; null asks nothing of it.",
        )
        .optional(
            "error",
            Shape::reference(MATCHER),
            "Why the operation failed: `missing`, `invalid`, `unsupported` or `exception`; null when it did not.",
        )
        .optional(
            "header",
            Shape::map_of(Shape::non_empty_text(), Shape::reference(MATCHER)).not_empty(),
            "Fields of the answer by name; several lines are joined with `, `; null when the field is absent.",
        )
        .optional(
            "set_cookie",
            Shape::map_of(Shape::text(), cookie_expectation(purpose)).not_empty(),
            "What the answer does to cookies, by name. `session` stands for the target's session cookies.",
        )
        .optional(
            "jar",
            Shape::map_of(
                Shape::text(),
                Shape::either(vec![
                    purpose.column_or(Shape::one_of_words([
                        ("holds", "The browser would send a cookie of this name to where the step went."),
                        ("lacks", "It would send none."),
                    ])),
                    Shape::reference(MATCHER_MAP),
                ]),
            )
            .not_empty(),
            "What the browser holds after the step, by cookie name: `holds`, `lacks`, or a matcher on the value, \
             such as `{is: $x}`.",
        )
        .optional("seen", sights(), "What hardtack sees in the exchange beyond its single fields.")
        .optional(
            "saved",
            Shape::map_of(Shape::variable(), Shape::reference(MATCHER)).not_empty(),
            "What saved values should be, by `$name`; what this step saves is included.",
        )
        .not_empty()
}

/// The closed table of what native code sees.
fn sights() -> MapShape {
    SIGHTS
        .iter()
        .fold(
            Shape::map("Seen").about("What hardtack sees in the exchange, by a closed list of names."),
            |map, sight| map.optional(sight.name, Shape::reference(MATCHER), sight.about),
        )
        .not_empty()
}

/// `none`, an effect, or a map.
fn cookie_expectation(purpose: Purpose) -> Shape {
    let none = ("none", "The name is not set at all.");
    let words = std::iter::once(none).chain(effects());
    Shape::either(vec![purpose.column_or(Shape::one_of_words(words)), Shape::reference(COOKIE)])
}

fn effects() -> impl Iterator<Item = (&'static str, &'static str)> {
    Effect::ALL.into_iter().map(|effect| {
        let about = match effect {
            Effect::Stored => "The browser keeps the cookie, for a time or until it closes.",
            Effect::StoredUntilClose => "The browser keeps the cookie and forgets it when it closes.",
            Effect::Removed => "The browser holds no cookie of this name afterwards.",
            Effect::Refused => "The browser ignores the field.",
        };
        (effect.as_str(), about)
    })
}

/// What should hold of a cookie that an answer sets.
pub(super) fn cookie(purpose: Purpose) -> MapShape {
    let matcher = || Shape::reference(MATCHER);
    Shape::map("Cookie")
        .about("What should hold of a cookie that the answer sets; being set is expected too.")
        .optional("effect", purpose.column_or(Shape::one_of_words(effects())), "What a browser makes of it.")
        .optional(
            "because",
            matcher(),
            "Why a browser refuses it: the code of a reason, such as `domain-mismatch`. Goes with `effect: refused`.",
        )
        .optional(
            "lifetime",
            matcher(),
            "How long a browser keeps it, in seconds or as a duration; a plain value holds within the tolerance; null \
             when it goes with the browser.",
        )
        .optional(
            "agree",
            Shape::non_empty_list(Shape::one_of_texts(&["expires", "max_age"])),
            "Always `[expires, max_age]`: both are there and name the same moment, measured from the answer's own Date.",
        )
        .optional("value", matcher(), "The value, as text.")
        .optional("path", matcher(), "The Path attribute as written; null when absent.")
        .optional("domain", matcher(), "The Domain attribute in lower case without a leading dot; null when absent.")
        .optional("same_site", matcher(), "The SameSite attribute in lower case; null when absent.")
        .optional("secure", matcher(), "Whether Secure is there.")
        .optional("http_only", matcher(), "Whether HttpOnly is there.")
        .optional("partitioned", matcher(), "Whether Partitioned is there.")
        .optional("max_age", matcher(), "The Max-Age attribute, in seconds or as a duration; null when absent or unreadable.")
        .optional(
            "expires",
            matcher(),
            "The Expires attribute in seconds from the answer's own Date; null when absent or unreadable.",
        )
        .optional("times", matcher(), "How many Set-Cookie fields of the answer have this name.")
        .optional(
            "grammar",
            Shape::either(vec![
                Shape::one_of_words([("strict", "All rules for what servers may send.")]),
                Shape::non_empty_list(Shape::dotted_id()),
            ]),
            "The grammar for servers: `strict`, or the ids of the rules that it must keep.",
        )
        .not_empty()
}
