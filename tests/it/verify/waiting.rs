//! Waiting for moments in the life of a cookie.

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::time::Duration;

use hardtack::cookie::{Clock, OffsetClock, Timestamp};
use hardtack::event::Verdict;
use hardtack::reference::{Config, Server};
use hardtack::wire::{Request, Response};
use tokio::time::Instant;

use super::harness::{Scripted, cases, on_reference, outcomes, shown};

/// The clock of a paused runtime.
#[derive(Debug)]
struct RuntimeClock(Instant);

impl Clock for RuntimeClock {
    fn now(&self) -> Timestamp {
        let passed = i64::try_from(self.0.elapsed().as_millis()).unwrap();
        Timestamp::from_millis(2_000_000_000_000 + passed)
    }
}

/// A reference server that offers no clock, on the runtime's time.
fn without_clock() -> Scripted {
    with_mishaps(std::future::ready)
}

/// The same; each request goes through `mishap` before the server sees it.
fn with_mishaps<F>(mishap: impl Fn(Request) -> F + Send + Sync + 'static) -> Scripted
where
    F: Future<Output = Request> + Send + 'static,
{
    let clock = OffsetClock::new(Arc::new(RuntimeClock(Instant::now())));
    let server = Server::new(Config { clock: clock.clone(), ..Config::default() }).unwrap();
    let handler = move |request: Request| {
        let server = Arc::clone(&server);
        let request = mishap(request);
        async move {
            let request = request.await;
            if request.path() != "/_hardtack" {
                return server.handle(request).await;
            }
            let mut description = server.description();
            description.operations.remove("clock.advance");
            Response::json(200, &description.to_json())
        }
    };
    Scripted { clock, ..Scripted::new(handler) }
}

fn reads(request: &Request) -> bool {
    String::from_utf8_lossy(&request.body).contains("session.get")
}

fn text(count: usize, lifetime: u32) -> String {
    let mut text = "cases:\n".to_owned();
    for case in 0..count {
        write!(
            text,
            "  - case: waits-{case}
    title: A session ends
    level: must
    clients: {{alice: browser}}
    steps:
      - do: request
        program:
          - {{op: session.put, key: a, value: 1}}
          - {{op: session.set_expiry, to: {lifetime}}}
        save: {{old: jar.session}}
      - wait_until: {{cookie: session, at: half_life}}
      - {{do: session.get, with: {{key: a}}, expect: {{result: {{value: 1}}}}}}
      - wait_until: {{cookie: session, at: just_before_expiry}}
      - {{do: session.get, with: {{key: a}}, expect: {{result: {{value: 1}}}}}}
      - wait_until: {{cookie: session, at: expired}}
      - {{do: browser.plant, with: {{cookie: session, value: $old}}}}
      - {{do: session.get, with: {{key: a}}, expect: {{result: {{value: null}}}}}}
"
        )
        .unwrap();
    }
    text
}

#[tokio::test(start_paused = true)]
async fn waiting_cases_wait_together() {
    let mut request = without_clock().request(cases(&text(20, 10)));
    request.options.jobs = 2;
    let begun = Instant::now();
    let all = outcomes(request).await;
    assert!(all.iter().all(|outcome| outcome.verdict == Verdict::Pass), "{}", shown(&all));
    let took = begun.elapsed();
    assert!(took >= Duration::from_millis(11_600) && took < Duration::from_secs(13), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn a_moment_is_not_missed_in_the_queue_of_cases_that_have_not_begun() {
    let mut text = text(1, 10);
    for case in 0..30 {
        write!(
            text,
            "  - case: slow-{case}
    title: A request takes its time
    level: must
    clients: {{alice: browser}}
    steps:
      - {{do: ctl.sleep, with: {{ms: 1000}}, expect: {{status: 200}}}}
"
        )
        .unwrap();
    }
    let mut request = without_clock().request(cases(&text));
    request.options.jobs = 1;
    let all = outcomes(request).await;
    assert_eq!(all.len(), 31);
    assert!(all.iter().all(|outcome| outcome.verdict == Verdict::Pass), "{}", shown(&all));
}

/// The first so many requests that read a key arrive this much later.
fn slow_to_read(times: u32, takes: Duration) -> Scripted {
    let left = Arc::new(AtomicU32::new(times));
    with_mishaps(move |request| {
        let is_slow = reads(&request) && left.fetch_update(SeqCst, SeqCst, |left| left.checked_sub(1)).is_ok();
        async move {
            if is_slow {
                tokio::time::sleep(takes).await;
            }
            request
        }
    })
}

#[tokio::test(start_paused = true)]
async fn an_answer_behind_the_end_of_the_session_shows_nothing_and_the_case_is_run_again() {
    let all = outcomes(slow_to_read(2, Duration::from_secs(8)).request(cases(&text(1, 10)))).await;
    assert_eq!(all[0].verdict, Verdict::Pass, "{}", shown(&all));
    assert!(all[0].observed[0].starts_with("run 3 times: before, it was too late"), "{:?}", all[0].observed);

    let all = outcomes(slow_to_read(u32::MAX, Duration::from_secs(8)).request(cases(&text(1, 10)))).await;
    assert_eq!(all[0].verdict, Verdict::Inconclusive, "{}", shown(&all));
    let reason = all[0].reason.as_deref().unwrap();
    assert_eq!(reason, "the 10 s of the cookie sessionid were over before the answer came: the machine is slow");
}

#[tokio::test(start_paused = true)]
async fn what_ends_before_its_time_is_no_matter_of_lateness() {
    // The answers come in time, and show nothing of the session.
    let server = with_mishaps(|mut request: Request| {
        if reads(&request) {
            request.headers.retain(|line| !line.name.eq_ignore_ascii_case("Cookie"));
        }
        std::future::ready(request)
    });
    let all = outcomes(server.request(cases(&text(1, 10)))).await;
    assert_eq!(all[0].verdict, Verdict::Fail, "{}", shown(&all));
}

#[tokio::test(start_paused = true)]
async fn a_wait_beyond_the_budget_is_not_applicable() {
    let all = outcomes(without_clock().request(cases(&text(1, 3600)))).await;
    assert_eq!(all[0].verdict, Verdict::NotApplicable);
    let reason = all[0].reason.clone().unwrap();
    assert!(
        reason.starts_with("needs a wait of 1800 s, more than the budget of 20 s: offer `clock.advance`"),
        "{reason}"
    );
}

#[tokio::test]
async fn a_clock_saves_the_waiting() {
    let all = outcomes(on_reference(cases(&text(3, 86_400)))).await;
    assert!(all.iter().all(|outcome| outcome.verdict == Verdict::Pass), "{}", shown(&all));
}

#[tokio::test]
async fn a_cookie_without_an_end_cannot_be_waited_for() {
    let text = "
cases:
  - case: no-end
    title: Nothing to wait for
    level: must
    clients: {alice: browser}
    steps:
      - {do: cookie.set, with: {name: probe, value: a}, expect: {set_cookie: {probe: stored}}}
      - wait_until: {cookie: probe, at: expired}
";
    let all = outcomes(on_reference(cases(text))).await;
    assert_eq!(all[0].verdict, Verdict::Inconclusive);
    assert!(all[0].reason.as_deref().unwrap().contains("the cookie probe has no lifetime"), "{}", shown(&all));
}

#[tokio::test]
async fn a_session_until_the_browser_closes_is_a_design() {
    let text = "
cases:
  - case: no-end
    title: Nothing to wait for
    level: must
    clients: {alice: browser}
    steps:
      - do: request
        program:
          - {op: session.put, key: a, value: 1}
          - {op: session.set_expiry, to: 0}
      - wait_until: {cookie: session, at: expired}
      - {do: session.get, with: {key: a}, expect: {result: {value: null}}}
";
    let all = outcomes(on_reference(cases(text))).await;
    assert_eq!(all[0].verdict, Verdict::NotApplicable);
    assert!(all[0].reason.as_deref().unwrap().contains("`browser_close: true`"), "{}", shown(&all));
}
