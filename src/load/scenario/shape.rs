//! What a scenario must look like, and its JSON Schema.

use super::percent::PERCENT;
use crate::contract::{CONTROLS, OPERATIONS};
use crate::document::{Shape, Shapes};

/// The longest that a phase may last, in words and for the command line: a day.
pub(in crate::load) const LONGEST_PHASE_MS: i64 = 86_400_000;

/// The most virtual users.
pub(in crate::load) const MOST_USERS: i64 = 100_000;

/// The most sessions of a population.
pub(in crate::load) const MOST_SESSIONS: i64 = 10_000_000;

/// The shape of a scenario.
#[must_use]
pub fn shape() -> Shape {
    Shape::map("Scenario")
        .about("What a load run does to a server, and what must hold meanwhile.")
        .required("scenario", Shape::integer(1..=1), "The version of the format.")
        .required("name", Shape::kebab_id(), "Its name, for `--scenario`.")
        .required("title", Shape::non_empty_text(), "What happens, in one line.")
        .required("why", Shape::non_empty_text(), "What it answers.")
        .optional("users", users(), "How many virtual users there are; 50 if left out.")
        .optional(
            "variants",
            Shape::one_of_words([("all", "Every variant of a plain run, one after the other.")]),
            "Which variants of the target are measured; the first if left out.",
        )
        .optional("population", population(), "The sessions that are there when measuring begins.")
        .required(
            "journeys",
            Shape::non_empty_list(journey()),
            "What virtual users do; each pass draws one of them by weight.",
        )
        .required("phases", Shape::non_empty_list(phase()), "What happens when, one after the other.")
        .optional("events", Shape::list(event()), "What is done to the world meanwhile.")
        .optional("thresholds", thresholds(), "What must hold at the end.")
        .into()
}

/// The JSON Schema of scenarios, as `schemas/scenario.schema.json` holds it.
#[must_use]
pub fn json_schema() -> serde_json::Value {
    Shapes::new().json_schema(&shape(), "urn:hardtack:schema:scenario")
}

fn users() -> Shape {
    Shape::integer(1..=MOST_USERS)
}

fn population() -> Shape {
    let size = || Shape::integer(1..=MOST_SESSIONS);
    Shape::map("Population")
        .optional(
            "sessions",
            Shape::either(vec![size(), Shape::non_empty_list(size())]),
            "How many; several sizes are measured one after the other. 10000 if left out.",
        )
        .optional(
            "payload",
            Shape::integer(0..=1_000_000),
            "Octets of payload in each, beside its marker; 100 if left out.",
        )
        .optional(
            "access",
            Shape::either(vec![
                Shape::one_of_words([("uniform", "Any of them, with equal chances."), ("one", "Always the same one.")]),
                Shape::map("Zipf")
                    .required(
                        "zipf",
                        Shape::number(0.1, 5.0),
                        "The exponent s: the k-th session is taken with a chance in proportion to 1/k^s.",
                    )
                    .into(),
            ]),
            "Which of them a journey takes; uniform if left out.",
        )
        .optional("logged_in", Shape::boolean(), "Whether somebody is logged in to each; false if left out.")
        .optional(
            "lifetime",
            Shape::duration(),
            "How long each lives from its beginning; the server's own lifetime if left out.",
        )
        .optional(
            "writers",
            Shape::one_of_words([
                ("one", "One after the other."),
                (
                    "many",
                    "Journeys that write nothing but `version` do so side by side; of writes that overlap either may stay.",
                ),
            ]),
            "How many may write to a session at the same time; one if left out.",
        )
        .into()
}

fn journey() -> Shape {
    Shape::map("Journey")
        .about("Steps that one virtual user performs one after the other with one session.")
        .required("journey", Shape::kebab_id(), "Its name in reports.")
        .optional(
            "weight",
            Shape::integer(1..=1_000_000),
            "How often it is drawn, against the weights of the others; 1 if left out.",
        )
        .optional(
            "on",
            Shape::one_of_words([
                ("population", "One of the sessions that were prepared."),
                ("new", "One that the journey begins itself."),
            ]),
            "Whose session it works on; population if left out.",
        )
        .required("steps", Shape::non_empty_list(step()), "The steps.")
        .into()
}

fn step() -> Shape {
    let operations = OPERATIONS.iter().filter(|one| performs(one.name)).map(|one| (one.name, one.about));
    Shape::map("Step")
        .about("One request, with one operation.")
        .required("do", Shape::one_of_words(operations), "The operation of the contract.")
        .optional(
            "with",
            Shape::map_of(Shape::identifier(), Shape::any()),
            "Its arguments. `$marker`, `$next` and `$user` stand for the session's marker, its next version and its user.",
        )
        .optional("as", Shape::dotted_id(), "The name under which it is reported; the operation's if left out.")
        .optional(
            "cookie",
            Shape::one_of_words([
                ("current", "What the browser has."),
                ("old", "What it had before the session was ended."),
            ]),
            "Which cookie goes along; the current one if left out.",
        )
        .optional(
            "think",
            Shape::either(vec![
                Shape::duration(),
                Shape::map("Pause")
                    .required("from", Shape::duration(), "The shortest pause.")
                    .required("to", Shape::duration(), "The longest pause.")
                    .into(),
            ]),
            "The pause after it; none if left out.",
        )
        .into()
}

/// Operations that hold requests back or move the server's clock are not for load.
fn performs(name: &str) -> bool {
    !name.starts_with("ctl.") && !name.starts_with("clock.") && !name.starts_with("store.")
}

fn phase() -> Shape {
    Shape::map("Phase")
        .required("phase", Shape::kebab_id(), "Its name in reports.")
        .required("for", Shape::duration(), "How long it lasts; a day at most.")
        .optional(
            "measured",
            Shape::boolean(),
            "Whether its latencies count; true if left out. Correctness always counts.",
        )
        .optional("users", users(), "How many of the virtual users are active; all if left out.")
        .optional(
            "rate",
            Shape::number(0.01, 10_000_000.0),
            "Journeys begun per second, by all users together; as many as they manage if left out.",
        )
        .into()
}

fn event() -> Shape {
    let controls = CONTROLS.iter().map(|one| (one.name, one.about));
    Shape::map("Event")
        .required("at", Shape::duration(), "When, from the start of the first phase.")
        .required("do", Shape::one_of_words(controls), "What is done.")
        .into()
}

fn thresholds() -> Shape {
    let count = || Shape::integer(0..);
    Shape::map("Thresholds")
        .optional("p50", Shape::duration(), "The longest response time of half of the requests.")
        .optional("p95", Shape::duration(), "The same for 95 in 100.")
        .optional("p99", Shape::duration(), "The same for 99 in 100.")
        .optional("p999", Shape::duration(), "The same for 999 in 1,000.")
        .optional("errors", Shape::syntax(PERCENT), "The greatest share of failed requests.")
        .optional("min_rate", Shape::number(0.0, 1e9), "The smallest rate, in requests per second.")
        .optional("lost_sessions", count(), "The greatest number of lost sessions.")
        .optional("lost_writes", count(), "The greatest number of lost writes.")
        .optional("revived_logouts", count(), "The greatest number of logouts that did not hold.")
        .optional("duplicate_keys", count(), "The greatest number of keys that were handed out twice.")
        .optional("stale_reads", count(), "The greatest number of reads that gave an older value.")
        .optional("outlived", count(), "The greatest number of sessions that outlived their lifetime.")
        .into()
}
