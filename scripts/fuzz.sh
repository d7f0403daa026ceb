#!/usr/bin/env bash
# Runs every fuzz target of the module for the given time, one after the other.
set -euo pipefail
cd "$(dirname "$0")/.."
time=${1:-30s}
found=0
while IFS=: read -r file target; do
	found=1
	echo "== $target in $(dirname "$file")"
	go test "./$(dirname "$file")" -run '^$' -fuzz "^$target\$" -fuzztime "$time" -fuzzminimizetime 1x
done < <(grep -roE --include='*_test.go' '^func Fuzz[A-Za-z0-9_]+' --exclude-dir=testdata . | sed -E 's/func //; s|^\./||')
[ "$found" = 1 ] || { echo "no fuzz target was found" >&2; exit 1; }
