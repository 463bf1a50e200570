//! What the mapped part of a target file must look like.

use super::super::forms::{FIELD_NAME, MAPPED_PATH, PLACE, VARIABLE};
use crate::contract::OPERATIONS;
use crate::document::{MapShape, Shape};

/// The methods that a request may have.
pub(super) const METHODS: [&str; 6] = ["get", "post", "put", "patch", "delete", "head"];

/// `operations`
pub fn operations() -> Shape {
    Shape::map_of(Shape::one_of_words(OPERATIONS.iter().map(|known| (known.name, known.about))), operation()).into()
}

/// `users`
pub fn users() -> Shape {
    let user = Shape::map("User")
        .optional("login", Shape::non_empty_text(), "What `$user` stands for; the user's name here if left out.")
        .optional("shown", Shape::non_empty_text(), "What `auth.whoami` shows of the user; the login if left out.")
        .others(Shape::identifier(), Shape::non_empty_text())
        .about("Further entries are texts for requests: `password` is `$user.password`.");
    Shape::map_of(Shape::identifier(), user).not_empty().into()
}

/// `secrets`
pub fn secrets() -> Shape {
    let secret =
        Shape::map("Secret").required("env", Shape::syntax(VARIABLE), "The environment variable that holds it.");
    Shape::map_of(Shape::identifier(), secret).not_empty().into()
}

fn operation() -> MapShape {
    let step = request("Step").optional("take", places(), "Values of the answer, for the requests after it.");
    let step: Shape = step.into();
    Shape::map("MappedOperation")
        .about(
            "Texts may hold the operation's parameters ($key, $value, $user), $user.FIELD, $secret.NAME, values that \
             were taken or kept, $origin, and $$ for a dollar.",
        )
        .optional(
            "before",
            Shape::either(vec![step.clone(), Shape::non_empty_list(step)]),
            "Requests to send first, such as the page with the form.",
        )
        .required("send", request("Send"), "The request that performs it.")
        .optional("worked", condition(), "What holds of the answer when it worked; a status below 400 if left out.")
        .optional("nothing", condition(), "What holds of an answer that means nothing: nobody is logged in.")
        .optional("missing", condition(), "What holds of an answer to a request for something that is not there.")
        .optional("result", places(), "Where the result stands in the answer, by its name in specs.")
        .optional(
            "keep",
            places(),
            "Values of the answer that the browser keeps for later requests, as a bearer token.",
        )
        .optional(
            "accepts",
            Shape::map_of(Shape::identifier(), Shape::non_empty_list(scalar())).not_empty(),
            "Values that the application can take, by parameter; names of cases stand for them.",
        )
}

fn request(title: &str) -> MapShape {
    let mut shape = Shape::map(title);
    for method in METHODS {
        shape = shape.optional(method, Shape::syntax(MAPPED_PATH), "The path of a request with this method.");
    }
    shape
        .exactly_one_of(&METHODS)
        .optional("query", pairs(), "Pairs added to the query.")
        .optional("headers", Shape::map_of(Shape::syntax(FIELD_NAME), scalar()).not_empty(), "Fields.")
        .optional("form", pairs(), "The body, as a form.")
        .optional("json", Shape::any(), "The body, as JSON.")
        .optional("text", Shape::text(), "The body, as it is.")
        .at_most_one_of(&["form", "json", "text"])
        .optional(
            "follow",
            Shape::boolean(),
            "Whether redirects are followed, on hosts that the file names; not if left out.",
        )
}

fn pairs() -> Shape {
    Shape::map_of(Shape::non_empty_text(), scalar()).not_empty().into()
}

fn scalar() -> Shape {
    Shape::either(vec![Shape::text(), Shape::number(f64::NEG_INFINITY, f64::INFINITY), Shape::boolean()])
}

fn condition() -> Shape {
    let status = Shape::integer(100..=599);
    Shape::map("Condition")
        .about("All of it must hold.")
        .optional(
            "status",
            Shape::either(vec![status.clone(), Shape::non_empty_list(status)]),
            "The status, or several.",
        )
        .optional(
            "header",
            Shape::map_of(Shape::syntax(FIELD_NAME), Shape::non_empty_text()).not_empty(),
            "Fields that contain a text.",
        )
        .optional("text", Shape::non_empty_text(), "A text that the body contains.")
        .optional("matches", Shape::non_empty_text(), "A regular expression that the body matches.")
        .optional("json", Shape::map_of(Shape::syntax(PLACE), Shape::any()).not_empty(), "JSON paths and their values.")
        .at_least_one_of(&["status", "header", "text", "matches", "json"])
        .into()
}

fn places() -> Shape {
    let place = Shape::map("Place")
        .optional(
            "css",
            Shape::non_empty_text(),
            "A CSS selector; `@name` behind it takes an attribute, else the text.",
        )
        .optional("regex", Shape::non_empty_text(), "A regular expression over the body; its first group counts.")
        .optional("json", Shape::syntax(PLACE), "A path into a JSON body: `json.items[].sku`.")
        .optional("header", Shape::syntax(FIELD_NAME), "A field of the head.")
        .optional("cookie", Shape::non_empty_text(), "A cookie that the browser then holds.")
        .exactly_one_of(&["css", "regex", "json", "header", "cookie"]);
    let short = Shape::syntax(PLACE);
    Shape::map_of(Shape::identifier(), Shape::either(vec![short, place.into()])).not_empty().into()
}
