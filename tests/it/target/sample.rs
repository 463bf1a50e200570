//! A target file that uses everything.

use std::path::Path;

use hardtack::target::{Target, read_target};

pub const FULL: &str = r#"target: 1
name: sample
about: A server with a cache.
binding: contract
base_path: /test/hardtack
install:
  - ./install {release}
  - "{env_dir}/bin/pip install -r requirements.txt"
services:
  cache: {kind: memcached}
  database:
    kind: command
    run: [./store, --port, "{port}", --dir, "{data_dir}"]
    env: {RELEASE: "{release}"}
    ready: {run: [./store, --ping, "{port}"], within: 5s}
    flush: [./store, --empty, "{port}"]
start:
  run: ["{env_dir}/{release}/bin/python", app.py, --port, "{port}"]
  env: {ENGINE: "{engine}", DATA: "{data_dir}/db", JSON: '{"a": {"b": "{{port}}"}}'}
  ready: {get: /ready?full, within: 1500ms}
axes:
  engine:
    db: {facts: {storage: server, default_lifetime: 14d}}
    cache: {facts: {storage: server}, services: [cache], env: {CACHE_URL: "{cache.url}"}}
    signed_cookies: {facts: {storage: client, default_lifetime: 1500ms}}
  release:
    "5.2": {}
    "4.0": {install: [./install 4.0], requires: ["{env_dir}/4.0/bin/python", -c, import django]}
variants:
  - {engine: "*"}
  - {engine: db, release: "*"}
hosts: {main: app.sample.test, sub: a.app.sample.test, sibling: b.sample.test, other: other.test}
facts: {dialect: django, default_lifetime: 1209600, lazy: true, workers: 2}
cookies: {session: [sid, sid_legacy]}
claims:
  - {case: "sessions/concurrent-writes#different-keys", variant: {engine: [db, cache]}, design: last-write-wins}
  - {case: "sessions/concurrent-writes#different-keys", variant: {engine: signed_cookies}, design: last-cookie-wins}
known:
  - case: cookies/set#max-age@negative
    fails_as: kept
    because: it is documented
  - case: cookies/set#max-age
    variant: {engine: db, release: ["5.2"]}
    fails_as: steps[0].expect.set_cookie.lifetime
    because: it is documented as well
    review_by: 2027-06-30
"#;

/// An application of its own that uses everything that a mapping can say.
pub const SHOP: &str = r#"target: 1
name: shop
base_url: https://staging.shop.example
allow_hosts: [staging.shop.example]
binding: mapped
cookies: {session: sid}
secrets: {bob_password: {env: SHOP_BOB_PASSWORD}}
users:
  bob: {login: bob@shop.example, shown: Bob B., password: $secret.bob_password}
operations:
  auth.login:
    before:
      - {get: /, headers: {Accept: text/html}, follow: true}
      - {get: /login, take: {csrf: {css: "input[name=_csrf]@value"}, nonce: header.x-nonce}}
    send: {post: /login, form: {user: $user, password: $user.password, _csrf: $csrf, days: 30, nonce: $nonce}}
    worked: {status: [302, 303], header: {Location: /account}}
    keep: {token: json.token}
  auth.logout: {send: {post: /logout}}
  auth.whoami:
    send: {get: /api/me, headers: {Authorization: Bearer $token}, query: {full: true}}
    result: {user: json.login}
    nothing: {status: 401}
  session.put:
    send: {put: "/api/cart/$key", json: {qty: $value, tags: [$origin]}}
    worked: {json: {json.ok: true}, text: ok, matches: "^.*$"}
    accepts: {key: [apple, pear], value: [1, 2]}
  session.get: {send: {get: /api/cart}, result: {value: "json.items[sku=$key].qty"}, missing: {status: 404}}
  session.keys: {send: {get: /api/cart}, result: {keys: "json.items[].sku"}}
"#;

/// The smallest target file.
pub const SMALL: &str = "target: 1\nname: small\nbinding: passive\nbase_url: http://127.0.0.1:8000\n";

pub fn read(text: &str) -> Target {
    read_target("targets/sample/target.yaml", Path::new("targets/sample"), text.as_bytes())
        .unwrap_or_else(|found| panic!("{found}"))
}
