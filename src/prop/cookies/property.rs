//! What a property of cookies is, and trying all of them.

use std::fmt::Debug;
use std::sync::Arc;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::{field, injection, keys, lifetime, removal, round_trip, signed, token};
use crate::event::{CaseOutcome, Expectations, Finding, Place, Secrecy, StepTrace, Verdict};
use crate::prop::outcome::property_outcome;
use crate::prop::search::SearchOptions;
use crate::prop::shrinking::instance;
use crate::prop::subject::Subject;
use crate::spec::{Level, Profile};
use crate::verify::{Instance, Stage, shrink};
use crate::wire::Exchange;

/// How a property fails on an input.
#[derive(Debug, Clone)]
pub struct Broken {
    /// What kind, in kebab-case.
    pub code: &'static str,
    /// Its weight.
    pub level: Level,
    /// What was expected.
    pub expected: String,
    /// What was seen.
    pub actual: String,
    /// In which exchange.
    pub exchange: Option<Arc<Exchange>>,
}

impl Broken {
    /// A must.
    pub fn must(code: &'static str, expected: impl Into<String>, actual: impl Into<String>) -> Self {
        Self { code, level: Level::Must, expected: expected.into(), actual: actual.into(), exchange: None }
    }

    /// A should.
    pub fn should(code: &'static str, expected: impl Into<String>, actual: impl Into<String>) -> Self {
        Self { level: Level::Should, ..Self::must(code, expected, actual) }
    }

    /// The same with its exchange.
    pub fn seen_in(mut self, exchange: &Arc<Exchange>) -> Self {
        self.exchange = Some(Arc::clone(exchange));
        self
    }
}

/// What trying a property came to.
#[derive(Debug)]
pub struct CookieFinding {
    id: &'static str,
    title: &'static str,
    inputs: u64,
    /// The smallest input that breaks it, each kind of breaking once.
    broken: Vec<(String, Broken)>,
    missing: Option<String>,
}

impl CookieFinding {
    /// As an outcome that every report reads.
    #[must_use]
    pub fn outcome(self, profile: Profile, secrecy: &Secrecy) -> CaseOutcome {
        let mut outcome = property_outcome(&format!("prop/cookies#{}", self.id), self.title, profile);
        let inputs = usize::try_from(self.inputs).unwrap_or(usize::MAX);
        outcome.expectations = Expectations { declared: inputs, evaluated: inputs };
        if let Some(missing) = self.missing {
            outcome.verdict = Verdict::NotApplicable;
            outcome.reason = Some(missing);
            return outcome;
        }
        outcome.verdict =
            self.broken.iter().map(|(_, broken)| Verdict::of_broken(broken.level)).min().unwrap_or(Verdict::Pass);
        outcome.level = if outcome.verdict == Verdict::Warn { Level::Should } else { Level::Must };
        let mut exchanges = Vec::new();
        for (input, broken) in self.broken {
            outcome.steps.push(StepTrace {
                what: input.clone(),
                line: 1,
                exchange: broken.exchange.as_ref().map(|exchange| exchange.id),
            });
            outcome.findings.push(Finding {
                code: broken.code.to_owned(),
                expectation: input.clone(),
                level: broken.level,
                message: format!("{input}: should be {}, but is {}", broken.expected, broken.actual),
                expected: broken.expected,
                actual: broken.actual,
                place: Place { file: "property tests".to_owned(), line: 1, column: 1 },
                exchange: broken.exchange.as_ref().map(|exchange| exchange.id),
                cookie: Vec::new(),
            });
            exchanges.extend(broken.exchange);
        }
        secrecy.with_evidence(outcome, &exchanges)
    }
}

/// A property of cookies.
pub(super) trait Property {
    /// What is drawn.
    type Input: Clone + Debug;

    /// Its name.
    const ID: &'static str;

    /// What it says, as a sentence.
    const TITLE: &'static str;

    /// How many inputs it gets.
    const INPUTS: u64 = 160;

    /// Operations without which there is nothing to try.
    const NEEDS: &'static [&'static str];

    /// The inputs for a target.
    fn inputs(subject: &Subject) -> impl Strategy<Value = Self::Input>;

    /// An input in words.
    fn words(input: &Self::Input) -> String;

    /// Tries one input.
    async fn test(subject: &Subject, instance: &Arc<dyn Instance>, input: &Self::Input) -> Option<Broken>;
}

/// Tries all properties of cookies on a stage.
pub async fn cookie_properties(stage: &dyn Stage, subject: &Subject, options: SearchOptions) -> Vec<CookieFinding> {
    vec![
        attempt::<round_trip::RoundTrip>(stage, subject, options).await,
        attempt::<injection::Injection>(stage, subject, options).await,
        attempt::<removal::Removal>(stage, subject, options).await,
        attempt::<lifetime::Lifetime>(stage, subject, options).await,
        attempt::<field::AnyField>(stage, subject, options).await,
        attempt::<keys::SessionCookie>(stage, subject, options).await,
        attempt::<signed::Signed>(stage, subject, options).await,
        attempt::<token::Token>(stage, subject, options).await,
    ]
}

async fn attempt<P: Property>(stage: &dyn Stage, subject: &Subject, options: SearchOptions) -> CookieFinding {
    let mut finding = CookieFinding { id: P::ID, title: P::TITLE, inputs: 0, broken: Vec::new(), missing: None };
    if subject.offers.base_path.is_none() {
        finding.missing = Some("needs the contract: serve it below /_hardtack".to_owned());
        return finding;
    }
    if let Some(missing) = P::NEEDS.iter().find(|name| !subject.offers.operation(name)) {
        finding.missing = Some(format!("needs {missing}: add it to `operations` of the description"));
        return finding;
    }
    let subject = &subject.clone().telling_of(&format!("prop/cookies#{}", P::ID));
    let strategy = P::inputs(subject);
    let instance = instance(stage).await;
    for number in 0..P::INPUTS.min(options.cases) {
        let mut seed = [0; 32];
        seed[..8].copy_from_slice(&options.seed.to_le_bytes());
        seed[8..16].copy_from_slice(&number.to_le_bytes());
        let config = Config { failure_persistence: None, ..Config::default() };
        let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &seed));
        let Ok(tree) = strategy.new_tree(&mut runner) else { continue };
        finding.inputs += 1;
        let input = tree.current();
        let Some(broken) = P::test(subject, &instance, &input).await else { continue };
        if finding.broken.iter().any(|(_, known)| known.code == broken.code) {
            continue;
        }
        let code = broken.code;
        let shrunk = shrink(tree, input, broken, options.budget, async |input| {
            P::test(subject, &instance, input).await.filter(|broken| broken.code == code)
        })
        .await;
        finding.broken.push((P::words(&shrunk.value), shrunk.failure));
        if finding.broken.iter().any(|(_, broken)| broken.level == Level::Must) && !options.keep_going {
            break;
        }
    }
    finding
}
