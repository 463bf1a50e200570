//! Sessions in memory: actix-session brings stores for Redis and for the cookie itself.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use actix_session::storage::{LoadError, SaveError, SessionKey, SessionStore, UpdateError, generate_session_key};
use actix_web::cookie::time::Duration;

type State = HashMap<String, String>;

/// A store that all workers share.
#[derive(Clone, Default)]
pub struct Memory(Arc<Mutex<HashMap<String, State>>>);

impl Memory {
    fn records(&self) -> MutexGuard<'_, HashMap<String, State>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SessionStore for Memory {
    async fn load(&self, key: &SessionKey) -> Result<Option<State>, LoadError> {
        Ok(self.records().get(key.as_ref()).cloned())
    }

    async fn save(&self, state: State, _: &Duration) -> Result<SessionKey, SaveError> {
        let key = generate_session_key();
        self.records().insert(key.as_ref().to_owned(), state);
        Ok(key)
    }

    async fn update(&self, key: SessionKey, state: State, _: &Duration) -> Result<SessionKey, UpdateError> {
        // A session that ended while this request was under way stays ended. Whatever key were answered here would go to
        // the browser, in place of the one that it may have by now: so the request fails.
        let gone = || UpdateError::Other(anyhow::anyhow!("the session has ended meanwhile"));
        *self.records().get_mut(key.as_ref()).ok_or_else(gone)? = state;
        Ok(key)
    }

    async fn update_ttl(&self, _: &SessionKey, _: &Duration) -> Result<(), anyhow::Error> {
        Ok(())
    }

    async fn delete(&self, key: &SessionKey) -> Result<(), anyhow::Error> {
        self.records().remove(key.as_ref());
        Ok(())
    }
}
