"""The contract pasted into a Flask application, as docs/paste-the-contract.md says.

Run by the Python of an installed release: python -m unittest discover -s targets/flask
"""
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "_python"))

from flask import Flask, session  # noqa: E402

import hardtack_flask  # noqa: E402


def shop(**pasted):
    app = Flask("shop")
    app.secret_key = "a secret of the shop"

    def log_in(user):
        session["user"] = user

    hardtack_flask.paste(
        app, login=log_in, logout=lambda: session.pop("user", None), user=lambda: session.get("user"), **pasted)
    return app.test_client()


class Pasted(unittest.TestCase):
    def test_it_describes_what_it_offers_and_nothing_else(self):
        described = shop(facts={"storage": "client"}, operations={"session.flush": lambda c: session.clear()})
        described = described.get("/_hardtack").get_json()
        offered = [entry["op"] if isinstance(entry, dict) else entry for entry in described["operations"]]
        self.assertEqual(described["facts"], {"storage": "client"})
        self.assertTrue({"auth.login", "auth.logout", "auth.whoami", "session.put", "session.flush"} <= set(offered))
        app = Flask("bare")
        hardtack_flask.paste(app)
        offered = app.test_client().get("/_hardtack").get_json()["operations"]
        self.assertFalse([entry for entry in offered if str(entry).startswith("auth.")])

    def test_a_program_logs_in_and_out_with_the_applications_own_functions(self):
        browser = shop()

        def run(*program):
            return browser.post("/_hardtack/run", json={"program": list(program)}).get_json()["results"]

        self.assertEqual(run({"op": "auth.login", "user": "alice"}), [{"ok": "alice"}])
        self.assertEqual(run({"op": "auth.whoami"}), [{"ok": "alice"}])
        self.assertEqual(run({"op": "auth.logout"}, {"op": "auth.whoami"}), [{"ok": None}, {"ok": None}])


if __name__ == "__main__":
    unittest.main()
