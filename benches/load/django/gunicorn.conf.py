"""Three processes of sixteen threads; the last core is left to whoever asks."""
import os
import subprocess
import sys
from pathlib import Path

workers = 3
worker_class = "gthread"  # the plain one closes each connection after one answer
threads = 16
keepalive = 75
backlog = 2048


def on_starting(server):
    if hasattr(os, "sched_setaffinity") and len(cores := os.sched_getaffinity(0)) > 1:
        os.sched_setaffinity(0, cores - {max(cores)})
    subprocess.run([sys.executable, str(Path(__file__).with_name("wsgi.py"))], check=True)
