//! What a spec file must look like: keys, values, and a sentence about each.

mod case;
mod expect;
mod matcher;
mod step;

use std::sync::LazyLock;

use crate::document::{Diagnostic, Key, Node, Shape, Shapes, Source, Span, Syntax, Value, Written};

/// The shapes that files are checked with. Examples are filled in and cases taken one by one before.
static CHECKED: LazyLock<Checked> = LazyLock::new(|| {
    let purpose = Purpose::Check;
    Checked {
        shapes: shapes(purpose),
        spec: spec(purpose),
        case: Shape::reference(case::CASE),
        examples: within("examples", case::examples()),
        set_cookie: within("expect", Shape::reference(expect::COOKIE)),
        response: within("expect", Shape::reference(expect::EXPECT)),
    }
});

struct Checked {
    shapes: Shapes,
    spec: Shape,
    case: Shape,
    examples: Shape,
    set_cookie: Shape,
    response: Shape,
}

/// What shapes are built for. Editors see a file as it is written, the check sees one row of a case's examples.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Check,
    Schema,
}

impl Purpose {
    /// A shape in whose place a column of the examples may stand.
    fn column_or(self, shape: Shape) -> Shape {
        match self {
            Self::Check => shape,
            Self::Schema => Shape::either(vec![shape, Shape::syntax(COLUMN)]),
        }
    }

    /// The expectations of a monitor: of an answer or of a cookie. The check looks at `on` first.
    fn monitor_expectation(self, response: &str, cookie: &str) -> Shape {
        match self {
            Self::Check => Shape::any(),
            Self::Schema => Shape::either(vec![Shape::reference(cookie), Shape::reference(response)]),
        }
    }

    /// The table of a case. The check has read it before.
    fn examples(self) -> Shape {
        match self {
            Self::Check => Shape::any(),
            Self::Schema => case::examples(),
        }
    }

    /// The cases of a spec. The check takes them one by one.
    fn cases(self) -> Shape {
        Shape::non_empty_list(match self {
            Self::Check => Shape::map("Case").others(Shape::text(), Shape::any()).into(),
            Self::Schema => Shape::reference(case::CASE),
        })
    }
}

/// A column of the examples.
const COLUMN: Syntax = Syntax { name: "a column of the examples", example: "$value", ..Syntax::VARIABLE };

fn shapes(purpose: Purpose) -> Shapes {
    Shapes::new()
        .define(case::CASE, case::case(purpose))
        .define(step::STEP, step::step(purpose))
        .define(step::VIA, step::via(purpose))
        .define(expect::EXPECT, expect::expect(purpose))
        .define(expect::COOKIE, expect::cookie(purpose))
        .define(matcher::MATCHER, matcher::matcher())
        .define(matcher::MATCHER_MAP, matcher::matcher_map(purpose))
}

fn spec(purpose: Purpose) -> Shape {
    Shape::map("Spec")
        .about("A page about one behaviour: why it matters, where it is stated, and cases that show it.")
        .required("spec", Shape::integer(1..=1), "The version of this format.")
        .required("id", Shape::path_id(), "The id: the path of the file below the folder of specs, without `.yaml`.")
        .required("title", Shape::non_empty_text(), "The behaviour as a sentence, without a full stop.")
        .required("why", Shape::non_empty_text(), "Why it matters, in a few plain sentences.")
        .optional(
            "refs",
            case::refs(),
            "Where the behaviour is stated: `rfc6265bis:5.7 storage model`, `django:http/response.py#set_cookie`, \
             `tutorial:R8`.",
        )
        .optional("needs", case::needs(purpose), "What the target must be like, for every case.")
        .optional("clients", case::clients(), "The clients by name; one browser called `alice` when nothing is said.")
        .optional("tolerance", Shape::duration(), "How far times may be off; 2s when nothing is said.")
        .required("cases", purpose.cases(), "The cases.")
        .into()
}

/// A map of one key, so that messages can name it.
fn within(key: &str, shape: Shape) -> Shape {
    Shape::map("Case").required(key, shape, "").into()
}

/// A node as the only entry of a map.
fn wrapped(key: &Key, node: &Node) -> Node {
    let span: Span = key.span.to(node.span);
    Node { value: Value::Map(vec![(key.clone(), node.clone())]), span, written: Written::Flow }
}

/// Everything that is wrong with the shape of a spec, its cases aside.
pub(super) fn check_spec(root: &Node, source: &Source) -> Vec<Diagnostic> {
    CHECKED.shapes.check_node(&CHECKED.spec, root, source)
}

/// Everything that is wrong with the shape of a case, once its examples are filled in.
pub(super) fn check_case(node: &Node, source: &Source) -> Vec<Diagnostic> {
    let mut found = CHECKED.shapes.check_node(&CHECKED.case, node, source);
    let on = node.get("on").and_then(Node::as_text);
    if let (Some(on), Some((key, expect))) = (on, node.get_entry("expect")) {
        let shape = if on == "every_response" { &CHECKED.response } else { &CHECKED.set_cookie };
        found.extend(CHECKED.shapes.check_node(shape, &wrapped(key, expect), source));
    }
    found
}

/// Everything that is wrong with the shape of a table of examples.
pub(super) fn check_examples(key: &Key, node: &Node, source: &Source) -> Vec<Diagnostic> {
    CHECKED.shapes.check_node(&CHECKED.examples, &wrapped(key, node), source)
}

/// The shapes of spec files, for editors and reference pages.
#[must_use]
pub fn documented() -> (Shapes, Shape) {
    (shapes(Purpose::Schema), spec(Purpose::Schema))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reference_leads_somewhere() {
        for purpose in [Purpose::Check, Purpose::Schema] {
            let mut all = shapes(purpose).undefined(&spec(purpose));
            all.extend(shapes(purpose).undefined(&within("expect", Shape::reference(expect::EXPECT))));
            assert_eq!(all, Vec::<String>::new());
        }
    }
}
