#!/usr/bin/env python3
"""Starts app.py with each release and settings, and proves every offered operation once. Needs what ./install made."""
import concurrent.futures, contextlib, http.client, http.server, json, os, socket, subprocess, sys, threading, time
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROVED_BY_STATUS = {"ctl.raise"}  # it has no result


def same(what, found, expected):
    if found != expected:
        raise AssertionError(f"{what}: expected {expected!r}, found {found!r}")


@contextlib.contextmanager
def served(release, settings):
    """app.py on a free port, ended with SIGTERM."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    child = subprocess.Popen([HERE / ".env" / release / "venv/bin/python", "app.py", "--port", str(port)], cwd=HERE,
                             env={**os.environ, "SETTINGS": settings}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    said = []
    reader = threading.Thread(target=lambda: said.extend(child.stderr))
    reader.start()
    try:
        end = time.monotonic() + 30
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                same("app.py is still starting", (child.poll(), time.monotonic() < end), (None, True))
                time.sleep(0.05)
        yield port
    except BaseException:
        child.terminate()
        reader.join(10)
        sys.stderr.write(b"".join(said).decode(errors="replace")[-4000:])
        raise
    finally:
        child.terminate()
        child.wait(10)
        reader.join(10)


class Browser:
    """A jar without rules: it keeps what is set and drops what is deleted."""

    def __init__(self, port, proved, cookies=()):
        self.port, self.proved, self.cookies = port, proved, dict(cookies)

    def send(self, method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        jar = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())} if self.cookies else {}
        connection.request(method, path, body, {"Host": "app.localhost", **jar})
        reply = connection.getresponse()
        self.status, self.vary, self.body, self.headers = reply.status, reply.getheader("Vary"), reply.read(), reply.headers
        connection.close()
        self.lines = [value for name, value in reply.getheaders() if name == "Set-Cookie"]
        for line in self.lines:
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
            if "Max-Age=0" in line:
                del self.cookies[name]
        return json.loads(self.body) if self.body.startswith(b"{") else {}

    def run(self, *program, status=200):
        entries = [{"op": op, **parameters} for op, parameters in program]
        results = self.send("POST", "/_hardtack/run", json.dumps({"program": entries, "status": status})).get("results", [])
        self.proved.update(entry["op"] for entry, result in zip(entries, results) if "ok" in result)
        return [result.get("ok") if "ok" in result else result["error"] for result in results]

    def do(self, op, **parameters):
        return (self.run((op, parameters)) or [self.status])[0]


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
        yield f"http://127.0.0.1:{held.server_address[1]}/", inside, release
    finally:
        release.set()
        held.shutdown()
        held.server_close()


def untouched(browser, fixed, name):
    alice = browser()
    for method, path, body in (("POST", "/_hardtack/run", '{"program": []}'), ("GET", "/_hardtack", None),
                               ("GET", "/_hardtack/run?program=%7B%22program%22%3A%5B%5D%7D", None)):
        alice.send(method, path, body)
        same("the empty program and the description", (alice.status, alice.lines, alice.vary), (200, [], None))
    for body in ("", "[]", "{}", '{"program": [1]}', '{"program": [], "status": 1000}', "[" * 100000):
        same("malformed", alice.send("POST", "/_hardtack/run", body)["error"], "invalid")
        same("malformed", (alice.status, alice.lines, alice.vary), (400, [], None))
    alice.send("PUT", "/_hardtack/run", "{}")
    same("PUT", alice.status, 405)
    refused = alice.run(("no.such", {}), ("session.get", {"key": "a", "x": 1}), ("session.get", {}), ("auth.login", {"user": ""}),
                        ("ctl.wait", {"url": "http://example.com/"}), ("ctl.header", {"name": "Set-Cookie", "value": "a=b"}))
    same("refused entries", refused, ["unsupported"] * 2 + ["invalid"] * 4)
    same("refusals change nothing", (alice.lines, alice.vary), ([], None))


def cookies(browser, fixed, name):
    alice = browser()
    alice.do("cookie.set", name="c", value="v", max_age={"in": 60}, path="/x", domain="app.localhost", secure=True,
             http_only=True, same_site="lax")
    for part in ("c=v; Domain=app.localhost; ", "; Max-Age=60; ", "; Secure; HttpOnly; Path=/x; SameSite=Lax"):
        same(f"{part} in {alice.lines}", part in alice.lines[0], True)
    alice.do("cookie.set", name="d", value="v", expires={"raw": "tomorrow"}, path=None)
    same("a raw date", alice.lines, ["d=v; Expires=tomorrow"])
    alice.do("cookie.set", name="c", value="v", partitioned=True)
    same("partitioned", alice.lines, ["c=v; Secure; Path=/; Partitioned"] if fixed else [])
    same("refused by Flask", alice.do("cookie.set", name="c", value="v", same_site="no"), "invalid")
    same("what no header can carry", alice.do("ctl.header", name="X", value="春"), 500)
    alice.do("cookie.delete", name="d", secure=True, http_only=True)
    same("deleted", "d" in alice.cookies, False)
    same("cookie.list", browser({"x": "1", "y": "2"}).do("cookie.list"), [["x", "1"], ["y", "2"]])


def sessions(browser, fixed, name):
    alice = browser()
    same("absent", [alice.do("session.get", key="a"), alice.do("session.get", key="a", default=5), alice.lines], [None, 5, []])
    same("put", (alice.do("session.put", key="a", value={"b64": "/wD/"}), alice.vary), (None, "Cookie"))
    same("get", alice.do("session.get", key="a"), {"b64": "/wD/"})
    same("has", [alice.do("session.has", key=key) for key in "ab"], [True, False])
    same("a key alone is Vary", alice.vary, "Cookie" if fixed else None)
    same("update", alice.do("session.update", values={"b": [1], "c": "春"}), None)
    same("set_default", [alice.do("session.set_default", key=key, value=2) for key in "bd"], [[1], 2])
    saved = [1] if name == "default" else [1, 2]  # a permanent session is saved with every request
    same("append", (alice.do("session.append", key="b", value=2), alice.do("session.get", key="b")), (None, saved))
    alice.run(("session.append", {"key": "b", "value": 3}), ("session.touch", {}))
    same("touch", alice.do("session.get", key="b"), saved + [3])
    same("pop", [alice.do("session.pop", key="d"), alice.do("session.pop", key="d", default=None)], [2, None])
    same("pop of nothing", alice.do("session.pop", key="d"), "missing")
    same("delete", [alice.do("session.delete", key="a") for _ in "ab"], [None, "missing"])
    same("keys", sorted(alice.do("session.keys")), ["b", "c"])
    same("values", sorted(map(str, alice.do("session.values"))), [str(saved + [3]), "春"])
    same("items", alice.do("session.items"), {"b": saved + [3], "c": "春"})
    tampered = browser({"session": "x" + alice.cookies["session"]})
    same("tampered", (tampered.do("session.items"), tampered.lines), ({}, []))
    same("clear", (alice.do("session.clear"), alice.do("session.items"), alice.cookies.get("session")), (None, {}, None))


def users(browser, fixed, name):
    alice = browser()
    same("nobody", alice.do("auth.whoami"), None)
    same("login", (alice.do("auth.login", user="alice 春"), alice.do("auth.whoami")), ("alice 春", "alice 春"))
    same("logout", (alice.do("auth.logout"), alice.do("auth.whoami"), alice.cookies.get("session")), (None, None, None))


def control(browser, fixed, name):
    alice = browser()
    same("raise", alice.do("ctl.raise"), 500)
    same("fatal", alice.do("session.pop", key="no", fatal=True), 500)
    for status in (204, 304, 404, 503):
        alice.run(("session.put", {"key": "a", "value": status}), status=status)
        same("asked status, saved", (alice.status, alice.do("session.get", key="a")), (status, status))
    alice.run(*[("ctl.header", {"name": "X-Smoke", "value": value}) for value in "ab"])
    same("header replaces", alice.headers.get_all("X-Smoke"), ["b"])
    before = time.monotonic()
    same("sleep", (alice.do("ctl.sleep", ms=50), time.monotonic() - before >= 0.05), (None, True))
    with gate() as (url, inside, release), concurrent.futures.ThreadPoolExecutor() as pool:
        held = pool.submit(browser(alice.cookies).do, "ctl.wait", url=url, timeout_ms=10000)
        same("the request is inside", inside.wait(10), True)
        same("served meanwhile", alice.do("session.get", key="a"), 503)
        release.set()
        same("released", held.result(), True)
    with gate() as (url, inside, release):
        same("wait in vain", alice.do("ctl.wait", url=url, timeout_ms=100), False)


def settings(browser, fixed, name):
    """What the settings change."""
    alice = browser()
    alice.do("session.put", key="a", value=1)
    same("Expires", "Expires=" in alice.lines[0], name != "default")
    alice.run()
    same("sent again on an untouched request", len(alice.lines), int(name != "default"))
    same("with Vary, unless CVE-2023-30861", alice.vary, "Cookie" if alice.lines and fixed else None)
    if name == "short-lifetime":
        copy, end = dict(alice.cookies), time.monotonic() + 15
        while browser(copy).do("session.get", key="a") is not None:
            same("the session ends", time.monotonic() < end, True)
            time.sleep(0.2)


def smoke(release, name):
    proved = set()
    with served(release, name) as port:
        description = Browser(port, proved).send("GET", "/_hardtack")
        same("the release", (description["version"] + ".").startswith(release + "."), True)
        for check in (untouched, cookies, sessions, users, control, settings):
            check(lambda cookies=(): Browser(port, proved, cookies), release != "2.2.4", name)
        offered = {entry if isinstance(entry, str) else entry["op"] for entry in description["operations"]}
        same("offered, never proved", offered - proved - PROVED_BY_STATUS, set())
        print(f"flask {release:6} {name:15} ok, {len(offered)} operations", flush=True)


if __name__ == "__main__":
    for release in sys.argv[1:] or ["3.1", "2.2.4"]:
        for name in ("default", "permanent", "short-lifetime"):
            smoke(release, name)
