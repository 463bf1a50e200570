//! Servers that histories share, one or several of them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use hardtack::contract::Control;
use hardtack::cookie::OffsetClock;
use hardtack::prop::{Searched, Servers, search};
use hardtack::reference::{Config, Server};
use hardtack::verify::{BoxFuture, Instance};
use hardtack::wire::{Connector, Limits, Request, in_memory};
use tokio::sync::{Barrier, watch};

use super::sample::{Shared, fault, options, subject};

/// A server whose first request that looks into the store waits for that of another server.
struct Meeting {
    server: Arc<Server>,
    clock: OffsetClock,
    asked: Arc<AtomicUsize>,
    meet: Option<Arc<Barrier>>,
    looked: Arc<AtomicUsize>,
}

fn looks_into_the_store(request: &Request) -> bool {
    let holds = |octets: &[u8]| octets.windows(6).any(|window| window == b"store.");
    holds(&request.body) || holds(request.target.as_bytes())
}

impl Instance for Meeting {
    fn connector(&self) -> Connector {
        let server = Arc::clone(&self.server);
        let (asked, meet, looked) = (Arc::clone(&self.asked), self.meet.clone(), Arc::clone(&self.looked));
        in_memory(Limits::default(), move |request| {
            asked.fetch_add(1, Ordering::SeqCst);
            let (server, meet, looked) = (Arc::clone(&server), meet.clone(), Arc::clone(&looked));
            async move {
                if let Some(meet) = meet.filter(|_| looks_into_the_store(&request))
                    && looked.fetch_add(1, Ordering::SeqCst) == 0
                {
                    meet.wait().await;
                }
                server.handle(request).await
            }
        })
    }

    fn clock(&self) -> &OffsetClock {
        &self.clock
    }

    fn shares_clock(&self) -> bool {
        false
    }

    fn control(&self, control: Control) -> BoxFuture<'_, Result<(), String>> {
        Box::pin(async move { self.server.control(control).await.map_err(|error| error.to_string()) })
    }
}

async fn shared(faults: &[&str], meet: Option<Arc<Barrier>>) -> (Shared, Arc<Meeting>) {
    let faults = faults.iter().map(|name| fault(name)).collect();
    let server = Server::new(Config { faults, ..Config::default() }).unwrap();
    let (clock, asked, looked) = (OffsetClock::default(), Arc::default(), Arc::default());
    let meeting = Arc::new(Meeting { server, clock, asked, meet, looked });
    (Shared::new(Arc::clone(&meeting) as Arc<dyn Instance>).await, meeting)
}

async fn searched(servers: Servers<'_>, jobs: usize) -> Searched {
    let subject = subject(servers.first).await;
    let mut options = options(60, 3);
    options.jobs = jobs;
    let (_keep, mut cancel) = watch::channel(false);
    search(servers, subject, options, &[], &|_| {}, &mut cancel).await
}

#[tokio::test]
async fn histories_that_need_a_server_for_themselves_go_on_beside_each_other_on_several() {
    // On one server at a time neither would ever answer the other.
    let meet = Some(Arc::new(Barrier::new(2)));
    let ((one, first), (other, second)) = (shared(&[], meet.clone()).await, shared(&[], meet).await);
    let servers = Servers { first: &one, others: vec![&other] };
    let searched = tokio::time::timeout(Duration::from_mins(2), searched(servers, 2)).await.expect("they met");
    assert!(searched.found.is_empty(), "{:?}", searched.found.first().map(|found| &found.failed));
    assert_eq!(searched.progress.histories, 60);
    for server in [first, second] {
        assert!(server.asked.load(Ordering::SeqCst) > 100 && server.looked.load(Ordering::SeqCst) > 1);
    }
}

#[tokio::test]
async fn what_fails_on_another_server_is_played_again_on_the_first() {
    let ((right, _), (wrong, _)) = (shared(&[], None).await, shared(&["pop-keeps-value"], None).await);
    let searched = searched(Servers { first: &right, others: vec![&wrong] }, 2).await;
    let found = searched.found.first().expect("half of all histories meet the wrong server");
    assert!(found.reproduced.failed == 0 && found.reproduced.played > 0, "{:?}", found.reproduced);
}

#[tokio::test]
async fn a_clock_that_was_moved_before_is_learned() {
    let (shared, meeting) = shared(&[], None).await;
    meeting.server.clock().advance(1234);
    assert_eq!(meeting.clock.offset(), 0);
    subject(&shared).await;
    assert_eq!(meeting.clock.offset(), 1234);
}
