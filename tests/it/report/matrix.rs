//! Targets beside each other.

use hardtack::report::html;
use hardtack::report::matrix::{self, Gathered, Mark, Matrix, gather, markdown};
use hardtack::report::terminal::{Look, Page};
use serde_json::Value;

use super::sample;

/// Two targets that ran, one that could not be read.
fn targets() -> Vec<Gathered> {
    let mut flask = sample::conforming();
    let target = &mut flask.variants[0].target;
    "flask".clone_into(&mut target.name);
    "Flask".clone_into(&mut target.framework);
    "3.1".clone_into(&mut target.version);
    target.server = None;
    let of = |target: &str, run| Gathered { target: target.to_owned(), file: format!("targets/{target}"), run };
    vec![
        of("django", Ok(sample::everything())),
        of("flask", Ok(flask)),
        of("broken", Err("targets/broken/target.yaml: `binding` is missing".to_owned())),
    ]
}

fn compared() -> Matrix {
    gather(&targets())
}

#[test]
fn every_variant_that_ran_is_a_column_and_no_other() {
    let matrix = compared();
    let columns: Vec<String> = matrix.columns.iter().map(|one| format!("{} {}", one.target, one.variant)).collect();
    assert_eq!(columns, ["django engine=db", "django engine=cached_db", "flask default"]);
    let absent: Vec<(&str, &str, bool)> =
        matrix.absent.iter().map(|one| (one.target.as_str(), one.variant.as_str(), one.missing_here)).collect();
    assert_eq!(absent, [("django", "engine=cache", false), ("django", "release=6.1", true), ("broken", "", false)]);
}

#[test]
fn rows_have_a_mark_for_each_column_and_say_where_they_differ() {
    let matrix = compared();
    assert!(matrix.rows.iter().all(|row| row.marks.chars().count() == matrix.columns.len()));
    let row = |case: &str| matrix.rows.iter().find(|row| row.case == case).unwrap();
    assert_eq!(row("cookies/delete#gone").marks, "ffx");
    assert!(!row("cookies/delete#gone").differs);
    let http_only = row("sessions/cookie#http-only");
    assert_eq!(http_only.marks, "www");
    assert_eq!(row("sessions/expiry#enforced").marks.chars().next(), Some(Mark::Known.letter()));
    for row in &matrix.rows {
        for (column, note) in &row.notes {
            assert!(*column < matrix.columns.len() && *note < matrix.notes.len());
        }
    }
    // What several columns say alike is kept once.
    assert_eq!(http_only.notes[&0], http_only.notes[&2]);
}

#[test]
fn counts_of_columns_are_those_of_their_rows() {
    let matrix = compared();
    for (index, column) in matrix.columns.iter().enumerate() {
        for (mark, count) in &column.counts {
            let marked = matrix.rows.iter().filter(|row| row.marks.chars().nth(index) == Some(mark.letter())).count();
            assert_eq!(marked, *count, "{} {mark:?}", column.variant);
        }
    }
}

#[test]
fn json_matches_its_schema() {
    let schema: Value = serde_json::from_str(matrix::SCHEMA).unwrap();
    jsonschema::meta::validate(&schema).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let mut value: Value = serde_json::from_str(&compared().json().unwrap()).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(&value).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    value["rows"][0]["marks"] = "z".into();
    assert!(!validator.is_valid(&value));
}

#[test]
fn markdown_as_text() {
    insta::assert_snapshot!(markdown::write(&compared()));
}

#[test]
fn terminal_as_text() {
    let look = Look::default();
    let mut page = Page::new(&look);
    matrix::terminal::write(&mut page, &compared());
    insta::assert_snapshot!(page.finish());
}

#[test]
fn the_page_holds_everything_and_no_markup_of_servers() {
    const ATTACK: &str = "</script><script>alert(1)</script><img src=x onerror=alert(2)>";
    let mut targets = targets();
    if let Ok(run) = &mut targets[0].run {
        run.variants[0].target.version = ATTACK.to_owned();
        run.variants[2].failed_to_run.as_mut().unwrap().0 = ATTACK.to_owned();
        for outcome in &mut run.variants[0].outcomes {
            outcome.title = ATTACK.to_owned();
            outcome.findings.iter_mut().for_each(|finding| finding.actual = ATTACK.to_owned());
        }
    }
    let text = html::matrix(&gather(&targets)).unwrap();
    let page = scraper::Html::parse_document(&text);
    let select = |selector: &str| page.select(&scraper::Selector::parse(selector).unwrap()).count();
    assert_eq!((select("script"), select("img")), (2, 0));
    let data = page.select(&scraper::Selector::parse("script#data").unwrap()).next().unwrap();
    let data: Value = serde_json::from_str(&data.text().collect::<String>()).unwrap();
    assert_eq!(data["rows"].as_array().unwrap().len(), compared().rows.len());
    assert!(data.to_string().contains("alert(2)"));
}

#[test]
fn nothing_at_all_is_a_matrix_without_columns() {
    let matrix = gather(&[]);
    assert!(matrix.columns.is_empty() && matrix.rows.is_empty());
    assert!(html::matrix(&matrix).is_ok());
}
