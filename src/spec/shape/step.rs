//! The shape of steps.

use crate::contract::{CONTROLS, Method, OPERATIONS};
use crate::document::{MapShape, Shape};
use crate::spec::action::BROWSER_ACTIONS;
use crate::spec::{Gate, HostRole, Moment, PROBES, Release};

use super::Purpose;
use super::expect::EXPECT;

/// The name of the shape of steps.
pub(super) const STEP: &str = "Step";
/// The name of the shape of the way a request travels.
pub(super) const VIA: &str = "Via";

/// One step.
pub(super) fn step(purpose: Purpose) -> MapShape {
    Shape::map("Step")
        .about("Who does what. A step has one of `do`, `wait_until`, `together` and `repeat`.")
        .optional("who", Shape::identifier(), "The client that acts; needed when the spec has several.")
        .optional("do", purpose.column_or(actions(purpose)), ACTION)
        .optional(
            "with",
            Shape::map_of(Shape::identifier(), Shape::any()),
            "The arguments of the operation, probe or browser action, by name. Times are a number of seconds, `{in: \
             seconds}` for a duration, `{at: seconds}` for an instant so far from now, `{raw: text}` or null.",
        )
        .optional(
            "program",
            Shape::list(call(purpose)),
            "For `do: request`: the operations of the one request, in order; an empty list is a page that touches \
             nothing.",
        )
        .optional(
            "status",
            purpose.column_or(Shape::integer(200..600)),
            "For `do: request`: the status that the application shall answer with; 200 when nothing is said.",
        )
        .optional("path", Shape::text(), "For `do: visit`: the path to GET, with a leading slash.")
        .optional(
            "fatal",
            Shape::boolean(),
            "A failure of the operation escapes to the framework, as an exception would.",
        )
        .optional(
            "host",
            purpose.column_or(Shape::one_of_words(HostRole::ALL.map(|role| (role.as_str(), host(role))))),
            "Which of the target's host names is addressed; `main` when nothing is said.",
        )
        .optional("via", Shape::reference(VIA), "How the request travels, where that is the point.")
        .optional(
            "save",
            Shape::map_of(Shape::identifier(), Shape::text()).not_empty(),
            "What to keep for later steps, by name: status, result.FIELD, results.N.FIELD (N counts from 0), error, \
             error.kind, header.NAME, set_cookie.NAME.FIELD, seen.NAME or jar.NAME. A name is given once, except inside `repeat`.",
        )
        .optional("expect", Shape::reference(EXPECT), "What should come of the step.")
        .optional(
            "monitored",
            Shape::boolean(),
            "Whether monitors judge the answer too; false where the case asks for bad output on purpose.",
        )
        .optional(
            "wait_until",
            Shape::map("Wait")
                .about("A moment in the life of a cookie, as observed in this run.")
                .required("cookie", Shape::text(), "The cookie's name, or `session`.")
                .required(
                    "at",
                    purpose
                        .column_or(Shape::one_of_words(Moment::ALL.map(|(word, moment)| (word, about_moment(moment))))),
                    "Which moment.",
                ),
            "Wait for a moment in the life of a cookie; never a number of seconds.",
        )
        .optional(
            "together",
            Shape::list(Shape::reference(STEP)),
            "Requests that run at the same time, at least two, in the order of release. `result.overlap` tells whether all \
             of them were held inside the server at the same time.",
        )
        .optional(
            "gate",
            purpose.column_or(Shape::one_of_words(Gate::ALL.map(|(word, gate)| (word, about_gate(gate))))),
            "For `together`: where the requests are held inside the server; `after_load` when nothing is said.",
        )
        .optional(
            "release",
            purpose.column_or(Shape::one_of_words(Release::ALL.map(|(word, release)| (word, about_release(release))))),
            "For `together`: how they are let go; `in_order` when nothing is said.",
        )
        .optional(
            "repeat",
            purpose.column_or(Shape::integer(1..=1000)),
            "How often the steps under `steps` are done, with the same browsers.",
        )
        .optional("steps", Shape::non_empty_list(Shape::reference(STEP)), "For `repeat`: the steps.")
        .optional(
            "collect",
            Shape::map_of(Shape::identifier(), Shape::variable()).not_empty(),
            "For `repeat`: lists of what the rounds saved, such as `{keys: $key}`; each list is a saved value.",
        )
        .exactly_one_of(&["do", "wait_until", "together", "repeat"])
}

const ACTION: &str = "What is done: an operation of the contract, `request` for several operations in one request, \
     `visit` for a plain GET, something done to the browser, a control on the world, or a probe.";

fn actions(purpose: Purpose) -> Shape {
    if purpose == Purpose::Check {
        return Shape::dotted_id();
    }
    let requests = [
        ("request", "Several operations in one request, listed under `program`."),
        ("visit", "A plain GET of the page at `path`; every target offers it."),
    ];
    let operations = OPERATIONS.iter().map(|operation| (operation.name, operation.about));
    let browser = BROWSER_ACTIONS.iter().map(|action| (action.name, action.about));
    let controls = CONTROLS.iter().map(|control| (control.name, control.about));
    let probes = PROBES.iter().map(|probe| (probe.name, probe.about));
    Shape::one_of_words(requests.into_iter().chain(operations).chain(browser).chain(controls).chain(probes))
}

/// An operation of a request.
fn call(purpose: Purpose) -> MapShape {
    let operations = match purpose {
        Purpose::Check => Shape::dotted_id(),
        Purpose::Schema => Shape::one_of_words(OPERATIONS.iter().map(|operation| (operation.name, operation.about))),
    };
    Shape::map("Call")
        .about("One operation of a request: `op`, its arguments by name, and perhaps `fatal`.")
        .required("op", purpose.column_or(operations), "The operation.")
        .optional("fatal", Shape::boolean(), "A failure escapes to the framework, and the rest is not run.")
        .others(Shape::identifier(), Shape::any())
}

/// How a request travels.
pub(super) fn via(purpose: Purpose) -> MapShape {
    let methods = [Method::Get, Method::Head, Method::Post, Method::Trace].map(Method::as_str);
    let pairs = || {
        Shape::map_of(Shape::non_empty_text(), Shape::either(vec![Shape::text(), Shape::non_empty_list(Shape::text())]))
            .not_empty()
    };
    Shape::map("Via")
        .about("How the request travels, where that is the point.")
        .optional("method", purpose.column_or(Shape::one_of_texts(&methods)), "The method; POST for operations, GET for visits.")
        .optional(
            "connection",
            Shape::one_of_words([
                ("shared", "Whichever connection is free; the default."),
                ("new", "A connection of its own."),
            ]),
            "On which connection.",
        )
        .optional(
            "protocol",
            Shape::one_of_words([
                ("http1", "HTTP/1.1; the default."),
                ("http2", "HTTP/2, with a Cookie field for each cookie. Needs the fact `http2`."),
            ]),
            "In which version of HTTP.",
        )
        .optional(
            "headers",
            pairs(),
            "Fields added to the request, by name; a list makes one line each. A Cookie field replaces the browser's own.",
        )
        .optional(
            "query",
            pairs(),
            "Pairs added to the query, by name; a list makes one pair each. A name may be a saved value.",
        )
        .optional("bearer", Shape::text(), "A token in the field Authorization, as `Bearer TOKEN`.")
        .optional(
            "path_parameters",
            pairs(),
            "Parameters added to the path behind semicolons, by name, as servlets do with session keys.",
        )
        .not_empty()
}

const fn host(role: HostRole) -> &'static str {
    match role {
        HostRole::Main => "The application's own host.",
        HostRole::Sub => "A host below it.",
        HostRole::Sibling => "Another host of the same site.",
        HostRole::Other => "Another site.",
        HostRole::Secure => "The other site over TLS, beside plain http.",
    }
}

const fn about_moment(moment: Moment) -> &'static str {
    match moment {
        Moment::Expired => "Safely after its end.",
        Moment::HalfLife => "The middle of its life.",
        Moment::JustBeforeExpiry => "Safely before its end.",
    }
}

const fn about_gate(gate: Gate) -> &'static str {
    match gate {
        Gate::AfterLoad => "After the request has loaded its session, before its operation.",
        Gate::BeforeSave => "After its operation, before the session is saved.",
        Gate::None => "Nowhere: overlap is likely, not proven.",
    }
}

const fn about_release(release: Release) -> &'static str {
    match release {
        Release::InOrder => "One after the other, each after the answer to the one before.",
        Release::AtOnce => "All at once.",
    }
}
