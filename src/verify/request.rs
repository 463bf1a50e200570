//! One request of a step: put together, sent, taken in and judged.

use std::sync::Arc;

use serde_json::Value;
use url::form_urlencoded;

use super::applicability::calls;
use super::case_run::CaseRun;
use super::mapped::Mapped;
use super::mapped_call::{MappedCall, status_of};
use super::record::Stop;
use crate::contract::{Call, FailureKind, Method, OperationResult, Program, Reply};
use crate::cookie::Origin;
use crate::judge::{NoReply, Observation, Visit, judge, read_reply, saved_value};
use crate::spec::{Action, HostRole, SavePath, Step};
use crate::wire::{Client, ConnectionUse, Exchange, HeaderLine, Request, Version, WireError};

/// What identifies hardtack to servers, where a step does not say otherwise.
const USER_AGENT: &str = concat!("hardtack/", env!("CARGO_PKG_VERSION"));

/// A request that is ready to be sent.
pub(super) struct Prepared {
    pub(super) request: Request,
    pub(super) client: Client,
    pub(super) connection: ConnectionUse,
    pub(super) origin: Origin,
    pub(super) reading: Reading,
    /// The answer, where there is one already: a page that goes before an operation failed.
    pub(super) answered: Option<Exchange>,
    /// What was seen on the way to the answer, by redirects and by operations that go before this one.
    pub(super) earlier: Vec<Observation>,
    /// Operations of the same step that were performed before this one, with their results.
    pub(super) before: Vec<(String, OperationResult)>,
}

/// How an answer is read.
#[derive(Debug)]
pub(super) enum Reading {
    /// As a page: nothing was asked of it.
    Visit,
    /// As the reply to a program of the contract.
    Program {
        /// The operations of the step, without inserted ones.
        operations: Vec<String>,
        /// How many operations were inserted before those of the step.
        front: usize,
    },
    /// As the target file maps it.
    Mapped(Box<(Arc<Mapped>, MappedCall)>),
}

/// Operations put around those of a step.
#[derive(Debug, Default)]
pub(super) struct Inserted {
    pub(super) front: Vec<Call>,
    pub(super) back: Vec<Call>,
}

impl Prepared {
    /// Sends it. Needs nothing of the case, so that several can be under way at once.
    pub(super) async fn send(request: Request, client: Client, connection: ConnectionUse) -> Exchange {
        client.send(request, connection).await
    }
}

impl CaseRun {
    /// A step of one request.
    pub(super) async fn request(&mut self, step: &Step, path: &str) -> Result<(), Stop> {
        if let (Some(mapped), calls @ [_, _, ..]) = (self.ground.offers.mapped.clone(), calls(step)) {
            return self.read_in_turn(step, &mapped, calls, path).await;
        }
        let mut prepared = self.prepare(step, &Inserted::default()).await?;
        let exchange = self.send_mapped(step, &mut prepared).await?;
        self.take_in(step, &prepared, exchange, path).map(|_| ())
    }

    /// The client for a host.
    pub(super) fn client(&self, host: HostRole) -> Result<Client, Stop> {
        let unreachable_host = || Stop::Inconclusive(format!("the {} host cannot be addressed", host.as_str()));
        self.clients.get(&host).cloned().ok_or_else(unreachable_host)
    }

    /// Puts the request of a step together, with the browser's cookies as they are now.
    pub(super) async fn prepare(&mut self, step: &Step, inserted: &Inserted) -> Result<Prepared, Stop> {
        if let (Some(mapped), [call]) = (self.ground.offers.mapped.clone(), calls(step)) {
            return self.prepare_mapped(step, &mapped, call).await;
        }
        let client = self.client(step.host)?;
        let (mut request, reading) = match &step.action {
            Action::Operation(call) => self.program(step, std::slice::from_ref(call), None, inserted)?,
            Action::Request { program, status } => self.program(step, program, *status, inserted)?,
            Action::Visit { path } => {
                (Request::new(step.via.method.unwrap_or(Method::Get).as_str(), path.as_str()), Reading::Visit)
            }
            _ => (Request::get("/"), Reading::Visit),
        };
        self.add_query(step, &mut request)?;
        let origin = Origin::from(client.authority());
        self.add_fields(step, &mut request, &origin)?;
        if step.via.http2 {
            request.version = Version::Http2;
        }
        let connection = if step.via.new_connection { ConnectionUse::New } else { ConnectionUse::Shared };
        Ok(Prepared {
            request,
            client,
            connection,
            origin,
            reading,
            answered: None,
            earlier: Vec::new(),
            before: Vec::new(),
        })
    }

    fn program(
        &self,
        step: &Step,
        calls: &[Call],
        status: Option<u16>,
        inserted: &Inserted,
    ) -> Result<(Request, Reading), Stop> {
        let mut all = inserted.front.clone();
        for call in calls {
            let mut call = Call { arguments: self.fill_all(&call.arguments)?, ..call.clone() };
            self.users.rename(&mut call);
            all.push(call);
        }
        all.extend(inserted.back.iter().cloned());
        let program = Program { calls: all, status };
        let base = self.ground.offers.base_path.as_deref().unwrap_or_default();
        let method = step.via.method.unwrap_or_default();
        let in_query = match method {
            Method::Post => None,
            Method::Get | Method::Head | Method::Trace => program.query_target(base),
        };
        let request = match in_query {
            Some(target) => Request::new(method.as_str(), target),
            None => Request::post_json(Program::body_target(base), &program.to_json()),
        };
        let operations = calls.iter().map(|call| call.op.clone()).collect();
        Ok((request, Reading::Program { operations, front: inserted.front.len() }))
    }

    pub(super) fn add_query(&self, step: &Step, request: &mut Request) -> Result<(), Stop> {
        let filled = |pairs: &[(String, Value)]| {
            let pairs = pairs.iter().map(|(name, value)| {
                // A name may be a saved value, too.
                Ok((text(&self.fill(&Value::from(name.as_str()))?), text(&self.fill(value)?)))
            });
            pairs.collect::<Result<Vec<_>, Stop>>()
        };
        for (name, value) in filled(&step.via.path_parameters)? {
            let (path, query) = request.target.split_once('?').unwrap_or((&request.target, ""));
            let query = if query.is_empty() { String::new() } else { format!("?{query}") };
            request.target = format!("{path};{name}={value}{query}");
        }
        let mut pairs = form_urlencoded::Serializer::new(String::new());
        pairs.extend_pairs(filled(&step.via.query)?);
        let added = pairs.finish();
        if !added.is_empty() {
            let separator = if request.target.contains('?') { '&' } else { '?' };
            request.target = format!("{}{separator}{added}", request.target);
        }
        Ok(())
    }

    pub(super) fn add_fields(&mut self, step: &Step, request: &mut Request, origin: &Origin) -> Result<(), Stop> {
        for (name, value) in &step.via.headers {
            request.headers.push(HeaderLine::new(name.as_str(), text(&self.fill(value)?)));
        }
        if let Some(token) = &step.via.bearer {
            request.headers.push(HeaderLine::new("Authorization", format!("Bearer {}", text(&self.fill(token)?))));
        }
        self.add_cookies(step, request, origin);
        Ok(())
    }

    /// The browser's cookies and what identifies hardtack, where the request has none of its own.
    pub(super) fn add_cookies(&mut self, step: &Step, request: &mut Request, origin: &Origin) {
        let now = self.now();
        let safe = matches!(request.method.as_str(), "GET" | "HEAD");
        // Also where the step names a Cookie field of its own: the browser notes the access.
        let cookies = self.browser(&step.who).cookie_field(origin, &request.target, safe, now);
        if let Some(cookies) = cookies.filter(|_| request.header("Cookie").is_none()) {
            request.headers.push(HeaderLine::new("Cookie", cookies));
        }
        if request.header("User-Agent").is_none() {
            request.headers.push(HeaderLine::new("User-Agent", USER_AGENT));
        }
    }

    /// Takes an answer in: the browser's jar, saved values, monitors, expectations. Gives the reply before inserted
    /// operations were taken out of it.
    pub(super) fn take_in(
        &mut self,
        step: &Step,
        prepared: &Prepared,
        exchange: Exchange,
        path: &str,
    ) -> Result<Option<Reply>, Stop> {
        self.ground.health.note(&exchange);
        if let Err(error @ WireError::Tls { .. }) = &exchange.result {
            // The variant answered over TLS before: the certificate does not cover this host.
            let host = step.host.as_str();
            return Err(Stop::Inconclusive(format!("set-up failed: the {host} host cannot be addressed: {error}")));
        }
        let arrival = self.now();
        let (operations, reply, whole) = self.read_program(&prepared.reading, &exchange);
        let visit = Visit { origin: prepared.origin.clone(), target: prepared.request.target.clone(), arrival };
        let session = self.ground.offers.session.clone();
        let secret = self.ground.secrecy.hides(&exchange);
        // A request that moves the clock ends lives on purpose.
        let moves = operations.iter().any(|name| name == "clock.advance");
        let overtaken = self.overtaken(arrival).filter(|_| !moves);
        let browser = self.browser(&step.who);
        let mut observation =
            Observation::receive(Arc::new(exchange), visit, operations, reply, session, browser.receiving());
        observation.keep_secret(secret);
        browser.note_lives(&observation);
        if let Reading::Mapped(under_way) = &prepared.reading {
            observation = self.as_program(step, prepared, &under_way.0, &under_way.1, &observation);
        }
        let stored = observation.cookies.iter().filter_map(|cookie| cookie.reception.cookie());
        self.scopes.extend(stored.map(|cookie| (cookie.name.clone(), cookie.clone())));
        self.note_companions(&observation);
        self.record.step(describe(step), step.span, Some(&observation.exchange));
        for (name, place) in &step.save {
            self.saved.insert(name.clone(), saved_value(place, &observation));
        }
        if step.monitored {
            self.ground.monitors.observe(&observation);
        }
        let judged = judge(&step.expect, &observation, self.matching(), path);
        let trouble = trouble(step, &observation);
        let shows = judged.iter().any(|one| !one.held) || trouble.is_some() || !self.case.designs.is_empty();
        if let Some(late) = overtaken.filter(|_| shows) {
            return Err(late);
        }
        self.record.judged(judged, step.span);
        self.follow_clock(&observation);
        trouble.map_or(Ok(whole), Err)
    }
}

impl CaseRun {
    /// What a program was asked, what it answered for the case, and what it answered in all.
    fn read_program(
        &self,
        reading: &Reading,
        exchange: &Exchange,
    ) -> (Vec<String>, Result<Reply, NoReply>, Option<Reply>) {
        let Reading::Program { operations, front } = reading else {
            return (Vec::new(), Err(NoReply::NotAsked), None);
        };
        let mut reply = read_reply(exchange);
        let whole = reply.as_ref().ok().cloned();
        if let Ok(reply) = &mut reply {
            reply.results.drain(..(*front).min(reply.results.len()));
            reply.results.truncate(operations.len());
            self.users.undo(operations, reply);
        }
        (operations.clone(), reply, whole)
    }

    /// The answer to a mapped request as if it were one to a program: with results, the status of the contract, and
    /// the cookies that were set on the way.
    fn as_program(
        &mut self,
        step: &Step,
        prepared: &Prepared,
        mapped: &Mapped,
        under_way: &MappedCall,
        observation: &Observation,
    ) -> Observation {
        let result = self.read_mapped(step, mapped, under_way, observation);
        let mut observation = mapped.shown(observation);
        let (mut operations, mut results): (Vec<_>, Vec<_>) = prepared.before.iter().cloned().unzip();
        operations.push(under_way.call.op.clone());
        observation.operations = operations;
        observation.reply = result.map(|result| {
            observation.contract_status = Some(status_of(&result, observation.exchange.result.as_ref().ok()));
            results.push(result);
            Reply { results }
        });
        let set_on_the_way = prepared.earlier.iter().flat_map(|earlier| earlier.cookies.iter().cloned());
        observation.cookies.splice(0..0, set_on_the_way);
        observation
    }

    /// Moves the clock of the case by what the server's was advanced by, where it is another one. From then on lives end
    /// on purpose.
    fn follow_clock(&mut self, observation: &Observation) {
        let Ok(reply) = &observation.reply else { return };
        if !observation.operations.iter().any(|name| name == "clock.advance") {
            return;
        }
        self.outlives = true;
        if self.instance.shares_clock() {
            return;
        }
        for (name, result) in observation.operations.iter().zip(&reply.results) {
            if let ("clock.advance", Ok(offset)) = (name.as_str(), result)
                && let Some(offset) = offset.as_i64()
            {
                self.instance.clock().set(offset);
            }
        }
    }
}

/// Who does what, in words.
pub(super) fn describe(step: &Step) -> String {
    let what = match &step.action {
        Action::Operation(call) => call.op.clone(),
        Action::Request { program, .. } if program.is_empty() => "a request that touches nothing".to_owned(),
        Action::Request { program, .. } => program.iter().map(|call| call.op.as_str()).collect::<Vec<_>>().join(", "),
        Action::Visit { path } => format!("visit {path}"),
        _ => "a step".to_owned(),
    };
    format!("{}: {what}", step.who)
}

/// Why the case cannot go on after this answer, if so.
fn trouble(step: &Step, observation: &Observation) -> Option<Stop> {
    // A step that provokes bad output on purpose may be answered in any way.
    if !step.monitored {
        return None;
    }
    let setup = step.expect.declared() == 0 && step.save.is_empty();
    if let Some(failure) = observation.failure() {
        let judged = step.expect.declared() > 0;
        let inconclusive = || Stop::Inconclusive(format!("{}: {failure}", describe(step)));
        return Some(if judged { Stop::NoAnswer } else { inconclusive() });
    }
    if let Some(untestable) = unsupported(step, observation) {
        return Some(untestable);
    }
    if !setup || fails_on_purpose(step) {
        return None;
    }
    let cause = match &observation.reply {
        Err(NoReply::Bodyless | NoReply::NotAsked) => return None,
        Err(why) => why.to_string(),
        Ok(reply) => {
            let failed = reply
                .results
                .iter()
                .zip(&observation.operations)
                .find_map(|(result, name)| result.as_ref().err().map(|failure| (name, failure)));
            let (name, failure) = failed?;
            let detail = failure.message.as_deref().or(failure.kind.as_deref()).unwrap_or("no message");
            format!("{name} failed ({}: {detail})", failure.error.as_str())
        }
    };
    Some(Stop::Inconclusive(format!("set-up failed: {}: {cause}", describe(step))))
}

/// An operation that is on offer and answers that it is not supported.
fn unsupported(step: &Step, observation: &Observation) -> Option<Stop> {
    let asked = step.expect.error.is_some()
        || step.expect.results.iter().flatten().any(|result| result.error.is_some())
        || step.save.values().any(|place| matches!(place, SavePath::Error | SavePath::ErrorKind));
    let reply = observation.reply.as_ref().ok().filter(|_| !asked)?;
    let mut results = observation.operations.iter().zip(&reply.results);
    let (name, failure) = results.find_map(|(name, result)| match result {
        Err(failure) if failure.error == FailureKind::Unsupported => Some((name, failure)),
        _ => None,
    })?;
    let message = failure.message.as_deref().unwrap_or("no message");
    Some(Stop::Untestable(format!(
        "the description offers {name}, and the server answers that it does not support it: {message}"
    )))
}

fn fails_on_purpose(step: &Step) -> bool {
    let escapes = |call: &Call| call.fatal || call.op == "ctl.raise";
    match &step.action {
        Action::Operation(call) => escapes(call),
        Action::Request { program, status } => {
            program.iter().any(escapes) || status.is_some_and(|status| status >= 500)
        }
        _ => false,
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}
