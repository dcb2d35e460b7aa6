#!/usr/bin/env bash
# Starts a PostgreSQL of its own in a temporary folder on a free loopback port, runs the given command with
# TOADLANE_TEST_POSTGRES set to it, and stops it whatever happens. Durability is off: these are tests of SQL, not of disks.
set -euo pipefail
bin=$(dirname "$(command -v initdb || compgen -G '/usr/lib/postgresql/*/bin/initdb' | sort -V | tail -1)")
dir=$(mktemp -d /tmp/toadlane-pg.XXXXXX)
port=$(test/tools/freeport.sh)
as() { if [ "$(id -u)" = 0 ]; then setpriv --reuid=postgres --regid=postgres --clear-groups "$@"; else "$@"; fi; }
[ "$(id -u)" = 0 ] && chown postgres:postgres "$dir"
stop() { as "$bin/pg_ctl" -D "$dir/data" -m immediate -w stop >/dev/null 2>&1 || true; rm -rf "$dir"; }
trap stop EXIT
as "$bin/initdb" -D "$dir/data" -U toadlane --auth=trust --encoding=UTF8 --locale=C >/dev/null
as "$bin/pg_ctl" -D "$dir/data" -w -l "$dir/log" \
	-o "-c listen_addresses=127.0.0.1 -p $port -k $dir -c fsync=off -c full_page_writes=off -c max_connections=200" start >/dev/null
export TOADLANE_TEST_POSTGRES="postgres://toadlane@127.0.0.1:$port/postgres?sslmode=disable"
"$@"
