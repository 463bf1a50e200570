//! What a target file must look like, and its JSON Schema.

use super::forms::{BASE_PATH, CASE, HOST, REQUEST_PATH, VALUE, VALUE_OR_ALL, VARIABLE};
use super::mapping;
use crate::contract::{FACTS, FactKind};
use crate::document::{Shape, Shapes};

/// The roles that services play.
const ROLES: [(&str, &str); 2] =
    [("cache", "In front of, or in place of, the durable store."), ("database", "The durable store.")];

/// The shape of a target file.
#[must_use]
pub fn shape() -> Shape {
    Shape::map("Target")
        .about("What is under test, and how to reach, start and harm it.")
        .required("target", Shape::integer(1..=1), "The version of the format.")
        .required("name", Shape::kebab_id(), "A short name, for reports.")
        .optional("about", Shape::non_empty_text(), "One sentence about it.")
        .required(
            "binding",
            Shape::one_of_words([
                ("contract", "It offers the contract's two routes."),
                ("mapped", "Its own requests serve as operations, as `operations` says."),
                ("passive", "It is only read: an ordinary site."),
            ]),
            "How operations reach it.",
        )
        .optional("base_path", Shape::syntax(BASE_PATH), "Where the contract's routes are; `/_hardtack` if left out.")
        .optional("base_url", Shape::non_empty_text(), "Where it answers, when hardtack does not start it.")
        .optional(
            "allow_hosts",
            Shape::non_empty_list(Shape::syntax(HOST)),
            "Hosts other than loopback that may be written to.",
        )
        .optional("operations", mapping::operations(), "For `mapped`: how its own requests serve as operations.")
        .optional("users", mapping::users(), "For `mapped`: users that exist; cases log them in.")
        .optional("secrets", mapping::secrets_shape(), "For `mapped`: texts that come from the environment.")
        .optional(
            "install",
            Shape::non_empty_list(Shape::non_empty_text()),
            "Commands that set it up; run by scripts and CI, never by verify.",
        )
        .optional(
            "services",
            Shape::map_of(Shape::one_of_words(ROLES), service()),
            "Services that hardtack starts for it on free loopback ports, by role.",
        )
        .optional("start", start(), "How it is started.")
        .optional(
            "axes",
            Shape::map_of(
                Shape::identifier(),
                Shape::map_of(Shape::syntax(VALUE), axis_value())
                    .about("The values; the first is the default.")
                    .not_empty(),
            ),
            "The axes along which it varies; a variant is one value of each.",
        )
        .optional(
            "variants",
            Shape::non_empty_list(
                Shape::map_of(Shape::identifier(), Shape::syntax(VALUE_OR_ALL))
                    .about("A value for some axes, `*` for every value; the others keep their default."),
            ),
            "Which variants a plain run covers. If left out: the default, and each axis in turn.",
        )
        .optional("hosts", hosts(), "Host names by role; requests go to the target's address under these names.")
        .optional("facts", facts(), "What holds for every variant.")
        .optional("cookies", cookies(), "Names that the server does not tell by itself.")
        .optional("claims", claims(), "Designs that the target claims to have; another design is then a failure.")
        .optional("known", Shape::list(known()), "Failures that are known and excused.")
        .into()
}

/// The JSON Schema of target files, as `schemas/target.schema.json` holds it.
#[must_use]
pub fn json_schema() -> serde_json::Value {
    Shapes::new().json_schema(&shape(), "urn:hardtack:schema:target")
}

fn service() -> Shape {
    Shape::map("Service")
        .required(
            "kind",
            Shape::one_of_words([
                ("memcached", "memcached, from PATH."),
                ("redis", "Redis, `redis-server` from PATH. It keeps nothing on disk."),
                ("postgres", "PostgreSQL; user and database are `postgres`, without a password."),
                ("command", "Anything else, started by `run`."),
            ]),
            "Which service.",
        )
        .optional(
            "run",
            Shape::non_empty_list(Shape::non_empty_text()),
            "For `command`: program and arguments; no shell. Texts may hold {port}, {data_dir} (a folder of its own), \
             {env_dir}, {folder} and the value of each axis by its name.",
        )
        .optional("env", env(), "For `command`: environment added to hardtack's own.")
        .optional(
            "ready",
            service_ready(),
            "For `command`: when it counts as started; when it accepts connections within 30s if left out.",
        )
        .optional(
            "flush",
            Shape::non_empty_list(Shape::non_empty_text()),
            "For `command`: a command that makes it forget everything. If left out it is started anew.",
        )
        .into()
}

fn service_ready() -> Shape {
    Shape::map("ServiceReady")
        .optional("get", Shape::syntax(REQUEST_PATH), "A path that answers below 500.")
        .optional("run", Shape::non_empty_list(Shape::non_empty_text()), "A command that succeeds.")
        .optional("within", Shape::duration(), "For how long to try; 30s if left out.")
        .into()
}

fn start() -> Shape {
    Shape::map("Start")
        .about(
            "Texts may hold {port}, {data_dir}, {env_dir}, {folder}, the value of each axis by its name, and \
             {ROLE.url} of each service (host:port; empty when the variant does without it).",
        )
        .required("run", Shape::non_empty_list(Shape::non_empty_text()), "Program and arguments; no shell.")
        .optional("env", env(), "Environment added to hardtack's own.")
        .optional("ready", ready(), "When it counts as started; GET of the base path (or `/`) within 30s if left out.")
        .into()
}

fn ready() -> Shape {
    Shape::map("Ready")
        .required("get", Shape::syntax(REQUEST_PATH), "A path that answers below 500.")
        .optional("within", Shape::duration(), "For how long to try; 30s if left out.")
        .into()
}

fn env() -> Shape {
    Shape::map_of(Shape::syntax(VARIABLE), Shape::text()).into()
}

fn axis_value() -> Shape {
    Shape::map("AxisValue")
        .optional("facts", facts(), "Facts that it adds or replaces.")
        .optional("env", env(), "Environment that it adds.")
        .optional(
            "services",
            Shape::list(Shape::one_of_words(ROLES)),
            "Services that it needs. A service that no value names is always started.",
        )
        .optional(
            "install",
            Shape::non_empty_list(Shape::non_empty_text()),
            "Commands that set it up; run by scripts and CI, never by verify.",
        )
        .optional(
            "requires",
            Shape::non_empty_list(Shape::non_empty_text()),
            "A command that must succeed for the value to be available here.",
        )
        .into()
}

fn hosts() -> Shape {
    let mut hosts = Shape::map("Hosts");
    for (role, doc) in [
        ("main", "The application's own host."),
        ("sub", "A sub-domain of it."),
        ("sibling", "Another sub-domain of the same site."),
        ("other", "Another site."),
    ] {
        hosts = hosts.optional(role, Shape::syntax(HOST), doc);
    }
    hosts.into()
}

fn facts() -> Shape {
    let mut facts = Shape::map("Facts");
    for fact in FACTS {
        let value = match fact.kind {
            FactKind::Text => Shape::non_empty_text(),
            FactKind::OneOf(words) => Shape::one_of_texts(words),
            FactKind::Seconds => Shape::duration(),
            FactKind::Integer => Shape::integer(0..),
            FactKind::Boolean => Shape::boolean(),
        };
        facts = facts.optional(fact.name, value, fact.about);
    }
    facts.into()
}

fn cookies() -> Shape {
    Shape::map("Cookies")
        .optional(
            "session",
            Shape::either(vec![Shape::non_empty_text(), Shape::non_empty_list(Shape::non_empty_text())]),
            "The cookie, or cookies, that make up the session; the first carries the key.",
        )
        .into()
}

/// For which variants an entry speaks.
fn restriction() -> Shape {
    Shape::map_of(
        Shape::identifier(),
        Shape::either(vec![Shape::syntax(VALUE), Shape::non_empty_list(Shape::syntax(VALUE))]),
    )
    .about("A value, or several, for some axes. Without it the entry speaks for all variants.")
    .into()
}

fn claims() -> Shape {
    let claim = Shape::map("Claim")
        .required("case", Shape::syntax(CASE), "The case that decides it.")
        .optional("variant", restriction(), "For which variants.")
        .required("design", Shape::kebab_id(), "The design.");
    Shape::either(vec![Shape::map_of(Shape::syntax(CASE), Shape::kebab_id()).into(), Shape::list(claim)])
}

pub(super) fn known() -> Shape {
    Shape::map("Known")
        .required("case", Shape::syntax(CASE), "The case that fails.")
        .optional("variant", restriction(), "For which variants.")
        .required(
            "fails_as",
            Shape::non_empty_text(),
            "In which way: a design's name, a finding's code, or the path of the expectation. Another way is not excused.",
        )
        .required("because", Shape::non_empty_text(), "Why it is accepted.")
        .optional("review_by", Shape::date(), "When to look again.")
        .into()
}
