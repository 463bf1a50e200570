//! One request being performed: its calls, one after the other, on one session.

use std::sync::Arc;

use serde_json::Value;
use tokio::sync::OwnedMutexGuard;

use super::arguments::Arguments;
use super::behaviour::Source;
use super::cookie_arguments::RequestScope;
use super::cookie_writer::CookieWriter;
use super::error::StoreError;
use super::request_cookies::{RequestCookies, UnreadableCookie};
use super::session::Session;
use super::world::World;
use crate::contract::{Call, Failure, FailureKind, OperationResult, operation};
use crate::cookie::{Scheme, default_path};
use crate::wire::{Authority, HeaderLine, Request};

/// One request being performed.
#[derive(Debug)]
pub(super) struct Performance<'a> {
    pub(super) world: &'a World,
    pub(super) cookies: RequestCookies,
    pub(super) session: Session,
    pub(super) writer: CookieWriter,
    /// Fields that the application set.
    pub(super) headers: Vec<HeaderLine>,
    /// Whether the browser says to be one that is said to mishandle Vary.
    pub(super) old_browser: bool,
    /// The turn that it has, where sessions are served one at a time.
    turn: Option<OwnedMutexGuard<()>>,
}

/// A failure that nobody handled: the rest of the program is not run.
#[derive(Debug)]
pub(super) struct Escaped(pub(super) Failure);

impl<'a> Performance<'a> {
    pub(super) fn new(world: &'a World, request: &Request, scheme: Scheme) -> Result<Self, UnreadableCookie> {
        let mut cookies = RequestCookies::of(request, &world.behaviour.reader)?;
        if world.behaviour.reader.lone_cookies_fail && cookies.are_without(&world.session_cookie) {
            return Err(UnreadableCookie { status: 500 });
        }
        if world.behaviour.reader.remembers {
            for (name, value) in &world.memory().cookies_set {
                cookies.remember(name, value);
            }
        }
        let host = request.header("Host").and_then(|host| Authority::from_host_field(scheme, host));
        let scope = RequestScope {
            host: host.map(|authority| authority.host).unwrap_or_default(),
            directory: default_path(request.path()).to_owned(),
            returning: cookies.last(&world.session_cookie).is_some(),
            forwarded: request.header("X-Forwarded-Host").map(|host| String::from_utf8_lossy(host).into_owned()),
            over_tls: scheme == Scheme::Https,
        };
        let writer = CookieWriter::new(world.behaviour.writer.clone(), scope);
        let presented = cookies.session(&world.session_cookie).map(|sent| writer.read_session(sent));
        let presented = presented.map(|text| world.unsealed(text)).or_else(|| beside_cookies(world, request));
        if world.behaviour.keys.source == Source::LastUsed {
            world.memory().last_presented.clone_from(&presented);
        }
        let agent = request.header("User-Agent").unwrap_or_default();
        let old_browser = agent.windows(4).any(|word| word == b"MSIE");
        Ok(Self {
            world,
            session: Session::new(presented),
            cookies,
            writer,
            headers: Vec::new(),
            old_browser,
            turn: None,
        })
    }

    /// Performs the calls of a program, in order.
    pub(super) async fn run(&mut self, calls: &[Call]) -> Result<Vec<OperationResult>, Escaped> {
        let mut results = Vec::with_capacity(calls.len());
        for call in calls {
            let result = self.call(call).await;
            match result {
                Err(failure) if call.fatal || call.op == "ctl.raise" => return Err(Escaped(failure)),
                result => results.push(result),
            }
        }
        Ok(results)
    }

    async fn call(&mut self, call: &Call) -> OperationResult {
        let unsupported =
            || Failure::new(FailureKind::Unsupported, "UnknownOperation", format!("no `{}` here", call.op));
        let operation = operation(&call.op).filter(|found| self.world.offers(found.name)).ok_or_else(unsupported)?;
        let arguments = Arguments::of(call, operation)?;
        let (family, name) = call.op.split_once('.').unwrap_or_default();
        match family {
            "cookie" => self.cookie(name, arguments),
            "session" => self.session(name, arguments).await,
            "auth" => self.auth(name, arguments).await,
            "csrf" => self.csrf(name, arguments).await,
            "store" => self.store(name, arguments).await,
            "ctl" => self.control(name, arguments).await,
            "clock" => {
                Ok(Value::from(self.world.clock.advance(arguments.integer("seconds").unwrap_or_default().max(0))))
            }
            _ => Err(unsupported()),
        }
    }

    /// Loads the session; a store that does not answer is an exception of the operation.
    pub(super) async fn loaded(&mut self) -> Result<&mut Session, Failure> {
        if self.world.behaviour.life.one_at_a_time && self.turn.is_none() {
            self.turn = Some(Arc::clone(&self.world.turn).lock_owned().await);
        }
        self.session.load(self.world).await.map_err(|error| exception(&error))?;
        Ok(&mut self.session)
    }
}

/// The key that a request without a session cookie carries elsewhere, where a careless server looks for one.
fn beside_cookies(world: &World, request: &Request) -> Option<String> {
    match world.behaviour.keys.source {
        Source::Cookie => None,
        Source::Query => request.parameter(&world.session_cookie),
        Source::Field => request.header("X-Session-Id").map(|key| String::from_utf8_lossy(key).into_owned()),
        Source::Bearer => {
            let said = request.header("Authorization").and_then(|said| said.strip_prefix(b"Bearer "))?;
            Some(String::from_utf8_lossy(said).into_owned())
        }
        Source::Path => {
            let parameters = request.path().split_once(';').map(|(_, parameters)| parameters)?;
            let mut pairs = parameters.split(';').filter_map(|pair| pair.split_once('='));
            pairs.find(|(name, _)| *name == world.session_cookie).map(|(_, key)| key.to_owned())
        }
        Source::LastUsed => world.memory().last_presented.clone(),
    }
}

/// How an operation reports a store that does not answer.
pub(super) fn exception(error: &StoreError) -> Failure {
    Failure::new(FailureKind::Exception, error.kind(), error.to_string())
}
