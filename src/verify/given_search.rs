//! Cases with given values: several draws, and the smallest of those that fail.

use std::ops::Range;
use std::sync::Arc;

use proptest::collection::{VecStrategy, vec};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::Value;

use super::case_run::{CaseRun, Ground};
use super::driver::{Budget, Shrinker};
use super::given::CHARACTERS;
use super::stage::Instance;
use crate::event::{CaseOutcome, Verdict};
use crate::judge::Saved;
use crate::spec::{Case, Generator};

/// Places of characters, one list for each given text, in the order of their names.
type Texts = Vec<VecStrategy<Range<u8>>>;

/// How often a case is run that is too late for what it wants to see.
const TRIES: u32 = 3;

/// Runs a case; one with given texts with several of them. When one fails, it is made smaller for as long as it fails in
/// the same way, and the smallest is reported.
pub(super) async fn search_given(case: Arc<Case>, ground: Arc<Ground>, instance: Arc<dyn Instance>) -> CaseOutcome {
    let texts = texts(&case);
    if texts.is_empty() {
        return once(&case, &ground, &instance, &Saved::new()).await;
    }
    let mut runner = runner();
    let mut outcome = None;
    for _ in 0..ground.draws.max(1) {
        let Ok(tree) = texts.new_tree(&mut runner) else { break };
        let found = once(&case, &ground, &instance, &values(&case, &tree.current())).await;
        let fails = fails(&found);
        outcome = Some(found);
        if fails && let Some(found) = outcome.take() {
            return smallest(&case, &ground, &instance, tree, found).await;
        }
    }
    match outcome {
        Some(outcome) => outcome,
        None => once(&case, &ground, &instance, &Saved::new()).await,
    }
}

async fn smallest(
    case: &Arc<Case>,
    ground: &Arc<Ground>,
    instance: &Arc<dyn Instance>,
    tree: impl ValueTree<Value = Vec<Vec<u8>>> + Send,
    found: CaseOutcome,
) -> CaseOutcome {
    let mut best = (tree.current(), found);
    // A case may wait for a cookie to expire: few tries.
    let mut shrinker = Shrinker::new(tree, Budget { tries: 24, ..Budget::default() });
    while let Some(candidate) = shrinker.candidate() {
        let outcome = once(case, ground, instance, &values(case, &candidate)).await;
        if fails(&outcome) && outcome.ways_of_failing() == best.1.ways_of_failing() {
            best = (candidate, outcome);
            shrinker.fails();
        } else {
            shrinker.holds();
        }
    }
    let (candidate, mut outcome) = best;
    for (name, value) in values(case, &candidate) {
        outcome
            .observed
            .push(format!("given {name}: {value}, the smallest of {} that were tried", shrinker.tries() + 1));
    }
    outcome
}

/// Runs a case once; again where it was too late for what it wanted to see.
async fn once(case: &Arc<Case>, ground: &Arc<Ground>, instance: &Arc<dyn Instance>, drawn: &Saved) -> CaseOutcome {
    let mut late = 0;
    loop {
        let permit = Arc::clone(&ground.permits).acquire_owned().await.ok();
        let run = CaseRun::new(Arc::clone(case), Arc::clone(ground), Arc::clone(instance), permit, drawn);
        let ran = run.run().await;
        if ran.too_late && late + 1 < TRIES {
            late += 1;
            continue;
        }
        let mut outcome = ran.outcome;
        if late > 0 {
            outcome.observed.push(format!("run {} times: before, it was too late for what it wanted to see", late + 1));
        }
        return outcome;
    }
}

fn fails(outcome: &CaseOutcome) -> bool {
    matches!(outcome.verdict, Verdict::Fail | Verdict::Warn | Verdict::Note)
}

/// Draws by the system's randomness: no two runs give a case the same values.
fn runner() -> TestRunner {
    let mut seed = [0; 32];
    // Without randomness from the system all runs draw the same.
    let _ = getrandom::fill(&mut seed);
    let config = Config { failure_persistence: None, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &seed))
}

fn lengths(case: &Case) -> impl Iterator<Item = (&String, usize)> {
    case.given.iter().filter_map(|(name, generator)| match generator {
        Generator::Text(length) => Some((name, *length)),
        Generator::ImfDate(_) | Generator::Repeated { .. } => None,
    })
}

fn texts(case: &Case) -> Texts {
    lengths(case).map(|(_, length)| vec(0..32_u8, length)).collect()
}

/// The given texts that places of characters stand for.
fn values(case: &Case, places: &[Vec<u8>]) -> Saved {
    let text =
        |places: &[u8]| places.iter().map(|place| char::from(CHARACTERS[usize::from(place % 32)])).collect::<String>();
    lengths(case).zip(places).map(|((name, _), places)| (name.clone(), Value::from(text(places)))).collect()
}
