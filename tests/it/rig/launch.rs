//! Raising targets: this test binary, started again, is the server.

use std::path::Path;
use std::time::Duration;

use hardtack::contract::{Control, ServiceRole};
use hardtack::rig::{RigError, RigOptions, Running, check_requirements, raise};
use hardtack::target::{Target, Variant, VariantPattern, read_target};
use hardtack::wire::{Limits, Listener, Response};
use tempfile::TempDir;

use super::subject::{PORT, arguments, binary, get, is_alive, until};

/// A target file around a `start` section, with two axes.
fn target(folder: &Path, start: &str) -> Target {
    let text = format!(
        r#"target: 1
name: subject
binding: passive
start:
{start}
axes:
  engine:
    db: {{env: {{ENGINE_ENV: "the {{engine}} of {{release}}"}}}}
    file: {{}}
  release:
    here: {{requires: [/bin/sh, -c, "test -d {{folder}}"]}}
    away: {{requires: [/bin/sh, -c, "echo not installed >&2; exit 9"]}}
    nowhere: {{requires: ["{{env_dir}}/bin/python", -c, import django]}}
"#
    );
    read_target("target.yaml", folder, text.as_bytes()).unwrap_or_else(|found| panic!("{found}"))
}

fn served(folder: &Path) -> Target {
    let [exact, test, nocapture] = arguments("serves");
    let run = format!("  run: ['{}', {exact}, '{test}', {nocapture}]", binary());
    let env =
        format!("  env: {{{PORT}: '{{port}}', DATA_DIR: '{{data_dir}}', ENGINE: '{{engine}}', ENV: '{{env_dir}}'}}");
    target(folder, &format!("{run}\n{env}\n  ready: {{get: /ready, within: 60s}}"))
}

fn scripted(folder: &Path, script: &str, within: &str) -> Target {
    target(folder, &format!("  run: [/bin/sh, -c, '{script}', '{{port}}']\n  ready: {{get: /, within: {within}}}"))
}

fn variant(target: &Target, choices: &[(&str, &str)]) -> Variant {
    let choices = choices.iter().map(|(axis, value)| ((*axis).to_owned(), (*value).to_owned())).collect();
    target.expand(&[VariantPattern(choices)]).expect("it exists").remove(0)
}

/// Options under which data folders are seen.
fn options(data_root: &TempDir) -> RigOptions {
    RigOptions { data_root: Some(data_root.path().to_owned()), ..RigOptions::default() }
}

fn is_empty(folder: &TempDir) -> bool {
    std::fs::read_dir(folder.path()).expect("it is there").next().is_none()
}

async fn id_of(running: &Running) -> i32 {
    get(&running.connector(), "/pid").await.parse().expect("a process id")
}

fn failed(result: Result<Running, RigError>) -> RigError {
    result.map(|running| running.address()).expect_err("it cannot be raised")
}

#[tokio::test]
async fn a_server_gets_its_values_and_ends() {
    let (folder, data) = (TempDir::new().expect("a folder"), TempDir::new().expect("a folder"));
    let target = served(folder.path());
    let running = raise(&target, &variant(&target, &[]), &options(&data)).await.expect("it is raised");
    let connector = running.connector();
    assert_eq!(connector.address(), Some(running.address()));
    assert_eq!(get(&connector, "/env?name=ENGINE").await, "db");
    assert_eq!(get(&connector, "/env?name=ENGINE_ENV").await, "the db of here");
    assert_eq!(get(&connector, "/env?name=ENV").await, folder.path().join(".env").display().to_string());
    let here = folder.path().canonicalize().expect("it is there");
    assert_eq!(get(&connector, "/folder").await, here.display().to_string());
    let data_dir = running.data_dir().expect("it has one").to_owned();
    assert_eq!(get(&connector, "/env?name=DATA_DIR").await, data_dir.display().to_string());
    assert!(data_dir.starts_with(data.path()) && data_dir.is_dir());
    until(|| running.output().stderr.contains(&format!("listening on {}", running.address().port()))).await;
    assert!(running.offers(Control::RestartServer));
    assert!(!running.offers(Control::Flush(ServiceRole::Cache)));
    let id = id_of(&running).await;
    running.stop().await;
    assert!(!is_alive(id));
    assert!(is_empty(&data), "the data folder is removed");
}

#[tokio::test]
async fn a_restart_keeps_port_and_data() {
    let (folder, data) = (TempDir::new().expect("a folder"), TempDir::new().expect("a folder"));
    let target = served(folder.path());
    let running =
        raise(&target, &variant(&target, &[("engine", "file")]), &options(&data)).await.expect("it is raised");
    let connector = running.connector();
    get(&connector, "/write?name=record").await;
    let before = id_of(&running).await;
    running.control(Control::RestartServer).await.expect("it starts again");
    assert_ne!(id_of(&running).await, before);
    assert!(!is_alive(before));
    assert_eq!(get(&connector, "/read?name=record").await, "kept");
    assert_eq!(get(&connector, "/env?name=ENGINE_ENV").await, "");
    let after = id_of(&running).await;
    drop(running);
    until(|| !is_alive(after)).await;
    assert!(is_empty(&data), "the data folder is removed");
}

#[tokio::test]
async fn a_server_that_ends_is_noticed_and_can_be_started_again() {
    let (folder, data) = (TempDir::new().expect("a folder"), TempDir::new().expect("a folder"));
    let target = served(folder.path());
    let running = raise(&target, &variant(&target, &[]), &options(&data)).await.expect("it is raised");
    assert_eq!(running.exit_status().await, None);
    let client = hardtack::wire::Client::new(running.connector(), Limits::default());
    let exchange = client.send(hardtack::wire::Request::get("/exit"), hardtack::wire::ConnectionUse::New).await;
    exchange.result.expect_err("it ends instead of answering");
    let mut status = None;
    while status.is_none() {
        tokio::task::yield_now().await;
        status = running.exit_status().await;
    }
    assert_eq!(status.and_then(|status| status.code()), Some(3));
    assert!(running.output().stderr.ends_with("asked to exit\n"));
    running.restart().await.expect("it starts again");
    assert_eq!(get(&running.connector(), "/ready").await, "ready");
}

#[tokio::test]
async fn a_variant_that_is_not_installed_is_unavailable() {
    let folder = TempDir::new().expect("a folder");
    let target = served(folder.path());
    check_requirements(&target, &variant(&target, &[("release", "here")])).await.expect("it is available");
    for (release, expected) in
        [("away", "failed (exit status: 9): not installed"), ("nowhere", "does not start: No such file or directory")]
    {
        let error = failed(raise(&target, &variant(&target, &[("release", release)]), &RigOptions::default()).await);
        assert!(error.is_unavailable());
        let text = error.to_string();
        assert!(text.starts_with(&format!("release={release} is not available here: `")), "{text}");
        assert!(text.contains(expected), "{text}");
        assert!(error.remedy().contains("install"));
    }
}

#[tokio::test]
async fn a_server_that_ends_at_once_is_shown_with_its_last_words() {
    let (folder, data) = (TempDir::new().expect("a folder"), TempDir::new().expect("a folder"));
    let target = scripted(folder.path(), "echo one; echo cannot start >&2; exit 4", "60s");
    let error = failed(raise(&target, &variant(&target, &[]), &options(&data)).await);
    assert!(!error.is_unavailable());
    assert_eq!(
        error.to_string(),
        "the server ended before it was ready (exit status: 4); its last output:\n  | cannot start"
    );
    assert!(is_empty(&data));
}

#[tokio::test]
async fn a_server_that_never_answers_is_given_up_and_ended() {
    let (folder, data) = (TempDir::new().expect("a folder"), TempDir::new().expect("a folder"));
    let target = scripted(folder.path(), "echo $$; exec sleep 1000", "300ms");
    let error = failed(raise(&target, &variant(&target, &[]), &options(&data)).await);
    let RigError::NotReady { last, output, .. } = &error else {
        panic!("{error}");
    };
    assert!(last.starts_with("GET /: could not connect to 127.0.0.1:"), "{last}");
    assert!(error.to_string().starts_with("the server was not ready within 300ms: "), "{error}");
    let id = output.stdout.trim().parse().expect("a process id");
    until(|| !is_alive(id)).await;
    assert!(is_empty(&data));
}

#[tokio::test]
async fn readiness_needs_an_answer_below_500() {
    let folder = TempDir::new().expect("a folder");
    let mut target = served(folder.path());
    let launch = target.launch.as_mut().expect("it is started");
    launch.ready.get = "/warming".to_owned();
    let running = raise(&target, &variant(&target, &[]), &RigOptions::default()).await.expect("it is raised");
    assert_eq!(get(&running.connector(), "/warmed").await, "4");
}

#[tokio::test]
async fn a_target_that_runs_elsewhere_is_only_looked_for() {
    let listener =
        Listener::bind(Limits::default(), |_| async { Response::text(200, "here") }).await.expect("it listens");
    let url = listener.authority().url("/").parse().expect("a URL");
    let target = Target::for_url(url).expect("http");
    let running = raise(&target, &Variant::default(), &RigOptions::default()).await.expect("it is found");
    assert_eq!(get(&running.connector(), "/").await, "here");
    assert!(running.data_dir().is_none());
    let restart = running.control(Control::RestartServer).await.expect_err("it was not started here");
    assert_eq!(restart.to_string(), "the target does not offer control.server.restart");
    let flush = running.control(Control::Flush(ServiceRole::Cache)).await.expect_err("there is no cache");
    assert!(flush.remedy().contains("`services`"));
    running.stop().await;
    listener.shutdown().await;
    let error = failed(raise(&target, &Variant::default(), &RigOptions::default()).await);
    assert!(matches!(error, RigError::Unreachable { .. }), "{error}");
}

#[tokio::test]
async fn without_start_and_url_there_is_nothing_to_raise() {
    let mut target = served(Path::new("."));
    target.launch = None;
    let error = failed(raise(&target, &variant(&target, &[]), &RigOptions::default()).await);
    assert!(matches!(error, RigError::Nowhere), "{error}");
    assert_eq!(RigOptions::default().grace, Duration::from_secs(5));
}
