//! The end of a request: what becomes of its session, in store and browser.

use super::behaviour::{OnError, Reads, Sliding};
use super::cookie_writer::{CookieWriter, PAIR_LIMIT};
use super::engine::Record;
use super::error::CommitError;
use super::session::{Continued, Farewell, Session};
use super::world::World;
use crate::cookie::{Clock, Timestamp};

/// Saves the session and writes its cookie, for a response of this status. Whatever fails leaves store and browser
/// in agreement.
pub(super) async fn commit(
    world: &World,
    session: &mut Session,
    cookies: &mut CookieWriter,
    status: u16,
) -> Result<(), CommitError> {
    let life = &world.behaviour.life;
    if !session.accessed {
        if world.save_every_request {
            session.load(world).await?;
        } else if life.touches_untouched {
            session.load(world).await?;
            session.created = true;
            session.modified = true;
        } else {
            return Ok(());
        }
    }
    // The store did not answer, and the operation that asked has said so: nothing is known, nothing is changed.
    if !session.is_loaded() {
        return Ok(());
    }
    if status >= 500 && life.on_error != OnError::Saves {
        return on_error(world, session, cookies).await;
    }
    note_reading(world, session);
    if session.is_empty() {
        return end(world, session, cookies).await;
    }
    let now = world.clock.now();
    if session.modified || world.save_every_request {
        let (value, deadline) = save(world, session, now).await?;
        send(world, session, cookies, &value, deadline, now);
    } else if session.resend
        && let (Some(key), Some(deadline)) = (session.key.clone(), session.loaded_deadline)
    {
        send(world, session, cookies, &key, deadline, now);
    }
    Ok(())
}

/// What reading alone sets off.
fn note_reading(world: &World, session: &mut Session) {
    if session.modified {
        return;
    }
    let (life, expiry) = (&world.behaviour.life, &world.behaviour.expiry);
    let live = session.key.is_some();
    session.created |= life.reads == Reads::CreateSession && !live;
    session.resend |= life.reads == Reads::RefreshCookie && live;
    session.only_read = live && (expiry.sliding == Sliding::OnRead || life.read_revives);
    session.modified = session.created || session.only_read;
}

/// Ends a session that holds nothing: its records, and the cookie that the browser sent.
async fn end(world: &World, session: &mut Session, cookies: &mut CookieWriter) -> Result<(), CommitError> {
    retire(world, session).await?;
    if session.presented.is_none() || (world.behaviour.life.unknown_key_stays && !session.flushed) {
        return Ok(());
    }
    match &session.farewell {
        Farewell::Plain => cookies.delete_session(&world.session_cookie, "", world.secure),
        Farewell::Live(value) => cookies.delete_session(&world.session_cookie, value, world.secure),
        Farewell::None => {}
    }
    Ok(())
}

/// Saves a session; the value of its cookie, and the moment at which it ends.
async fn save(world: &World, session: &mut Session, now: Timestamp) -> Result<(String, Timestamp), CommitError> {
    let fixed = world.behaviour.expiry.sliding == Sliding::Never && !session.expiry_set;
    let sliding = world.lifetimes.deadline(&session.data, now);
    let deadline = session.loaded_deadline.filter(|_| fixed).unwrap_or(sliding);
    if let Some(sealer) = world.engine.sealer() {
        let data = world.serialise(session.key.as_deref().unwrap_or_default(), &session.data);
        let value = sealer.seal(&Record { deadline, data }, now)?;
        let octets = world.session_cookie.len() + value.len();
        if octets > PAIR_LIMIT && !sealer.ignores_size() {
            return Err(CommitError::TooLarge { octets, limit: PAIR_LIMIT });
        }
        return Ok((value, deadline));
    }
    let key = match &session.key {
        Some(key) => key.clone(),
        None => world.keys.key_for(session.flushed)?,
    };
    let record = Record { deadline, data: world.serialise(&key, &session.data) };
    match store(world, session, &key, &record).await {
        Ok(()) => retire(world, session).await?,
        Err(CommitError::Store(_)) if world.behaviour.storage.silent_failures => {}
        Err(error) => return Err(error),
    }
    Ok((key, deadline))
}

async fn store(world: &World, session: &mut Session, key: &str, record: &Record) -> Result<(), CommitError> {
    let life = &world.behaviour.life;
    let revives = if session.only_read { life.read_revives } else { life.write_revives };
    let there = match session.continues.take() {
        None if session.key.is_none() || revives || world.keys.adopts(key) => {
            world.engine.put(key, record).await?;
            true
        }
        None => world.engine.update(key, record).await?,
        Some(Continued { stays: true, .. }) => {
            world.engine.put(key, record).await?;
            true
        }
        Some(Continued { key: old, regardless, .. }) => {
            let there = world.engine.rename(&old, key, record).await?;
            if !there && (regardless || revives) {
                world.engine.put(key, record).await?;
            }
            there || regardless || revives
        }
    };
    if there { Ok(()) } else { Err(CommitError::Interrupted) }
}

async fn retire(world: &World, session: &mut Session) -> Result<(), CommitError> {
    for key in std::mem::take(&mut session.retired) {
        world.engine.delete(&key).await?;
    }
    Ok(())
}

/// What a failed request does to a session: nothing, in a server that is right.
async fn on_error(world: &World, session: &mut Session, cookies: &mut CookieWriter) -> Result<(), CommitError> {
    match world.behaviour.life.on_error {
        OnError::Nothing | OnError::Saves => Ok(()),
        OnError::SendsCookie => {
            if session.modified && !session.is_empty() {
                let now = world.clock.now();
                let record =
                    Record { deadline: world.lifetimes.deadline(&session.data, now), data: session.data.clone() };
                let value = match world.engine.sealer() {
                    Some(sealer) => sealer.seal(&record, now)?,
                    None => world.keys.key_for(false)?,
                };
                send(world, session, cookies, &value, record.deadline, now);
            }
            Ok(())
        }
        OnError::DestroysReplaced => {
            if let Some(Continued { key, .. }) = session.continues.take() {
                world.engine.delete(&key).await?;
            }
            Ok(())
        }
        OnError::DestroysEnded => retire(world, session).await,
    }
}

fn send(
    world: &World,
    session: &Session,
    cookies: &mut CookieWriter,
    value: &str,
    deadline: Timestamp,
    now: Timestamp,
) {
    let lifetime = world.lifetimes.cookie(&session.data, deadline, now);
    cookies.set_session(&world.session_cookie, value, world.secure, lifetime);
}
