"""Flask and its extensions behind hardtack's contract: the two routes, and Flask's calls for cookies and sessions."""
import argparse
import logging
import platform
from importlib.metadata import version

from flask import Response, request, session

from hardtack_contract import CONTROL, SESSION, Contract, Exchange, Malformed
from hardtack_wsgi import encodable

SERVER = f"werkzeug {version('werkzeug')} on Python {platform.python_version()}"
COOKIE_CALLS = {"cookie.set": Response.set_cookie, "cookie.delete": Response.delete_cookie}


class FlaskExchange(Exchange):
    session = session  # Flask's own name for the session of the current request


OPERATIONS = {
    "cookie.set": lambda c, name, value, **more: c.response.set_cookie(name, value, **more),
    "cookie.delete": lambda c, name, **more: c.response.delete_cookie(name, **more),
    "cookie.list": lambda c: list(request.cookies.items(multi=True)),
    **SESSION,
    "session.touch": lambda c: setattr(session, "modified", True),
    **CONTROL,
}


def mount(app, contract):
    """The contract's two routes."""
    @app.route("/_hardtack/run", methods=["GET", "POST"])
    def run():
        try:
            program = contract.read(request.get_data() if request.method == "POST" else request.args.get("program"))
        except Malformed as error:
            return error.body, 400
        response = Response(status=program.status, mimetype="application/json")
        results = contract.perform(program, FlaskExchange(request, response))
        if not program.bodyless:
            response.set_data(contract.encode(results))
        return response

    @app.route("/_hardtack")
    def describe():
        return contract.description()

    app.wsgi_app = encodable(app.wsgi_app)
    return run, describe


def paste(app, login=None, logout=None, user=None, facts=(), operations=()):
    """The contract in an application of one's own, for its tests. See docs/paste-the-contract.md.

    login(user), logout() and user() do what the application's routes do once the password was right; what is left out
    is not judged. `operations` adds others or replaces some.
    """
    own = {
        "auth.login": login and (lambda c, user: login(user) or user),
        "auth.logout": logout and (lambda c: logout() and None),
        "auth.whoami": user and (lambda c: user()),
    }
    offered = {**OPERATIONS, **{op: call for op, call in own.items() if call}, **dict(operations)}
    return mount(app, Contract("flask", version("flask"), SERVER, dict(facts), [app.config["SESSION_COOKIE_NAME"]],
                               offered, cookie_calls=COOKIE_CALLS))


def serve(app):
    """Werkzeug's server, a thread for each connection."""
    arguments = argparse.ArgumentParser(description=f"Serves {app.import_name} behind hardtack's contract on 127.0.0.1.")
    arguments.add_argument("--port", type=int, required=True)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # no line per request
    app.run("127.0.0.1", arguments.parse_args().port, threaded=True)
