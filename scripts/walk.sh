#!/usr/bin/env bash
# A newcomer's walk: runs the commands of README.md as they stand there, in an empty folder, with what this checkout
# has committed in place of what is published. Each has to exit with what the README says.
set -euo pipefail
repo=$(cd "$(dirname "$0")/.." && pwd)
url=https://github.com/longpole/longpole
walk=$(mktemp -d)
trap 'chmod -R u+w "$walk" && rm -rf "$walk"' EXIT

export GIT_CONFIG_COUNT=2 GIT_CONFIG_KEY_0="url.file://$repo.insteadOf" GIT_CONFIG_VALUE_0=$url
export GIT_CONFIG_KEY_1=safe.directory GIT_CONFIG_VALUE_1='*'
export GOPRIVATE=github.com/longpole GOFLAGS=-modcacherw GOBIN=$walk/bin PATH=$walk/bin:$PATH
unset CI GITHUB_STEP_SUMMARY

# commands prints what a section of the README says to type.
commands() { awk -v section="## $1" '/^## /{on = $0 == section} on && /^    [a-z]/{sub(/^ */, ""); sub(/ +# .*/, ""); print}' "$repo/README.md"; }

# says runs a command line of the README and compares the exit code.
says() {
	local want=$1 line=$2 code=0
	echo "+ $line"
	eval "$line" >"$walk/out" 2>"$walk/err" <"${stdin:-/dev/null}" || code=$?
	if [ "$code" != "$want" ]; then
		cat "$walk/out" "$walk/err" >&2
		echo "README.md says: $line. It exits with $code, not $want" >&2
		exit 1
	fi
}

section() {
	echo "# $1"
	local lines
	mapfile -t lines < <(commands "$1")
	[ "${#lines[@]}" -gt 0 ] || { echo "README.md says nothing to type below $1" >&2; exit 1; }
	for line in "${lines[@]}"; do
		stdin=/dev/null
		[[ " $line " != *" - "* ]] || stdin=traces.jsonl
		says 0 "$line"
	done
}

cd "$walk"
section "Try it"
grep -q '^Budget blown: checkout' "$walk/out" || { echo "make demo does not begin with the layer that blew its budget" >&2; exit 1; }
clone=$PWD
cd "$walk"
section Install

# What a newcomer has: an export, older ones, and one request of which an alert or a log named the ids.
mkdir mine && cd mine
lab=$clone/testdata/recordings/lab/payment-slow
longpole convert "$lab/healthy.otlp.jsonl.zst" -o otlp=raw.jsonl 2>/dev/null
trace=$(grep -om1 '"traceId":"[0-9a-f]*"' raw.jsonl | head -1 | cut -d'"' -f4)
span=$(grep -om1 '"spanId":"[0-9a-f]*"' raw.jsonl | head -1 | cut -d'"' -f4)
sed "s/$trace/4bf92f3577b34da6a3ce929d0e0e4736/g; s/$span/00f067aa0ba902b7/g" raw.jsonl >traces.jsonl
mkdir exports old
cp traces.jsonl exports/ && gzip -c raw.jsonl >old/a.json.gz && cp traces.jsonl new.jsonl
printf 'module mine\n' >go.mod && printf 'package mine\n\nimport "testing"\n\nfunc TestNothing(*testing.T) {}\n' >mine_test.go
section "Use it"
longpole convert "$lab/faulty.otlp.jsonl.zst" -o otlp=new.jsonl 2>/dev/null
says 1 "longpole check new.jsonl"
echo "every command of README.md does as it says"
