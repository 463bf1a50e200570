//! The book: reference pages that are those of the code, a table of contents that has them all, links that lead somewhere.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::command::hardtack;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn names(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let pages = entries.filter(|path| path.extension().is_some_and(|ending| ending == "md"));
    pages.map(|path| path.file_name().unwrap().to_str().unwrap().to_owned()).collect()
}

#[test]
fn the_reference_pages_are_those_of_the_code() {
    let folder = tempfile::tempdir().unwrap();
    let ran = hardtack(&["docs".as_ref(), "--write".as_ref(), folder.path().as_os_str()]);
    assert_eq!(ran.code, 0, "{ran}");
    let committed = root().join("docs/reference");
    let made = names(folder.path());
    assert!(made.len() > 5, "{made:?}");
    assert_eq!(made, names(&committed));
    for name in made {
        let [made, committed] =
            [folder.path(), &committed].map(|folder| fs::read_to_string(folder.join(&name)).unwrap());
        let first = made.lines().zip(committed.lines()).find(|(made, committed)| made != committed);
        assert!(
            made == committed,
            "docs/reference/{name} is stale, from {first:?} on: `cargo run -- docs --write docs/reference` writes it anew"
        );
    }
}

#[test]
fn the_reference_pages_need_a_folder() {
    let ran = hardtack(&["docs", "--write", "no/such/folder"]);
    assert_eq!(ran.code, 2, "{ran}");
    assert!(ran.err.contains("name a folder that exists"), "{ran}");
}

#[test]
fn the_table_of_contents_has_every_page() {
    let docs = root().join("docs");
    let contents = fs::read_to_string(docs.join("SUMMARY.md")).unwrap();
    let listed: BTreeSet<String> = links(&contents).into_iter().filter(|link| !link.starts_with("../")).collect();
    let mut pages = names(&docs);
    pages.remove("SUMMARY.md");
    pages.extend(names(&docs.join("reference")).into_iter().map(|name| format!("reference/{name}")));
    assert_eq!(listed, pages);
}

/// The targets of links to files.
fn links(text: &str) -> Vec<String> {
    let prose = text.split("```").step_by(2).collect::<String>();
    let prose = prose.split('`').step_by(2).collect::<String>();
    let targets = prose.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    targets.filter(|target| !target.contains("://")).map(str::to_owned).collect()
}

/// The anchors of a page's headings, as GitHub and mdBook make them.
fn anchors(text: &str) -> BTreeSet<String> {
    let prose = text.split("\n```").step_by(2).collect::<String>();
    let headings =
        prose.lines().filter_map(|line| line.strip_prefix('#')).map(|line| line.trim_start_matches('#').trim());
    let kept = |one: &char| one.is_alphanumeric() || matches!(one, ' ' | '-' | '_');
    let anchor = |heading: &str| heading.to_lowercase().chars().filter(kept).collect::<String>().replace(' ', "-");
    headings.map(anchor).collect()
}

#[test]
fn links_between_pages_lead_somewhere() {
    let folders = ["", "docs", "docs/reference", "reports"].map(|folder| root().join(folder));
    let pages = folders.iter().flat_map(|folder| names(folder).into_iter().map(move |name| folder.join(name)));
    let mut followed = 0;
    let mut broken = Vec::new();
    for page in pages {
        let text = fs::read_to_string(&page).unwrap();
        for link in links(&text) {
            let (file, anchor) = link.split_once('#').unwrap_or((&link, ""));
            let target: PathBuf = if file.is_empty() { page.clone() } else { page.parent().unwrap().join(file) };
            let there = target.exists();
            let is_page = target.extension().is_some_and(|ending| ending == "md");
            let placed = anchor.is_empty() || !is_page || !there || {
                anchors(&fs::read_to_string(&target).unwrap()).contains(anchor)
            };
            if !there || !placed {
                broken.push(format!("{}: {link}", page.strip_prefix(root()).unwrap().display()));
            }
            followed += 1;
        }
    }
    assert!(broken.is_empty(), "links that lead nowhere: {broken:#?}");
    assert!(followed > 50, "only {followed} links were found");
}
