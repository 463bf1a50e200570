"""Proves the framework-neutral part of the Python targets. python3 -m unittest discover -s targets/_python"""
import asyncio
import json
import threading
import unittest
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

from hardtack_contract import (CONTROL, CONTROL_ASYNC, SESSION, Contract, Exchange, Malformed, Refused,
                               native_time, whole_seconds)
from hardtack_wsgi import encodable


class Request:
    def __init__(self, session):
        self.session = session


class Response:
    def __init__(self):
        self.headers, self.cookies = {}, []

    def set_cookie(self, name, value, max_age=None, path="/", httponly=False):
        if ";" in value:
            raise ValueError("a semicolon")
        self.cookies.append((name, value, max_age, path, httponly))


def contract(**more):
    return Contract("plain", "1", "none", {"storage": "client"}, ["sid"], {
        "cookie.set": lambda c, name, value, **rest: c.response.set_cookie(name, value, **rest),
        "cookie.get_signed": lambda c, name: None, "session.set_expiry": lambda c, to: None,
        **SESSION, **CONTROL, **more,
    }, cookie_calls={"cookie.set": Response.set_cookie}, convert={"max_age": whole_seconds},
                    forms_lacking={"session.set_expiry": ["to.at"]})


class Programs(unittest.TestCase):
    def setUp(self):
        self.contract, self.response, self.session = contract(), Response(), {}

    def run_program(self, *entries):
        program = self.contract.read(json.dumps({"program": list(entries)}))
        return self.contract.perform(program, Exchange(Request(self.session), self.response))

    def words(self, *entries):
        return [result.get("error", "ok") for result in self.run_program(*entries)]

    def test_results_come_in_order_and_a_failure_does_not_end_the_program(self):
        self.assertEqual(self.run_program({"op": "session.put", "key": "a", "value": 1},
                                          {"op": "session.pop", "key": "b"},
                                          {"op": "session.keys"}),
                         [{"ok": None}, {"error": "missing", "kind": "KeyError", "message": "'b'"}, {"ok": ["a"]}])

    def test_a_fatal_failure_and_ctl_raise_escape(self):
        for entry in ({"op": "session.pop", "key": "b", "fatal": True}, {"op": "ctl.raise"}):
            with self.assertRaises(Exception):
                self.run_program(entry)

    def test_what_the_framework_does_not_know_is_unsupported(self):
        self.assertEqual(self.words({"op": "no.such"}, {"op": "cookie.set", "name": "a", "value": "b", "secure": True},
                                    {"op": "session.get", "key": "a", "x": 1},
                                    {"op": "cookie.get_signed", "name": "a", "salt": "s"}), ["unsupported"] * 4)

    def test_missing_and_mistyped_parameters_are_invalid(self):
        self.assertEqual(self.words({"op": "session.get"}, {"op": "cookie.set", "name": "a", "value": 1},
                                    {"op": "cookie.set", "name": "a", "value": "b", "max_age": {"in": "60"}},
                                    {"op": "cookie.set", "name": "a", "value": "b", "http_only": 1},
                                    {"op": "ctl.sleep", "ms": -1}, {"op": "session.update", "values": []}),
                         ["invalid"] * 6)

    def test_a_refusal_is_invalid_from_cookies_and_an_exception_from_sessions(self):
        self.session["a"] = 1
        self.assertEqual(self.words({"op": "cookie.set", "name": "a", "value": ";"},
                                    {"op": "session.append", "key": "a", "value": 1}), ["invalid", "exception"])

    def test_exceptions_that_the_adapter_names_are_invalid_everywhere(self):
        self.contract = contract(**{"session.clear": lambda c: [].pop()})
        self.assertEqual(self.words({"op": "session.clear"}), ["exception"])
        self.contract.invalid = (IndexError,)
        self.assertEqual(self.words({"op": "session.clear"}), ["invalid"])

    def test_native_names_and_times_reach_the_framework(self):
        self.run_program({"op": "cookie.set", "name": "a", "value": "b", "max_age": {"in": 60}, "http_only": True,
                          "path": None})
        self.assertEqual(self.response.cookies, [("a", "b", 60, None, True)])

    def test_pop_without_default_differs_from_pop_with_null(self):
        self.assertEqual(self.words({"op": "session.pop", "key": "a"},
                                    {"op": "session.pop", "key": "a", "default": None}), ["missing", "ok"])

    def test_a_result_is_the_value_as_it_was_then(self):
        self.session["list"] = [1]
        self.assertEqual(self.run_program({"op": "session.get", "key": "list"},
                                          {"op": "session.append", "key": "list", "value": 2},
                                          {"op": "session.get", "key": "list"}),
                         [{"ok": [1]}, {"ok": None}, {"ok": [1, 2]}])

    def test_a_clock_is_advanced_by_seconds(self):
        self.contract = contract(**{"clock.advance": lambda c, seconds: seconds})
        self.assertEqual(self.run_program({"op": "clock.advance", "seconds": 60}), [{"ok": 60}])
        self.assertEqual(self.words({"op": "clock.advance", "seconds": -1}), ["invalid"])

    def test_names_of_the_framework_are_left_out(self):
        self.session.update(_user=1, basket=2)
        self.assertEqual(self.run_program({"op": "session.keys"}, {"op": "session.values"}, {"op": "session.items"}),
                         [{"ok": ["basket"]}, {"ok": [2]}, {"ok": {"basket": 2}}])

    def test_the_session_is_asked_for_by_the_operations_that_need_it_only(self):
        program = self.contract.read('{"program": [{"op": "ctl.header", "name": "X", "value": "1"}]}')
        self.assertEqual(self.contract.perform(program, Exchange(object(), self.response)), [{"ok": None}])
        self.assertTrue(program.touches("ctl") and not program.touches("session", "auth"))

    def test_reserved_fields_are_refused(self):
        self.assertEqual(self.words({"op": "ctl.header", "name": "Set-Cookie", "value": "a"}), ["invalid"])

    def test_octets_travel_as_base64(self):
        self.run_program({"op": "session.put", "key": "a", "value": {"b64": "/wD/"}})
        self.assertEqual(self.session["a"], b"\xff\x00\xff")
        self.assertEqual(self.contract.encode([{"ok": self.session["a"]}]), '{"results": [{"ok": {"b64": "/wD/"}}]}')

    def test_what_is_no_program_is_malformed(self):
        for text in (None, b"", "[]", "{}", "[" * 100000, '{"program": 1}', '{"program": [1]}', '{"program": [{}]}',
                     '{"program": [], "status": true}', '{"program": [], "status": 1000}',
                     '{"program": [{"op": "a", "fatal": 1}]}', b'{"program": [{"op": {"b64": "!"}}]}'):
            with self.assertRaises(Malformed) as caught:
                self.contract.read(text)
            self.assertEqual(caught.exception.body["error"], "invalid")

    def test_the_description_lists_what_a_call_lacks(self):
        described = {entry["op"]: entry["lacks"] for entry in self.contract.description()["operations"]
                     if isinstance(entry, dict)}
        self.assertEqual(described, {
            "cookie.set": ["expires", "domain", "same_site", "secure", "partitioned"], "cookie.get_signed": ["salt"],
            "session.set_expiry": ["to.at"]})

    def test_a_form_that_is_lacking_is_refused_and_others_are_not(self):
        expiry = {"op": "session.set_expiry"}
        self.assertEqual(self.run_program({**expiry, "to": {"at": 8}})[0]["error"], "unsupported")
        self.assertNotIn("error", self.run_program({**expiry, "to": {"in": 8}})[0])


class Times(unittest.TestCase):
    def test_each_kind_has_its_native_type(self):
        self.assertEqual([native_time(value) for value in (60, 60.0, 0.5, None, {"raw": "x"}, {"in": 60})],
                         [60, 60, 0.5, None, "x", timedelta(seconds=60)])
        self.assertIsInstance(native_time(60.0), int)
        instant = native_time({"at": 3600})
        self.assertTrue(isinstance(instant, datetime) and instant.utcoffset() == timedelta())


class Waiting(unittest.TestCase):
    def setUp(self):
        class Gate(BaseHTTPRequestHandler):
            def do_GET(self):
                if self.path == "/held":
                    release.wait(10)
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_):
                pass

        release = self.release = threading.Event()
        self.server = HTTPServer(("127.0.0.1", 0), Gate)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def tearDown(self):
        self.release.set()
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def test_released_held_for_too_long_and_elsewhere(self):
        self.assertIs(CONTROL["ctl.wait"](None, self.url + "/open"), True)
        self.assertIs(CONTROL["ctl.wait"](None, self.url + "/held", timeout_ms=50), False)
        with self.assertRaises(Refused):
            CONTROL["ctl.wait"](None, "http://example.com/")

    def test_an_event_loop_goes_on_while_a_request_is_held(self):
        asynchronous = contract(**CONTROL_ASYNC)
        held = asynchronous.read(json.dumps({"program": [{"op": "ctl.wait", "url": self.url + "/held"}]}))

        async def both():
            waiting = asyncio.ensure_future(asynchronous.perform_async(held, None))
            other = await asynchronous.perform_async(asynchronous.read('{"program": [{"op": "ctl.sleep", "ms": 1}]}'), None)
            self.assertFalse(waiting.done())
            self.release.set()
            return other, await waiting

        self.assertEqual(asyncio.run(both()), ([{"ok": None}], [{"ok": True}]))


class Wsgi(unittest.TestCase):
    def test_a_header_that_cannot_be_sent_is_refused_before_the_first_byte(self):
        def framework(environ, start_response):
            return start_response("200 OK", [("X", environ["value"])])

        self.assertEqual(encodable(framework)({"value": "é"}, lambda *_: "sent"), "sent")
        with self.assertRaises(UnicodeEncodeError):
            encodable(framework)({"value": "春"}, lambda *_: "sent")


if __name__ == "__main__":
    unittest.main()
