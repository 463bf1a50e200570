//! Stores that are taken away while a history runs.

use std::sync::Arc;

use hardtack::contract::{Call, Control, ServiceRole};
use hardtack::prop::model::{Answer, Asked, CookieChange, Possible, Reach, Turn};
use hardtack::prop::{Ask, History, Playing, Source, Step, Subject, Travel, Way, play};
use hardtack::spec::Profile;
use hardtack::wire::Limits;
use serde_json::{Value, json};

use super::model::{django, put, stored, turn};
use super::sample::{Broken, options, search_broken, subject};

fn ask(call: Call) -> Step {
    let via = Travel { method: Way::Post, ..Travel::default() };
    Step::Request(Ask { browser: 0, calls: vec![call], status: None, via })
}

fn control(name: &str) -> Step {
    Step::Control { name: name.to_owned() }
}

/// What is wrong with a history on a server.
async fn wrong(engine: &str, faults: &[&str], steps: Vec<Step>) -> Option<&'static str> {
    let stage = Broken::new(engine, faults).raise().await;
    let played = play(&subject(stage.as_ref()).await, &stage.shared(), &History { steps }, Playing::Again).await;
    stage.lower().await;
    assert_eq!(played.inconclusive, None);
    played.failure.map(|failed| failed.mismatch.code)
}

/// A value is written before and during an outage, and read behind it.
fn written_meanwhile(service: &str) -> Vec<Step> {
    let get = Call::new("session.get").with("key", "a");
    vec![
        ask(put("a", 1)),
        control(&format!("control.{service}.stop")),
        ask(put("a", 2)),
        control(&format!("control.{service}.start")),
        ask(get),
    ]
}

#[tokio::test]
async fn what_was_written_while_the_copies_were_away_is_there_afterwards() {
    let steps = || written_meanwhile("cache");
    assert_eq!(wrong("cached_db", &[], steps()).await, None);
    assert_eq!(wrong("cached_db", &["cached-db-stale-cache-after-outage"], steps()).await, Some("result"));
    assert_eq!(wrong("cached_db", &["cached-db-fails-without-cache"], steps()).await, Some("unexpected-error"));
    assert_eq!(wrong("cached_db", &["cached-db-write-stops-at-cache"], steps()).await, Some("copies-needed"));
}

#[tokio::test]
async fn a_write_that_fails_says_so() {
    for (engine, service) in [("cache", "cache"), ("db", "database")] {
        // Without a session nobody has to look for one first.
        let steps = || written_meanwhile(service).split_off(1);
        assert_eq!(wrong(engine, &[], steps()).await, None, "{engine}");
        assert_eq!(wrong(engine, &["store-failure-in-silence"], steps()).await, Some("result"), "{engine}");
    }
}

#[tokio::test]
async fn the_cookie_of_a_session_outlives_an_outage() {
    let steps = || vec![ask(put("a", 1)), control("control.cache.stop"), ask(Call::new("session.items"))];
    assert_eq!(wrong("cache", &[], steps()).await, None);
    assert_eq!(wrong("cache", &["cache-down-deletes-cookie"], steps()).await, Some("outage-removes-cookie"));
}

#[tokio::test]
async fn searches_find_what_an_outage_shows() {
    let mut options = options(2000, 3);
    (options.replays, options.budget.tries) = (0, 0);
    let searched = search_broken("cached_db", &["cached-db-stale-cache-after-outage"], options).await;
    assert!(!searched.found.is_empty());
}

#[tokio::test]
async fn what_is_taken_away_is_brought_back() {
    let stage = Broken::new("cached_db", &[]).raise().await;
    let source = Source::new(&subject(stage.as_ref()).await.alphabet, 7);
    let mut outages = 0;
    for history in (0..600).filter_map(|number| source.draw(number)) {
        let names: Vec<&str> = history.steps.iter().flat_map(Step::names).collect();
        let at =
            |wanted: &str| names.iter().enumerate().filter(|(_, name)| **name == wanted).map(|(at, _)| at).collect();
        for role in [ServiceRole::Cache, ServiceRole::Database] {
            let (stops, starts): (Vec<usize>, Vec<usize>) =
                (at(Control::Stop(role).name()), at(Control::Start(role).name()));
            for stop in stops {
                let start = starts.iter().find(|start| **start > stop).unwrap_or_else(|| panic!("{names:?}"));
                let meanwhile = &names[stop + 1..*start];
                let bars = |name: &&str| name.starts_with("store.") || name.starts_with("control.");
                assert!(!meanwhile.iter().any(bars), "{names:?}");
                outages += 1;
            }
        }
    }
    assert!(outages > 50, "{outages}");
    stage.lower().await;
}

/// A read that finds nothing while a store is away, and what the server does to the cookie.
fn read_without(reach: Reach, change: CookieChange) -> Turn {
    let read = turn(&[Call::new("session.items")], &["k1"], &[json!({})], change);
    Turn { asked: Asked { reach, ..read.asked }, ..read }
}

#[test]
fn a_store_that_is_away_may_look_empty_and_copies_may_not() {
    for (reach, change, code) in [
        (Reach::Nothing, CookieChange::None, None),
        (Reach::Nothing, CookieChange::Removed, Some("outage-removes-cookie")),
        (Reach::NoCopies, CookieChange::None, Some("result")),
        (Reach::All, CookieChange::None, Some("result")),
    ] {
        let mut possible = Possible::new(django());
        possible.request(&turn(&[put("a", 1)], &[], &[Value::Null], stored("k1"))).unwrap();
        let read = possible.request(&read_without(reach, change.clone()));
        assert_eq!(read.err().map(|wrong| wrong.code), code, "{reach:?} {change:?}");
        // Behind it the session is what it was.
        let items = turn(&[Call::new("session.items")], &["k1"], &[json!({"a": 1})], CookieChange::None);
        assert!(possible.request(&items).is_ok());
    }
}

#[test]
fn a_failure_is_no_answer_to_who_has_the_durable_store() {
    let mut possible = Possible::new(django());
    possible.request(&turn(&[put("a", 1)], &[], &[Value::Null], stored("k1"))).unwrap();
    let read = read_without(Reach::NoCopies, CookieChange::None);
    let failed = Turn { answer: Answer { status: Some(500), results: None, ..read.answer }, ..read };
    assert_eq!(possible.request(&failed).unwrap_err().code, "copies-needed");
}

#[tokio::test]
async fn nobody_takes_away_what_others_use() {
    let stage = Broken::new("cached_db", &[]).raise().await;
    let mut setting = stage.setting().clone();
    assert!(!subject(stage.as_ref()).await.alphabet.outages.is_empty());
    setting.fresh_instances = false;
    let instance = stage.shared();
    let shared = Subject::of(&setting, &instance, &[], Profile::Default, Limits::default()).await.unwrap();
    let alphabet = Arc::clone(&shared.alphabet);
    assert!(alphabet.outages.is_empty());
    stage.lower().await;
}
