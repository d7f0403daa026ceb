#!/usr/bin/env bash
# Holds what longpole says when it is built for arm64, and for newer amd64 processors (GOAMD64=v3), to what the program for
# any amd64 says: the same bytes. The program for arm64 runs under qemu-user.
#
#   scripts/processors.sh                over all recordings
#   scripts/processors.sh FILE ...       over these
#
# Exit code 1 if an output differs. Without qemu-user, or elsewhere than on amd64, it says what it skips.
set -euo pipefail
cd "$(dirname "$0")/.."
[ "$(uname -m)" = x86_64 ] || { echo "skipped: this is no amd64"; exit 0; }
[ $# -gt 0 ] || set -- testdata/recordings testdata/scenarios

folder=$(realpath -m bin/processors)
mkdir -p "$folder"
build() { # name environment...
	env CGO_ENABLED=0 "${@:2}" go build -trimpath -buildvcs=false -ldflags '-s -w -X main.release=compared' -o "$folder/$1" ./cmd/longpole
}
build amd64 GOARCH=amd64 GOAMD64=v1

failed=0
compare() { # name program files...
	echo "$1:"
	scripts/same-output.sh "$folder/amd64" "$2" "${@:3}" --only report || failed=1
}
if grep -qw avx2 /proc/cpuinfo; then
	build amd64.v3 GOARCH=amd64 GOAMD64=v3
	compare "amd64 v3" "$folder/amd64.v3" "$@"
else
	echo "skipped: amd64 v3: this processor has no AVX2"
fi
if emulator=$(command -v qemu-aarch64-static || command -v qemu-aarch64); then
	build arm64 GOARCH=arm64
	printf '#!/bin/sh\nexec "%s" "%s" "$@"\n' "$emulator" "$folder/arm64" >"$folder/arm64.sh"
	chmod +x "$folder/arm64.sh"
	compare arm64 "$folder/arm64.sh" "$@"
else
	echo "skipped: arm64: no qemu-user (apt-get install qemu-user-static)"
fi
exit "$failed"
