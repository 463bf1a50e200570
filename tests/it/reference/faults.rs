//! Every fault changes something that somebody can see.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use hardtack::reference::{EngineKind, Fault, FaultError, Seam, Server, fault};
use hardtack::spec::{Case, Catalogue, FaultName};

use super::browser::{config, faulty, server};
use super::fault_scenes::scenes;
use super::scenes::play;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_fault_shows_in_a_scene_on_each_of_its_engines_or_is_named_by_a_case() {
    let scenes = scenes();
    let cases: Vec<Arc<Case>> = Catalogue::embedded().unwrap().cases().cloned().collect();
    let mut silent = Vec::new();
    // Where a fault showed on one engine, it probably shows on the next.
    let mut hints: HashMap<&str, usize> = HashMap::new();
    // And where no scene shows it, the next engine's scenes hardly will.
    let mut left_to_cases: BTreeSet<&str> = BTreeSet::new();
    for engine in EngineKind::ALL {
        let mut good = Vec::new();
        for scene in &scenes {
            good.push(play(&server(engine), scene).await);
        }
        for fault in fault::all().filter(|fault| fault.shows_on(engine)) {
            if left_to_cases.contains(fault.name) {
                continue;
            }
            let hint = hints.get(fault.name).copied();
            let mut shows = None;
            for index in hint.into_iter().chain(0..scenes.len()) {
                if play(&faulty(engine, fault.name), &scenes[index]).await != good[index] {
                    shows = Some(index);
                    break;
                }
            }
            if let Some(index) = shows {
                hints.insert(fault.name, index);
            } else if is_named(&cases, fault) {
                left_to_cases.insert(fault.name);
            } else {
                silent.push(format!("{} on {engine}", fault.name));
            }
        }
    }
    assert_eq!(silent, Vec::<String>::new());
}

/// Whether a case of the catalogue names the fault; that it notices it is shown by the kill matrix.
fn is_named(cases: &[Arc<Case>], fault: &'static Fault) -> bool {
    let name = FaultName::new(fault.name);
    cases.iter().any(|case| case.catches.contains(&name))
}

#[tokio::test]
async fn the_good_server_plays_every_scene_the_same_way_twice() {
    for engine in EngineKind::ALL {
        for scene in scenes() {
            assert_eq!(play(&server(engine), &scene).await, play(&server(engine), &scene).await, "{engine} {scene:?}");
        }
    }
}

#[test]
fn the_registry_is_in_order() {
    let names: BTreeSet<_> = fault::all().map(|fault| fault.name).collect();
    assert_eq!(names.len(), fault::all().count(), "names are unique");
    for fault in fault::all() {
        let kebab = fault.name.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-');
        assert!(kebab, "{}", fault.name);
        assert!(!fault.engines.is_empty() && !fault.about.ends_with('.'), "{}", fault.name);
        assert!(std::ptr::eq(fault::find(fault.name).unwrap(), fault));
    }
    let seams: BTreeSet<Seam> = fault::all().map(|fault| fault.seam).collect();
    assert_eq!(seams.len(), 5);
}

#[test]
fn unknown_and_misplaced_faults_are_explained() {
    let error = fault::find("login-keep-key").unwrap_err().to_string();
    assert_eq!(
        error,
        "there is no fault `login-keep-key`, did you mean `login-keeps-key`?; --list-faults names them all"
    );
    assert!(!fault::find("zzz").unwrap_err().to_string().contains("did you mean"));
    let misplaced = hardtack::reference::Config {
        faults: vec![fault::find("cache-miss-means-empty").unwrap()],
        ..config(EngineKind::Db)
    };
    let error = Server::new(misplaced).unwrap_err().to_string();
    assert_eq!(error, "the fault `cache-miss-means-empty` does not show on the engine db, but on cached_db");
    assert!(matches!(fault::find(""), Err(FaultError::Unknown { nearest: None, .. })));
}
