//! One exchange: over a user's kept connection, or through Goose's own client.
//!
//! What is awaited seldom is boxed: a future is as large as the largest that it may await, and is copied on its way.

use std::borrow::Cow;

use goose::goose::{GooseMethod, GooseRequest, GooseUser};
use tokio::time::Instant;

use super::plan::Through;
use super::template::{Fill, Template};
use super::worker::{Scratch, User, Worker};
use crate::wire::{AnswerBuffer, KeptConnection, KeptError};

/// Why there was no answer, as it is counted.
pub(super) type Reason = Cow<'static, str>;

impl Worker {
    /// Sends the request in `scratch` and leaves the answer there.
    pub(super) async fn exchange(
        &self,
        user: &mut User,
        goose: &mut GooseUser,
        (template, fill, name): (&Template, Fill, &str),
        scratch: &mut Scratch,
        started: Instant,
    ) -> Result<(), Reason> {
        if self.plan.through == Through::Reqwest {
            return Box::pin(self.through_goose(goose, template, fill, name, scratch)).await;
        }
        // A server may close an idle connection at any moment: when a kept one turns out to be closed before an octet
        // of the answer came, the request goes out once more on a new one.
        if let Some(kept) = &mut user.connection {
            let asked = kept.ask(&scratch.request, &mut scratch.answer, started, &self.plan.limits).await;
            if !matches!(asked, Ok(true)) {
                user.connection = None;
            }
            match asked {
                Err(KeptError::Closed { received: 0 }) => {}
                asked => return asked.map(drop).map_err(|error| reason(&error)),
            }
        }
        Box::pin(self.over_fresh_connection(user, scratch, started)).await.map_err(|error| reason(&error))
    }

    async fn over_fresh_connection(
        &self,
        user: &mut User,
        scratch: &mut Scratch,
        started: Instant,
    ) -> Result<(), KeptError> {
        let limits = &self.plan.limits;
        let mut fresh = match KeptConnection::open(&self.plan.site.connector, limits).await {
            Ok(fresh) => fresh,
            Err(error) => {
                self.recorder().refused_connections += 1;
                return Err(error);
            }
        };
        self.recorder().connections += 1;
        if fresh.ask(&scratch.request, &mut scratch.answer, started, limits).await? {
            user.connection = Some(fresh);
        }
        Ok(())
    }

    async fn through_goose(
        &self,
        goose: &mut GooseUser,
        template: &Template,
        fill: Fill,
        name: &str,
        scratch: &mut Scratch,
    ) -> Result<(), Reason> {
        let posts = template.method() == "POST";
        let method = if posts { GooseMethod::Post } else { GooseMethod::Get };
        let failed = |error: &dyn std::fmt::Display| -> Reason { format!("client: {error}").into() };
        let mut builder = goose.get_request_builder(&method, template.target()).map_err(|error| failed(&error))?;
        builder = builder.header("Host", &self.plan.site.host);
        if !scratch.cookie().is_empty() {
            builder = builder.header("Cookie", scratch.cookie());
        }
        if posts {
            let mut body = Vec::new();
            template.write_body(fill, &mut body);
            builder = builder.header("Content-Type", "application/json").body(body);
        }
        let request = GooseRequest::builder().set_request_builder(builder).name(name).build();
        let response = goose.request(request).await.map_err(|error| failed(&error))?.response;
        let response = response.map_err(|error| if error.is_timeout() { "timeout".into() } else { failed(&error) })?;
        let status = response.status().as_u16();
        let cookies: Vec<Vec<u8>> =
            response.headers().get_all("set-cookie").iter().map(|line| line.as_bytes().to_vec()).collect();
        // A body that is not read costs the connection.
        let body = response.bytes().await.map_err(|error| failed(&error))?;
        let lines: Vec<&[u8]> = cookies.iter().map(Vec::as_slice).collect();
        scratch.answer = AnswerBuffer::of(status, &lines, &body);
        Ok(())
    }
}

fn reason(error: &KeptError) -> Reason {
    match error {
        KeptError::Connect(_) => "no connection",
        KeptError::Closed { .. } => "connection closed",
        KeptError::Late(_) => "timeout",
        KeptError::Garbage(_) => "not HTTP",
        KeptError::TooLarge(_) => "answer too large",
    }
    .into()
}
