//! The engines with a cache, on something that speaks memcached's protocol.

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use hardtack::contract::{Control, ServiceRole};
use hardtack::reference::{CacheKind, Config, EngineKind, Server};
use serde_json::json;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use super::browser::{Browser, config};

type Entries = Arc<Mutex<HashMap<String, Vec<u8>>>>;

/// As much of memcached as the engines use: get, set, delete, ms with mode replace, `flush_all`.
async fn serve(stream: TcpStream, entries: Entries) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    while stream.read_line(&mut line).await? > 0 {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        let length = match words[0].as_str() {
            "set" => words[4].parse().ok(),
            "ms" => words[2].parse().ok(),
            _ => None,
        };
        let mut data: Vec<u8> = vec![0; length.map_or(0, |length: usize| length + 2)];
        stream.read_exact(&mut data).await?;
        data.truncate(length.unwrap_or(0));
        let reply = answer(&words, data, &entries);
        stream.write_all(&reply).await?;
        line.clear();
    }
    Ok(())
}

fn answer(words: &[String], data: Vec<u8>, entries: &Entries) -> Vec<u8> {
    let mut entries = entries.lock().unwrap();
    let reply: &[u8] = match (words[0].as_str(), words.get(1)) {
        ("get", Some(key)) => match entries.get(key) {
            Some(value) => {
                let head = format!("VALUE {key} 0 {}\r\n", value.len());
                return [head.as_bytes(), value, b"\r\nEND\r\n"].concat();
            }
            None => b"END\r\n",
        },
        ("set", Some(key)) => {
            entries.insert(key.clone(), data);
            b"STORED\r\n"
        }
        ("ms", Some(key)) => {
            assert!(words.contains(&"MR".to_owned()), "only replace is used: {words:?}");
            match entries.get_mut(key) {
                Some(value) => {
                    *value = data;
                    b"HD\r\n"
                }
                None => b"NS\r\n",
            }
        }
        ("delete", Some(key)) => {
            if entries.remove(key).is_some() {
                b"DELETED\r\n"
            } else {
                b"NOT_FOUND\r\n"
            }
        }
        ("flush_all", _) => {
            entries.clear();
            b"OK\r\n"
        }
        other => panic!("not used: {other:?}"),
    };
    reply.to_vec()
}

/// A cache that can be stopped and started again with what it holds.
struct Cache {
    address: SocketAddr,
    entries: Entries,
    running: Option<JoinHandle<()>>,
}

impl Cache {
    async fn start() -> Self {
        let mut cache = Self { address: "127.0.0.1:0".parse().unwrap(), entries: Entries::default(), running: None };
        cache.listen().await;
        cache
    }

    async fn listen(&mut self) {
        let listener = TcpListener::bind(self.address).await.unwrap();
        self.address = listener.local_addr().unwrap();
        let entries = Arc::clone(&self.entries);
        self.running = Some(tokio::spawn(async move {
            // Dropped with this task, and every connection with it.
            let mut connections = tokio::task::JoinSet::new();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                connections.spawn(serve(stream, Arc::clone(&entries)));
            }
        }));
    }

    async fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            running.abort();
            assert!(running.await.unwrap_err().is_cancelled());
        }
    }

    fn server(&self, engine: EngineKind) -> Arc<Server> {
        let cache = CacheKind::Memcached(self.address.to_string());
        Server::new(Config { cache, ..config(engine) }).unwrap()
    }
}

#[tokio::test]
async fn sessions_live_in_memcached_and_end_there() {
    let cache = Cache::start().await;
    for engine in [EngineKind::Cache, EngineKind::CachedDb] {
        let server = cache.server(engine);
        let mut browser = Browser::new(&server);
        browser
            .run(json!([{"op": "session.put", "key": "a", "value": "会话"}, {"op": "session.set_expiry", "to": 60}]))
            .await;
        assert_eq!(cache.entries.lock().unwrap().len(), 1, "{engine}");
        browser.op(json!({"op": "session.put", "key": "b", "value": 2})).await;
        assert_eq!(browser.op(json!({"op": "session.items"})).await, json!({"a": "会话", "b": 2}), "{engine}");
        browser.op(json!({"op": "session.cycle_key"})).await;
        assert_eq!(cache.entries.lock().unwrap().len(), 1, "{engine}: the old key is gone");
        let mut copy = browser.clone();
        browser.op(json!({"op": "auth.logout"})).await;
        assert_eq!(cache.entries.lock().unwrap().len(), 0, "{engine}");
        assert_eq!(copy.op(json!({"op": "session.items"})).await, json!({}), "{engine}");
        assert_eq!(server.description().facts["cache"], json!("memcached"), "{engine}");
        assert!(!server.controls().contains(&Control::Stop(ServiceRole::Cache)), "{engine}: not ours to stop");
    }
}

#[tokio::test]
async fn a_memcached_of_its_own_clock_does_not_lengthen_lives() {
    let cache = Cache::start().await;
    let server = cache.server(EngineKind::Cache);
    let mut browser = Browser::new(&server);
    browser.run(json!([{"op": "session.put", "key": "a", "value": 1}, {"op": "session.set_expiry", "to": 60}])).await;
    let key = browser.session().unwrap();
    server.clock().advance(60);
    browser.plant(&key);
    assert_eq!(browser.op(json!({"op": "session.get", "key": "a"})).await, json!(null));
}

#[tokio::test]
async fn a_flushed_memcached_loses_cache_sessions_and_no_cached_db_sessions() {
    let cache = Cache::start().await;
    for (engine, kept) in [(EngineKind::Cache, json!(null)), (EngineKind::CachedDb, json!(1))] {
        let server = cache.server(engine);
        let mut browser = Browser::new(&server);
        browser.op(json!({"op": "session.put", "key": "a", "value": 1})).await;
        server.control(Control::Flush(ServiceRole::Cache)).await.unwrap();
        assert_eq!(browser.op(json!({"op": "session.get", "key": "a"})).await, kept, "{engine}");
    }
}

#[tokio::test]
async fn a_memcached_that_is_away_is_survived() {
    let mut cache = Cache::start().await;
    let (cached, only) = (cache.server(EngineKind::CachedDb), cache.server(EngineKind::Cache));
    let (mut alice, mut bob) = (Browser::new(&cached), Browser::new(&only));
    for browser in [&mut alice, &mut bob] {
        browser.op(json!({"op": "session.put", "key": "a", "value": 1})).await;
    }
    cache.stop().await;
    assert_eq!(alice.op(json!({"op": "session.get", "key": "a"})).await, json!(1));
    assert_eq!(alice.run(json!([{"op": "session.put", "key": "a", "value": 2}])).await.status(), 200);
    let key = bob.session();
    assert_eq!(bob.op(json!({"op": "session.get", "key": "a"})).await["kind"], json!("StoreUnavailable"));
    assert_eq!(bob.session(), key, "the cookie stays");
    cache.listen().await;
    assert_eq!(alice.op(json!({"op": "session.get", "key": "a"})).await, json!(2), "the stale copy is not believed");
    assert_eq!(bob.op(json!({"op": "session.get", "key": "a"})).await, json!(1), "still there");
}
