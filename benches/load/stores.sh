#!/usr/bin/env bash
# Session stores under load: look-ups on every engine of the reference server and of Django, growth, a lost cache.
# Writes one Markdown and one JSON report for each into FOLDER.
#
#   cargo build --release --bin hardtack && benches/load/django/install
#   benches/load/stores.sh FOLDER [engines|django|growth|cache-loss]...
#
# Needs memcached and PostgreSQL for Django. A run that is not valid is told, and its reports are kept.
set -uo pipefail
folder=${1:?name a folder for the reports}
shift
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
cd "$(dirname "$0")/../.."
hardtack="${CARGO_TARGET_DIR:-target}/release/hardtack"
django=benches/load/django/target.yaml
seconds=${SECONDS_EACH:-6}
run() { # name, arguments
    local name=$1
    shift
    "$hardtack" load "$@" --quiet --markdown "$folder/$name.md" --json "$folder/$name.json" >"$folder/$name.txt"
    echo "$name: exit $?"
}
[ $# -gt 0 ] || set -- engines django growth cache-loss
for what in "$@"; do
    case $what in
        engines) run engines --scenario lookup --variant 'engine=*' --duration "${seconds}s" ;;
        django)
            run django --scenario lookup "$django" --variant 'engine=*' --sessions 2000 --duration "${seconds}s"
            run django-postgres --scenario lookup "$django" --variant engine=db,engine=cached_db,database=postgres \
                --sessions 2000 --duration "${seconds}s"
            ;;
        growth) run growth --scenario growth --duration "${seconds}s" ;;
        cache-loss)
            for engine in cached_db cache; do
                run "cache-loss-$engine" --scenario cache-loss --variant "engine=$engine"
                run "cache-loss-django-$engine" --scenario cache-loss "$django" --variant "engine=$engine"
            done
            ;;
        *) echo "there is no $what" >&2 && exit 2 ;;
    esac
done
