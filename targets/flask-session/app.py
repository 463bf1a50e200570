"""Flask-Session behind hardtack's contract, version 1: sessions on the server, one call per operation.

The environment decides: STORE, REDIS_URL, DATA_DIR, SETTINGS.
"""
import os
import sys
import tempfile
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "_python"))

from flask import Flask, session  # noqa: E402
from flask_session import Session  # noqa: E402

from hardtack_contract import Contract  # noqa: E402
from hardtack_flask import COOKIE_CALLS, OPERATIONS, SERVER, mount, serve  # noqa: E402

VARIANTS = {"default": {}, "browser-close": {"SESSION_PERMANENT": False},
            "short-lifetime": {"PERMANENT_SESSION_LIFETIME": timedelta(seconds=4)}}
VARIANT, STORE = os.environ.get("SETTINGS", "default"), os.environ.get("STORE", "cachelib")
if VARIANT not in VARIANTS or STORE not in ("cachelib", "redis"):
    raise SystemExit(f"SETTINGS is one of {', '.join(VARIANTS)}; STORE is cachelib or redis")

app = Flask(__name__)
app.config.update(SESSION_TYPE=STORE, **VARIANTS[VARIANT])
if STORE == "redis":
    from redis import Redis
    client = Redis.from_url(f"redis://{os.environ['REDIS_URL']}")
    app.config.update(SESSION_REDIS=client)
else:
    from cachelib import FileSystemCache
    files = Path(os.environ.get("DATA_DIR") or tempfile.mkdtemp(prefix="hardtack-flask-session-")) / "sessions"
    client = FileSystemCache(str(files))
    app.config.update(SESSION_CACHELIB=client)
Session(app)


def login(c, user):
    app.session_interface.regenerate(session)  # as Flask-Session advises against fixation
    session["user"] = user
    return user


# The store, through the client that Flask-Session was given. Looking only: whatever a request does to its own record,
# Flask-Session writes the session back at the end (SESSION_REFRESH_EACH_REQUEST).

def record(key):
    return app.session_interface.key_prefix + key


STORES = {
    "redis": {
        "store.count": lambda c: sum(1 for _ in client.scan_iter(record("*"))),
        "store.exists": lambda c, key: bool(client.exists(record(key))),
    },
    "cachelib": {"store.exists": lambda c, key: client.has(record(key))},
}

mount(app, Contract(
    "flask-session", version("flask-session"), f"flask {version('flask')}, {SERVER}",
    {
        "dialect": "flask", "engine": STORE, "storage": "server", "rotate": "login", "clear_is_flush": True,
        "lazy": True, "save_on_error": True, "save": "at_end", "concurrency": "last_write",
        "logout_cookie": "deleted", "default_lifetime": int(app.permanent_session_lifetime.total_seconds()),
        "browser_close": VARIANT == "browser-close", "expiry": "sliding_on_read", "workers": 1,
    },
    [app.config["SESSION_COOKIE_NAME"]],
    {
        **OPERATIONS,
        "session.cycle_key": lambda c: app.session_interface.regenerate(session),
        "session.key": lambda c: session.sid if session else None,
        "auth.login": login,
        "auth.logout": lambda c: session.clear(),
        "auth.whoami": lambda c: session.get("user"),
        **STORES[STORE],
    },
    cookie_calls=COOKIE_CALLS,
))

if __name__ == "__main__":
    serve(app)
