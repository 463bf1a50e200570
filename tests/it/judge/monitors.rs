//! Monitors judge every exchange.

use hardtack::judge::{Matching, Observation, Saved, judge_monitor};
use hardtack::spec::{Expect, GrammarExpect, Monitor, MonitorExpect, SetCookieExpect};
use hardtack::wire::Response;

use super::seen::{Browser, is, setting};

fn grammar(cookie: Option<&str>) -> Monitor {
    let expect = SetCookieExpect { grammar: Some(GrammarExpect::Strict), ..SetCookieExpect::default() };
    Monitor {
        cookie: cookie.map(str::to_owned),
        transport: None,
        upgrades: false,
        expect: MonitorExpect::EverySetCookie(Box::new(expect)),
    }
}

fn verdicts(monitor: &Monitor, seen: &Observation) -> Vec<bool> {
    let judged = judge_monitor(monitor, seen, Matching::new(&Saved::new(), 2000));
    assert!(judged.iter().all(|one| one.exchange == Some(seen.exchange.id) && one.expectation.starts_with("expect.")));
    judged.into_iter().map(|one| one.held).collect()
}

#[tokio::test]
async fn every_line_is_judged_by_itself() {
    let seen = Browser::new().sees(&[], setting(&["a=b c", "a=1", "sid=x y"])).await;
    assert_eq!(verdicts(&grammar(None), &seen), [false, true, false]);
    assert_eq!(verdicts(&grammar(Some("session")), &seen), [false]);
    assert_eq!(verdicts(&grammar(Some("z")), &seen), [false; 0]);
}

#[tokio::test]
async fn responses_are_judged_where_they_set_the_cookie() {
    let expect = Expect { header: [("vary".to_owned(), is("Cookie"))].into(), ..Expect::default() };
    let monitor = Monitor {
        cookie: Some("session".to_owned()),
        transport: None,
        upgrades: false,
        expect: MonitorExpect::EveryResponse(Box::new(expect)),
    };
    let mut browser = Browser::new();
    let untouched = browser.sees(&[], Response::new(200)).await;
    assert_eq!(verdicts(&monitor, &untouched), [false; 0]);
    let varied = browser.sees(&[], setting(&["sid=1"]).with_header("Vary", "Cookie")).await;
    assert_eq!(verdicts(&monitor, &varied), [true]);
    let not_varied = browser.sees(&[], setting(&["sid=1"])).await;
    assert_eq!(verdicts(&monitor, &not_varied), [false]);
}
