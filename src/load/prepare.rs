//! Preparing the population of one worker: many sessions, begun side by side.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::task::JoinSet;
use tokio::time::Instant;

use super::answer::Said;
use super::marker::Marker;
use super::plan::Plan;
use super::population_file::{FileError, PopulationFile};
use super::session::{Keys, Session, apply};
use super::template::{Fill, Template};
use super::traced::{End, Tracer};
use super::worker::begin_template;
use crate::contract::Call;
use crate::wire::{AnswerBuffer, KeptConnection, KeptError};

/// Connections over which sessions are begun side by side.
const CONNECTIONS: u32 = 32;

/// How often one request is tried.
const TRIES: u32 = 3;

/// What the request is called that begins a session of the population.
const BEGIN: &str = "(begin a session)";

/// After how many sessions progress is told.
const TOLD_EVERY: u32 = 500;

/// How many sessions out of a file are looked at before the file is believed.
const SAMPLE: usize = 20;

/// Why there is no population.
#[derive(Debug, thiserror::Error)]
pub enum PrepareError {
    /// The server does not answer.
    #[error("preparing the population: {0}")]
    NoAnswer(KeptError),
    /// The server refuses.
    #[error("preparing the population: the server answered a session's first request with {0}")]
    Refused(String),
    /// The server begins no session.
    #[error("preparing the population: the server set none of the cookies {0}")]
    NoCookie(String),
    /// A new session has the key of another one.
    #[error("preparing the population: the server handed out the same session key twice")]
    SameKey,
    /// The file cannot be used.
    #[error(transparent)]
    File(#[from] FileError),
}

/// The population of one worker.
#[derive(Debug)]
pub(super) struct Prepared {
    /// What its markers begin with.
    pub(super) tag: u32,
    pub(super) sessions: Vec<Session>,
    pub(super) keys: Keys,
}

/// Prepares `count` sessions. `tell` hears how many there are.
pub(super) async fn prepare(
    plan: &Plan,
    count: u32,
    begun: Instant,
    tell: Arc<dyn Fn(u32) + Send + Sync>,
    tracer: Option<Arc<Tracer>>,
) -> Result<Prepared, PrepareError> {
    let mut file = match &plan.population_file {
        // Sessions with a lifetime of their own must be new.
        Some(path) if plan.scenario.population.lifetime.is_none() => Some(PopulationFile::open(path, plan)?),
        _ => None,
    };
    let mut tag = tag_of(&plan.run);
    let mut known = BTreeMap::new();
    if let Some(file) = &mut file {
        tag = file.tag();
        known = file.take_sessions();
        if !known.is_empty() && !alive(plan, tag, &known).await? {
            tag = tag_of(&plan.run);
            known.clear();
            file.start_again(tag)?;
        }
    }
    let missing: Vec<u32> =
        (0..count).map(|local| plan.identity.global(local)).filter(|number| !known.contains_key(number)).collect();
    let crew = Arc::new(Crew {
        template: begin_template(plan),
        plan: plan.clone(),
        tag,
        begun,
        already: count - u32::try_from(missing.len()).unwrap_or_default(),
        state: Mutex::new(State { missing, made: Vec::new(), file, error: None }),
        tell,
        tracer,
    });
    let mut workers = JoinSet::new();
    for _ in 0..CONNECTIONS {
        let crew = Arc::clone(&crew);
        workers.spawn(async move { crew.work().await });
    }
    while workers.join_next().await.is_some() {}
    let mut state = crew.state.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(error) = state.error.take() {
        return Err(error);
    }
    if let Some(file) = &mut state.file {
        file.flush()?;
    }
    (crew.tell)(count);
    let logged_in = plan.scenario.population.logged_in;
    let old = known.into_iter().filter(|(number, _)| number / plan.identity.size < count).map(|(number, cookie)| {
        Session { cookie: cookie.into_boxed_slice(), logged_in, marked: true, ..Session::new(number) }
    });
    let mut sessions: Vec<Session> = old.chain(std::mem::take(&mut state.made)).collect();
    sessions.sort_by_key(|session| session.number);
    let mut keys = Keys::default();
    if !plan.site.keeps_sessions_in_cookies() && sessions.iter().any(|session| !keys.note(&session.cookie)) {
        return Err(PrepareError::SameKey);
    }
    // From now on keys alone are noted, as they come.
    let mut keys = Keys::default();
    for session in &sessions {
        if let Some(at) = session.cookie.iter().position(|&octet| octet == b'=') {
            keys.note(session.cookie[at + 1..].split(|&octet| octet == b';').next().unwrap_or_default());
        }
    }
    Ok(Prepared { tag, sessions, keys })
}

/// 32 bits of the run's name.
pub(super) fn tag_of(run: &str) -> u32 {
    run.bytes().fold(0x811c_9dc5, |hash, octet| (hash ^ u32::from(octet)).wrapping_mul(0x0100_0193))
}

struct Crew {
    plan: Plan,
    template: Template,
    tag: u32,
    begun: Instant,
    already: u32,
    state: Mutex<State>,
    tell: Arc<dyn Fn(u32) + Send + Sync>,
    tracer: Option<Arc<Tracer>>,
}

struct State {
    missing: Vec<u32>,
    made: Vec<Session>,
    file: Option<PopulationFile>,
    error: Option<PrepareError>,
}

impl Crew {
    async fn work(&self) {
        let mut connection = None;
        let mut answer = AnswerBuffer::default();
        let mut request = Vec::new();
        loop {
            let Some(number) = self.next() else { return };
            match self.begin(number, &mut connection, &mut request, &mut answer).await {
                Ok(session) => self.done(session),
                Err(error) => {
                    self.state().error.get_or_insert(error);
                    return;
                }
            }
        }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn next(&self) -> Option<u32> {
        let mut state = self.state();
        if state.error.is_some() { None } else { state.missing.pop() }
    }

    fn done(&self, session: Session) {
        let mut state = self.state();
        if let Some(file) = &mut state.file
            && let Err(error) = file.add(session.number, &session.cookie)
        {
            state.error.get_or_insert(error.into());
        }
        state.made.push(session);
        let made = u32::try_from(state.made.len()).unwrap_or(u32::MAX);
        drop(state);
        if made % TOLD_EVERY == 0 {
            (self.tell)(self.already + made);
        }
    }

    /// The session cookies that the answer to a first request sets.
    fn cookie_of(&self, answer: &AnswerBuffer) -> Result<Box<[u8]>, PrepareError> {
        match Said::read(answer.status(), answer.body(), b"") {
            Said::Values(_) | Said::Expected => {}
            said => return Err(PrepareError::Refused(said.words())),
        }
        let cookies = &self.plan.site.session_cookies;
        let new = apply(b"", answer.set_cookies(), cookies);
        Ok(new.ok_or_else(|| PrepareError::NoCookie(cookies.join(", ")))?.cookie)
    }

    async fn begin(
        &self,
        number: u32,
        connection: &mut Option<KeptConnection>,
        request: &mut Vec<u8>,
        answer: &mut AnswerBuffer,
    ) -> Result<Session, PrepareError> {
        let mut session = Session::new(number);
        self.template.write(b"", Fill { marker: session.marker(self.tag), next: 0 }, request);
        let started = Instant::now();
        let asked = ask(&self.plan, connection, request, answer).await;
        let cookie = asked.map_err(PrepareError::NoAnswer).and_then(|()| self.cookie_of(answer));
        if let Some(tracer) = &self.tracer {
            let why = cookie.as_ref().err().map(ToString::to_string);
            let end = why.as_deref().map_or(End::Fine, End::Failed);
            let answer = if matches!(cookie, Err(PrepareError::NoAnswer(_))) { None } else { Some(&*answer) };
            tracer.tell(BEGIN, end, request, answer, started.elapsed());
        }
        session.cookie = cookie?;
        session.logged_in = self.plan.scenario.population.logged_in;
        session.marked = true;
        session.begin(self.begun.elapsed());
        Ok(session)
    }
}

/// One exchange, tried again on a new connection when the old one fails.
async fn ask(
    plan: &Plan,
    connection: &mut Option<KeptConnection>,
    request: &[u8],
    answer: &mut AnswerBuffer,
) -> Result<(), KeptError> {
    let mut tries = 0;
    loop {
        tries += 1;
        let outcome = async {
            let mut open = match connection.take() {
                Some(kept) => kept,
                None => KeptConnection::open(&plan.site.connector, &plan.limits).await?,
            };
            if open.ask(request, answer, Instant::now(), &plan.limits).await? {
                *connection = Some(open);
            }
            Ok(())
        };
        match outcome.await {
            Err(_) if tries < TRIES => {}
            outcome => return outcome,
        }
    }
}

/// Whether some of the sessions out of a file are still there.
async fn alive(plan: &Plan, tag: u32, known: &BTreeMap<u32, Vec<u8>>) -> Result<bool, PrepareError> {
    let look =
        Template::new(&plan.site.base_path, &plan.site.host, vec![Call::new("session.get").with("key", "marker")]);
    let mut connection = None;
    let mut answer = AnswerBuffer::default();
    let mut request = Vec::new();
    let every = (known.len() / SAMPLE).max(1);
    for (number, cookie) in known.iter().step_by(every) {
        let marker = Marker::new(tag, *number);
        look.write(cookie, Fill { marker, next: 0 }, &mut request);
        ask(plan, &mut connection, &request, &mut answer).await.map_err(PrepareError::NoAnswer)?;
        let expected = format!("\"{}\"", marker.text());
        match Said::read(answer.status(), answer.body(), expected.as_bytes()) {
            Said::Expected => {}
            Said::Values(values) if values[0] == marker.text() => {}
            _ => return Ok(false),
        }
    }
    Ok(true)
}
