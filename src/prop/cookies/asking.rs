//! Asking a server without a history: one request, and what a browser makes of its answer.

use std::sync::Arc;

use crate::contract::{Call, OperationResult, Program};
use crate::cookie::{Clock as _, Jar, Origin, RequestContext, UserAgentModel};
use crate::judge::{Observation, Visit, read_reply};
use crate::prop::subject::Subject;
use crate::verify::{Instance, Trace, Tracing};
use crate::wire::{Client, ConnectionUse, HeaderLine, Request};

/// A browser that asks one instance.
pub(super) struct Asking<'a> {
    pub(super) subject: &'a Subject,
    instance: Arc<dyn Instance>,
    client: Client,
    origin: Origin,
    pub(super) jar: Jar,
    trace: Option<Trace>,
}

impl<'a> Asking<'a> {
    /// A new browser.
    pub(super) fn new(subject: &'a Subject, instance: &Arc<dyn Instance>) -> Self {
        let client = subject.client(instance);
        Self {
            subject,
            instance: Arc::clone(instance),
            origin: Origin::from(client.authority()),
            client,
            jar: Jar::new(UserAgentModel::Rfc6265bis),
            trace: subject.tracing.as_ref().map(Tracing::begin),
        }
    }

    /// The same browser, once the server was started again.
    pub(super) fn on_new_connections(self, instance: &Arc<dyn Instance>) -> Self {
        Self { jar: self.jar, trace: self.trace, ..Self::new(self.subject, instance) }
    }

    /// The host that is asked.
    pub(super) fn host(&self) -> &str {
        &self.origin.host
    }

    /// Sends one operation with the browser's cookies: what it answered, where the answer tells, and the answer.
    pub(super) async fn told(&mut self, call: Call) -> (Option<OperationResult>, Observation) {
        let answer = self.ask(vec![call], None).await;
        (answer.reply.as_ref().ok().and_then(|reply| reply.results.first().cloned()), answer)
    }

    /// Sends a program with the browser's cookies, or with this field instead of them.
    pub(super) async fn ask(&mut self, calls: Vec<Call>, field: Option<&[u8]>) -> Observation {
        let base = self.subject.offers.base_path.clone().unwrap_or_default();
        let operations: Vec<String> = calls.iter().map(|call| call.op.clone()).collect();
        let program = Program { calls, status: None };
        let mut request = Request::post_json(Program::body_target(&base), &program.to_json());
        let now = self.instance.clock().now();
        let target = request.target.clone();
        let cookies = match field {
            Some(field) => Some(field.to_vec()),
            None => self.jar.cookie_string(&self.origin, &target, &RequestContext::default(), now),
        };
        if let Some(cookies) = cookies {
            request.headers.push(HeaderLine::new("Cookie", cookies));
        }
        request.headers.push(HeaderLine::new("User-Agent", concat!("hardtack/", env!("CARGO_PKG_VERSION"))));
        let exchange = self.client.send(request, ConnectionUse::Shared).await;
        if let Some(trace) = &mut self.trace {
            // Arguments may hold what another exchange has given out, and stand in the request.
            trace.tell(&operations.join(", then "), None, &exchange);
        }
        let arrival = self.instance.clock().now();
        let reply = read_reply(&exchange);
        let visit = Visit { origin: self.origin.clone(), target, arrival };
        let names = self.subject.offers.session.clone();
        Observation::receive(Arc::new(exchange), visit, operations, reply, names, &mut self.jar)
    }
}
