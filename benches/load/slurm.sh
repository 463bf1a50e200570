#!/usr/bin/env bash
# Four workers under a real Slurm on this one host, merged, beside the same run in one process.
#
# Installs Debian's slurm-wlm and munge when they are missing (needs root), starts munged, slurmctld and slurmd with a
# configuration of their own, and ends them again.
#
#   cargo build --release --example cheap-server --bin hardtack
#   benches/load/slurm.sh
set -euo pipefail
cd "$(dirname "$0")/../.."
built="${CARGO_TARGET_DIR:-target}/release"
hardtack="${HARDTACK:-$built/hardtack}"
for program in munged slurmctld slurmd srun; do
    if ! PATH="$PATH:/usr/sbin" command -v "$program" >/dev/null; then
        DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends slurm-wlm munge >&2
        break
    fi
done
export PATH="$PATH:/usr/sbin"
work="$(mktemp -d)"
pids=()
finish() {
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
    wait 2>/dev/null || true
    rm -rf "$work"
}
trap finish EXIT

mkdir -p "$work/munge" "$work/state" "$work/spool"
chmod 0755 "$work" "$work/munge"
dd if=/dev/urandom of="$work/munge/key" bs=1 count=1024 status=none
chmod 0400 "$work/munge/key"
munged --foreground --force --key-file="$work/munge/key" --socket="$work/munge/socket" --pid-file="$work/munge/pid" \
    --log-file="$work/munge/log" --seed-file="$work/munge/seed" &
pids+=($!)
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
host="$(hostname -s)"
cat > "$work/slurm.conf" <<CONF
ClusterName=hardtack
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$(free_port)
SlurmdPort=$(free_port)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$work/munge/socket
CryptoType=crypto/munge
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd.pid
SlurmctldLogFile=$work/slurmctld.log
SlurmdLogFile=$work/slurmd.log
ProctrackType=proctrack/pgid
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
ReturnToService=2
SlurmdParameters=config_overrides
NodeName=$host NodeAddr=127.0.0.1 CPUs=8 State=UNKNOWN
PartitionName=all Nodes=$host Default=YES MaxTime=INFINITE State=UP OverSubscribe=YES
CONF
export SLURM_CONF="$work/slurm.conf"
slurmctld -D &
pids+=($!)
slurmd -D &
pids+=($!)
for _ in $(seq 50); do
    sinfo -h -o %T 2>/dev/null | grep -q idle && break
    sleep 0.2
done
sinfo >&2

"$built/examples/cheap-server" > "$work/server" &
pids+=($!)
until [ -s "$work/server" ]; do sleep 0.1; done
url="$(head -n1 "$work/server")"
common=("$url" --scenario lookup --users 52 --sessions 2000 --rate 1000 --duration 8s)

echo "## Four tasks of Slurm, merged"
START_AT=$(($(date +%s) + 6)) RUN_ID=slurm \
    srun -l -n 4 --overcommit "$hardtack" load "${common[@]}" > "$work/lines"
"$hardtack" report merge "$work/lines" --json "$work/merged.json" || true
echo
echo "## One process"
"$hardtack" load "${common[@]}" --workers 1 --no-ceiling --quiet || true
