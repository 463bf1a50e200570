"""The session machine of `hardtack prop`, written with Hypothesis, against the same server over TCP.

Two browsers store, read and delete values, log in and out, and change keys; a dictionary says what they should see.
Prints histories, requests and seconds as JSON.
"""

import argparse
import json
import time

import requests
from hypothesis import HealthCheck, Phase, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

KEYS = st.sampled_from(["a", "b", "list"])
VALUES = st.one_of(st.integers(0, 3), st.text("abc äß", max_size=8), st.booleans(), st.none(), st.just([1]))
USERS = st.sampled_from(["annika", "bertram"])
BROWSERS = st.sampled_from([0, 1])
COUNTS = {"histories": 0, "requests": 0}


def machine(url):
    adapters = [requests.adapters.HTTPAdapter() for _ in range(2)]  # connections outlive histories, as with hardtack

    class Sessions(RuleBasedStateMachine):
        @initialize()
        def begin(self):
            COUNTS["histories"] += 1
            self.suffix = f"-{COUNTS['histories']}-{time.monotonic_ns()}"
            self.browsers = []
            for adapter in adapters:
                browser = requests.Session()
                browser.trust_env = False
                browser.mount("http://", adapter)
                self.browsers.append(browser)
            self.data = [{}, {}]
            self.user = [None, None]

        def ask(self, browser, *program):
            COUNTS["requests"] += 1
            answer = self.browsers[browser].post(f"{url}/run", json={"program": list(program)})
            assert answer.status_code == 200, answer.text
            return answer.json()["results"]

        @rule(browser=BROWSERS, key=KEYS, value=VALUES)
        def put(self, browser, key, value):
            assert self.ask(browser, {"op": "session.put", "key": key, "value": value}) == [{"ok": None}]
            self.data[browser][key] = value

        @rule(browser=BROWSERS, key=KEYS)
        def get(self, browser, key):
            assert self.ask(browser, {"op": "session.get", "key": key}) == [{"ok": self.data[browser].get(key)}]

        @rule(browser=BROWSERS, key=KEYS)
        def pop(self, browser, key):
            popped = self.data[browser].pop(key, "none")
            assert self.ask(browser, {"op": "session.pop", "key": key, "default": "none"}) == [{"ok": popped}]

        @rule(browser=BROWSERS)
        def items(self, browser):
            assert self.ask(browser, {"op": "session.items"}) == [{"ok": self.data[browser]}]

        @rule(browser=BROWSERS)
        def whoami(self, browser):
            user = self.user[browser]
            assert self.ask(browser, {"op": "auth.whoami"}) == [{"ok": user and user + self.suffix}]

        @rule(browser=BROWSERS, user=USERS)
        def login(self, browser, user):
            before = self.browsers[browser].cookies.get("sessionid")
            self.ask(browser, {"op": "auth.login", "user": user + self.suffix})
            assert self.browsers[browser].cookies.get("sessionid") != before
            if self.user[browser] not in (None, user):
                self.data[browser] = {}
            self.user[browser] = user

        @rule(browser=BROWSERS, op=st.sampled_from(["auth.logout", "session.flush", "session.clear"]))
        def end(self, browser, op):
            self.ask(browser, {"op": op})
            self.data[browser], self.user[browser] = {}, None

        @rule(browser=BROWSERS)
        def cycle_key(self, browser):
            before = self.browsers[browser].cookies.get("sessionid")
            self.ask(browser, {"op": "session.cycle_key"})
            assert self.browsers[browser].cookies.get("sessionid") != before

        @rule(browser=BROWSERS, key=KEYS, value=VALUES)
        def fail(self, browser, key, value):
            COUNTS["requests"] += 1
            program = {"program": [{"op": "session.put", "key": key, "value": value}], "status": 500}
            assert self.browsers[browser].post(f"{url}/run", json=program).status_code == 500

        def teardown(self):
            for browser in (0, 1):
                self.items(browser)
                self.whoami(browser)

    return Sessions


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("url", help="the base of the contract, http://127.0.0.1:8000/_hardtack")
    arguments.add_argument("--histories", type=int, default=300)
    arguments.add_argument("--steps", type=int, default=12)
    asked = arguments.parse_args()
    begun, cpu = time.perf_counter(), time.process_time()
    run_state_machine_as_test(machine(asked.url), settings=settings(
        max_examples=asked.histories, stateful_step_count=asked.steps, deadline=None, database=None,
        phases=[Phase.generate], suppress_health_check=list(HealthCheck)))
    print(json.dumps({**COUNTS, "seconds": time.perf_counter() - begun, "cpu_seconds": time.process_time() - cpu}))


if __name__ == "__main__":
    main()
