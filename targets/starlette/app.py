"""Starlette behind hardtack's contract, version 1: SessionMiddleware's signed cookies, one call per operation.

Runs on Starlette 0.52 to 1.10. The environment decides: SETTINGS, SECRET_KEY.
"""
import argparse
import os
import platform
import sys
from importlib.metadata import version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "_python"))

import uvicorn  # noqa: E402
from starlette.applications import Starlette  # noqa: E402
from starlette.middleware import Middleware  # noqa: E402
from starlette.middleware.sessions import SessionMiddleware  # noqa: E402
from starlette.responses import JSONResponse, Response  # noqa: E402
from starlette.routing import Route  # noqa: E402

from hardtack_contract import CONTROL_ASYNC, SESSION, Contract, Exchange, Malformed, whole_seconds  # noqa: E402

VARIANTS = {"default": {}, "browser-close": {"max_age": None}, "short-age": {"max_age": 4}}
VARIANT = os.environ.get("SETTINGS", "default")
if VARIANT not in VARIANTS:
    raise SystemExit(f"SETTINGS is one of {', '.join(VARIANTS)}")
CURRENT = int(version("starlette").partition(".")[0]) >= 1  # knows since 1.0 whether a session was read or changed
DEFAULT_AGE = 14 * 24 * 60 * 60  # SessionMiddleware's
ATTRIBUTES = {"max_age", "expires", "path", "domain", "secure", "httponly", "samesite"}
if sys.version_info >= (3, 14):
    ATTRIBUTES.add("partitioned")  # Starlette refuses it on an older Python


def login(c, user):
    c.session["user"] = user
    return user


contract = Contract(
    "starlette", version("starlette"), f"uvicorn {version('uvicorn')} on Python {platform.python_version()}",
    {
        "dialect": "starlette", "storage": "client", "rotate": "none", "clear_is_flush": True, "lazy": True,
        "save_on_error": True, "save": "at_end", "concurrency": "last_write", "logout_cookie": "deleted",
        "default_lifetime": VARIANTS[VARIANT].get("max_age", DEFAULT_AGE) or DEFAULT_AGE,
        "browser_close": VARIANT == "browser-close", "workers": 1,
        "expiry": "sliding_on_write" if CURRENT else "sliding_on_read",
    },
    ["session"],
    {
        "cookie.set": lambda c, name, value, **more: c.response.set_cookie(name, value, **more),
        "cookie.delete": lambda c, name, **more: c.response.delete_cookie(name, **more),
        "cookie.list": lambda c: list(c.request.cookies.items()),
        **SESSION,
        **({"session.touch": lambda c: c.session.mark_modified()} if CURRENT else {}),
        "auth.login": login,
        "auth.logout": lambda c: c.session.clear(),
        "auth.whoami": lambda c: c.session.get("user"),
        **CONTROL_ASYNC,
    },
    cookie_calls={"cookie.set": ATTRIBUTES, "cookie.delete": ATTRIBUTES},
    convert={"max_age": whole_seconds},
    invalid=(AssertionError,),  # how set_cookie refuses a samesite
)


async def run(request):
    try:
        text = await request.body() if request.method == "POST" else request.query_params.get("program")
        program = contract.read(text)
    except Malformed as error:
        return JSONResponse(error.body, 400)
    response = Response(status_code=program.status, media_type="application/json")
    results = await contract.perform_async(program, Exchange(request, response))
    if not program.bodyless:
        response.body = response.render(contract.encode(results))
        response.headers["Content-Length"] = str(len(response.body))
    return response


async def describe(request):
    return JSONResponse(contract.description())


app = Starlette(
    routes=[Route("/_hardtack", describe), Route("/_hardtack/run", run, methods=["GET", "POST"])],
    middleware=[Middleware(SessionMiddleware, secret_key=os.environ.get("SECRET_KEY", "hardtack: public on purpose"),
                           **VARIANTS[VARIANT])],
)

if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description="Serves Starlette behind hardtack's contract on 127.0.0.1.")
    arguments.add_argument("--port", type=int, required=True)
    uvicorn.run(app, host="127.0.0.1", port=arguments.parse_args().port, access_log=False, log_level="error", lifespan="off")
