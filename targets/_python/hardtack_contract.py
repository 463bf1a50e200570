"""hardtack's contract, version 1, without a framework: programs, parameters, typed times, failures, the description.

An adapter brings a table of operations, each of them one call of its framework, and two routes. The rest is here, so
that adapters differ in nothing but their framework. Python 3.8 or later, standard library only.

    contract = Contract("shop", "1.0", "waitress 3", {"storage": "server"}, ["sid"], {**SESSION, **CONTROL})
    GET  /_hardtack      ->  contract.description()
    POST /_hardtack/run  ->  {"results": contract.perform(contract.read(body), Exchange(request, response))}
"""
import asyncio
import base64
import contextlib
import copy
import inspect
import json
import socket
import time
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from http.cookies import CookieError

ABSENT = object()
WAITING = ThreadPoolExecutor(64)  # requests that an event loop holds at a gate, each in a thread of its own


class Refused(Exception):
    """The adapter's own answer to what the framework lacks or what has the wrong type: the contract's word, a sentence."""


class Unhandled(Exception):
    """What ctl.raise throws at the framework."""


class Malformed(ValueError):
    """A request that is no program. It is answered with 400 and `body`, and nothing is performed."""

    def __init__(self, cause):
        super().__init__(str(cause))
        self.body = {"error": "invalid", "kind": type(cause).__name__, "message": str(cause)}


class Exchange:
    """One request and the response that it will get; operations take it as their first argument."""

    def __init__(self, request, response):
        self.request, self.response = request, response

    @property
    def session(self):
        return self.request.session  # asked for by the operations that need it, so that others leave it alone


class Program:
    """What one request shall do: entries to perform in order, and the status to answer with."""

    def __init__(self, entries, status):
        self.entries, self.status = entries, status

    @property
    def bodyless(self):
        return self.status in (204, 304)

    def touches(self, *families):
        """Whether an entry belongs to one of these families, such as "session"."""
        return any(entry["op"].partition(".")[0] in families for entry in self.entries)


# Operations that are the same everywhere: sessions that behave as a dict, and what the contract wants of a request.

def items(session):
    return {key: value for key, value in session.items() if not key.startswith("_")}  # those are the framework's own


SESSION = {
    "session.get": lambda c, key, default=None: c.session.get(key, default),
    "session.put": lambda c, key, value: c.session.__setitem__(key, value),
    "session.delete": lambda c, key: c.session.__delitem__(key),
    "session.has": lambda c, key: key in c.session,
    "session.pop": lambda c, key, default=ABSENT:
        c.session.pop(key) if default is ABSENT else c.session.pop(key, default),
    "session.set_default": lambda c, key, value: c.session.setdefault(key, value),
    "session.update": lambda c, values: c.session.update(values),
    "session.append": lambda c, key, value: c.session[key].append(value),
    "session.keys": lambda c: list(items(c.session)),
    "session.values": lambda c: list(items(c.session).values()),
    "session.items": lambda c: items(c.session),
    "session.clear": lambda c: c.session.clear(),
}


def wait(c, url, timeout_ms=5000):
    if urllib.parse.urlsplit(url).hostname not in ("127.0.0.1", "::1", "localhost"):
        raise Refused("invalid", "url is not a loopback URL")
    try:
        urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=timeout_ms / 1000).close()
        return True
    except OSError as error:
        if isinstance(getattr(error, "reason", error), socket.timeout):
            return False
        raise


def reserved(name):
    if name.lower() in ("set-cookie", "date", "content-length"):
        raise Refused("invalid", f"{name} is not for ctl.header to set")


def header(c, name, value):
    reserved(name)
    c.response.headers[name] = value


def fail(c):
    raise Unhandled("as ctl.raise asked")


CONTROL = {
    "ctl.wait": wait,
    "ctl.sleep": lambda c, ms: time.sleep(ms / 1000),
    "ctl.raise": fail,
    "ctl.header": header,
}
CONTROL_ASYNC = {
    **CONTROL,
    "ctl.wait": lambda c, url, timeout_ms=5000:
        asyncio.get_running_loop().run_in_executor(WAITING, wait, c, url, timeout_ms),
    "ctl.sleep": lambda c, ms: asyncio.sleep(ms / 1000),
}


# Parameters: presence and types are checked here, values are for the framework to judge.

def number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def typed_time(value):
    if not isinstance(value, dict):
        return value is None or number(value)
    [(kind, amount)] = value.items() if len(value) == 1 else [("", None)]
    return number(amount) if kind in ("in", "at") else kind == "raw" and isinstance(amount, str)


def native_time(value):
    """Seconds as int or float, a timedelta, a datetime in UTC, text, or None."""
    if isinstance(value, dict):
        [(kind, amount)] = value.items()
        since = {"in": timedelta(), "at": datetime.now(timezone.utc)}
        return amount if kind == "raw" else since[kind] + timedelta(seconds=amount)
    return int(value) if isinstance(value, float) and value.is_integer() else value  # 60.0 and 60 are one JSON number


def whole_seconds(value):
    """For frameworks that have no type for a duration: theirs is the number of seconds."""
    return int(value.total_seconds()) if isinstance(value, timedelta) else value


TYPES = {
    **dict.fromkeys(["name", "key", "value", "salt", "token", "url"], lambda value: isinstance(value, str)),
    **dict.fromkeys(["path", "domain", "same_site"], lambda value: value is None or isinstance(value, str)),
    **dict.fromkeys(["secure", "http_only", "partitioned", "keep_session"], lambda value: isinstance(value, bool)),
    **dict.fromkeys(["max_age", "expires", "to"], typed_time),
    **dict.fromkeys(["ms", "timeout_ms", "seconds"], lambda value: number(value) and value >= 0),
    "values": lambda value: isinstance(value, dict),
    "user": lambda value: isinstance(value, str) and value != "",
}
NATIVE = {"http_only": "httponly", "same_site": "samesite"}
SCOPE = ["path", "domain", "same_site", "secure", "http_only", "partitioned"]
ATTRIBUTES = {"cookie.set": ["max_age", "expires", *SCOPE], "cookie.set_signed": ["max_age", "expires", *SCOPE],
              "cookie.delete": SCOPE}


def lacks(op, method):
    """The attributes in the contract's words that a framework's method, or a set of native names, does not know."""
    known = method if isinstance(method, (set, frozenset)) else set(inspect.signature(method).parameters)
    return [name for name in ATTRIBUTES[op] if NATIVE.get(name, name) not in known]


def octets(value):
    return base64.b64decode(value["b64"], validate=True) if value.keys() == {"b64"} else value


def plain(value):
    return {"b64": base64.b64encode(value).decode()} if isinstance(value, bytes) else str(value)


class Contract:
    """The operations of one server, with what it says about itself.

    `operations` maps names to callables that take the exchange and the parameters by name; those of an asynchronous
    server may answer an awaitable. `cookie_calls` maps `cookie.*` to the framework's method, whose signature tells which
    attributes it knows. `convert` maps parameters to a function that makes the framework's own type of a native time; a
    server with `clock.advance` adds its offset to moments there.
    `invalid` are exceptions that mean a refused argument wherever they come from.
    """

    def __init__(self, framework, version, server, facts, session_cookies, operations, csrf_cookies=(),
                 cookie_calls=(), convert=(), invalid=(), forms_lacking=()):
        self.framework, self.version, self.server, self.facts = framework, version, server, facts
        self.session_cookies, self.csrf_cookies = list(session_cookies), list(csrf_cookies)
        self.operations, self.convert, self.invalid = operations, dict(convert), tuple(invalid)
        self.lacks = {op: lacks(op, method) for op, method in dict(cookie_calls).items()}
        for op in {"cookie.set_signed", "cookie.get_signed"} & set(operations):
            if "salt" not in inspect.signature(operations[op]).parameters:
                self.lacks.setdefault(op, []).append("salt")
        for op, forms in dict(forms_lacking).items():  # forms of typed times that the framework does not take: "to.at"
            self.lacks.setdefault(op, []).extend(forms)

    def description(self):
        return {
            "contract": 1, "framework": self.framework, "version": self.version, "server": self.server,
            "facts": self.facts, "session_cookies": self.session_cookies, "csrf_cookies": self.csrf_cookies,
            "operations": [{"op": op, "lacks": self.lacks[op]} if self.lacks.get(op) else op for op in self.operations],
        }

    def read(self, text):
        """The program in a request's body or in its `program=` argument, None when that is missing."""
        try:
            asked = json.loads(text, object_hook=octets)
            program, status = asked["program"], asked.get("status", 200)
        except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
            raise Malformed(error) from error
        if type(status) is not int or not 200 <= status <= 599:
            raise Malformed(ValueError("status is a whole number from 200 to 599"))
        if not isinstance(program, list) or not all(
                isinstance(entry, dict) and isinstance(entry.get("op"), str)
                and isinstance(entry.get("fatal"), (bool, type(None)))
                for entry in program):
            raise Malformed(ValueError("program is a list of objects with op (text) and fatal (boolean, optional)"))
        return Program(program, status)

    def perform(self, program, exchange):
        """What each entry answered: the value as it was then, whatever later entries do to it."""
        results = []
        for entry in program.entries:
            with self.answering(entry) as answer:
                answer["ok"] = copy.deepcopy(self.call(entry, exchange))
            results.append(answer)
        return results

    async def perform_async(self, program, exchange):
        """What each entry answered, on an event loop."""
        results = []
        for entry in program.entries:
            with self.answering(entry) as answer:
                value = self.call(entry, exchange)
                answer["ok"] = copy.deepcopy(await value if inspect.isawaitable(value) else value)
            results.append(answer)
        return results

    def encode(self, results):
        """The body for these results, as text."""
        return json.dumps({"results": results}, default=plain)

    def call(self, entry, exchange):
        op = entry["op"]
        if op not in self.operations:
            raise Refused("unsupported", f"{op} is not offered by {self.framework}")
        given = {name: value for name, value in entry.items() if name not in ("op", "fatal")}
        return self.operations[op](exchange, **self.bind(op, given))

    def bind(self, op, given):
        [_, *parameters] = inspect.signature(self.operations[op]).parameters.values()
        known = {p.name: p.default is p.empty for p in parameters if p.kind is not p.VAR_KEYWORD}
        if op in ATTRIBUTES:
            known.update((name, False) for name in ATTRIBUTES[op] if name not in self.lacks.get(op, ()))
        for name, value in given.items():
            if name not in known:
                raise Refused("unsupported", f"{op} has no {name} in {self.framework}")
            for form in value if isinstance(value, dict) else ():
                if f"{name}.{form}" in self.lacks.get(op, ()):
                    raise Refused("unsupported", f"{op} takes no {name} as {form} in {self.framework}")
        for name, required in known.items():
            whatever = name == "default" or name == "value" and op.startswith("session.")
            if required and name not in given or name in given and not whatever and not TYPES[name](given[name]):
                raise Refused("invalid", f"{name} is missing or has the wrong type")
        return {NATIVE.get(name, name): self.native(name, value) for name, value in given.items()}

    def native(self, name, value):
        if TYPES.get(name) is not typed_time:
            return value
        value = native_time(value)
        return self.convert[name](value) if name in self.convert else value

    @contextlib.contextmanager
    def answering(self, entry):
        answer, op = {}, entry["op"]
        try:
            yield answer
        except Exception as error:
            if entry.get("fatal") or isinstance(error, Unhandled):
                raise
            if isinstance(error, Refused):
                answer.update(error=error.args[0], kind="Refused", message=error.args[1])
                return
            # a cookie.* or ctl.* call refuses its arguments with these; a session that raises them is out of order
            refusals = (ValueError, TypeError, OverflowError, CookieError) if op.startswith(("cookie.", "ctl.")) else ()
            word = ("missing" if isinstance(error, KeyError) else
                    "invalid" if isinstance(error, refusals + self.invalid) else "exception")
            answer.update(error=word, kind=type(error).__name__, message=str(error))
