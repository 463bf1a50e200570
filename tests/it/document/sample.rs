//! A shape that uses everything shapes can say.

use hardtack::document::{Shape, Shapes};

pub fn shapes() -> Shapes {
    let matcher = Shape::map("Matcher")
        .about("What a value must be.")
        .optional("is", Shape::any(), "The value is this one.")
        .optional("not", Shape::reference("Match"), "The value does not match.")
        .optional("at_least", Shape::number(-1e9, 1e9), "The number is not smaller.")
        .optional("present", Shape::boolean(), "Whether there is a value.")
        .exactly_one_of(&["is", "not", "at_least", "present"]);
    let wanted = Shape::either(vec![
        Shape::text(),
        Shape::number(f64::NEG_INFINITY, f64::INFINITY),
        Shape::boolean(),
        matcher.into(),
    ]);
    Shapes::new().define("Match", wanted)
}

pub fn shape() -> Shape {
    let grades = || {
        Shape::one_of_words([
            ("pass", "Right."),
            ("accept", "Not what was asked, but right."),
            ("warn", "Unwise."),
            ("fail", "Wrong."),
        ])
    };
    let step = Shape::map("Step")
        .required("do", Shape::dotted_id(), "The operation.")
        .optional("with", Shape::map_of(Shape::identifier(), Shape::any()), "Its parameters.")
        .optional("host", Shape::one_of_texts(&["main", "sub", "sibling", "other"]), "Which host.");
    let case = Shape::map("Case")
        .about("One situation and what must happen in it.")
        .required("case", Shape::kebab_id(), "The name of the case within its spec.")
        .required("title", Shape::non_empty_text(), "What happens, in one line.")
        .optional("steps", Shape::non_empty_list(step), "Who does what.")
        .optional("on", Shape::one_of_texts(&["every_response", "every_set_cookie"]), "What a monitor looks at.")
        .optional("repeat", Shape::integer(1..=1000), "How often.")
        .optional("review_by", Shape::date(), "When to look at it again.")
        .optional(
            "strict",
            Shape::either(vec![Shape::boolean(), Shape::map_of(Shape::kebab_id(), Shape::boolean()).into()]),
            "Grammar too.",
        )
        .optional(
            "grade",
            Shape::either(vec![grades(), Shape::map_of(Shape::kebab_id(), grades()).not_empty().into()]),
            "How it counts.",
        )
        .optional("when", Shape::map_of(Shape::variable(), Shape::reference("Match")), "Saved values.")
        .optional("nothing", Shape::null(), "Written out.")
        .exactly_one_of(&["steps", "on"])
        .at_most_one_of(&["repeat", "on"])
        .at_least_one_of(&["grade", "when", "steps", "on"]);
    Shape::map("Spec")
        .required("spec", Shape::integer(1..=1), "The version of the format.")
        .required("id", Shape::path_id(), "The path of the file, without `.yaml`.")
        .optional("refs", Shape::list(Shape::text()), "Where it is written.")
        .optional("tolerance", Shape::duration(), "How far moments may lie apart.")
        .optional("value", Shape::text(), "A cookie's value.")
        .optional("cases", Shape::non_empty_list(case), "The cases.")
        .others(Shape::syntax(EXTENSION), Shape::any())
        .into()
}

const EXTENSION: hardtack::document::Syntax = hardtack::document::Syntax {
    name: "an extension key",
    rule: "it begins with `x-`",
    example: "x-note",
    pattern: "^x-",
    holds: |text| text.starts_with("x-"),
    repair: str::to_owned,
};

pub const GOOD: &str = r#"
spec: 1
id: cookies/expires-and-max-age
refs: [rfc6265bis:5.7]
tolerance: 2s
value: ""
x-note: {anything: [goes, 1, null]}
cases:
  - case: both
    title: A cookie with both # a comment
    steps:
      - {do: cookie.set, with: {name: probe, max_age: 60, secure: true}, host: sub}
      - do: cookie.get
    repeat: 3
    review_by: 2027-06-30
    strict: {some-thing: false}
    grade: {default: warn, tutorial: fail}
    nothing: ~
    when:
      $lifetime: {at_least: 1.5}
      $other: {not: {not: {is: [1]}}}
      $third: text
  - case: monitor
    title: >
      Each cookie
      is well-formed.
    on: every_set_cookie
    strict: true
    grade: pass
"#;
