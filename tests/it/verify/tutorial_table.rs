//! The table of the tutorial's rules in docs/tutorial.md, made from runs of the reference server.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;

use hardtack::event::{CaseOutcome, Verdict};
use hardtack::reference::{Config, EngineKind};
use hardtack::spec::Profile;

use super::harness::{embedded, outcomes};

const PAGE: &str = "docs/tutorial.md";
const BEGIN: &str = "<!-- generated: INSTA_UPDATE=always cargo test --test it tutorial_table -->\n";
const END: &str = "<!-- end -->";

/// What the tutorial says, in our words.
const RULES: [&str; 34] = [
    "the browser sends a cookie back by itself",
    "a browser keeps about 4 KB",
    "a server-side session keeps its data on the server, by default in the database",
    "a client-side session is encrypted into the cookie",
    "Flask keeps sessions in the cookie by default",
    "max_age is a lifetime in seconds",
    "expires is a date, or text with a date",
    "with both, expires wins",
    "a cookie goes to every path by default",
    "a cookie goes to the whole main domain by default; state a domain to restrict it",
    "a secure cookie works over https only",
    "httponly is off by default",
    "delete_cookie empties the value and lets it expire when the browser closes",
    "the application reads all cookies",
    "get reads a value",
    "pop deletes a value",
    "keys answers all keys",
    "items answers all values",
    "clear removes the user's session data",
    "flush deletes the session and its cookie",
    "set_expiry with a number lets the session expire after so many seconds",
    "set_expiry(0) lets it expire when the browser closes",
    "set_expiry(None) is the global policy",
    "the global policy is two weeks, 1209600 seconds",
    "clear_expired removes expired sessions; nothing else does",
    "the database engine is the default",
    "the file engine keeps sessions in files",
    "the cache engine needs Memcached and cannot use plain memory",
    "cached_db writes to the cache first, then to the database",
    "with cached_db, losing the cache loses no session",
    "cached_db reads the cache first, then the database",
    "signed_cookies encrypts; the secret key decrypts",
    "set the session cookie HttpOnly",
    "with signed_cookies a session holds no more than 4 KB",
];

/// What became of the cases of each rule, by case: the worst over the engines where it applies.
async fn verdicts(profile: Profile) -> BTreeMap<usize, BTreeMap<String, Verdict>> {
    let mut rules: BTreeMap<usize, BTreeMap<String, Verdict>> = BTreeMap::new();
    for engine in EngineKind::ALL {
        let mut request = embedded(Config::default(), engine.name(), "ref:tutorial");
        request.options.profile = profile;
        for outcome in outcomes(request).await {
            for rule in rules_of(&outcome) {
                let case = rules.entry(rule).or_default().entry(outcome.case.base().to_owned());
                let worst = case.or_insert(Verdict::NotApplicable);
                *worst = (*worst).min(outcome.verdict);
            }
        }
    }
    rules
}

fn rules_of(outcome: &CaseOutcome) -> BTreeSet<usize> {
    let numbers = outcome.refs.iter().filter_map(|reference| reference.strip_prefix("tutorial:R"));
    numbers.map(|number| number.parse().unwrap()).collect()
}

fn table(default: &BTreeMap<usize, BTreeMap<String, Verdict>>, tutorial: &BTreeMap<usize, BTreeMap<String, Verdict>>) -> String {
    let mut table = "\n| rule | the tutorial says | case | default | tutorial |\n| --- | --- | --- | --- | --- |\n".to_owned();
    for (index, says) in RULES.iter().enumerate() {
        let rule = index + 1;
        let cases = default.get(&rule).unwrap_or_else(|| panic!("no case decides R{rule}"));
        for (row, (case, verdict)) in cases.iter().enumerate() {
            let (name, says) = if row == 0 { (format!("R{rule}"), *says) } else { (String::new(), "") };
            let graded = tutorial[&rule][case];
            assert!(*verdict != Verdict::NotApplicable, "{case} applies to no engine of the reference server");
            writeln!(table, "| {name} | {says} | `{case}` | {} | {} |", verdict.as_str(), graded.as_str()).unwrap();
        }
    }
    table.push('\n');
    table
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tutorial_table_is_what_the_reference_server_gets() {
    let expected = table(&verdicts(Profile::Default).await, &verdicts(Profile::Tutorial).await);
    let page = fs::read_to_string(PAGE).unwrap();
    let (before, rest) = page.split_once(BEGIN).expect("the page has a place for the table");
    let (actual, after) = rest.split_once(END).expect("the table has an end");
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        fs::write(PAGE, format!("{before}{BEGIN}{expected}{END}{after}")).unwrap();
    } else {
        assert_eq!(actual, expected, "run the command in {PAGE}");
    }
}
