//! The same histories on two servers: the first behaviour that differs.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::time::Instant;

use super::draw::Source;
use super::history::{History, Step};
use super::minimise::smaller;
use super::model::{CookieChange, Turn};
use super::play::{Played, play};
use super::search::SearchOptions;
use super::shrinking::instance;
use super::subject::Subject;
use super::traced::Playing;
use crate::event::Sink;
use crate::spec::{CaseId, Profile};
use crate::target::Variant;
use crate::verify::{Raise, Reporter, Stage, StageError, Tracing, pump};
use crate::wire::Limits;

/// One of the two servers.
#[derive(Clone)]
pub struct Side {
    /// What raises it.
    pub stages: Arc<dyn Raise>,
    /// Which variant.
    pub variant: Variant,
}

/// A behaviour that differs.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// The shortest history that shows it.
    pub history: History,
    /// In which step.
    pub step: usize,
    /// In which request of it.
    pub request: usize,
    /// What the first server does.
    pub here: String,
    /// What the second server does.
    pub there: String,
}

/// What comparing came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Compared {
    /// How many histories were played on both.
    pub histories: u64,
    /// The names of the two.
    pub names: (String, String),
    /// The first behaviour that differs.
    pub difference: Option<Difference>,
    /// Whether it was interrupted.
    pub interrupted: bool,
}

/// Whoever looks on while two servers are compared.
pub struct Onlooker<'a> {
    /// Takes each exchange as [`Event::Exchanged`](crate::event::Event::Exchanged), with `first` or `second` as its variant.
    pub sink: &'a mut dyn Sink,
    /// Whether cookies and credentials of real applications are shown.
    pub show_secrets: bool,
}

/// Plays the same histories on two servers until they behave differently.
pub async fn compare(
    one: &Side,
    other: &Side,
    options: SearchOptions,
    limits: Limits,
    onlooker: Option<Onlooker<'_>>,
    cancel: watch::Receiver<bool>,
) -> Result<Compared, StageError> {
    let Some(Onlooker { sink, show_secrets }) = onlooker else {
        return raised(one, other, options, limits, None, cancel).await;
    };
    let (reporter, events) = Reporter::new();
    let told = Some((reporter, show_secrets));
    tokio::join!(raised(one, other, options, limits, told, cancel), pump(events, sink)).0
}

async fn raised(
    one: &Side,
    other: &Side,
    options: SearchOptions,
    limits: Limits,
    told: Option<(Reporter, bool)>,
    cancel: watch::Receiver<bool>,
) -> Result<Compared, StageError> {
    let (first, second) = (one.stages.raise(&one.variant).await?, other.stages.raise(&other.variant).await?);
    let compared = on_stages(first.as_ref(), second.as_ref(), options, limits, told, &cancel).await;
    first.lower().await;
    second.lower().await;
    compared
}

async fn on_stages(
    first: &dyn Stage,
    second: &dyn Stage,
    options: SearchOptions,
    limits: Limits,
    told: Option<(Reporter, bool)>,
    cancel: &watch::Receiver<bool>,
) -> Result<Compared, StageError> {
    let subject =
        async |stage: &dyn Stage| Subject::of(stage.setting(), &stage.shared(), &[], Profile::Default, limits).await;
    let (mut here, mut there) = (subject(first).await?, subject(second).await?);
    if let Some((reporter, show_secrets)) = told {
        let tracing = |stage: &dyn Stage, which: &str| {
            let secrecy = stage.setting().secrecy(show_secrets);
            Some(Tracing::new(reporter.clone(), which.to_owned(), secrecy).of(CaseId::new("prop/against")))
        };
        (here.tracing, there.tracing) = (tracing(first, "first"), tracing(second, "second"));
    }
    let alphabet = Arc::new(here.alphabet.common(&there.alphabet));
    (here.judged, there.judged) = (false, false);
    (here.alphabet, there.alphabet) = (Arc::clone(&alphabet), Arc::clone(&alphabet));
    let source = Source::new(&alphabet, options.seed);
    let name = |stage: &dyn Stage, subject: &Subject| {
        let variant = stage.setting().variant.to_string();
        format!("{} {} {variant}", subject.offers.description.framework, subject.offers.description.version)
            .trim()
            .to_owned()
    };
    let mut compared = Compared {
        histories: 0,
        names: (name(first, &here), name(second, &there)),
        difference: None,
        interrupted: false,
    };
    let until = Instant::now() + options.time;
    let differs = async |history: &History, playing: Playing| {
        let (one, two) = (instance(first).await, instance(second).await);
        // No model looks on: whatever they answer, the history goes on.
        let (one, two) = tokio::join!(play(&here, &one, history, playing), play(&there, &two, history, playing));
        difference(history, &one, &two)
    };
    for number in 0..options.cases {
        compared.interrupted = *cancel.borrow();
        if Instant::now() >= until || compared.interrupted {
            break;
        }
        let Some(history) = source.draw(number).map(alike) else { continue };
        compared.histories += 1;
        let Some(mut found) = differs(&history, Playing::Drawn(number)).await else { continue };
        found.history.steps.truncate(found.step + 1);
        let mut tries = 0;
        'again: while tries < options.budget.tries {
            for candidate in smaller(&found.history) {
                tries += 1;
                if let Some(mut still) = differs(&candidate, Playing::Smaller).await {
                    still.history.steps.truncate(still.step + 1);
                    found = still;
                    continue 'again;
                }
            }
            break;
        }
        compared.difference = Some(found);
        break;
    }
    Ok(compared)
}

/// A history without requests at the same time: which of them is first is nobody's behaviour.
fn alike(mut history: History) -> History {
    history.steps.retain(|step| !matches!(step, Step::Together { .. }));
    history
}

/// Where two playings of a history part.
fn difference(history: &History, one: &Played, two: &Played) -> Option<Difference> {
    let (mut here, mut there) = (Names::default(), Names::default());
    for ((step, request, mine), (_, _, theirs)) in one.turns.iter().zip(&two.turns) {
        let ((a, lives), (b, others)) = (here.words(mine), there.words(theirs));
        // A second more or less is nobody's behaviour.
        let alike =
            lives.len() == others.len() && lives.iter().zip(&others).all(|(one, two)| (one - two).abs() <= LATE);
        if a != b || !alike {
            let (a, b) = (with_lives(&a, &lives), with_lives(&b, &others));
            let found = Difference { history: history.clone(), step: *step, request: *request, here: a, there: b };
            return Some(found);
        }
    }
    None
}

/// How many seconds may lie between two servers.
const LATE: i64 = 5;

fn with_lives(words: &str, lives: &[i64]) -> String {
    let lives: Vec<String> = lives.iter().map(|seconds| format!("{seconds} s")).collect();
    if lives.is_empty() { words.to_owned() } else { format!("{words} ({})", lives.join(", ")) }
}

/// Keys by the order in which they came, so that those of two servers compare.
#[derive(Default)]
struct Names {
    known: BTreeMap<Vec<u8>, usize>,
}

impl Names {
    fn of(&mut self, value: &[u8]) -> String {
        let next = self.known.len() + 1;
        format!("key {}", self.known.entry(value.to_vec()).or_insert(next))
    }

    /// The cookies that the application saw, with names in place of keys.
    fn without_keys(&mut self, pairs: &[Value]) -> String {
        let mut told = Vec::new();
        for pair in pairs {
            let value = pair.get(1).and_then(Value::as_str).unwrap_or_default();
            let value =
                if self.known.contains_key(value.as_bytes()) { self.of(value.as_bytes()) } else { value.into() };
            told.push(json!([pair.get(0), value]));
        }
        Value::Array(told).to_string()
    }

    /// What an answer does, in words that hold nothing of one server alone, and the seconds that it names.
    fn words(&mut self, turn: &Turn) -> (String, Vec<i64>) {
        let mut lives = Vec::new();
        let mut words =
            vec![turn.answer.status.map_or_else(|| "no answer".to_owned(), |status| format!("status {status}"))];
        for (call, result) in turn.asked.calls.iter().zip(turn.answer.results.iter().flatten()) {
            let told = match (call.op.as_str(), result) {
                ("session.key", Ok(Value::String(key))) => self.of(key.as_bytes()),
                ("cookie.list", Ok(Value::Array(pairs))) => self.without_keys(pairs),
                ("csrf.issue", Ok(_)) => "a token".to_owned(),
                // Their names are each server's own.
                ("auth.sessions", Ok(Value::Array(names))) => format!("{} sessions", names.len()),
                ("auth.login" | "auth.change_password" | "store.clear_expired", Ok(_)) => "done".to_owned(),
                ("session.keys" | "session.items" | "session.values", Ok(value)) => sorted(value).to_string(),
                ("session.get_expiry", Ok(Value::Object(told))) => {
                    lives.extend(told.get("age").and_then(Value::as_i64));
                    format!("at_browser_close {}", told.get("at_browser_close").unwrap_or(&Value::Null))
                }
                (_, Ok(value)) => value.to_string(),
                (_, Err(failure)) => format!("error {}", failure.error.as_str()),
            };
            words.push(format!("{} {told}", call.op));
        }
        words.push(match &turn.answer.change {
            CookieChange::Stored { value, lifetime } => {
                let key = self.of(value);
                lives.extend(*lifetime);
                let life = if lifetime.is_some() { "with a lifetime" } else { "until the browser closes" };
                format!("session cookie {key} {life}")
            }
            other => format!("session cookie {}", other.words()),
        });
        (words.join("; "), lives)
    }
}

/// Keys and items in one order, without what is a framework's own.
fn sorted(value: &Value) -> Value {
    let own = |key: &str| key.starts_with('_') || key == "testcookie";
    match value {
        Value::Array(list) => {
            let mut texts: Vec<&Value> =
                list.iter().filter(|value| value.as_str().is_none_or(|text| !own(text))).collect();
            texts.sort_by_key(ToString::to_string);
            texts.into_iter().cloned().collect()
        }
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().filter(|(key, _)| !own(key)).collect();
            members.sort_by_key(|(key, _)| key.as_str());
            Value::Object(members.into_iter().map(|(key, value)| (key.clone(), value.clone())).collect())
        }
        other => other.clone(),
    }
}
