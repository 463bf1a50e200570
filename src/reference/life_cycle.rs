//! The end of a request: what becomes of its session, in store and browser.

use serde_json::Value;

use super::auth_operations::SESSION_NAME;
use super::behaviour::{CycleKey, Failures, OnError, Reads, RecordStays, Sliding, Writes};
use super::cookie_writer::{CookieWriter, PAIR_LIMIT};
use super::engine::{Found, Record};
use super::error::{CommitError, StoreError};
use super::expiry::{CookieLifetime, Lifetimes};
use super::session::{Continued, Farewell, Session};
use super::world::World;
use crate::contract::Wrong;
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
        } else if life.renews_untouched {
            session.load_quietly(world).await?;
            session.resend = session.key.is_some();
        } else {
            return Ok(());
        }
    }
    // The store did not answer, and the operation that asked has said so: nothing is known, nothing is changed.
    if !session.is_loaded() {
        return match session.failure.take() {
            Some(error @ (StoreError::Corrupt | StoreError::BadKey)) => Err(error.into()),
            _ => Ok(()),
        };
    }
    if session.refused {
        return Err(CommitError::Interrupted);
    }
    let failed = match life.failures {
        Failures::ServerErrors => status >= 500,
        Failures::Errors => status >= 400,
        Failures::Redirects => status >= 500 || (300..400).contains(&status),
        Failures::Only500 => status == 500,
        Failures::Every => true,
    };
    if failed && life.on_error != OnError::Saves {
        return on_error(world, session, cookies).await;
    }
    note_reading(world, session);
    if session.is_empty() {
        end(world, session, cookies).await?;
        world.accounts.note(std::mem::take(&mut session.account_changes));
        return Ok(());
    }
    let now = world.clock.now();
    if session.modified || world.save_every_request {
        let (value, deadline) = save(world, session, now).await?;
        send(world, session, cookies, &value, deadline, now)?;
        world.accounts.note(std::mem::take(&mut session.account_changes));
        if let Some(name) = session.get(SESSION_NAME).and_then(Value::as_str) {
            world.accounts.extend(name, deadline);
        }
    } else if session.resend
        && let (Some(key), Some(deadline)) = (session.key.clone(), session.loaded_deadline)
    {
        send(world, session, cookies, &key, deadline, now)?;
    } else if session.key.is_some() && writes_back(world, session) {
        save(world, session, now).await?;
    } else if life.stale_reads_delete
        && let Some(key) = &session.key
        && world.engine.load(key, now).await?.found == Found::Nothing
    {
        cookies.delete_session(&world.session_cookie, "", world.secure);
    }
    Ok(())
}

/// Whether a careless server saves what was only read, without a word to the browser.
fn writes_back(world: &World, session: &Session) -> bool {
    let sliding = world.behaviour.expiry.sliding;
    let custom = Lifetimes::custom(&session.data).is_some();
    world.behaviour.life.reads_write_back || (sliding == Sliding::CustomOnRead && custom)
}

/// What reading alone sets off.
fn note_reading(world: &World, session: &mut Session) {
    if session.modified {
        return;
    }
    let (life, expiry) = (&world.behaviour.life, &world.behaviour.expiry);
    let existing = session.key.is_some();
    session.created |= life.reads == Reads::CreateSession && !existing;
    session.resend |= life.reads == Reads::RefreshCookie && existing;
    session.only_read = existing && (expiry.sliding == Sliding::OnRead || life.read_revives);
    session.modified = session.created || session.only_read;
}

/// Ends a session that holds nothing: its records, and the cookie that the browser sent.
async fn end(world: &World, session: &mut Session, cookies: &mut CookieWriter) -> Result<(), CommitError> {
    retire(world, session).await?;
    if session.flushed && world.behaviour.life.cookies_lost_with_end {
        cookies.discard();
    }
    if session.presented.is_none() || (world.behaviour.life.unknown_key_stays && !session.flushed) {
        return Ok(());
    }
    let stays = session.until_close && world.behaviour.operations.until_close_cookie_stays;
    match &session.farewell {
        Farewell::Plain if stays => {}
        Farewell::Plain => cookies.delete_session(&world.session_cookie, "", world.secure),
        Farewell::Live(value) => cookies.delete_session(&world.session_cookie, value, world.secure),
        Farewell::None => {}
    }
    Ok(())
}

/// The key before the one that is replaced now, where a careless server gives it back.
fn returned(world: &World, session: &Session) -> Option<String> {
    let continued = session.continues.as_ref().filter(|_| world.behaviour.life.cycle_key == CycleKey::Returns)?;
    world.memory().replaced.get(&continued.key).cloned()
}

/// Saves a session; the value of its cookie, and the moment at which it ends.
async fn save(world: &World, session: &mut Session, now: Timestamp) -> Result<(String, Timestamp), CommitError> {
    if world.behaviour.expiry.forgotten_on_write && !session.expiry_set {
        Lifetimes::forget_custom(&mut session.data);
    }
    for key in std::mem::take(&mut session.deleted) {
        session.data.remove(&key);
    }
    if let Some(cleared) = session.cleared.take().filter(|_| !session.data.is_empty()) {
        for (key, value) in cleared {
            session.data.entry(key).or_insert(value);
        }
    }
    if world.behaviour.expiry.shared
        && let Some(custom) = world.memory().expiry.clone()
    {
        Lifetimes::take_over(&mut session.data, custom);
    }
    if let Some(custom) = session.kept_expiry.take() {
        Lifetimes::take_over(&mut session.data, custom);
    }
    let fixed = world.behaviour.expiry.sliding == Sliding::Never && !session.expiry_set;
    let sliding = world.lifetimes.deadline(&session.data, now);
    let deadline = session.loaded_deadline.filter(|_| fixed).unwrap_or(sliding);
    let stays = world.behaviour.expiry.cookie_stays && !session.expiry_set;
    let told = session.loaded_deadline.filter(|_| stays).unwrap_or(deadline);
    if let Some(sealer) = world.engine.sealer() {
        let mut data = world.serialise(session.key.as_deref().unwrap_or_default(), &session.data);
        if world.behaviour.storage.writes == Writes::WithoutData {
            data.clear();
        }
        let value = sealer.seal(&Record { deadline, data }, now)?;
        let octets = world.session_cookie.len() + value.len();
        if octets > PAIR_LIMIT && !sealer.ignores_size() {
            return Err(CommitError::TooLarge { octets, limit: PAIR_LIMIT });
        }
        return Ok((value, deadline));
    }
    if world.keys.rotates_on_write() && session.key.is_some() {
        session.rotate(false, false);
    }
    let key = match &session.key {
        Some(key) => key.clone(),
        None if world.behaviour.life.flush_reuses_key && !session.retired.is_empty() => session.retired.remove(0),
        None => match world.seldom.used_key().or_else(|| returned(world, session)) {
            Some(key) => key,
            None => world.keys.key_for(&session.data, session.flushed)?,
        },
    };
    if let Some(continued) = session.continues.as_ref().filter(|_| world.behaviour.life.cycle_key == CycleKey::Returns)
    {
        world.memory().replaced.insert(key.clone(), continued.key.clone());
    }
    let mut data = world.serialise(&key, &session.data);
    if world.behaviour.storage.writes == Writes::WithoutData {
        data.clear();
    }
    if let Some(loaded) = session.loaded_data.take()
        && let Found::Record(there) = world.engine.load(&key, now).await?.found
        && there.data != loaded
    {
        data = loaded;
    }
    let record_stays = match world.behaviour.expiry.record_stays {
        RecordStays::Never => false,
        RecordStays::Touched => session.touched,
        RecordStays::Rotated => session.rotated,
    };
    let kept = session.loaded_deadline.filter(|_| record_stays).unwrap_or(deadline);
    let record = Record { deadline: world.lifetimes.stored_deadline(kept, now), data };
    match store(world, session, &key, &record).await {
        Ok(()) => retire(world, session).await?,
        Err(CommitError::Store(_)) if world.behaviour.storage.silent_failures => {}
        Err(error) => return Err(error),
    }
    if let Some(other) = session.bound_too.take().filter(|other| *other != key) {
        world.engine.put(&other, &record).await?;
    }
    Ok((key, told))
}

async fn store(world: &World, session: &mut Session, key: &str, record: &Record) -> Result<(), CommitError> {
    let life = &world.behaviour.life;
    let operations = &world.behaviour.operations;
    let revives = if session.only_read { life.read_revives } else { life.write_revives }
        || (operations.touch_revives && session.touched)
        || (operations.expiry_revives && session.expiry_set);
    let begins = session.key.is_none() && session.continues.is_none();
    if begins && world.behaviour.storage.parallel_creation_lost && !world.keys.first_creation() {
        return Ok(());
    }
    let there = match session.continues.take() {
        None if session.key.is_none() || session.taken || revives || world.keys.adopts(key) => {
            world.engine.put(key, record).await?;
            true
        }
        None if world.seldom.happens(Wrong::LostWrite) => true,
        None => {
            world.seldom.written(key, &record.data);
            world.engine.update(key, record).await?
        }
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
        if session.flushed {
            if world.seldom.happens(Wrong::RevivedLogout) {
                continue;
            }
            world.seldom.ended(&key);
        }
        world.engine.delete(&key).await?;
        world.keys.ended(&key);
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
                    None => world.keys.key_for(&session.data, false)?,
                };
                send(world, session, cookies, &value, record.deadline, now)?;
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
        OnError::Loses => {
            match session.key.take() {
                Some(_) if world.engine.sealer().is_some() => {
                    cookies.delete_session(&world.session_cookie, "", world.secure);
                }
                Some(key) => {
                    world.engine.delete(&key).await?;
                }
                None => {}
            }
            Ok(())
        }
    }
}

fn send(
    world: &World,
    session: &Session,
    cookies: &mut CookieWriter,
    value: &str,
    deadline: Timestamp,
    now: Timestamp,
) -> Result<(), StoreError> {
    let lifetime = match world.lifetimes.cookie(&session.data, deadline, now) {
        _ if session.rotated && world.behaviour.expiry.replaced_until_close => CookieLifetime::BrowserClose,
        lifetime => lifetime,
    };
    cookies.set_session(&world.session_cookie, &world.sealed(value)?, world.secure, lifetime);
    Ok(())
}
