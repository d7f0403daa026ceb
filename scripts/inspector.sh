#!/usr/bin/env bash
# Has the inspector of the Model Context Protocol list and call the tools of longpole mcp. Installs it below
# bin/inspector, and says what it skipped.
#
#	scripts/inspector.sh [bin/longpole]
set -uo pipefail
cd "$(dirname "$0")/.."
longpole=$PWD/${1:-bin/longpole}
tools=$PWD/bin/inspector
file=testdata/recordings/lab/slow-query/faulty.otlp.jsonl.zst
mkdir -p "$tools"
failed=0

command -v npm >/dev/null || { echo "skipped: no npm"; exit 0; }
[ -x "$tools/node_modules/.bin/mcp-inspector" ] ||
	timeout 400 npm install --prefix "$tools" --no-audit --no-fund @modelcontextprotocol/inspector >"$tools/log" 2>&1
[ -x "$tools/node_modules/.bin/mcp-inspector" ] || { echo "skipped: the inspector cannot be had"; exit 0; }

# inspects NAME SAYS ARGUMENTS...: what the inspector prints must say this.
inspects() {
	local name=$1 says=$2 answer
	shift 2
	answer=$(timeout 120 "$tools/node_modules/.bin/mcp-inspector" --cli "$longpole" mcp "$file" --budget none "$@" 2>&1)
	if [ $? = 0 ] && grep -q "$says" <<<"$answer"; then echo "ok: $name"; else
		echo "FAILED: $name"
		head -c 2000 <<<"$answer"
		failed=$((failed + 1))
	fi
}

inspects "tools are listed" '"name": "journeys"' --method tools/list
for tool in journeys report doctor; do inspects "$tool is called" 'Receipt: longpole' --method tools/call --tool-name $tool; done
inspects "explain is called with a layer" 'Receipt: longpole' --method tools/call --tool-name explain --tool-arg what=db
inspects "a wrong call is an error of the tool" '"isError": true' --method tools/call --tool-name trace --tool-arg id=zz
echo "$failed failed"
[ "$failed" -eq 0 ]
