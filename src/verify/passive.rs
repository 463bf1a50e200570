//! Reading pages without touching anything: what any URL, and any archive, shows to monitors.

use std::sync::Arc;

use url::Url;

use super::browser::Browser;
use super::case_run::Ground;
use super::har::Recorded;
use super::stage::StageError;
use super::trace::Trace;
use crate::cookie::{Clock, Origin, SystemClock, registrable_domain};
use crate::event::ExitCode;
use crate::judge::{NoReply, Observation, SessionNames, Visit, looks_like_a_session};
use crate::spec::ClientKind;
use crate::wire::{Authority, Client, ConnectionUse, Exchange, Limits, Request, Response, fetch_remote};

/// How many redirects are followed. They stay on the host that was named.
const REDIRECTS: usize = 10;

/// What is read where a target is only read.
#[derive(Debug, Clone, Default)]
pub struct Pages {
    /// The target's own page is left alone: there is an archive of it.
    pub recorded_only: bool,
    /// More pages.
    pub also: Vec<Url>,
    /// What a browser has recorded.
    pub recorded: Arc<Vec<Recorded>>,
    /// The names of session cookies; those of the target, or guessed ones, when there are none.
    pub session_cookies: Vec<String>,
}

/// Shows the monitors of a run the page of a URL, those on the same host to which it redirects, more pages, and what
/// was recorded of the same site.
pub(super) async fn read_pages(url: &Url, pages: &Pages, ground: &Ground) -> Result<(), StageError> {
    let site = site(url);
    let recorded = pages.recorded.iter().filter(|recorded| site_of_host(&recorded.exchange.authority.host) == site);
    let mut seen: Vec<Recorded> = recorded.cloned().collect();
    let mut fetched = Vec::new();
    for url in (!pages.recorded_only).then_some(url).into_iter().chain(&pages.also) {
        fetched.extend(follow(url, &ground.limits).await?);
    }
    let names = match pages.session_cookies.as_slice() {
        [] => session_names(&ground.offers.session, seen.iter().chain(&fetched)),
        stated => SessionNames::new(stated.to_vec()),
    };
    // What was recorded belongs to another browser than what is fetched now.
    let mut trace = Trace::of(ground, None);
    let read = [("recorded by a browser", std::mem::take(&mut seen)), ("read as it is", fetched)];
    for (what, exchanges) in read {
        let mut browser = Browser::new(ClientKind::Browser);
        for Recorded { exchange, arrival } in exchanges {
            let target = exchange.request.target.clone();
            let visit = Visit { origin: Origin::from(&exchange.authority), target, arrival };
            if let Some(trace) = &mut trace {
                trace.tell(what, None, &exchange);
            }
            let exchange = Arc::new(exchange);
            let jar = browser.receiving();
            let mut observation =
                Observation::receive(exchange, visit, Vec::new(), Err(NoReply::NotAsked), names.clone(), jar);
            observation.keep_secret(ground.secrecy.hides(&observation.exchange));
            ground.monitors.observe(&observation);
        }
    }
    Ok(())
}

/// A page, and those on the same host to which it redirects.
async fn follow(url: &Url, limits: &Limits) -> Result<Vec<Recorded>, StageError> {
    let mut seen = Vec::new();
    let mut next = Some(url.clone());
    for _ in 0..=REDIRECTS {
        let Some(url) = next.take() else { break };
        let exchange = get(&url, limits).await?;
        next = redirect(&url, &exchange);
        seen.push(Recorded { exchange, arrival: SystemClock.now() });
    }
    Ok(seen)
}

/// The names that the target file gives; else those that look like it.
fn session_names<'a>(stated: &SessionNames, seen: impl Iterator<Item = &'a Recorded>) -> SessionNames {
    if stated.first("session").is_some() {
        return stated.clone();
    }
    let mut names: Vec<String> = Vec::new();
    for recorded in seen {
        let lines = recorded.exchange.seen().into_iter().flat_map(Response::set_cookies);
        for line in lines {
            let name = line.split(|octet| matches!(octet, b'=' | b';')).next().unwrap_or_default();
            let name = String::from_utf8_lossy(name.trim_ascii()).into_owned();
            if looks_like_a_session(&name) && !names.contains(&name) {
                names.push(name);
            }
        }
    }
    SessionNames::new(names)
}

fn site(url: &Url) -> String {
    site_of_host(url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']'))
}

fn site_of_host(host: &str) -> String {
    let host = host.to_ascii_lowercase();
    registrable_domain(&host).map(str::to_owned).unwrap_or(host)
}

/// One page: directly on this machine, by way of the system's proxies elsewhere. No answer is an error.
pub(super) async fn get(url: &Url, limits: &Limits) -> Result<Exchange, StageError> {
    let unreachable =
        |cause: String| StageError { reason: format!("failed to get {url}: {cause}"), exit: ExitCode::UNREACHABLE };
    let authority =
        Authority::of(url).map_err(|error| StageError { reason: error.to_string(), exit: ExitCode::BAD_INPUT })?;
    let exchange = if authority.is_loopback() && url.scheme() == "http" {
        let address = authority.reachable_address(limits).await;
        let address = address.map_err(|error| unreachable(format!("{error}. {}", error.remedy())))?;
        let client = Client::new(crate::wire::Connector::tcp(address), *limits);
        client.send(Request::get_url(url, &authority), ConnectionUse::New).await
    } else {
        fetch_remote(url, limits).await.map_err(|error| unreachable(error.to_string()))?
    };
    match &exchange.result {
        Ok(_) => Ok(exchange),
        Err(error) => Err(unreachable(format!("{error}. {}", error.remedy()))),
    }
}

/// Where an answer redirects to, on the same host.
fn redirect(url: &Url, exchange: &Exchange) -> Option<Url> {
    let location = exchange.result.as_ref().ok()?.redirect()?;
    let next = url.join(std::str::from_utf8(location).ok()?).ok()?;
    (next.scheme() == url.scheme() && next.host() == url.host() && next.port() == url.port() && next != *url)
        .then_some(next)
}
