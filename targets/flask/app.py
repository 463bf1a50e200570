"""Flask behind hardtack's contract, version 1: its own client-side sessions, one call per operation.

Runs on Flask 2.2 to 3.1. The environment decides: SETTINGS, SECRET_KEY.
"""
import os
import sys
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "_python"))

from flask import Flask, session  # noqa: E402

from hardtack_contract import Contract  # noqa: E402
from hardtack_flask import COOKIE_CALLS, OPERATIONS, SERVER, mount, serve  # noqa: E402

VARIANTS = {"default": {}, "permanent": {}, "short-lifetime": {"PERMANENT_SESSION_LIFETIME": timedelta(seconds=4)}}
VARIANT = os.environ.get("SETTINGS", "default")
if VARIANT not in VARIANTS:
    raise SystemExit(f"SETTINGS is one of {', '.join(VARIANTS)}")
PERMANENT = VARIANT != "default"

app = Flask(__name__)
app.config.update(SECRET_KEY=os.environ.get("SECRET_KEY", "hardtack: public on purpose"), **VARIANTS[VARIANT])


def kept():
    """The session, permanent from its first value on where the settings ask for it."""
    if PERMANENT and not session.permanent:
        session.permanent = True
    return session


def login(c, user):
    kept()["user"] = user
    return user


mount(app, Contract(
    "flask", version("flask"), SERVER,
    {
        "dialect": "flask", "storage": "client", "rotate": "none", "clear_is_flush": True, "lazy": True,
        "save_on_error": True, "save": "at_end", "concurrency": "last_write", "logout_cookie": "deleted",
        "default_lifetime": int(app.permanent_session_lifetime.total_seconds()), "browser_close": not PERMANENT,
        "expiry": "sliding_on_read" if PERMANENT else "sliding_on_write", "workers": 1,
    },
    [app.config["SESSION_COOKIE_NAME"]],
    {
        **OPERATIONS,
        "session.put": lambda c, key, value: kept().__setitem__(key, value),
        "session.set_default": lambda c, key, value: kept().setdefault(key, value),
        "session.update": lambda c, values: kept().update(values),
        "auth.login": login,
        "auth.logout": lambda c: session.clear(),
        "auth.whoami": lambda c: session.get("user"),
    },
    cookie_calls=COOKIE_CALLS,
))

if __name__ == "__main__":
    serve(app)
