//! The server's pages: the contract's two routes and a front page.

use std::hash::{DefaultHasher, Hash, Hasher};

use serde_json::{Value, json};

use super::behaviour::{CacheControl, Ending, Source, TellsKey, Upgrade, Vary};
use super::error::CommitError;
use super::life_cycle;
use super::perform::{Escaped, Performance};
use super::request_cookies::UnreadableCookie;
use super::server::Server;
use super::world::World;
use crate::contract::{Failure, OperationResult, Program, Reply};
use crate::cookie::{Clock, Scheme, format_imf_fixdate};
use crate::wire::{Authority, HeaderLine, Request, Response};

impl Server {
    /// Answers one request that came over plain http.
    pub async fn handle(&self, request: Request) -> Response {
        self.handle_over(request, Scheme::Http).await
    }

    /// Answers one request.
    pub async fn handle_over(&self, request: Request, scheme: Scheme) -> Response {
        let mut response = self.route(&request, scheme).await;
        // Browsers would ask a name of this machine over https for every other server on it, too.
        let host = request.header("Host").and_then(|host| Authority::from_host_field(scheme, host));
        let elsewhere = host.is_some_and(|authority| !authority.is_loopback());
        if scheme == Scheme::Https && elsewhere && !self.world.behaviour.answers.no_hsts {
            response = response.with_header("Strict-Transport-Security", "max-age=31536000");
        }
        if self.world.behaviour.answers.cookies_early {
            response = with_cookies_early(response);
        }
        response.with_header("Date", format_imf_fixdate(self.world.clock.now()))
    }

    async fn route(&self, request: &Request, scheme: Scheme) -> Response {
        if request.method == "TRACE" && self.world.behaviour.answers.trace_reflects {
            return reflected(request);
        }
        let base = self.config.base_path.as_str();
        let reading = matches!(request.method.as_str(), "GET" | "HEAD");
        let in_path = self.world.behaviour.keys.source == Source::Path;
        let path = request.path();
        let path = path.split(';').next().filter(|_| in_path).unwrap_or(path);
        match path.strip_prefix(base) {
            Some("") if reading => Response::json(200, &self.description().to_json()),
            Some("") => method_not_allowed("GET, HEAD"),
            Some("/run") if reading && self.world.behaviour.life.answers_replayed => {
                self.replayed(request, scheme).await
            }
            Some("/run") if reading && self.world.behaviour.answers.mark_of_address => {
                self.marked(request, scheme).await
            }
            Some("/run") if request.method == "POST" && self.world.behaviour.answers.repeats_answered => {
                self.answered_again(request, scheme).await
            }
            Some("/run") if reading || request.method == "POST" => self.run(request, scheme).await,
            Some("/run") => method_not_allowed("GET, HEAD, POST"),
            _ if request.path() == "/" && reading => self.front_page(request, scheme).await,
            _ if request.path() == "/" => method_not_allowed("GET, HEAD"),
            _ => self.missing_page(request, scheme).await,
        }
    }

    /// What a cache in front does that keeps every answer, Set-Cookie included.
    async fn replayed(&self, request: &Request, scheme: Scheme) -> Response {
        let kept = self.world.memory().answers.get(&request.target).cloned();
        if let Some(response) = kept {
            return response;
        }
        let response = self.run(request, scheme).await;
        self.world.memory().answers.insert(request.target.clone(), response.clone());
        response
    }

    /// What a filter does that marks answers by their address: nothing has changed while the address is the same.
    async fn marked(&self, request: &Request, scheme: Scheme) -> Response {
        let mut hasher = DefaultHasher::new();
        request.target.hash(&mut hasher);
        let mark = format!("\"{:016x}\"", hasher.finish());
        let mut response = self.run(request, scheme).await;
        if request.header("If-None-Match").is_some_and(|held| held == mark.as_bytes()) {
            response = Response { headers: response.headers, ..Response::new(304) };
        }
        response.with_header("ETag", mark)
    }

    /// What a filter against double clicks does: the same request once more is not performed.
    async fn answered_again(&self, request: &Request, scheme: Scheme) -> Response {
        let own = self.world.presented(request).unwrap_or_default();
        let both = [own.as_bytes(), request.body.as_slice()].concat();
        let last = self.world.memory().last_post.clone().filter(|(last, _)| *last == both);
        if let Some((_, response)) = last.filter(|_| !own.is_empty()) {
            return response;
        }
        let response = self.run(request, scheme).await;
        self.world.memory().last_post = Some((both, response.clone()));
        response
    }

    async fn run(&self, request: &Request, scheme: Scheme) -> Response {
        let Some(program) = program(request) else {
            let message = "the program is no object with a list `program` of operations and an optional `status`";
            return Response::json(400, &json!({"error": "invalid", "message": message}));
        };
        let world = self.world_for(request, scheme, &program);
        if let Some(own) = world.presented(request) {
            world.note_visit(&own);
        }
        let mut performance = match Performance::new(world, request, scheme) {
            Ok(performance) => performance,
            Err(UnreadableCookie { status }) => return failed(status, "CookieError", "a bad cookie"),
        };
        let _inside = world.keys.enter();
        let outcome = performance.run(&program.calls).await;
        let life = &world.behaviour.life;
        if request.method == "HEAD" && life.head_creates {
            performance.begin();
        }
        if life.ends_with_connection && request.header("Connection").is_some_and(|what| what == b"close") {
            performance.session.flush(Ending::Whole);
        }
        match outcome {
            Ok(results) => performance.finish(program.status.unwrap_or(200), results).await,
            Err(Escaped(failure)) => performance.fail(failure).await,
        }
    }

    /// The world in which a request is performed.
    fn world_for(&self, request: &Request, scheme: Scheme, program: &Program) -> &World {
        let on_occasion = self.on_occasion.iter();
        let mut fitting = on_occasion.filter(|(occasion, _)| occasion.is(&self.world, request, scheme, program));
        fitting.next().map_or(&self.world, |(_, world)| world)
    }

    async fn front_page(&self, request: &Request, scheme: Scheme) -> Response {
        if let Some(host) =
            self.config.https_host.as_deref().filter(|host| scheme == Scheme::Http && asks(request, host))
        {
            return self.upgrade(request, host).await;
        }
        let base = &self.config.base_path;
        let links = self.world.behaviour.answers.tells_key == TellsKey::InLinks;
        let key = Performance::new(&self.world, request, scheme).ok().and_then(|one| one.session.presented);
        let suffix =
            key.filter(|_| links).map(|key| format!(";{}={key}", self.world.session_cookie)).unwrap_or_default();
        let page = format!(
            "<!doctype html>\n<title>hardtack reference server</title>\n<h1>hardtack reference server</h1>\n\
             <p>Session engine: {}. The server <a href=\"{base}{suffix}\">describes itself</a>; programs go to \
             <a href=\"{base}/run?program=%7B%22program%22%3A%5B%5D%7D\">{base}/run</a>.</p>\n",
            self.config.engine
        );
        let response = Response::new(200).with_header("Content-Type", "text/html; charset=utf-8").with_body(page);
        if !self.world.behaviour.life.front_page_creates {
            return response;
        }
        self.with_session(request, scheme, response).await
    }

    async fn missing_page(&self, request: &Request, scheme: Scheme) -> Response {
        let response = Response::text(404, "There is nothing here.\n");
        if self.world.behaviour.life.missing_page_creates {
            self.with_session(request, scheme, response).await
        } else {
            response
        }
    }

    /// An answer that begins a session where there is none.
    async fn with_session(&self, request: &Request, scheme: Scheme, response: Response) -> Response {
        let Ok(mut performance) = Performance::new(&self.world, request, scheme) else { return response };
        // Without a store there is no session to begin.
        if performance.loaded().await.is_ok() {
            performance.begin();
            let _ = life_cycle::commit(&self.world, &mut performance.session, &mut performance.writer, 200).await;
        }
        performance.complete(response)
    }

    /// Sends browsers from http to https, and leaves the session for when they are there.
    async fn upgrade(&self, request: &Request, host: &str) -> Response {
        let response = Response::new(301).with_header("Location", format!("https://{host}/"));
        let upgrade = self.world.behaviour.answers.upgrade;
        let Ok(mut performance) = Performance::new(&self.world, request, Scheme::Http) else { return response };
        match upgrade {
            Upgrade::Plain => return response,
            Upgrade::DeletesSession => performance.writer.delete_session(&self.world.session_cookie, "", false),
            Upgrade::SetsSession => return self.with_session(request, Scheme::Http, response).await,
        }
        performance.complete(response)
    }
}

impl Performance<'_> {
    /// Begins a session where there is none.
    fn begin(&mut self) {
        let begins = self.session.accessed && self.session.key.is_none();
        self.session.created |= begins;
        self.session.modified |= begins;
    }

    /// The answer of a program that ran to its end.
    async fn finish(mut self, status: u16, results: Vec<OperationResult>) -> Response {
        if (status >= 400 && self.world.behaviour.writer.lost_on_error) || self.world.behaviour.writer.lost_always {
            self.writer.discard();
        }
        if let Err(error) = life_cycle::commit(self.world, &mut self.session, &mut self.writer, status).await {
            return self.commit_failed(&error);
        }
        if self.world.behaviour.reader.remembers {
            let set = self.writer.pairs().filter(|(name, _)| *name != self.world.session_cookie);
            self.world.memory().cookies_set.extend(set.map(|(name, value)| (name.to_owned(), value.to_owned())));
        }
        let mut reply = Reply { results }.to_json();
        let tells = self.world.behaviour.answers.tells_key;
        let session_cookie = self.world.session_cookie.clone();
        let set = self.writer.pairs().find(|(name, value)| *name == session_cookie && !value.is_empty());
        let key = set.map(|(_, value)| value.to_owned()).or_else(|| self.session.presented.clone());
        if let Some((_, value)) = self.writer.pairs().find(|(name, value)| *name == session_cookie && !value.is_empty())
        {
            let user = self.session.get(super::auth_operations::USER).and_then(Value::as_str);
            self.world.note_given(self.session.presented.as_deref(), value, user);
        }
        if let (TellsKey::InBody, Some(key), Some(reply)) = (tells, &key, reply.as_object_mut()) {
            reply.insert("debug".to_owned(), Value::from(key.as_str()));
        }
        let mut response =
            if matches!(status, 204 | 304) { Response::new(status) } else { Response::json(status, &reply) };
        if let (TellsKey::InField, Some(key)) = (tells, &key) {
            response = response.with_header("X-Session-Id", key);
        }
        for line in std::mem::take(&mut self.headers) {
            response.headers.retain(|own| !own.is(&line.name));
            let line = match (&key, tells) {
                (Some(key), TellsKey::InLocation) if line.is("Location") => {
                    let target = String::from_utf8_lossy(line.value()).into_owned();
                    HeaderLine::new("Location", format!("{target};{session_cookie}={key}"))
                }
                _ => line,
            };
            response.headers.push(line);
        }
        self.complete(response)
    }

    /// The framework's own answer to a failure that nobody handled: nothing that the program did to the response
    /// is left of it.
    async fn fail(mut self, failure: Failure) -> Response {
        self.writer.discard();
        if let Err(error) = life_cycle::commit(self.world, &mut self.session, &mut self.writer, 500).await {
            return self.commit_failed(&error);
        }
        let mut message = failure.message.unwrap_or_default();
        let tells = match self.world.behaviour.answers.tells_key {
            TellsKey::InErrorPage => true,
            TellsKey::InErrorPageOfReaders => self.session.accessed,
            _ => false,
        };
        if tells {
            message.extend(self.session.presented.iter().map(|key| format!("; the session was {key}")));
        }
        self.complete(failed(500, failure.kind.as_deref().unwrap_or_default(), &message))
    }

    fn commit_failed(mut self, error: &CommitError) -> Response {
        self.writer.discard();
        self.complete(failed(error.status(), error.kind(), &error.to_string()))
    }

    /// Adds the cookies, and what caches must know.
    fn complete(self, mut response: Response) -> Response {
        let cookies = self.writer.write(self.world.clock.now());
        let life = &self.world.behaviour.life;
        let silent = match life.vary {
            Vary::OnAccess | Vary::NotForKeys | Vary::ReplacesOwn => false,
            Vary::Never => true,
            Vary::NotForStrangers => self.session.presented.is_none(),
            Vary::NotForOldBrowsers => self.old_browser,
            Vary::NotOnErrors => response.status >= 400,
            Vary::NotBesideOwn => response.header("Vary").is_some(),
            Vary::NotForUntouched => !self.session.accessed,
        };
        if self.session.accessed && !silent {
            if life.vary == Vary::ReplacesOwn {
                response.headers.retain(|line| !line.is("Vary"));
            }
            add_vary(&mut response);
        }
        if self.world.behaviour.answers.kept_for_a_minute {
            response.headers.retain(|line| !line.is("Cache-Control"));
            response = response.with_header("Cache-Control", "private, max-age=60");
        }
        let private = match (cookies.is_empty(), self.session.accessed, life.cache_control) {
            (true, false, _)
            | (_, _, CacheControl::Missing)
            | (true, _, CacheControl::NotForReaders)
            | (_, false, CacheControl::SessionsOnly) => None,
            (_, _, CacheControl::NotOnErrors) if response.status >= 400 => None,
            (_, true, CacheControl::Public) => Some("public, max-age=600"),
            (_, true, CacheControl::FieldForm) => Some("no-cache=\"Set-Cookie\""),
            (false, _, _) => Some("no-store"),
            (true, true, _) => Some("private"),
        };
        // An answer with the session in it is for nobody else, whatever the application says of it.
        let ours = self.writer.pairs().any(|(name, _)| name == self.world.session_cookie);
        let own = response.header("Cache-Control").map(|own| String::from_utf8_lossy(own).to_ascii_lowercase());
        let open = own.as_ref().is_some_and(|own| !own.contains("no-store") && !own.contains("private"));
        if ours && open && life.cache_control != CacheControl::OwnStands && private.is_some() && !silent {
            response.headers.retain(|line| !line.is("Cache-Control"));
        }
        let silent = silent || response.header("Cache-Control").is_some();
        if let Some(directive) = private.filter(|_| !silent) {
            response = response.with_header("Cache-Control", directive);
        }
        response.headers.extend(cookies.into_iter().map(|line| HeaderLine::new("Set-Cookie", line)));
        response
    }
}

/// Moves the cookies of an answer to an interim one.
fn with_cookies_early(mut response: Response) -> Response {
    let (cookies, others) = response.headers.drain(..).partition(|line: &HeaderLine| line.is("Set-Cookie"));
    response.headers = others;
    let cookies: Vec<HeaderLine> = cookies;
    if !cookies.is_empty() {
        response.interim.push(Response { status: 103, headers: cookies, ..Response::default() });
    }
    response
}

/// The request as a message.
fn reflected(request: &Request) -> Response {
    let mut text = format!("{} {} HTTP/1.1\r\n", request.method, request.target).into_bytes();
    for line in &request.headers {
        text.extend_from_slice(line.name.as_bytes());
        text.push(b':');
        text.extend_from_slice(line.raw());
        text.extend_from_slice(b"\r\n");
    }
    Response::new(200).with_header("Content-Type", "message/http").with_body(text)
}

/// Whether a request names a host.
fn asks(request: &Request, host: &str) -> bool {
    let named = request.header("Host").and_then(|field| Authority::from_host_field(Scheme::Http, field));
    named.is_some_and(|authority| authority.host == host)
}

/// The program of a request: in the query of GET and HEAD, in the body of POST.
fn program(request: &Request) -> Option<Program> {
    let value: Value = if request.method == "POST" {
        serde_json::from_slice(&request.body).ok()?
    } else {
        serde_json::from_str(&request.parameter("program")?).ok()?
    };
    Program::from_json(&value)
}

/// Adds Cookie to Vary (RFC 9110, section 12.5.5).
fn add_vary(response: &mut Response) {
    let present = response.header("Vary").map(|value| String::from_utf8_lossy(value).into_owned());
    let value = match present {
        None => "Cookie".to_owned(),
        Some(list)
            if list.split(',').any(|name| matches!(name.trim(), "*") || name.trim().eq_ignore_ascii_case("cookie")) =>
        {
            list
        }
        Some(list) => format!("{list}, Cookie"),
    };
    response.headers.retain(|line| !line.is("Vary"));
    response.headers.push(HeaderLine::new("Vary", value));
}

fn failed(status: u16, kind: &str, message: &str) -> Response {
    Response::json(status, &json!({"error": "exception", "kind": kind, "message": message}))
}

fn method_not_allowed(allowed: &str) -> Response {
    Response::text(405, "This method does nothing here.\n").with_header("Allow", allowed)
}
