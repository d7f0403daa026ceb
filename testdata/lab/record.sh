#!/bin/sh
# Records the lab again: installs the servers where they are missing, builds the
# shop twice (with today's instrumentation and with that of 2024), starts
# PostgreSQL, Redis and RabbitMQ on private ports with data in a temporary
# folder, makes all recordings or some of them, and stops everything.
#
#   record.sh [name,name...]     groups (faults, runs, halftime, cures, tracing, browser, consumers)
#                                or single recordings: record.sh runs,slow-dns,halftime/slow-build
#
# LAB_OUT is the folder for the recordings, testdata/recordings unless given.
# LAB_ATTEMPTS=1 takes runs as they come on a busy machine. LAB_LENGTH=0.2 makes
# every load a fifth as long, to try the whole of it. LAB_KEEP=1 keeps the
# temporary folder; LAB_TMP names one to use and keep.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
out=${LAB_OUT:-$here/../recordings}
builder=go.opentelemetry.io/collector/cmd/builder@v0.158.0

install() { # packages...
	missing=
	for package in "$@"; do
		dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing="$missing $package"
	done
	[ -z "$missing" ] || RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing
}

build() {
	mkdir -p "$tmp/bin"
	(cd "$here" && go build -trimpath -o "$tmp/bin/lab" . && go build -trimpath -modfile=old.mod -o "$tmp/bin/lab-old" .)
	[ -x "$tmp/bin/collector" ] && return
	sed "s#^dist:#dist:\n  output_path: $tmp/collector#" "$here/collector/builder.yaml" >"$tmp/builder.yaml"
	(cd "$tmp" && go run "$builder" --config "$tmp/builder.yaml" && cp "$tmp/collector/collector" "$tmp/bin/collector")
}

# The browser of the group `browser`, its driver, and the scripts of the page in one file each.
build_browser() {
	"$tmp/bin/lab" record -list -only "$1" | grep -q '^browser ' || return 0
	install chromium
	command -v node >/dev/null && command -v npm >/dev/null || install nodejs npm
	mkdir -p "$tmp/browser"
	cmp -s "$here/browser/package-lock.json" "$tmp/browser/package-lock.json" || rm -rf "$tmp/browser/node_modules"
	cp -r "$here"/browser/* "$tmp/browser"
	(cd "$tmp/browser" && { [ -d node_modules ] || npm ci --ignore-scripts --no-audit --no-fund --loglevel=error; } && npm run --silent bundle)
}

start_postgres() {
	pg=$(ls -d /usr/lib/postgresql/*/bin | tail -n 1)
	mkdir -p "$tmp/postgres" && chown postgres "$tmp/postgres"
	[ -f "$tmp/postgres/data/PG_VERSION" ] ||
		su postgres -s /bin/sh -c "$pg/initdb -D $tmp/postgres/data -U lab -A trust" >"$tmp/initdb.log"
	su postgres -s /bin/sh -c "$pg/pg_ctl -D $tmp/postgres/data -l $tmp/postgres/log -w start \
		-o '-p 15432 -h 127.0.0.1 -k $tmp/postgres -c max_connections=200 -c fsync=off -c autovacuum=off'" >/dev/null
	"$pg/createdb" -h 127.0.0.1 -p 15432 -U lab lab 2>/dev/null || true
}

start_redis() {
	redis-server --bind 127.0.0.1 --port 16379 --save '' --appendonly no --dir "$tmp" >"$tmp/redis.log" 2>&1 &
	redis=$!
}

start_rabbitmq() {
	mkdir -p "$tmp/rabbitmq"
	printf '%s\n' 'listeners.tcp.1 = 127.0.0.1:15673' 'vm_memory_high_watermark.absolute = 512MB' \
		'disk_free_limit.absolute = 50MB' >"$tmp/rabbitmq/rabbitmq.conf"
	echo '[].' >"$tmp/rabbitmq/plugins"
	chown -R rabbitmq "$tmp/rabbitmq"
	su rabbitmq -s /bin/sh -c "cd $tmp/rabbitmq && exec env HOME=$tmp/rabbitmq \
		RABBITMQ_NODENAME=lab@localhost RABBITMQ_DIST_PORT=25673 ERL_EPMD_PORT=14369 ERL_EPMD_ADDRESS=127.0.0.1 \
		RABBITMQ_CONFIG_FILE=$tmp/rabbitmq/rabbitmq RABBITMQ_ENABLED_PLUGINS_FILE=$tmp/rabbitmq/plugins \
		RABBITMQ_MNESIA_BASE=$tmp/rabbitmq/mnesia RABBITMQ_LOG_BASE=$tmp/rabbitmq/log RABBITMQ_PID_FILE=$tmp/rabbitmq/pid \
		RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS='+sbwt none +sbwtdcpu none +sbwtdio none +S 2:2' \
		/usr/lib/rabbitmq/bin/rabbitmq-server" >"$tmp/rabbitmq.log" 2>&1 &
	rabbitmq=$!
	until grep -q 'completed with' "$tmp/rabbitmq.log" || ! kill -0 "$rabbitmq" 2>/dev/null; do sleep 1; done
}

stop_servers() {
	trap - EXIT INT TERM
	[ -z "${redis-}" ] || kill "$redis" 2>/dev/null || true
	[ ! -f "$tmp/rabbitmq/pid" ] || kill "$(cat "$tmp/rabbitmq/pid")" 2>/dev/null || true
	[ -z "${rabbitmq-}" ] || kill "$rabbitmq" 2>/dev/null || true
	[ -z "${pg-}" ] || su postgres -s /bin/sh -c "$pg/pg_ctl -D $tmp/postgres/data -m fast stop" >/dev/null 2>&1 || true
	ERL_EPMD_PORT=14369 epmd -kill >/dev/null 2>&1 || true
	wait
	[ -n "${LAB_KEEP-}${LAB_TMP-}" ] || rm -rf "$tmp"
}

# The shop needs little, but at once: what else runs here must not look like slow
# code in a recording. Processes inherit the real-time class.
# A browser computes for longer than a turn there lasts: it comes after the shop (browser/chromium.sh).
first_in_line() {
	renice -n -15 $$ >/dev/null 2>&1 || echo "not allowed a higher priority" >&2
	chrt -r -p 2 $$ 2>/dev/null || echo "no real-time class: recordings will feel what else runs here" >&2
}

install postgresql redis-server rabbitmq-server zstd
tmp=${LAB_TMP:-$(mktemp -d)}
mkdir -p "$tmp"
chmod 755 "$tmp"
trap stop_servers EXIT INT TERM
build
build_browser "${1-}"
first_in_line
start_postgres
start_redis
start_rabbitmq
LAB_DIR=$tmp "$tmp/bin/lab" certificate
"$tmp/bin/lab" record -bin "$tmp/bin" -work "$tmp" -out "$out" -attempts "${LAB_ATTEMPTS:-2}" -length "${LAB_LENGTH:-1}" -only "${1-}"
