//! The table of operations: the closed list that contract version 1 knows.

use super::operation::ParameterKind::{Boolean, Integer, Json, Object, Text, TextOrNull, Time, User};
use super::operation::ResultField::{Members, Nothing, User as UserResult, Value};
use super::operation::Scope::{Browser, Record, Store, World};
use super::operation::{Operation, Parameter, ParameterKind, ResultField, Scope};

/// Every operation of the contract, grouped by family.
pub const OPERATIONS: &[Operation] = &[
    op("cookie.set", "set a cookie on the response", SET_COOKIE, Nothing, Browser),
    op("cookie.delete", "delete a cookie through the framework's own call", DELETE_COOKIE, Nothing, Browser),
    op(
        "cookie.list",
        "the cookies of the request as [name, value] pairs, as the application sees them",
        &[],
        Value("cookies"),
        Browser,
    ),
    op("cookie.set_signed", "set a cookie signed by the framework", SET_SIGNED, Nothing, Browser),
    op("cookie.get_signed", "read a signed cookie and check its signature", GET_SIGNED, Value("value"), Browser),
    op("session.get", "read one value of the session", GET, Value("value"), Record),
    op("session.put", "store one value in the session", PUT, Nothing, Record),
    op("session.delete", "delete one value of the session", KEY, Nothing, Record),
    op("session.has", "whether the session holds a key", KEY, Value("has"), Record),
    op("session.pop", "read and delete one value of the session", GET, Value("value"), Record),
    op("session.set_default", "store a value unless the key exists; the value in force", PUT, Value("value"), Record),
    op("session.update", "store several values", UPDATE, Nothing, Record),
    op("session.append", "append to a stored list in place, without assigning it", PUT, Nothing, Record),
    op("session.touch", "mark the session as modified without a change", &[], Nothing, Record),
    op("session.keys", "the keys of the session", &[], Value("keys"), Record),
    op("session.values", "the values of the session", &[], Value("values"), Record),
    op("session.items", "the session as an object", &[], Value("items"), Record),
    op("session.clear", "forget the data of the session", &[], Nothing, Record),
    op("session.flush", "destroy the session: record and cookie", &[], Nothing, Record),
    op("session.cycle_key", "give the session a new key and keep its data", &[], Nothing, Record),
    op("session.key", "the session key, or null before the session is saved", &[], Value("key"), Record),
    op("session.set_expiry", "set the lifetime of this session", SET_EXPIRY, Nothing, Record),
    op("session.get_expiry", "the lifetime of this session", &[], Members(&["age", "at_browser_close"]), Record),
    op("session.set_test_cookie", "set the framework's test cookie", &[], Nothing, Record),
    op("session.test_cookie_worked", "whether the test cookie came back", &[], Value("worked"), Record),
    op("session.delete_test_cookie", "delete the test cookie", &[], Nothing, Record),
    op(
        "auth.login",
        "log a user in; users exist on demand and have no passwords; refused for a disabled account",
        USER,
        Nothing,
        Record,
    ),
    op("auth.logout", "log the current user out", &[], Nothing, Record),
    op("auth.whoami", "the user who is logged in, or null", &[], UserResult, Record),
    op("auth.change_password", "change a user's password", CHANGE_PASSWORD, Nothing, Store),
    op("auth.disable", "disable a user's account: its sessions end, and nobody logs in to it", USER, Nothing, Record),
    op(
        "auth.sessions",
        "the live sessions of the current user, by names that open nothing; an error or an empty list for nobody",
        &[],
        Value("sessions"),
        Record,
    ),
    op(
        "auth.end_others",
        "end the other sessions of the current user; an error or nothing for nobody",
        &[],
        Nothing,
        Record,
    ),
    op("auth.end_all", "end all sessions of a user, as an administrator would", USER, Nothing, Record),
    op("csrf.issue", "an anti-forgery token for this browser", &[], Value("token"), Record),
    op("csrf.submit", "whether the framework accepts a token", CSRF_SUBMIT, Value("accepted"), Record),
    op(
        "csrf.put",
        "store a value behind the framework's check for forged requests; whether it passed",
        CSRF_PUT,
        Value("accepted"),
        Record,
    ),
    op("store.clear_expired", "remove expired records from the store", &[], Nothing, Store),
    op("store.count", "the number of records in the durable store, expired ones too", &[], Value("count"), Store),
    op("store.exists", "whether the durable store holds a session key", STORE_KEY, Value("exists"), Record),
    op("store.delete", "delete a record behind the session's back", STORE_KEY, Value("deleted"), Record),
    op("store.corrupt", "damage a record in the durable store", STORE_KEY, Nothing, Record),
    op(
        "ctl.wait",
        "GET a loopback URL that hardtack holds until it releases the request",
        WAIT,
        Value("released"),
        Browser,
    ),
    op("ctl.sleep", "sleep inside the request", SLEEP, Nothing, Browser),
    op("ctl.raise", "fail with an exception that the application does not handle", &[], Nothing, Browser),
    op("ctl.header", "set a response header", HEADER, Nothing, Browser),
    op(
        "clock.advance",
        "advance the server's clock until it is started again; the new offset in seconds",
        ADVANCE,
        Value("offset"),
        World,
    ),
];

/// The operation called `name`.
#[must_use]
pub fn operation(name: &str) -> Option<&'static Operation> {
    OPERATIONS.iter().find(|operation| operation.name == name)
}

const fn op(
    name: &'static str,
    about: &'static str,
    parameters: &'static [Parameter],
    result: ResultField,
    scope: Scope,
) -> Operation {
    Operation { name, about, parameters, result, scope }
}

const fn must(name: &'static str, kind: ParameterKind, about: &'static str) -> Parameter {
    Parameter { name, kind, required: true, about }
}

const fn may(name: &'static str, kind: ParameterKind, about: &'static str) -> Parameter {
    Parameter { name, kind, required: false, about }
}

const NAME: Parameter = must("name", Text, "the cookie's name");
const VALUE: Parameter = must("value", Text, "the cookie's value");
const MAX_AGE: Parameter = may("max_age", Time, "lifetime, in the framework's max_age argument");
const EXPIRES: Parameter = may("expires", Time, "moment of expiry, in the framework's expires argument");
const PATH: Parameter = may("path", TextOrNull, "Path; null for no attribute");
const DOMAIN: Parameter = may("domain", TextOrNull, "Domain");
const SECURE: Parameter = may("secure", Boolean, "Secure");
const HTTP_ONLY: Parameter = may("http_only", Boolean, "HttpOnly");
const SAME_SITE: Parameter = may("same_site", TextOrNull, "SameSite, as the framework takes it");
const PARTITIONED: Parameter = may("partitioned", Boolean, "Partitioned");
const SALT: Parameter = may("salt", Text, "the salt of the signature");
const SESSION_KEY: Parameter = must("key", Text, "the key inside the session");

const SET_COOKIE: &[Parameter] =
    &[NAME, VALUE, MAX_AGE, EXPIRES, PATH, DOMAIN, SECURE, HTTP_ONLY, SAME_SITE, PARTITIONED];
const SET_SIGNED: &[Parameter] =
    &[NAME, VALUE, SALT, MAX_AGE, EXPIRES, PATH, DOMAIN, SECURE, HTTP_ONLY, SAME_SITE, PARTITIONED];
const DELETE_COOKIE: &[Parameter] = &[NAME, PATH, DOMAIN, SAME_SITE, SECURE, HTTP_ONLY, PARTITIONED];
const GET_SIGNED: &[Parameter] =
    &[NAME, SALT, may("max_age", Time, "the greatest age of the signature that is accepted")];
const GET: &[Parameter] = &[SESSION_KEY, may("default", Json, "what to answer when the key is missing")];
const PUT: &[Parameter] = &[SESSION_KEY, must("value", Json, "the value")];
const KEY: &[Parameter] = &[SESSION_KEY];
const UPDATE: &[Parameter] = &[must("values", Object, "keys and values")];
const SET_EXPIRY: &[Parameter] = &[must("to", Time, "seconds, duration, instant, 0 or null")];
const USER: &[Parameter] = &[must("user", User, "any non-empty text")];
const CHANGE_PASSWORD: &[Parameter] = &[
    may("user", User, "whose password; the current user when absent"),
    may("keep_session", Boolean, "keep the session that asks alive"),
];
const CSRF_SUBMIT: &[Parameter] = &[must("token", Text, "the token to judge")];
const CSRF_PUT: &[Parameter] =
    &[SESSION_KEY, must("value", Json, "the value"), may("token", Text, "the token that the request carries")];
const STORE_KEY: &[Parameter] = &[must("key", Text, "a session key")];
const WAIT: &[Parameter] = &[
    must("url", Text, "a loopback URL"),
    may("timeout_ms", Integer, "how long to wait for the release, in milliseconds; default 5000"),
];
const SLEEP: &[Parameter] = &[must("ms", Integer, "milliseconds")];
const HEADER: &[Parameter] = &[must("name", Text, "the field's name"), must("value", Text, "the field's value")];
const ADVANCE: &[Parameter] = &[must("seconds", Integer, "seconds, not negative")];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_have_a_family() {
        let mut names: Vec<_> = OPERATIONS.iter().map(|operation| operation.name).collect();
        assert!(names.iter().all(|name| name.split_once('.').is_some()));
        names.sort_unstable();
        let count = names.len();
        names.dedup();
        assert_eq!(names.len(), count);
    }

    #[test]
    fn lookup_finds_by_name_only() {
        assert_eq!(operation("session.put").map(|found| found.scope), Some(Record));
        assert_eq!(operation("session.PUT"), None);
    }
}
