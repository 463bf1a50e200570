//! `hardtack init`: files to begin with.

use std::path::Path;

use hardtack::target::read_target;
use hardtack::wire::{Limits, Listener, Request, Response};

use super::command::{Ran, command, hardtack};

/// A site with a link to a login form, a session cookie and an API.
#[expect(clippy::needless_pass_by_value, reason = "handlers of listeners take requests")]
fn shop(request: Request) -> std::future::Ready<Response> {
    std::future::ready(match (request.method.as_str(), request.path()) {
        ("GET", "/") => Response::text(200, "<a href=/about>About</a> <a href='/account/enter'>Sign in</a>"),
        ("GET", "/account/enter") => Response::text(
            200,
            "<form method=post action='/account/enter?x=1'><input type=hidden name=authenticity_token value=abc>\
             <input type=hidden name=next value='/a b'><input type=email name='user[email]'>\
             <input type=password name='user[password]'></form>",
        )
        .with_header("Set-Cookie", "lang=en; Path=/")
        .with_header("Set-Cookie", "_shop_session=abc; Path=/; HttpOnly"),
        ("GET", "/api/me") => Response::text(401, "{}"),
        ("GET", _) => Response::text(404, "nothing"),
        _ => Response::text(500, "it only looks"),
    })
}

/// Runs the command beside a site; gives what it printed, with the port left out.
fn beside(site: fn(Request) -> std::future::Ready<Response>, folder: &Path, more: &[&str]) -> Ran {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let listener = runtime.block_on(Listener::bind(Limits::default(), site)).unwrap();
    let url = format!("http://{}/", listener.address());
    let arguments = [&["init", url.as_str()], more].concat();
    let output = command(&arguments).current_dir(folder).output().unwrap();
    let port = listener.address().port().to_string();
    let text = |octets: Vec<u8>| String::from_utf8(octets).unwrap().replace(&port, "PORT");
    let target = folder.join("target.yaml");
    if let Ok(written) = std::fs::read_to_string(&target) {
        std::fs::write(&target, written.replace(&port, "1")).unwrap();
    }
    Ran { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
}

fn written(folder: &Path, file: &str) -> String {
    std::fs::read_to_string(folder.join(file)).unwrap()
}

#[track_caller]
fn reads(text: &str) {
    read_target("target.yaml", Path::new("."), text.as_bytes()).unwrap_or_else(|found| panic!("{found}\n{text}"));
}

#[test]
fn a_login_form_becomes_a_mapping() {
    let folder = tempfile::tempdir().unwrap();
    let ran = beside(shop, folder.path(), &[]);
    let target = written(folder.path(), "target.yaml");
    reads(&target);
    let workflow = written(folder.path(), ".github/workflows/hardtack.yml");
    insta::assert_snapshot!(
        "init_login_form",
        format!("{ran}\n--- target.yaml\n{target}\n--- hardtack.yml\n{workflow}")
    );
}

#[test]
fn a_site_without_a_form_is_read_passively() {
    let folder = tempfile::tempdir().unwrap();
    let site = |_: Request| std::future::ready(Response::text(200, "hello"));
    let ran = beside(site, folder.path(), &["--no-workflow"]);
    let target = written(folder.path(), "target.yaml");
    reads(&target);
    assert!(!folder.path().join(".github").exists());
    insta::assert_snapshot!("init_no_form", format!("{ran}\n--- target.yaml\n{target}"));
}

#[test]
fn without_a_url_the_contract_is_meant() {
    let folder = tempfile::tempdir().unwrap();
    let output = command(&["init", "--no-workflow"]).current_dir(folder.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    let target = written(folder.path(), "target.yaml");
    reads(&target);
    insta::assert_snapshot!("init_contract", target);
}

#[test]
fn nothing_is_replaced_unasked() {
    let folder = tempfile::tempdir().unwrap();
    let kept = folder.path().join("target.yaml");
    std::fs::write(&kept, "mine").unwrap();
    let ran = beside(shop, folder.path(), &["--no-workflow"]);
    assert_eq!(ran.code, 2, "{ran}");
    assert_eq!(written(folder.path(), "target.yaml"), "mine");
    assert!(ran.err.contains("target.yaml is there already") && ran.err.contains("--force"), "{ran}");
    let ran = beside(shop, folder.path(), &["--no-workflow", "--force"]);
    assert_eq!(ran.code, 0, "{ran}");
    assert_ne!(written(folder.path(), "target.yaml"), "mine");
}

#[test]
fn a_site_that_does_not_answer_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("target.yaml");
    let ran = hardtack(&["init", "http://127.0.0.1:1/", "--no-workflow", "--output", file.to_str().unwrap()]);
    assert_eq!(ran.code, 3, "{ran}");
    assert!(!file.exists());
}
