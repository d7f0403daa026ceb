#!/usr/bin/env bash
# Counts what longpole capture receives of 10,000 spans from each of OpenTelemetry's SDKs for Go, Python and
# JavaScript, by gRPC and by HTTP. Installs the SDKs below bin/sdks, and says what it skipped.
#
#	scripts/sdks.sh [bin/longpole]
set -uo pipefail
cd "$(dirname "$0")/.."
longpole=$PWD/${1:-bin/longpole}
tools=$PWD/bin/sdks
programs=$PWD/testdata/sdks
mkdir -p "$tools"
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
export OTEL_SERVICE_NAME=sdks OTEL_BSP_MAX_QUEUE_SIZE=16384   # the SDKs drop what a queue of 2,048 does not hold
unset OTEL_SDK_DISABLED OTEL_TRACES_EXPORTER OTEL_TRACES_SAMPLER
failed=0 skipped=0

quietly() { timeout 300 "$@" >"$tools/log" 2>&1; }
skip() { echo "skipped: $1: $2"; skipped=$((skipped + 1)); }

# counts NAME PROTOCOL COMMAND...: what is captured must be all that the command sends.
counts() {
	local name="$1 over $2" protocol=$2 file="$out/run.jsonl"
	shift 2
	if timeout 300 "$longpole" capture -o "$file" --protocol "$protocol" -- "$@" >"$out/said" 2>&1 &&
		[ "$(grep -o '"name":"\(request\|call\)"' "$file" | wc -l)" = 10000 ] &&
		"$longpole" report "$file" --budget none -o json 2>>"$out/said" | grep -Eq '"spans_accepted": *10000\b'; then
		echo "ok: $name: 10,000 of 10,000 spans"
	else
		echo "FAILED: $name"
		tail -20 "$out/said"
		failed=$((failed + 1))
	fi
}

has_go() { command -v go >/dev/null && (cd "$programs/go" && quietly go test -c -o "$tools/go.test" .); }

has_python() {
	command -v python3 >/dev/null || return 1
	[ -x "$tools/python/bin/python" ] || quietly python3 -m venv "$tools/python" || return 1
	"$tools/python/bin/python" -c 'import opentelemetry.exporter.otlp.proto.grpc, opentelemetry.exporter.otlp.proto.http, opentelemetry.sdk' 2>/dev/null ||
		quietly "$tools/python/bin/pip" install -r "$programs/python/requirements.txt"
}

has_node() {
	command -v npm >/dev/null || return 1
	cp "$programs/node/package.json" "$programs/node/send.js" "$tools"
	[ -d "$tools/node_modules/@opentelemetry/sdk-trace-node" ] || quietly npm install --prefix "$tools" --no-audit --no-fund
}

if has_go; then
	for protocol in grpc http/protobuf; do counts "go test" $protocol sh -c "cd '$programs/go' && go test -count 1 ."; done
else skip Go "its SDK cannot be had"; fi
if has_python; then
	for protocol in grpc http/protobuf; do counts Python $protocol "$tools/python/bin/python" "$programs/python/send.py"; done
else skip Python "its SDK cannot be had"; fi
if has_node; then
	for protocol in grpc http/protobuf http/json; do counts JavaScript $protocol node "$tools/send.js"; done
else skip JavaScript "its SDK cannot be had"; fi
echo "$failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
