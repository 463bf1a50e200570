"""aiohttp-session behind hardtack's contract, version 1: encrypted cookies or Redis, one call per operation.

The environment decides: STORE, REDIS_URL, SETTINGS, SECRET_KEY.
"""
import argparse
import hashlib
import logging
import os
import platform
import sys
from datetime import datetime
from email.utils import format_datetime
from importlib.metadata import version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "_python"))

import aiohttp_session  # noqa: E402
from aiohttp import web  # noqa: E402
from aiohttp_session.cookie_storage import EncryptedCookieStorage  # noqa: E402
from aiohttp_session.redis_storage import RedisStorage  # noqa: E402
from redis import asyncio as redis  # noqa: E402

from hardtack_contract import CONTROL_ASYNC, SESSION, Contract, Exchange, Malformed, whole_seconds  # noqa: E402

VARIANTS = {"default": {}, "two-weeks": {"max_age": 14 * 24 * 60 * 60}, "short-age": {"max_age": 4}}
VARIANT, STORE = os.environ.get("SETTINGS", "default"), os.environ.get("STORE", "encrypted")
if VARIANT not in VARIANTS or STORE not in ("encrypted", "redis"):
    raise SystemExit(f"SETTINGS is one of {', '.join(VARIANTS)}; STORE is encrypted or redis")
MAX_AGE = VARIANTS[VARIANT].get("max_age")
SECRET = os.environ.get("SECRET_KEY", "hardtack: public on purpose")
COOKIE = "AIOHTTP_SESSION"
if STORE == "redis":
    client = redis.from_url(f"redis://{os.environ['REDIS_URL']}")


class LoadedExchange(Exchange):
    session = None  # loaded before the program when it needs one, since that takes an await


async def login(c, user):
    c.session = await aiohttp_session.new_session(c.request)  # as aiohttp-session advises against fixation
    c.session["user"] = user
    return user


def http_date(value):
    return format_datetime(value, usegmt=True) if isinstance(value, datetime) else value


# The store, through the client that aiohttp-session was given.

def record(key):
    return f"{COOKIE}_{key}"


async def corrupt(c, key):
    if not await client.exists(record(key)):
        raise KeyError(key)
    await client.set(record(key), b"damaged")


async def answered(reply, kind):
    return kind(await reply)


async def count(c):
    return sum([1 async for _ in client.scan_iter(record("*"))])


OPERATIONS = {
    "cookie.set": lambda c, name, value, **more: c.response.set_cookie(name, value, **more),
    "cookie.delete": lambda c, name, **more: c.response.del_cookie(name, **more),
    "cookie.list": lambda c: list(c.request.cookies.items()),
    **SESSION,
    "session.touch": lambda c: c.session.changed(),
    "session.clear": lambda c: c.session.invalidate(),
    "auth.login": login,
    "auth.logout": lambda c: c.session.invalidate(),
    "auth.whoami": lambda c: c.session.get("user"),
    **CONTROL_ASYNC,
    **({
        "session.key": lambda c: c.session.identity,
        "store.count": count,
        "store.exists": lambda c, key: answered(client.exists(record(key)), bool),
        "store.delete": lambda c, key: answered(client.delete(record(key)), bool),
        "store.corrupt": corrupt,
    } if STORE == "redis" else {}),
}

contract = Contract(
    "aiohttp-session", version("aiohttp-session"),
    f"aiohttp {version('aiohttp')} on Python {platform.python_version()}",
    {
        "dialect": "aiohttp-session", "engine": STORE, "clear_is_flush": True, "lazy": True, "save_on_error": True,
        "save": "at_end", "concurrency": "last_write", "logout_cookie": "deleted", "workers": 1,
        "browser_close": MAX_AGE is None, "expiry": "none" if MAX_AGE is None else "sliding_on_write",
        **({} if MAX_AGE is None else {"default_lifetime": MAX_AGE}),
        **({"storage": "server", "rotate": "login"} if STORE == "redis" else {"storage": "client", "rotate": "none"}),
    },
    [COOKIE], OPERATIONS,
    cookie_calls={"cookie.set": web.Response.set_cookie, "cookie.delete": web.Response.del_cookie},
    convert={"max_age": whole_seconds, "expires": http_date},
)


async def run(request):
    try:
        program = contract.read(await request.text() if request.method == "POST" else request.query.get("program"))
    except Malformed as error:
        return web.json_response(error.body, status=400)
    response = web.Response(status=program.status, content_type="application/json")
    exchange = LoadedExchange(request, response)
    if program.touches("session", "auth"):
        exchange.session = await aiohttp_session.get_session(request)
    results = await contract.perform_async(program, exchange)
    if not program.bodyless:
        response.text = contract.encode(results)
    return response


async def describe(request):
    return web.json_response(contract.description())


app = web.Application()
aiohttp_session.setup(app, RedisStorage(client, cookie_name=COOKIE, **VARIANTS[VARIANT]) if STORE == "redis" else
                      EncryptedCookieStorage(hashlib.sha256(SECRET.encode()).digest(), cookie_name=COOKIE,
                                             **VARIANTS[VARIANT]))
app.add_routes([web.get("/_hardtack", describe), web.get("/_hardtack/run", run), web.post("/_hardtack/run", run)])

if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description="Serves aiohttp-session behind hardtack's contract on 127.0.0.1.")
    arguments.add_argument("--port", type=int, required=True)
    logging.getLogger("aiohttp").setLevel(logging.CRITICAL)  # refusals and ctl.raise are asked for
    web.run_app(app, host="127.0.0.1", port=arguments.parse_args().port, print=None, access_log=None)
