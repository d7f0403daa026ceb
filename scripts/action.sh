#!/usr/bin/env bash
# Does the steps of action.yml as a runner does them: gives inputs as environment, runs each script with bash
# and its errexit, and looks at what came of it. The program is the one of this checkout, in place of the one that is published.
#
#	scripts/action.sh [bin/longpole]
set -euo pipefail
cd "$(dirname "$0")/.."
longpole=$PWD/${1:-bin/longpole}
repo=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/gopath/bin" "$work/shop"
go=$(command -v go)
# A go that installs what is here, and knows where: all else of it is the real one.
cat >"$work/go" <<SH
#!/bin/sh
case "\$1 \$2" in
"install github.com/longpole/longpole/cmd/longpole@latest") cp "$longpole" "$work/gopath/bin/longpole" ;;
"env GOPATH") echo "$work/gopath" ;;
*) exec "$go" "\$@" ;;
esac
SH
chmod +x "$work/go"
export PATH=$work:$PATH

# step N NAME=VALUE...: runs the N-th script of the action.
step() {
	local n=$1
	shift
	python3 - "$repo/action.yml" "$n" >"$work/step.sh" <<'PY'
import re, sys
text = open(sys.argv[1]).read()
runs = re.findall(r"^( +)run: *(?:\|\n((?:\1  .*\n|\n)+)|(.+)\n)", text, re.M)
indent, block, line = runs[int(sys.argv[2])]
print(re.sub("(?m)^" + indent + "  ", "", block) if block else re.sub(r"\s+# .*", "", line))
PY
	env GITHUB_OUTPUT="$work/output" GITHUB_STEP_SUMMARY="$work/summary" CI=true "$@" bash --noprofile --norc -eo pipefail "$work/step.sh"
}

# check WANT FILES BUDGET: the second script ends so, and says so to the steps after it.
check() {
	local want=$1 code=0
	: >"$work/output"
	: >"$work/summary"
	(cd "$work/shop" && step 1 FILES="$2" BUDGET="$3" BASELINE="${4:-}" ARGS="${5:-}" >"$work/annotations") || code=$?
	[ "$code" = "$want" ] || { echo "the action ends with $code, not $want" >&2; exit 1; }
	grep -qx "exit-code=$want" "$work/output" || { echo "exit-code is not said to the steps after it: $(cat "$work/output")" >&2; exit 1; }
	echo "ok: exit code $want of $2"
}

lab=$repo/testdata/recordings/lab/payment-slow
cp "$repo/testdata/demo/checkout.yaml" "$work/shop/longpole.yaml"
cp "$lab/healthy.otlp.jsonl.zst" "$lab/faulty.otlp.jsonl.zst" "$work/shop"
step 0 VERSION=latest
check 1 "faulty.otlp.jsonl.zst" ""
grep -q '^::error .*payment' "$work/annotations" || { echo "no annotation names what blew its budget" >&2; exit 1; }
grep -q 'Budget blown' "$work/summary" || { echo "the summary does not say what is blown" >&2; exit 1; }
[ -s "$work/shop/longpole.sarif" ] && [ -s "$work/shop/longpole-junit.xml" ] || { echo "longpole.sarif or longpole-junit.xml is missing" >&2; exit 1; }
check 0 "healthy.otlp.jsonl.zst" longpole.yaml "" ""
check 0 "healthy*.zst" longpole.yaml healthy.otlp.jsonl.zst "--inconclusive=pass"
check 3 "nothing.jsonl" longpole.yaml
check 2 "healthy.otlp.jsonl.zst" nothing.yaml
