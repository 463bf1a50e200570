//! Reading a page without touching anything: what any URL shows to monitors.

use std::sync::Arc;

use url::Url;

use super::browser::Browser;
use super::case_run::Ground;
use super::stage::{Instance, StageError};
use crate::cookie::{Clock, Origin};
use crate::event::ExitCode;
use crate::judge::{NoReply, Observation, Visit};
use crate::spec::ClientKind;
use crate::wire::{Authority, Client, ConnectionUse, Exchange, Limits, Request, fetch_remote};

/// How many redirects are followed. They stay on the host that was named.
const REDIRECTS: usize = 10;

/// Reads the page of a URL, and those on the same host to which it redirects, for the monitors of the run.
pub(super) async fn read_page(url: &Url, ground: &Ground, instance: &dyn Instance) -> Result<(), StageError> {
    let mut browser = Browser::new(ClientKind::Browser);
    let mut next = Some(url.clone());
    for _ in 0..=REDIRECTS {
        let Some(url) = next.take() else { break };
        let exchange = get(&url, &ground.limits).await?;
        let now = instance.clock().now();
        let visit =
            Visit { origin: Origin::from(&exchange.authority), target: exchange.request.target.clone(), arrival: now };
        let session = ground.offers.session.clone();
        let exchange = Arc::new(exchange);
        let mut observation = Observation::receive(
            Arc::clone(&exchange),
            visit,
            Vec::new(),
            Err(NoReply::NotAsked),
            session,
            browser.receiving(),
        );
        observation.keep_secret(ground.secrecy.hides(&observation.exchange));
        ground.monitors.observe(&observation);
        next = redirect(&url, &exchange);
    }
    Ok(())
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
