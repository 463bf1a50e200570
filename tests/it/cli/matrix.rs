//! `hardtack matrix`: what is not there is told, and green nowhere.

use hardtack::event::ExitCode;

use super::command::hardtack;

/// A target whose only variant is not on any machine.
const NOT_HERE: &str = "\
target: 1
name: elsewhere
binding: contract
start: {run: [no-such-program, --port, \"{port}\"]}
axes:
  release:
    \"1.0\": {requires: [no-such-program, --version]}
";

#[test]
fn what_is_missing_is_no_pass() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("target.yaml");
    std::fs::write(&file, NOT_HERE).unwrap();
    let markdown = folder.path().join("matrix.md");
    let words =
        ["matrix", file.to_str().unwrap(), "--filter", "cookies/delete", "--markdown", markdown.to_str().unwrap()];
    let ran = hardtack(&words);
    assert_eq!(ran.code, i32::from(ExitCode::NOTHING_RUN.code()), "{ran}");
    assert!(ran.out.contains("NOT HERE elsewhere release=1.0"), "{ran}");
    let text = std::fs::read_to_string(markdown).unwrap();
    assert!(text.contains("## Not judged") && text.contains("not on this machine"), "{text}");
}

#[test]
fn a_bad_target_file_is_told_beside_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("target.yaml");
    std::fs::write(&file, "target: 1\nname: odd\n").unwrap();
    let ran = hardtack(&["matrix", file.to_str().unwrap(), "--filter", "cookies/delete"]);
    assert_eq!(ran.code, i32::from(ExitCode::BAD_INPUT.code()), "{ran}");
    assert!(ran.out.contains("NOT RUN") && ran.out.contains("binding"), "{ran}");
}
