//! Version pairs: what counts as told apart, and how it is shown.

use hardtack::event::{ExitCode, Verdict};
use hardtack::report::pairs::{Compared, Pairs, SCHEMA_VERSION, Side, Told, markdown, terminal};
use hardtack::report::terminal::{Look, Page};
use hardtack::target::{Pair, PairsFile, read_pairs};

const FILE: &str = "\
pairs: 1
list:
  - name: renewed
    target: flask
    class: session answer cacheable
    reference: CVE-2023-30861
    package: flask 2.2.4 -> 2.2.5
    vulnerable: {release: \"2.2.4\"}
    fixed: {release: \"2.2.5\"}
    cases: [cache/answers#renewed, sessions/cookie#vary-on-test]
";

fn pair() -> Pair {
    let PairsFile { mut pairs, .. } = read_pairs("pairs.yaml", FILE.as_bytes()).unwrap();
    pairs.remove(0)
}

fn side(variant: &str, renewed: Verdict, vary: Verdict) -> Side {
    let verdicts = [("cache/answers#renewed", renewed), ("sessions/cookie#vary-on-test", vary)];
    Side {
        variant: format!("release={variant}"),
        verdicts: verdicts.map(|(case, verdict)| (case.to_owned(), verdict)).into(),
        failed: None,
        missing_here: false,
    }
}

fn absent(missing_here: bool) -> Side {
    let reason = "flask 2.2.4 is not installed: run targets/flask/install".to_owned();
    Side { missing_here, ..Side::unusable(&pair().vulnerable, reason) }
}

#[test]
fn apart_is_none_before_and_each_after() {
    use Verdict::{Fail, Inconclusive, NotApplicable, Note, Pass, Warn};
    let told = |before, after| Compared::of(&pair(), before, after).outcome;
    let fixed = || side("2.2.5", Pass, Pass);
    assert_eq!(told(side("2.2.4", Fail, Warn), fixed()), Told::Apart);
    for verdict in [Pass, Note, Inconclusive, NotApplicable] {
        assert_eq!(told(side("2.2.4", Fail, verdict), fixed()), Told::Alike, "{verdict:?} before");
        if verdict != Pass {
            assert_eq!(told(side("2.2.4", Fail, Fail), side("2.2.5", Pass, verdict)), Told::Alike, "{verdict:?} after");
        }
    }
    let mut one = side("2.2.4", Fail, Fail);
    one.verdicts.pop_last();
    assert_eq!(told(one, fixed()), Told::Alike, "a case without a verdict");
    assert_eq!(told(absent(true), fixed()), Told::NotHere);
    assert_eq!(told(side("2.2.4", Fail, Fail), absent(false)), Told::NotRun);
}

/// One pair of each outcome.
fn every() -> Pairs {
    let (broken, fixed) =
        (|| side("2.2.4", Verdict::Fail, Verdict::Warn), || side("2.2.5", Verdict::Pass, Verdict::Pass));
    let sides = [
        ("apart", broken(), fixed()),
        ("alike", fixed(), fixed()),
        ("not-run", broken(), absent(false)),
        ("not-here", absent(true), fixed()),
    ];
    let pairs =
        sides.map(|(name, before, after)| Compared::of(&Pair { name: name.to_owned(), ..pair() }, before, after));
    Pairs {
        schema: SCHEMA_VERSION,
        kind: "pairs",
        tool: "0.0.0".to_owned(),
        catalogue: "0123456789abcdef of 2 cases".to_owned(),
        started: "2023-05-01T00:00:00Z".to_owned(),
        pairs: pairs.into(),
    }
}

#[test]
fn the_worst_pair_decides_the_exit_code() {
    let mut pairs = every();
    assert_eq!(pairs.exit(), ExitCode::UNREACHABLE);
    pairs.pairs.retain(|pair| pair.outcome != Told::NotRun);
    assert_eq!(pairs.exit(), ExitCode::FAILED);
    pairs.pairs.retain(|pair| pair.outcome != Told::Alike);
    assert_eq!(pairs.exit(), ExitCode::INCONCLUSIVE);
    pairs.pairs.retain(|pair| pair.outcome != Told::NotHere);
    assert_eq!(pairs.exit(), ExitCode::CONFORMS);
    pairs.pairs.clear();
    assert_eq!(pairs.exit(), ExitCode::NOTHING_RUN);
}

#[test]
fn markdown_as_text() {
    insta::assert_snapshot!(markdown::write(&every()));
}

#[test]
fn terminal_as_text() {
    let look = Look::default();
    let mut page = Page::new(&look);
    terminal::write(&mut page, &every());
    insta::assert_snapshot!(page.finish());
}

#[test]
fn json_holds_every_verdict() {
    let value: serde_json::Value = serde_json::from_str(&every().json().unwrap()).unwrap();
    assert_eq!(value["kind"], "pairs");
    assert_eq!(value["pairs"][0]["outcome"], "apart");
    assert_eq!(value["pairs"][0]["vulnerable"]["verdicts"]["cache/answers#renewed"], "fail");
    assert_eq!(value["pairs"][3]["vulnerable"]["missing_here"], true);
}
