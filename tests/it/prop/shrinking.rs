//! From a failing history to a spec that fails in the same way.

use std::sync::Arc;

use hardtack::event::{Nobody, Verdict};
use hardtack::prop::{Regression, Regressions, Source, lines, search, write_spec};
use hardtack::spec::{Catalogue, read_spec};
use hardtack::verify::{Options, Pages, Request, run};
use tokio::sync::watch;

use super::sample::{Broken, options, search_broken, search_on, subject};

/// The verdicts that verify gives to a spec on a server broken in these ways.
async fn verdicts(text: &str, id: &str, engine: &str, faults: &[&str]) -> Vec<Verdict> {
    let catalogue = Catalogue::embedded().unwrap();
    let spec =
        read_spec(&format!("{id}.yaml"), text, catalogue.rules()).unwrap_or_else(|error| panic!("{error:?}\n{text}"));
    let broken = Broken::new(engine, faults);
    let request = Request {
        cases: spec.cases,
        digest: String::new(),
        target: broken.target(),
        pages: Pages::default(),
        stages: broken.stages(),
        variants: vec![broken.variant()],
        options: Options::default(),
    };
    let (_keep, cancel) = watch::channel(false);
    let stored = run(request, &mut Nobody, cancel).await;
    stored.variants.into_iter().flat_map(|variant| variant.outcomes).map(|outcome| outcome.verdict).collect()
}

#[tokio::test]
async fn a_planted_fault_shrinks_to_a_spec_that_fails_in_the_same_way() {
    for (engine, fault, most) in
        [("db", "ended-key-readopted", 5), ("db", "update-replaces-all", 4), ("signed_cookies", "pop-keeps-value", 4)]
    {
        let searched = search_broken(engine, &[fault], options(2000, 5)).await;
        let example = searched.found.first().unwrap_or_else(|| panic!("{fault} was not found"));
        let words = lines(&example.history).join("\n");
        assert!(example.history.steps.len() <= most, "{fault}:\n{words}");
        assert!(example.reproduced.always(), "{:?}", example.reproduced);
        let failed = example.played.failure.as_ref().unwrap();
        let spec = write_spec(&example.history, &example.played, failed, "sessionid", "engine", "hardtack prop");
        let spec = spec.unwrap();
        let (broken, right) =
            (verdicts(&spec.text, &spec.id, engine, &[fault]).await, verdicts(&spec.text, &spec.id, engine, &[]).await);
        assert_eq!(broken, [Verdict::Fail], "{fault}:\n{words}\n{}", spec.text);
        assert_eq!(right, [Verdict::Pass], "{fault}:\n{words}\n{}", spec.text);
    }
}

#[tokio::test]
async fn what_no_expectation_can_say_is_not_written_as_a_spec() {
    let searched = search_broken("db", &["update-replaces-all"], options(2000, 5)).await;
    let example = searched.found.first().unwrap();
    let mut failed = example.played.failure.clone().unwrap();
    failed.mismatch.expect.clear();
    assert_eq!(write_spec(&example.history, &example.played, &failed, "sessionid", "engine", "hardtack prop"), None);
}

#[tokio::test]
async fn a_seed_draws_the_same_histories_again() {
    let stage = Broken::new("db", &[]).raise().await;
    let alphabet = Arc::clone(&subject(stage.as_ref()).await.alphabet);
    let draw = |seed, number| Source::new(&alphabet, seed).draw(number).unwrap();
    assert_eq!(draw(7, 3), draw(7, 3));
    assert_ne!(draw(7, 3), draw(7, 4));
    assert_ne!(draw(7, 3), draw(8, 3));
    let again = (search_on(stage.as_ref(), options(5, 7)).await, search_on(stage.as_ref(), options(5, 7)).await);
    assert_eq!(again.0.progress.requests, again.1.progress.requests);
}

#[tokio::test]
async fn only_what_is_offered_is_drawn() {
    let stage = Broken::new("db", &[]).raise().await;
    let mut alphabet = (*subject(stage.as_ref()).await.alphabet).clone();
    let few = ["session.get", "session.put", "session.keys", "session.flush", "auth.login", "auth.whoami"];
    alphabet.operations.retain(|(name, _)| few.contains(name));
    let source = Source::new(&Arc::new(alphabet), 5);
    let histories = (0..300).filter_map(|number| source.draw(number));
    let asked = histories.flat_map(|history| history.steps);
    let asked: Vec<String> =
        asked.flat_map(|step| step.asks().to_vec()).flat_map(|ask| ask.calls).map(|call| call.op).collect();
    assert!(asked.len() > 300, "{}", asked.len());
    let others: Vec<&String> = asked.iter().filter(|name| !few.contains(&name.as_str())).collect();
    assert!(others.is_empty(), "{others:?}");
}

#[tokio::test]
async fn regressions_are_played_first() {
    let stage = Broken::new("db", &["pop-keeps-value"]).raise().await;
    let found = search_on(stage.as_ref(), options(2000, 1)).await.found.remove(0);
    let regression = Regression {
        variant: "engine=db".to_owned(),
        code: found.failed.mismatch.code.to_owned(),
        seed: "1:0".to_owned(),
        history: found.history,
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("regressions.json");
    let mut regressions = Regressions::read(&path).unwrap();
    assert!(regressions.add(regression.clone()) && !regressions.add(regression), "once");
    regressions.write(&path).unwrap();
    let regressions = Regressions::read(&path).unwrap();
    let subject = subject(stage.as_ref()).await;
    let (_keep, mut cancel) = watch::channel(false);
    let searched = search(stage.as_ref(), subject, options(0, 1), &regressions.regressions, &|_| {}, &mut cancel).await;
    assert_eq!(searched.found.len(), 1);
    assert_eq!(searched.found[0].number, None);
    std::fs::write(&path, "{").unwrap();
    assert!(Regressions::read(&path).unwrap_err().to_string().contains("holds no regressions"));
}
