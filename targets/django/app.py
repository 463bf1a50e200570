"""Django behind hardtack's contract, version 1: two routes, one call of Django's public API per operation.

Runs on Django 3.2 to 6.1. The environment decides: ENGINE, SETTINGS, CACHE, CACHE_URL, DATA_DIR, SECRET_KEY.
"""
import argparse
import base64
import copy
import datetime
import inspect
import json
import os
import platform
import socket
import tempfile
import time
import urllib.parse
import urllib.request
from http.cookies import CookieError
from importlib import import_module
from pathlib import Path

import django
from django.conf import settings

ENGINES = ["db", "file", "cache", "cached_db", "signed_cookies"]
CACHES = {"memcached": "memcached.PyMemcacheCache", "memory": "locmem.LocMemCache"}
VARIANTS = {
    "default": {},
    "save-every-request": {"SESSION_SAVE_EVERY_REQUEST": True},
    "browser-close": {"SESSION_EXPIRE_AT_BROWSER_CLOSE": True},
    "short-age": {"SESSION_COOKIE_AGE": 4},
    "flags": {"SESSION_COOKIE_NAME": "sid", "SESSION_COOKIE_DOMAIN": "app.localhost",
              "SESSION_COOKIE_PATH": "/_hardtack", "SESSION_COOKIE_SAMESITE": "Strict"},
}
ENGINE, VARIANT = os.environ.get("ENGINE", "db"), os.environ.get("SETTINGS", "default")
CACHE, CACHE_URL = os.environ.get("CACHE", "memcached"), os.environ.get("CACHE_URL", "")
if ENGINE not in ENGINES or VARIANT not in VARIANTS or CACHE not in CACHES:
    raise SystemExit(f"ENGINE is one of {', '.join(ENGINES)}; SETTINGS is one of {', '.join(VARIANTS)}; "
                     f"CACHE is one of {', '.join(CACHES)}")
if "cache" in ENGINE and CACHE == "memcached" and not CACHE_URL:
    raise SystemExit(f"ENGINE={ENGINE} needs a memcached: set CACHE_URL to its host:port")
DATA = Path(os.environ.get("DATA_DIR") or tempfile.mkdtemp(prefix="hardtack-django-"))
FILES = DATA / "sessions"
FILES.mkdir(parents=True, exist_ok=True)

settings.configure(
    ALLOWED_HOSTS=["*"],
    CACHES={"default": {"BACKEND": "django.core.cache.backends." + CACHES[CACHE], "LOCATION": CACHE_URL}},
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(DATA / "django.sqlite3"),
                           "OPTIONS": {"timeout": 20}}},
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions"],
    LOGGING={"version": 1, "handlers": {"stderr": {"class": "logging.StreamHandler"}},
             "loggers": {"django": {"handlers": ["stderr"], "level": "WARNING"},
                         "django.server": {"level": "CRITICAL"}}},
    MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware", "django.middleware.csrf.CsrfViewMiddleware",
                "django.contrib.auth.middleware.AuthenticationMiddleware"],
    ROOT_URLCONF=__name__,
    SECRET_KEY=os.environ.get("SECRET_KEY", "hardtack: public on purpose"),
    SESSION_FILE_PATH=str(FILES),
    USE_TZ=True,
    WSGI_APPLICATION=__name__ + ".application",
    **VARIANTS[VARIANT],
    # db is Django's default: nothing is set, so that the default itself is under test
    **({} if ENGINE == "db" else {"SESSION_ENGINE": "django.contrib.sessions.backends." + ENGINE}),
)
django.setup()

from django.contrib import auth  # noqa: E402  (models can be imported only now)
from django.contrib.auth.hashers import make_password  # noqa: E402
from django.contrib.auth.models import User  # noqa: E402
from django.contrib.sessions.models import Session  # noqa: E402
from django.core.cache import cache  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.core.signing import BadSignature  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import connection  # noqa: E402
from django.http import HttpResponse, JsonResponse  # noqa: E402
from django.middleware.csrf import get_token  # noqa: E402
from django.urls import path  # noqa: E402
from django.views.decorators.csrf import csrf_exempt, csrf_protect  # noqa: E402
from django.views.decorators.http import require_http_methods, require_safe  # noqa: E402

SessionStore = import_module(settings.SESSION_ENGINE).SessionStore
ABSENT = object()


class Refused(Exception):
    """The adapter's own answer to what Django lacks or what has the wrong type: the contract's word, a sentence."""


class Unhandled(Exception):
    """What ctl.raise throws at Django."""


# What the operations do: session.* to the session, store.* to the store, the rest to request and response.

def account(name):
    return User.objects.get_or_create(username=name, defaults={"password": make_password(None)})[0]


def login(request, response, user):
    auth.login(request, account(user))
    return user


def whoami(request, response):
    return request.user.get_username() or None


def change_password(request, response, user=None, keep_session=False):
    current = whoami(request, response)
    if not (user or current):
        return None
    changed = account(user) if user not in (None, current) else request.user
    changed.set_unusable_password()  # a random text, so the session hash changes
    changed.save()
    if keep_session:
        auth.update_session_auth_hash(request, changed)
    return changed.get_username()


@csrf_protect
def guarded(request):
    return HttpResponse()


def submit(request, response, token):
    form = copy.copy(request)
    form.method, form.META = "POST", {**request.META, "HTTP_X_CSRFTOKEN": token}
    return guarded(form).status_code == 200


def wait(request, response, url, timeout_ms=5000):
    if urllib.parse.urlsplit(url).hostname not in ("127.0.0.1", "::1", "localhost"):
        raise Refused("invalid", "url is not a loopback URL")
    try:
        urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=timeout_ms / 1000).close()
        return True
    except OSError as error:
        if isinstance(getattr(error, "reason", error), socket.timeout):
            return False
        raise


def header(request, response, name, value):
    if name.lower() in ("set-cookie", "date", "content-length"):
        raise Refused("invalid", f"{name} is not for ctl.header to set")
    response[name] = value


def fail(request, response):
    raise Unhandled("as ctl.raise asked")


# The durable store: rows for db and cached_db (the cache in front is left alone), else what the engine calls its own.

def exists(key):
    return Session.objects.filter(pk=key).exists() if "db" in ENGINE else SessionStore().exists(key)


def delete(key):
    existed = exists(key)
    Session.objects.filter(pk=key).delete() if "db" in ENGINE else SessionStore().delete(key)
    return existed


def corrupt(key):
    if not exists(key):
        raise KeyError(key)
    if "db" in ENGINE:
        Session.objects.filter(pk=key).update(session_data="damaged")
    elif ENGINE == "file":
        (FILES / (settings.SESSION_COOKIE_NAME + key)).write_text("damaged")
    else:
        cache.set(SessionStore.cache_key_prefix + key, "damaged")


def count():
    return Session.objects.count() if "db" in ENGINE else len(list(FILES.iterdir()))


OPERATIONS = {
    "cookie.set": lambda request, response, name, value, **more: response.set_cookie(name, value, **more),
    "cookie.delete": lambda request, response, name, **more: response.delete_cookie(name, **more),
    "cookie.list": lambda request, response: list(request.COOKIES.items()),
    "cookie.set_signed": lambda request, response, name, value, salt="", **more:
        response.set_signed_cookie(name, value, salt, **more),
    "cookie.get_signed": lambda request, response, name, salt="", max_age=None:
        request.get_signed_cookie(name, salt=salt, max_age=max_age),
    "session.get": lambda session, key, default=None: session.get(key, default),
    "session.put": lambda session, key, value: session.__setitem__(key, value),
    "session.delete": lambda session, key: session.__delitem__(key),
    "session.has": lambda session, key: key in session,
    "session.pop": lambda session, key, default=ABSENT:
        session.pop(key) if default is ABSENT else session.pop(key, default),
    "session.set_default": lambda session, key, value: session.setdefault(key, value),
    "session.update": lambda session, values: session.update(values),
    "session.append": lambda session, key, value: session[key].append(value),
    "session.touch": lambda session: setattr(session, "modified", True),
    "session.keys": lambda session: list(session.keys()),
    "session.values": lambda session: list(session.values()),
    "session.items": lambda session: dict(session.items()),
    "session.clear": lambda session: session.clear(),
    "session.flush": lambda session: session.flush(),
    "session.cycle_key": lambda session: session.cycle_key(),
    "session.key": lambda session: session.session_key,
    "session.set_expiry": lambda session, to: session.set_expiry(to),
    "session.get_expiry": lambda session:
        {"age": int(session.get_expiry_age()), "at_browser_close": session.get_expire_at_browser_close()},
    "session.set_test_cookie": lambda session: session.set_test_cookie(),
    "session.test_cookie_worked": lambda session: session.test_cookie_worked(),
    "session.delete_test_cookie": lambda session: session.delete_test_cookie(),
    "auth.login": login,
    "auth.logout": lambda request, response: auth.logout(request),
    "auth.whoami": whoami,
    "auth.change_password": change_password,
    "csrf.issue": lambda request, response: get_token(request),
    "csrf.submit": submit,
    "ctl.wait": wait,
    "ctl.sleep": lambda request, response, ms: time.sleep(ms / 1000),
    "ctl.raise": fail,
    "ctl.header": header,
    "store.clear_expired": SessionStore.clear_expired,
    "store.count": count,
    "store.exists": exists,
    "store.delete": delete,
    "store.corrupt": corrupt,
}
NOT_OFFERED = {
    "cache": ["store.count"],  # memcached does not list its keys
    "signed_cookies": ["session.key", "store.count", "store.exists", "store.delete", "store.corrupt"],  # no record, no key
}
for op in NOT_OFFERED.get(ENGINE, []):
    del OPERATIONS[op]


# Parameters: presence and types are checked here, values are for Django to judge.

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
        since = {"in": datetime.timedelta(), "at": datetime.datetime.now(datetime.timezone.utc)}
        return amount if kind == "raw" else since[kind] + datetime.timedelta(seconds=amount)
    return int(value) if isinstance(value, float) and value.is_integer() else value  # 60.0 and 60 are one JSON number


TYPES = {
    **dict.fromkeys(["name", "key", "value", "salt", "token", "url"], lambda value: isinstance(value, str)),
    **dict.fromkeys(["path", "domain", "same_site"], lambda value: value is None or isinstance(value, str)),
    **dict.fromkeys(["secure", "http_only", "keep_session"], lambda value: isinstance(value, bool)),
    **dict.fromkeys(["max_age", "expires", "to"], typed_time),
    **dict.fromkeys(["ms", "timeout_ms"], lambda value: number(value) and value >= 0),
    "values": lambda value: isinstance(value, dict),
    "user": lambda value: isinstance(value, str) and value != "",
}
NATIVE = {"http_only": "httponly", "same_site": "samesite"}
SCOPE = ["path", "domain", "same_site", "secure", "http_only", "partitioned"]
ATTRIBUTES = {"cookie.set": (HttpResponse.set_cookie, ["max_age", "expires"] + SCOPE),
              "cookie.set_signed": (HttpResponse.set_cookie, ["max_age", "expires"] + SCOPE),
              "cookie.delete": (HttpResponse.delete_cookie, SCOPE)}
LACKS = {op: [name for name in names if NATIVE.get(name, name) not in inspect.signature(method).parameters]
         for op, (method, names) in ATTRIBUTES.items()}


def bind(op, given, subject):
    parameters = list(inspect.signature(OPERATIONS[op]).parameters.values())[len(subject):]
    known = {p.name: p.default is p.empty for p in parameters if p.kind is not p.VAR_KEYWORD}
    known.update((name, False) for name in ATTRIBUTES.get(op, (None, []))[1] if name not in LACKS[op])
    for name in given:
        if name not in known:
            raise Refused("unsupported", f"{op} has no {name} in Django")
    for name, required in known.items():
        whatever = name == "default" or name == "value" and op.startswith("session.")
        if required and name not in given or name in given and not whatever and not TYPES[name](given[name]):
            raise Refused("invalid", f"{name} is missing or has the wrong type")
    return {NATIVE.get(name, name): native_time(value) if TYPES.get(name) is typed_time else value
            for name, value in given.items()}


def perform(request, response, entry):
    op, given = entry["op"], {name: value for name, value in entry.items() if name not in ("op", "fatal")}
    family = op.partition(".")[0]
    subject = {"session": [request.session], "store": []}.get(family, [request, response])
    try:
        if op not in OPERATIONS:
            raise Refused("unsupported", f"not offered by Django with the engine {ENGINE}")
        return {"ok": OPERATIONS[op](*subject, **bind(op, given, subject))}
    except Exception as error:
        if entry.get("fatal") or isinstance(error, Unhandled):
            raise
        if isinstance(error, Refused):
            return {"error": error.args[0], "kind": "Refused", "message": error.args[1]}
        refusals = (ValueError, TypeError, OverflowError, CookieError) if family in ("cookie", "ctl") else OverflowError
        word = ("missing" if isinstance(error, KeyError) else
                "invalid" if isinstance(error, (BadSignature, refusals)) else "exception")
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


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def run(request):
    try:
        program, status = read(request.body if request.method == "POST" else request.GET["program"])
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        return JsonResponse({"error": "invalid", "kind": type(error).__name__, "message": str(error)}, status=400)
    response = HttpResponse(status=status, content_type="application/json")
    results = [perform(request, response, entry) for entry in program]
    if request.method != "HEAD" and status not in (204, 304):
        response.content = json.dumps({"results": results}, default=plain)
        response["Content-Length"] = len(response.content)
    return response


@csrf_exempt
@require_safe
def describe(request):
    return JsonResponse({
        "contract": 1, "framework": "django", "version": django.get_version(),
        "server": f"runserver on Python {platform.python_version()}",
        "facts": {
            "dialect": "django", "engine": ENGINE, "default_lifetime": settings.SESSION_COOKIE_AGE,
            "clear_is_flush": False, "lazy": True, "save_on_error": False, "save": "at_end", "workers": 1,
            "expiry": "sliding_on_read" if settings.SESSION_SAVE_EVERY_REQUEST else "sliding_on_write",
            "concurrency": "last_write", "logout_cookie": "deleted",
            "browser_close": settings.SESSION_EXPIRE_AT_BROWSER_CLOSE,
            **({"cache": CACHE} if "cache" in ENGINE else {}),
            **({"storage": "client"} if ENGINE == "signed_cookies" else {"storage": "server", "rotate": "login"}),
        },
        "session_cookies": [settings.SESSION_COOKIE_NAME], "csrf_cookies": [settings.CSRF_COOKIE_NAME],
        "operations": [{"op": op, "lacks": LACKS[op]} if LACKS.get(op) else op for op in OPERATIONS],
    })


framework = get_wsgi_application()


def application(environ, start_response):
    def start(status, headers, exc_info=None):
        for name, value in headers:
            value.encode("latin-1")  # fails here, as PEP 3333 advises; runserver would stop in the middle of the head
        return start_response(status, headers, exc_info)

    return framework(environ, start)


urlpatterns = [path("_hardtack", describe), path("_hardtack/run", run)]

if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description="Serves Django behind hardtack's contract on 127.0.0.1.")
    arguments.add_argument("--port", type=int, required=True)
    port = arguments.parse_args().port
    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode=WAL")  # readers do not block the writer, so no "database is locked"
    call_command("runserver", f"127.0.0.1:{port}", use_reloader=False)
