//! Playing a history against a server, with the model looking on.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;

use super::alphabet::MARKER;
use super::deviation::Deviation;
use super::history::{Ask, HELD, History, Key, Owned, Step, TOKEN, Way};
use super::model::{Asked, Mismatch, Possible, Turn};
use super::outage::Outages;
use super::player::{Player, Received, answer};
use super::subject::Subject;
use super::tokens::Tokens;
use super::traced::{HistoryTrace, Playing};
use crate::contract::{Call, Control, Program, ServiceRole};
use crate::cookie::{Clock as _, Origin, RequestContext, Timestamp};
use crate::judge::{Matching, NoReply, Observation, Saved, Visit, judge_monitor, read_reply};
use crate::spec::{Body, HostRole, Level};
use crate::verify::{Instance, Users, random_text};
use crate::wire::{Client, ConnectionUse, Exchange, HeaderLine, Request};

/// What identifies hardtack to servers.
const USER_AGENT: &str = concat!("hardtack/", env!("CARGO_PKG_VERSION"));

/// What came of playing a history.
#[derive(Debug, Default)]
pub struct Played {
    /// The first answer that nothing explains.
    pub failure: Option<Failed>,
    /// Wrong behaviour that is put up with and was needed to explain the answers.
    pub deviations: BTreeSet<Deviation>,
    /// Steps that were performed; others had nothing to work with.
    pub performed: Vec<bool>,
    /// What browsers were given, for those who write the history down.
    pub players: BTreeMap<u8, Player>,
    /// The requests that were sent and their answers, with step and place.
    pub turns: Vec<(usize, usize, Turn)>,
    /// The exchange that failed.
    pub exchanges: Vec<Arc<Exchange>>,
    /// Whether an offered gate did not work, so that nothing can be said.
    pub inconclusive: Option<String>,
}

/// The first answer that nothing explains.
#[derive(Debug, Clone, PartialEq)]
pub struct Failed {
    /// The step.
    pub step: usize,
    /// What is wrong with it.
    pub mismatch: Mismatch,
}

impl Failed {
    /// Whether another failure is the same one.
    #[must_use]
    pub fn is_like(&self, other: &Self) -> bool {
        self.mismatch.code == other.mismatch.code && self.mismatch.subject == other.mismatch.subject
    }
}

/// Plays a history.
pub async fn play(subject: &Subject, instance: &Arc<dyn Instance>, history: &History, playing: Playing) -> Played {
    let mut stage = Stage::new(subject, instance);
    stage.trace = HistoryTrace::of(subject, history, playing);
    stage.provokes = history.steps.iter().flat_map(Step::asks).flat_map(|ask| &ask.calls).any(|call| {
        let to = call.argument("to").filter(|_| call.op == "session.set_expiry");
        to.and_then(|to| to.get("at").unwrap_or(to).as_i64()).is_some_and(|to| to < 0)
    });
    for (index, step) in history.steps.iter().enumerate() {
        stage.answered.clear();
        let outcome = stage.step(index, step).await;
        let performed = outcome.as_ref().is_ok_and(|performed| *performed) || outcome.is_err();
        stage.played.performed.push(performed);
        match outcome {
            Ok(_) if stage.played.inconclusive.is_some() => break,
            Ok(_) => {}
            Err(mismatch) => {
                stage.played.exchanges.extend(stage.answered.remove(&mismatch.request));
                stage.played.failure = Some(Failed { step: index, mismatch });
                break;
            }
        }
    }
    stage.finish(history).await
}

pub(super) struct Stage<'a> {
    pub(super) subject: &'a Subject,
    instance: &'a Arc<dyn Instance>,
    pub(super) client: Client,
    origin: Origin,
    users: Users,
    possible: Possible,
    tokens: Tokens,
    outages: Outages,
    /// Whether the history asks for bad output on purpose: an expiry in the past.
    provokes: bool,
    trace: Option<HistoryTrace>,
    /// The exchanges of this step, by the place of their requests.
    answered: BTreeMap<usize, Arc<Exchange>>,
    pub(super) played: Played,
}

/// A request on its way.
pub(super) struct Prepared {
    pub(super) request: Request,
    pub(super) connection: ConnectionUse,
    pub(super) asked: Asked,
    pub(super) operations: Vec<String>,
    /// How many operations were put before those of the history.
    pub(super) front: usize,
    /// Whether others are under way at the same time.
    pub(super) beside_others: bool,
    browser: u8,
}

impl<'a> Stage<'a> {
    fn new(subject: &'a Subject, instance: &'a Arc<dyn Instance>) -> Self {
        let client = subject.client(instance);
        Self {
            origin: Origin::from(client.authority()),
            client,
            subject,
            instance,
            users: Users::default(),
            possible: Possible::new(subject.design.clone()),
            tokens: Tokens::default(),
            outages: Outages::default(),
            provokes: false,
            trace: None,
            answered: BTreeMap::new(),
            played: Played::default(),
        }
    }

    fn now(&self) -> Timestamp {
        self.instance.clock().now()
    }

    fn player(&mut self, browser: u8) -> &mut Player {
        self.played.players.entry(browser).or_default()
    }

    fn received(&self, owned: Owned, which: impl Fn(&Player) -> &Vec<Received>) -> Option<Vec<u8>> {
        let list = which(self.played.players.get(&owned.browser)?);
        let index = list.len().checked_sub(1 + usize::from(owned.ago))?;
        Some(list[index].text.clone())
    }

    /// Performs one step; false when there was nothing to work with.
    async fn step(&mut self, index: usize, step: &Step) -> Result<bool, Mismatch> {
        let name = self.subject.offers.session.first("session").unwrap_or_default().to_owned();
        match step {
            Step::Request(ask) => self.request(index, ask).await,
            Step::Together { requests, gate } => self.together(index, requests, *gate).await,
            Step::Restart { browser } => {
                self.player(*browser).jar.close();
                self.tokens.disturb(*browser);
                Ok(true)
            }
            Step::Forget { browser } => {
                for name in self.subject.offers.session.resolve("session") {
                    self.player(*browser).jar.forget(name.as_bytes());
                }
                self.tokens.disturb(*browser);
                Ok(true)
            }
            Step::Tamper { browser, how } => {
                self.tokens.disturb(*browser);
                Ok(self.player(*browser).tamper(&name, &(*how).into()))
            }
            Step::Plant { browser, key, beside } => Ok(self.plant(&name, *browser, *key, *beside)),
            Step::Advance { seconds } => self.advance(index, *seconds).await,
            Step::Control { name } => self.control(name).await,
        }
    }

    fn plant(&mut self, name: &str, browser: u8, key: Key, beside: bool) -> bool {
        let value = match key {
            Key::Owned(owned) => match self.received(owned, |player| &player.keys) {
                Some(value) => value,
                None => return false,
            },
            other => other.literal().unwrap_or_else(|| random_text(32)).into_bytes(),
        };
        let (now, host) = (self.now(), self.origin.host.clone());
        let base = self.subject.offers.base_path.clone();
        let scope = self.played.players.values().find_map(Player::scope).cloned();
        self.player(browser).learn_scope(scope);
        let path = base.filter(|_| beside);
        self.player(browser).plant(name, &value, &host, path.as_deref(), now);
        self.tokens.share();
        self.tokens.disturb(browser);
        true
    }

    async fn advance(&mut self, index: usize, seconds: u32) -> Result<bool, Mismatch> {
        let ask = Ask {
            browser: 0,
            calls: vec![Call::new("clock.advance").with("seconds", seconds)],
            status: None,
            via: super::history::Travel::default(),
        };
        let done = self.request(index, &ask).await?;
        if !self.instance.shares_clock() {
            let told = self.played.turns.last().and_then(|(_, _, turn)| turn.answer.results.as_ref()?.first());
            let offset = told.and_then(|told| told.as_ref().ok()?.as_i64());
            let clock = self.instance.clock();
            clock.set(offset.unwrap_or_else(|| clock.offset().saturating_add(i64::from(seconds))));
        }
        self.tokens.disturb_all();
        Ok(done)
    }

    async fn control(&mut self, name: &str) -> Result<bool, Mismatch> {
        let Some(control) = Control::named(name) else { return Ok(false) };
        if let Err(cause) = self.instance.control(control).await {
            self.played.inconclusive = Some(format!("{name}: {cause}"));
            return Ok(true);
        }
        self.outages.note(control);
        let design = &self.subject.design;
        match control {
            Control::Flush(ServiceRole::Cache) => match design.cache_only {
                Some(true) => self.possible.happened(super::model::World::forget_everything),
                Some(false) => {}
                None => self.possible.perhaps(super::model::World::forget_everything),
            },
            Control::RestartServer => {
                self.client = self.subject.client(self.instance);
                if design.durable == Some(true) {
                    // What keeps sessions can keep the rest.
                    self.tokens.restart();
                    return Ok(true);
                }
                self.possible.perhaps(|world| world.accounts.reopen());
                if !design.in_cookie {
                    self.possible.perhaps(super::model::World::forget_everything);
                }
            }
            _ => {}
        }
        self.tokens.disturb_all();
        Ok(true)
    }

    async fn request(&mut self, index: usize, ask: &Ask) -> Result<bool, Mismatch> {
        let prepared = self.prepare(ask, &[], Vec::new());
        if prepared.asked.calls.is_empty() && !ask.calls.is_empty() {
            return Ok(false);
        }
        let exchange = self.client.send(prepared.request.clone(), prepared.connection).await;
        let (turn, observation) = self.take_in(index, 0, &prepared, exchange);
        self.played.turns.push((index, 0, turn.clone()));
        self.judge(&[turn], false)?;
        // A key that we put into the address ourselves says nothing about the server.
        let mut arguments = ask.calls.iter().flat_map(|call| call.arguments.values());
        let tells = ask.via.method != Way::Post && arguments.any(|value| Owned::of_argument(value, HELD).is_some());
        if ask.via.stray_key.is_none() && !tells {
            self.monitors(&observation)?;
        }
        Ok(true)
    }

    pub(super) fn judge(&mut self, turns: &[Turn], gated: bool) -> Result<(), Mismatch> {
        if !self.subject.judged || self.outages.lost_track() || self.outages.excuse(turns) {
            return Ok(());
        }
        match turns {
            [turn] => self.possible.request(turn),
            several => self.possible.together(several, gated),
        }?;
        for (request, turn) in turns.iter().enumerate() {
            self.tokens.judge(turn).map_err(|wrong| Mismatch { request, ..wrong })?;
        }
        Ok(())
    }

    /// Puts a request together. Calls that have nothing to work with are left out.
    pub(super) fn prepare(&mut self, ask: &Ask, front: &[Call], back: Vec<Call>) -> Prepared {
        let base = self.subject.offers.base_path.clone().unwrap_or_default();
        let calls: Vec<Call> = ask.calls.iter().filter_map(|call| self.filled(call)).collect();
        let mut all = front.to_vec();
        all.extend(calls.iter().map(|call| self.renamed(call)));
        all.extend(back);
        let program = Program { calls: all, status: ask.status };
        let method = ask.via.method.method();
        let page = ask.via.method.page();
        let visit = page.is_some();
        let mut request = if let Some(page) = page {
            Request::get(page)
        } else {
            match (ask.via.method, program.query_target(&base)) {
                (Way::Get | Way::Head, Some(target)) => Request::new(method.as_str(), target),
                _ => Request::post_json(Program::body_target(&base), &program.to_json()),
            }
        };
        let name = self.subject.offers.session.first("session").unwrap_or_default().to_owned();
        let stray = ask.via.stray_key.and_then(|owned| self.received(owned, |player| &player.keys));
        if let Some(key) = stray {
            let key = String::from_utf8_lossy(&key).into_owned();
            let pair = url::form_urlencoded::Serializer::new(String::new()).append_pair(&name, &key).finish();
            let separator = if request.target.contains('?') { '&' } else { '?' };
            request.target = format!("{}{separator}{pair}", request.target);
            request.headers.push(HeaderLine::new("X-Session-Id", key.as_str()));
            request.headers.push(HeaderLine::new("Authorization", format!("Bearer {key}")));
        }
        let now = self.now();
        let (origin, target) = (self.origin.clone(), request.target.clone());
        let names = self.subject.offers.session.clone();
        let safe = request.method != "POST";
        let player = self.player(ask.browser);
        let presented = player.presents(&origin, &target, &names, now);
        let beside = player.is_beside(&names);
        let held = player.jar.peek(&origin, &target, &RequestContext::default(), now);
        let cookies = held
            .iter()
            .filter(|cookie| cookie.name.starts_with(MARKER.as_bytes()))
            .map(|cookie| (text(&cookie.name), text(&cookie.value)))
            .collect();
        let context = RequestContext { safe_method: safe, ..RequestContext::default() };
        if let Some(field) = player.jar.cookie_string(&origin, &target, &context, now) {
            request.headers.push(HeaderLine::new("Cookie", field));
        }
        let said = ask.via.guise.field();
        if said.is_none_or(|(name, _)| name != "User-Agent") {
            request.headers.push(HeaderLine::new("User-Agent", USER_AGENT));
        }
        request.headers.extend(said.map(|(name, value)| HeaderLine::new(name, value)));
        let asked = Asked {
            status: if visit { 0 } else { ask.status.unwrap_or(200) },
            program: !visit,
            presented,
            beside,
            cookies,
            cacheable: request.method != "POST",
            reach: self.outages.reach(&self.subject.design),
            calls,
        };
        Prepared {
            operations: asked.calls.iter().map(|call| call.op.clone()).collect(),
            request,
            connection: if ask.via.new_connection { ConnectionUse::New } else { ConnectionUse::Shared },
            asked,
            front: front.len(),
            beside_others: false,
            browser: ask.browser,
        }
    }

    /// A call with what its arguments stand for.
    fn filled(&self, call: &Call) -> Option<Call> {
        let mut filled = call.clone();
        for value in filled.arguments.values_mut() {
            if let Some(owned) = Owned::of_argument(value, HELD) {
                *value = Value::from(text(&self.received(owned, |player| &player.told)?));
            } else if let Some(owned) = Owned::of_argument(value, TOKEN) {
                *value = Value::from(text(&self.received(owned, |player| &player.tokens)?));
            }
        }
        Some(filled)
    }

    /// A call with users whom no other history knows.
    fn renamed(&self, call: &Call) -> Call {
        let mut renamed = call.clone();
        self.users.rename(&mut renamed);
        renamed
    }

    /// Takes an answer in: jar, keys, tokens; what the model is to see of it.
    pub(super) fn take_in(
        &mut self,
        step: usize,
        place: usize,
        prepared: &Prepared,
        exchange: Exchange,
    ) -> (Turn, Observation) {
        if let Some(trace) = &mut self.trace {
            trace.tell(step, place, &exchange);
        }
        let at = self.now();
        let mut reply = if prepared.asked.program { read_reply(&exchange) } else { Err(NoReply::NotAsked) };
        if let Ok(reply) = &mut reply {
            reply.results.drain(..prepared.front.min(reply.results.len()));
            reply.results.truncate(prepared.operations.len());
            self.users.undo(&prepared.operations, reply);
        }
        let visit = Visit { origin: self.origin.clone(), target: prepared.request.target.clone(), arrival: at };
        let names = self.subject.offers.session.clone();
        let (origin, target) = (self.origin.clone(), prepared.request.target.clone());
        let player = self.player(prepared.browser);
        let operations = prepared.operations.clone();
        let exchange = Arc::new(exchange);
        let observation =
            Observation::receive(Arc::clone(&exchange), visit, operations, reply, names.clone(), &mut player.jar);
        player.note_key(&observation, step, place);
        let several = names.resolve("session").len() > 1;
        let jar = &player.jar;
        let handle = || {
            if several {
                let held = jar.peek(&origin, &target, &RequestContext::default(), at);
                let all = names.resolve("session");
                let values: Vec<Vec<u8>> = held
                    .iter()
                    .filter(|cookie| all.iter().any(|name| name.as_bytes() == cookie.name))
                    .map(|cookie| cookie.value.clone())
                    .collect();
                return values.join(&0);
            }
            let seen = names.first("session").and_then(|name| observation.cookie(name));
            seen.map(|seen| seen.written.value.clone()).unwrap_or_default()
        };
        let mut asked = prepared.asked.clone();
        let mut answer = answer(&observation, handle, at);
        if !asked.program {
            // Whatever the front page answers is its own business.
            asked.status = answer.status.unwrap_or_default();
        }
        if asked.raises() || answer.status != Some(asked.status) {
            answer.results = None;
        }
        if let Some(results) = &answer.results {
            for (place_of, (call, result)) in asked.calls.iter().zip(results).enumerate() {
                if let Ok(Value::String(told)) = result {
                    let received =
                        Received { text: told.clone().into_bytes(), step, request: place, place: Some(place_of) };
                    match call.op.as_str() {
                        "session.key" => player.told.push(received),
                        "csrf.issue" => player.tokens.push(received),
                        _ => {}
                    }
                }
            }
        }
        self.tokens.asked(prepared.browser, &asked, &answer, prepared.beside_others);
        self.answered.insert(place, exchange);
        (Turn { browser: prepared.browser, asked, answer }, observation)
    }

    /// The catalogue's monitors look at every exchange.
    pub(super) fn monitors(&self, observation: &Observation) -> Result<(), Mismatch> {
        // What a server says of a store that is away is its own business.
        if self.provokes || self.outages.any() {
            return Ok(());
        }
        let saved = Saved::new();
        for case in &self.subject.monitors {
            let Body::Monitor(monitor) = &case.body else { continue };
            let level = case.level.get(self.subject.profile);
            if !matches!(level, Level::Must | Level::Should) {
                continue;
            }
            let judged = judge_monitor(monitor, observation, Matching::new(&saved, case.tolerance_ms));
            if let Some(broken) = judged.into_iter().find(|judged| !judged.held) {
                return Err(Mismatch {
                    subject: case.id.to_string(),
                    ..Mismatch::new("monitor", format!("{}: {}", case.id, broken.message))
                        .at(level)
                        .comparing(broken.expected, broken.actual)
                });
            }
        }
        Ok(())
    }

    /// What is left when the history is over.
    async fn finish(mut self, history: &History) -> Played {
        if let Some(least) = self.possible.worlds().first()
            && self.played.failure.is_none()
        {
            self.played.deviations.clone_from(&least.deviations);
        }
        for control in history.controls() {
            if let Control::Stop(role) | Control::Partition(role) = control {
                let _ = self.instance.control(Control::Start(role)).await;
            }
        }
        self.played
    }
}

fn text(octets: &[u8]) -> String {
    String::from_utf8_lossy(octets).into_owned()
}

/// The host that histories address.
pub(super) const HOST: HostRole = HostRole::Main;
