"""Flask with Flask-Login and Flask-WTF behind hardtack's contract, version 1: users and anti-forgery tokens.

The environment decides: PROTECTION, SECRET_KEY.
"""
import os
import sys
from importlib.metadata import version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "_python"))

from flask import Flask  # noqa: E402
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user  # noqa: E402
from flask_wtf.csrf import CSRFProtect, generate_csrf, validate_csrf  # noqa: E402
from wtforms import ValidationError  # noqa: E402

from hardtack_contract import Contract  # noqa: E402
from hardtack_flask import COOKIE_CALLS, OPERATIONS, SERVER, mount, serve  # noqa: E402

PROTECTION = os.environ.get("PROTECTION", "basic")
if PROTECTION not in ("basic", "strong"):
    raise SystemExit("PROTECTION is basic or strong")

app = Flask(__name__)
app.config.update(SECRET_KEY=os.environ.get("SECRET_KEY", "hardtack: public on purpose"), SESSION_PROTECTION=PROTECTION)
csrf = CSRFProtect(app)
users = LoginManager(app)


class User(UserMixin):
    def __init__(self, name):
        self.id = name


users.user_loader(User)  # any name is a user


def login(c, user):
    login_user(User(user))
    return user


def submit(c, token):
    try:
        validate_csrf(token)
    except ValidationError:
        return False
    return True


run, _ = mount(app, Contract(
    "flask-login", version("flask-login"), f"flask-wtf {version('flask-wtf')}, flask {version('flask')}, {SERVER}",
    {
        "dialect": "flask", "engine": PROTECTION, "storage": "client", "rotate": "none", "clear_is_flush": True,
        "lazy": True, "save_on_error": True, "save": "at_end", "concurrency": "last_write", "logout_cookie": "kept",
        "default_lifetime": int(app.permanent_session_lifetime.total_seconds()), "browser_close": True,
        "expiry": "sliding_on_write", "workers": 1,
    },
    [app.config["SESSION_COOKIE_NAME"]],
    {
        **OPERATIONS,
        "auth.login": login,
        "auth.logout": lambda c: logout_user() and None,
        "auth.whoami": lambda c: current_user.get_id(),
        "csrf.issue": lambda c: generate_csrf(),
        "csrf.submit": submit,
    },
    cookie_calls=COOKIE_CALLS,
))
csrf.exempt(run)

if __name__ == "__main__":
    serve(app)
