#!/usr/bin/env bash
# Builds longpole as it is at a revision, or as the working tree has it if the revision is empty.
#
#   scripts/build-at.sh REV FILE
#
# Every build says that it has the same version, so that outputs can be compared.
set -euo pipefail
[ $# = 2 ] || { echo "usage: $0 REV FILE" >&2; exit 2; }
file=$(realpath -m "$2")
cd "$(dirname "$0")/.."
if [ -n "$1" ]; then
	tree=$(mktemp -d)
	trap 'rm -rf "$tree"' EXIT
	trap 'exit 1' INT TERM # only after what runs has ended and writes nothing more
	git archive "$1" | tar -x -C "$tree"
	cd "$tree"
fi
CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags '-s -w -X main.release=compared' -o "$file" ./cmd/longpole
