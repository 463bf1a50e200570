//! Requests of a history at the same time.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;

use super::history::{Ask, Held};
use super::model::{Mismatch, Turn};
use super::play::Stage;
use crate::contract::Call;
use crate::judge::Observation;
use crate::rig::Gate;

/// How long a request may take to arrive at its gate.
const ARRIVAL: Duration = Duration::from_secs(2);

impl Stage<'_> {
    /// Sends requests at the same time, each held at its gate until the one before has answered.
    pub(super) async fn together(&mut self, index: usize, asks: &[Ask], gate: Held) -> Result<bool, Mismatch> {
        let keeper = self.subject.gates.as_ref().filter(|_| gate != Held::Nowhere);
        let holds = keeper.is_some();
        let mut waiting: Vec<Option<Gate>> = Vec::new();
        let mut prepared = Vec::new();
        for ask in asks {
            let held = keeper.map(|keeper| keeper.gate());
            let (front, back) = match (&held, gate) {
                (Some(held), Held::AfterLoad) => (vec![self.subject.reader(), wait(held)], Vec::new()),
                (Some(held), _) => (Vec::new(), vec![wait(held)]),
                (None, _) => (Vec::new(), Vec::new()),
            };
            let mut one = self.prepare(ask, &front, back);
            one.beside_others = true;
            if gate == Held::AfterLoad && holds {
                // The read in front loads the session.
                one.asked.calls.insert(0, self.subject.reader());
                one.operations.insert(0, self.subject.reader().op);
                one.front = 0;
                one.asked.calls.insert(1, Call::new("ctl.wait"));
                one.operations.insert(1, "ctl.wait".to_owned());
            }
            prepared.push(one);
            waiting.push(held);
        }
        if prepared.iter().zip(asks).any(|(one, ask)| one.asked.calls.is_empty() || ask.calls.is_empty()) {
            return Ok(false);
        }
        let mut under_way = tokio::task::JoinSet::new();
        let mut serialised = false;
        for (place, one) in prepared.iter().enumerate() {
            let (client, request, connection) = (self.client.clone(), one.request.clone(), one.connection);
            under_way.spawn(async move { (place, client.send(request, connection).await) });
            if let (Some(held), false) = (&waiting[place], serialised)
                && !held.arrived(ARRIVAL).await
            {
                // A server may queue the requests of one session.
                serialised = true;
            }
        }
        let mut turns: BTreeMap<usize, (Turn, Observation)> = BTreeMap::new();
        let mut order = Vec::new();
        for held in waiting.iter().flatten() {
            held.release();
            // The next one is let go when an answer has come.
            if let Some(Ok((place, exchange))) = under_way.join_next().await {
                turns.insert(place, self.take_in(index, place, &prepared[place], exchange));
                order.push(place);
            }
        }
        while let Some(ended) = under_way.join_next().await {
            if let Ok((place, exchange)) = ended {
                turns.insert(place, self.take_in(index, place, &prepared[place], exchange));
                order.push(place);
            }
        }
        let in_order: Vec<Turn> = turns.values().map(|(turn, _)| turn.clone()).collect();
        self.played.turns.extend(in_order.iter().cloned().enumerate().map(|(place, turn)| (index, place, turn)));
        if in_order.iter().any(missed_its_gate) {
            self.played.inconclusive = Some("an offered gate did not work: nobody released `ctl.wait`".to_owned());
            return Ok(true);
        }
        let as_planned = order.windows(2).all(|pair| pair[0] < pair[1]);
        self.judge(&in_order, holds && as_planned && !serialised)?;
        for (request, (_, observation)) in turns {
            // A request that could not be saved may be answered in any way.
            if observation.status().is_some_and(|status| status < 400) {
                self.monitors(&observation).map_err(|wrong| Mismatch { request, ..wrong })?;
            }
        }
        Ok(true)
    }
}

/// Whether a request waited at its gate until it gave up.
fn missed_its_gate(turn: &Turn) -> bool {
    let results = turn.answer.results.iter().flatten();
    turn.asked.calls.iter().zip(results).any(|(call, result)| call.op == "ctl.wait" && *result != Ok(Value::Bool(true)))
}

fn wait(gate: &Gate) -> Call {
    Call::new("ctl.wait").with("url", gate.url()).with("timeout_ms", 8000)
}
