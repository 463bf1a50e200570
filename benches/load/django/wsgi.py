"""The contract app of targets/django, as people deploy Django: connections that stay open, and PostgreSQL if wanted."""
import os
import platform
import sys
from pathlib import Path

import gunicorn

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "targets" / "django"))

import app  # noqa: E402
from django.db import connections  # noqa: E402

WORKERS = 3

database = app.settings.DATABASES["default"]
database["CONN_MAX_AGE"] = 60
if url := os.environ.get("POSTGRES"):
    host, port = url.rsplit(":", 1)
    database.update(ENGINE="django.db.backends.postgresql", NAME="postgres", USER="postgres", HOST=host, PORT=port,
                    OPTIONS={})
    del connections["default"]  # made for SQLite, and not opened yet

app.contract.server = f"gunicorn {gunicorn.__version__}, {WORKERS} workers, on Python {platform.python_version()}"
app.contract.facts["workers"] = WORKERS
application = app.application

if __name__ == "__main__":
    app.call_command("migrate", verbosity=0)
    if not url:
        with app.connection.cursor() as cursor:
            cursor.execute("PRAGMA journal_mode=WAL")
