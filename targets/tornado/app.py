"""Tornado behind hardtack's contract, version 1: its signed cookies and anti-forgery tokens, one call per operation.

Tornado has no sessions. What its applications write instead is a signed cookie; here it holds the session as JSON.
Runs on Tornado 6.4 to 6.6. The environment decides: SETTINGS, SECRET_KEY.
"""
import argparse
import asyncio
import functools
import json
import logging
import os
import platform
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "_python"))

import tornado  # noqa: E402
from tornado.web import Application, HTTPError, RequestHandler  # noqa: E402

from hardtack_contract import (CONTROL_ASYNC, SESSION, Contract, Exchange, Malformed, Refused,  # noqa: E402
                               reserved, whole_seconds)

DAY = 24 * 60 * 60
VARIANTS = {"default": 30, "browser-close": None, "short-age": 4 / DAY}  # 30 days are set_signed_cookie's own
VARIANT = os.environ.get("SETTINGS", "default")
if VARIANT not in VARIANTS:
    raise SystemExit(f"SETTINGS is one of {', '.join(VARIANTS)}")
DAYS = VARIANTS[VARIANT]
ACCEPTED = {"max_age_days": DAYS} if VARIANT == "short-age" else {}  # get_signed_cookie's own are 31 days
ATTRIBUTES = {"max_age", "expires", "path", "domain", "secure", "httponly", "samesite"}


class Handler(RequestHandler):
    """A request and its response, with the session that is in the signed cookie."""

    @functools.cached_property
    def session(self):
        text = self.get_signed_cookie("session", **ACCEPTED)
        return json.loads(text) if text else {}

    def get_current_user(self):
        return self.session.get("user")


def kept(change):
    """The operation, and the cookie anew: a signed cookie is changed by sending another one."""
    @functools.wraps(change)
    def operation(c, *given, **named):
        result = change(c, *given, **named)
        c.response.set_signed_cookie("session", json.dumps(c.session), expires_days=DAYS)
        return result

    return operation


def clear(c):
    c.session.clear()
    c.response.clear_cookie("session")


def login(c, user):
    c.session["user"] = user
    return user


def get_signed(c, name, max_age=None):
    value = c.request.get_signed_cookie(name, **({} if max_age is None else {"max_age_days": max_age / DAY}))
    if value is None and not c.request.get_cookie(name):
        raise KeyError(name)
    if value is None:
        raise Refused("invalid", "no valid signature, or too old")
    return value.decode()


def submit(c, token):
    c.request.request.headers["X-Xsrftoken"] = token
    try:
        c.request.check_xsrf_cookie()
    except HTTPError:
        return False
    return True


def header(c, name, value):
    reserved(name)
    c.response.set_header(name, value)


contract = Contract(
    "tornado", tornado.version, f"tornado {tornado.version} on Python {platform.python_version()}",
    {
        "dialect": "tornado", "storage": "client", "rotate": "none", "clear_is_flush": True, "lazy": True,
        "save_on_error": True, "save": "at_call", "concurrency": "last_write", "logout_cookie": "deleted",
        "default_lifetime": round((DAYS or 30) * DAY), "browser_close": DAYS is None, "expiry": "sliding_on_write",
        "workers": 1,
    },
    ["session"],
    {
        "cookie.set": lambda c, name, value, **more: c.response.set_cookie(name, value, **more),
        "cookie.delete": lambda c, name, **more: c.response.clear_cookie(name, **more),
        "cookie.list": lambda c: [(name, morsel.value) for name, morsel in c.request.cookies.items()],
        "cookie.set_signed": lambda c, name, value, **more: c.response.set_signed_cookie(name, value, **more),
        "cookie.get_signed": get_signed,
        **SESSION,
        **{op: kept(SESSION[op]) for op in ("session.put", "session.delete", "session.pop", "session.set_default",
                                            "session.update")},
        "session.clear": clear,
        "auth.login": kept(login),
        "auth.logout": clear,
        "auth.whoami": lambda c: c.request.get_current_user(),
        "csrf.issue": lambda c: c.request.xsrf_token.decode(),
        "csrf.submit": submit,
        **CONTROL_ASYNC,
        "ctl.header": header,
    },
    ["_xsrf"],
    cookie_calls={"cookie.set": ATTRIBUTES, "cookie.set_signed": ATTRIBUTES,
                  "cookie.delete": ATTRIBUTES - {"max_age", "expires"}},
    convert={"max_age": whole_seconds},
)


class Run(Handler):
    async def get(self):
        await self.answer(self.get_query_argument("program", None, strip=False))

    async def post(self):
        await self.answer(self.request.body)

    head = get

    async def answer(self, text):
        try:
            program = contract.read(text)
        except Malformed as error:
            self.set_status(400)
            return self.finish(error.body)
        self.set_status(program.status)
        results = await contract.perform_async(program, Exchange(self, self))
        if not program.bodyless:
            self.set_header("Content-Type", "application/json")
            self.write(contract.encode(results))


class Describe(Handler):
    def get(self):
        self.finish(contract.description())

    head = get


async def serve(port):
    # xsrf_cookies stays off, so that the two routes need no token; csrf.submit asks Tornado for the same check
    app = Application([("/_hardtack", Describe), ("/_hardtack/run", Run)],
                      cookie_secret=os.environ.get("SECRET_KEY", "hardtack: public on purpose"))
    app.listen(port, "127.0.0.1")
    await asyncio.Event().wait()


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description="Serves Tornado behind hardtack's contract on 127.0.0.1.")
    arguments.add_argument("--port", type=int, required=True)
    logging.getLogger("tornado").setLevel(logging.CRITICAL)  # refusals and ctl.raise are asked for
    asyncio.run(serve(arguments.parse_args().port))
