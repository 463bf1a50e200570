//! Performing an operation by an application's own requests.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;
use url::Url;

use super::case_run::CaseRun;
use super::mapped::Mapped;
use super::record::Stop;
use super::request::{Prepared, Reading, describe};
use crate::contract::{Call, Failure, FailureKind, OperationResult};
use crate::cookie::Origin;
use crate::judge::{NoReply, Observation, Visit, judge};
use crate::spec::{HostRole, Step};
use crate::target::mapping::{Extract, Fill, MappedOperation, Page, Send};
use crate::wire::{Client, ConnectionUse, Exchange, Request, Response};

/// How many redirects are followed.
const REDIRECTS: usize = 10;

/// An operation under way.
#[derive(Debug)]
pub(super) struct MappedCall {
    /// The call, in the application's words.
    pub(super) call: Call,
    /// How it is performed.
    pub(super) operation: MappedOperation,
    /// What its requests have taken so far.
    taken: BTreeMap<String, Value>,
    /// Why its own request is not sent: a page before it failed.
    refused: Option<Failure>,
}

/// Values for the requests of one operation of one browser.
struct Values<'a> {
    mapped: &'a Mapped,
    call: &'a Call,
    taken: &'a BTreeMap<String, Value>,
    kept: &'a BTreeMap<String, Value>,
    origin: String,
}

impl Values<'_> {
    fn value(&self, name: &str) -> Option<Value> {
        let secret = |name: &str| {
            let secret = name.strip_prefix("secret.").and_then(|secret| self.mapped.secrets.get(secret));
            secret.map(Value::from)
        };
        if name == "origin" {
            return Some(Value::from(self.origin.as_str()));
        }
        if name == "user" || name.starts_with("user.") {
            let user = self.call.argument("user").or_else(|| self.kept.get("user"))?.as_str()?;
            return self.mapped.mapping.user_value(user, name, &secret);
        }
        let given = self.taken.get(name).or_else(|| self.kept.get(name)).or_else(|| self.call.argument(name));
        given.cloned().or_else(|| secret(name))
    }
}

impl CaseRun {
    /// Prepares an operation: sends what goes before it and puts its own request together.
    pub(super) async fn prepare_mapped(
        &mut self,
        step: &Step,
        mapped: &Arc<Mapped>,
        call: &Call,
    ) -> Result<Prepared, Stop> {
        let mut call = Call { arguments: self.fill_all(&call.arguments)?, ..call.clone() };
        if let Err(unaccepted) = self.words.rename(&mut call) {
            return Err(Stop::NotApplicable(mapped.unaccepted(&call.op, &unaccepted)));
        }
        let operation = mapped.mapping.operations.get(&call.op).cloned();
        let operation = operation.ok_or_else(|| Stop::NotApplicable(mapped.missing(&call.op)))?;
        let mut under_way = MappedCall { call, operation, taken: BTreeMap::new(), refused: None };
        for send in under_way.operation.before.clone() {
            let request = self.mapped_request(step, mapped, &under_way, &send)?;
            let (observation, last) = self.fetch(step, mapped, step.host, request, send.follow, "before").await?;
            if observation.failure().is_none() {
                self.take(step, mapped, &mut under_way, &send, &observation)?;
            }
            if under_way.refused.is_some() || observation.failure().is_some() {
                let mut prepared = self.mapped_prepared(step, mapped, under_way, last)?;
                prepared.answered = Some(Arc::unwrap_or_clone(observation.exchange));
                return Ok(prepared);
            }
        }
        let request = self.mapped_request(step, mapped, &under_way, &under_way.operation.send.clone())?;
        self.mapped_prepared(step, mapped, under_way, request)
    }

    fn mapped_prepared(
        &mut self,
        step: &Step,
        mapped: &Arc<Mapped>,
        under_way: MappedCall,
        mut request: Request,
    ) -> Result<Prepared, Stop> {
        let client = self.client(step.host)?;
        let origin = Origin::from(client.authority());
        self.add_query(step, &mut request)?;
        self.add_fields(step, &mut request, &origin)?;
        let connection = if step.via.new_connection { ConnectionUse::New } else { ConnectionUse::Shared };
        let reading = Reading::Mapped(Box::new((Arc::clone(mapped), under_way)));
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

    /// Several operations that only read, one request after the other, judged together with the last one's answer.
    pub(super) async fn read_in_turn(
        &mut self,
        step: &Step,
        mapped: &Arc<Mapped>,
        calls: &[Call],
        path: &str,
    ) -> Result<(), Stop> {
        let mut before = Vec::new();
        let mut earlier = Vec::new();
        let Some((last, others)) = calls.split_last() else { return Ok(()) };
        for call in others {
            let mut prepared = self.prepare_mapped(step, mapped, call).await?;
            let exchange = self.send_mapped(step, &mut prepared).await?;
            let (origin, target) = (prepared.origin.clone(), prepared.request.target.clone());
            let observation = self.receive(step, mapped, &origin, &target, exchange, &call.op);
            let Reading::Mapped(under_way) = &prepared.reading else { continue };
            let Ok(result) = self.read_mapped(step, mapped, &under_way.1, &observation) else {
                let judged = judge(&step.expect, &observation, self.matching(), path);
                self.record.judged(judged, step.span);
                return Err(Stop::NoAnswer);
            };
            before.push((call.op.clone(), result));
            earlier.extend(prepared.earlier);
            earlier.push(observation);
        }
        let mut prepared = self.prepare_mapped(step, mapped, last).await?;
        let exchange = self.send_mapped(step, &mut prepared).await?;
        prepared.earlier.splice(0..0, earlier);
        prepared.before = before;
        self.take_in(step, &prepared, exchange, path).map(|_| ())
    }

    /// Sends the request of an operation and follows redirects where the target file says so.
    pub(super) async fn send_mapped(&mut self, step: &Step, prepared: &mut Prepared) -> Result<Exchange, Stop> {
        if let Some(answered) = prepared.answered.take() {
            return Ok(answered);
        }
        let mut exchange = Prepared::send(prepared.request.clone(), prepared.client.clone(), prepared.connection).await;
        let Reading::Mapped(under_way) = &prepared.reading else { return Ok(exchange) };
        let mapped = Arc::clone(&under_way.0);
        if !under_way.1.operation.send.follow {
            return Ok(exchange);
        }
        for _ in 0..REDIRECTS {
            let Some((host, request)) = self.redirected(&exchange) else { break };
            let observation =
                self.receive(step, &mapped, &prepared.origin, &prepared.request.target, exchange, "redirected");
            prepared.earlier.push(observation);
            let client = self.client(host)?;
            prepared.origin = Origin::from(client.authority());
            prepared.client = client;
            prepared.request = request;
            let origin = prepared.origin.clone();
            self.add_cookies(step, &mut prepared.request, &origin);
            exchange = Prepared::send(prepared.request.clone(), prepared.client.clone(), prepared.connection).await;
        }
        Ok(exchange)
    }

    /// Where an answer redirects to, as a browser would go there: on a host that the target file names, without the
    /// body and without fields of the target file.
    fn redirected(&self, exchange: &Exchange) -> Option<(HostRole, Request)> {
        let response = exchange.result.as_ref().ok()?;
        let location = std::str::from_utf8(response.redirect()?).ok()?;
        let here = Url::parse(&exchange.url()).ok()?;
        let next = here.join(location).ok()?;
        let role = self.clients.iter().find_map(|(role, client)| {
            let authority = client.authority();
            let same = next.scheme() == here.scheme()
                && next.host_str() == Some(authority.host.as_str())
                && next.port_or_known_default() == Some(authority.port);
            same.then_some(*role)
        })?;
        let target = next[url::Position::BeforePath..url::Position::AfterQuery].to_owned();
        let is_get =
            !matches!(response.status, 307 | 308) || matches!(exchange.request.method.as_str(), "GET" | "HEAD");
        is_get.then(|| (role, Request::get(target)))
    }

    fn mapped_request(
        &mut self,
        step: &Step,
        mapped: &Mapped,
        under_way: &MappedCall,
        send: &Send,
    ) -> Result<Request, Stop> {
        let kept = self.browser(&step.who).kept.clone();
        let values = self.values(step, mapped, under_way, &kept)?;
        let is_kept = |name: &str| mapped.mapping.operations.values().any(|other| other.keep.contains_key(name));
        let value = |name: &str| values.value(name);
        let fill = Fill { variables: &value, is_kept: &is_kept };
        fill.request(send)
            .map_err(|error| Stop::Untestable(format!("{}: {error}: {}", mapped.line(send.span), under_way.call.op)))
    }

    fn values<'a>(
        &self,
        step: &Step,
        mapped: &'a Mapped,
        under_way: &'a MappedCall,
        kept: &'a BTreeMap<String, Value>,
    ) -> Result<Values<'a>, Stop> {
        let authority = self.client(step.host)?.authority().clone();
        let origin = authority.url("").trim_end_matches('/').to_owned();
        Ok(Values { mapped, call: &under_way.call, taken: &under_way.taken, kept, origin })
    }

    /// Takes values out of a page that goes before an operation.
    fn take(
        &mut self,
        step: &Step,
        mapped: &Mapped,
        under_way: &mut MappedCall,
        send: &Send,
        observation: &Observation,
    ) -> Result<(), Stop> {
        let Ok(response) = &observation.exchange.result else { return Ok(()) };
        let kept = self.browser(&step.who).kept.clone();
        let cookies = cookies_of(observation);
        let page = Page { response, cookies: &cookies };
        let mut taken = Vec::new();
        for (name, extract) in &send.take {
            let values = self.values(step, mapped, under_way, &kept)?;
            let found = extract.find(page, &|name: &str| values.value(name)).into_iter().next();
            match found {
                Some(value) => taken.push((name.clone(), value)),
                None => return self.not_taken(mapped, under_way, send, (name, extract), response),
            }
        }
        under_way.taken.extend(taken);
        Ok(())
    }

    /// A value that a page should have had.
    fn not_taken(
        &self,
        mapped: &Mapped,
        under_way: &mut MappedCall,
        send: &Send,
        (name, extract): (&str, &Extract),
        response: &Response,
    ) -> Result<(), Stop> {
        let (op, status) = (&under_way.call.op, response.status);
        let what =
            format!("{} was answered with {status}, where {} finds nothing for ${name}", send.words(), extract.words());
        match status {
            300..400 if !self.ground.is_check => {
                Err(Stop::NotApplicable(format!("cannot perform {op} in this state: {what}")))
            }
            400.. => {
                let kind = if status >= 500 { FailureKind::Exception } else { FailureKind::Invalid };
                under_way.refused = Some(Failure::new(kind, "did not work", what));
                Ok(())
            }
            _ => Err(Stop::Untestable(format!("{}: {what}", mapped.line(send.span)))),
        }
    }

    /// Sends a request that goes before an operation; gives what came back, and the request that it answers.
    async fn fetch(
        &mut self,
        step: &Step,
        mapped: &Mapped,
        host: HostRole,
        mut request: Request,
        follow: bool,
        why: &str,
    ) -> Result<(Observation, Request), Stop> {
        let mut host = host;
        for left in (0..=REDIRECTS).rev() {
            let client: Client = self.client(host)?;
            let origin = Origin::from(client.authority());
            self.add_cookies(step, &mut request, &origin);
            let exchange = Prepared::send(request.clone(), client, ConnectionUse::Shared).await;
            let next = if follow && left > 0 { self.redirected(&exchange) } else { None };
            let target = request.target.clone();
            let observation = self.receive(step, mapped, &origin, &target, exchange, why);
            match next {
                Some((next_host, next_request)) => (host, request) = (next_host, next_request),
                None => return Ok((observation, request)),
            }
        }
        Err(Stop::Inconclusive(format!("more than {REDIRECTS} redirects in a row")))
    }

    /// Takes in an answer that is not judged itself: the browser's jar, monitors, the record.
    fn receive(
        &mut self,
        step: &Step,
        mapped: &Mapped,
        origin: &Origin,
        target: &str,
        exchange: Exchange,
        why: &str,
    ) -> Observation {
        self.ground.health.note(&exchange);
        let words = format!("{}, {why}: {} {}", describe(step), exchange.request.method, exchange.request.target);
        let visit = Visit { origin: origin.clone(), target: target.to_owned(), arrival: self.now() };
        let session = self.ground.offers.session.clone();
        let secret = self.ground.secrecy.hides(&exchange);
        let browser = self.browser(&step.who);
        let mut observation = Observation::receive(
            Arc::new(exchange),
            visit,
            Vec::new(),
            Err(NoReply::NotAsked),
            session,
            browser.receiving(),
        );
        browser.note_lives(&observation);
        observation.keep_secret(secret);
        let stored = observation.cookies.iter().filter_map(|cookie| cookie.reception.cookie());
        self.scopes.extend(stored.map(|cookie| (cookie.name.clone(), cookie.clone())));
        let shown = mapped.shown(&observation);
        self.record.step(words, step.span, Some(&shown.exchange));
        if step.monitored {
            self.ground.monitors.observe(&shown);
        }
        observation
    }

    /// The result of an operation from the answer to its request, in the words of the case.
    pub(super) fn read_mapped(
        &mut self,
        step: &Step,
        mapped: &Mapped,
        under_way: &MappedCall,
        observation: &Observation,
    ) -> Result<OperationResult, NoReply> {
        let response = match &observation.exchange.result {
            Ok(response) => response,
            Err(error) => return Err(NoReply::NoAnswer(error.to_string())),
        };
        if let Some(refused) = &under_way.refused {
            return Ok(Err(refused.clone()));
        }
        let kept = self.browser(&step.who).kept.clone();
        let Ok(values) = self.values(step, mapped, under_way, &kept) else { return Err(NoReply::NotAsked) };
        let value = |name: &str| values.value(name);
        let cookies = cookies_of(observation);
        let page = Page { response, cookies: &cookies };
        let op = under_way.call.op.as_str();
        let mut result = under_way.operation.read(op, page, &value);
        let keep = if result.is_ok() { under_way.operation.kept(page, &value) } else { Vec::new() };
        if let Ok(result) = &mut result {
            let shown = |seen: &Value| mapped.mapping.user_shown_as(seen, &value);
            self.words.undo(op, result, shown);
        }
        let browser = self.browser(&step.who);
        browser.kept.extend(keep);
        if let (true, Ok(_), Some(user)) = (op == "auth.login", &result, under_way.call.argument("user")) {
            browser.kept.insert("user".to_owned(), user.clone());
        }
        Ok(result)
    }
}

/// The status that a server of the contract would have answered with: the asked one, 200, when the operation did what
/// it says, or was refused in a page of its own.
pub(super) fn status_of(result: &OperationResult, response: Option<&Response>) -> u16 {
    match (result, response) {
        (Err(_), Some(response)) if response.status >= 400 => response.status,
        _ => 200,
    }
}

fn cookies_of(observation: &Observation) -> Vec<(String, String)> {
    let text = |octets: &[u8]| String::from_utf8_lossy(octets).into_owned();
    observation.held.iter().map(|cookie| (text(&cookie.name), text(&cookie.value))).collect()
}
