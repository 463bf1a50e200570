//! The catalogue as a whole.

use hardtack::document::Diagnostics;
use hardtack::spec::{Catalogue, load_directory};

use super::sample;

fn fixtures() -> Catalogue {
    Catalogue::read(sample::RULES, sample::files()).unwrap_or_else(|wrong| panic!("\n{wrong}"))
}

#[test]
fn the_embedded_catalogue_reads() {
    let catalogue = Catalogue::embedded().unwrap_or_else(|wrong| panic!("\n{wrong}"));
    assert!(catalogue.cases().count() > 100);
    assert!(catalogue.cases().all(|case| !case.catches.is_empty()));
}

#[test]
fn rows_are_cases_of_their_own() {
    let catalogue = fixtures();
    let ids: Vec<&str> = catalogue.cases().map(|case| case.id.as_str()).collect();
    assert_eq!(
        ids,
        [
            "cookies/two-lifetimes#asked-for-both@instant",
            "cookies/two-lifetimes#asked-for-both@text",
            "cookies/two-lifetimes#agree",
            "cookies/two-lifetimes#token",
            "cookies/two-lifetimes#date",
            "sessions/lost-cache#after-flush",
            "sessions/lost-cache#at-the-same-time",
        ]
    );
}

#[test]
fn a_spec_from_elsewhere_replaces_the_one_with_its_id() {
    let text = sample::SPECS[1].1.replace("catches: [cache-miss-means-empty]", "").replace("outlives", "survives");
    let folder = tempfile::tempdir().unwrap();
    let nested = folder.path().join("mine/sessions");
    std::fs::create_dir_all(&nested).unwrap();
    std::fs::create_dir_all(folder.path().join("_notes")).unwrap();
    std::fs::write(nested.join("lost-cache.yaml"), text).unwrap();
    std::fs::write(nested.join("README.md"), "not a spec").unwrap();
    std::fs::write(folder.path().join("_notes/broken.yaml"), "nothing").unwrap();
    let files = load_directory(folder.path()).unwrap();
    assert_eq!(files.len(), 1);

    let before = fixtures();
    let after = before.clone().with_directory(files).unwrap_or_else(|wrong| panic!("\n{wrong}"));
    assert_eq!(after.specs().count(), before.specs().count());
    assert!(after.cases().any(|case| case.title == "A session survives the cache"));
    assert_ne!(after.digest(), before.digest());
}

#[test]
fn the_digest_depends_on_the_texts_alone() {
    let mut files = sample::files();
    files.reverse();
    assert_eq!(Catalogue::read(sample::RULES, files).unwrap().digest(), fixtures().digest());
    let rules = sample::RULES.replace("is a token", "is one token");
    assert_ne!(Catalogue::read(&rules, sample::files()).unwrap().digest(), fixtures().digest());
}

#[test]
fn all_files_are_reported_together() {
    let mut files = sample::files();
    for (_, text) in &mut files {
        *text = String::from_utf8(text.clone()).unwrap().replace("level: must", "level: most").into_bytes();
    }
    files.push(("specs/a.yaml".to_owned(), b"spec: 1\nid: [".to_vec()));
    files.push(("more/cookies/two-lifetimes.yaml".to_owned(), sample::SPECS[0].1.as_bytes().to_vec()));
    let wrong = Catalogue::read(sample::RULES, files).unwrap_err();
    insta::with_settings!({omit_expression => true, prepend_module_to_snapshot => false}, {
        insta::assert_snapshot!("catalogue_errors", wrong.to_string());
    });
    assert!(wrong.files.iter().flat_map(Diagnostics::found).any(|one| one.code == "spec-duplicate-id"));
}

#[test]
fn broken_rules_are_reported_alone() {
    let wrong = Catalogue::read("- id: a\n", sample::files()).unwrap_err();
    assert!(wrong.to_string().starts_with("failed to read the catalogue of rules: "), "{wrong}");
    assert!(wrong.files.is_empty());
}
