//! `hardtack specs`.

use std::fs;

use super::command::hardtack;

/// A folder with these files below it.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

/// A spec about banners that is well.
const BANNER: &str = "\
spec: 1
id: mine/banner
title: The banner is remembered
why: People who closed the banner do not want to see it again.
clients: {alice: browser}

cases:
  - case: kept
    title: A cookie with a lifetime survives the end of the browser
    level: should
    needs: {facts: {storage: {in: [server, client]}}}
    steps:
      - do: cookie.set
        with: {name: banner, value: closed, max_age: 3600}
      - do: browser.restart
      - do: cookie.list
        expect: {jar: {banner: holds}}
    catches: [path-dropped]
";

#[test]
fn a_case_is_shown_with_needs_and_faults() {
    let folder = folder(&[("mine/banner.yaml", BANNER)]);
    let path = folder.path().to_str().unwrap();
    let ran = hardtack(&["specs", "show", "mine/banner#kept", "--specs", path]);
    insta::assert_snapshot!(ran.to_string().replace(path, "DIR"));
    let whole = hardtack(&["specs", "show", "mine/banner", "--specs", path]);
    assert_eq!(whole.out, BANNER);
}

#[test]
fn a_case_is_explained() {
    let ran = hardtack(&["specs", "explain", "cookies/delete#at-once"]);
    insta::assert_snapshot!(ran.to_string());
}

#[test]
fn coverage_is_a_table_by_group() {
    let text = hardtack(&["specs", "coverage"]).out;
    let heads = ["group", "rules", "decided", "excluded", "pending"];
    assert_eq!(text.lines().next().unwrap().split_whitespace().collect::<Vec<_>>(), heads, "{text}");
    let table = text.lines().skip(1).take_while(|line| !line.is_empty());
    let rows: Vec<Vec<&str>> = table.map(|line| line.split_whitespace().collect()).collect();
    let last = rows.last().unwrap();
    assert_eq!(last[0], "all");
    for column in 1..heads.len() {
        let number = |row: &Vec<&str>| row[column].parse::<usize>().unwrap();
        assert_eq!(rows[..rows.len() - 1].iter().map(number).sum::<usize>(), number(last), "{text}");
    }
}

#[test]
fn coverage_lists_every_rule_when_asked() {
    let catalogue = hardtack::spec::Catalogue::embedded().unwrap();
    let text = hardtack(&["specs", "coverage", "--verbose"]).out;
    let json: serde_json::Value = serde_json::from_str(&hardtack(&["specs", "coverage", "--json"]).out).unwrap();
    let rules: Vec<&serde_json::Value> =
        json["groups"].as_array().unwrap().iter().flat_map(|group| group["rules"].as_array().unwrap()).collect();
    assert_eq!(json["counts"]["rules"], rules.len());
    for (rule, value) in catalogue.rules().iter().zip(rules) {
        assert_eq!(value["rule"], rule.id.as_str());
        assert_eq!(value["levels"]["default"], rule.level.default.as_str());
        let reasons = ["excluded", "pending"].into_iter().filter(|&key| value.get(key).is_some()).count();
        assert_eq!(reasons, usize::from(value["cases"].as_array().unwrap().is_empty()), "{value}");
        assert!(text.contains(rule.id.as_str()), "{}", rule.id);
    }
}

#[test]
fn the_page_of_coverage_is_up_to_date() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/coverage.md");
    let page = hardtack(&["specs", "coverage", "--markdown"]).out;
    assert!(
        fs::read_to_string(path).is_ok_and(|text| text == page),
        "write it again: cargo run -- specs coverage --markdown > docs/coverage.md"
    );
}

#[test]
fn every_case_has_a_section_on_a_page() {
    let folder = tempfile::tempdir().unwrap();
    let ran = hardtack(&["specs", "pages", "--write", &folder.path().display().to_string()]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let catalogue = hardtack::spec::Catalogue::embedded().unwrap();
    let index = fs::read_to_string(folder.path().join("index.md")).unwrap();
    for spec in catalogue.specs() {
        assert!(index.contains(&format!("({}.md)", spec.id)), "{}", spec.id);
        let page = fs::read_to_string(folder.path().join(format!("{}.md", spec.id))).unwrap();
        for case in &spec.cases {
            let name = case.id.base().split_once('#').unwrap().1;
            assert!(page.contains(&format!("<a id=\"{name}\"></a>")) && page.contains(&case.title), "{}", case.id);
        }
        let mends = spec.cases.iter().any(|case| !case.rules.is_empty());
        assert_eq!(page.contains("**How to fix it.**"), mends, "{}", spec.id);
    }
}

#[test]
fn every_spec_can_be_explained_and_shown() {
    let catalogue = hardtack::spec::Catalogue::embedded().unwrap();
    for spec in catalogue.specs() {
        for word in ["explain", "show"] {
            let ran = hardtack(&["specs", word, spec.id.as_str()]);
            assert_eq!(ran.code, 0, "{word} {}: {}", spec.id, ran.err);
            assert!(ran.out.contains(spec.title.as_str()), "{word} {}", spec.id);
        }
    }
}

#[test]
fn what_nobody_knows_gets_a_suggestion() {
    for (name, word) in [("typo", "cookies/delet"), ("part", "delete"), ("nothing", "xyzzy")] {
        let ran = hardtack(&["specs", "show", word]);
        assert_eq!(ran.code, 2);
        insta::assert_snapshot!(format!("suggestion_{name}"), ran.to_string());
    }
}

#[test]
fn the_embedded_catalogue_is_well() {
    let ran = hardtack(&["specs", "lint"]);
    assert_eq!(ran.code, 0, "{ran}");
    assert!(!ran.err.contains("error["), "{ran}");
}

#[test]
fn lint_tells_place_cause_and_fix() {
    let wrong = BANNER.replace("level: should", "levle: should").replace("closed, max_age", "closed, max-age");
    let folder = folder(&[
        ("mine/banner.yaml", &wrong),
        ("mine/other.yaml", &BANNER.replace("mine/banner", "mine/other").replace("path-dropped", "path-droped")),
    ]);
    let path = folder.path().to_str().unwrap();
    let ran = hardtack(&["specs", "lint", path]);
    assert_eq!(ran.code, 2);
    insta::assert_snapshot!("lint_wrong", ran.to_string().replace(path, "DIR"));
    let only_the_fault = folder.path().join("mine/other.yaml");
    let ran = hardtack(&["specs", "lint", only_the_fault.to_str().unwrap()]);
    insta::assert_snapshot!("lint_unknown_fault", ran.to_string().replace(path, "DIR"));
    let ran = hardtack(&["specs", "lint", "--json", only_the_fault.to_str().unwrap()]);
    assert_eq!(ran.code, 2);
    let found: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(found[0]["line"], 18);
}

#[test]
fn lint_needs_something_to_check() {
    let empty = folder(&[("notes.txt", "")]);
    let path = empty.path().to_str().unwrap();
    let nothing = hardtack(&["specs", "lint", path]);
    assert_eq!(nothing.code, 2, "{nothing}");
    let missing = hardtack(&["specs", "lint", "no/such/file.yaml"]);
    assert_eq!(missing.code, 2, "{missing}");
    insta::assert_snapshot!("lint_missing", missing.to_string());
}

#[test]
fn schemas_are_those_of_the_repository() {
    let folder = tempfile::tempdir().unwrap();
    let ran = hardtack(&["specs", "schema", "--write", folder.path().to_str().unwrap()]);
    assert_eq!(ran.code, 0, "{ran}");
    for name in ["spec", "target", "run", "events"] {
        let file = format!("{name}.schema.json");
        let written = fs::read_to_string(folder.path().join(&file)).unwrap();
        assert_eq!(written, hardtack(&["specs", "schema", name]).out, "{name}");
        jsonschema::meta::validate(&serde_json::from_str(&written).unwrap()).unwrap();
        let committed = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas").join(&file);
        assert!(fs::read_to_string(committed).unwrap() == written, "schemas/{file} is out of date");
    }
}

#[test]
fn cases_are_listed_as_they_are_chosen() {
    let ran = hardtack(&["specs", "list", "--filter", "cookies/delete"]);
    assert_eq!(ran.code, 0, "{ran}");
    assert!(ran.out.lines().skip(1).all(|line| line.starts_with("cookies/delete#") || line.starts_with(' ')), "{ran}");
    let all = hardtack(&["specs", "list", "--json"]);
    let all: serde_json::Value = serde_json::from_str(&all.out).unwrap();
    let catalogue = hardtack::spec::Catalogue::embedded().unwrap();
    assert_eq!(all.as_array().unwrap().len(), catalogue.cases().count());
    assert_eq!(all[0]["case"], catalogue.cases().next().unwrap().id.as_str());
    let nothing = hardtack(&["specs", "list", "--filter", "rule:no.such.rule"]);
    assert_eq!(nothing.code, 5, "{nothing}");
}

#[test]
fn the_kill_matrix_shows_what_noticed_a_fault() {
    let ran = hardtack(&["specs", "kill-matrix", "--filter", "cookies/delete#same-path"]);
    assert_eq!(ran.code, 0, "{ran}");
    insta::assert_snapshot!(ran.to_string());
}

#[test]
fn a_fault_that_goes_unnoticed_fails_the_kill_matrix() {
    // Deleting has nothing to do with this case.
    let blind = folder(&[("mine/banner.yaml", &BANNER.replace("path-dropped", "delete-ignores-path"))]);
    let path = blind.path().to_str().unwrap();
    let ran = hardtack(&["specs", "kill-matrix", "--filter", "mine/banner", "--specs", path]);
    assert_eq!(ran.code, 1, "{ran}");
    insta::assert_snapshot!(ran.to_string());
}

#[test]
fn a_case_is_shown_as_curl_lines() {
    let ran = hardtack(&["specs", "show", "sessions/occasions-login#on-a-second-device", "--curl"]);
    insta::assert_snapshot!(ran.to_string());
    // Fields, waits and damaged cookies.
    for id in ["sessions/csrf#from-another-site", "sessions/expiry#instant-stays", "cookies/signed#tampered@flip"] {
        let name = format!("curl_{}", id.replace(['/', '#', '@'], "_"));
        insta::assert_snapshot!(name, hardtack(&["specs", "show", id, "--curl"]).to_string());
    }
    let together =
        hardtack(&["specs", "show", "sessions/again#logins-at-the-same-time", "--curl", "--base", "http://h/c/"]);
    assert!(together.out.contains("http://h/c/run &\n") && together.out.ends_with("http://h/c/run\n"), "{together}");
}

#[test]
fn a_new_spec_is_well_and_runs() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    let made = hardtack(&["specs", "new", "shop/basket", "--specs", path]);
    insta::assert_snapshot!(made.to_string().replace(path, "DIR"));
    let file = folder.path().join("shop/basket.yaml");
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.starts_with("# yaml-language-server: $schema=../spec.schema.json\n"), "{text}");
    assert!(folder.path().join("spec.schema.json").is_file());
    let linted = hardtack(&["specs", "lint", file.to_str().unwrap()]);
    assert_eq!((linted.code, linted.out.as_str(), linted.err.as_str()), (0, "1 spec, 1 case: all well\n", ""));
    assert_eq!(hardtack(&["specs", "fmt", "--check", path]).code, 0);
    let killed = hardtack(&["specs", "kill-matrix", "--specs", path, "--filter", "shop/basket"]);
    assert_eq!(killed.code, 0, "{killed}");
    let again = hardtack(&["specs", "new", "shop/basket", "--specs", path]);
    assert_eq!(again.code, 2, "{again}");
    assert_eq!(hardtack(&["specs", "new", "Shop/../x", "--specs", path]).code, 2);
}

#[test]
fn a_new_spec_names_the_schema_that_is_there() {
    let folder = folder(&[("schemas/spec.schema.json", "{}")]);
    let specs = folder.path().join("specs");
    assert_eq!(hardtack(&["specs", "new", "a/b/c", "--specs", specs.to_str().unwrap()]).code, 0);
    let text = fs::read_to_string(specs.join("a/b/c.yaml")).unwrap();
    assert!(text.starts_with("# yaml-language-server: $schema=../../../schemas/spec.schema.json\n"), "{text}");
}

#[test]
fn specs_are_formatted_and_checked() {
    let untidy =
        BANNER.replace("\ncases:\n", "cases:\n\n\n").replace("    level: should\n", "    level: should   \n    #why\n");
    let folder = folder(&[
        ("mine/banner.yaml", &untidy),
        ("tidy.yaml", &BANNER.replace("mine/banner", "tidy")),
        ("broken.yaml", "a: [\n"),
    ]);
    let path = |name: &str| folder.path().join(name).display().to_string();
    let checked = hardtack(&["specs", "fmt", "--check", &path("mine"), &path("tidy.yaml")]);
    assert_eq!((checked.code, checked.out), (1, format!("{}\n", path("mine/banner.yaml"))));
    assert_eq!(fs::read_to_string(path("mine/banner.yaml")).unwrap(), untidy, "nothing is written");
    let written = hardtack(&["specs", "fmt", &path("mine")]);
    assert_eq!(written.code, 0, "{written}");
    let text = fs::read_to_string(path("mine/banner.yaml")).unwrap();
    assert_eq!(text, BANNER.replace("    level: should\n", "    level: should\n    # why\n"));
    assert_eq!(hardtack(&["specs", "fmt", "--check", &path("mine")]).code, 0);
    let broken = hardtack(&["specs", "fmt", &path("broken.yaml")]);
    assert_eq!((broken.code, fs::read_to_string(path("broken.yaml")).unwrap().as_str()), (2, "a: [\n"), "{broken}");
}
