//! `hardtack serve`.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};

use super::command::{command, hardtack};

/// A started server; ends with the value.
pub(crate) struct Served {
    child: Child,
    pub(crate) url: String,
    rest: BufReader<std::process::ChildStdout>,
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn serve(arguments: &[&str]) -> Served {
    let mut child =
        command(&[&["serve"], arguments].concat()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut rest = BufReader::new(child.stdout.take().unwrap());
    let mut url = String::new();
    rest.read_line(&mut url).unwrap();
    Served { child, url: url.trim().to_owned(), rest }
}

#[test]
fn the_first_line_is_the_url_and_it_answers() {
    let served = serve(&["--engine", "file", "--fault", "path-dropped"]);
    let address = served.url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET /_hardtack HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    assert!(answer.contains("\"engine\":\"file\""), "{answer}");
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_it_well() {
    let mut served = serve(&[]);
    let process = rustix::process::Pid::from_child(&served.child);
    rustix::process::kill_process(process, rustix::process::Signal::INT).unwrap();
    assert_eq!(served.child.wait().unwrap().code(), Some(0));
    let mut told = String::new();
    served.rest.read_to_string(&mut told).unwrap();
    assert!(told.contains("Ctrl-C stops it"), "{told}");
}

#[test]
fn tls_shows_the_certificate_that_it_wrote() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let served = serve(&["--tls", "--certificate", file.path().to_str().unwrap()]);
    assert!(served.url.starts_with("https://127.0.0.1:"), "{}", served.url);
    let pem = std::fs::read_to_string(file.path()).unwrap();
    assert!(pem.starts_with("-----BEGIN CERTIFICATE-----"));
}

#[test]
fn faults_are_listed_with_what_goes_wrong() {
    let ran = hardtack(&["serve", "--list-faults"]);
    assert_eq!(ran.code, 0);
    for fault in hardtack::reference::fault::all() {
        assert!(ran.out.contains(&fault.name[..fault.name.len().min(20)]), "{}", fault.name);
    }
}

#[test]
fn what_cannot_be_served_is_explained() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let ran = hardtack(&["serve", "--port", &port]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.starts_with(&format!("error: failed to listen on 127.0.0.1:{port}: ")), "{ran}");
    assert!(ran.err.ends_with("fix: choose another port, or 0 for a free one\n"), "{ran}");
    let bad: [(&str, &[&str]); 4] = [
        ("not_loopback", &["serve", "--host", "0.0.0.0"]),
        ("unknown_fault", &["serve", "--fault", "delete-ignores-pth"]),
        ("fault_of_another_engine", &["serve", "--fault", "cache-miss-means-empty"]),
        ("no_lifetime", &["serve", "--default-lifetime", "10ms"]),
    ];
    for (name, words) in bad {
        let ran = hardtack(words);
        assert_eq!(ran.code, 2, "{name}");
        insta::assert_snapshot!(name, ran.to_string());
    }
}
