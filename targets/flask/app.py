"""Flask behind hardtack's contract, version 1: two routes, Flask's own client-side sessions, one call per operation.

Runs on Flask 2.2 to 3.1. The environment decides: SETTINGS, SECRET_KEY.
"""
import argparse
import base64
import inspect
import json
import logging
import os
import platform
import socket
import time
import urllib.parse
import urllib.request
from datetime import datetime, timedelta, timezone
from importlib.metadata import version

from flask import Flask, Response, g, jsonify, request, session

VARIANTS = {"default": {}, "permanent": {}, "short-lifetime": {"PERMANENT_SESSION_LIFETIME": timedelta(seconds=4)}}
VARIANT = os.environ.get("SETTINGS", "default")
if VARIANT not in VARIANTS:
    raise SystemExit(f"SETTINGS is one of {', '.join(VARIANTS)}")
PERMANENT = VARIANT != "default"
ABSENT = object()

app = Flask(__name__)
app.config.update(SECRET_KEY=os.environ.get("SECRET_KEY", "hardtack: public on purpose"), **VARIANTS[VARIANT])


class Refused(Exception):
    """The adapter's own answer to what Flask lacks or what has the wrong type: the contract's word, a sentence."""


class Unhandled(Exception):
    """What ctl.raise throws at Flask."""


def kept():
    """The session, permanent from its first value on where the settings ask for it."""
    if PERMANENT and not session.permanent:
        session.permanent = True
    return session


def items():
    return {key: value for key, value in session.items() if not key.startswith("_")}  # _permanent is Flask's own


def login(user):
    kept()["user"] = user
    return user


def wait(url, timeout_ms=5000):
    if urllib.parse.urlsplit(url).hostname not in ("127.0.0.1", "::1", "localhost"):
        raise Refused("invalid", "url is not a loopback URL")
    try:
        urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=timeout_ms / 1000).close()
        return True
    except OSError as error:
        if isinstance(getattr(error, "reason", error), socket.timeout):
            return False
        raise


def fail():
    raise Unhandled("as ctl.raise asked")


def header(name, value):
    if name.lower() in ("set-cookie", "date", "content-length"):
        raise Refused("invalid", f"{name} is not for ctl.header to set")
    g.response.headers[name] = value


OPERATIONS = {
    "cookie.set": lambda name, value, **more: g.response.set_cookie(name, value, **more),
    "cookie.delete": lambda name, **more: g.response.delete_cookie(name, **more),
    "cookie.list": lambda: list(request.cookies.items(multi=True)),
    "session.get": lambda key, default=None: session.get(key, default),
    "session.put": lambda key, value: kept().__setitem__(key, value),
    "session.delete": lambda key: session.__delitem__(key),
    "session.has": lambda key: key in session,
    "session.pop": lambda key, default=ABSENT: session.pop(key) if default is ABSENT else session.pop(key, default),
    "session.set_default": lambda key, value: kept().setdefault(key, value),
    "session.update": lambda values: kept().update(values),
    "session.append": lambda key, value: session[key].append(value),
    "session.touch": lambda: setattr(session, "modified", True),
    "session.keys": lambda: list(items()),
    "session.values": lambda: list(items().values()),
    "session.items": items,
    "session.clear": lambda: session.clear(),
    "auth.login": login,
    "auth.logout": lambda: session.clear(),
    "auth.whoami": lambda: session.get("user"),
    "ctl.wait": wait,
    "ctl.sleep": lambda ms: time.sleep(ms / 1000),
    "ctl.raise": fail,
    "ctl.header": header,
}


# Parameters: presence and types are checked here, values are for Flask to judge.

def number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def typed_time(value):
    if not isinstance(value, dict):
        return value is None or number(value)
    [(kind, amount)] = value.items() if len(value) == 1 else [("", None)]
    return number(amount) if kind in ("in", "at") else kind == "raw" and isinstance(amount, str)


def native_time(value):
    if isinstance(value, dict):
        [(kind, amount)] = value.items()
        since = {"in": timedelta(), "at": datetime.now(timezone.utc)}
        return amount if kind == "raw" else since[kind] + timedelta(seconds=amount)
    return int(value) if isinstance(value, float) and value.is_integer() else value  # 60.0 and 60 are one JSON number


TYPES = {
    **dict.fromkeys(["name", "key", "value", "url"], lambda value: isinstance(value, str)),
    **dict.fromkeys(["path", "domain", "same_site"], lambda value: value is None or isinstance(value, str)),
    **dict.fromkeys(["secure", "http_only", "partitioned"], lambda value: isinstance(value, bool)),
    **dict.fromkeys(["max_age", "expires"], typed_time),
    **dict.fromkeys(["ms", "timeout_ms"], lambda value: number(value) and value >= 0),
    "values": lambda value: isinstance(value, dict),
    "user": lambda value: isinstance(value, str) and value != "",
}
NATIVE = {"http_only": "httponly", "same_site": "samesite"}
SCOPE = ["path", "domain", "same_site", "secure", "http_only", "partitioned"]
ATTRIBUTES = {"cookie.set": (Response.set_cookie, ["max_age", "expires"] + SCOPE),
              "cookie.delete": (Response.delete_cookie, SCOPE)}

LACKS = {op: [name for name in names if NATIVE.get(name, name) not in inspect.signature(method).parameters]
         for op, (method, names) in ATTRIBUTES.items()}


def bind(op, given):
    parameters = inspect.signature(OPERATIONS[op]).parameters.values()
    known = {p.name: p.default is p.empty for p in parameters if p.kind is not p.VAR_KEYWORD}
    known.update((name, False) for name in ATTRIBUTES.get(op, (None, []))[1] if name not in LACKS[op])
    for name in given:
        if name not in known:
            raise Refused("unsupported", f"{op} has no {name} in Flask")
    for name, required in known.items():
        whatever = name == "default" or name == "value" and op.startswith("session.")
        if required and name not in given or name in given and not whatever and not TYPES[name](given[name]):
            raise Refused("invalid", f"{name} is missing or has the wrong type")
    return {NATIVE.get(name, name): native_time(value) if TYPES.get(name) is typed_time else value
            for name, value in given.items()}


def perform(entry):
    op, given = entry["op"], {name: value for name, value in entry.items() if name not in ("op", "fatal")}
    try:
        if op not in OPERATIONS:
            raise Refused("unsupported", f"{op} is not offered by Flask")
        return {"ok": OPERATIONS[op](**bind(op, given))}
    except Exception as error:
        if entry.get("fatal") or isinstance(error, Unhandled):
            raise
        if isinstance(error, Refused):
            return {"error": error.args[0], "kind": "Refused", "message": error.args[1]}
        refused = op.startswith(("cookie.", "ctl.")) and isinstance(error, (ValueError, TypeError, OverflowError))
        word = "missing" if isinstance(error, KeyError) else "invalid" if refused else "exception"
        return {"error": word, "kind": type(error).__name__, "message": str(error)}


# The two routes.

def octets(value):
    return base64.b64decode(value["b64"], validate=True) if value.keys() == {"b64"} else value


def plain(value):
    return {"b64": base64.b64encode(value).decode()} if isinstance(value, bytes) else str(value)


def read(text):
    asked = json.loads(text, object_hook=octets)
    program, status = asked["program"], asked.get("status", 200)
    if type(status) is not int or not 200 <= status <= 599:
        raise ValueError("status is a whole number from 200 to 599")
    if not isinstance(program, list) or not all(
            isinstance(entry, dict) and isinstance(entry.get("op"), str) and entry.get("fatal") in (None, False, True)
            for entry in program):
        raise ValueError("program is a list of objects with op (text) and fatal (boolean, optional)")
    return program, status


@app.route("/_hardtack/run", methods=["GET", "POST"])
def run():
    try:
        program, status = read(request.get_data() if request.method == "POST" else request.args["program"])
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        return jsonify(error="invalid", kind=type(error).__name__, message=str(error)), 400
    g.response = Response(status=status, mimetype="application/json")
    results = [perform(entry) for entry in program]
    if status not in (204, 304):
        g.response.set_data(json.dumps({"results": results}, default=plain))
    return g.response


@app.route("/_hardtack")
def describe():
    return jsonify({
        "contract": 1, "framework": "flask", "version": version("flask"),
        "server": f"werkzeug {version('werkzeug')} on Python {platform.python_version()}",
        "facts": {
            "dialect": "flask", "storage": "client", "rotate": "none", "clear_is_flush": True, "lazy": True,
            "save_on_error": True, "save": "at_end", "concurrency": "last_write", "logout_cookie": "deleted",
            "default_lifetime": int(app.permanent_session_lifetime.total_seconds()), "browser_close": not PERMANENT,
            "expiry": "sliding_on_read" if PERMANENT else "sliding_on_write", "workers": 1,
        },
        "session_cookies": [app.config["SESSION_COOKIE_NAME"]],
        "operations": [{"op": op, "lacks": LACKS[op]} if LACKS.get(op) else op for op in OPERATIONS],
    })


framework = app.wsgi_app


def encodable(environ, start_response):
    def start(status, headers, exc_info=None):
        for name, value in headers:
            value.encode("latin-1")  # fails here, as PEP 3333 advises; Werkzeug's server would never finish the answer
        return start_response(status, headers, exc_info)

    return framework(environ, start)


app.wsgi_app = encodable

if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description="Serves Flask behind hardtack's contract on 127.0.0.1.")
    arguments.add_argument("--port", type=int, required=True)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # no line per request
    app.run("127.0.0.1", arguments.parse_args().port, threaded=True)
