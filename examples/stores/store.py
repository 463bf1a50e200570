#!/usr/bin/env python3
"""A session store without HTTP, tested by hardtack through a thin server. Put your store in the place of `Store`.

Needs Python 3.9 and hardtack_contract.py, nothing else.
"""
import json
import os
import secrets
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "targets" / "_python"))

from hardtack_contract import CONTROL, SESSION, Contract, Exchange, Malformed  # noqa: E402

COOKIE, LIFETIME = "sid", int(os.environ.get("LIFETIME", "3600"))


class Store:
    """The store under test: what it must do, and all that the rest of this file asks of it."""

    def __init__(self):
        self.records, self.lock = {}, threading.Lock()

    def load(self, key):
        """The data of a living session, or None."""
        with self.lock:
            data, ends = self.records.get(key, (None, 0))
            return dict(data) if ends > time.time() else None

    def save(self, key, data, lifetime, must_exist):
        """Whether the data is kept, for `lifetime` seconds. Not when the record must exist and is gone."""
        with self.lock:
            if must_exist and key not in self.records:
                return False
            self.records[key] = (dict(data), time.time() + lifetime)
            return True

    def delete(self, key):
        """Whether there was such a record; none is there any more."""
        with self.lock:
            return self.records.pop(key, None) is not None


class Session(dict):
    """One request's session: loaded once, saved at the end when it changed. Keys come from the server alone."""

    def __init__(self, asked_for):
        data = store.load(asked_for) if asked_for else None
        super().__init__(data or {})
        self.asked_for, self.key, self.dead = asked_for, asked_for if data is not None else None, None
        self.before, self.moves = json.dumps(self), False

    def flush(self):
        self.clear()
        self.dead, self.key, self.moves = self.key or self.dead, None, False

    def cycle_key(self):
        self.dead, self.key, self.moves = self.key or self.dead, None, self.key is not None or self.moves

    def save(self):
        """The Set-Cookie field that the browser needs, or None."""
        if self.dead and not store.delete(self.dead) and self.moves:
            return None  # somebody ended the session meanwhile: its data must not move on to a living key
        if self.key is None and not self:
            return f"{COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax" if self.asked_for else None
        if self.key is not None and json.dumps(self) == self.before:
            return None
        known, self.key = self.key, self.key or secrets.token_hex(16)
        if not store.save(self.key, self, LIFETIME, must_exist=known is not None):
            return None  # the browser may have a newer key by now; the old one must not come back
        return f"{COOKIE}={self.key}; Path=/; Max-Age={LIFETIME}; HttpOnly; SameSite=Lax"


store = Store()


def login(c, user):
    c.session.flush()  # nothing of an earlier user or of a planted key goes on
    c.session["_user"] = user
    return user


contract = Contract(
    "a store", "1", "http.server",
    {"storage": "server", "default_lifetime": LIFETIME, "rotate": "login", "lazy": True, "save": "at_end",
     "save_on_error": False, "concurrency": "last_write", "expiry": "sliding_on_write", "logout_cookie": "deleted"},
    [COOKIE],
    {
        **SESSION, **CONTROL,
        "session.flush": lambda c: c.session.flush(),
        "session.cycle_key": lambda c: c.session.cycle_key(),
        "session.key": lambda c: c.session.key,
        "auth.login": login,
        "auth.logout": lambda c: c.session.flush(),
        "auth.whoami": lambda c: c.session.get("_user"),
        "store.exists": lambda c, key: store.load(key) is not None,
        "store.delete": lambda c, key: store.delete(key),
        "store.count": lambda c: len(store.records),
    },
)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    session = None

    def do_GET(self):
        url = urlsplit(self.path)
        if url.path == "/_hardtack":
            self.answer(200, json.dumps(contract.description()))
        else:
            self.run(parse_qs(url.query).get("program", [None])[0])

    do_HEAD = do_GET

    def do_POST(self):
        self.run(self.rfile.read(int(self.headers.get("Content-Length", 0))))

    def run(self, text):
        fields, self.session = {}, None
        pairs = [pair.strip().partition("=")[::2] for pair in self.headers.get("Cookie", "").split(";")]
        cookies = dict(reversed(pairs))  # of two with one name the first counts, which has the longer path
        self.key = cookies.get(COOKIE)
        try:
            program = contract.read(text)
            results = contract.perform(program, Exchange(Request(self), SimpleNamespace(headers=fields)))
        except Malformed as error:
            return self.answer(400, json.dumps(error.body))
        except Exception as error:
            program, results = SimpleNamespace(status=500, bodyless=False), [{"error": "exception", "message": str(error)}]
        if self.session is not None:
            vary = ", ".join(filter(None, [fields.get("Vary"), "Cookie"]))  # beside what the application says
            fields.update({"Cache-Control": "no-cache, private", "Vary": vary})
            if program.status < 500:
                fields["Set-Cookie"] = self.session.save()
        self.answer(program.status, "" if program.bodyless else contract.encode(results), fields)

    def answer(self, status, text, fields=()):
        self.send_response(status)
        octets = text.encode()
        for name, value in {"Content-Type": "application/json", **dict(fields)}.items():
            if value is not None:
                self.send_header(name, value)
        if status not in (204, 304):
            self.send_header("Content-Length", str(len(octets)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(octets)

    def log_message(self, *_):
        pass


class Request:
    """Loads the session when an operation asks for it, and not before."""

    def __init__(self, handler):
        self.handler = handler

    @property
    def session(self):
        if self.handler.session is None:
            self.handler.session = Session(self.handler.key)
        return self.handler.session


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
