//! A keep-alive server that costs next to nothing: what load generators are measured against.
//!
//! One thread, sessions in a map, just enough of the contract for the scenario `lookup`. With `--stall` it stands
//! still for a while each second, as a server with a garbage collector or a busy disk does.
//!
//! ```sh
//! cargo run --release --example cheap-server -- --port 8099 [--stall 100]
//! ```

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::LocalSet;

const DESCRIPTION: &str = r#"{"contract":1,"framework":"cheap","version":"1","server":null,"facts":{},"session_cookies":["sid"],"csrf_cookies":[],"operations":["session.get","session.put"]}"#;

type Sessions = Rc<RefCell<HashMap<Vec<u8>, Vec<u8>>>>;

fn argument(name: &str) -> Option<u64> {
    let mut words = std::env::args().skip_while(|word| word != name);
    words.nth(1).and_then(|value| value.parse().ok())
}

fn main() -> std::io::Result<()> {
    let port = argument("--port").and_then(|port| u16::try_from(port).ok()).unwrap_or(0);
    let stall = argument("--stall").map(Duration::from_millis);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    LocalSet::new().block_on(&runtime, async move {
        let listener = TcpListener::bind(("127.0.0.1", port)).await?;
        println!("http://{}", listener.local_addr()?);
        let sessions = Sessions::default();
        if let Some(stall) = stall {
            tokio::task::spawn_local(async move {
                let mut second = tokio::time::interval(Duration::from_secs(1));
                loop {
                    second.tick().await;
                    // On purpose: nobody is served meanwhile.
                    std::thread::sleep(stall);
                }
            });
        }
        loop {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            let sessions = Rc::clone(&sessions);
            tokio::task::spawn_local(async move {
                // A client that goes away is no event.
                let _ = serve(stream, &sessions).await;
            });
        }
    })
}

async fn serve(mut stream: TcpStream, sessions: &Sessions) -> std::io::Result<()> {
    let (mut octets, mut answer) = (Vec::with_capacity(4096), Vec::with_capacity(512));
    loop {
        let Some(length) = whole(&octets) else {
            if stream.read_buf(&mut octets).await? == 0 {
                return Ok(());
            }
            continue;
        };
        answer.clear();
        respond(&octets[..length], sessions, &mut answer);
        octets.drain(..length);
        stream.write_all(&answer).await?;
    }
}

/// The length of the first request, once all of it is there.
fn whole(octets: &[u8]) -> Option<usize> {
    let head = find(octets, b"\r\n\r\n")? + 4;
    let body = match find(&octets[..head], b"Content-Length: ") {
        None => 0,
        Some(at) => octets[at + 16..]
            .iter()
            .take_while(|octet| octet.is_ascii_digit())
            .fold(0, |sum, digit| sum * 10 + usize::from(digit - b'0')),
    };
    (octets.len() >= head + body).then_some(head + body)
}

fn respond(request: &[u8], sessions: &Sessions, answer: &mut Vec<u8>) {
    if request.starts_with(b"POST") {
        let marker = after(request, b"\"marker\",\"value\":\"").unwrap_or_default().to_vec();
        let mut sessions = sessions.borrow_mut();
        let key = format!("{:032}", sessions.len()).into_bytes();
        let results = request.windows(5).filter(|five| five == b"\"op\":").count();
        let body = format!("{{\"results\":[{}]}}", vec!["{\"ok\":null}"; results].join(","));
        let cookie = format!("Set-Cookie: sid={}; Path=/\r\n", String::from_utf8_lossy(&key));
        sessions.insert(key, marker);
        write(answer, cookie.as_bytes(), &[body.as_bytes()]);
    } else if request.starts_with(b"GET /_hardtack ") {
        write(answer, b"", &[DESCRIPTION.as_bytes()]);
    } else {
        let key = cookie(request).unwrap_or_default();
        match sessions.borrow().get(key) {
            Some(marker) => write(answer, b"", &[b"{\"results\":[{\"ok\":\"", marker, b"\"}]}"]),
            None => write(answer, b"", &[b"{\"results\":[{\"ok\":null}]}"]),
        }
    }
}

fn write(answer: &mut Vec<u8>, fields: &[u8], body: &[&[u8]]) {
    let length: usize = body.iter().map(|part| part.len()).sum();
    answer.extend_from_slice(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n");
    answer.extend_from_slice(fields);
    answer.extend_from_slice(format!("Content-Length: {length}\r\n\r\n").as_bytes());
    for part in body {
        answer.extend_from_slice(part);
    }
}

fn cookie(request: &[u8]) -> Option<&[u8]> {
    let at = find(request, b"sid=")? + 4;
    let end = request[at..].iter().position(|octet| matches!(octet, b'\r' | b';'))?;
    Some(&request[at..at + end])
}

/// The text between a mark and the next quotation mark.
fn after<'a>(octets: &'a [u8], mark: &[u8]) -> Option<&'a [u8]> {
    let at = find(octets, mark)? + mark.len();
    let end = octets[at..].iter().position(|&octet| octet == b'"')?;
    Some(&octets[at..at + end])
}

fn find(octets: &[u8], mark: &[u8]) -> Option<usize> {
    octets.windows(mark.len()).position(|window| window == mark)
}
