#!/usr/bin/env python3
"""Starts app.py with each release, engine and settings, and proves every offered operation with a round trip.

Needs only the standard library, memcached, and what ./install made. Exits 1 when a check fails.
"""
import argparse, concurrent.futures, contextlib, http.client, http.server, json, os, shutil, signal, socket, subprocess
import sys, tempfile, threading, time, urllib.parse
from email.utils import parsedate_to_datetime
from pathlib import Path

HERE = Path(__file__).resolve().parent
HOST = "app.localhost"
ENGINES = ["db", "file", "cache", "cached_db", "signed_cookies"]
SETTINGS = ["default", "save-every-request", "browser-close", "short-age", "flags"]


class Failed(Exception):
    """A check that did not hold."""


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@contextlib.contextmanager
def process(command, port, within=30, **options):
    """A process that listens on the port, ended with SIGTERM."""
    with tempfile.TemporaryFile() as output:
        child = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, **options)
        try:
            end = time.monotonic() + within
            while True:
                try:
                    socket.create_connection(("127.0.0.1", port), 1).close()
                    break
                except OSError:
                    if child.poll() is not None or time.monotonic() > end:
                        output.seek(0)
                        raise Failed(f"{command[0]} does not listen on {port}: {output.read().decode(errors='replace')}")
                    time.sleep(0.02)
            yield output
        finally:
            child.send_signal(signal.SIGTERM)
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
                raise Failed(f"{command[0]} does not end on SIGTERM") from None


class Answer:
    def __init__(self, reply, body):
        self.status, self.body = reply.status, body
        self.vary, self.date = reply.getheader("Vary"), reply.getheader("Date")
        self.headers = reply.getheaders()
        self.set_cookies = [value.strip() for name, value in self.headers if name.lower() == "set-cookie"]

    @property
    def json(self):
        return json.loads(self.body)

    def line(self, cookie):
        return next((line for line in self.set_cookies if line.startswith(cookie + "=")), None)


class Browser:
    """A jar without rules: it keeps what is set and drops what is deleted."""

    def __init__(self, server, cookies=None):
        self.server, self.cookies = server, dict(cookies or {})

    def send(self, method, path, body=None, headers=()):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=20)
        jar = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())} if self.cookies else {}
        connection.request(method, path, body, {"Host": HOST, **jar, **dict(headers)})
        reply = connection.getresponse()
        answer = Answer(reply, reply.read())
        connection.close()
        for line in answer.set_cookies:
            name, _, value = line.partition(";")[0].partition("=")
            if "max-age=0" in line.lower():
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value
        return answer

    def run(self, *program, status=None, method="POST"):
        entries = [{"op": entry} if isinstance(entry, str) else {"op": entry[0], **entry[1]} for entry in program]
        request = json.dumps({"program": entries, **({"status": status} if status else {})})
        if method == "POST":
            answer = self.send("POST", "/_hardtack/run", request, [("Content-Type", "application/json")])
        else:
            answer = self.send(method, "/_hardtack/run?program=" + urllib.parse.quote(request))
        if answer.body and answer.headers and b'"results"' in answer.body:
            for entry, result in zip(entries, answer.json["results"]):
                if "ok" in result:
                    self.server.proved.add(entry["op"])
        return answer

    def do(self, op, **parameters):
        """The result of one operation."""
        answer = self.run((op, parameters))
        return answer.json["results"][0] if answer.status == 200 else {"status": answer.status}


class Server:
    def __init__(self, port):
        self.port, self.proved, self.checks = port, set(), 0
        self.description = Browser(self).send("GET", "/_hardtack").json
        self.facts = self.description["facts"]
        self.session = self.description["session_cookies"][0]
        self.lacks = {entry if isinstance(entry, str) else entry["op"]: [] if isinstance(entry, str) else entry["lacks"]
                      for entry in self.description["operations"]}

    def browser(self, cookies=None):
        return Browser(self, cookies)

    def same(self, what, found, expected):
        self.checks += 1
        if found != expected:
            raise Failed(f"{what}: expected {expected!r}, found {found!r}")

    def holds(self, what, truth, seen=""):
        self.checks += 1
        if not truth:
            raise Failed(f"{what}: {seen!r}")

    def offers(self, op):
        return op in self.lacks


@contextlib.contextmanager
def gate():
    """A loopback URL that holds the request until `release` is set; `inside` tells that it came."""
    inside, release = threading.Event(), threading.Event()

    class Hold(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            inside.set()
            release.wait(15)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_):
            pass

    held = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hold)
    threading.Thread(target=held.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{held.server_address[1]}/gate", inside, release
    finally:
        release.set()
        held.shutdown()
        held.server_close()


def untouched(server):
    """The empty program, the description and refused requests leave headers and session alone."""
    alice = server.browser()
    for answer in (alice.run(), alice.send("GET", "/_hardtack"), alice.run(method="GET")):
        server.same("status", answer.status, 200)
        server.same("no Set-Cookie, no Vary", (answer.set_cookies, answer.vary), ([], None))
    if not server.save_every:
        alice.do("session.put", key="a", value=1)
        answer = alice.run()
        server.same("untouched with a session", (answer.set_cookies, answer.vary), ([], None))
    visitor = server.browser()
    for body in ("", "{", "[]", "{}", '{"program": {}}', '{"program": [1]}', '{"program": [{}]}', '{"program": [], "status": "x"}',
                 '{"program": [], "status": 1000}', '{"program": [{"op": "session.put", "key": "a", "value": {"b64": "*"}}]}',
                 '{"program": [{"op": "session.put", "key": "a", "value": 1}, {"op": 5}]}', "[" * 100000):
        answer = visitor.send("POST", "/_hardtack/run", body)
        server.same(f"malformed {body[:60]}", (answer.status, answer.json["error"], answer.vary, answer.set_cookies),
                    (400, "invalid", None, []))
    server.same("GET without a program", visitor.send("GET", "/_hardtack/run").status, 400)
    server.same("PUT", visitor.send("PUT", "/_hardtack/run", "{}").status, 405)
    server.same("POST to the description", visitor.send("POST", "/_hardtack", "{}").status, 405)
    answer = visitor.run(("ctl.header", {"name": "X-Smoke", "value": "1"}), method="HEAD")
    server.same("HEAD", (answer.status, answer.body, ("X-Smoke", "1") in answer.headers), (200, b"", True))
    for status in (201, 204, 302, 304, 404, 503):
        answer = visitor.run(("ctl.header", {"name": "Location", "value": "/"}), status=status)
        server.same("asked status", (answer.status, answer.body == b""), (status, status in (204, 304)))
    answer = visitor.run("no.such", ("session.get", {"key": "a", "colour": 1}), "session.get", ("session.get", {"key": 5}),
                         ("cookie.set", {"name": "c", "value": "v", "partitioned": True}),
                         ("auth.login", {"user": ""}), ("cookie.set", {"name": "c", "value": "v", "max_age": True}),
                         ("session.set_expiry", {"to": {"in": "1"}}), ("ctl.wait", {"url": "http://example.com/"}),
                         ("ctl.header", {"name": "set-cookie", "value": "a=b"}))
    server.same("refused entries", [result["error"] for result in answer.json["results"]],
                ["unsupported", "unsupported", "invalid", "invalid", "unsupported", "invalid", "invalid", "invalid",
                 "invalid", "invalid"])
    server.same("refusals change nothing", (answer.status, answer.set_cookies, answer.vary), (200, [], None))


def cookies(server):
    alice = server.browser()
    answer = alice.run(("cookie.set", {"name": "c", "value": "v w", "max_age": 60.0, "path": "/x", "domain": HOST,
                                       "secure": True, "http_only": True, "same_site": "Strict"}))
    line = answer.line("c").lower()
    for part in ('"v w"', "max-age=60;", "expires=", "path=/x", f"domain={HOST}", "secure", "httponly", "samesite=strict"):
        server.holds(f"Set-Cookie has {part}", part in line, line)
    server.same("no attributes", alice.run(("cookie.set", {"name": "d", "value": "v", "path": None})).line("d"), "d=v")
    server.same("a raw date", alice.run(("cookie.set", {"name": "d", "value": "v", "expires": {"raw": "tomorrow"}})).line("d"),
                "d=v; expires=tomorrow; Path=/")
    line = alice.run(("cookie.set", {"name": "e", "value": "v", "expires": {"at": 100}})).line("e")
    server.holds("an instant", any(f"Max-Age={age};" in line for age in (99, 100)), line)
    timedelta = alice.do("cookie.set", name="e", value="v", max_age={"in": 60})
    server.same("a duration", timedelta.get("error"), None if server.release >= (4, 1) else "invalid")
    both = alice.run(("cookie.set", {"name": "b", "value": "v", "max_age": 10, "expires": {"at": 100}}))
    if server.release >= (4, 1):
        server.same("both", (both.json["results"][0]["error"], both.json["results"][0]["kind"]), ("invalid", "ValueError"))
    else:
        server.holds("expires replaces max_age", "Max-Age=10;" not in both.line("b"), both.line("b"))
    server.same("refused by Django", alice.do("cookie.set", name="a b", value="v")["error"], "invalid")
    server.same("what no header can carry", alice.run(("cookie.set", {"name": "c", "value": "春"})).status, 500)
    answer = alice.run(("cookie.delete", {"name": "e", "path": "/"}))
    server.holds("deleted", "Max-Age=0" in answer.line("e") and "e" not in alice.cookies, answer.set_cookies)
    server.same("what Django's delete_cookie lacks", server.lacks["cookie.delete"], ["secure", "http_only", "partitioned"])
    bob = server.browser({"x": "1", "y": "2"})
    answer = bob.run("cookie.list")
    server.same("cookie.list", answer.json["results"][0]["ok"], [["x", "1"], ["y", "2"]])
    bob.do("cookie.set_signed", name="s", value="v", salt="pepper", max_age=100)
    server.same("signed", bob.do("cookie.get_signed", name="s", salt="pepper", max_age=100), {"ok": "v"})
    server.same("other salt", bob.do("cookie.get_signed", name="s")["error"], "invalid")
    server.same("absent", bob.do("cookie.get_signed", name="t")["error"], "missing")


def sessions(server):
    alice = server.browser()
    answer = alice.run(("session.put", {"key": "colour", "value": "blue"}))
    server.holds("a session cookie and Vary", answer.line(server.session) and answer.vary == "Cookie", answer.headers)
    for value in ("春 🍎", 5, 1.5, True, None, [1, [2]], {"a": {"b": 1}}):
        alice.do("session.put", key="v", value=value)
        server.same("stored and read", alice.do("session.get", key="v"), {"ok": value})
    octets = alice.run(("session.put", {"key": "o", "value": {"b64": "/w=="}}))
    if server.facts["engine"] == "cache":  # pickled, so octets are fine
        server.same("octets", alice.do("session.pop", key="o"), {"ok": {"b64": "/w=="}})
    else:
        server.same("octets cannot be saved", octets.status, 500)
    server.same("get with default", alice.do("session.get", key="no", default=7), {"ok": 7})
    server.same("get without", alice.do("session.get", key="no"), {"ok": None})
    server.same("has", [alice.do("session.has", key=key)["ok"] for key in ("colour", "no")], [True, False])
    server.same("pop", alice.do("session.pop", key="v"), {"ok": {"a": {"b": 1}}})
    server.same("pop of nothing", alice.do("session.pop", key="v")["error"], "missing")
    server.same("pop with null as default", alice.do("session.pop", key="v", default=None), {"ok": None})
    alice.do("session.put", key="v", value=1)
    server.same("delete", alice.do("session.delete", key="v"), {"ok": None})
    server.same("delete of nothing", alice.do("session.delete", key="v")["error"], "missing")
    server.same("set_default", [alice.do("session.set_default", key="n", value=value)["ok"] for value in (1, 2)], [1, 1])
    alice.do("session.update", values={"n": 2, "list": []})
    alice.do("session.append", key="list", value=1)
    server.same("a change inside a list is not noticed", alice.do("session.get", key="list"), {"ok": []})
    alice.run(("session.append", {"key": "list", "value": 1}), "session.touch")
    server.same("touch saves it", alice.do("session.get", key="list"), {"ok": [1]})
    server.same("keys", sorted(alice.do("session.keys")["ok"]), ["colour", "list", "n"])
    server.same("values", sorted(alice.do("session.values")["ok"], key=str), sorted([2, [1], "blue"], key=str))
    server.same("items", alice.do("session.items"), {"ok": {"colour": "blue", "n": 2, "list": [1]}})
    if server.offers("session.key"):
        before = alice.do("session.key")["ok"]
        server.same("the key is the cookie", before, alice.cookies[server.session])
        server.same("no key before it is saved", server.browser().do("session.key"), {"ok": None})
        alice.do("session.cycle_key")
        server.holds("cycle_key", alice.do("session.key")["ok"] not in (None, before))
    else:
        alice.do("session.cycle_key")
    server.same("cycle_key keeps data", alice.do("session.get", key="n"), {"ok": 2})
    alice.do("session.clear")
    server.same("clear", (alice.do("session.items"), server.session in alice.cookies), ({"ok": {}}, True))
    alice.do("session.put", key="a", value=1)
    answer = alice.run("session.flush")
    server.holds("flush", "Max-Age=0" in answer.line(server.session) and alice.do("session.items") == {"ok": {}}, answer.headers)
    alice.do("session.set_test_cookie")
    server.same("test cookie", alice.do("session.test_cookie_worked"), {"ok": True})
    alice.do("session.delete_test_cookie")
    server.same("test cookie gone", alice.do("session.test_cookie_worked"), {"ok": False})
    mallory = server.browser({server.session: "x" * 32})
    mallory.do("session.put", key="a", value=1)
    server.holds("an unknown key is not adopted", mallory.cookies[server.session] != "x" * 32)


def expiry(server):
    alice = server.browser()
    default = {"age": server.facts["default_lifetime"], "at_browser_close": server.facts["browser_close"]}
    server.same("default", alice.do("session.get_expiry"), {"ok": default})
    line = alice.run(("session.put", {"key": "a", "value": 1})).line(server.session)
    server.same("lifetime of the cookie", f"Max-Age={default['age']};" in line, not server.facts["browser_close"])
    line = alice.run(("session.set_expiry", {"to": 300.0})).line(server.session)
    server.holds("set_expiry seconds", "Max-Age=300;" in line, line)
    server.same("get_expiry", alice.do("session.get_expiry"), {"ok": {"age": 300, "at_browser_close": False}})
    line = alice.run(("session.set_expiry", {"to": 0})).line(server.session)
    server.holds("set_expiry 0", "Max-Age" not in line and "expires" not in line, line)
    server.same("at browser close", alice.do("session.get_expiry")["ok"]["at_browser_close"], True)
    for to in ({"in": 600}, {"at": 600}):
        answer = alice.run(("session.set_expiry", {"to": to}))
        if server.release >= (4, 1) or server.facts["engine"] == "cache":  # a JSON session holds no date before 4.1
            line = answer.line(server.session)
            server.holds(f"set_expiry {to}", any(f"Max-Age={age};" in line for age in (598, 599, 600)), line)
        else:
            server.same(f"set_expiry {to}", answer.status, 500)
    alice.run(("session.set_expiry", {"to": None}), "session.touch")
    server.same("set_expiry null", alice.do("session.get_expiry"), {"ok": default})
    refused = alice.run(("session.set_expiry", {"to": {"raw": "60"}}))
    server.holds("set_expiry text", refused.status == 500 or "error" in refused.json["results"][0], refused.body)


def users(server):
    alice, other = server.browser(), server.browser()
    alice.do("session.put", key="cart", value="apple")
    anonymous = alice.cookies[server.session]
    server.same("nobody", alice.do("auth.whoami"), {"ok": None})
    server.same("nobody's password", alice.do("auth.change_password"), {"ok": None})
    answer = alice.run(("auth.login", {"user": "alice 春"}))
    server.same("login", answer.json["results"], [{"ok": "alice 春"}])
    server.holds("login rotates", alice.cookies[server.session] != anonymous)
    server.same("whoami", alice.do("auth.whoami"), {"ok": "alice 春"})
    server.same("the anonymous cart stays", alice.do("session.get", key="cart"), {"ok": "apple"})
    other.do("auth.login", user="alice 春")
    server.same("change_password", alice.do("auth.change_password", keep_session=True), {"ok": "alice 春"})
    server.same("this session goes on", alice.do("auth.whoami"), {"ok": "alice 春"})
    server.same("the other one ends", other.do("auth.whoami"), {"ok": None})
    other.do("auth.login", user="bob")
    server.same("someone else's password", other.do("auth.change_password", user="alice 春"), {"ok": "alice 春"})
    server.same("ends her session", alice.do("auth.whoami"), {"ok": None})
    server.same("not his", other.do("auth.whoami"), {"ok": "bob"})
    server.same("logout", (other.do("auth.logout"), other.do("auth.whoami"), server.session in other.cookies),
                ({"ok": None}, {"ok": None}, False))
    token = alice.do("csrf.issue")["ok"]
    server.holds("a csrf cookie", all(name in alice.cookies for name in server.description["csrf_cookies"]), alice.cookies)
    server.same("csrf accepted", alice.do("csrf.submit", token=token), {"ok": True})
    server.same("csrf of a stranger", server.browser().do("csrf.submit", token=token), {"ok": False})
    server.same("csrf forged", alice.do("csrf.submit", token="x" * 64), {"ok": False})


def control(server):
    alice = server.browser()
    server.same("raise", alice.run("ctl.raise", ("session.put", {"key": "a", "value": 1})).status, 500)
    server.same("fatal", alice.run(("session.pop", {"key": "no", "fatal": True})).status, 500)
    server.same("nothing kept", alice.cookies, {})
    answer = alice.run(("session.put", {"key": "a", "value": 1}), status=500)
    server.same("not saved on 500", (answer.status, answer.set_cookies), (500, []))
    answer = alice.run(("ctl.header", {"name": "X-Smoke", "value": "a"}), ("ctl.header", {"name": "X-Smoke", "value": "b"}))
    server.same("header replaces", [value for name, value in answer.headers if name == "X-Smoke"], ["b"])
    server.same("CR LF", alice.do("ctl.header", name="X", value="a\r\nb: c")["error"], "invalid")
    before = time.monotonic()
    server.same("sleep", alice.do("ctl.sleep", ms=50), {"ok": None})
    server.holds("slept", time.monotonic() - before >= 0.05)
    alice.do("session.put", key="start", value=0)
    with gate() as (url, inside, release), concurrent.futures.ThreadPoolExecutor() as pool:
        held = pool.submit(alice.run, ("session.get", {"key": "start"}), ("ctl.wait", {"url": url, "timeout_ms": 10000}),
                           ("session.put", {"key": "slow", "value": 1}))
        server.holds("the request is inside", inside.wait(10))
        second = server.browser(alice.cookies)
        server.same("served meanwhile", second.do("session.get", key="start"), {"ok": 0})
        release.set()
        server.same("released", [result["ok"] for result in held.result().json["results"]], [0, True, None])
    with gate() as (url, inside, release):
        server.same("wait in vain", alice.do("ctl.wait", url=url, timeout_ms=100), {"ok": False})

    def visit(number):
        browser = server.browser()
        browser.do("auth.login", user=f"user{number % 3}")
        return [browser.do("session.put", key="n", value=value) for value in range(5)] + [browser.do("session.get", key="n")]

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        for results in pool.map(visit, range(16)):
            server.same("8 at once", results, [{"ok": None}] * 5 + [{"ok": 4}])
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    for _ in range(3):
        connection.request("POST", "/_hardtack/run", '{"program": []}')
        reply = connection.getresponse()
        reply.read()
        server.same("the connection is kept", (reply.version, reply.will_close), (11, False))
    server.holds("Date", parsedate_to_datetime(reply.getheader("Date")))
    connection.close()


def store(server):
    alice, bob = server.browser(), server.browser()
    for browser in (alice, bob):
        browser.do("session.put", key="a", value=1)
    server.same("clear_expired", alice.do("store.clear_expired"), {"ok": None})
    server.same("and what lives stays", alice.do("session.get", key="a"), {"ok": 1})
    if not server.offers("store.exists"):
        return
    key = alice.cookies[server.session]
    server.same("exists", [alice.do("store.exists", key=name)["ok"] for name in (key, "0" * 32)], [True, False])
    if server.offers("store.count"):
        count = alice.do("store.count")["ok"]
        server.browser().do("session.put", key="a", value=1)
        server.same("count", alice.do("store.count"), {"ok": count + 1})
    if server.facts["engine"] in ("db", "cached_db"):
        gone = server.browser()
        gone.run(("session.put", {"key": "a", "value": 1}), ("session.set_expiry", {"to": -10}))
        line = gone.cookies[server.session]
        server.same("expired but there", alice.do("store.exists", key=line), {"ok": True})
        alice.do("store.clear_expired")
        server.same("expired and cleared", alice.do("store.exists", key=line), {"ok": False})
    server.same("corrupt", bob.do("store.corrupt", key=bob.cookies[server.session]), {"ok": None})
    seen = bob.do("session.items")
    damage = {"db": {"ok": {}}, "file": {"ok": {}}, "cached_db": {"ok": {"a": 1}}}.get(server.facts["engine"])
    server.holds("a damaged record", seen == damage if damage else seen.get("ok") != {"a": 1}, seen)
    server.same("corrupt nothing", alice.do("store.corrupt", key="0" * 32)["error"], "missing")
    server.same("delete", [server.browser().do("store.delete", key=key)["ok"] for _ in "ab"], [True, False])
    server.same("deleted", server.browser().do("store.exists", key=key), {"ok": False})
    if server.facts["engine"] != "cached_db":  # there the cached copy is still read
        server.same("nothing is left", alice.do("session.items"), {"ok": {}})


def variant(server):
    """What the settings change."""
    alice = server.browser()
    line = alice.run(("session.put", {"key": "a", "value": 1})).line(server.session)
    resent = alice.run().line(server.session) is not None
    server.same("sent again on an untouched request", resent, server.save_every)
    if server.name == "flags":
        for part in ("sid=", f"Domain={HOST}", "Path=/_hardtack", "SameSite=Strict", "HttpOnly"):
            server.holds(f"Set-Cookie has {part}", part in line, line)
    if server.name == "short-age":
        server.same("alive", alice.do("session.get", key="a"), {"ok": 1})
        end = time.monotonic() + 15
        while alice.do("session.get", key="a") != {"ok": None}:
            server.holds("the session ends", time.monotonic() < end)
            time.sleep(0.2)


def smoke(release, engine, name, cache_port):
    python = HERE / ".env" / release / "venv/bin/python"
    port, checks = free_port(), [untouched, variant]
    checks += [cookies, sessions, expiry, users, control, store] if name == "default" else [expiry]
    with tempfile.TemporaryDirectory(prefix="hardtack-smoke-") as data:
        environment = {**os.environ, "ENGINE": engine, "SETTINGS": name, "DATA_DIR": data}
        if "cache" in engine:
            environment["CACHE_URL"] = f"127.0.0.1:{cache_port}"
        with process([str(python), "app.py", "--port", str(port)], port, cwd=HERE, env=environment) as output:
            server = Server(port)
            server.name, server.save_every = name, name == "save-every-request"
            server.release = tuple(int(part) for part in server.description["version"].split(".")[:2])
            server.same("the release", server.description["version"].startswith(release + "."), True)
            server.same("the engine", server.facts["engine"], engine)
            try:
                for check in checks:
                    check(server)
                if name == "default":
                    never = {"ctl.raise"}  # it has no result
                    server.same("offered, never proved", set(server.lacks) - server.proved - never, set())
            except Exception:
                output.seek(0)
                print(output.read().decode(errors="replace")[-4000:], file=sys.stderr)
                print(f"in {check.__name__}:", file=sys.stderr)
                raise
            return server


def main():
    installed = sorted(path.parent.parent.name for path in HERE.glob(".env/*/venv/.pins"))
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--release", action="append", help="default: all that are installed")
    arguments.add_argument("--engine", action="append", choices=ENGINES)
    arguments.add_argument("--settings", action="append", choices=SETTINGS)
    asked = arguments.parse_args()
    if not shutil.which("memcached") or not installed:
        sys.exit("smoke.py needs memcached on PATH and at least one release made by ./install")
    variants = [(release, engine, name) for release in asked.release or installed for engine in asked.engine or ENGINES
                for name in asked.settings or SETTINGS if name == "default" or engine == "db" or asked.settings]
    cache_port, failures, started = free_port(), 0, time.monotonic()
    memcached = ["memcached", "-l", "127.0.0.1", "-p", str(cache_port), "-U", "0"]
    with process(memcached + (["-u", "nobody"] if os.getuid() == 0 else []), cache_port):
        for release, engine, name in variants:
            label = f"{release:4} {engine:14} {name:18}"
            try:
                server = smoke(release, engine, name, cache_port)
                print(f"{label} ok    {len(server.lacks)} operations offered, {len(server.proved)} proved, {server.checks} checks")
            except Exception as error:  # whatever it is, the other variants are still tried
                failures += 1
                print(f"{label} FAIL  {type(error).__name__}: {error}")
            sys.stdout.flush()
    print(f"{len(variants)} variants, {failures} failed, {time.monotonic() - started:.0f} s")
    sys.exit(failures > 0)


if __name__ == "__main__":
    main()
