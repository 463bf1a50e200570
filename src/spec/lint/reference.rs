//! References: `KIND:PLACE`.

use crate::document::{Diagnostic, Node, nearest};
use crate::spec::code;

/// The kinds of references besides `rfcNNNN`.
const KINDS: [&str; 16] = [
    "asvs-4",
    "asvs-5",
    "cookie-crumbles",
    "cve",
    "django",
    "fetch",
    "flask",
    "html",
    "itsdangerous",
    "layered-cookies",
    "nist",
    "owasp",
    "rfc6265bis",
    "tutorial",
    "werkzeug",
    "whatwg",
];

/// The rules of the tutorial are numbered from R1 to this.
const TUTORIAL_RULES: u32 = 34;

pub(super) fn check(node: &Node) -> Vec<Diagnostic> {
    let refs = node.get("refs").and_then(Node::as_seq).unwrap_or_default();
    refs.iter().filter_map(|node| fault(node, node.as_text()?)).collect()
}

fn fault(node: &Node, text: &str) -> Option<Diagnostic> {
    let found = |message: String| Diagnostic::warning(code::REFERENCE, message).at(node.span, "");
    let Some((kind, place)) = text.split_once(':') else {
        return Some(
            found("a reference without a kind".to_owned())
                .because("a reference begins with what it refers to, and a colon")
                .fix("write it like `rfc6265bis:5.7 storage model`, `django:http/response.py#set_cookie` or `tutorial:R8`"),
        );
    };
    let is_rfc = kind.strip_prefix("rfc").is_some_and(|number| !number.is_empty() && number.parse::<u32>().is_ok());
    if !is_rfc && !KINDS.contains(&kind) {
        return Some(
            found(format!("`{kind}` is not a kind of reference"))
                .because(format!("the kinds are rfcNNNN, {}", KINDS.join(", ")))
                .fix(
                    nearest(kind, KINDS)
                        .map_or_else(|| "use one of these".to_owned(), |near| format!("did you mean `{near}`?")),
                ),
        );
    }
    let number = place.strip_prefix('R').and_then(|number| number.parse::<u32>().ok());
    if kind == "tutorial" && number.is_none_or(|number| !(1..=TUTORIAL_RULES).contains(&number)) {
        return Some(
            found(format!("the tutorial has no rule `{place}`"))
                .because(format!("its rules are numbered from R1 to R{TUTORIAL_RULES}"))
                .fix("write `tutorial:R` and a number"),
        );
    }
    place.trim().is_empty().then(|| {
        found("a reference that points to nothing".to_owned())
            .because("readers want to find the place")
            .fix("add a section, or a file and a function")
    })
}
