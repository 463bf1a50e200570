//! A server that is wrong now and then.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use hardtack::contract::Control;
use hardtack::cookie::OffsetClock;
use hardtack::prop::lines;
use hardtack::reference::{Config, Server};
use hardtack::verify::{BoxFuture, Instance};
use hardtack::wire::{Connector, Limits, Response, in_memory};

use super::sample::{Shared, options, search_on};

/// Some requests fail now and then.
struct Wrong {
    server: Arc<Server>,
    asked: Arc<AtomicUsize>,
    /// What a request holds that may fail; all may when it is empty.
    text: &'static str,
    one_in: usize,
}

/// A server that fails at the last of so many requests with this text.
async fn flaky(text: &'static str, one_in: usize) -> Shared {
    let server = Server::new(Config::default()).unwrap();
    Shared::new(Arc::new(Wrong { server, asked: Arc::default(), text, one_in })).await
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
    // No history is short enough to miss this each time, and none is long enough to meet it each time.
    let stage = flaky("", 67).await;
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
    let stage = flaky("session.pop", 4).await;
    let mut options = options(200, 2);
    options.jobs = 1;
    let searched = search_on(&stage, options).await;
    let example = searched.found.first().expect("one in four is found");
    assert!(!example.reproduced.always(), "{:?}", example.reproduced);
    let lines = lines(&example.history);
    assert!(lines.len() == 1 && lines[0].contains("session.pop"), "{lines:?}");
}
