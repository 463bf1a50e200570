"""Django behind hardtack's contract, version 1: two routes, one call of Django's public API per operation.

Runs on Django 3.2 to 6.1. The environment decides: ENGINE, SETTINGS, CACHE, CACHE_URL, DATA_DIR, SECRET_KEY.
"""
import argparse
import copy
import os
import platform
import sys
import tempfile
from importlib import import_module
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "_python"))

import django  # noqa: E402
from django.conf import settings  # noqa: E402

from hardtack_contract import CONTROL, SESSION, Contract, Exchange, Malformed  # noqa: E402
from hardtack_wsgi import encodable  # noqa: E402

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
    CACHES={"default": {
        "BACKEND": "django.core.cache.backends." + CACHES[CACHE], "LOCATION": CACHE_URL,
        # The cache in memory culls beyond 300 entries; a run makes more sessions than that.
        **({"OPTIONS": {"MAX_ENTRIES": 100000}} if CACHE == "memory" else {}),
    }},
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


# What the operations do that are more than one call.

def account(name):
    return User.objects.get_or_create(username=name, defaults={"password": make_password(None)})[0]


def login(c, user):
    auth.login(c.request, account(user))
    return user


def whoami(c):
    return c.request.user.get_username() or None


def change_password(c, user=None, keep_session=False):
    current = whoami(c)
    if not (user or current):
        return None
    changed = account(user) if user not in (None, current) else c.request.user
    changed.set_unusable_password()  # a random text, so the session hash changes
    changed.save()
    if keep_session:
        auth.update_session_auth_hash(c.request, changed)
    return changed.get_username()


@csrf_protect
def guarded(request):
    return HttpResponse()


def submit(c, token):
    form = copy.copy(c.request)
    form.method, form.META = "POST", {**c.request.META, "HTTP_X_CSRFTOKEN": token}
    return guarded(form).status_code == 200


# The durable store: rows for db and cached_db (the cache in front is left alone), else what the engine calls its own.

def exists(c, key):
    return Session.objects.filter(pk=key).exists() if "db" in ENGINE else SessionStore().exists(key)


def delete(c, key):
    existed = exists(c, key)
    Session.objects.filter(pk=key).delete() if "db" in ENGINE else SessionStore().delete(key)
    return existed


def corrupt(c, key):
    if not exists(c, key):
        raise KeyError(key)
    if "db" in ENGINE:
        Session.objects.filter(pk=key).update(session_data="damaged")
    elif ENGINE == "file":
        (FILES / (settings.SESSION_COOKIE_NAME + key)).write_text("damaged")
    else:
        cache.set(SessionStore.cache_key_prefix + key, "damaged")


def count(c):
    return Session.objects.count() if "db" in ENGINE else len(list(FILES.iterdir()))


OPERATIONS = {
    "cookie.set": lambda c, name, value, **more: c.response.set_cookie(name, value, **more),
    "cookie.delete": lambda c, name, **more: c.response.delete_cookie(name, **more),
    "cookie.list": lambda c: list(c.request.COOKIES.items()),
    "cookie.set_signed": lambda c, name, value, salt="", **more: c.response.set_signed_cookie(name, value, salt, **more),
    "cookie.get_signed": lambda c, name, salt="", max_age=None:
        c.request.get_signed_cookie(name, salt=salt, max_age=max_age),
    **SESSION,
    "session.touch": lambda c: setattr(c.session, "modified", True),
    "session.flush": lambda c: c.session.flush(),
    "session.cycle_key": lambda c: c.session.cycle_key(),
    "session.key": lambda c: c.session.session_key,
    "session.set_expiry": lambda c, to: c.session.set_expiry(to),
    "session.get_expiry": lambda c:
        {"age": int(c.session.get_expiry_age()), "at_browser_close": c.session.get_expire_at_browser_close()},
    "session.set_test_cookie": lambda c: c.session.set_test_cookie(),
    "session.test_cookie_worked": lambda c: c.session.test_cookie_worked(),
    "session.delete_test_cookie": lambda c: c.session.delete_test_cookie(),
    "auth.login": login,
    "auth.logout": lambda c: auth.logout(c.request),
    "auth.whoami": whoami,
    "auth.change_password": change_password,
    "csrf.issue": lambda c: get_token(c.request),
    "csrf.submit": submit,
    **CONTROL,
    "store.clear_expired": lambda c: SessionStore.clear_expired(),
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

contract = Contract(
    "django", django.get_version(), f"runserver on Python {platform.python_version()}",
    {
        "dialect": "django", "engine": ENGINE, "default_lifetime": settings.SESSION_COOKIE_AGE,
        "clear_is_flush": False, "lazy": True, "save_on_error": False, "save": "at_end", "workers": 1,
        "expiry": "sliding_on_read" if settings.SESSION_SAVE_EVERY_REQUEST else "sliding_on_write",
        "concurrency": "last_write", "logout_cookie": "deleted",
        "browser_close": settings.SESSION_EXPIRE_AT_BROWSER_CLOSE,
        **({"cache": CACHE} if "cache" in ENGINE else {}),
        **({"storage": "client"} if ENGINE == "signed_cookies" else {"storage": "server", "rotate": "login"}),
    },
    [settings.SESSION_COOKIE_NAME], OPERATIONS, [settings.CSRF_COOKIE_NAME],
    cookie_calls={"cookie.set": HttpResponse.set_cookie, "cookie.set_signed": HttpResponse.set_cookie,
                  "cookie.delete": HttpResponse.delete_cookie},
    invalid=(BadSignature, OverflowError),
    # The instant is kept in the session as it is; sessions in JSON take one since Django 4.1.
    forms_lacking={"session.set_expiry": ["to.at", "to.in"]} if django.VERSION < (4, 1) else {},
)


# The two routes.

@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def run(request):
    try:
        program = contract.read(request.body if request.method == "POST" else request.GET.get("program"))
    except Malformed as error:
        return JsonResponse(error.body, status=400)
    response = HttpResponse(status=program.status, content_type="application/json")
    results = contract.perform(program, Exchange(request, response))
    if request.method != "HEAD" and not program.bodyless:
        response.content = contract.encode(results)
        response["Content-Length"] = len(response.content)
    return response


@csrf_exempt
@require_safe
def describe(request):
    return JsonResponse(contract.description())


application = encodable(get_wsgi_application())
urlpatterns = [path("_hardtack", describe), path("_hardtack/run", run)]

if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description="Serves Django behind hardtack's contract on 127.0.0.1.")
    arguments.add_argument("--port", type=int, required=True)
    port = arguments.parse_args().port
    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode=WAL")  # readers do not block the writer, so no "database is locked"
    call_command("runserver", f"127.0.0.1:{port}", use_reloader=False)
