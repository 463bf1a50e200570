//! A server that is wrong now and then.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use hardtack::contract::Control;
use hardtack::cookie::OffsetClock;
use hardtack::prop::lines;
use hardtack::reference::{Config, Server};
use hardtack::verify::{BoxFuture, Instance, Setting, Stage};
use hardtack::wire::{Connector, Limits, Response, in_memory};

use super::sample::{Broken, options, search_on};

/// Every so many requests the server fails.
struct Flaky {
    setting: Setting,
    instance: Arc<Wrong>,
}

struct Wrong {
    server: Arc<Server>,
    asked: Arc<AtomicUsize>,
    /// What a request holds that may fail; all may when it is empty.
    text: &'static str,
    one_in: usize,
}

/// Which requests of those with this text fail: the last one of so many.
fn flaky(setting: Setting, text: &'static str, one_in: usize) -> Flaky {
    let server = Server::new(Config::default()).unwrap();
    Flaky { setting, instance: Arc::new(Wrong { server, asked: Arc::default(), text, one_in }) }
}

impl Stage for Flaky {
    fn setting(&self) -> &Setting {
        &self.setting
    }

    fn shared(&self) -> Arc<dyn Instance> {
        Arc::clone(&self.instance) as Arc<dyn Instance>
    }

    fn lower(self: Box<Self>) -> BoxFuture<'static, ()> {
        Box::pin(async {})
    }
}

impl Instance for Wrong {
    fn connector(&self) -> Connector {
        let (server, asked) = (Arc::clone(&self.server), Arc::clone(&self.asked));
        let (text, one_in) = (self.text, self.one_in);
        in_memory(Limits::default(), move |request| {
            let server = Arc::clone(&server);
            let asked_for = String::from_utf8_lossy(&request.body).contains(text) || request.target.contains(text);
            let fails = asked_for && asked.fetch_add(1, Ordering::SeqCst) % one_in == one_in - 1;
            async move { if fails { Response::text(500, "overloaded") } else { server.handle(request).await } }
        })
    }

    fn clock(&self) -> &OffsetClock {
        self.server.clock()
    }

    fn shares_clock(&self) -> bool {
        true
    }

    fn control(&self, control: Control) -> BoxFuture<'_, Result<(), String>> {
        Box::pin(async move { self.server.control(control).await.map_err(|error| error.to_string()) })
    }
}

#[tokio::test]
async fn a_failure_that_comes_and_goes_is_told_with_its_rate() {
    let embedded = Broken::new("db", &[]).raise().await;
    let setting = Setting { fresh_instances: false, ..embedded.setting().clone() };
    // No history is short enough to miss this each time, and none is long enough to meet it each time.
    let stage = flaky(setting, "", 67);
    let mut options = options(200, 2);
    options.jobs = 1;
    options.budget.tries = 40;
    let searched = search_on(&stage, options).await;
    let example = searched.found.first().expect("a server that answers 500 is found");
    // A failure where an expiry was given as a duration has a name of its own.
    let code = example.failed.mismatch.code;
    assert!(["status", "expiry-not-stored"].contains(&code), "{code}");
    let reproduced = example.reproduced;
    assert!(!reproduced.always() && reproduced.played >= 5, "{reproduced:?}");
}

#[tokio::test]
async fn a_failure_that_comes_and_goes_is_made_smaller_all_the_same() {
    let embedded = Broken::new("db", &[]).raise().await;
    let setting = Setting { fresh_instances: false, ..embedded.setting().clone() };
    let stage = flaky(setting, "session.pop", 4);
    let mut options = options(200, 2);
    options.jobs = 1;
    let searched = search_on(&stage, options).await;
    let example = searched.found.first().expect("one in four is found");
    assert!(!example.reproduced.always(), "{:?}", example.reproduced);
    let lines = lines(&example.history);
    assert!(lines.len() == 1 && lines[0].contains("session.pop"), "{lines:?}");
}
