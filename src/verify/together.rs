//! Several requests of one case at the same time.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Map, Value};
use tokio::task::JoinSet;

use super::applicability::READERS;
use super::case_run::CaseRun;
use super::record::Stop;
use super::request::{Inserted, Prepared};
use crate::contract::{Call, Reply};
use crate::judge::Code;
use crate::rig::Gate as Held;
use crate::spec::{Gate, OVERLAP, Release, Step, Together};
use crate::wire::Exchange;

/// How long a request may take to arrive at its gate.
const ARRIVAL: Duration = Duration::from_secs(2);

/// How long each further request is given to stand in the server's queue, once one was held back. Short sessions must
/// not end meanwhile.
const QUEUED: Duration = Duration::from_millis(500);

/// The fact that a server queues requests of one session.
const SERIALISED: &str = "serialised";

/// Requests that are under way.
struct UnderWay<'a> {
    step: &'a Step,
    path: String,
    prepared: BTreeMap<usize, Prepared>,
    gates: Vec<Option<Held>>,
    sent: JoinSet<(usize, Exchange)>,
    steps: &'a [Step],
    wait_at: Vec<usize>,
}

impl CaseRun {
    pub(super) async fn together(&mut self, step: &Step, together: &Together, path: &str) -> Result<(), Stop> {
        let mut under_way = UnderWay {
            step,
            path: format!("{path}.together"),
            prepared: BTreeMap::new(),
            gates: Vec::new(),
            sent: JoinSet::new(),
            steps: &together.requests,
            wait_at: Vec::new(),
        };
        // Each browser's jar is taken as it is now: two requests of one browser are two tabs.
        for request in &together.requests {
            let (gate, inserted, wait_at) = self.gated(request, together)?;
            let prepared = self.prepare(request, &inserted).await?;
            under_way.prepared.insert(under_way.gates.len(), prepared);
            under_way.gates.push(gate);
            under_way.wait_at.push(wait_at);
        }
        let serialised = self.start(&mut under_way).await?;
        if serialised {
            self.record.observed(SERIALISED);
        }
        match together.release {
            _ if together.gate == Gate::None => {}
            Release::AtOnce => under_way.gates.iter().flatten().for_each(Held::release),
            Release::InOrder => {
                for index in 0..together.requests.len() {
                    self.release(&mut under_way, index).await?;
                    if serialised {
                        // Whom a server that queues lets in next is its own choice; all others may go on.
                        under_way.gates.iter().flatten().for_each(Held::release);
                    }
                }
            }
        }
        while !under_way.prepared.is_empty() {
            self.next_answer(&mut under_way).await?;
        }
        // Without a gate nobody knows.
        let overlap = if together.gate == Gate::None { Value::Null } else { Value::Bool(!serialised) };
        self.came_to(step, Code::Result, &Map::from_iter([(OVERLAP.to_owned(), overlap)]), path);
        Ok(())
    }

    /// The gate of a request, the operations that hold it there, and the place of its `ctl.wait` among all results.
    fn gated(&self, request: &Step, together: &Together) -> Result<(Option<Held>, Inserted, usize), Stop> {
        if together.gate == Gate::None {
            return Ok((None, Inserted::default(), 0));
        }
        let keeper = self.ground.gates.as_ref();
        let gate = keeper.ok_or_else(|| Stop::Inconclusive("hardtack could not open its gates".to_owned()))?.gate();
        let requests = u64::try_from(together.requests.len()).unwrap_or(u64::MAX);
        let arrival = u64::try_from(ARRIVAL.as_millis()).unwrap_or(u64::MAX);
        let timeout = arrival.saturating_mul(requests.saturating_add(2));
        let wait = Call::new("ctl.wait").with("url", gate.url()).with("timeout_ms", timeout);
        let operations = match &request.action {
            crate::spec::Action::Request { program, .. } => program.len(),
            _ => 1,
        };
        Ok(match together.gate {
            Gate::AfterLoad => {
                let reader = READERS.into_iter().find(|name| self.ground.offers.operation(name)).unwrap_or(READERS[0]);
                let mut load = Call::new(reader);
                if reader == "session.has" {
                    load = load.with("key", "hardtack");
                }
                (Some(gate), Inserted { front: vec![load, wait], back: Vec::new() }, 1)
            }
            Gate::BeforeSave | Gate::None => (Some(gate), Inserted { front: Vec::new(), back: vec![wait] }, operations),
        })
    }

    /// Starts all requests, each when the one before it is held. Tells whether the server let only some of them in.
    async fn start(&mut self, under_way: &mut UnderWay<'_>) -> Result<bool, Stop> {
        let mut serialised = false;
        for index in 0..under_way.steps.len() {
            let Some(prepared) = under_way.prepared.get(&index) else { continue };
            let sending = Prepared::send(prepared.request.clone(), prepared.client.clone(), prepared.connection);
            under_way.sent.spawn(async move { (index, sending.await) });
            if under_way.gates[index].is_none() {
                continue;
            }
            if !self.arrives(under_way, index, if serialised { QUEUED } else { ARRIVAL }).await? {
                // The first is inside. If this one does not get there, the server holds it back.
                if index == 0 {
                    let line = "an offered gate did not work: the first request never arrived at it";
                    return Err(Stop::Inconclusive(line.to_owned()));
                }
                serialised = true;
            }
        }
        Ok(serialised)
    }

    /// Whether a request arrives at its gate in time. An answer that comes instead is taken in.
    async fn arrives(&mut self, under_way: &mut UnderWay<'_>, index: usize, limit: Duration) -> Result<bool, Stop> {
        loop {
            let Some(gate) = &under_way.gates[index] else { return Ok(true) };
            let answer = tokio::select! {
                biased;
                arrived = gate.arrived(limit) => return Ok(arrived),
                Some(answer) = under_way.sent.join_next(), if !under_way.sent.is_empty() => answer,
            };
            if self.answer(under_way, answer)? == index {
                let step = super::request::describe(&under_way.steps[index]);
                return Err(Stop::Inconclusive(format!("{step}: answered without passing its gate")));
            }
        }
    }

    /// Lets one request go and waits for its answer.
    async fn release(&mut self, under_way: &mut UnderWay<'_>, index: usize) -> Result<(), Stop> {
        if let Some(gate) = &under_way.gates[index] {
            gate.release();
        }
        while under_way.prepared.contains_key(&index) {
            self.next_answer(under_way).await?;
        }
        Ok(())
    }

    async fn next_answer(&mut self, under_way: &mut UnderWay<'_>) -> Result<usize, Stop> {
        match under_way.sent.join_next().await {
            Some(answer) => self.answer(under_way, answer),
            None => Err(Stop::Inconclusive(format!("a request of line {} was lost", under_way.step.span.line))),
        }
    }

    /// Takes an answer in, in the order of arrival.
    fn answer(
        &mut self,
        under_way: &mut UnderWay<'_>,
        answer: Result<(usize, Exchange), tokio::task::JoinError>,
    ) -> Result<usize, Stop> {
        let (index, exchange) =
            answer.map_err(|error| Stop::Inconclusive(format!("a request was abandoned: {error}")))?;
        let Some(prepared) = under_way.prepared.remove(&index) else { return Ok(index) };
        let path = format!("{}[{index}]", under_way.path);
        let reply = self.take_in(&under_way.steps[index], &prepared, exchange, &path)?;
        if under_way.gates[index].is_some() && missed(reply.as_ref(), under_way.wait_at[index]) {
            let line = "an offered gate did not work: `ctl.wait` answered that it was not released";
            return Err(Stop::Inconclusive(line.to_owned()));
        }
        Ok(index)
    }
}

/// Whether a `ctl.wait` answered that nobody released it.
fn missed(reply: Option<&Reply>, index: usize) -> bool {
    matches!(reply.and_then(|reply| reply.results.get(index)), Some(Ok(Value::Bool(false)) | Err(_)))
}
