//! What is generated from the definition of the command line: completions and man pages.

use super::command::hardtack;

#[test]
fn completions_know_every_command() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let ran = hardtack(&["completions", shell]);
        assert_eq!(ran.code, 0, "{shell}: {}", ran.err);
        for command in hardtack::cli::command().get_subcommands().filter(|command| !command.is_hide_set()) {
            assert!(ran.out.contains(command.get_name()), "{shell} does not know {}", command.get_name());
        }
    }
}

#[test]
fn the_completion_of_bash_is_a_script() {
    let script = hardtack(&["completions", "bash"]).out;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("hardtack.bash");
    std::fs::write(&file, script).unwrap();
    assert!(std::process::Command::new("bash").arg("-n").arg(&file).status().unwrap().success());
}

#[test]
fn every_command_has_a_man_page() {
    let folder = tempfile::tempdir().unwrap();
    let ran = hardtack(&["man".as_ref(), folder.path().as_os_str()]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let page = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap_or_else(|_| panic!("no {name}"));
    assert!(page("hardtack.1").contains("cookies and sessions"));
    for command in hardtack::cli::command().get_subcommands().filter(|command| !command.is_hide_set()) {
        assert!(page(&format!("hardtack-{}.1", command.get_name())).starts_with(".ie"), "{}", command.get_name());
    }
}

#[test]
fn man_pages_need_a_folder() {
    let ran = hardtack(&["man", "no/such/folder"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("name a folder that exists"), "{}", ran.err);
}
