"""Pyramid behind hardtack's contract, version 1: signed cookies or Redis, users, tokens, one call per operation.

The environment decides: STORE, REDIS_URL, SETTINGS, SECRET_KEY.
"""
import argparse
import os
import platform
import sys
from importlib.metadata import version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "_python"))

from pyramid.authentication import SessionAuthenticationHelper  # noqa: E402
from pyramid.config import Configurator  # noqa: E402
from pyramid.csrf import check_csrf_token, get_csrf_token, new_csrf_token  # noqa: E402
from pyramid.response import Response  # noqa: E402
from pyramid.security import forget, remember  # noqa: E402
from pyramid.session import SignedCookieSessionFactory  # noqa: E402
from waitress import serve  # noqa: E402

from hardtack_contract import CONTROL, SESSION, Contract, Exchange, Malformed  # noqa: E402
from hardtack_wsgi import encodable  # noqa: E402

# Seconds. The timeout of 1200 is Pyramid's own. Its reissue_time of 0 sends the session again when a second has passed
# since it was made, which no test can foresee: the default here is what its documentation advises beside 1200.
VARIANTS = {"default": {"timeout": 1200, "reissue_time": 120}, "short-timeout": {"timeout": 4, "reissue_time": None}}
VARIANT, STORE = os.environ.get("SETTINGS", "default"), os.environ.get("STORE", "signed-cookie")
if VARIANT not in VARIANTS or STORE not in ("signed-cookie", "redis"):
    raise SystemExit(f"SETTINGS is one of {', '.join(VARIANTS)}; STORE is signed-cookie or redis")
TIMEOUT = VARIANTS[VARIANT]["timeout"]
SECRET = os.environ.get("SECRET_KEY", "hardtack: public on purpose")


class Users:
    """Pyramid's security policy, with its own helper that keeps the user in the session. Any name is a user."""

    def __init__(self):
        self.helper = SessionAuthenticationHelper()

    def authenticated_userid(self, request):
        return self.helper.authenticated_userid(request)

    def remember(self, request, userid, **more):
        return self.helper.remember(request, userid, **more)

    def forget(self, request, **more):
        return self.helper.forget(request, **more)


def login(c, user):
    new_csrf_token(c.request)  # both lines as in Pyramid's tutorial
    c.response.headerlist.extend(remember(c.request, user))
    return user


def logout(c):
    new_csrf_token(c.request)
    c.response.headerlist.extend(forget(c.request))


def submit(c, token):
    c.request.headers["X-CSRF-Token"] = token
    return check_csrf_token(c.request, raises=False)


OPERATIONS = {
    "cookie.set": lambda c, name, value, **more: c.response.set_cookie(name, value, **more),
    "cookie.delete": lambda c, name, **more: c.response.delete_cookie(name, **more),
    "cookie.list": lambda c: list(c.request.cookies.items()),
    **SESSION,
    "session.touch": lambda c: c.session.changed(),
    "session.flush": lambda c: c.session.invalidate(),
    "auth.login": login,
    "auth.logout": logout,
    "auth.whoami": lambda c: c.request.authenticated_userid,
    "csrf.issue": lambda c: get_csrf_token(c.request),
    "csrf.submit": submit,
    **CONTROL,
}
if STORE == "redis":
    from pyramid_session_redis import RedisSessionFactory
    from redis import Redis
    client = Redis.from_url(f"redis://{os.environ['REDIS_URL']}")
    sessions = RedisSessionFactory(secret=SECRET, timeout=TIMEOUT, redis_url=f"redis://{os.environ['REDIS_URL']}",
                                   python_expires=False)  # Redis counts the time; else a read writes once a second

    def corrupt(c, key):
        if not client.exists(key):
            raise KeyError(key)
        client.set(key, b"damaged")

    OPERATIONS.update({
        "session.key": lambda c: c.session.session_id_safecheck,
        "store.count": lambda c: client.dbsize(),
        "store.exists": lambda c, key: bool(client.exists(key)),
        "store.delete": lambda c, key: bool(client.delete(key)),
        "store.corrupt": corrupt,
    })
else:
    sessions = SignedCookieSessionFactory(SECRET, **VARIANTS[VARIANT])

contract = Contract(
    "pyramid", version("pyramid"), f"waitress {version('waitress')} on Python {platform.python_version()}",
    {
        "dialect": "pyramid", "engine": STORE, "storage": "client" if STORE == "signed-cookie" else "server",
        "rotate": "none", "clear_is_flush": STORE == "redis", "lazy": True, "save_on_error": True, "save": "at_end",
        "concurrency": "last_write", "logout_cookie": "kept", "default_lifetime": TIMEOUT, "browser_close": True,
        "workers": 1,
        "expiry": "sliding_on_read" if STORE == "redis" or VARIANT == "default" else "sliding_on_write",
    },
    ["session"], OPERATIONS,
    cookie_calls={"cookie.set": Response.set_cookie, "cookie.delete": Response.delete_cookie},
)


def run(request):
    try:
        program = contract.read(request.body if request.method == "POST" else request.GET.get("program"))
    except Malformed as error:
        return Response(json_body=error.body, status=400)
    response = Response(status=program.status, content_type="application/json")
    results = contract.perform(program, Exchange(request, response))
    if not program.bodyless:
        response.text = contract.encode(results)
    return response


def describe(request):
    return Response(json_body=contract.description())


with Configurator(session_factory=sessions, security_policy=Users()) as config:
    config.add_route("describe", "/_hardtack")
    config.add_route("run", "/_hardtack/run")
    config.add_view(describe, route_name="describe", request_method="GET")
    config.add_view(run, route_name="run", request_method=("GET", "POST"))
    app = encodable(config.make_wsgi_app())

if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description="Serves Pyramid behind hardtack's contract on 127.0.0.1.")
    arguments.add_argument("--port", type=int, required=True)
    # More connections than waitress's own 100, and a smaller head than its own 256 kB: what a front-end server allows.
    serve(app, host="127.0.0.1", port=arguments.parse_args().port, threads=32, connection_limit=1000,
          max_request_header_size=16384, _quiet=True)
