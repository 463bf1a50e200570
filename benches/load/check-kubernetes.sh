#!/usr/bin/env bash
# Checks kubernetes.yaml against the schema of Kubernetes, with the package kubernetes-validate in an environment of its own.
set -euo pipefail
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check kubernetes-validate
sed 's/${START_AT}/1700000000/; s/${RUN_ID}/check/' kubernetes.yaml >"$work/job.yaml"
"$work/venv/bin/kubernetes-validate" --strict "$work/job.yaml"
