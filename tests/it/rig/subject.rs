//! Processes to experiment with. This test binary starts itself again, with the name of one of these tests and a
//! variable that makes it play the part; without the variable the same code is tested within this process.

use std::env;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use hardtack::rig::{Process, ProcessCommand};
use hardtack::wire::{Client, ConnectionUse, Connector, Limits, Listener, Request, Response};
use rustix::process::{Pid, test_kill_process};

/// Makes [`serves`] a server on this port.
pub const PORT: &str = "HARDTACK_SUBJECT_PORT";

/// Makes [`starts_a_family`] wait to be killed.
pub const FAMILY: &str = "HARDTACK_SUBJECT_FAMILY";

const LONG: Duration = Duration::from_mins(1);

/// Arguments that make this binary run one of the tests here.
pub fn arguments(test: &str) -> [String; 3] {
    ["--exact".to_owned(), format!("rig::subject::{test}"), "--nocapture".to_owned()]
}

/// The path of this binary.
pub fn binary() -> String {
    env::current_exe().expect("it has a path").to_str().expect("a path in UTF-8").to_owned()
}

/// How often `/warming` was asked for.
static WARMING: AtomicUsize = AtomicUsize::new(0);

/// A server that is easy to look into.
async fn listen(port: u16) -> Listener {
    let address = ([127, 0, 0, 1], port).into();
    Listener::bind_at(address, None, Limits::default(), |request| async move { answer(&request) }).await.unwrap_or_else(
        |error| {
            eprintln!("{error}");
            std::process::exit(98);
        },
    )
}

fn answer(request: &Request) -> Response {
    let name = request.parameter("name").unwrap_or_default();
    let data = || format!("{}/{name}", env::var("DATA_DIR").unwrap_or_default());
    match request.path() {
        "/ready" => Response::text(200, "ready"),
        "/warming" if WARMING.fetch_add(1, Ordering::SeqCst) < 3 => Response::text(503, "not yet"),
        "/warming" => Response::text(200, "warm"),
        "/warmed" => Response::text(200, &WARMING.load(Ordering::SeqCst).to_string()),
        "/pid" => Response::text(200, &std::process::id().to_string()),
        "/env" => Response::text(200, &env::var(&name).unwrap_or_default()),
        "/folder" => Response::text(200, &env::current_dir().unwrap_or_default().display().to_string()),
        "/write" => Response::text(if std::fs::write(data(), "kept").is_ok() { 200 } else { 500 }, ""),
        "/read" => Response::text(200, &std::fs::read_to_string(data()).unwrap_or_default()),
        "/exit" => {
            eprintln!("asked to exit");
            std::process::exit(3)
        }
        _ => Response::text(503, "no such path"),
    }
}

/// GET of a path, and the body of the answer.
pub async fn get(connector: &Connector, path: &str) -> String {
    let exchange = Client::new(connector.clone(), Limits::default()).send(Request::get(path), ConnectionUse::New).await;
    String::from_utf8(exchange.result.expect("it answers").body).expect("text")
}

#[tokio::test]
async fn serves() {
    if let Ok(port) = env::var(PORT) {
        let _listener = listen(port.parse().expect("a port")).await;
        eprintln!("listening on {port}");
        std::future::pending::<()>().await;
    }
    let listener = listen(0).await;
    assert_eq!(get(&Connector::tcp(listener.address()), "/ready").await, "ready");
}

/// A shell with a child that runs for a long time, and the child's process id.
pub async fn family() -> (Process, i32) {
    let process = shell("sleep 1000 & echo $!; wait");
    let child = first_line(&process).await.parse().expect("a process id");
    (process, child)
}

pub fn shell(script: &str) -> Process {
    let command = ProcessCommand {
        what: "the shell".into(),
        program: "/bin/sh".into(),
        arguments: vec!["-c".into(), script.into()],
        env: [("GREETING".to_owned(), "hello".to_owned())].into(),
        folder: env::temp_dir(),
        user: None,
    };
    Process::spawn(&command).expect("there is a shell")
}

pub async fn first_line(process: &Process) -> String {
    let mut line = None;
    until(|| {
        let output = process.output().stdout;
        line = output.split_once('\n').map(|(line, _)| line.to_owned());
        line.is_some()
    })
    .await;
    line.expect("there is one")
}

/// Whether a process runs; one that only waits to be reaped does not.
pub fn is_alive(id: i32) -> bool {
    let zombie = std::fs::read_to_string(format!("/proc/{id}/stat"))
        .is_ok_and(|stat| stat.rsplit_once(") ").is_some_and(|(_, rest)| rest.starts_with('Z')));
    Pid::from_raw(id).is_some_and(|id| test_kill_process(id).is_ok()) && !zombie
}

/// Waits for something that other processes do.
pub async fn until(mut holds: impl FnMut() -> bool) {
    let holds = async {
        while !holds() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(LONG, holds).await.expect("it happens within a minute");
}

#[tokio::test]
async fn starts_a_family() {
    let (process, child) = family().await;
    assert!(is_alive(child));
    if env::var_os(FAMILY).is_some() {
        println!("\nchild={child}");
        std::future::pending::<()>().await;
    }
    drop(process);
    until(|| !is_alive(child)).await;
}
