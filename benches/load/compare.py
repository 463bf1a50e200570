#!/usr/bin/env python3
"""hardtack load beside other load generators, against the same cheap keep-alive server.

Server on one core, one client at a time on another; the tools take turns, for several rounds, so that a machine that
drifts drifts for all of them. Prints medians and ratios as Markdown. Tools that are not installed are left out.

    cargo build --release --bin hardtack && cargo build --release --example cheap-server
    benches/load/compare.py --rounds 5 --seconds 4
    benches/load/compare.py --stall            # latencies beside a server that stands still 100 ms each second
    benches/load/compare.py --memory           # memory per idle virtual user, 1,000 to 10,000 users
"""

import argparse
import base64
import json
import os
import re
import resource
import shutil
import statistics
import struct
import subprocess
import sys
import tempfile
import time
import urllib.request
import zlib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILT = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release"
USERS = 50
LOOK = "/_hardtack/run?program=%7B%22program%22%3A%5B%7B%22op%22%3A%22session.get%22%2C%22key%22%3A%22marker%22%7D%5D%7D"


def conditions():
    """Machine and versions, in one paragraph."""
    def first_line(*command):
        if not shutil.which(command[0]):
            return None
        done = subprocess.run(command, capture_output=True, text=True)
        return (done.stdout or done.stderr).splitlines()[0].strip()
    lock = (ROOT / "Cargo.lock").read_text()
    goose = re.search(r'name = "goose"\nversion = "([^"]+)"', lock)[1]
    cpu = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    tools = {"wrk": first_line("wrk", "-v"), "oha": first_line("oha", "--version"), "k6": first_line("k6", "version")}
    said = [f"{os.cpu_count()} cores of {cpu[1] if cpu else 'an unknown processor'}", f"Linux {os.uname().release}",
            first_line(str(BUILT / "hardtack"), "--version"), f"Goose {goose}"]
    said += [version.split(" [")[0].split(" (")[0] for version in tools.values() if version]
    print(", ".join(filter(None, said)) + ".")
    missing = [name for name, version in tools.items() if not version]
    print(f"Not installed, so left out: {', '.join(missing)}.\n" if missing else "")


def pinned(core, command):
    """The command on one core, where the system can pin."""
    return ["taskset", "-c", str(core), *command] if shutil.which("taskset") and os.cpu_count() > 1 else command


class Server:
    """The cheap server, with one session in it."""

    def __init__(self, stall=None):
        command = [str(BUILT / "examples" / "cheap-server")] + (["--stall", str(stall)] if stall else [])
        self.process = subprocess.Popen(pinned(0, command), stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().strip()
        body = b'{"program":[{"op":"session.put","key":"marker","value":"0123456789abcdef"}]}'
        request = urllib.request.Request(self.url + "/_hardtack/run", body, method="POST")
        with urllib.request.urlopen(request) as answer:
            self.cookie = answer.headers["Set-Cookie"].split(";")[0]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


def measured(command):
    """Output and CPU seconds of a command and what it has started."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(pinned(1, command), capture_output=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return done, cpu


def hardtack(server, seconds, *more):
    command = [str(BUILT / "hardtack"), "load", server.url, "--scenario", "lookup", "--users", str(USERS), "--sessions",
               "1000", "--duration", f"{seconds}s", "--workers", "1", "--no-ceiling", "--quiet", "--json", "-", *more]
    done, _ = measured(command)
    run = json.loads(done.stdout)
    record = run["legs"][0]["record"]
    if not record:
        sys.exit(f"hardtack: {run['legs'][0]['not_run']}")
    phases = [phase for phase in record["phases"] if phase["measured"]]
    requests = sum(step["ok"] + step["failed"] for phase in phases for step in phase["steps"])
    wrong = sum(record["wrong"].values())
    if wrong:
        sys.exit(f"hardtack: wrong answers: {record['wrong']}")
    generator = record["generators"][0]
    return {"rate": requests / sum(phase["seconds"] for phase in phases), "cpu": generator["cpu_us_per_request"], "run": done}


def wrk(server, seconds):
    done, cpu = measured(["wrk", "-t1", f"-c{USERS}", f"-d{seconds}s", "--latency", "-H", f"Cookie: {server.cookie}",
                          server.url + LOOK])
    requests = int(re.search(r"(\d+) requests in", done.stdout)[1])
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)[1])
    return {"rate": rate, "cpu": cpu / requests * 1e6, "run": done}


def oha(server, seconds, *more):
    done, cpu = measured(["oha", "--no-tui", "--output-format", "json", "-c", str(USERS), "-z", f"{seconds}s", "-H",
                          f"Cookie: {server.cookie}", *more, server.url + LOOK])
    told = json.loads(done.stdout)
    requests = sum(told["statusCodeDistribution"].values())
    return {"rate": told["summary"]["requestsPerSec"], "cpu": cpu / requests * 1e6, "run": done,
            "percentiles": {name: told["latencyPercentiles"][name] * 1000 for name in ("p50", "p90", "p95", "p99", "p99.9")}}


def k6(server, seconds, rate=None):
    if rate:
        executor = f"executor:'constant-arrival-rate',rate:{rate},timeUnit:'1s',preAllocatedVUs:300"
    else:
        executor = f"executor:'constant-vus',vus:{USERS}"
    script = f"""import http from 'k6/http';
export const options={{discardResponseBodies:false,summaryTrendStats:['p(50)','p(90)','p(95)','p(99)','p(99.9)'],
scenarios:{{a:{{{executor},duration:'{seconds}s'}}}}}};
export default function(){{http.get('{server.url}{LOOK}',{{headers:{{Cookie:'{server.cookie}'}}}});}}"""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "script.js"
        path.write_text(script)
        summary = Path(folder) / "summary.json"
        done, cpu = measured(["k6", "run", "--quiet", "--no-usage-report", "--summary-export", str(summary), str(path)])
        told = json.loads(summary.read_text())["metrics"]
    requests = told["http_reqs"]["count"]
    trend = told["http_req_duration"]
    return {"rate": told["http_reqs"]["rate"], "cpu": cpu / requests * 1e6, "run": done,
            "percentiles": {f"p{share}": trend[f"p({share})"] for share in ("50", "90", "95", "99", "99.9")}}


TOOLS = {
    "hardtack load": (None, hardtack),
    "hardtack load --client reqwest (plain Goose)": (None, lambda server, seconds: hardtack(server, seconds, "--client", "reqwest")),
    "wrk": ("wrk", wrk),
    "oha": ("oha", oha),
    "k6": ("k6", k6),
}


def table(head, rows):
    print("| " + " | ".join(head) + " |")
    print("|" + " --- |" * len(head))
    for row in rows:
        print("| " + " | ".join(row) + " |")


def side_by_side(rounds, seconds):
    tools = {name: run for name, (program, run) in TOOLS.items() if program is None or shutil.which(program)}
    seen = {name: [] for name in tools}
    with Server() as server:
        for number in range(rounds):
            for name, run in tools.items():
                result = run(server, seconds)
                seen[name].append(result)
                print(f"round {number + 1}: {name}: {result['rate']:.0f}/s, {result['cpu']:.1f} us", file=sys.stderr)
    rows = []
    for name, results in seen.items():
        def ratio(key, base):
            if base not in seen:
                return "–"
            ratios = sorted(one[key] / other[key] for one, other in zip(results, seen[base]))
            return f"{statistics.median(ratios):.2f} ({ratios[0]:.2f}–{ratios[-1]:.2f})"
        rows.append([name, f"{statistics.median(one['rate'] for one in results):.0f}",
                     f"{statistics.median(one['cpu'] for one in results):.1f}", ratio("rate", "wrk"), ratio("cpu", "wrk"),
                     ratio("rate", "oha"), ratio("rate", "k6")])
    table(["client", "req/s", "CPU µs/request", "rate to wrk", "CPU to wrk", "rate to oha", "rate to k6"], rows)


def percentiles(text, step):
    """p50, p90, p95, p99 and p99.9 of response and service times in the JSON of a run: {"response": [...], ...}."""
    record = json.loads(text)["legs"][0]["record"]
    steps = [one for phase in record["phases"] if phase["measured"] for one in phase["steps"] if one["name"] == step]
    found = {}
    for kind in ("response", "service"):
        histograms = [decoded(one[kind]) for one in steps if one.get(kind)]
        if histograms:
            counts = [sum(column) for column in zip(*histograms)]
            found[kind] = [at(counts, share) / 1000 for share in SHARES]
    return found


SHARES = (0.5, 0.9, 0.95, 0.99, 0.999)
LABELS = ["p50", "p90", "p95", "p99", "p99.9"]


def decoded(base64_text):
    """The counts of an HDR histogram, V2, deflated."""
    octets = base64.b64decode(base64_text)
    octets = zlib.decompress(octets[8:])
    length, = struct.unpack(">I", octets[4:8])
    counts, at_octet, payload = [], 0, octets[40:40 + length]
    while at_octet < len(payload):
        value, shift = 0, 0
        while True:
            octet = payload[at_octet]
            at_octet += 1
            if shift == 56:
                value |= octet << shift
                break
            value |= (octet & 0x7F) << shift
            shift += 7
            if octet < 0x80:
                break
        value = (value >> 1) ^ -(value & 1)
        counts += [value] if value >= 0 else [0] * -value
    return counts + [0] * (200_000 - len(counts))


def at(counts, share):
    """The microseconds that this share does not exceed: three digits, lowest value 1."""
    needed, seen = share * sum(counts), 0
    for index, count in enumerate(counts):
        seen += count
        if seen >= needed and seen:
            bucket = max(index // 1024 - 1, 0)
            return (index - bucket * 1024) << bucket
    return 0


def stall(seconds):
    rate = 2000
    rows = []
    milliseconds = lambda values: [f"{value:.2f}" for value in values]
    with Server(stall=100) as server:
        for name, more in ((f"open model, {rate}/s", ["--rate", str(rate)]), ("closed model", [])):
            done = hardtack(server, seconds, *more)["run"]
            for kind, values in percentiles(done.stdout, "look/session.get").items():
                rows.append([f"hardtack load, {name}: {kind} time", *milliseconds(values)])
        if shutil.which("oha"):
            for name, more in (("oha -q, latency correction", ["-q", str(rate), "--latency-correction"]),
                               ("oha -q", ["-q", str(rate)]), ("oha (closed)", [])):
                told = oha(server, seconds, *more)["percentiles"]
                rows.append([name, *milliseconds(told[label] for label in LABELS)])
        if shutil.which("k6"):
            told = k6(server, seconds, rate)["percentiles"]
            rows.append(["k6 constant-arrival-rate", *milliseconds(told[label] for label in LABELS)])
        if shutil.which("wrk"):
            done = wrk(server, seconds)["run"].stdout
            told = dict(re.findall(r"(50|75|90|99)%\s+(\S+)", done))
            rows.append(["wrk --latency (closed)", told.get("50", "–"), told.get("90", "–"), "–", told.get("99", "–"), "–"])
    print(f"Milliseconds; {rate}/s where a rate is asked for. The server stands still 100 ms each second, so at a rate "
          "p95 50 ms and p99 90 ms are right.\n")
    table(["client", *LABELS], rows)


def resident(pid):
    pids, total = [pid], 0
    while pids:
        one = pids.pop()
        try:
            for line in Path(f"/proc/{one}/status").read_text().splitlines():
                if line.startswith("VmRSS"):
                    total += int(line.split()[1])
            pids += [int(child) for child in Path(f"/proc/{one}/task/{one}/children").read_text().split()]
        except FileNotFoundError:
            pass
    return total


def memory():
    """Users who have looked once and think, with their connection, beside users who never began: those are Goose's share."""
    kinds = {"looked once, connected": "for: 14s", "never began": "for: 14s, users: 1"}
    rows, each = [], {}
    with Server() as server, tempfile.TemporaryDirectory() as folder:
        for kind, phase in kinds.items():
            path = Path(folder) / "idle.yaml"
            path.write_text(f"""scenario: 1
name: idle
title: Users who look once and think for long
why: What an idle user costs.
users: 10000
journeys: [{{journey: look, steps: [{{do: session.get, with: {{key: marker}}, think: 60s}}]}}]
phases: [{{phase: idle, {phase}}}]
""")
            seen = {}
            for users in (1000, 10000):
                command = [str(BUILT / "hardtack"), "load", server.url, "--scenario", str(path), "--users", str(users),
                           "--sessions", "100", "--workers", "1", "--no-ceiling", "--quiet", "--json", os.devnull]
                process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                time.sleep(10)
                seen[users] = resident(process.pid)
                process.wait()
            each[kind] = (seen[10000] - seen[1000]) / 9000
            rows.append([kind, str(seen[1000]), str(seen[10000]), f"{each[kind]:.1f}"])
    table(["users who", "1,000 users, KiB", "10,000 users, KiB", "KiB each"], rows)
    whole, goose = each.values()
    print(f"\n{whole:.1f} KiB for each idle virtual user: {goose:.1f} of Goose's, {whole - goose:.1f} of ours.")


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--seconds", type=int, default=4)
    arguments.add_argument("--stall", action="store_true")
    arguments.add_argument("--memory", action="store_true")
    chosen = arguments.parse_args()
    conditions()
    if chosen.stall:
        stall(chosen.seconds)
    elif chosen.memory:
        memory()
    else:
        side_by_side(chosen.rounds, chosen.seconds)


if __name__ == "__main__":
    main()
